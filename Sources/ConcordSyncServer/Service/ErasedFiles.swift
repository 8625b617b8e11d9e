import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSync
import Foundation
internal import GRDB

/// What the log of an engagement says of erased files, read within one transaction.
///
/// An order of erasure that names the cell `partsRoot` of an item of evidence destroys its file
/// (`Protocol/evidence.md`, "Erasure"). It counts if a leader gave it. The server does not merge, so it does not judge more
/// than that. A file that another item still promises stays.
struct ErasedFiles {
    let db: Database
    let engagement: DiffID
    let verifier: any SignatureVerifier

    /// The files that orders from a position on erase, and how long the log is.
    func look(from position: Int) throws -> (size: Int, files: Set<SHA256Digest>) {
        let store = try SQLiteLogStore(db, engagement: engagement)
        let size = try store.size()
        let isNew = try Int.fetchOne(
            db,
            sql: """
                SELECT 1 FROM entry e JOIN engagement g ON g.key = e.engagement
                WHERE g.id = ? AND e.position >= ? AND e.is_control = 1 LIMIT 1
                """,
            arguments: [Data(engagement.bytes), position]
        )
        guard isNew != nil else { return (size, []) }
        var membership = Membership()
        var paths: Set<CellPath> = []
        for control in try store.controls() {
            membership.receive(control.diff, isFork: control.isFork, verifier: verifier)
            let author = control.diff.head.author
            guard membership.isActive(author), membership.member(of: author)?.role == .lead else {
                continue
            }
            paths.formUnion(Self.paths(orderedBy: control.diff))
        }
        var files: Set<SHA256Digest> = []
        for path in paths {
            for file in try promises(of: path.record) where !files.contains(file) {
                if try !isPromised(file, without: paths) { files.insert(file) }
            }
        }
        return (size, files)
    }

    /// The files that items of evidence promise, erased ones too; one without bytes is known by its promise.
    func promised() throws -> Set<SHA256Digest> {
        let items = try items(inDiffsWith: EvidenceField.partsRoot.name.string)
        return Set(items.filter { $0.isPromise && $0.size > 0 }.map(\.file))
    }

    /// The cells `partsRoot` that orders of a diff erase.
    private static func paths(orderedBy diff: UnverifiedDiff) -> [CellPath] {
        diff.body.operations.flatMap { operation -> [CellPath] in
            guard operation.path.kind == Schema.erasure.name, operation.path.field == nil,
                case .add(.object(let fields)) = operation.action
            else { return [] }
            let paths = fields[ErasureField.paths]?.arrayValue ?? []
            return paths.compactMap { $0.stringValue.flatMap { CellPath($0) } }.filter {
                $0.kind == Schema.evidence.name && $0.field == EvidenceField.partsRoot.name
            }
        }
    }

    /// The hashes of the files that an item of evidence ever promised.
    private func promises(of record: WireText) throws -> Set<SHA256Digest> {
        var files: Set<SHA256Digest> = []
        for item in try items(inDiffsWith: record.string) where item.record == record {
            files.insert(item.file)
        }
        return files
    }

    /// Whether an item of evidence promises the file whose promise is not among the erased ones.
    private func isPromised(_ file: SHA256Digest, without erased: Set<CellPath>) throws -> Bool {
        try items(inDiffsWith: file.hex).contains { item in
            item.file == file
                && !erased.contains(.evidence(item.record, .partsRoot)) && item.isPromise
        }
    }

    private struct Item {
        let record: WireText
        let file: SHA256Digest
        let size: Int64
        /// Whether it says more than the hash.
        let isPromise: Bool
    }

    /// The items of evidence that are added in diffs which hold some text.
    private func items(inDiffsWith text: String) throws -> [Item] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT e.envelope FROM entry e JOIN engagement g ON g.key = e.engagement
                WHERE g.id = ? AND instr(e.envelope, ?) > 0
                """,
            arguments: [Data(engagement.bytes), Data(text.utf8)]
        )
        var items: [Item] = []
        while let row = try rows.next() {
            let envelope: Data = row[0]
            let diff = try UnverifiedDiff(envelope: [UInt8](envelope), mayBeErased: true)
            for operation in diff.body.operations {
                guard operation.path.kind == Schema.evidence.name, operation.path.field == nil,
                    case .add(.object(let fields)) = operation.action,
                    let text = fields[EvidenceField.sha256]?.stringValue,
                    let file = SHA256Digest(hex: text.string)
                else { continue }
                items.append(
                    Item(
                        record: operation.path.record,
                        file: file,
                        size: fields[EvidenceField.size]?.integerValue ?? 0,
                        isPromise: fields[EvidenceField.partsRoot]?.stringValue != nil
                    )
                )
            }
        }
        return items
    }
}
