public import ConcordEncoding

/// The proof that one entry stands in a signed log, as public tools read it (C2SP, `tlog-proof`): the place, the hashes
/// from the leaf upwards, and the checkpoint as it was signed.
///
/// Wire form: `Protocol/proof.md`, "For public tools".
public struct LogProofText: Hashable, Sendable {
    /// The text, in bytes.
    public let bytes: [UInt8]

    /// The proof of an entry of the log that `checkpoint`, a signed note, covers.
    public init(_ proof: InclusionProof, checkpoint: [UInt8]) {
        let lines =
            ["c2sp.org/tlog-proof@v1", "index \(proof.index)"]
            + proof.path.map { Base64.encode($0.bytes) } + [""]
        bytes = Array(lines.map { "\($0)\n" }.joined().utf8) + checkpoint
    }
}
