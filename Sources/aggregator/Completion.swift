/// Completion for shells, made from one table of the commands.
enum Completion {
    struct Words {
        let command: String
        let options: [String]
        /// Whether the first argument is a service.
        var takesService = false
        /// What the argument behind it may be.
        var choices: [String] = []
    }

    private static let order = ["--reason", "--for"]

    static let commands: [Words] = [
        Words(command: "run", options: ["--config"]),
        Words(command: "check", options: ["--config"]),
        Words(command: "health", options: ["--config"]),
        Words(command: "status", options: ["--watch", "--json"], takesService: true),
        Words(command: "why", options: ["--last", "--json"], takesService: true),
        Words(command: "tasks", options: ["--json"], takesService: true),
        Words(command: "pause", options: order + ["--direction"], takesService: true),
        Words(command: "resume", options: ["--direction"], takesService: true),
        Words(command: "floor", options: order, takesService: true),
        Words(command: "ceiling", options: order, takesService: true),
        Words(command: "dry-run", options: order, takesService: true, choices: ["on", "off"]),
        Words(
            command: "lift", options: [], takesService: true,
            choices: ["pause", "floor", "ceiling", "dry-run"]),
        Words(
            command: "simulate",
            options: ["--trace", "--config", "--compare", "--svg", "--json", "--help"]),
        Words(command: "recommend", options: ["--log", "--config", "--service", "--json"]),
        Words(command: "completion", options: [], choices: ["bash", "zsh"]),
        Words(command: "version", options: []),
        Words(command: "help", options: []),
    ]

    static func script(for shell: String) throws(UsageError) -> String {
        switch shell {
        case "bash": return bash
        case "zsh":
            return "#compdef aggregator\nautoload -U +X bashcompinit && bashcompinit\n" + bash
        default: throw UsageError(text: "completion is made for bash and zsh, not \(shell)")
        }
    }

    /// Services are those of the aggregator that runs; where none answers, none is offered.
    private static var bash: String {
        let names = commands.map(\.command).joined(separator: " ")
        let services = "$(aggregator status --names 2>/dev/null)"
        var text = """
            # source <(aggregator completion bash)
            _aggregator() {
              local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words=
              if [ "$COMP_CWORD" -le 1 ]; then
                COMPREPLY=($(compgen -W "\(names)" -- "$word")); return
              fi
              case ${COMP_WORDS[COMP_CWORD-1]} in
                --config|--svg|--log) COMPREPLY=($(compgen -f -- "$word")); return;;
                --direction) COMPREPLY=($(compgen -W "out in both" -- "$word")); return;;
                --for) COMPREPLY=($(compgen -W "15m 1h 2h 1d" -- "$word")); return;;
                --reason|--last|--trace) return;;
              esac
              case $command in

            """
        for words in commands {
            let offered = words.options + words.choices
            text += "    \(words.command)) words=\"\(offered.joined(separator: " "))\""
            if words.takesService {
                text += "; [ \"$COMP_CWORD\" -ne 2 ] || words+=\" \(services)\""
            }
            text += ";;\n"
        }
        return text + """
              esac
              COMPREPLY=($(compgen -W "$words" -- "$word"))
            }
            complete -F _aggregator aggregator

            """
    }
}
