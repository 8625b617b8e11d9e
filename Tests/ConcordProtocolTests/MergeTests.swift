import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordSigning
import Testing

@Suite("Vectors of the merge")
struct MergeVectorTests {
    static let vectors = Vectors.of("merge")

    @Test(arguments: vectors)
    func eachHistoryHasItsState(vector: Vector) throws {
        let fold = try Arrival.logThenPending.fold(of: vector)
        let document = try fold.document()

        #expect(document.conflicts == (try vector.member("conflicts")), "\(vector.about)")
        #expect(document.state == (try vector.member("state")), "\(vector.about)")
        #expect(document.digest == (try vector.member("digest")).stringValue?.string)
        #expect(try fold.voids().sorted == (try vector.member("void")).sorted, "\(vector.about)")
    }

    @Test(arguments: vectors, Arrival.others)
    func everyOrderOfArrivalComesToTheSame(vector: Vector, arrival: Arrival) throws {
        let expected = try Arrival.logThenPending.fold(of: vector)
        let fold = try arrival.fold(of: vector)

        #expect(try fold.document() == expected.document())
        #expect(try fold.voids().sorted == expected.voids().sorted)
    }

    @Test func everyReasonOfThisVersionHasAVector() {
        let reasons = Self.vectors.flatMap { $0.contents["void"]?.arrayValue ?? [] }
            .compactMap { $0["reason"]?.stringValue?.string }
        #expect(Set(reasons) == Set(VoidReason.allCases.map(\.rawValue)))
    }

    @Test func everyKindOfConflictHasAVector() {
        let kinds = Self.vectors.flatMap { $0.contents["conflicts"]?.arrayValue ?? [] }
            .compactMap { $0["kind"]?.stringValue?.string }

        #expect(Set(kinds) == Set(ConflictKind.allCases.map(\.rawValue)))
    }
}

/// In which order a replica hears of a history.
enum Arrival: String, CaseIterable, CustomTestStringConvertible {
    /// The log in one piece, then what is pending.
    case logThenPending
    /// The log entry by entry, then what is pending.
    case entryByEntry
    /// Everything as pending first, then the log's order.
    case everythingPendingFirst
    /// The first half of the log, then everything else as pending in a different causal order, then
    /// the rest of the log.
    case halfTheLogFirst

    static let others = allCases.filter { $0 != .logThenPending }

    var testDescription: String { rawValue }

    func fold(of vector: Vector) throws -> Fold {
        let log = try verified(vector.diffs(in: "log"))
        let pending = try verified(
            vector.contents["pending"] == nil ? [] : vector.diffs(in: "pending")
        )
        let fold = Fold(verifier: DiffVerifier())
        switch self {
        case .logThenPending:
            try take(log, into: fold)
            try hold(pending, in: fold)
        case .entryByEntry:
            for diff in log { try take([diff], into: fold) }
            try hold(pending, in: fold)
        case .everythingPendingFirst:
            try hold(log + pending, in: fold)
            try place(log, in: fold)
        case .halfTheLogFirst:
            let half = log.count / 2
            try take(Array(log[..<half]), into: fold)
            try hold(lateFirst(Array(log[half...]) + pending), in: fold)
            try place(Array(log[half...]), in: fold)
        }
        return fold
    }

    private func verified(_ diffs: [UnverifiedDiff]) throws -> [VerifiedDiff] {
        try diffs.map { try DiffVerifier().verify($0).get() }
    }

    private func take(_ diffs: [VerifiedDiff], into fold: Fold) throws {
        let refusal = try fold.order.takeIn(log: diffs.map(LogItem.new))
        #expect(refusal == nil, "\(refusal.map { "\($0)" } ?? "")")
    }

    private func place(_ diffs: [VerifiedDiff], in fold: Fold) throws {
        let refusal = try fold.order.takeIn(log: diffs.map { LogItem.held($0.id) })
        #expect(refusal == nil, "\(refusal.map { "\($0)" } ?? "")")
    }

    private func hold(_ diffs: [VerifiedDiff], in fold: Fold) throws {
        for diff in diffs {
            if case .refused(let error) = try fold.order.takeIn(pending: diff) {
                Issue.record("\(diff.reference) is refused: \(error)")
            }
        }
    }

    /// A causal order that takes what stands last as early as it can.
    private func lateFirst(_ diffs: [VerifiedDiff]) -> [VerifiedDiff] {
        var waiting = Array(diffs.reversed())
        var order: [VerifiedDiff] = []
        while !waiting.isEmpty {
            let ids = Set(waiting.map(\.id))
            let next = waiting.firstIndex { ids.isDisjoint(with: $0.head.parents) } ?? 0
            order.append(waiting.remove(at: next))
        }
        return order
    }
}
