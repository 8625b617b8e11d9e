import ConcordDiff
import ConcordEncoding
import ConcordSigning
import Testing

@Suite("Signed diffs and invitations")
struct DiffSigningTests {
    private let verifier = DiffVerifier()

    @Test func theHeaderIsTheOneOfTheProtocol() {
        #expect(
            String(decoding: DetachedJWS.prefix, as: UTF8.self)
                == "eyJhbGciOiJFZERTQSIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19."
        )
        #expect(DetachedJWS.compact(signature: [1, 2]).hasSuffix("Il19..AQI"))
    }

    @Test func aSignedDiffIsVerified() throws {
        let key = try Samples.key(1)
        let diff = try Samples.diff(key)

        let verified = try verifier.verify(diff).get()

        #expect(verified.diff == diff)
        #expect(verified.proof == .signature)
        #expect(diff.signature == (try key.signature(overHead: diff.headBytes)))
        #expect(
            verifier.isValid(
                signature: diff.signature,
                over: DetachedJWS.signingInput(diff.headBytes),
                by: key.author.publicKey
            )
        )
        #expect(
            !verifier.isValid(
                signature: diff.signature,
                over: diff.headBytes,
                by: key.author.publicKey
            )
        )
    }

    @Test func anotherSignatureOrHeadIsRefused() throws {
        let key = try Samples.key(1)
        let diff = try Samples.diff(key)
        let other = try Samples.diff(key, title: "C")
        let text = String(decoding: diff.envelope, as: UTF8.self)
        let signature = Base64URL.encode(diff.signature)

        let forgeries = [
            text.replacing(signature, with: Base64URL.encode(other.signature)),
            text.replacing("09:15:00", with: "09:15:01"),
            text.replacing(key.author.description, with: try Samples.key(2).author.description),
        ]

        for forgery in forgeries {
            let diff = try UnverifiedDiff(envelope: Array(forgery.utf8))
            #expect(verifier.verify(diff) == .failure(DiffError(.badSignature)))
        }
    }

    @Test func aJoinProofAdmitsOneAuthorToOneEngagement() throws {
        let invitation = try #require(InvitationKey(secret: Array(repeating: 9, count: 32)))
        let engagement = SHA256Digest(hashing: [1])
        let author = try Samples.key(1).author

        let proof = try invitation.joinProof(
            engagement: engagement,
            invitation: "i1",
            author: author
        )

        func isValid(
            key: [UInt8]? = nil,
            engagement: DiffID = engagement,
            invitation id: String = "i1",
            author: Author = author
        ) -> Bool {
            InvitationKey.isValid(
                joinProof: proof,
                publicKey: key ?? invitation.publicKey,
                engagement: engagement,
                invitation: WireText(id),
                author: author
            )
        }
        #expect(isValid())
        #expect(!isValid(key: try InvitationKey.generate().publicKey))
        #expect(!isValid(engagement: SHA256Digest(hashing: [2])))
        #expect(!isValid(invitation: "i2"))
        #expect(!isValid(author: try Samples.key(2).author))
        #expect(
            verifier.isValid(
                signature: proof,
                over: JoinProof.message(engagement: engagement, invitation: "i1", author: author),
                by: invitation.publicKey
            )
        )
    }

    @Test func anInvitationIsItsSecret() throws {
        let invitation = try InvitationKey.generate()

        #expect(InvitationKey(secret: invitation.secret)?.publicKey == invitation.publicKey)
        #expect(invitation.secret.count == 32)
        #expect(InvitationKey(secret: Array(invitation.secret.dropLast())) == nil)
    }
}
