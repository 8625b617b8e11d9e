import ConcordEncoding
import Foundation

extension DemoPlayer {
    /// The chapter of truth: the same state everywhere, the file's totals, every signature right.
    func compare() throws -> Bool {
        narrator.chapter("Does everything agree?")
        var digests: Set<String> = []
        for auditor in everyone {
            let digest = try auditor.ask(["state", "--digest"])["digest"]?.text ?? ""
            narrator.act(auditor.shortName, at: nil, "state \(digest.prefix(32))…")
            digests.insert(digest)
        }
        check(
            digests.count == 1 && digests.first != "",
            digests.count == 1 ? "All replicas show the same state." : "The replicas differ."
        )
        for auditor in everyone {
            let rebuilt = try auditor.attempt(["rebuild", "--check"])
            check(
                rebuilt.status == 0,
                "\(auditor.shortName): the state rebuilt from the log is the stored one."
            )
        }
        let verified = try leader.attempt(["verify"])
        check(
            verified.status == 0,
            verified.output.trimmingCharacters(in: .whitespacesAndNewlines)
                + verified.errors.trimmingCharacters(in: .whitespacesAndNewlines)
        )
        try compareTotals()
        return differences == 0
    }

    private func compareTotals() throws {
        guard let expected = file.json["expected"]?.objectValue else {
            narrator.skip("The file expects no totals.")
            return
        }
        let list = try leader.ask(["finding", "list"])
        let totals = list["totals"] ?? .null
        let fileIDs = Dictionary(
            (list["findings"]?.arrayValue ?? []).map { finding in
                (
                    finding["id"]?.text ?? "",
                    finding["fileID"]?.text ?? finding["label"]?.text ?? ""
                )
            },
            uniquingKeysWith: { first, _ in first }
        )
        let coverage = try leader.ask(["coverage"])["standards"]?.arrayValue ?? []
        for (name, wanted) in expected {
            switch name {
            case "findings", "nonconformities", "countsByStandard":
                compare(name.string, wanted, totals[name] ?? .null)
            case "includedRequirementFindings", "unrelatedClauseFindings":
                let found =
                    totals[name]?.arrayValue?.compactMap(\.text)
                    .map { fileIDs[$0] ?? $0 } ?? []
                compare(
                    name.string,
                    Self.sorted(wanted),
                    .array(found.sorted().map { .string($0) })
                )
            case "leafClauses", "plannedClauses", "notPlanned", "clausesWithFinding":
                for (standard, wanted) in wanted.objectValue ?? JSONObject() {
                    let found = coverage.first { $0["standard"]?.stringValue == standard }
                    compare(
                        "\(name), \(standard)",
                        Self.sorted(wanted),
                        Self.sorted(found?[name] ?? .null)
                    )
                }
            default: narrator.skip("\(name): this version computes no such total")
            }
        }
    }

    private func compare(_ name: String, _ expected: JSON, _ found: JSON) {
        let text = Self.text(found)
        check(
            expected == found,
            expected == found
                ? "\(name): \(text)" : "\(name): expected \(Self.text(expected)), found \(text)"
        )
    }

    private static func sorted(_ value: JSON) -> JSON {
        guard let list = value.arrayValue else { return value }
        return .array(list.sorted { $0.canonicalText < $1.canonicalText })
    }

    /// A total as people read it.
    private static func text(_ value: JSON) -> String {
        switch value {
        case .array(let items):
            items.isEmpty
                ? "none" : "\(items.count) (\(items.map { text($0) }.joined(separator: " ")))"
        case .object(let object):
            object.map { "\($0.key) \(text($0.value))" }.joined(separator: ", ")
        case .string(let text): text.string
        default: value.canonicalText
        }
    }

    /// The report, and how to look around.
    func finish(_ isRight: Bool) {
        narrator.chapter(isRight ? "Everything agrees" : "Something does not agree")
        narrator.say(
            isRight
                ? "\(everyone.count) replicas, one state, the file's totals; \(seconds) seconds."
                : "What differs is marked with ✗ above (\(differences)); \(seconds) seconds."
        )
        narrator.blank()
        narrator.say("Report (open it in a browser):")
        narrator.quote(folder.file("report.html"))
        narrator.say("Look around as \(leader.person.name):")
        narrator.quote("export PATH=\(quoted(programs)):$PATH XDG_DATA_HOME=\(quoted(leader.home))")
        for command in ["status", "finding list", "coverage", "log --last 20"] {
            narrator.quote("concord \(command)")
        }
        narrator.say("To sync again, start the server in another terminal:")
        narrator.quote(
            "\(quoted(programs + "/concord-server")) "
                + server.arguments.map { quoted($0) }.joined(separator: " ")
        )
    }

    private func quoted(_ text: String) -> String {
        let isPlain = text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "/._-".contains($0))
        }
        return isPlain ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
