import ConcordDiff
import ConcordEncoding
import ConcordModel

extension Judge {
    /// Whether an `add` of a derived id without what that follows from puts in again what never was there, as far as its
    /// author had seen: it would make a record that is none, in the place of the one that somebody is about to add.
    /// `Protocol/diff.md`, "Derived ids".
    func restoresNothing(
        _ operation: Operation,
        in record: RecordEntry,
        by entry: DiffEntry
    ) throws -> Bool {
        let kind = record.kind.name
        guard case .add(let fields) = operation.action, operation.path.field == nil,
            DerivedID.isDerived(record.id, of: kind)
        else { return false }
        let sources = DerivedID.sources(of: kind)
        guard sources.allSatisfy({ fields[$0] == nil }) else { return false }
        return try sources.contains {
            try owners.claims(of: $0, in: record, seenBy: entry).isEmpty
        }
    }
}
