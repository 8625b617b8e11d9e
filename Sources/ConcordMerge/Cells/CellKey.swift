package import ConcordEncoding

/// A cell: a field, a member of a set, or a record's presence.
///
/// The presence of a record is the cell with an empty field name.
package struct CellKey: Hashable, Sendable {
    /// The record's local number.
    package var record: Int
    /// The field's name, empty for presence.
    package var field: WireText
    /// The member of a set, empty forevery other cell.
    package var member: WireText

    package init(record: Int, field: WireText, member: WireText = "") {
        self.record = record
        self.field = field
        self.member = member
    }

    /// All of it is hashed: a record may have any number of fields that this version does not know, and of members.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(record)
        hasher.combine(field)
        if !member.isEmpty { hasher.combine(member) }
    }

    /// The presence of `record`.
    package static func presence(of record: Int) -> CellKey { CellKey(record: record, field: "") }

    /// Any fixed order, cells of one record together.
    package static func isBefore(_ left: CellKey, _ right: CellKey) -> Bool {
        (left.record, left.field, left.member) < (right.record, right.field, right.member)
    }
}
