import ConcordDiff
import ConcordEncoding
import ConcordSigning

/// Bytes and keys that the tests share.
enum Samples {
    /// Bytes in hexadecimal.
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0..<$0 + 2]), radix: 16)
        }
    }

    /// The key whose seed is this byte, 32 times.
    static func key(_ byte: UInt8) throws -> SigningKey {
        guard let key = SigningKey(seed: Array(repeating: byte, count: 32)) else {
            throw KeyFailure(.library, "no key")
        }
        return key
    }

    /// A first diff with one operation.
    static func diff(_ key: SigningKey, title: String = "B") throws -> UnverifiedDiff {
        let head = Head(
            author: key.author,
            seq: 1,
            engagement: nil,
            parents: [],
            time: Timestamp(milliseconds: 1_772_439_300_000, offsetMinutes: 60),
            body: SHA256Digest(hashing: [])
        )
        let path = CellPath(kind: "finding", record: "1", field: "title")
        let body = Body(operations: [Operation(.add(.string(title)), at: path)])
        return try UnverifiedDiff(head: head, body: body, signer: key)
    }
}
