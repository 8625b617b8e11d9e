public import ConcordDiff
public import ConcordEncoding
import ConcordMerge
import ConcordStorage
import ConcordSync

/// A file that proves a record to somebody who has no replica: what it shows, who wrote that, and that the server's
/// signed log has it.
///
/// ```swift
/// let proof = try replica.proof(ofKind: "finding", id: finding)
/// try Data(proof.bytes).write(to: file)
/// ```
///
/// `Tools/verify.py proof FILE` checks it alone. Form: `Protocol/proof.md`.
public struct RecordProof: Hashable, Sendable {
    /// The record.
    public let record: CellPath
    /// The file.
    public let bytes: [UInt8]
    /// The key with which the server signs its log, as text: whoever reads the file should know it from elsewhere.
    public let key: WireText
    /// How many entries of the log the server had signed.
    public let size: Int
    /// The entries that the file holds, each with its proof for public tools.
    public let entries: [Entry]

    /// An entry of the log.
    public struct Entry: Hashable, Sendable {
        /// Its place.
        public let position: Int
        /// The diff.
        public let diff: DiffID
        /// What stands for it in the log: the bytes that the tree hashes.
        public let leaf: [UInt8]
        /// The proof that it stands there, as C2SP `tlog-proof` writes it.
        public let tlogProof: [UInt8]
    }
}

extension RecordProof {
    static let format: WireText = "concord-proof/1"

    /// Puts the file together.
    init(
        of picture: RecordPicture,
        entries: [ProofEntry],
        proofs: [Int: InclusionProof],
        log: ServerLog,
        newest: ServerLog.Newest,
        engagement: DiffID
    ) throws {
        record = picture.path
        key = log.key
        size = newest.witness.size
        let header: JSON = [
            "checkpoint": .string(WireText(decoding: newest.note)),
            "engagement": .string(engagement.text),
            "entries": .integer(Int64(entries.count)),
            "format": .string(Self.format),
            "key": .string(log.key),
            "record": Self.json(picture),
        ]
        var lines = header.canonicalBytes + [UInt8(ascii: "\n")]
        var told: [Entry] = []
        for entry in entries {
            guard let proof = proofs[entry.position] else {
                preconditionFailure("each has a proof")
            }
            lines += entry.line(with: proof) + [UInt8(ascii: "\n")]
            told.append(
                Entry(
                    position: entry.position,
                    diff: entry.diff.id,
                    leaf: entry.diff.leaf,
                    tlogProof: LogProofText(proof, checkpoint: newest.note).bytes
                )
            )
        }
        bytes = lines
        self.entries = told
    }

    /// The record as it is shown, with its parts.
    private static func json(_ picture: RecordPicture) -> JSON {
        [
            "fields": .object(picture.fields), "id": .string(picture.path.record),
            "kind": .string(picture.path.kind), "parts": .array(picture.parts.map(json)),
            "present": .bool(picture.isPresent),
        ]
    }
}

extension ProofEntry {
    /// The line, in canonical form around the bytes that were signed.
    fileprivate func line(with proof: InclusionProof) -> [UInt8] {
        let path = JSON.array(proof.path.map { .string($0.text) }).canonicalBytes
        let place = Array(#""position":\#(position),"proof":"#.utf8) + path
        if isWhole {
            return Array(#"{"envelope":"#.utf8) + diff.envelope + Array(",".utf8) + place
                + Array("}".utf8)
        }
        let signature = Array(#","sig":"\#(Base64URL.encode(diff.signature))"}"#.utf8)
        return Array(#"{"head":"#.utf8) + diff.headBytes + Array(",".utf8) + place + signature
    }
}
