import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

extension EngagementOptions {
    /// Saves an edit and prints the result.
    ///
    /// - Parameters:
    ///   - keeping: whether to keep what would not count, because the person said so.
    ///   - findings: the findings of which to say what nobody has decided yet.
    func save(
        _ edit: Edit,
        keeping: Bool = false,
        in view: AuditView,
        said: [String],
        record: SavedView.Record?,
        leaving findings: [WireText] = []
    ) throws {
        let receipt = try view.saveView.tellingRefusals {
            try view.replica.save(edit, keepingVoid: keeping)
        }
        try report(receipt, said, in: view, record: record, leaving: findings)
    }

    /// Says what a save of several records did.
    func report(
        _ receipt: SaveReceipt?,
        _ said: [String],
        in view: AuditView,
        records: [SavedView.Record]
    ) throws {
        var saved = SavedView(
            receipt: receipt,
            said: said,
            record: records.first,
            leaving: [],
            view: view
        )
        if records.count > 1 { saved.records = records }
        try output.show(saved)
        if let failure = receipt.flatMap({ view.saveView.kept($0) }) { throw failure }
    }

    /// Says what a save did. Of what does not count nothing is claimed: it was kept because the person
    /// said so, the exit code is not 0, and a leader can accept it.
    func report(
        _ receipt: SaveReceipt?,
        _ said: [String],
        in view: AuditView,
        record: SavedView.Record?,
        leaving findings: [WireText] = []
    ) throws {
        try output.show(
            SavedView(receipt: receipt, said: said, record: record, leaving: findings, view: view)
        )
        if let failure = receipt.flatMap({ view.saveView.kept($0) }) { throw failure }
    }
}

/// What a save did.
struct SavedView: View {
    /// The record that the save is about, with what people call it.
    typealias Record = (kind: WireText, id: WireText, label: WireText)

    /// The save; nil where nothing was to be saved.
    let receipt: SaveReceipt?
    /// What was done, where all of it counts.
    let said: [String]
    let record: Record?
    /// The findings of which to say what nobody has decided yet.
    let leaving: [WireText]
    /// What was there before.
    let view: AuditView
    /// All records that the save is about, where they are several.
    var records: [Record] = []

    var json: JSON {
        guard let receipt else { return ["changed": false] }
        var object: JSONObject = [
            "diff": .string(receipt.id.base64url),
            "write": .string(receipt.reference.description),
            "void": .array(
                receipt.voided.map {
                    [
                        "path": .string($0.path.description), "reason": .string($0.reason.rawValue),
                    ]
                }
            ),
            "proposals": .array(receipt.proposals.map { .string($0.description) }),
        ]
        if let record {
            object["kind"] = .string(record.kind)
            object["id"] = .string(record.id)
            object["label"] = .string(record.label)
        }
        if !records.isEmpty {
            object["records"] = .array(
                records.map {
                    [
                        "kind": .string($0.kind), "id": .string($0.id),
                        "label": .string($0.label),
                    ]
                }
            )
        }
        return .object(object)
    }

    var lines: [Shown] {
        guard let receipt else { return ["Nothing to save: nothing would change."] }
        // A step that is only proposed was not taken.
        let isStep = receipt.proposals.contains { $0.isState }
        if !receipt.voided.isEmpty || isStep { return [] }
        return said.flatMap { Layout.indented(Shown($0), by: 0) }
    }

    /// That the device goes on under a new key, where this is the first save under it: its join has the number before.
    private func keyChange() throws -> [Shown] {
        guard receipt?.reference.seq == 2, let change = try view.replica.keyChange() else {
            return []
        }
        return KeyChangeView(change: change).lines
    }

    var notes: [Shown] {
        get throws {
            let proposals = receipt?.proposals ?? []
            let told = try keyChange()
            if proposals.isEmpty, leaving.isEmpty { return told }
            let after = try AuditView(view.replica)
            let proposed = after.saveView.told(proposals)
            // What was kept without effect leaves nothing to tell of but that.
            let isKept = receipt?.voided.isEmpty ?? true
            return try told + proposed
                + (isKept && !leaving.isEmpty ? after.stepView.undecided(leaving) : [])
        }
    }
}

/// What became of a save.
struct SaveView {
    let view: AuditView

    /// Does a save; what the library refuses is told by the names that people use.
    func tellingRefusals<Result>(_ save: () throws -> Result) throws -> Result {
        do {
            try Unread.check()
            return try save()
        } catch let error as EditError where error.code == .inConflict {
            guard let path = CellPath(error.path) else { throw error }
            throw CommandFailure(
                .edit(error.code),
                "nothing was saved: \(view.subjects.place(path)) is in conflict",
                next: "Resolve it first: `concord conflicts show \(ConflictName.of(path))`."
            )
        } catch let refusal as SaveRefusal {
            guard let first = refusal.voided.first else { throw refusal }
            throw CommandFailure(
                .void(first.reason),
                "nothing was saved, because it would have no effect: " + (try why(first)),
                next: try next(refusal, first.reason)
            )
        }
    }

    /// What is only proposed of a save, a sentence each for at most three places.
    func told(_ proposals: [CellPath]) -> [Shown] {
        var known: Set<WireText> = []
        let places = proposals.map { view.subjects.place($0) }.filter {
            known.insert(WireText($0)).inserted
        }
        let named = places.prefix(3).joined(separator: "; ")
        let more = places.count > 3 ? "; and \(places.count - 3) more" : ""
        if places.isEmpty { return [] }
        return Layout.indented(
            Shown(
                "This is a proposal; it counts once an audit team leader accepts it: \(named)\(more). "
                    + "See `concord proposals`."
            ),
            by: 0
        )
    }

    /// What to do about a save that was refused, true for the person who reads it.
    private func next(_ refusal: SaveRefusal, _ first: VoidReason) throws -> String {
        guard refusal.canBeAdmitted else {
            return VoidWords.next(
                refusal.voided.first { !$0.reason.canBeAdmitted(at: $0.path) }?.reason ?? first
            )
        }
        // A leader asks nobody.
        if try view.replica.currentMember()?.role == .lead { return VoidWords.next(first) }
        return "Ask your audit team leader. Commands with --keep-anyway can keep the edit without "
            + "effect, so that a leader can admit it."
    }

    /// The failure that says that a save was kept and does not count; nil where all of it counts.
    func kept(_ receipt: SaveReceipt) -> CommandFailure? {
        guard let first = receipt.voided.first else { return nil }
        let canBeAdmitted = receipt.voided.contains { $0.reason.canBeAdmitted(at: $0.path) }
        return CommandFailure(
            .void(first.reason),
            "kept, but it has no effect: \(view.voidView.why(first.reason, by: receipt.reference.author))",
            next: canBeAdmitted
                ? "It is signed and in the log. An audit team leader can admit it: "
                    + "`concord admit \(receipt.reference.short)`."
                : "It is signed and in the log, and it cannot be admitted as it is. "
                    + VoidWords.next(first.reason)
        )
    }

    /// Why a write of one's own would have no effect.
    private func why(_ write: IneffectiveWrite) throws -> String {
        let words = view.voidView.why(write.reason, by: view.replica.author)
        // A criterion that was taken out is not among the records, and has no name.
        if write.path.kind == Schema.criterion.name,
            view.field(CriterionField.clause, of: write.path.record) == nil
        {
            return words
        }
        let place = view.conflictView.describe(write.path)
        // A record that the save would have added has no name yet.
        if write.path.field == nil, write.path.kind != Schema.conclusion.name,
            view.record(write.path.kind, write.path.record) == nil
        {
            return "\(words) (the new \(NameWords.spaced(write.path.kind)))"
        }
        if write.path.field == nil, place.what == "the record itself" {
            return "\(words) (\(place.record.trimmed))"
        }
        return "\(words) (\(place.what) of \(place.record.trimmed))"
    }
}
