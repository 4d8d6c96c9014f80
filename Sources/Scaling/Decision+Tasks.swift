extension Decision {
    /// What is said of the tasks: who does not answer, who says nothing, whose word is not
    /// believed.
    var tasksWords: [String] {
        let tasks = inputs.tasks
        var words: [String] = []
        if tasks.saturated > 0 {
            let one = tasks.saturated == 1
            let says =
                tasks.unanswering == tasks.saturated
                ? "\(one ? "does" : "do") not answer"
                : "\(one ? "has" : "have") more work than nginx can count"
            words.append(
                "\(share(tasks.saturated)) \(says) and \(one ? "its" : "their") queues are full")
        }
        if tasks.unheard > 0 && tasks.live > 0 && basis != .noQuorum {
            let verb = tasks.unheard == 1 ? "reports" : "report"
            words.append("\(count(tasks.unheard)) \(verb) nothing")
        }
        if tasks.down > 0 && tasks.live > 0 {
            words.append("nginx of \(count(tasks.down)) does not answer, and nothing waits for it")
        }
        if tasks.blind > 0 {
            words.append(
                "\(count(tasks.blind)) \(tasks.blind == 1 ? "counts" : "count") as last seen")
        }
        if tasks.bounded > 0 {
            words.append(
                "\(count(tasks.bounded)) \(tasks.bounded == 1 ? "reports" : "report")"
                    + " \(text(inputs.overstatedBusy)) requests more than the others make"
                    + " believable: not counted")
        }
        if tasks.surplus > 0 {
            words.append(
                "\(tasks.surplus) more \(tasks.surplus == 1 ? "reports" : "report") than ECS runs")
        }
        if tasks.strangers > 0 {
            words.append("\(count(tasks.strangers)) of somebody else's not counted")
        }
        if inputs.leakedBusy >= 1 {
            words.append("\(text(inputs.leakedBusy)) requests discounted as leaked gauges")
        }
        if inputs.standingBusy >= 1 {
            words.append(
                "\(text(inputs.standingBusy)) requests stand still while none arrives:"
                    + " open streams, or gauges that leak")
        }
        return words
    }

    /// Why nothing is known, when no task serves.
    var silenceWords: String {
        let tasks = inputs.tasks
        if tasks.down > 0 {
            return "\(count(tasks.down)) \(tasks.down == 1 ? "reports" : "report"), but none of"
                + " their nginx answers, and nothing waits for it: the load is unknown"
        }
        if tasks.starting > 0 {
            return "\(count(tasks.starting)) \(tasks.starting == 1 ? "starts" : "start"),"
                + " and none serves yet"
        }
        return "no task reports, and silence is not zero"
    }

    private func share(_ some: Int) -> String {
        some == inputs.tasks.live ? "all \(count(some))" : "\(some) of \(count(inputs.tasks.live))"
    }

    private func count(_ number: Int) -> String {
        number == 1 ? "1 task" : "\(number) tasks"
    }
}
