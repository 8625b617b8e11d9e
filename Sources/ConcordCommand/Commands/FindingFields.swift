import ArgumentParser
import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// The fields of a finding that can be written, when adding as when editing.
struct FindingFields: ParsableArguments {
    @Option(parsing: .unconditional, help: "What it is about, in one line.")
    var title: WireText?
    @Option(
        parsing: .unconditional,
        help: "What was found.",
        transform: TextArgument.sense
    )
    var statement: WireText?
    @Option(
        parsing: .unconditional,
        help: "What was required, in your own words.",
        transform: TextArgument.sense
    )
    var requirementNote: WireText?
    @Option(
        parsing: .unconditional,
        help: "Where the auditee sees it otherwise.",
        transform: TextArgument.sense
    )
    var divergingOpinion: WireText?
    @Option(parsing: .unconditional, help: "The unit.")
    var unit: WireText?
    @Option(parsing: .unconditional, help: "The site.")
    var site: WireText?
    @Option(parsing: .unconditional, help: "The process.")
    var process: WireText?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The earlier nonconformity that it repeats: a finding of this engagement, or the number "
                + "that it had in an earlier one, such as NC-03.",
            valueName: "number"
        )
    )
    var repeats: WireText?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The requirement of another standard that was taken in, and by which clause.",
            valueName: "standard:clause@route"
        )
    )
    var includedRequirement: String?

    /// Refuses a title that says nothing.
    func requireTitle() throws {
        try TextArgument.requireTitle(title, option: "--title")
    }

    /// The texts that were given, by field.
    var texts: [(field: WireText, text: WireText)] {
        [
            ("statement", statement), ("requirementNote", requirementNote),
            ("divergingOpinion", divergingOpinion),
        ].compactMap { field, text in text.map { (field, $0) } }
    }

    /// The other values that were given, by field; an empty one clears the field.
    func values(_ view: AuditView) throws -> [(field: WireText, value: JSON?)] {
        let organization = view.audit.organization
        if let unit { try known(unit, "unit", organization?.units.map { ($0.id, $0.name) } ?? []) }
        if let site { try known(site, "site", organization?.sites.map { ($0.id, $0.name) } ?? []) }
        var values: [(field: WireText, value: JSON?)] = [
            ("title", title), ("unit", unit), ("site", site), ("process", process),
            ("repeats", try repeats.map { try repeated($0, view) }),
        ].compactMap { field, text in
            text.map { (field, $0.isEmpty ? nil : JSON.string($0)) }
        }
        if let includedRequirement {
            values.append(("includedRequirement", try included(includedRequirement, view)))
        }
        return values
    }

    /// Refuses a unit or site that the organization does not have; where the engagement lists none,
    /// any will do.
    private func known(
        _ id: WireText,
        _ what: String,
        _ names: [(id: WireText, name: WireText)]
    ) throws {
        guard !id.isEmpty, !names.isEmpty, !names.contains(where: { $0.id == id }) else { return }
        throw CommandFailure(
            .badInput,
            "unknown-\(what)",
            "the organization has no \(what) '\(id)'",
            next: "There are: "
                + names.map { "\($0.id) (\($0.name))" }.joined(separator: ", ") + "."
        )
    }

    /// The id of the finding that is meant, or the number of one in an earlier engagement.
    private func repeated(_ name: WireText, _ view: AuditView) throws -> WireText {
        if name.isEmpty { return name }
        let here = view.matches(name.string, kinds: ["finding"])
        if here.count > 1 { throw view.ambiguous(name.string, here) }
        if let only = here.first { return only.id }
        let isNumber =
            name.string.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "-/. ".contains($0))
            }
            && name.string.contains(where: \.isNumber) && name.utf8.count <= 60
        if isNumber { return name }
        throw CommandFailure(
            .badInput,
            "unknown-finding",
            "'\(Layout.short(name.string))' is neither a finding here nor the number of an earlier one",
            next:
                "Name a finding as `concord finding list` does, or the number that it had in an earlier "
                + "engagement, such as NC-03."
        )
    }

    private func included(_ text: String, _ view: AuditView) throws -> JSON? {
        if text.isEmpty { return nil }
        guard text.contains(":"), text.contains("@") else {
            throw CommandFailure(
                .badInput,
                "included-requirement",
                "'\(text)' does not say which requirement was taken in, and by which clause",
                next: "Write STANDARD:CLAUSE@ROUTE, such as 20000-1:6.4@7.2.1."
            )
        }
        let parts = text.split(separator: "@", maxSplits: 1)
        let reference = try CriterionArgument.clause(String(parts[0]), standards: view.standards)
        var object: JSONObject = [
            "standard": .string(reference.standard), "clause": .string(reference.clause),
        ]
        if parts.count > 1 { object["route"] = .string(String(parts[1])) }
        return .object(object)
    }
}
