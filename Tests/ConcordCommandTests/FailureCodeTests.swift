import Foundation
import Testing

@testable import ConcordCommand

/// The codes of failures, and their table in the manual.
@Suite struct FailureCodeTests {
    @Test func theManualListsEveryCodeWithItsExitCodes() throws {
        let manual = try String(
            contentsOf: URL(filePath: #filePath).appending(path: "../../../docs/concord.md")
                .standardized,
            encoding: .utf8
        )
        let begin = try #require(manual.range(of: "## Codes of failures\n"))
        let rest = manual[begin.upperBound...]
        let table = rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)]

        var listed: [String: Set<Int32>] = [:]
        for row in table.split(separator: "\n") where row.hasPrefix("| `") {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 3 && !cells[2].isEmpty, "\(row)")
            let code = cells[0].trimmingCharacters(in: CharacterSet(charactersIn: "`"))
            let statuses = cells[1].split(separator: ",").compactMap {
                Int32($0.trimmingCharacters(in: .whitespaces))
            }
            #expect(
                listed.updateValue(Set(statuses), forKey: code) == nil,
                "\(code) is listed twice"
            )
        }
        var known: [String: Set<Int32>] = [:]
        for code in FailureCode.all { known[code.name, default: []].insert(code.status.rawValue) }

        #expect(listed.count > 100)
        for (code, statuses) in known { #expect(listed[code] == statuses, "\(code)") }
        for code in listed.keys { #expect(known[code] != nil, "\(code) is no code") }
    }

    @Test func codesAreWordsWithHyphens() {
        for code in FailureCode.all {
            let isWord = code.name.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) != nil
            #expect(isWord, "\(code.name)")
        }
    }

    /// One code is one thing: where several parts of the library use the same, they end the program alike.
    @Test func aCodeEndsTheProgramInOneWay() {
        var statuses: [String: Set<Int32>] = [:]
        for code in FailureCode.all {
            statuses[code.name, default: []].insert(code.status.rawValue)
        }

        #expect(statuses.filter { $0.value.count > 1 }.isEmpty)
    }
}
