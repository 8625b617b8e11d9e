import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// The fields of a finding that can be written, when adding as when editing.
struct FindingFields: ParsableArguments {
    @Option(parsing: .unconditional, help: "The finding in one line.")
    var title: WireText?
    @Option(
        parsing: .unconditional,
        help: "The statement of what was found.",
        transform: TextArgument.sense
    )
    var statement: WireText?
    @Option(
        parsing: .unconditional,
        help: "The requirement, in your own words.",
        transform: TextArgument.sense
    )
    var requirementNote: WireText?
    @Option(
        parsing: .unconditional,
        help: "The auditee's view, if it differs.",
        transform: TextArgument.sense
    )
    var divergingOpinion: WireText?
    @Option(parsing: .unconditional, help: "The unit, by its id or its name.")
    var unit: WireText?
    @Option(parsing: .unconditional, help: "The site, by its id or its name.")
    var site: WireText?
    @Option(parsing: .unconditional, help: "The process, by its clause or in words.")
    var process: WireText?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The earlier nonconformity that this one repeats: a finding in this engagement, or its "
                + "number in an earlier one, such as NC-03.",
            valueName: "number"
        )
    )
    var repeats: WireText?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A requirement of another standard that the organization adopted, and the clause "
                + "through which it did.",
            valueName: "standard:clause@route"
        )
    )
    var includedRequirement: String?

    /// Refuses a title that says nothing.
    func requireTitle() throws {
        try TextArgument.requireTitle(title, option: "--title")
    }

    /// The texts that were given, by field.
    var texts: [(field: FindingField, text: WireText)] {
        let all: [(FindingField, WireText?)] = [
            (.statement, statement), (.requirementNote, requirementNote),
            (.divergingOpinion, divergingOpinion),
        ]
        return all.compactMap { field, text in text.map { (field, $0) } }
    }

    /// The other values that were given, by field; an empty one clears the field.
    func values(_ view: AuditView) throws -> [(field: FindingField, value: JSON?)] {
        var values: [(field: FindingField, value: JSON?)] = []
        if let value = Self.value(.title, title) { values.append(value) }
        let named: [(FindingField, WireText?)] = [
            (.unit, unit), (.site, site), (.process, process), (.repeats, repeats),
        ]
        for (field, text) in named {
            guard let text else { continue }
            let id =
                text.isEmpty
                ? text : try view.names.reference(text, of: field.name, in: Schema.finding.name)
            if let value = Self.value(field, id) { values.append(value) }
        }
        if let includedRequirement {
            values.append((.includedRequirement, try included(includedRequirement, view)))
        }
        return values
    }

    private static func value(
        _ field: FindingField,
        _ text: WireText?
    ) -> (field: FindingField, value: JSON?)? {
        text.map { (field, $0.isEmpty ? nil : JSON.string($0)) }
    }

    private func included(_ text: String, _ view: AuditView) throws -> JSON? {
        if text.isEmpty { return nil }
        guard text.contains(":"), text.contains("@") else {
            throw CommandFailure(
                .includedRequirement,
                "'\(text)' does not name the adopted requirement and the clause through which it was adopted",
                next: "Write STANDARD:CLAUSE@ROUTE, such as 20000-1:6.4@7.2.1."
            )
        }
        let parts = text.split(separator: "@", maxSplits: 1)
        let reference = try WrittenCriterion.clause(String(parts[0]), standards: view.standards)
        var object: JSONObject = [
            "standard": .string(reference.standard), "clause": .string(reference.clause),
        ]
        if parts.count > 1 { object["route"] = .string(String(parts[1])) }
        return .object(object)
    }
}
