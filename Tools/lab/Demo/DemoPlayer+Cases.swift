import ConcordEncoding

extension DemoPlayer {
    /// One edit of a case, through `concord`.
    func play(_ edit: DemoCase.Edit, of item: DemoCase, by auditor: Auditor) throws {
        guard let record = item.record else { return }
        if case .addEvidence(let id) = edit.action { try capture(evidence: id, on: auditor) }
        let arguments = edit.action.arguments(record: record, reason: item.title)
        let result = try auditor.attempt(arguments, time: edit.time)
        // What has no effect is saved all the same, and that may be what the case is about.
        let isSaved = result.status == 0 || result.errors.contains("kept, but it has no effect")
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

    private func words(_ action: DemoCase.Action) -> String {
        switch action {
        case .set(let field, let value): return "\(field) becomes “\(value)”"
        case .grade(let criterion):
            return
                "grade against \(Self.short(criterion.standard)) \(criterion.clause) becomes \(criterion.grade ?? "")"
        case .addCriterion(let criterion): return "adds criterion \(criterion.argument)"
        case .removeCriterion(let criterion): return "removes criterion \(criterion.reference)"
        case .addEvidence(let id):
            return "adds evidence “\(file.evidence(id)?["title"]?.text ?? id)”"
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
        file.finding(record)?.fields["title"] ?? file.question(record)?["question"]?.text
            ?? record
    }
}
