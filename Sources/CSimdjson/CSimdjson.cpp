#include "CSimdjson.h"

#include "Fields.h"

#include <simdjson.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace dom = simdjson::dom;
using std::string_view;
using wire::Field;
using wire::Kind;
using wire::Table;

static_assert(CSIMDJSON_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson reads this far");

struct csimdjson_parser {
    csimdjson_limits limits;
    dom::parser json;
    std::vector<csimdjson_window> windows;
    char reason[256];

    explicit csimdjson_parser(csimdjson_limits l)
        : limits(l), json((size_t)l.document_bytes_max) {
        windows.reserve((size_t)l.windows_max);
        reason[0] = 0;
    }

    // Always false, so that a check can end with it.
    __attribute__((format(printf, 2, 3))) bool refuse(const char *format, ...) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(reason, sizeof reason, format, arguments);
        va_end(arguments);
        return false;
    }
};

namespace {

using Parser = csimdjson_parser;

bool read_object(Parser &p, dom::element value, const Table &table, void *out);

bool read_whole(
    Parser &p, dom::element value, const Table &table, const Field &field, int64_t &out) {
    int64_t high = p.limits.*field.high;
    if (value.get_int64().get(out) != simdjson::SUCCESS || out < field.low || out > high)
        return p.refuse("%s.%s is not a whole number from %lld to %lld", table.name,
                        field.key.data(), (long long)field.low, (long long)high);
    return true;
}

bool read_real(
    Parser &p, dom::element value, const Table &table, const Field &field, double &out) {
    bool is_number = value.get_double().get(out) == simdjson::SUCCESS;
    if (!field.high)
        return is_number || p.refuse("%s.%s is not a number", table.name, field.key.data());
    int64_t high = p.limits.*field.high;
    if (!is_number || !(out >= 0) || !(out <= (double)high))
        return p.refuse("%s.%s is not a number from 0 to %lld", table.name, field.key.data(),
                        (long long)high);
    return true;
}

// ARNs and names of AWS are printable ASCII; nothing else reaches a log or a map.
bool read_text(
    Parser &p, dom::element value, const Table &table, const Field &field, csimdjson_text &out) {
    string_view text;
    size_t low = (size_t)field.low, high = (size_t)(p.limits.*field.high);
    if (value.get_string().get(text) != simdjson::SUCCESS || text.size() < low ||
        text.size() > high)
        return p.refuse("%s.%s is not a text of %zu to %zu characters", table.name,
                        field.key.data(), low, high);
    for (unsigned char byte : text)
        if (byte <= 0x20 || byte >= 0x7F)
            return p.refuse("%s.%s has a character that is not printable ASCII", table.name,
                            field.key.data());
    out = {text.data(), text.size()};
    return true;
}

bool read_boot(Parser &p, dom::element value, uint64_t &out) {
    string_view text;
    bool valid = value.get_string().get(text) == simdjson::SUCCESS && text.size() == 16;
    out = 0;
    if (valid)
        for (char c : text) {
            int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0) {
                valid = false;
                break;
            }
            out = out << 4 | (uint64_t)digit;
        }
    return valid || p.refuse("boot is not 16 hexadecimal digits");
}

bool read_name(
    Parser &p, dom::element value, const Table &table, const Field &field, csimdjson_name &out) {
    string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) text = "";
    for (csimdjson_name place = 0; field.names[place]; ++place) {
        if (text == field.names[place]) {
            out = place + 1;
            return true;
        }
    }
    char all[128] = "";
    for (size_t place = 0, length = 0; field.names[place] && length < sizeof all; ++place)
        length += (size_t)snprintf(
            all + length, sizeof all - length, "%s%s",
            !place ? "" : field.names[place + 1] ? ", " : " or ", field.names[place]);
    return p.refuse("%s.%s is not %s", table.name, field.key.data(), all);
}

bool read_windows(Parser &p, dom::element value, const Field &field) {
    dom::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS)
        return p.refuse("%s is not an array", field.key.data());
    size_t high = (size_t)(p.limits.*field.high);
    for (dom::element element : array) {
        if (p.windows.size() == high)
            return p.refuse("%s has more than %zu windows", field.key.data(), high);
        p.windows.push_back({});
        if (!read_object(p, element, *field.table, &p.windows.back())) return false;
    }
    return true;
}

bool read_field(
    Parser &p, dom::element value, const Table &table, const Field &field, void *object) {
    char *at = static_cast<char *>(object) + field.offset;
    switch (field.kind) {
    case Kind::whole: return read_whole(p, value, table, field, *(int64_t *)at);
    case Kind::optional_whole: {
        auto &whole = *(csimdjson_whole *)at;
        whole.is_known = true;
        return read_whole(p, value, table, field, whole.value);
    }
    case Kind::real:
    case Kind::any_real: return read_real(p, value, table, field, *(double *)at);
    case Kind::optional_real: {
        auto &real = *(csimdjson_real *)at;
        real.is_known = true;
        return read_real(p, value, table, field, real.value);
    }
    case Kind::flag:
        return value.get_bool().get(*(bool *)at) == simdjson::SUCCESS ||
               p.refuse("%s.%s is neither true nor false", table.name, field.key.data());
    case Kind::text: return read_text(p, value, table, field, *(csimdjson_text *)at);
    case Kind::boot: return read_boot(p, value, *(uint64_t *)at);
    case Kind::name: return read_name(p, value, table, field, *(csimdjson_name *)at);
    case Kind::object: return read_object(p, value, *field.table, at);
    case Kind::windows: return read_windows(p, value, field);
    }
    return false;
}

// The table's field of this key; nearly always the one after the last, so that is where it starts.
size_t find(const Table &table, string_view key, size_t from) {
    for (size_t step = 0, index = from; step < table.count; ++step, ++index) {
        if (index >= table.count) index -= table.count;
        string_view candidate = table.fields[index].key;
        if (candidate.size() == key.size() && memcmp(candidate.data(), key.data(), key.size()) == 0)
            return index;
    }
    return table.count;
}

bool read_object(Parser &p, dom::element value, const Table &table, void *out) {
    dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return p.refuse("%s is not an object", table.name);
    *(bool *)out = true;
    uint32_t seen = 0;
    size_t next = 0;
    for (dom::key_value_pair pair : object) {
        size_t index = find(table, pair.key, next);
        if (index == table.count) continue;
        const Field &field = table.fields[index];
        if (seen & (1u << index))
            return p.refuse("%s.%s is given twice", table.name, field.key.data());
        seen |= 1u << index;
        next = index + 1;
        if (!read_field(p, pair.value, table, field, out)) return false;
    }
    for (size_t index = 0; index < table.count; ++index)
        if (table.fields[index].is_required && !(seen & (1u << index)))
            return p.refuse("%s.%s is missing", table.name, table.fields[index].key.data());
    const char *contradiction = table.contradiction ? table.contradiction(out) : nullptr;
    return !contradiction || p.refuse("%s%s", table.name, contradiction);
}

void list_keys(const Table &table, const std::string &path, std::string &out) {
    for (size_t index = 0; index < table.count; ++index) {
        const Field &field = table.fields[index];
        std::string key = path + std::string(field.key);
        out += key + "\n";
        if (field.table) list_keys(*field.table, key + ".", out);
    }
}

}  // namespace

csimdjson_parser *csimdjson_create(csimdjson_limits limits) {
    try {
        auto *parser = new csimdjson_parser(limits);
        // Reserved to the depth allowed: simdjson refuses a deeper document by itself.
        if (parser->json.allocate(4096, (size_t)limits.depth_max) == simdjson::SUCCESS)
            return parser;
        delete parser;
    } catch (const std::bad_alloc &) {
    }
    return nullptr;
}

void csimdjson_destroy(csimdjson_parser *parser) { delete parser; }

const char *csimdjson_reason(const csimdjson_parser *parser) { return parser->reason; }

bool csimdjson_parse(
    csimdjson_parser *parser, const char *json, size_t count, csimdjson_report *report) {
    *report = {};
    parser->windows.clear();
    dom::element root;
    // Without a copy: the caller has padded the document.
    auto error = parser->json.parse(json, count, false).get(root);
    if (error == simdjson::DEPTH_ERROR)
        return parser->refuse(
            "the report is nested deeper than %lld", (long long)parser->limits.depth_max);
    if (error == simdjson::CAPACITY)
        return parser->refuse("the report is longer than %lld bytes",
                              (long long)parser->limits.document_bytes_max);
    if (error != simdjson::SUCCESS)
        return parser->refuse("not valid JSON: %s", simdjson::error_message(error));
    if (!read_object(*parser, root, wire::report, report)) return false;
    report->window_count = parser->windows.size();
    report->windows = parser->windows.data();
    return true;
}

size_t csimdjson_keys(char *out, size_t count) {
    std::string keys;
    list_keys(wire::report, "", keys);
    memcpy(out, keys.data(), keys.size() < count ? keys.size() : count);
    return keys.size();
}
