import ConcordDiff
import ConcordEncoding
import ConcordSync
import Foundation
import Testing

/// `Protocol/rejections.json` names every code that this code base can give, and no other.
@Suite struct RegistryTests {
    private let groups: [WireText: JSON]

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Protocol/rejections.json")
        let registry = try JSON(parsing: [UInt8](Data(contentsOf: file)))
        let groups = try #require(registry["groups"]?.objectValue)
        self.groups = Dictionary(uniqueKeysWithValues: groups.map { ($0.key, $0.value) })
    }

    private func codes(_ group: WireText) throws -> [WireText] {
        let entries = try #require(groups[group]?["codes"]?.arrayValue)
        return try entries.map { try #require($0["code"]?.stringValue) }
    }

    @Test func everyGroupNamesItsCodesInOrderOfPrecedence() throws {
        #expect(try codes("json") == JSONRefusal.allCases.map { WireText($0.rawValue) })
        #expect(try codes("diff") == DiffRefusal.allCases.map { WireText($0.rawValue) })
        #expect(try codes("join") == JoinRefusal.allCases.map { WireText($0.rawValue) })
        #expect(try codes("void") == VoidReason.allCases.map { WireText($0.rawValue) })
        #expect(try codes("message") == MessageRefusal.allCases.map { WireText($0.rawValue) })
        #expect(try codes("request") == SyncRefusal.allCases.map { WireText($0.rawValue) })
        #expect(try codes("files") == FileRefusal.allCases.map { WireText($0.rawValue) })
        #expect(try codes("access") == AccessRefusal.allCases.map { WireText($0.rawValue) })
        #expect(
            try codes("authentication")
                == AuthenticationRefusal.allCases.map { WireText($0.rawValue) }
        )
        #expect(try codes("session") == SessionRefusal.allCases.map { WireText($0.rawValue) })
    }

    @Test func everyCodeOfARequestHasItsStatusAndEveryCodeAMeaning() throws {
        for (name, group) in groups {
            for entry in try #require(group["codes"]?.arrayValue) {
                #expect(entry["meaning"]?.stringValue?.isEmpty == false)
                let hasStatus = entry["status"]?.integerValue != nil
                #expect(
                    hasStatus
                        == [
                            "access", "authentication", "files", "http", "message", "request",
                        ].contains(name)
                )
            }
        }
    }
}
