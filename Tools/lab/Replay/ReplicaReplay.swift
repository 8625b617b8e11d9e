import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordStorage
import ConcordText
import Foundation

/// Plays an editing trace as signed diffs into a fresh replica, compared with as many edits of
/// fields.
///
/// Both are received by a separate process, from a file of envelopes to the durable commit, batch by
/// batch as answers of a server come; so what making the diffs takes counts for nothing.
struct ReplicaReplay {
    /// How many times the take-in of as many field edits it may take.
    static let ratioMax = 3.0
    /// How much memory the process may have had, in kibibytes: 80 MB.
    static let memoryMax = 80_000_000.0 / 1024

    /// What came out for one trace.
    struct Line: Encodable {
        var file: String?
        /// The place in the file's array, if it is one.
        var index: Int?
        /// Whether the replica shows the trace's own text, scalar by scalar.
        var ok: Bool
        /// What the trace calls itself, if it does.
        var name: String?
        var transactions: Int
        /// The processor's time for one signed transaction, from bytes to the durable commit.
        var microseconds: Double
        /// The same for one edit of a field.
        var fieldMicroseconds: Double
        /// The first by the second.
        var ratio: Double
        /// The most memory that the process has had.
        var peakBytes: Int
        /// What the replica takes on the disk.
        var replicaBytes: Int
    }

    private let folder: String

    /// Plays one trace in a folder that is made within another one for so long.
    static func run(
        _ events: [TextEvent],
        startContent: String,
        endContent: String,
        in place: String
    ) throws -> Line {
        let folder = place + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let signed = try SignedTrace(events, startContent: startContent)
        let line = try ReplicaReplay(folder: folder).run(signed, endContent: endContent)
        try FileManager.default.removeItem(atPath: folder)
        return line
    }

    private func run(_ signed: SignedTrace, endContent: String) throws -> Line {
        let texts = try takeIn(signed.beginning + signed.diffs, "text")
        let shown = try text(in: texts.replica) ?? ""
        let bytes = try FileManager.default.attributesOfItem(atPath: texts.replica)[.size]
        let count = max(signed.diffs.count, 1)
        let sample = try SampleDiffs(findings: min(1000, count), edits: count)
        let fields = try takeIn(sample.beginning + sample.edits, "fields")
        return Line(
            // Equal strings may differ in how accents are composed.
            ok: shown.unicodeScalars.elementsEqual(endContent.unicodeScalars),
            transactions: signed.diffs.count,
            microseconds: texts.microseconds / Double(count),
            fieldMicroseconds: fields.microseconds / Double(count),
            ratio: texts.microseconds / max(fields.microseconds, 1),
            peakBytes: texts.peak * 1024,
            replicaBytes: (bytes as? NSNumber)?.intValue ?? 0
        )
    }

    private func takeIn(
        _ diffs: [UnverifiedDiff],
        _ name: String
    ) throws -> (replica: String, microseconds: Double, peak: Int) {
        let log = folder + "/\(name).ndjson"
        let replica = folder + "/\(name).concord"
        var lines: [UInt8] = []
        for diff in diffs {
            lines += diff.envelope
            lines.append(UInt8(ascii: "\n"))
        }
        try Data(lines).write(to: URL(fileURLWithPath: log))
        let child = try ChildProcess(
            Bundle.main.executablePath ?? CommandLine.arguments[0],
            ["take-in", log, replica],
            environment: ProcessInfo.processInfo.environment,
            files: folder + "/" + name
        )
        let result = try child.wait(seconds: 3600)
        let figures = result.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard result.status == 0, figures.count == 2 else {
            throw SignedTrace.Failure(description: "taking in failed: \(result.errors)")
        }
        return (replica, Double(figures[0]), figures[1])
    }

    private func text(in replica: String) throws -> String? {
        let store = try ReplicaStore.open(at: replica, verifier: DiffVerifier())
        let state = try store.read { try $0.document(kinds: ["finding"]) }
        try store.close()
        return state["finding"]?["x1"]?["statement"]?.stringValue?.string
    }
}

extension ReplicaReplay.Line {
    /// Whether the limits are kept.
    var isMet: Bool {
        ratio <= ReplicaReplay.ratioMax && Double(peakBytes) <= 1024 * ReplicaReplay.memoryMax
    }

    /// One line of JSON, keys in order.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            preconditionFailure("a line of numbers can be encoded: \(error)")
        }
    }
}
