import ConcordDiff
public import ConcordEncoding
import ConcordModel
public import ConcordStorage

/// The order to destroy the file of an item of evidence, before it is given.
public struct FileErasure: Sendable {
    /// The id of the order's record.
    public let id: WireText
    let paths: Set<CellPath>
    /// The hash of what must be left of each save.
    let left: [(diff: DiffID, hash: SHA256Digest)]
    /// Of how many saves contents are destroyed.
    public var saves: Int { left.count }

    fileprivate init(
        _ id: WireText,
        of item: WireText,
        withWords: Bool,
        on diffs: [UnverifiedDiff]
    ) {
        self.id = id
        var fields: [EvidenceField] = [.partsRoot, .fileName]
        if withWords { fields += [.title, .source, .place] }
        let paths = Set(fields.map { CellPath.evidence(item, $0) })
        self.paths = paths
        left = diffs.compactMap { diff in
            diff.erasing(paths, by: id).map { (diff.id, $0.body.hash) }
        }
    }

    /// The order's fields.
    fileprivate func fields(_ reason: WireText?) -> JSONObject {
        var fields: JSONObject = [:]
        fields[ErasureField.paths] = .array(
            paths.map(\.description).sorted().map { .string(WireText($0)) }
        )
        var bodies: JSONObject = [:]
        for (diff, hash) in left { bodies[diff.text] = .string(hash.base64url) }
        fields[ErasureField.bodies] = .object(bodies)
        fields[ErasureField.note] = reason.map { .string($0) }
        return fields
    }
}

extension EvidenceFiles {
    /// What an order to destroy the file of an item of evidence would destroy; `Protocol/merge.md`, "Erasure".
    ///
    /// - Parameters:
    ///   - item: the record's id.
    ///   - withWords: whether its title, its source and its place are destroyed too.
    /// - Throws: `ReplicaFailure`: `notFound` if nothing is left to destroy.
    public func erasure(of item: WireText, withWords: Bool = false) throws -> FileErasure {
        try ReplicaFailure.mapping {
            let id = replica.environment.newID()
            let diffs = try replica.store.read { reader in
                try ProofReader(reader).diffs(writingOn: Schema.evidence.name, item)
            }
            let order = FileErasure(id, of: item, withWords: withWords, on: diffs)
            if order.left.isEmpty {
                throw ReplicaFailure(
                    .notFound,
                    "There is nothing left to destroy of the evidence \(item)."
                )
            }
            return order
        }
    }

    /// Orders that a file be destroyed: on this device, on the server and on all others, once each has synced. What was
    /// signed of it stays, so that everything can still be proven but for what is gone.
    ///
    /// - Parameters:
    ///   - order: what is destroyed.
    ///   - reason: why; part of the record.
    /// - Throws: `SaveRefusal` if this member may not order it, `ReplicaFailure`.
    @discardableResult
    public func order(_ order: FileErasure, reason: WireText?) throws -> SaveReceipt? {
        var edit = Edit()
        edit.add(Schema.erasure.name, id: order.id, fields: order.fields(reason))
        return try replica.save(edit)
    }
}
