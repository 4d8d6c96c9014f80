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
    size_t document_bytes_max;
    size_t depth_max;
    size_t windows_max;
    size_t arn_bytes_max;
    size_t name_bytes_max;
    size_t revision_bytes_max;
    uint64_t sequence_max;
    int64_t start_ms_max;
    int64_t length_ms_max;
    int64_t samples_max;
    int64_t gauge_max;
    uint64_t counter_max;
    double percent_max;
    double clock_error_ms_max;
} csimdjson_limits;

// Bytes within the parser, valid until it parses again; `bytes` is NULL when the key is absent.
typedef struct {
    const char *bytes;
    size_t count;
} csimdjson_text;

typedef struct {
    int64_t min, max, last;
    double mean;
} csimdjson_gauge;

// Absent is not zero.
typedef struct {
    bool is_known;
    double value;
} csimdjson_percent;

typedef struct {
    csimdjson_percent cpu, memory, backend_cpu, backend_memory;
} csimdjson_usage;

typedef struct {
    int64_t start_ms, length_ms, samples, failed, restarts;
    bool has_gauges, has_counters, has_usage;
    csimdjson_gauge active, busy, waiting;
    int64_t span_ms;
    uint64_t accepts, handled, requests;
    csimdjson_usage usage;
} csimdjson_window;

enum { CSIMDJSON_RUNNING = 0, CSIMDJSON_DRAINING = 1, CSIMDJSON_PROBE = 2 };

typedef struct {
    csimdjson_text arn, cluster, service, family, revision, zone;
    uint64_t boot, sequence;
    int32_t state;
    bool has_clock, clock_synchronized;
    double clock_error_ms;
    size_t window_count;
    const csimdjson_window *windows;
} csimdjson_report;

typedef struct csimdjson_parser csimdjson_parser;

// NULL when memory is gone.
csimdjson_parser *csimdjson_create(csimdjson_limits limits);
void csimdjson_destroy(csimdjson_parser *parser);

// Whether the document is a valid report; if not, `csimdjson_reason` tells why in one line.
bool csimdjson_parse(
    csimdjson_parser *parser, const char *json, size_t count, csimdjson_report *report);
const char *csimdjson_reason(const csimdjson_parser *parser);

#ifdef __cplusplus
}
#endif

#endif
