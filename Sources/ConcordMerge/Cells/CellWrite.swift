package import ConcordDiff
package import ConcordEncoding
package import ConcordText

/// What one diff wrote to one cell.
package struct CellWrite: Hashable, Sendable {
    /// Where a write stands in its cell. The raw value is the column `standing`: what the fold asks for
    /// together stands together.
    package enum Standing: Int, Sendable {
        /// Effective, and named by no effective write in `over`.
        case surviving = 0
        /// Without effect.
        case void = 1
        /// Effective, and replaced.
        case replaced = 2
    }

    /// The diff's local number.
    package var diff: Int
    /// Its place in its author's chain.
    package var at: BranchSeq
    /// The diff's causal depth.
    package var depth: Int
    /// Whether it has effect.
    package var effect: Effect
    /// Where it stands; what storage keeps it by.
    package var standing: Standing
    /// The new value; nil for a removal. A text's write holds its splices: `[[at, delete, insert], …]`.
    package var value: JSON?
    /// The writes that it replaces.
    package var over: [BranchSeq]
    /// For a step of a life cycle: its rank if its owner took it, else 0. For a proposal: 1 if it asks for a
    /// change of a confirmed finding or an accepted answer, or is a step by who owns the record in part; else 0.
    package var rank: Int
    /// For a step of a life cycle: whether it ends the record's life.
    package var ends: Bool
    /// Which admission gave it effect, if one did.
    package var admission: Admission?
    /// Of a text's write: what is remembered of it, so that it need not be merged again.
    package var marks: TextMarks

    /// What an admission changed, so that the admission can be removed.
    package struct Admission: Hashable, Sendable {
        /// The local number of the diff that admits.
        package var by: Int
        /// Why the write was void before.
        package var from: VoidReason

        package init(by: Int, from: VoidReason) {
            self.by = by
            self.from = from
        }
    }

    /// Whether it asks for a change of a confirmed finding or an accepted answer, or for a step of what is its
    /// author's own in part: then it is in conflict also where nobody else wrote.
    package var contests: Bool { effect == .proposal && rank > 0 }

    /// Of a record's presence: whether it adds the record, and is not void.
    var isAddition: Bool { effect.counts && value != nil }

    package init(
        diff: Int,
        at: BranchSeq,
        depth: Int,
        effect: Effect,
        value: JSON?,
        over: [BranchSeq],
        rank: Int = 0,
        ends: Bool = false,
        standing: Standing? = nil,
        admission: Admission? = nil,
        marks: TextMarks = []
    ) {
        self.diff = diff
        self.at = at
        self.depth = depth
        self.effect = effect
        self.value = value
        self.over = over
        self.rank = rank
        self.ends = ends
        self.admission = admission
        self.marks = marks
        self.standing = standing ?? (effect.counts ? .surviving : .void)
    }
}

/// What is remembered of a text's write. The raw value is the column `marks`.
///
/// The first three follow from what the author had seen, so they are final once they are known.
package struct TextMarks: OptionSet, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Its author had seen every write of this text that came to this replica before it: anyone who has
    /// seen this one has seen all of them too. Depends on the order of arrival here.
    package static let seesAll = TextMarks(rawValue: 1)
    /// It reaches beyond the text that its author saw, and writes nothing.
    package static let malformed = TextMarks(rawValue: 2)
    /// Its author lacked something that was seen: the head of its diff has a `without` or `held`.
    package static let omits = TextMarks(rawValue: 4)
    /// It is made of splices.
    package static let spliced = TextMarks(rawValue: 8)
    /// It is not void, in a field that this version does not know and that is a text, since some write of
    /// it is made of splices and not void.
    package static let inText = TextMarks(rawValue: 16)
}
