import Concord
import ConcordDiff
import ConcordEncoding

/// What an `AuditView` looks up again and again, read once: so a list costs as much as it is long,
/// however much of it one save wrote or one record is about.
final class ViewIndex {
    private unowned let view: AuditView
    private var replica: Replica { view.replica }
    private var signatures: [WriteReference: Signature] = [:]
    private var adds: [DiffID: [CellPath: JSON]] = [:]

    /// The open conflicts by record.
    private(set) lazy var conflicts = Dictionary(grouping: view.conflicts, by: \.path.record)
    /// The ids of records with an open conflict.
    private(set) lazy var contested = Set(conflicts.keys)
    /// What is only proposed, by record.
    private(set) lazy var proposals = Dictionary(grouping: view.proposals, by: \.path.record)
    /// The writes that would have added a record, and have no effect.
    private lazy var voidAdds = Dictionary(
        view.voids.filter { $0.path.field == nil }.map { ($0.path, $0.diff) }
    ) { first, _ in first }

    init(of view: AuditView) { self.view = view }

    /// Who signed a write.
    func signature(of write: WriteReference) throws -> Signature {
        if let known = signatures[write] { return known }
        let signature = self.signature(of: try replica.diff(write), by: write.author)
        signatures[write] = signature
        return signature
    }

    /// Who signed a diff, which has not come here if it is nil.
    func signature(of diff: UnverifiedDiff?, by author: Author) -> Signature {
        let person = view.person(of: author)
        return Signature(
            member: person?.member ?? "",
            name: person?.name ?? "someone unknown",
            device: person?.device ?? WireText(String(author.description.prefix(8))),
            time: WireText(diff?.head.time.description ?? ""),
            reason: diff?.body.operations.lazy.compactMap(\.reason).first
        )
    }

    /// The record that a save names in another field of the same record; nil where it names none.
    func written(_ field: WireText, of path: CellPath, by write: WriteReference) -> WireText? {
        do {
            let operations = try replica.diff(write)?.body.operations ?? []
            let named = operations.first {
                $0.path.kind == path.kind && $0.path.record == path.record && $0.path.field == field
            }
            guard case .add(let value) = named?.action else { return nil }
            return value.stringValue
        } catch {
            // It is only for a name; what cannot be read is told by the command that reads it itself.
            return nil
        }
    }

    /// What a field said last of a record that was taken out.
    func removedField(_ kind: WireText, _ id: WireText, _ name: WireText) -> JSON? {
        do {
            let path = CellPath(kind: kind, record: id, field: name)
            return try replica.history(of: path).last { $0.standing == .surviving }?.value
        } catch {
            // It is only for a name; what cannot be read is told by the command that reads it itself.
            return nil
        }
    }

    /// The first fields of a record whose adding has no effect, so that it is not among the records.
    func voidFields(_ kind: WireText, _ id: WireText) -> JSON? {
        let path = CellPath(kind: kind, record: id)
        guard let diff = voidAdds[path] else { return nil }
        if adds[diff] == nil {
            var fields: [CellPath: JSON] = [:]
            do {
                for operation in try replica.diff(diff)?.body.operations ?? []
                where operation.path.field == nil {
                    if case .add(let value) = operation.action { fields[operation.path] = value }
                }
            } catch {
                // It is only for a name; what cannot be read is told by the command that reads it itself.
            }
            adds[diff] = fields
        }
        return adds[diff]?[path]
    }
}
