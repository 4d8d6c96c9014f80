import AWS
import Control
import Scaling
import Testing
import Values

@testable import AggregatorCore

/// What subscribers read: each message whole.
@Suite struct AnnouncementTests {
    private static let key = ServiceKey(cluster: "shop", service: "web")

    private func message(_ announcement: Announcement) -> SNSMessage {
        SNSMessage(announcement, of: Self.key, wallMs: 1_790_000_000_000)
    }

    @Test func aHoldReadsWellInAnEMail() {
        let notice = HoldNotice.sample(isOver: false)
        let message = message(.held(notice))
        #expect(message.subject == "shop/web: atMax")
        #expect(
            message.email == """
                shop/web: The load asks for 30 tasks, and max is 20.

                Raise max, or the service stays overloaded.

                Since 2026-09-21T14:12:20.000Z.

                """)
        #expect(message.attributes["event"] == .string("ServiceHeld"))
        #expect(message.attributes["hold"] == .string("atMax"))
        #expect(message.body.hasPrefix(#"{"version":1,"event":"ServiceHeld","time":"2026-09-21T"#))
        let over = self.message(.held(.sample(isOver: true)))
        #expect(over.subject == "shop/web: over: atMax")
        #expect(over.email?.contains("It began at 2026-09-21T14:12:20.000Z.") == true)
        #expect(over.attributes["event"] == .string("ServiceHoldEnded"))
    }

    @Test func anOverrideSaysUntilWhenAndWhy() {
        let override = ServiceOverride(
            .floor(50), reason: "sale at eight", until: Instant(nanoseconds: 1),
            untilMs: 1_790_003_600_000)
        let begun = message(.overridden(override, isOver: false))
        #expect(begun.subject == "shop/web: floor 50")
        #expect(
            begun.email
                == "shop/web: an operator set floor 50, until 2026-09-21T15:13:20.000Z, because: "
                + "sale at eight\n")
        #expect(begun.attributes["event"] == .string("ServiceOverridden"))
        let over = message(.overridden(override, isOver: true))
        #expect(over.email == "shop/web: floor 50 is over. It was set because: sale at eight\n")
        #expect(over.attributes["override"] == .string("floor"))
    }
}

extension HoldNotice {
    fileprivate static func sample(isOver: Bool) -> HoldNotice {
        HoldNotice(
            hold: .atMax, isOver: isOver, sinceMs: 1_789_999_940_000,
            reason: "The load asks for 30 tasks, and max is 20.",
            next: "Raise max, or the service stays overloaded.")
    }
}
