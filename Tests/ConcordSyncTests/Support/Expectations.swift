import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordTesting
import Foundation
import Synchronization
import Testing

extension EnvelopeVerdict {
    /// The code, if the verdict is a refusal.
    var code: WireText? {
        if case .refused(let code, _) = self { code } else { nil }
    }

    var isAccepted: Bool {
        if case .accepted = self { true } else { false }
    }
}

/// Every order of the elements.
func permutations<Element>(_ elements: [Element]) -> [[Element]] {
    guard let first = elements.first else { return [[]] }
    return permutations(Array(elements.dropFirst())).flatMap { rest in
        (0...rest.count).map { place in
            Array(rest[..<place]) + [first] + Array(rest[place...])
        }
    }
}

/// The diff with another signature.
func forge(_ diff: UnverifiedDiff) throws -> UnverifiedDiff {
    let text = String(decoding: diff.envelope, as: UTF8.self)
    let start = try #require(text.range(of: #""sig":""#)).upperBound
    let first = text[start] == "A" ? "B" : "A"
    let forged = text.replacingCharacters(in: start...start, with: first)
    return try UnverifiedDiff(envelope: Array(forged.utf8))
}

/// Each diff stands behind all that it had seen, and none stands twice.
func expectCausalOrder(_ envelopes: [[UInt8]]) throws {
    var seen: Set<DiffID> = []
    for envelope in envelopes {
        let diff = try UnverifiedDiff(envelope: envelope)
        #expect(seen.isSuperset(of: diff.head.parents))
        #expect(seen.insert(diff.id).inserted)
    }
}

/// Counts what is checked.
final class CountingVerifier: SignatureVerifier {
    private let checks = Mutex(0)

    var count: Int { checks.withLock { $0 } }

    func isSigned(_ diff: UnverifiedDiff) -> Bool {
        checks.withLock { $0 += 1 }
        return HashVerifier().isSigned(diff)
    }

    func isValid(signature: [UInt8], over message: [UInt8], by publicKey: [UInt8]) -> Bool {
        checks.withLock { $0 += 1 }
        return HashVerifier().isValid(signature: signature, over: message, by: publicKey)
    }
}
