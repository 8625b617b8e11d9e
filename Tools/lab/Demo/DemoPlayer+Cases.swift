import ConcordEncoding

extension DemoPlayer {
    /// One edit of a case, through `concord`.
    func play(_ edit: DemoCase.Edit, of item: DemoCase, by auditor: Auditor) throws {
        guard let record = item.record else { return }
        if case .addEvidence(let id) = edit.action { try capture(evidence: id, on: auditor) }
        let arguments = arguments(edit.action, record: record, reason: item.title)
        let result = try auditor.attempt(arguments, time: edit.time)
        // What has no effect is saved all the same, and that may be what the case is about.
        let isSaved = result.status == 0 || result.errors.contains("saved, but without effect")
        guard isSaved else {
            check(false, "\(item.id), \(auditor.person.name): \(Self.line(result.errors))")
            return
        }
        narrator.act(
            auditor.shortName,
            at: clock(edit.time),
            "\(item.id): \(words(edit.action)) (\(name(record)))"
        )
    }

    private func arguments(_ action: DemoCase.Action, record: String, reason: String) -> [String] {
        let edit = ["finding", "edit", record]
        switch action {
        case .set(let field, let value): return edit + [DemoFile.options[field] ?? "", value]
        case .grade(let criterion), .addCriterion(let criterion):
            return edit + ["--criterion", criterion.argument]
        case .removeCriterion(let criterion):
            return edit + ["--remove-criterion", "\(criterion.standard):\(criterion.clause)"]
        case .addEvidence(let id): return edit + ["--add-evidence", id]
        case .removeEvidence(let id): return edit + ["--remove-evidence", id]
        case .answer(let answer): return ["checklist", "answer", record, answer]
        case .step(let to, let from):
            return step(to, from) + [record]
                + (to == "submitted" || to == "confirmed" ? [] : ["--reason", reason])
        }
    }

    private func step(_ to: String, _ from: String?) -> [String] {
        switch to {
        case "submitted": ["finding", "submit"]
        case "confirmed": ["finding", "confirm"]
        case "withdrawn": ["finding", "withdraw"]
        default: ["finding", from == "withdrawn" ? "reopen" : "return"]
        }
    }

    private func words(_ action: DemoCase.Action) -> String {
        switch action {
        case .set(let field, let value): return "\(field) becomes “\(value)”"
        case .grade(let criterion):
            return
                "grade against \(Self.short(criterion.standard)) \(criterion.clause) becomes \(criterion.grade ?? "")"
        case .addCriterion(let criterion): return "adds criterion \(criterion.argument)"
        case .removeCriterion(let criterion): return "removes criterion \(criterion.reference)"
        case .addEvidence(let id):
            return "adds evidence “\(file.evidence(id)?["title"]?.stringValue ?? id)”"
        case .removeEvidence(let id): return "takes evidence \(id) out"
        case .answer(let answer): return "answers \(answer)"
        case .step(let to, _): return to == "withdrawn" ? "withdraws it" : "makes it \(to)"
        }
    }

    /// What a program complains of, in one line.
    static func line(_ errors: String) -> String {
        errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// What a record of the file is called.
    func name(_ record: String) -> String {
        file.finding(record)?.fields["title"] ?? file.question(record)?["question"]?.stringValue
            ?? record
    }
}
