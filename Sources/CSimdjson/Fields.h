// The report's fields: what each is called, what it may be, and where its value goes.
//
// A new field is a line here, a member in CSimdjson.h, and its line in `ReportEncoder`; a test
// holds the keys of the two against each other. Tables are in the order in which the encoder
// writes.
#ifndef FIELDS_H
#define FIELDS_H

#include "CSimdjson.h"

#include <cstddef>
#include <string_view>

namespace wire {

enum class Kind : uint8_t {
    whole,          // int64_t, from `low` to `high`
    optional_whole, // csimdjson_whole, likewise
    real,           // double, from 0 to `high`
    any_real,       // double
    optional_real,  // csimdjson_real, from 0 to `high`
    flag,           // bool
    text,           // csimdjson_text, `low` to `high` bytes of printable ASCII
    boot,           // uint64_t, in 16 hexadecimal digits
    name,           // csimdjson_name, one of `names`
    object,         // a struct that begins with `bool is_known`, by `table`
    windows,        // an array of objects, by `table`, of at most `high`
};

struct Table;

struct Field {
    std::string_view key;
    Kind kind;
    bool is_required;
    size_t offset;
    int64_t low;
    int64_t csimdjson_limits::*high;
    const Table *table;
    const char *const *names;
};

struct Table {
    const char *name;
    const Field *fields;
    size_t count;
    // Whether the values fit together; NULL, or why not.
    const char *(*contradiction)(const void *);
};

constexpr bool required = true, optional = false;

#define AT(type, member) offsetof(csimdjson_##type, member)
#define UP_TO(limit) &csimdjson_limits::limit

constexpr Field scalar(
    std::string_view key, Kind kind, bool is_required, size_t offset, int64_t low = 0,
    int64_t csimdjson_limits::*high = nullptr) {
    return {key, kind, is_required, offset, low, high, nullptr, nullptr};
}

constexpr Field object(std::string_view key, bool is_required, size_t offset, const Table &table) {
    return {key, Kind::object, is_required, offset, 0, nullptr, &table, nullptr};
}

constexpr Field name(
    std::string_view key, bool is_required, size_t offset, const char *const *names) {
    return {key, Kind::name, is_required, offset, 0, nullptr, nullptr, names};
}

template <size_t count>
constexpr Table table(
    const char *name, const Field (&fields)[count],
    const char *(*contradiction)(const void *) = nullptr) {
    static_assert(count <= 32, "the fields seen are bits of a word");
    return {name, fields, count, contradiction};
}

inline const char *gauge_contradiction(const void *at) {
    const auto &g = *static_cast<const csimdjson_gauge *>(at);
    const double slack = 0.001;  // The mean is rounded to three digits on the wire.
    bool fits = g.min <= g.max && g.last >= g.min && g.last <= g.max &&
                g.mean >= g.min - slack && g.mean <= g.max + slack;
    return fits ? nullptr : " does not fit together: min, mean, last and max";
}

inline const char *window_contradiction(const void *at) {
    const auto &w = *static_cast<const csimdjson_window *>(at);
    if (w.gauges.is_known != (w.samples > 0)) return ".gauges does not fit window.samples";
    const csimdjson_failures &f = w.failures;
    bool fits = !f.is_known ||
                f.refused + f.timed_out + f.reset + f.cut_short + f.wrong == w.failed;
    return fits ? nullptr : ".failures does not add up to window.failed";
}

constexpr Field task_fields[] = {
    scalar("arn", Kind::text, required, AT(task, arn), 1, UP_TO(arn_bytes_max)),
    scalar("cluster", Kind::text, required, AT(task, cluster), 1, UP_TO(arn_bytes_max)),
    scalar("service", Kind::text, optional, AT(task, service), 1, UP_TO(arn_bytes_max)),
    scalar("family", Kind::text, required, AT(task, family), 0, UP_TO(name_bytes_max)),
    scalar("revision", Kind::text, required, AT(task, revision), 0, UP_TO(revision_bytes_max)),
    scalar("zone", Kind::text, optional, AT(task, zone), 0, UP_TO(name_bytes_max)),
};
constexpr Table task = table("task", task_fields);

constexpr Field clock_fields[] = {
    scalar("errorMs", Kind::real, required, AT(clock, error_ms), 0, UP_TO(clock_error_ms_max)),
    scalar("synchronized", Kind::flag, required, AT(clock, synchronized)),
};
constexpr Table clock = table("clock", clock_fields);

constexpr Field gauge_fields[] = {
    scalar("min", Kind::whole, required, AT(gauge, min), 0, UP_TO(gauge_max)),
    scalar("mean", Kind::any_real, required, AT(gauge, mean)),
    scalar("max", Kind::whole, required, AT(gauge, max), 0, UP_TO(gauge_max)),
    scalar("last", Kind::whole, required, AT(gauge, last), 0, UP_TO(gauge_max)),
};
constexpr Table active = table("active", gauge_fields, gauge_contradiction);
constexpr Table busy = table("busy", gauge_fields, gauge_contradiction);
constexpr Table waiting = table("waiting", gauge_fields, gauge_contradiction);

constexpr Field gauges_fields[] = {
    object("active", required, AT(gauges, active), active),
    object("busy", required, AT(gauges, busy), busy),
    object("waiting", required, AT(gauges, waiting), waiting),
};
constexpr Table gauges = table("gauges", gauges_fields);

constexpr Field counters_fields[] = {
    scalar("span", Kind::whole, required, AT(counters, span_ms), 1, UP_TO(length_ms_max)),
    scalar("accepts", Kind::whole, required, AT(counters, accepts), 0, UP_TO(counter_max)),
    scalar("handled", Kind::whole, required, AT(counters, handled), 0, UP_TO(counter_max)),
    scalar("requests", Kind::whole, required, AT(counters, requests), 0, UP_TO(counter_max)),
};
constexpr Table counters = table("counters", counters_fields);

constexpr Field percent(std::string_view key, size_t offset) {
    return scalar(key, Kind::optional_real, optional, offset, 0, UP_TO(percent_max));
}

constexpr Field usage_fields[] = {
    percent("cpu", AT(usage, cpu)),
    percent("memory", AT(usage, memory)),
    percent("backendCPU", AT(usage, backend_cpu)),
    percent("backendMemory", AT(usage, backend_memory)),
    percent("throttled", AT(usage, throttled)),
};
constexpr Table usage = table("usage", usage_fields);

constexpr Field failures_fields[] = {
    scalar("refused", Kind::whole, required, AT(failures, refused), 0, UP_TO(samples_max)),
    scalar("timedOut", Kind::whole, required, AT(failures, timed_out), 0, UP_TO(samples_max)),
    scalar("reset", Kind::whole, required, AT(failures, reset), 0, UP_TO(samples_max)),
    scalar("cutShort", Kind::whole, required, AT(failures, cut_short), 0, UP_TO(samples_max)),
    scalar("wrong", Kind::whole, required, AT(failures, wrong), 0, UP_TO(samples_max)),
};
constexpr Table failures = table("failures", failures_fields);

constexpr Field witness(
    std::string_view key, size_t offset, int64_t csimdjson_limits::*high = UP_TO(gauge_max)) {
    return scalar(key, Kind::optional_whole, optional, offset, 0, high);
}

constexpr Field witnesses_fields[] = {
    witness("acceptQueue", AT(witnesses, accept_queue)),
    witness("acceptQueueLimit", AT(witnesses, accept_queue_limit), UP_TO(counter_max)),
    witness("listenOverflows", AT(witnesses, listen_overflows), UP_TO(counter_max)),
    witness("listenDrops", AT(witnesses, listen_drops), UP_TO(counter_max)),
    witness("sockets", AT(witnesses, sockets)),
    witness("established", AT(witnesses, established)),
    witness("unread", AT(witnesses, unread)),
    witness("closing", AT(witnesses, closing)),
};
constexpr Table witnesses = table("witnesses", witnesses_fields);

// In the order of CSimdjson.h's enumerations, to a NULL.
constexpr const char *condition_names[] = {"serving", "saturated", "down", "unknown", nullptr};
constexpr const char *state_names[] = {
    "starting", "running", "draining", "stopping", "probe", nullptr};

constexpr Field window_fields[] = {
    scalar("start", Kind::whole, required, AT(window, start_ms), 0, UP_TO(start_ms_max)),
    scalar("length", Kind::whole, required, AT(window, length_ms), 1, UP_TO(length_ms_max)),
    scalar("samples", Kind::whole, required, AT(window, samples), 0, UP_TO(samples_max)),
    scalar("failed", Kind::whole, required, AT(window, failed), 0, UP_TO(samples_max)),
    scalar("restarts", Kind::whole, required, AT(window, restarts), 0, UP_TO(samples_max)),
    object("gauges", optional, AT(window, gauges), gauges),
    object("counters", optional, AT(window, counters), counters),
    object("usage", optional, AT(window, usage), usage),
    object("failures", optional, AT(window, failures), failures),
    scalar(
        "sampleAge", Kind::optional_whole, optional, AT(window, sample_age_ms), 0,
        UP_TO(counter_max)),
    scalar(
        "sampleTime", Kind::optional_real, optional, AT(window, sample_ms), 0,
        UP_TO(length_ms_max)),
    name("condition", optional, AT(window, condition), condition_names),
    object("witnesses", optional, AT(window, witnesses), witnesses),
};
constexpr Table window = table("window", window_fields, window_contradiction);

constexpr Field report_fields[] = {
    scalar("v", Kind::whole, required, AT(report, version), 1, UP_TO(version)),
    object("task", required, AT(report, task), task),
    scalar("boot", Kind::boot, required, AT(report, boot)),
    scalar("seq", Kind::whole, required, AT(report, sequence), 1, UP_TO(sequence_max)),
    name("state", required, AT(report, state), state_names),
    object("clock", optional, AT(report, clock), clock),
    {"windows", Kind::windows, required, 0, 0, UP_TO(windows_max), &window, nullptr},
};
constexpr Table report = table("report", report_fields);

#undef AT
#undef UP_TO

}  // namespace wire

#endif
