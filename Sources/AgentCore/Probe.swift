import Platform
import Telemetry
import Transport
import Writing

/// `agent probe`: tries each link of the chain once, as the running agent would.
package final class Probe {
    let settings: AgentSettings
    let multi = HTTPMulti(connectionsMax: 2)
    var report = ProbeReport()

    package init(_ settings: AgentSettings) {
        self.settings = settings
    }

    package func run() throws(TransportError) -> ProbeReport {
        probeMetadata()
        probeNginx()
        report.witnesses = ProbeWitnesses(settings.makeWitnessReader())
        try probeAggregator()
        return report
    }

    private func probeMetadata() {
        let transfer = HTTPTransfer()
        let outcome: Result<Int, TransportError>
        do throws(TransportError) {
            try transfer.prepare(
                MetadataClient.request(
                    Text("").add(settings.metadataURI).add("/task").string))
            outcome = .success(try transfer.perform())
        } catch {
            outcome = .failure(error)
        }
        switch MetadataClient.read(outcome, transfer.body, serviceName: settings.serviceName) {
        case .success(let metadata):
            report.steps.append(
                ProbeStep(
                    .metadata, .ok, took: transfer.timings.total,
                    detail: Self.describe(metadata.identity),
                    advice: metadata.identity.service == nil
                        ? "no service is named: the aggregator looks it up, or set"
                            + " ECS_SERVICE_NAME" : nil))
            report.identity = metadata.identity
            report.cpus = metadata.cpus
            report.memoryMiB = metadata.memoryMiB
        case .failure(let trouble):
            report.steps.append(
                ProbeStep(
                    .metadata, .broken, detail: trouble.reason,
                    advice: "the agent must run in the ECS task itself (platform version 1.4.0"
                        + " or later), and ECS_CONTAINER_METADATA_URI_V4 be as ECS set it"))
        }
    }

    private static func describe(_ identity: TaskIdentity) -> String {
        Text("task ").add(TaskIdentity.lastComponent(of: identity.taskARN))
            .add(", service ").add(identity.service ?? "unknown")
            .add(", cluster ").add(identity.clusterName).add(", ").add(identity.family).add(":")
            .add(identity.revision).string
    }
}
