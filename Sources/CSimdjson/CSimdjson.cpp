#include "CSimdjson.h"

#include <simdjson.h>

#include <cstdarg>
#include <cstdio>
#include <new>
#include <string_view>
#include <vector>

namespace dom = simdjson::dom;
using std::string_view;

static_assert(CSIMDJSON_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson reads this far");

struct csimdjson_parser {
    csimdjson_limits limits;
    dom::parser json;
    std::vector<csimdjson_window> windows;
    char reason[256];

    explicit csimdjson_parser(csimdjson_limits l) : limits(l), json(l.document_bytes_max) {
        windows.reserve(l.windows_max);
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

// The known keys of an object, each seen at most once.
class Keys {
  public:
    Keys(Parser &parser, const char *where) : parser(parser), where(where) {}

    bool first(unsigned bit, const char *key) {
        if (seen & (1u << bit)) return parser.refuse("%s.%s is given twice", where, key);
        seen |= 1u << bit;
        return true;
    }

    bool has(unsigned bit) const { return seen & (1u << bit); }

    bool require(unsigned bit, const char *key) {
        return has(bit) || parser.refuse("%s.%s is missing", where, key);
    }

  private:
    Parser &parser;
    const char *where;
    unsigned seen = 0;
};

// Compares with a literal; its known length makes that a few instructions instead of a call.
template <size_t size> bool is(string_view key, const char (&name)[size]) {
    return key.size() == size - 1 && __builtin_memcmp(key.data(), name, size - 1) == 0;
}

bool read_int(
    Parser &p, dom::element value, const char *where, const char *key, int64_t low, int64_t high,
    int64_t &out) {
    if (value.get_int64().get(out) != simdjson::SUCCESS || out < low || out > high)
        return p.refuse("%s.%s is not a whole number from %lld to %lld", where, key,
                        (long long)low, (long long)high);
    return true;
}

bool read_uint(
    Parser &p, dom::element value, const char *where, const char *key, uint64_t low,
    uint64_t high, uint64_t &out) {
    if (value.get_uint64().get(out) != simdjson::SUCCESS || out < low || out > high)
        return p.refuse("%s.%s is not a whole number from %llu to %llu", where, key,
                        (unsigned long long)low, (unsigned long long)high);
    return true;
}

bool read_number(
    Parser &p, dom::element value, const char *where, const char *key, double high, double &out) {
    if (value.get_double().get(out) != simdjson::SUCCESS || !(out >= 0) || !(out <= high))
        return p.refuse("%s.%s is not a number from 0 to %.0f", where, key, high);
    return true;
}

// ARNs and names of AWS are printable ASCII; nothing else reaches a log or a map.
bool read_text(
    Parser &p, dom::element value, const char *key, size_t low, size_t high,
    csimdjson_text &out) {
    string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS || text.size() < low ||
        text.size() > high)
        return p.refuse("task.%s is not a text of %zu to %zu characters", key, low, high);
    for (unsigned char byte : text)
        if (byte <= 0x20 || byte >= 0x7F)
            return p.refuse("task.%s has a character that is not printable ASCII", key);
    out = {text.data(), text.size()};
    return true;
}

bool read_task(Parser &p, dom::element value, csimdjson_report &r) {
    dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return p.refuse("task is not an object");
    const csimdjson_limits &l = p.limits;
    Keys keys(p, "task");
    for (dom::key_value_pair field : object) {
        string_view k = field.key;
        bool ok = true;
        if (is(k, "arn"))
            ok = keys.first(0, "arn") && read_text(p, field.value, "arn", 1, l.arn_bytes_max, r.arn);
        else if (is(k, "cluster"))
            ok = keys.first(1, "cluster") &&
                 read_text(p, field.value, "cluster", 1, l.arn_bytes_max, r.cluster);
        else if (is(k, "service"))
            ok = keys.first(2, "service") &&
                 read_text(p, field.value, "service", 1, l.arn_bytes_max, r.service);
        else if (is(k, "family"))
            ok = keys.first(3, "family") &&
                 read_text(p, field.value, "family", 0, l.name_bytes_max, r.family);
        else if (is(k, "revision"))
            ok = keys.first(4, "revision") &&
                 read_text(p, field.value, "revision", 0, l.revision_bytes_max, r.revision);
        else if (is(k, "zone"))
            ok = keys.first(5, "zone") &&
                 read_text(p, field.value, "zone", 0, l.name_bytes_max, r.zone);
        if (!ok) return false;
    }
    return keys.require(0, "arn") && keys.require(1, "cluster") && keys.require(3, "family") &&
           keys.require(4, "revision");
}

bool read_gauge(Parser &p, dom::element value, const char *name, csimdjson_gauge &g) {
    dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return p.refuse("%s is not an object", name);
    int64_t high = p.limits.gauge_max;
    Keys keys(p, name);
    for (dom::key_value_pair field : object) {
        string_view k = field.key;
        bool ok = true;
        if (is(k, "min"))
            ok = keys.first(0, "min") && read_int(p, field.value, name, "min", 0, high, g.min);
        else if (is(k, "mean"))
            ok = keys.first(1, "mean") &&
                 (field.value.get_double().get(g.mean) == simdjson::SUCCESS ||
                  p.refuse("%s.mean is not a number", name));
        else if (is(k, "max"))
            ok = keys.first(2, "max") && read_int(p, field.value, name, "max", 0, high, g.max);
        else if (is(k, "last"))
            ok = keys.first(3, "last") && read_int(p, field.value, name, "last", 0, high, g.last);
        if (!ok) return false;
    }
    if (!(keys.require(0, "min") && keys.require(1, "mean") && keys.require(2, "max") &&
          keys.require(3, "last")))
        return false;
    // The mean is rounded to three digits on the wire.
    const double slack = 0.001;
    if (g.min > g.max || g.last < g.min || g.last > g.max || !(g.mean >= g.min - slack) ||
        !(g.mean <= g.max + slack))
        return p.refuse("%s does not fit together: min, mean, last and max", name);
    return true;
}

bool read_gauges(Parser &p, dom::element value, csimdjson_window &w) {
    dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return p.refuse("gauges is not an object");
    Keys keys(p, "gauges");
    for (dom::key_value_pair field : object) {
        string_view k = field.key;
        bool ok = true;
        if (is(k, "active"))
            ok = keys.first(0, "active") && read_gauge(p, field.value, "active", w.active);
        else if (is(k, "busy"))
            ok = keys.first(1, "busy") && read_gauge(p, field.value, "busy", w.busy);
        else if (is(k, "waiting"))
            ok = keys.first(2, "waiting") && read_gauge(p, field.value, "waiting", w.waiting);
        if (!ok) return false;
    }
    w.has_gauges = true;
    return keys.require(0, "active") && keys.require(1, "busy") && keys.require(2, "waiting");
}

bool read_counters(Parser &p, dom::element value, csimdjson_window &w) {
    dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return p.refuse("counters is not an object");
    const char *where = "counters";
    uint64_t high = p.limits.counter_max;
    Keys keys(p, where);
    for (dom::key_value_pair field : object) {
        string_view k = field.key;
        bool ok = true;
        if (is(k, "span"))
            ok = keys.first(0, "span") &&
                 read_int(p, field.value, where, "span", 1, p.limits.length_ms_max, w.span_ms);
        else if (is(k, "accepts"))
            ok = keys.first(1, "accepts") &&
                 read_uint(p, field.value, where, "accepts", 0, high, w.accepts);
        else if (is(k, "handled"))
            ok = keys.first(2, "handled") &&
                 read_uint(p, field.value, where, "handled", 0, high, w.handled);
        else if (is(k, "requests"))
            ok = keys.first(3, "requests") &&
                 read_uint(p, field.value, where, "requests", 0, high, w.requests);
        if (!ok) return false;
    }
    w.has_counters = true;
    return keys.require(0, "span") && keys.require(1, "accepts") && keys.require(2, "handled") &&
           keys.require(3, "requests");
}

bool read_percent(
    Parser &p, dom::element value, const char *key, csimdjson_percent &percent) {
    percent.is_known = true;
    return read_number(p, value, "usage", key, p.limits.percent_max, percent.value);
}

bool read_usage(Parser &p, dom::element value, csimdjson_window &w) {
    dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return p.refuse("usage is not an object");
    Keys keys(p, "usage");
    csimdjson_usage &u = w.usage;
    for (dom::key_value_pair field : object) {
        string_view k = field.key;
        bool ok = true;
        if (is(k, "cpu"))
            ok = keys.first(0, "cpu") && read_percent(p, field.value, "cpu", u.cpu);
        else if (is(k, "memory"))
            ok = keys.first(1, "memory") && read_percent(p, field.value, "memory", u.memory);
        else if (is(k, "backendCPU"))
            ok = keys.first(2, "backendCPU") &&
                 read_percent(p, field.value, "backendCPU", u.backend_cpu);
        else if (is(k, "backendMemory"))
            ok = keys.first(3, "backendMemory") &&
                 read_percent(p, field.value, "backendMemory", u.backend_memory);
        if (!ok) return false;
    }
    w.has_usage = true;
    return true;
}

bool read_window(Parser &p, dom::element value, csimdjson_window &w) {
    dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return p.refuse("a window is not an object");
    const char *where = "window";
    const csimdjson_limits &l = p.limits;
    Keys keys(p, where);
    for (dom::key_value_pair field : object) {
        string_view k = field.key;
        bool ok = true;
        if (is(k, "start"))
            ok = keys.first(0, "start") &&
                 read_int(p, field.value, where, "start", 0, l.start_ms_max, w.start_ms);
        else if (is(k, "length"))
            ok = keys.first(1, "length") &&
                 read_int(p, field.value, where, "length", 1, l.length_ms_max, w.length_ms);
        else if (is(k, "samples"))
            ok = keys.first(2, "samples") &&
                 read_int(p, field.value, where, "samples", 0, l.samples_max, w.samples);
        else if (is(k, "failed"))
            ok = keys.first(3, "failed") &&
                 read_int(p, field.value, where, "failed", 0, l.samples_max, w.failed);
        else if (is(k, "restarts"))
            ok = keys.first(4, "restarts") &&
                 read_int(p, field.value, where, "restarts", 0, l.samples_max, w.restarts);
        else if (is(k, "gauges"))
            ok = keys.first(5, "gauges") && read_gauges(p, field.value, w);
        else if (is(k, "counters"))
            ok = keys.first(6, "counters") && read_counters(p, field.value, w);
        else if (is(k, "usage"))
            ok = keys.first(7, "usage") && read_usage(p, field.value, w);
        if (!ok) return false;
    }
    if (!(keys.require(0, "start") && keys.require(1, "length") && keys.require(2, "samples") &&
          keys.require(3, "failed") && keys.require(4, "restarts")))
        return false;
    if (w.has_gauges != (w.samples > 0))
        return p.refuse("window.gauges does not fit window.samples");
    return true;
}

bool read_windows(Parser &p, dom::element value) {
    dom::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS)
        return p.refuse("windows is not an array");
    for (dom::element element : array) {
        if (p.windows.size() == p.limits.windows_max)
            return p.refuse("windows has more than %zu windows", p.limits.windows_max);
        csimdjson_window window{};
        if (!read_window(p, element, window)) return false;
        p.windows.push_back(window);
    }
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

bool read_state(Parser &p, dom::element value, int32_t &out) {
    string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) text = "";
    if (text == "running")
        out = CSIMDJSON_RUNNING;
    else if (text == "draining")
        out = CSIMDJSON_DRAINING;
    else if (text == "probe")
        out = CSIMDJSON_PROBE;
    else
        return p.refuse("state is not running, draining or probe");
    return true;
}

bool read_clock(Parser &p, dom::element value, csimdjson_report &r) {
    dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return p.refuse("clock is not an object");
    Keys keys(p, "clock");
    for (dom::key_value_pair field : object) {
        string_view k = field.key;
        bool ok = true;
        if (is(k, "errorMs"))
            ok = keys.first(0, "errorMs") &&
                 read_number(p, field.value, "clock", "errorMs", p.limits.clock_error_ms_max,
                             r.clock_error_ms);
        else if (is(k, "synchronized"))
            ok = keys.first(1, "synchronized") &&
                 (field.value.get_bool().get(r.clock_synchronized) == simdjson::SUCCESS ||
                  p.refuse("clock.synchronized is neither true nor false"));
        if (!ok) return false;
    }
    r.has_clock = true;
    return keys.require(0, "errorMs") && keys.require(1, "synchronized");
}

bool read_report(Parser &p, dom::element root, csimdjson_report &r) {
    dom::object object;
    if (root.get_object().get(object) != simdjson::SUCCESS)
        return p.refuse("the report is not an object");
    const char *where = "report";
    Keys keys(p, where);
    int64_t version = 0;
    for (dom::key_value_pair field : object) {
        string_view k = field.key;
        bool ok = true;
        if (is(k, "v"))
            ok = keys.first(0, "v") && read_int(p, field.value, where, "v", 1, 1, version);
        else if (is(k, "task"))
            ok = keys.first(1, "task") && read_task(p, field.value, r);
        else if (is(k, "boot"))
            ok = keys.first(2, "boot") && read_boot(p, field.value, r.boot);
        else if (is(k, "seq"))
            ok = keys.first(3, "seq") &&
                 read_uint(p, field.value, where, "seq", 1, p.limits.sequence_max, r.sequence);
        else if (is(k, "state"))
            ok = keys.first(4, "state") && read_state(p, field.value, r.state);
        else if (is(k, "windows"))
            ok = keys.first(5, "windows") && read_windows(p, field.value);
        else if (is(k, "clock"))
            ok = keys.first(6, "clock") && read_clock(p, field.value, r);
        if (!ok) return false;
    }
    return keys.require(0, "v") && keys.require(1, "task") && keys.require(2, "boot") &&
           keys.require(3, "seq") && keys.require(4, "state") && keys.require(5, "windows");
}

}  // namespace

csimdjson_parser *csimdjson_create(csimdjson_limits limits) {
    try {
        auto *parser = new csimdjson_parser(limits);
        // Reserved to the depth allowed: simdjson refuses a deeper document by itself.
        if (parser->json.allocate(4096, limits.depth_max) == simdjson::SUCCESS) return parser;
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
        return parser->refuse("the report is nested deeper than %zu", parser->limits.depth_max);
    if (error == simdjson::CAPACITY)
        return parser->refuse(
            "the report is longer than %zu bytes", parser->limits.document_bytes_max);
    if (error != simdjson::SUCCESS)
        return parser->refuse("not valid JSON: %s", simdjson::error_message(error));
    if (!read_report(*parser, root, *report)) return false;
    report->window_count = parser->windows.size();
    report->windows = parser->windows.data();
    return true;
}
