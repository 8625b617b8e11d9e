package import ConcordDiff
package import ConcordEncoding
package import ConcordMerge
import ConcordModel
import ConcordText

/// What the author of a save has before them: the state within the transaction that will hold the diff.
package struct SaveContext {
    /// A write that is shown or a candidate.
    package struct Survivor: Hashable, Sendable {
        /// Its name for `over`.
        package var write: WriteReference
        /// The value; nil for a removal.
        package var value: JSON?
        /// Whether it is a proposal.
        package var isProposal: Bool
    }

    /// Who saves.
    package let author: Author
    /// The replica as it is before the save, within its transaction.
    package let reader: ReplicaReader
    private let fold: Fold
    private let source: StoreSource

    init(author: Author, reader: ReplicaReader, fold: Fold, source: StoreSource) {
        self.author = author
        self.reader = reader
        self.fold = fold
        self.source = source
    }

    /// Who is in the engagement, with what is pending.
    package var membership: Membership { fold.membership }

    /// The operations that change the shown state as `edit` says.
    ///
    /// - Throws: `EditError` if the edit does not fit what is shown.
    package func operations(for edit: Edit) throws -> [Operation] {
        try fold.composer.operations(for: edit, by: author)
    }

    /// Undoes the author's last save, this save of theirs, or their last undo.
    ///
    /// - Throws: `UndoError` if that is not possible.
    package func takingBack(
        isRedo: Bool,
        reason: WireText?,
        save: DiffID? = nil
    ) throws -> (result: TakingBack, operations: [Operation]) {
        var tip: DiffID?
        if let own = fold.branches.standing(of: author) {
            tip = try source.id(at: BranchSeq(branch: own, seq: fold.branches[own].tip))
        }
        return try fold.undo.takeBackNewest(from: tip, isRedo: isRedo, reason: reason, save: save)
    }

    /// What is known of a record, present or not; nil if nobody ever wrote on it.
    package func record(kind: WireText, id: WireText) throws -> RecordEntry? {
        try fold.record(named: RecordName(kind: kind, id: id))
    }

    /// Whether a record is shown.
    package func isPresent(kind: WireText, id: WireText) throws -> Bool {
        try record(kind: kind, id: id)?.isPresent ?? false
    }

    /// What a cell shows, and whether it is in conflict; a path without field is the record's
    /// presence.
    package func shown(_ path: CellPath) throws -> Evaluation {
        guard let key = try key(path) else { return Evaluation(shown: nil) }
        _ = try fold.cell(key)
        return try fold.evaluator.evaluate(key)
    }

    /// The effective writes of a cell that nothing has replaced: what a new write names in `over`.
    package func survivors(of path: CellPath) throws -> [Survivor] {
        guard let key = try key(path) else { return [] }
        return try fold.cell(key).survivors.map { write in
            Survivor(
                write: try fold.entry(write.diff).reference,
                value: write.value,
                isProposal: write.effect == .proposal
            )
        }
    }

    /// The greatest number among the draft numbers of findings, hidden ones too, that begin with this
    /// letter, as 7 in `B-07`; 0 if there is none.
    package func greatestDraftNumber(letter: WireText) throws -> Int {
        try source.greatestDraftNumber(letter: letter)
    }

    /// The texts that operations splice, as they are meant to read afterwards: what is shown, with the
    /// splices done to it; nil where these reach beyond it.
    func texts(after operations: [Operation]) throws -> [CellPath: WireText?] {
        var splices: [CellPath: [TextSplice]] = [:]
        for operation in operations {
            guard case .splice(let at, let delete, let insert) = operation.action else { continue }
            let splice = TextSplice(at: at, delete: delete, insert: insert.string)
            splices[operation.path, default: []].append(splice)
        }
        var texts: [CellPath: WireText?] = [:]
        for (path, splices) in splices {
            let shown = try shown(path).shown?.stringValue?.string ?? ""
            let before = try takesUpProposals(path) ? "" : shown
            texts.updateValue(splices.applied(to: before).map { WireText($0) }, forKey: path)
        }
        return texts
    }

    private func takesUpProposals(_ path: CellPath) throws -> Bool {
        try key(path).map { try fold.composer.takesUpProposals(at: $0, by: author) } ?? false
    }

    /// What the author of a save does not have in the texts that it splices, though it was seen: void
    /// writes, and proposals where somebody writes with effect.
    struct Hidden {
        /// What is named one by one: what has no place in the log yet.
        var without: Set<WriteReference> = []
        /// How many entries of the log the author holds, where something among them is hidden.
        var held: Int?
    }

    /// So many references fit into a head beside as many parents as it can have (`DiffLimits.headBytes`).
    private static let withoutMax = 900

    /// What is hidden in the texts at some paths.
    ///
    /// - Throws: `SaveRefusal` where it cannot be said, since more of it than a head can name has no place
    ///   in the log yet: after a sync it has.
    func hidden(in paths: Set<CellPath>) throws -> Hidden {
        var logged: Set<WriteReference> = []
        var hidden = Hidden()
        var showsProposals = false
        for path in paths {
            guard let key = try key(path) else { continue }
            // A proposal that somebody wrote over is not loaded otherwise.
            let writes = try fold.cell(key, complete: source.holdsProposals(key)).writes
            let hidesProposals =
                try writes.contains { $0.effect == .effective } || takesUpProposals(path)
            for write in writes where write.effect != .effective {
                if write.effect == .proposal, !hidesProposals {
                    showsProposals = true
                    continue
                }
                let entry = try fold.entry(write.diff)
                if entry.position == nil {
                    hidden.without.insert(entry.reference)
                } else {
                    logged.insert(entry.reference)
                }
            }
        }
        // The rule leaves out every proposal in the log: who goes on from some names the rest.
        if showsProposals { hidden.without.formUnion(logged) }
        if !showsProposals, !logged.isEmpty { hidden.held = fold.logSize }
        guard hidden.without.count <= Self.withoutMax else {
            throw SaveRefusal(voided: [], texts: Array(paths))
        }
        return hidden
    }

    private func key(_ path: CellPath) throws -> CellKey? {
        try record(kind: path.kind, id: path.record).map {
            CellKey(record: $0.number, field: path.field ?? "", member: path.member ?? "")
        }
    }
}

extension [TextSplice] {
    /// The text that comes of these splices, each on top of the ones before it; nil where one reaches
    /// beyond the text.
    fileprivate func applied(to text: String) -> String? {
        var buffer = TextBuffer(text)
        for splice in self {
            guard splice.at >= 0, splice.delete >= 0, splice.at <= buffer.count,
                splice.delete <= buffer.count - splice.at
            else { return nil }
            buffer.apply(splice)
        }
        return buffer.text
    }
}

extension Operation {
    /// Whether it holds what an erasure may destroy, so that its body takes a salt.
    var isErasable: Bool {
        if reason != nil { return true }
        guard let kind = Schema.kind(path.kind) else { return true }
        if let field = path.field { return kind.field(field)?.isErasable ?? true }
        guard case .add(.object(let fields)) = action else { return false }
        return fields.contains { kind.field($0.key)?.isErasable ?? true }
    }
}
