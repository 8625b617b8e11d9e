import ConcordEncoding

extension DemoPlayer {
    /// Captures an item of evidence on somebody's device.
    func capture(evidence id: String, on auditor: Auditor) throws {
        guard let item = file.evidence(id), !(evidenceOn.values.contains { $0.contains(id) }) else {
            return
        }
        let time = item["capturedAt"]?.text.flatMap { Timestamp($0) }
        try auditor.run(DemoFile.captureArguments(item, as: id), time: time)
        evidenceOn[auditor.person.id, default: []].insert(id)
    }

    /// Records a finding with as much of its evidence as is on the device; returns its draft number.
    @discardableResult
    func record(_ finding: DemoFile.Finding, on auditor: Auditor) throws -> String {
        let here = evidenceOn[auditor.person.id] ?? []
        let arguments = finding.addArguments(evidence: finding.evidence.filter(here.contains))
        let saved = try auditor.ask(arguments, time: finding.raisedAt)
        captured.insert(finding.id)
        return saved["label"]?.text ?? ""
    }

    /// Whoever captured an item of evidence, or the leader in his place.
    func capturer(_ id: String) -> Auditor {
        player(file.evidence(id)?["capturedBy"]?.text ?? "")
    }

    /// What a finding says, in a line.
    func summary(_ finding: DemoFile.Finding) -> String {
        let grades = finding.criteria.map {
            "\(Self.short($0.standard)) \($0.clause) \($0.grade ?? "no grade")"
        }
        return "“\(finding.fields["title"] ?? "")” (\(grades.joined(separator: ", ")))"
    }

    /// The number of a standard without publisher and year.
    static func short(_ standard: String) -> String {
        let numbers = standard.split(separator: "-").filter { Int($0) != nil }
        return numbers.count > 1 ? numbers.dropLast().joined(separator: "-") : standard
    }

    /// The chapter in which everybody still has a network: what the collisions begin from.
    func prepareCases() throws {
        let bases = try bases()
        let sequential = playable.filter(\.isSequential)
        guard !playable.isEmpty else { return }
        narrator.chapter("While there is a network: what is known before they part")
        for id in sharedEvidence(bases) { try capture(evidence: id, on: capturer(id)) }
        try syncUntilQuiet()
        for base in bases {
            let auditor = player(base.raisedBy)
            let number = try record(base, on: auditor)
            narrator.act(auditor.shortName, at: clock(base.raisedAt), "\(number) \(summary(base))")
        }
        try syncUntilQuiet()
        for base in bases where base.state != "draft" { try bring(base) }
        for item in playable { try answer(item) }
        for item in sequential { try playInOrder(item) }
        try syncUntilQuiet()
        narrator.say("Everybody has synced: all three devices hold the same.")
    }

    /// Evidence that findings begin with, or that somebody else than its capturer will add.
    private func sharedEvidence(_ bases: [DemoFile.Finding]) -> [String] {
        var ids = bases.flatMap(\.evidence)
        for item in playable {
            for edit in item.playableEdits {
                guard case .addEvidence(let id) = edit.action, capturer(id) !== player(edit.by)
                else { continue }
                ids.append(id)
            }
        }
        var seen: Set<String> = []
        return ids.filter { seen.insert($0).inserted }
    }

    /// Brings a finding to the state that its case begins with.
    private func bring(_ base: DemoFile.Finding) throws {
        guard ["submitted", "confirmed"].contains(base.state) else { return }
        try player(base.raisedBy).run(["finding", "submit", base.id], time: base.raisedAt)
        try syncUntilQuiet()
        if base.state == "confirmed" {
            try leader.run(["finding", "confirm", base.id], time: base.raisedAt)
        }
    }

    /// Gives the question of a case the answer that it begins with.
    private func answer(_ item: DemoCase) throws {
        guard let question = item.record, file.question(question) != nil,
            let answer = item.base["answer"]?.text, answer != "notAssessed"
        else { return }
        try leader.run(["checklist", "answer", question, answer])
        narrator.act(leader.shortName, at: nil, "answers \(answer) (\(name(question)))")
    }

    /// A case in which one had received the other's edit: no collision, whatever the clocks say.
    private func playInOrder(_ item: DemoCase) throws {
        narrator.blank()
        narrator.say("\(item.id) \(item.title): one edit after the other, whatever the clocks say.")
        for edit in item.playableEdits {
            let auditor = player(edit.by)
            if edit.isAfterReceiving { try syncUntilQuiet() }
            try play(edit, of: item, by: auditor)
            try auditor.run(["sync"])
        }
    }
}
