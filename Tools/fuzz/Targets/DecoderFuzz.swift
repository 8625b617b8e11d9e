import ConcordDiff
import ConcordEncoding

/// The readers of what comes from outside, on any bytes.
enum DecoderFuzz {
    /// JSON in every reading that the programs use.
    static func json(_ bytes: [UInt8]) {
        for limits in [JSONLimits.diff, .document] {
            if let tape = tape(bytes, limits, canonical: true) {
                let written = tape.value(tape.root).canonicalBytes
                precondition(written == bytes, "what is canonical is written as it came")
            }
            if let tape = tape(bytes, limits, canonical: false) {
                let written = tape.value(tape.root).canonicalBytes
                guard let again = self.tape(written, limits, canonical: true) else {
                    preconditionFailure("what was written can be read")
                }
                precondition(
                    again.value(again.root).canonicalBytes == written,
                    "what is canonical is written as it came"
                )
            }
        }
    }

    private static func tape(
        _ bytes: [UInt8],
        _ limits: JSONLimits,
        canonical: Bool
    ) -> JSONTape? {
        do throws(JSONError) {
            return try JSONTape(bytes, limits: limits, canonical: canonical)
        } catch {
            precondition(error.offset >= 0 && error.offset <= bytes.count, "a place in the text")
            return nil
        }
    }

    /// Envelopes; what is read says the same of itself as its bytes do.
    static func diff(_ bytes: [UInt8]) {
        for mayBeErased in [false, true] {
            do throws(DiffError) {
                let diff = try UnverifiedDiff(envelope: bytes, mayBeErased: mayBeErased)
                // A time may be spelled in several ways; what was signed is never written again.
                let time = Array("\"time\":\"\(diff.head.time)\"".utf8)
                if diff.headBytes.contains(time) {
                    let written = diff.head.canonicalBytes
                    precondition(diff.headBytes == written, "a head is as it reads")
                }
                if !diff.isErased {
                    let hash = SHA256Digest(hashing: diff.body.canonicalBytes)
                    precondition(hash == diff.head.body, "a body is as it reads")
                }
                for operation in diff.body.operations {
                    _ = CellPath(operation.path.description)
                }
            } catch {
                _ = error.description
            }
        }
    }
}
