// An agent's report (Sources/Telemetry/ReportEncoder.swift) read by simdjson, behind a C face.
//
// Everything that leaves here was checked: UTF-8, structure, types, ranges, lengths. Keys that are
// not known are ignored; a known key given twice is refused.
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// So many readable bytes must follow a document in memory; their value does not matter.
enum { CSIMDJSON_PADDING = 64 };

// What a document may be at most; the caller's, so that they stand in one file there.
typedef struct {
    int64_t version;
    int64_t document_bytes_max;
    int64_t depth_max;
    int64_t windows_max;
    int64_t arn_bytes_max;
    int64_t name_bytes_max;
    int64_t revision_bytes_max;
    int64_t sequence_max;
    int64_t start_ms_max;
    int64_t length_ms_max;
    int64_t samples_max;
    int64_t gauge_max;
    int64_t counter_max;
    int64_t percent_max;
    int64_t clock_error_ms_max;
} csimdjson_limits;

// Bytes within the parser, valid until it parses again; `bytes` is NULL when the key is absent.
typedef struct {
    const char *bytes;
    size_t count;
} csimdjson_text;

// Absent is not zero: these are what may be left out, and objects begin with the same flag.
typedef struct {
    bool is_known;
    int64_t value;
} csimdjson_whole;

typedef struct {
    bool is_known;
    double value;
} csimdjson_real;

typedef struct {
    bool is_known;
    csimdjson_text arn, cluster, service, family, revision, zone;
} csimdjson_task;

typedef struct {
    bool is_known, synchronized;
    double error_ms;
} csimdjson_clock;

typedef struct {
    bool is_known;
    int64_t min, max, last;
    double mean;
} csimdjson_gauge;

typedef struct {
    bool is_known;
    csimdjson_gauge active, busy, waiting;
} csimdjson_gauges;

typedef struct {
    bool is_known;
    int64_t span_ms, accepts, handled, requests;
} csimdjson_counters;

typedef struct {
    bool is_known;
    csimdjson_real cpu, memory, backend_cpu, backend_memory, throttled;
} csimdjson_usage;

typedef struct {
    bool is_known;
    int64_t refused, timed_out, reset, cut_short, wrong;
} csimdjson_failures;

typedef struct {
    bool is_known;
    csimdjson_whole accept_queue, accept_queue_limit, listen_overflows, listen_drops;
    csimdjson_whole sockets, established, unread, closing;
} csimdjson_witnesses;

// A name that may be left out: its place in the list of names, from 1; 0 when absent.
typedef int32_t csimdjson_name;
enum { CSIMDJSON_SERVING = 1, CSIMDJSON_SATURATED, CSIMDJSON_DOWN, CSIMDJSON_UNKNOWN };
enum {
    CSIMDJSON_STARTING = 1,
    CSIMDJSON_RUNNING,
    CSIMDJSON_DRAINING,
    CSIMDJSON_STOPPING,
    CSIMDJSON_PROBE
};

typedef struct {
    bool is_known;
    csimdjson_name condition;
    int64_t start_ms, length_ms, samples, failed, restarts;
    csimdjson_gauges gauges;
    csimdjson_counters counters;
    csimdjson_usage usage;
    csimdjson_failures failures;
    csimdjson_whole sample_age_ms;
    csimdjson_real sample_ms;
    csimdjson_witnesses witnesses;
} csimdjson_window;

typedef struct {
    bool is_known;
    csimdjson_name state;
    int64_t version, sequence;
    uint64_t boot;
    csimdjson_task task;
    csimdjson_clock clock;
    size_t window_count;
    const csimdjson_window *windows;
} csimdjson_report;

typedef struct csimdjson_parser csimdjson_parser;

// NULL when memory is gone.
csimdjson_parser *csimdjson_create(csimdjson_limits limits);
void csimdjson_destroy(csimdjson_parser *parser);

// Whether the document is a valid report; if not, `csimdjson_reason` says why in one line.
bool csimdjson_parse(
    csimdjson_parser *parser, const char *json, size_t count, csimdjson_report *report);
const char *csimdjson_reason(const csimdjson_parser *parser);

// The paths of all keys that are read, such as `windows.gauges.busy.max`, a line each, in the order
// of the tables; as many bytes as fit, without a final NUL. Gives the bytes that all of them take.
size_t csimdjson_keys(char *out, size_t count);

#ifdef __cplusplus
}
#endif

#endif
