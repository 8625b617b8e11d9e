package import ConcordEncoding
package import ConcordModel

/// What the fold knows of a record, apart from its cells.
package struct RecordEntry: Hashable, Sendable {
    /// The local number.
    package var number: Int
    /// The kind; unknown ones are kept too.
    package var kind: RecordKind
    /// The id on the wire.
    package var id: WireText
    /// The record it belongs to, once known.
    package var owner: Int?
    /// The diff of its first effective `add`, if there is one.
    package var firstAdd: Int?
    /// Whether it is shown.
    package var isPresent = false
    /// Whether an effective removal was ever written, so that presence takes a closer look.
    package var hasRemoval = false
    /// Whether a step that may wait was ever written (an ending, a confirmation), so that its state takes a
    /// closer look.
    package var mayWait = false
    /// The finding into which it is merged, if it is.
    package var mergedInto: Int?
    /// Whether findings that are merged into it count there; nil where none ever was.
    package var takesIn: Bool?

    package init(number: Int, kind: RecordKind, id: WireText) {
        self.number = number
        self.kind = kind
        self.id = id
    }
}

/// A record's name: its kind and id.
package struct RecordName: Hashable, Sendable {
    package var kind: WireText
    package var id: WireText

    package init(kind: WireText, id: WireText) {
        self.kind = kind
        self.id = id
    }
}
