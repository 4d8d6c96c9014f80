import Writing

/// The same for OpenTelemetry's collectors: an `ExportMetricsServiceRequest` as JSON.
///
/// Source: "OTLP Specification 1.5", JSON Protobuf Encoding, and `opentelemetry/proto/metrics/v1`.
/// 64-bit integers are texts there; counters and histograms are cumulative since `startMs`.
extension MetricsText {
    func otlp(startMs: Int64, nowMs: Int64) -> [UInt8] {
        var json = JSONWriter()
        let times = Times(start: "\(startMs)000000", now: "\(nowMs)000000")
        json.object { json in
            json.key("resourceMetrics")
            json.array { json in
                json.object { json in
                    json.key("resource")
                    json.object { json in
                        json.key("attributes")
                        json.array { json in
                            Self.attribute("service.name", "aggregator", &json)
                            Self.attribute("service.version", AggregatorVersion.text, &json)
                        }
                    }
                    json.key("scopeMetrics")
                    json.array { json in
                        json.object { json in
                            json.key("scope")
                            json.object { $0.member("name", "fargate-autoscaler") }
                            json.key("metrics")
                            json.array { json in
                                for family in families { Self.write(family, times, &json) }
                            }
                        }
                    }
                }
            }
        }
        return json.bytes
    }

    private struct Times {
        let start: String
        let now: String
    }

    private static func write(_ family: Family, _ times: Times, _ json: inout JSONWriter) {
        // A metric without a sample says nothing.
        guard !family.samples.isEmpty || family.histogram != nil else { return }
        json.object { json in
            json.member("name", family.name)
            json.member("description", family.help)
            switch family.kind {
            case .gauge: json.key("gauge")
            case .counter: json.key("sum")
            case .histogram: json.key("histogram")
            }
            json.object { json in
                if family.kind != .gauge {
                    // AGGREGATION_TEMPORALITY_CUMULATIVE
                    json.member("aggregationTemporality", 2)
                }
                if family.kind == .counter { json.member("isMonotonic", true) }
                json.key("dataPoints")
                json.array { json in
                    for sample in family.samples { write(sample, times, &json) }
                    if let histogram = family.histogram {
                        write(histogram.bounds, histogram.values, times, &json)
                    }
                }
            }
        }
    }

    private static func write(_ sample: Sample, _ times: Times, _ json: inout JSONWriter) {
        // JSON has no number for these.
        guard sample.value.isFinite else { return }
        json.object { json in
            json.key("attributes")
            json.array { json in
                for label in sample.labels { attribute(label.name, label.value, &json) }
            }
            json.member("startTimeUnixNano", times.start)
            json.member("timeUnixNano", times.now)
            json.member("asDouble", thousandths: sample.value)
        }
    }

    private static func write(
        _ bounds: [Double], _ values: Histogram.Values, _ times: Times, _ json: inout JSONWriter
    ) {
        json.object { json in
            json.member("startTimeUnixNano", times.start)
            json.member("timeUnixNano", times.now)
            json.member("count", "\(values.counts.reduce(0, +))" as String)
            json.member("sum", thousandths: values.sum)
            json.key("bucketCounts")
            json.array { json in
                for count in values.counts { json.string("\(count)" as String) }
            }
            json.key("explicitBounds")
            json.array { json in
                for bound in bounds { json.thousandths(of: bound) }
            }
        }
    }

    private static func attribute(_ name: String, _ value: String, _ json: inout JSONWriter) {
        json.object { json in
            json.member("key", name)
            json.key("value")
            json.object { $0.member("stringValue", value) }
        }
    }
}
