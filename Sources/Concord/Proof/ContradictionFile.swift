import ConcordEncoding
import ConcordSigning
import ConcordStorage
import ConcordSync

extension Replica {
    /// The evidence that the server's log contradicts what the server had signed, as a file that a third party can
    /// check: one line for each contradiction, the oldest first; empty where there is none.
    ///
    /// Beside what was kept it holds the proof that the log which was signed had another root at the size of a smaller
    /// one, where this device has the entries: with that, two signatures of one key convict it.
    ///
    /// `Tools/verify.py contradiction FILE` checks it. Form: `Protocol/proof.md`, "Contradictions".
    ///
    /// - Throws: `ReplicaFailure`.
    public func contradictionEvidence() throws -> [UInt8] {
        try ReplicaFailure.mapping {
            try store.read { reader in
                var bytes: [UInt8] = []
                for contradiction in try reader.contradictions() {
                    let path = try Self.consistency(of: contradiction, in: reader)
                    bytes += contradiction.line(with: path) + [UInt8(ascii: "\n")]
                }
                return bytes
            }
        }
    }

    /// The root of the log at the size of what contradicts it, and the proof that the signed log has grown from there.
    private static func consistency(
        of contradiction: LogContradiction,
        in reader: ReplicaReader
    ) throws -> [SHA256Digest] {
        guard let key = NoteKey(contradiction.key),
            let held = SignedCheckpoint(
                note: contradiction.held,
                key: key,
                verifier: DiffVerifier()
            )?.checkpoint.tree,
            let size = contradiction.givenSize, size > 0, size < held.size,
            try reader.logRange.size >= held.size
        else { return [] }
        let roots = try reader.logRoots(of: [size, held.size])
        // A replica that has gone back since holds other entries: then it can prove nothing of this log.
        guard roots[held.size] == held.root, let root = roots[size] else { return [] }
        return [root] + (try ProofReader(reader).consistencyProof(from: size, to: held.size).path)
    }
}

extension LogContradiction {
    private static let format: WireText = "concord-contradiction/1"

    /// How many entries the log has of which `given` speaks: a note, or a diff that names one; nil if it is neither.
    fileprivate var givenSize: Int? {
        if code == WireText(LogTrust.Contradiction.witness.rawValue) {
            do throws(JSONError) {
                let envelope = try JSON(parsing: given)
                return envelope["head"]?["log"]?["size"]?.integerValue.map { Int($0) }
            } catch {
                return nil
            }
        }
        return SignedNote(given).flatMap { Checkpoint(text: $0.text) }?.tree.size
    }

    /// The line of the evidence.
    fileprivate func line(with consistency: [SHA256Digest]) -> [UInt8] {
        let line: JSON = [
            "code": .string(code),
            "consistency": .array(consistency.map { .string($0.text) }),
            "entries": .string(WireText(decoding: entries)),
            "format": .string(Self.format),
            "found": .string(WireText(found.description)),
            "given": .string(WireText(decoding: given)),
            "held": .string(WireText(decoding: held)),
            "key": .string(key),
        ]
        return line.canonicalBytes
    }
}
