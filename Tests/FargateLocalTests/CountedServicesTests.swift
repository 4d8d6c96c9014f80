import Foundation
import HTTPServer
import Testing

@testable import FargateLocal

@Suite struct CountedServicesTests {
    private struct Service: Decodable, Equatable {
        var serviceName: String
        var status = "ACTIVE"
        var desiredCount: Int
        var runningCount: Int
    }

    private struct Answer: Decodable {
        let service: Service?
        let services: [Service]?
    }

    private func answer(
        _ services: inout CountedServices, _ operation: String, _ body: String
    ) throws -> (status: Int, answer: Answer) {
        let response = services.answer(
            target: ECSEndpoint.targetPrefix + operation, Array(body.utf8))
        return (
            response.status, try JSONDecoder().decode(Answer.self, from: Data(response.body))
        )
    }

    @Test func tellsItsCountsAndTakesDesiredOnes() throws {
        var services = CountedServices(
            cluster: "shop", running: ["web": 40, "search": 3], region: "eu-central-1")
        let update = try answer(
            &services, "UpdateService",
            #"{"cluster":"shop","service":"arn:aws:ecs:r:1:service/shop/web","desiredCount":50}"#)
        #expect(update.status == 200)
        let web = Service(serviceName: "web", desiredCount: 50, runningCount: 40)
        #expect(update.answer.service == web)
        let described = try answer(
            &services, "DescribeServices", #"{"cluster":"shop","services":["web","search"]}"#)
        #expect(
            described.answer.services == [
                web, Service(serviceName: "search", desiredCount: 3, runningCount: 3),
            ])
        #expect(
            try answer(&services, "UpdateService", #"{"service":"x","desiredCount":1}"#).status
                == 400)
        #expect(try answer(&services, "ListTasks", "{}").status == 400)
        #expect(try answer(&services, "DescribeServices", "{").status == 400)
    }
}
