public import ConcordDiff
public import ConcordEncoding

/// What kind of disagreement a conflict is; the raw value is in the state document and on the screen.
public enum ConflictKind: String, CaseIterable, Hashable, Sendable {
    /// Different values of one field.
    case values
    /// Concurrent edits of one text that touch.
    case text
    /// A step that ends the record's life, and edits that its author had not seen.
    case endedEdited = "ended-edited"
    /// A confirmation, and changes of what it confirms that its author had not seen.
    case confirmedEdited = "confirmed-edited"
    /// A merge, and what ended the finding into which it merges.
    case mergedEnded = "merged-ended"
    /// A removal, and edits that its author had not seen.
    case removedEdited = "removed-edited"
}

/// Two or more surviving writes that exclude each other, until a person who was shown all of them
/// resolves the conflict.
///
/// `Protocol/merge.md`, "Conflicts".
public struct Conflict: Hashable, Sendable {
    /// One of the writes.
    public struct Candidate: Hashable, Sendable {
        /// The diff that wrote it.
        public var write: WriteReference
        /// The value; nil for a removal. For an edit of a text it is nil, since each such value is a
        /// whole text. `ConflictAccount` computes it: the text as its author had it.
        public var value: JSON?
        /// Whether it is an edit of a text.
        public var isText: Bool
        /// The cell that it wrote, if that is not the conflict's own.
        public var path: WireText?
        /// Whether it is a proposal.
        public var isProposal: Bool

        /// A candidate of a conflict.
        public init(
            write: WriteReference,
            value: JSON?,
            path: WireText? = nil,
            isProposal: Bool = false,
            isText: Bool = false
        ) {
            self.write = write
            self.value = value
            self.isText = isText
            self.path = path
            self.isProposal = isProposal
        }

        /// By author and number, then by place, bytes ascending; the two branches of a forked chain have the
        /// same number, and then the value decides.
        static func isBefore(_ left: Candidate, _ right: Candidate) -> Bool {
            if left.write != right.write { return left.write < right.write }
            let paths = (left.path ?? "", right.path ?? "")
            if paths.0 != paths.1 { return paths.0 < paths.1 }
            let values = (left.value ?? .null, right.value ?? .null)
            return values.0.canonicalBytes.lexicographicallyPrecedes(values.1.canonicalBytes)
        }

        /// The candidate in the state document, in which an edit of a text is named by its diff alone.
        public var json: JSON {
            var object: JSONObject = ["write": .string(write.description)]
            if !isText { object["value"] = value ?? .null }
            if let path { object["path"] = .string(path) }
            if isProposal { object["proposal"] = true }
            return .object(object)
        }
    }

    /// What kind of disagreement.
    public var kind: ConflictKind
    /// The cell; no field for the record's presence.
    public var path: CellPath
    /// The writes, in the order of author and number.
    public var candidates: [Candidate]
    /// What is shown meanwhile; nil if nothing is. For a text only a `ConflictAccount` has it; the field
    /// shows the merged text.
    public var shown: JSON?

    /// A conflict over one cell.
    public init(kind: ConflictKind, path: CellPath, candidates: [Candidate], shown: JSON?) {
        self.kind = kind
        self.path = path
        self.candidates = candidates.sorted(by: Candidate.isBefore)
        self.shown = shown
    }

    /// The conflict in the state document.
    public var json: JSON {
        var object: JSONObject = [
            "candidates": .array(candidates.map(\.json)), "kind": .string(kind.rawValue),
            "path": .string(path.description),
        ]
        if kind != .text { object["shown"] = shown ?? .null }
        return .object(object)
    }
}
