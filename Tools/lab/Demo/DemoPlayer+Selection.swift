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

    /// The edits of a case that can be played.
    func edits(_ item: DemoCase) -> [DemoCase.Edit] {
        if case .success(let edits) = item.edits { return edits }
        return []
    }

    /// The findings that cases begin from: as in the end, but for what the cases say of before.
    func bases() throws -> [DemoFile.Finding] {
        let byRecord = Dictionary(grouping: playable) { $0.record ?? "" }
        return try file.findings.compactMap { finding in
            try byRecord[finding.id].map { try base(of: finding, before: $0) }
        }
    }

    private func base(
        of finding: DemoFile.Finding,
        before cases: [DemoCase]
    ) throws
        -> DemoFile.Finding
    {
        var base = finding
        base.state = "draft"
        for edit in cases.flatMap({ edits($0) }) {
            switch edit.action {
            case .addEvidence(let id): base.evidence.removeAll { $0 == id }
            case .addCriterion(let added):
                base.criteria.removeAll { $0.reference == added.reference }
            default: continue
            }
        }
        for (name, value) in cases.flatMap({ Array($0.base) }) {
            switch name {
            case "evidence": base.evidence = value.arrayValue?.compactMap(\.stringValue) ?? []
            case "criteria":
                base.criteria = try (value.arrayValue ?? []).map { try DemoFile.Criterion($0) }
            case "state": base.state = value.stringValue ?? "draft"
            case _ where DemoFile.options[name] != nil: base.fields[name] = value.stringValue
            default: Self.setGrade(name, value, in: &base)
            }
        }
        return base
    }

    private static func setGrade(_ name: String, _ value: JSON, in base: inout DemoFile.Finding) {
        guard let criterion = DemoCase.Edit.criterion(inGradeOf: name) else { return }
        for index in base.criteria.indices
        where base.criteria[index].reference == criterion.reference {
            base.criteria[index].grade = value.stringValue
        }
    }
}
