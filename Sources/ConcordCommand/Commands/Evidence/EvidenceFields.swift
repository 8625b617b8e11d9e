import ArgumentParser
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// What a command says of an item of evidence, whether it records it or changes it.
struct EvidenceFields: ParsableArguments {
    @Option(parsing: .unconditional, help: "The source of the evidence, with its revision.")
    var source: WireText?
    @Option(parsing: .unconditional, help: "The content of the evidence.")
    var content: WireText?
    @Option(parsing: .unconditional, help: "The place where it was captured.")
    var place: WireText?
    @Option(help: ArgumentHelp("The date on it.", valueName: "2026-03-02"))
    var date: WireText?
    @Option(
        help: ArgumentHelp(
            "Who may read it: \(EvidenceWords.confidentialities.joined(separator: ", ")).",
            valueName: "who"
        )
    )
    var confidentiality: WireText?
    @Flag(
        inversion: .prefixedNo,
        exclusivity: .exclusive,
        help: "It holds personal data, or none."
    )
    var personalData: Bool?

    /// Puts what was said into a draft.
    func fill(_ draft: inout EvidenceDraft) throws {
        draft.source = source
        draft.content = content
        draft.place = place
        draft.date = try checkedDate()
        draft.confidentiality = try confidentiality.map { try EvidenceWords.confidentiality($0) }
        draft.hasPersonalData = personalData ?? false
    }

    /// Puts what was said into an edit of an item; an empty text clears the field.
    ///
    /// - Returns: how many fields were named.
    func change(_ item: WireText, edit: inout Edit) throws -> Int {
        var values: [(EvidenceField, JSON?)] = []
        func add(_ field: EvidenceField, _ text: WireText?) {
            guard let text else { return }
            values.append((field, text.isEmpty ? nil : .string(text)))
        }
        add(.source, source)
        add(.place, place)
        add(.evidenceDate, date?.isEmpty == true ? date : try checkedDate())
        add(.confidentiality, try confidentiality.map { try EvidenceWords.confidentiality($0) })
        if let personalData { values.append((.personalData, .bool(personalData))) }
        for (field, value) in values { edit.set(.evidence(item, field), to: value) }
        if let content { edit.setText(.evidence(item, .content), to: content) }
        return values.count + (content == nil ? 0 : 1)
    }

    private func checkedDate() throws -> WireText? {
        try date.map { WireText(try DateArgument.checked($0.string, option: "--date")) }
    }
}
