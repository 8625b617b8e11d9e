import ArgumentParser
import Concord
import ConcordAudit
import ConcordChanges
import ConcordEncoding
import ConcordModel

/// `concord finding`.
struct FindingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finding",
        abstract: "Add, edit, show, list, submit, confirm, return, withdraw or merge findings.",
        discussion: """
            A finding is named by its number (B-07) or by the end of its id. A criterion is written \
            STANDARD:CLAUSE=GRADE, where any unambiguous part of the standard's name will do.

            Grades, least severe first: goodPractice, conformity, ofi, observation, minor, major.
            """,
        subcommands: [
            FindingAdd.self, FindingEdit.self, FindingShow.self, FindingList.self,
            FindingSubmit.self, FindingConfirm.self, FindingReturn.self, FindingWithdraw.self,
            FindingReopen.self, FindingMerge.self, FindingUnmerge.self,
        ],
        defaultSubcommand: FindingList.self
    )
}

/// The fields of a finding that can be written, when adding as when editing.
struct FindingFields: ParsableArguments {
    @Option(parsing: .unconditional, help: "What it is about, in one line.")
    var title: WireText?
    @Option(parsing: .unconditional, help: "What was found.")
    var statement: WireText?
    @Option(parsing: .unconditional, help: "What was required, in your own words.")
    var requirementNote: WireText?
    @Option(parsing: .unconditional, help: "Where the auditee sees it otherwise.")
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

struct FindingAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Record a finding, with its criteria and evidence, in one save.",
        discussion: """
            Its number carries your letter and your own count, and is unique without a server.

            Example:
              concord finding add --title "Plan untested" --criterion 20000-1:6.3.3=major \\
                --statement "Not tested since the move." --unit MH --evidence 3f9a1c
            """
    )

    @OptionGroup(title: "What it says") var fields: FindingFields
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A clause with its grade (repeatable).",
            valueName: "standard:clause=grade"
        )
    )
    var criterion: [String] = []
    @Option(name: .long, help: "An item of evidence (repeatable).")
    var evidence: [String] = []
    @Option(name: .customLong("file-id"), help: .hidden)
    var fileID: WireText?
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        if fields.title == nil { throw ValidationError("Give at least --title.") }
        try fields.requireTitle()
    }

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let me = try replica.identity()
        let criteria = try criterion.map { try CriterionArgument($0, standards: view.standards) }
        let acts = FindingActs(on: view.audit, by: me.member)
        let id = options.environment.newID()
        var record: JSONObject = ["raisedBy": .string(me.member)]
        for (field, text) in fields.texts { record[field] = .string(text) }
        for (field, value) in try fields.values(view) { record[field] = value }
        var members = JSONObject()
        for name in evidence { members[try view.evidence(name).id] = true }
        if !members.isEmpty { record["evidence"] = .object(members) }
        record["fileID"] = fileID.map { .string($0) }
        var number: WireText = ""
        let receipt = try view.tellingRefusals {
            try replica.save(keepingVoid: saving.keepAnyway) { numbers in
                number = numbers.number()
                record["draftNumber"] = .string(number)
                return try acts.raise(id: id, fields: record, citing: criteria.map(\.citation))
            }
        }
        try options.report(
            receipt,
            ["Recorded \(number)  \(fields.title ?? "")"],
            in: view,
            record: ("finding", id, number)
        )
    }
}

struct FindingEdit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a finding; only what you name is written.",
        discussion: """
            A value that you name is written even if it is the one shown: restating it is a \
            decision. An empty value clears a field.

            Examples:
              concord finding edit B-07 --unit MH --add-evidence 3f9a1c
              concord finding edit B-07 --criterion 20000-1:9.2=major --reason "four of fifteen"
              concord finding edit B-07 --remove-criterion 9001:8.4
            """
    )

    @Argument(help: "The finding.")
    var finding: String
    @OptionGroup(title: "What it says") var fields: FindingFields
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Add a clause, or set its grade (repeatable).",
            valueName: "standard:clause=grade"
        )
    )
    var criterion: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp("Take a clause out (repeatable).", valueName: "standard:clause")
    )
    var removeCriterion: [String] = []
    @Option(name: .long, help: "Add an item of evidence (repeatable).")
    var addEvidence: [String] = []
    @Option(name: .long, help: "Take an item of evidence out (repeatable).")
    var removeEvidence: [String] = []
    @Option(parsing: .unconditional, help: "Why; it is part of the record.")
    var reason: WireText?
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func validate() throws { try fields.requireTitle() }

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let finding = try view.finding(finding)
        let acts = FindingActs(on: view.audit, by: try replica.identity().member)
        try acts.requireOpen(finding)
        var edit = Edit(reason: reason)
        var count = 0
        for (field, text) in fields.texts {
            edit.setText(path(finding, field), to: text)
            count += 1
        }
        for (field, value) in try fields.values(view) {
            edit.set(path(finding, field), to: value)
            count += 1
        }
        count += try editCriteria(of: finding, view, acts, in: &edit)
        let added = try addEvidence.map { try view.evidence($0).id }
        for id in added { try acts.attach(id, to: finding, edit: &edit) }
        for name in removeEvidence {
            let id = try view.evidence(name).id
            // Taken out and put in again in one command: it is in.
            if added.contains(id) { continue }
            try acts.detach(id, from: finding, edit: &edit)
        }
        guard count + addEvidence.count + removeEvidence.count > 0 else {
            throw CommandFailure(
                .usage,
                "nothing",
                "nothing to change was named",
                next: "Name a field, such as --unit MH; `concord finding edit --help` lists them."
            )
        }
        try options.save(
            edit,
            keeping: saving.keepAnyway,
            in: view,
            said: ["Saved \(finding.label)"],
            record: ("finding", finding.id, finding.label)
        )
    }

    private func path(_ finding: FindingRecord, _ field: WireText) -> CellPath {
        CellPath(kind: "finding", record: finding.id, field: field)
    }

    private func editCriteria(
        of finding: FindingRecord,
        _ view: AuditView,
        _ acts: FindingActs,
        in edit: inout Edit
    ) throws -> Int {
        let cited = try criterion.map { try CriterionArgument($0, standards: view.standards) }
        for text in removeCriterion {
            let reference = try CriterionArgument.clause(text, standards: view.standards)
            // Taken out and put in again in one command: what is named for it is what it is to be.
            if cited.contains(where: { $0.reference == reference }) { continue }
            try acts.uncite(reference, in: finding, edit: &edit)
        }
        try acts.cite(cited.map(\.citation), in: finding, edit: &edit)
        return criterion.count + removeCriterion.count
    }
}

struct FindingShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show findings in full."
    )

    @Argument(help: "The findings.")
    var findings: [String]
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let found = try findings.map { try view.finding($0) }
        if options.json {
            return try Output.json(
                JSON.several("findings", found.map { view.json($0) })
            )
        }
        for (index, finding) in found.enumerated() {
            try Output.lines((index > 0 ? [""] : []) + (try view.text(finding)))
        }
    }
}

struct FindingList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List findings, with the totals."
    )

    @Option(
        help: "Only those in this state: draft, submitted, confirmed, issued, withdrawn, merged."
    )
    var state: WireText?
    @Option(help: "Only those that cite this standard.")
    var standard: String?
    @Flag(help: "Only those about which something is contested.")
    var contested = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let standard = try standard.map { try view.standards.id($0) }
        if let state, !LifeCycle.finding.states.contains(state) {
            throw CommandFailure(
                .badInput,
                "unknown-state",
                "'\(state)' is not a state of a finding",
                next: "The states are: \(LifeCycle.finding.states.joined(separator: ", "))."
            )
        }
        let found = view.audit.findings.filter { finding in
            (state == nil || finding.state == state)
                && (standard.map { finding.standards.contains($0) } ?? true)
                && (!contested || !view.conflicts(about: finding).isEmpty)
        }
        if options.json {
            return try Output.json([
                "findings": .array(found.map { view.json($0) }),
                "totals": view.totals(of: found),
            ])
        }
        guard !found.isEmpty else { return try Output.lines([none(view)]) }
        try Output.lines(
            Layout.table(found.map { view.row($0) }) + [""] + view.totalsText(of: found)
        )
    }

    /// What a list without a finding says.
    private func none(_ view: AuditView) -> Shown {
        if view.audit.findings.isEmpty {
            return "There are no findings yet; `concord finding add` records one."
        }
        if contested, state == nil, standard == nil { return "No finding is contested." }
        let count = view.audit.findings.count
        let none: Shown =
            count == 1
            ? "The one finding is not like that" : "None of the \(count) findings is like that"
        return "\(none); `concord finding list` lists all."
    }
}
