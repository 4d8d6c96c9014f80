import Control
import Platform
import Scaling
import Values
import Writing

/// What a person looks at first of a service: one sentence, whether it needs attention, the counts.
struct ServiceRow: Sendable {
    let snapshot: ServiceSnapshot
    /// How much happened so far: when it grows, there is news in `…/decisions`.
    let entryCount: Int

    init(_ service: ManagedService) {
        snapshot = service.snapshot()
        entryCount = service.history.entryCount
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("cluster", snapshot.configuration.key.cluster)
            json.member("service", snapshot.configuration.key.service)
            let words = StatusWords(snapshot, wallMs: WallClock.nowMs())
            json.member("state", words.state.rawValue)
            json.member("status", words.sentence)
            json.member("standing", snapshot.standing.word)
            json.key("attention")
            json.array { json in
                for sentence in words.attention { json.string(sentence) }
            }
            let point = HistoryPoint(snapshot, ms: 0)
            if let counts = snapshot.counts {
                json.member("desired", counts.desiredCount)
                json.member("running", counts.runningCount)
                json.member("pending", counts.pendingCount)
            }
            if !point.demand.isNaN {
                json.member("demand", thousandths: Double(point.demand))
                json.member("planned", thousandths: Double(point.planned))
            }
            if let age = snapshot.countsAge {
                json.member("countsAgeSeconds", thousandths: age.inSeconds)
            }
            if let inputs = snapshot.decision?.inputs {
                json.member("min", inputs.minTasks)
                json.member("max", inputs.maxTasks)
                json.member("live", inputs.tasksLive)
                json.member("saturated", inputs.tasks.saturated)
                json.member("silent", inputs.tasksStale + inputs.tasksMissing)
            }
            json.member("decisions", entryCount)
            json.key("overrides")
            json.array { json in
                for override in snapshot.overrides { ServicesView.write(override, to: &json) }
            }
        }
    }
}
