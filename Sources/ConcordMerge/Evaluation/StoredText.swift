/// Two diffs whose edits of a text touch, by their local numbers; `first` is the smaller. One that is
/// open among so many that pairs are not distinguished is a pair with itself.
package struct DiffPair: Hashable, Sendable {
    /// The diff that came here first.
    package var first: Int
    /// The other one.
    package var second: Int

    /// A pair of two diffs.
    package init(_ one: Int, _ other: Int) {
        first = min(one, other)
        second = max(one, other)
    }
}

/// A text as it was merged last: all that the next merge needs of what was merged already.
package struct StoredText: Sendable {
    /// What is shown; nil if no write has effect.
    package var text: String?
    /// The conflict over it, if there is one.
    package var conflict: Conflict?
    /// Pairs of edits that touch and that nobody who was shown both has resolved.
    package var openPairs: Set<DiffPair>
    /// Whether some write of it is a proposal: whether those show depends on all other writes.
    package var holdsProposals: Bool

    package init(
        text: String?,
        conflict: Conflict? = nil,
        openPairs: Set<DiffPair> = [],
        holdsProposals: Bool = false
    ) {
        self.text = text
        self.conflict = conflict
        self.openPairs = openPairs
        self.holdsProposals = holdsProposals
    }
}

/// A text as it was merged last, in memory.
struct ShownText {
    var stored: StoredText
    /// The greatest number of a diff that has a part in it.
    var newest: Int
}
