import ConcordDiff
import ConcordEncoding
import Testing

@testable import Concord

@Suite struct InvitationCodeTests {
    private let code = InvitationCode(
        engagement: DiffID(hashing: [1, 2, 3]),
        invitation: "01900000-0000-7000-8000-000000000001",
        secret: Array(0..<32),
        server: "http://127.0.0.1:8080"
    )

    @Test func aCodeReadsBackAsItself() {
        #expect(InvitationCode(code.description) == code)
        #expect(InvitationCode(" \(code.description)\n") == code)
    }

    @Test func everyChangedOrMissingCharacterIsNoticed() {
        let text = Array(code.description)

        for index in text.indices {
            var changed = text
            changed[index] = changed[index] == "A" ? "B" : "A"
            var cut = text
            cut.remove(at: index)

            #expect(InvitationCode(String(changed)) != code)
            #expect(InvitationCode(String(cut)) == nil)
        }
    }
}
