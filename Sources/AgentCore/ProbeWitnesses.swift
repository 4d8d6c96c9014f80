import Platform
import Values
import Writing

/// What the kernel says of nginx, and which of its sources say nothing, for `agent probe`.
package struct ProbeWitnesses {
    package var reading = WitnessReading()
    /// Where nginx serves: named by the setting, or found.
    package var ports: [UInt16] = []
    package var unavailable: [WitnessTrouble] = []
    /// What one look takes of a processor.
    package var cost = Duration.zero

    init(_ reader: WitnessReader) {
        // The first look finds the ports and opens the files.
        _ = reader.look()
        let start = ProcessorClock.now()
        reading = reader.look()
        cost = ProcessorClock.now() - start
        ports = reader.ports
        unavailable = reader.unavailable
    }

    /// `"witnesses":{"ports":[80],"listeners":1,"acceptQueue":0,"acceptQueueLimit":511,
    /// "listenOverflows":0,"listenDrops":0,"sockets":27,"established":12,"unread":0,"us":190.000,
    /// "unavailable":[{"source":"…","reason":"…"}]}`; what is unknown is left out.
    func write(to json: inout JSONWriter) {
        json.key("witnesses")
        json.object { json in
            json.key("ports")
            json.array { json in
                for port in ports { json.integer(Int(port)) }
            }
            @inline(never) func member(_ name: StaticString, _ value: Int?) {
                if let value { json.member(name, value) }
            }
            member("listeners", reading.listeners)
            member("acceptQueue", reading.acceptQueue)
            member("acceptQueueLimit", reading.acceptQueueLimit)
            member("listenOverflows", reading.listenOverflows.flatMap { Int(exactly: $0) })
            member("listenDrops", reading.listenDrops.flatMap { Int(exactly: $0) })
            member("sockets", reading.sockets)
            member("established", reading.established)
            member("unread", reading.unread)
            json.member("us", thousandths: cost.inSeconds * 1e6)
            json.key("unavailable")
            json.array { json in
                for trouble in unavailable {
                    json.object { json in
                        json.key("source")
                        json.string(trouble.source.text)
                        json.member("reason", trouble.reason)
                    }
                }
            }
        }
    }

    /// Lines of the table.
    func add(to text: Text) {
        text.add("kernel").add(spaces: 14).add(thousandths: cost.inSeconds * 1000, width: 9)
            .add(" ms  ")
        if ports.isEmpty { text.add("no port of nginx is known; ") }
        for port in ports { text.add("port ").add(Int(port)).add(", ") }
        @inline(never) func part(_ value: Int?, _ name: StaticString) {
            if let value { text.add(value) } else { text.add("unknown") }
            text.add(name)
        }
        part(reading.acceptQueue, " of ")
        part(reading.acceptQueueLimit, " wait to be accepted, ")
        part(reading.established, " connections, ")
        part(reading.unread, " unread, ")
        part(reading.sockets, " TCP sockets in the task, ")
        part(reading.listenOverflows.flatMap { Int(exactly: $0) }, " turned away so far\n")
        for trouble in unavailable {
            text.add(spaces: 12).add("→ ").add(trouble.source.text).add(": ").add(trouble.reason)
                .add("\n")
        }
    }
}
