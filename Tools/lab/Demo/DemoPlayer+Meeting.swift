import ConcordEncoding
import Foundation

extension DemoPlayer {
    /// The chapter in which the server is back: syncing, and the conflicts.
    func meetAgain() throws {
        narrator.chapter("The server is back: everybody syncs")
        try server.start()
        let rounds = try syncUntilQuiet()
        narrator.say("Same database, same port. After \(rounds) rounds nothing is new for anyone.")
        let list = try leader.run(["conflicts", "show"])
        narrator.command("concord conflicts show")
        narrator.quote(list.trimmingCharacters(in: .whitespacesAndNewlines))
        narrator.blank()
        narrator.say("Does every collision end as the file expects?")
        let view = try DemoView(leader)
        for item in playable { compare(item, view) }
    }

    /// Compares one case with what the leader's device shows before anyone has decided.
    private func compare(_ item: DemoCase, _ view: DemoView) {
        guard let record = item.record else { return }
        let conflicts = view.conflicts(record, item.playableEdits.map(\.action))
        var right: [String] = []
        var wrong: [String] = []
        func compare(_ name: String, _ expected: String, _ found: String) {
            if expected == found {
                right.append("\(name) \(found)")
            } else {
                wrong.append("\(name): expected \(expected), found \(found)")
            }
        }
        for (name, value) in item.expected {
            switch name {
            case "conflict":
                let isExpected = value.boolValue ?? false
                if isExpected != conflicts.isEmpty {
                    right.append(isExpected ? "in conflict" : "no conflict")
                } else {
                    wrong.append(isExpected ? "no conflict was found" : "there is a conflict")
                }
            case "candidates":
                compare("candidates", Self.sorted(value), view.sides(conflicts))
            case "provisional":
                compare("meanwhile", value.text ?? "", view.shown(conflicts))
            case "state",
                _ where DemoFile.options[name.string] != nil:
                compare(name.string, value.text ?? "", view.text(name.string, of: record))
            case "evidence": compare(name.string, Self.sorted(value), view.evidence(of: record))
            case "evidenceContains":
                let id = value.text ?? ""
                if view.evidenceIDs(of: record).contains(id) {
                    right.append("evidence \(id) is in")
                } else {
                    wrong.append("evidence \(id) is missing")
                }
            case "criteria": compare(name.string, Self.criteria(value), view.criteria(of: record))
            default: continue
            }
        }
        check(
            wrong.isEmpty,
            "\(item.id) \(item.title): " + (wrong.isEmpty ? right : wrong).joined(separator: "; ")
        )
    }

    private static func sorted(_ value: JSON) -> String {
        Set(value.arrayValue?.compactMap(\.text) ?? []).sorted().joined(separator: ", ")
    }

    private static func criteria(_ value: JSON) -> String {
        let criteria = (value.arrayValue ?? []).compactMap { json -> String? in
            do { return try DemoFile.Criterion(json).argument } catch { return nil }
        }
        return criteria.sorted().joined(separator: ", ")
    }
}
