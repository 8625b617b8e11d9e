import ConcordEncoding
import Foundation

extension DemoPlayer {
    /// The chapter without a network.
    func goOffline() throws {
        try server.stop()
        narrator.chapter("Offline: everybody audits on their own")
        narrator.say(
            "The server is stopped. Each auditor records findings on their own device."
        )
        for auditor in everyone {
            narrator.blank()
            try captureFindings(of: auditor)
            try answerQuestions(of: auditor)
        }
        try collide()
        try tryToSync()
    }

    private func captureFindings(of auditor: Auditor) throws {
        for finding in file.findings
        where player(finding.raisedBy) === auditor && !captured.contains(finding.id) {
            for id in finding.evidence where capturer(id) === auditor {
                try capture(evidence: id, on: auditor)
            }
            let number = try record(finding, on: auditor)
            narrator.act(
                auditor.shortName,
                at: clock(finding.raisedAt),
                "\(number) \(summary(finding))"
            )
        }
        for item in file.list("evidence") {
            guard let id = item["id"]?.text, capturer(id) === auditor else { continue }
            if addedInACase(id) { continue }
            try capture(evidence: id, on: auditor)
        }
        let count = evidenceOn[auditor.person.id]?.count { capturer($0) === auditor } ?? 0
        narrator.act(auditor.shortName, at: nil, "\(count) items of evidence captured so far")
    }

    private func addedInACase(_ id: String) -> Bool {
        playable.flatMap { $0.playableEdits }.contains { $0.action == .addEvidence(id) }
    }

    /// Whoever is planned for a question's clause answers it; else the leader.
    private func answerQuestions(of auditor: Auditor) throws {
        let contested = Set(playable.compactMap(\.record))
        var count = 0
        for question in file.list("checklist") {
            guard let id = question["id"]?.text, !contested.contains(id),
                let answer = question["answer"]?.text, answer != "notAssessed"
            else { continue }
            let (who, time) = planned(question)
            guard who === auditor else { continue }
            try auditor.run(["checklist", "answer", id, answer], time: time)
            count += 1
        }
        if count > 0 {
            narrator.act(auditor.shortName, at: nil, "\(count) questions of the checklist answered")
        }
    }

    private func planned(_ question: JSON) -> (Auditor, Timestamp?) {
        for slot in file.list("plan") {
            let clauses = slot["clauses"]?.arrayValue ?? []
            let isHere = clauses.contains {
                $0["standard"] == question["standard"] && $0["clause"] == question["clause"]
            }
            let people = slot["auditors"]?.arrayValue?.compactMap(\.text) ?? []
            guard isHere, let person = people.first(where: { isPlaying($0) }) else { continue }
            return (player(person), slot["from"]?.text.flatMap { Timestamp($0) })
        }
        return (leader, nil)
    }

    /// The edits that nobody else can know of.
    private func collide() throws {
        let cases = playable.filter { !$0.isSequential }
        guard !cases.isEmpty else { return }
        narrator.blank()
        narrator.say("And they work on the same things, without knowing of each other:")
        for auditor in everyone {
            let own = cases.flatMap { item in
                item.playableEdits.filter { player($0.by) === auditor }.map { (item, $0) }
            }
            for (item, edit) in own.sorted(by: {
                ($0.1.time ?? .distantPast) < ($1.1.time ?? .distantPast)
            }) {
                try play(edit, of: item, by: auditor)
            }
        }
        let skipped = file.cases.compactMap { item in reasonToSkip(item).map { (item, $0) } }
        guard !skipped.isEmpty else { return }
        narrator.blank()
        narrator.say("Not played, because this version or this cast cannot:")
        for (item, reason) in skipped { narrator.skip("\(item.id) \(item.title): \(reason)") }
    }

    private func tryToSync() throws {
        narrator.blank()
        narrator.command("concord sync")
        let result = try leader.attempt(["sync"])
        check(
            result.status == 69,
            "Without a server, sync says so (exit code \(result.status)) and nothing is lost:"
        )
        narrator.quote(result.errors.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}

extension Timestamp {
    /// Before every other moment.
    fileprivate static let distantPast = Timestamp(milliseconds: .min)
}
