import Concord
import ConcordEncoding
import ConcordFiles
import Foundation

/// What the status says of all findings, kept beside the replica as long as nothing has changed there.
///
/// Totals and notices follow from every record, so the first status after a change reads all of them; the next
/// ones do not. The note says of which state of the replica, and by which program, it was made. It is never
/// told for another state, and losing it costs nothing but that time.
struct StatusNote {
    /// What follows from every record.
    struct Figures {
        let totals: TotalsView
        let errors: Int
        let warnings: Int
        /// The names of the inbox's items.
        let inbox: [WireText]
    }

    private let path: String
    private let stamp: WireText

    /// 4 MB; an inbox has no so many items.
    private static let bytesMax = 1 << 22
    /// With fewer findings than these nothing is kept: they are read as fast.
    private static let findingsMin = 200

    /// The note of a replica at a moment.
    init(_ view: AuditView) throws {
        path = FileBeside.status.of(view.replica.path)
        let program = try FileManager.default.attributesOfItem(
            atPath: Bundle.main.executablePath ?? CommandLine.arguments[0]
        )
        let built = (program[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        let size = (program[.size] as? NSNumber)?.intValue ?? 0
        let facts = "\(try view.moment.stamp()) \(view.replica.author.text) \(built) \(size)"
        stamp = WireText(SHA256Digest(hashing: Array(facts.utf8)).hex)
    }

    /// What the note says; nil where there is none of this state.
    func read() -> Figures? {
        do {
            guard let bytes = try OwnFile.read(path, most: Self.bytesMax) else { return nil }
            let note = try JSON(parsing: bytes)
            guard note["stamp"]?.stringValue == stamp else { return nil }
            return Figures(note)
        } catch {
            // A note that cannot be read is as good as none: what it says is computed.
            return nil
        }
    }

    /// Keeps what was computed.
    func keep(_ figures: Figures) {
        guard figures.totals.findings >= Self.findingsMin else { return }
        var note = figures.json
        note["stamp"] = .string(stamp)
        do {
            try OwnFile.write(JSON.object(note).canonicalBytes, to: path) { bytes in
                bytes.first == UInt8(ascii: "{")
            }
        } catch {
            // It spares the next one some time, and nothing else rests on it.
        }
    }
}

extension StatusNote.Figures {
    fileprivate var json: JSONObject {
        [
            "totals": totals.json, "errors": .integer(Int64(errors)),
            "warnings": .integer(Int64(warnings)), "inbox": .array(inbox.map { .string($0) }),
        ]
    }

    fileprivate init?(_ note: JSON) {
        guard let totals = note["totals"].flatMap({ TotalsView($0) }),
            let errors = note["errors"]?.integerValue,
            let warnings = note["warnings"]?.integerValue,
            let inbox = note["inbox"]?.arrayValue
        else { return nil }
        self.init(
            totals: totals,
            errors: Int(errors),
            warnings: Int(warnings),
            inbox: inbox.compactMap(\.stringValue)
        )
    }
}
