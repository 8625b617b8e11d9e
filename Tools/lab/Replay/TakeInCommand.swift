import ArgumentParser
import ConcordDiff
import ConcordMerge
import ConcordSigning
import ConcordStorage
import Foundation

/// Takes a file of envelopes into a fresh replica and says what that took.
struct TakeInCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "take-in",
        abstract: "Take a file of envelopes into a fresh replica; the benchmarks run this.",
        discussion: """
            The file has one envelope on each line, in the order of a log. Prints the processor's time in \
            microseconds, from the first byte read to the last durable commit, and the most memory \
            that the process has had, in kibibytes.
            """
    )

    /// How many diffs are read and received at once: about as many as an answer of a server holds.
    private static let batch = 4096

    @Argument(help: "The envelopes.")
    var log: String
    @Argument(help: "Where the replica is made.")
    var replica: String

    func run() throws {
        let start = ProcessUse.seconds
        let store = try ReplicaStore.create(at: replica, verifier: DiffVerifier())
        let lines = try LineFile(path: log)
        var position = 0
        var batch: [[UInt8]] = []
        while let line = try lines.next() {
            batch.append(line)
            if batch.count == Self.batch { try take(&batch, at: &position, into: store) }
        }
        try take(&batch, at: &position, into: store)
        store.testingOnlyCarryOver()
        let taken = Int((ProcessUse.seconds - start) * 1e6)
        print("\(taken)\t\(ProcessUse.peakMemory)")
        try store.close()
    }

    private func take(
        _ envelopes: inout [[UInt8]],
        at position: inout Int,
        into store: ReplicaStore
    ) throws {
        let diffs = try ChainVerification.verify(
            try envelopes.map { try UnverifiedDiff(envelope: $0) },
            with: DiffVerifier()
        )
        envelopes.removeAll(keepingCapacity: true)
        let result = try store.takeIn(log: diffs.map { .new($0) }, from: position)
        if let refused = result.refused {
            throw SignedTrace.Failure(
                description: "entry \(position + refused.index) is refused: \(refused.reason)"
            )
        }
        position = result.position
    }
}

/// The lines of a file, one after the other, without the whole of it in memory.
private final class LineFile {
    private let handle: FileHandle
    private var held: [UInt8] = []
    private var place = 0
    private var isAtEnd = false

    init(path: String) throws {
        handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    }

    func next() throws -> [UInt8]? {
        while true {
            if let end = held[place...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { place = end + 1 }
                return Array(held[place..<end])
            }
            guard !isAtEnd else { return nil }
            held.removeSubrange(..<place)
            place = 0
            let more = try handle.read(upToCount: 1 << 16) ?? Data()
            isAtEnd = more.isEmpty
            held += more
        }
    }
}
