import Testing

@testable import AggregatorCore

/// What the command line makes of the aggregator's answers.
@Suite struct OperatorTextTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static let services = """
        {"services":[
         {"cluster":"shop","service":"web","state":"ok","status":"web: fine.","attention":[],
          "dryRun":false,"desiredCount":12,"runningCount":12,"pendingCount":0,"paused":[],
          "decision":{"demand":8.62,"tasksLive":12},"changes":{"out":3,"in":1,"failed":0}},
         {"cluster":"shop","service":"search","state":"ok","status":"search: full.",
          "attention":["The load asks for 30 tasks, and max is 20. Raise max."],"dryRun":false,
          "desiredCount":20,"runningCount":19,"pendingCount":1,"paused":[],
          "decision":{"demand":29.5,"tasksLive":19},"changes":{"out":1,"in":0,"failed":0}}]}
        """

    @Test func statusIsATableThenWordsThenWhatNeedsAttention() {
        #expect(
            StatusText.text(bytes(Self.services)) == """
                SERVICE      STATE      DESIRED  RUNNING  PENDING  LOAD  REPORTING  CHANGES
                shop/web     fine       12       12       0        8.6   12         3 out, 1 in
                shop/search  attention  20       19       1        29.5  19         1 out, 0 in

                web: fine.

                search: full.

                Needs attention:
                  shop/search: The load asks for 30 tasks, and max is 20. Raise max.

                """)
        let colored = StatusText.text(bytes(Self.services), isColored: true) ?? ""
        #expect(colored.contains("\u{1B}[32mfine\u{1B}[0m       12"), "columns stay aligned")
        #expect(colored.contains("\u{1B}[31mattention\u{1B}[0m  20"))
        for wrong in ["", "{}", "[]", "{\"services\":1}"] {
            #expect(StatusText.text(bytes(wrong)) == nil)
        }
    }

    @Test func decisionsComeWithTheirNumbersInWords() {
        let json = """
            {"cluster":"shop","service":"web","decisions":[
             {"number":7,"time":"2026-11-25T20:01:05.123Z","event":"service.decision",
              "kind":"scaleOut","from":2,"to":12,"reason":"surge: load is worth 9.4 tasks",
              "metric":"busy","load":94,"target":10,"demand":9.4,"planned":11.9,"wanted":12,
              "mode":"surge","tasksLive":2,"tasksStale":0,"tasksMissing":1,"runningCount":2,
              "pendingCount":0,"min":1,"max":20},
             {"number":8,"time":"2026-11-25T20:01:05.200Z","event":"service.scaled","from":2,
              "to":12,"reactionMs":85.4,"callMs":40.1},
             {"number":9,"time":"2026-11-25T20:05:00.000Z","event":"service.overridden",
              "floor":50,"reason":"sale","until":"2026-11-25T22:05:00.000Z"},
             {"number":10,"time":"2026-11-25T20:06:00.000Z","event":"service.held",
              "hold":"atMax","since":"2026-11-25T20:05:00.000Z","reason":"It is full.",
              "next":"Raise max."}]}
            """
        #expect(
            DecisionsText.text(bytes(json)) == """
                2026-11-25 20:01:05  decided 2 → 12
                    surge: load is worth 9.4 tasks
                    load 94 of busy, target 10 a task: worth 9.4 tasks, planned for 11.9, \
                wanted 12 (surge)
                    2 tasks report, 0 fell silent, 1 never came; ECS runs 2, 0 pending; \
                min 1, max 20
                2026-11-25 20:01:05  changed 2 → 12
                    ECS took it 85.4 ms after the report that asked for it; the call took 40.1 ms.
                2026-11-25 20:05:00  set: floor 50
                    sale; until 2026-11-25 22:05 UTC.
                2026-11-25 20:06:00  held: atMax
                    It is full. Raise max.

                """)
        #expect(
            DecisionsText.text(bytes("{\"decisions\":[]}"))
                == "Nothing has happened since the start.\n")
        #expect(DecisionsText.text(bytes("{}")) == nil)
    }

    @Test func tasksAreATable() {
        let json = """
            {"tasks":[{"arn":"arn:aws:ecs:r:1:task/shop/a1","state":"serving","knownSeconds":7300,
              "heardSecondsAgo":0.42,"busy":3.25,"requestsPerSecond":210.53,"cpu":71.2,"memory":40},
             {"arn":"b2","state":"silent","knownSeconds":90,"heardSecondsAgo":12.9}]}
            """
        #expect(
            TasksText.text(bytes(json)) == """
                TASK  STATE    HEARD      KNOWN FOR  BUSY  REQUESTS/S  CPU     MEMORY
                a1    serving  0.4 s ago  2 h        3.3   210.5       71.2 %  40 %
                b2    silent   12 s ago   90 s       -     -           -       -

                """)
        #expect(TasksText.text(bytes("{\"tasks\":[]}")) == "No task reports.\n")
    }
}
