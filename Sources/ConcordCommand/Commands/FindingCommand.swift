import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord finding`.
struct FindingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finding",
        abstract: "Add, edit, show, list, submit, confirm, return, withdraw or merge findings.",
        discussion: """
            Name a finding by its number (B-07) or by the end of its id. Write a criterion as \
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

struct FindingAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Record a finding, with its criteria and evidence, in one save.",
        discussion: """
            Its number is made of your letter and your own count, so it is unique even offline.

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
        let criteria = try criterion.map { try WrittenCriterion($0, standards: view.standards) }
        let id = options.environment.newID()
        var record: JSONObject = [:]
        record[FindingField.raisedBy] = .string(me.member)
        for (field, text) in fields.texts { record[field] = .string(text) }
        for (field, value) in try fields.values(view) { record[field] = value }
        var members = JSONObject()
        for name in evidence { members[try view.names.evidence(name).id] = true }
        if !members.isEmpty { record[FindingField.evidence] = .object(members) }
        record[FindingField.fileID] = fileID.map { .string($0) }
        let part = try view.part(
            around: [record[FindingField.repeats]?.stringValue].compactMap(\.self),
            citing: members.map(\.key)
        )
        let acts = FindingActs(on: part, by: me.member)
        var number: WireText = ""
        let receipt = try view.saveView.tellingRefusals {
            try replica.save(keepingVoid: saving.keepAnyway) { numbers in
                number = numbers.number()
                record[FindingField.draftNumber] = .string(number)
                return try acts.raise(id: id, fields: record, citing: criteria.map(\.citation))
            }
        }
        try options.report(
            receipt,
            ["Recorded \(number)  \(fields.title ?? "")"]
                + WrittenCriterion.ungraded(criteria, number, in: nil),
            in: view,
            record: (Schema.finding.name, id, number)
        )
    }
}

struct FindingEdit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a finding. Only the fields you name are written.",
        discussion: """
            A value you name is written even if it is already shown: restating a value is a \
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
        help: ArgumentHelp("Remove a clause (repeatable).", valueName: "standard:clause")
    )
    var removeCriterion: [String] = []
    @Option(name: .long, help: "Add an item of evidence (repeatable).")
    var addEvidence: [String] = []
    @Option(name: .long, help: "Remove an item of evidence (repeatable).")
    var removeEvidence: [String] = []
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var saving: SavingOptions
    @OptionGroup var options: EngagementOptions

    func validate() throws { try fields.requireTitle() }

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let finding = try view.names.finding(finding)
        let values = try fields.values(view)
        let repeated = values.first { $0.field == .repeats }?.value?.stringValue
        let part = try view.part(around: [finding.id] + [repeated].compactMap(\.self))
        let acts = FindingActs(on: part, by: try replica.identity().member)
        try acts.requireOpen(finding)
        var edit = Edit(reason: reason)
        var count = 0
        for (field, text) in fields.texts {
            edit.setText(.finding(finding.id, field), to: text)
            count += 1
        }
        try acts.set(values, in: finding, edit: &edit)
        count += values.count
        count += try editCriteria(of: finding, view, acts, in: &edit)
        let added = try addEvidence.map { try view.names.evidence($0).id }
        for id in added { try acts.attach(id, to: finding, edit: &edit) }
        for name in removeEvidence {
            let id = try view.names.evidence(name).id
            try refuse(both: WireText(view.subjects.memberText(id).trimmed), ifIn: added, id)
            try acts.detach(id, from: finding, edit: &edit)
        }
        guard count + addEvidence.count + removeEvidence.count > 0 else {
            throw CommandFailure(
                .nothingToChange,
                "you named nothing to change",
                next: "Name a field, such as --unit MH; `concord finding edit --help` lists them."
            )
        }
        try options.save(
            edit,
            keeping: saving.keepAnyway,
            in: view,
            said: ["Saved \(finding.label)"] + (try regraded(view))
                + WrittenCriterion.ungraded(
                    try criterion.map { try WrittenCriterion($0, standards: view.standards) },
                    finding.label,
                    in: finding
                ),
            record: (Schema.finding.name, finding.id, finding.label)
        )
    }

    /// What to say of clauses that are named to take out and, with a grade, to put in: they stay, as that.
    private func regraded(_ view: AuditView) throws -> [String] {
        let removed = try removeCriterion.map {
            try WrittenCriterion.clause($0, standards: view.standards)
        }
        return try criterion.map { try WrittenCriterion($0, standards: view.standards) }
            .filter { removed.contains($0.reference) }.compactMap { cited in
                cited.grade.map { grade in
                    "\(FindingView.short(cited.reference.standard)):\(cited.reference.clause) stays, "
                        + "with grade \(grade.rawValue), because the command both adds and removes it."
                }
            }
    }

    /// Refuses to put in and take out one thing in one command: nobody can say which was meant.
    private func refuse<Item: Equatable>(
        both name: WireText,
        ifIn added: [Item],
        _ item: Item
    ) throws {
        guard added.contains(item) else { return }
        throw CommandFailure(
            .addedAndRemoved,
            "\(name) is both added and removed",
            next: "Name it once. Nothing was saved."
        )
    }

    private func editCriteria(
        of finding: FindingRecord,
        _ view: AuditView,
        _ acts: FindingActs,
        in edit: inout Edit
    ) throws -> Int {
        let cited = try criterion.map { try WrittenCriterion($0, standards: view.standards) }
        for text in removeCriterion {
            let reference = try WrittenCriterion.clause(text, standards: view.standards)
            // With a grade it is meant to stay, as that; without one nobody can say what is meant.
            if cited.contains(where: { $0.reference == reference && $0.grade != nil }) { continue }
            try refuse(
                both: WireText(reference.description),
                ifIn: cited.map(\.reference),
                reference
            )
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
        let found = try findings.map { try view.names.finding($0) }
        try options.output.show(
            Several(
                name: "findings",
                items: found.map { OneFindingView(finding: $0, view: view) },
                areNamed: true
            )
        )
    }
}

struct FindingList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List findings and totals."
    )

    @Option(
        help: "Only findings in this state: draft, submitted, confirmed, issued, withdrawn, merged."
    )
    var state: WireText?
    @Option(help: "Only findings that cite this standard.")
    var standard: String?
    @Flag(help: "Only findings with an open conflict.")
    var contested = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let standard = try standard.map { try view.standards.id($0) }
        if let state, !LifeCycle.finding.states.contains(state) {
            throw CommandFailure(
                .unknownState,
                "'\(state)' is not a state of a finding",
                next: NearNames.hint(state, among: LifeCycle.finding.states)
                    + "The states are: \(LifeCycle.finding.states.joined(separator: ", "))."
            )
        }
        let list = try view.names.findings(
            FindingFilter(state: state, standard: standard, isContested: contested)
        )
        let ids = Set(list.findings.map(\.id))
        try options.output.show(
            FindingListView(
                findings: list.findings,
                totals: list.totals.count(of: ids),
                none: list.findings.isEmpty ? try none(view) : "",
                view: view
            )
        )
    }

    /// What a list without a finding says.
    private func none(_ view: AuditView) throws -> Shown {
        let count = try view.moment.findingCount()
        if count == 0 {
            return "There are no findings yet; `concord finding add` records one."
        }
        if contested, state == nil, standard == nil { return "No finding has an open conflict." }
        let none: Shown =
            count == 1
            ? "The only finding does not match" : "None of the \(count) findings match"
        return "\(none); `concord finding list` lists all."
    }
}
