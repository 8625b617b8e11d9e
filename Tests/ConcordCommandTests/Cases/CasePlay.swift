import ConcordEncoding
import Foundation
import Testing

@testable import ConcordLab

/// A case of the sample, and in which order the people who edited sync.
struct CasePlay: Sendable, CustomTestStringConvertible {
    let id: String
    let order: [String]

    var testDescription: String { "\(id), \(order.joined(separator: " before "))" }

    /// The cases about one finding or question, in every order of syncing.
    static let all: [CasePlay] = {
        guard let file = try? CaseTeam.sample() else { return [] }
        return file.cases.filter { $0.record != nil && !$0.playableEdits.isEmpty }.flatMap { item in
            orders(of: item.playableEdits.map(\.by)).map { CasePlay(id: item.id, order: $0) }
        }
    }()

    /// Every order of some people.
    static func orders(of people: [String]) -> [[String]] {
        guard people.count > 1 else { return [people] }
        return people.indices.flatMap { index in
            var rest = people
            let first = rest.remove(at: index)
            return orders(of: rest).map { [first] + $0 }
        }
    }
}

/// A case that was played: what it begins from was captured and synced, then everybody edited without
/// a network, then they synced.
struct PlayedCase {
    let team: CaseTeam
    let item: DemoCase
    /// The finding or question it is about, by its id in the file.
    let record: String

    init(_ play: CasePlay) throws {
        let file = try CaseTeam.sample()
        item = try #require(file.cases.first { $0.id == play.id })
        record = try #require(item.record)
        let raiser = file.finding(record)?.raisedBy
        team = try CaseTeam(file, with: Set(play.order + [raiser].compactMap(\.self)))
        try prepare()
        if item.isSequential {
            for edit in item.playableEdits {
                if edit.isAfterReceiving { try team.sync() }
                try make(edit)
            }
        } else {
            try team.offline { for edit in item.playableEdits { try make(edit) } }
        }
        try team.sync(play.order)
    }

    // MARK: What it begins from.

    private func prepare() throws {
        guard let finding = team.file.finding(record) else {
            #expect(team.file.question(record) != nil)
            return
        }
        let base = try finding.before([item])
        for id in base.evidence + addedBySomeoneElse {
            try capture(id, by: try capturer(id))
        }
        try team.sync()
        let raiser = try team[base.raisedBy]
        try raiser.json(base.addArguments(evidence: base.evidence))
        if base.state == "submitted" { try raiser.json("finding", "submit", record) }
        try team.sync()
        #expect(
            try team[team.leader].json("finding", "show", record)["state"]?.plain
                == base.state
        )
    }

    /// Evidence that somebody will add whose capture it is not.
    private var addedBySomeoneElse: [String] {
        item.playableEdits.compactMap { edit in
            guard case .addEvidence(let id) = edit.action, let item = team.file.evidence(id),
                item["capturedBy"]?.plain != edit.by
            else { return nil }
            return id
        }
    }

    private func capturer(_ id: String) throws -> String {
        let person = try #require(team.file.evidence(id)?["capturedBy"]?.plain)
        return team.has(person) ? person : team.leader
    }

    private func capture(_ id: String, by person: String) throws {
        let evidence = try #require(team.file.evidence(id))
        let time = try #require(evidence["capturedAt"]?.plain)
        try team[person].json(DemoFile.captureArguments(evidence, as: id) + ["--time", time])
    }

    // MARK: What people do.

    private func make(_ edit: DemoCase.Edit) throws {
        let place = try team[edit.by]
        let time = try #require(edit.time).description
        var action = edit.action
        if case .addEvidence(let text) = action {
            let words = text.split(separator: " ").map(String.init)
            if let original = copied(text) {
                // "e04-copy (same sha256 as e04)": the same bytes, captured once more.
                try place.json(
                    DemoFile.captureArguments(original, as: words[0]) + ["--time", time]
                )
                action = .addEvidence(words[0])
            } else if try capturer(text) == edit.by {
                try capture(text, by: edit.by)
            }
        }
        try place.json(
            action.arguments(record: record, reason: item.title) + ["--time", time]
        )
    }

    private func copied(_ text: String) -> JSON? {
        guard let range = text.range(of: "(same sha256 as ") else { return nil }
        return team.file.evidence(String(text[range.upperBound...].dropLast()))
    }
}
