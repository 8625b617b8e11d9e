import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSigning
import ConcordSync
import Testing

/// `Protocol/evidence.md`, "Receipts".
@Suite("Vectors of receipts")
struct ReceiptVectorTests {
    @Test(arguments: Vectors.of("receipt"))
    func eachNoteIsAReceiptOrNot(vector: Vector) throws {
        func text(_ name: String, of value: JSON? = nil) throws -> String {
            let member = try value.map { $0[WireText(name)] } ?? vector.member(name)
            return try #require(member?.stringValue?.string)
        }
        let engagement = try #require(DiffID(base64url: try text("engagement")))
        let member = try vector.member("file")
        let sha256 = try #require(SHA256Digest(hex: try text("sha256", of: member)))
        let root = try #require(SHA256Digest(hex: try text("root", of: member)))
        let size = Int(try #require(member["size"]?.integerValue))
        let file = try #require(FilePromise(sha256: sha256, size: size, partsRoot: root))
        let publicKey = try #require(Base64URL.decode(try text("key")))
        let key = try #require(
            NoteKey(name: Checkpoint.origin(of: engagement), publicKey: publicKey)
        )

        let receipt = FileReceipt(
            note: Array(try text("note").utf8),
            of: file,
            in: engagement,
            key: key,
            verifier: DiffVerifier()
        )

        let since = vector.contents["since"]?.stringValue?.string
        #expect(receipt?.since == since.flatMap { Timestamp($0) }, "\(vector.about)")
        #expect((receipt == nil) == (since == nil), "\(vector.about)")
    }
}
