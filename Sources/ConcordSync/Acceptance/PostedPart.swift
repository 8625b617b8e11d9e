public import ConcordDiff
import ConcordEncoding

/// Some of a request's envelopes, parsed, with the signatures checked that may be evidence.
///
/// The parts of one request know nothing of each other and need neither the log nor a lock, so that they can be
/// made at the same time, on all cores. What is left unchecked here is checked with the verdict, so the verdicts
/// are the same whatever parts there are and whatever membership they were made with.
public struct PostedPart: Sendable {
    /// What is known of one signature.
    enum Proof: Sendable {
        case unchecked
        case forged
        case verified(VerifiedDiff)
    }

    let diffs: [Result<UnverifiedDiff, DiffError>]
    let proofs: [Proof]

    /// Reads the envelopes at `range` of a request, and checks the signatures of those that may be evidence:
    /// `membership` knows their author, or they join them.
    ///
    /// - Parameters:
    ///   - membership: as the log is before the request; nil, and no signature is checked.
    ///   - verifier: also checks the proofs of joins; one that remembers results saves a second check.
    public init(
        _ range: Range<Int>,
        of request: SyncRequest,
        knownTo membership: Membership?,
        verifier: any SignatureVerifier
    ) {
        diffs = request.envelopes[range].map { Self.read($0, engagement: request.engagement) }
        guard let membership else {
            proofs = Array(repeating: .unchecked, count: diffs.count)
            return
        }
        proofs = diffs.map { Self.proof(of: $0, knownTo: membership, verifier: verifier) }
    }

    /// Whether the diff is signed by its author.
    static func proof(
        of diff: Result<UnverifiedDiff, DiffError>,
        by verifier: any SignatureVerifier
    ) -> Proof {
        guard case .success(let diff) = diff else { return .forged }
        do throws(ChainError) {
            return .verified(try ChainVerification.verify([diff], with: verifier)[0])
        } catch {
            return .forged
        }
    }

    private static func proof(
        of diff: Result<UnverifiedDiff, DiffError>,
        knownTo membership: Membership,
        verifier: any SignatureVerifier
    ) -> Proof {
        guard case .success(let posted) = diff else { return .unchecked }
        if membership.devices[posted.head.author] != nil {
            return proof(of: diff, by: verifier)
        }
        guard posted.joinsItsAuthor else { return .unchecked }
        let proof = proof(of: diff, by: verifier)
        // The result is remembered by the verifier, for the verdict.
        if case .verified = proof { _ = membership.admits(posted, verifier: verifier) }
        return proof
    }

    private static func read(
        _ envelope: [UInt8],
        engagement: DiffID
    ) -> Result<UnverifiedDiff, DiffError> {
        do throws(DiffError) {
            let diff = try UnverifiedDiff(envelope: envelope)
            guard diff.engagement == engagement else {
                return .failure(DiffError(.wrongEngagement))
            }
            return .success(diff)
        } catch {
            return .failure(error)
        }
    }
}
