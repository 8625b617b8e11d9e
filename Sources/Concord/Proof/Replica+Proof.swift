import ConcordDiff
public import ConcordEncoding
import ConcordMerge
import ConcordSigning
import ConcordStorage

extension Replica {
    /// Writes what proves a record: every diff that wrote on it, how the authors joined, where each stands in the log,
    /// and what the server has signed of that log.
    ///
    /// Every signature in it is checked first, also those that a sync had spared. What the file says of people (names,
    /// the contents of whole saves) goes to whoever reads it.
    ///
    /// - Parameters:
    ///   - kind: the record's kind.
    ///   - id: the record's id.
    /// - Throws: `ReplicaFailure`: `notFound` if nobody ever wrote on the record, `notProven` if the server has not signed
    ///   all that was written on it, `corrupted` if a signature is wrong.
    public func proof(ofKind kind: WireText, id: WireText) throws -> RecordProof {
        try ReplicaFailure.mapping {
            let proof = try store.read { reader in
                guard let picture = try reader.record(kind: kind, id: id) else {
                    throw ReplicaFailure(
                        .notFound,
                        "There is no record \(kind)/\(id) on this device."
                    )
                }
                guard let log = try reader.serverLog(), let newest = log.newest else {
                    throw ReplicaFailure(
                        .notProven,
                        "No server has signed a log of this engagement yet. Sync first."
                    )
                }
                let size = newest.witness.size
                let entries = try Self.entries(of: reader, kind, id, in: size)
                return try RecordProof(
                    of: picture,
                    entries: entries,
                    proofs: ProofReader(reader).inclusionProofs(
                        of: entries.map(\.position),
                        in: size
                    ),
                    log: log,
                    newest: newest,
                    engagement: engagement
                )
            }
            return proof
        }
    }

    /// The entries of a proof, each with a signature that was checked now.
    private static func entries(
        of reader: ReplicaReader,
        _ kind: WireText,
        _ id: WireText,
        in size: Int
    ) throws -> [ProofEntry] {
        let entries: [ProofEntry]
        do {
            entries = try ProofReader(reader).entries(kind: kind, id: id, in: size)
        } catch let unproven as UnprovenDiffs {
            let count = unproven.diffs.count
            throw ReplicaFailure(
                .notProven,
                (count == 1 ? "A save" : "\(count) saves") + " of this record "
                    + (count == 1 ? "is" : "are")
                    + " not in the log that the server has signed. Sync, and try again."
            )
        }
        let verifier = DiffVerifier()
        for entry in entries where !verifier.isSigned(entry.diff) {
            throw ReplicaFailure(
                .corrupted,
                "The signature of the diff at position \(entry.position) is not its author's, so nothing was proven."
                    + " `concord verify` checks the whole log."
            )
        }
        return entries
    }
}
