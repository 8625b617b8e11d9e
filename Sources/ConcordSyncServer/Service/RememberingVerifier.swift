import ConcordDiff
import Synchronization

/// Checks each signature of one request once.
///
/// The proof of a join is looked at when the request arrives, when the join is judged and when membership
/// takes it in; only the first look costs curve arithmetic, and that one is outside of every lock.
final class RememberingVerifier: SignatureVerifier {
    private struct Question: Hashable {
        let signature: [UInt8]
        let message: [UInt8]
        let publicKey: [UInt8]
    }

    private let verifier: any SignatureVerifier
    private let answers = Mutex<[Question: Bool]>([:])

    init(_ verifier: any SignatureVerifier) { self.verifier = verifier }

    func isSigned(_ diff: UnverifiedDiff) -> Bool { verifier.isSigned(diff) }

    func isValid(signature: [UInt8], over message: [UInt8], by publicKey: [UInt8]) -> Bool {
        let question = Question(signature: signature, message: message, publicKey: publicKey)
        if let answer = answers.withLock({ $0[question] }) { return answer }
        let answer = verifier.isValid(signature: signature, over: message, by: publicKey)
        answers.withLock { $0[question] = answer }
        return answer
    }
}
