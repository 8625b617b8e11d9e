import ConcordEncoding

extension DemoPlayer {
    /// The cases that this version and these three people can play.
    var playable: [DemoCase] { file.cases.filter { reasonToSkip($0) == nil } }

    /// Why a case is left out; nil if it can be played.
    func reasonToSkip(_ item: DemoCase) -> String? {
        guard let record = item.record else { return "it is about several records at once" }
        let edits: [DemoCase.Edit]
        switch item.edits {
        case .failure(let unplayable): return unplayable.reason
        case .success(let found): edits = found
        }
        guard file.finding(record) != nil || file.question(record) != nil else {
            return "its record '\(record)' is not captured in this demo"
        }
        if edits.isEmpty { return "it has no edits" }
        for edit in edits {
            guard isPlaying(edit.by) else { return "\(edit.by) takes no part in the demo" }
            if case .addEvidence(let id) = edit.action, file.evidence(id) == nil {
                return "the file has no evidence '\(id)' (copies of files come in a later version)"
            }
        }
        return earlierCase(contradicting: item).map { "its base contradicts that of \($0)" }
    }

    /// An earlier case about the same record that begins with another value of the same thing.
    private func earlierCase(contradicting item: DemoCase) -> String? {
        for earlier in file.cases {
            if earlier.id == item.id { return nil }
            guard earlier.record == item.record else { continue }
            for (name, value) in item.base {
                if let other = earlier.base[name], other != value { return earlier.id }
            }
        }
        return nil
    }

    /// The findings that cases begin from: as in the end, but for what the cases say of before.
    func bases() throws -> [DemoFile.Finding] {
        let byRecord = Dictionary(grouping: playable) { $0.record ?? "" }
        return try file.findings.compactMap { finding in
            try byRecord[finding.id].map { try finding.before($0) }
        }
    }
}
