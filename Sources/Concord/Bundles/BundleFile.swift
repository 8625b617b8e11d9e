import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordModel
import ConcordSync

/// Why a bundle was refused. Nothing of it was taken in.
public enum BundleRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file is no bundle.
    case notABundle
    /// The bundle is of a newer version than this program.
    case newerVersion
    /// The file ends in the middle, or was changed.
    case damaged
    /// The bundle belongs to another engagement.
    case otherEngagement
    /// The bundle begins behind what this device has: with the entry of this number.
    case gap(from: Int, held: Int)

    /// What is wrong, and what to do next.
    public var description: String {
        switch self {
        case .notABundle: "It is not a bundle. `concord bundle export` writes one."
        case .newerVersion: "It was made by a newer version of Concord. Update this program."
        case .damaged: "It is damaged: it ends in the middle, or was changed. Copy it again."
        case .otherEngagement: "It belongs to another engagement."
        case .gap(let from, let held):
            "It begins with entry \(from) of the server's log, and this device has only \(held). Ask for a bundle of all"
                + " entries, or sync first."
        }
    }
}

/// A bundle that is read: what one device had, in one file.
///
/// It stands in for a server that has nothing but what is in it, and takes nothing: what it holds is judged by the same
/// functions that judge a server's answers.
///
/// Wire form: `Protocol/bundle.md`.
final class BundleFile: SyncTransport, FileTransport {
    /// The version of the form.
    static let version: Int64 = 1
    /// The names of the files in it.
    enum Name {
        static let header = "concord-bundle.json"
        static let log = "log.jsonl"
        static let checkpoint = "checkpoint"

        static func file(_ sha256: SHA256Digest) -> String { "files/" + sha256.hex }
    }

    /// How many files a bundle may have.
    private static let membersMax = 100_000
    /// The longest log, in bytes.
    private static let logBytesMax = 1 << 30

    /// Which engagement.
    let engagement: DiffID
    /// The exported log, as it stands in the file.
    let log: [UInt8]
    /// The position of the first entry.
    let from: Int
    /// The position after the last entry that the checkpoint covers; entries behind it have no place.
    let size: Int
    /// The key that has signed the checkpoint, as text; nil if the log is not signed.
    let key: WireText?
    private let checkpoint: [UInt8]?
    private let entries: [LogEntry]
    private let archive: TapeArchiveReader
    private let files: [WireText: TapeArchive.Member]

    /// Opens a bundle and reads all but the files of evidence.
    ///
    /// - Throws: `BundleRefusal`, or `FileFailure`.
    init(_ path: String) throws {
        let archive: TapeArchiveReader
        do throws(TapeArchive.Refusal) {
            archive = try TapeArchiveReader(path, most: Self.membersMax)
        } catch {
            throw Self.refusal(error)
        }
        self.archive = archive
        let header = try Self.header(in: archive)
        engagement = header.engagement
        (from, size, key) = (header.from, header.size, header.key)
        var files: [WireText: TapeArchive.Member] = [:]
        var log: TapeArchive.Member?
        var checkpoint: TapeArchive.Member?
        for member in archive.members.dropFirst() {
            switch member.name {
            case Name.log where log == nil: log = member
            case Name.checkpoint where checkpoint == nil: checkpoint = member
            default:
                let name = WireText(member.name)
                guard member.name.hasPrefix("files/"), files[name] == nil else {
                    throw BundleRefusal.damaged
                }
                files[name] = member
            }
        }
        guard let log, log.range.count <= Self.logBytesMax,
            (checkpoint?.range.count ?? 0) <= SignedNote.bytesMax
        else { throw BundleRefusal.damaged }
        self.files = files
        do throws(TapeArchive.Refusal) {
            self.log = try archive.bytes(of: log)
            self.checkpoint = try checkpoint.map { member throws(TapeArchive.Refusal) in
                try archive.bytes(of: member)
            }
        } catch {
            throw Self.refusal(error)
        }
        entries = try Self.entries(of: self.log, header.from..<header.size)
    }

    private struct Header {
        let engagement: DiffID
        let from: Int
        let size: Int
        let key: WireText?
    }

    private static func header(in archive: TapeArchiveReader) throws -> Header {
        guard let first = archive.members.first, first.name == Name.header else {
            throw BundleRefusal.notABundle
        }
        let header: JSON
        do {
            guard first.range.count <= SyncLimits.lineBytes else { throw BundleRefusal.damaged }
            header = try JSON(canonicalBytes: try archive.bytes(of: first), limits: .document)
        } catch {
            throw BundleRefusal.damaged
        }
        guard header["v"]?.integerValue == version else { throw BundleRefusal.newerVersion }
        guard let engagement = header["engagement"]?.stringValue.flatMap(DiffID.init(base64url:)),
            let from = header["from"]?.integerValue, let size = header["size"]?.integerValue,
            0 <= from, from <= size, size <= Int32.max
        else { throw BundleRefusal.damaged }
        return Header(
            engagement: engagement,
            from: Int(from),
            size: Int(size),
            key: header["key"]?.stringValue
        )
    }

    /// The entries with a place, in their order.
    private static func entries(of log: [UInt8], _ places: Range<Int>) throws -> [LogEntry] {
        var entries: [LogEntry] = []
        let lineFeed = UInt8(ascii: "\n")
        // What the header says of the number is not believed before the lines are there.
        var rest = log[...]
        while entries.count < places.count {
            guard let end = rest.firstIndex(of: lineFeed) ?? (rest.isEmpty ? nil : rest.endIndex),
                let line = ExportedLine(Array(rest[..<end])),
                line.position == places.lowerBound + entries.count
            else { throw BundleRefusal.damaged }
            entries.append(.envelope(line.envelope))
            rest = rest[end...].dropFirst()
        }
        return entries
    }

    private static func refusal(_ refusal: TapeArchive.Refusal) -> any Error {
        switch refusal {
        case .notAnArchive: BundleRefusal.notABundle
        case .damaged: BundleRefusal.damaged
        case .failure(let code, let message): FileFailure(code, message)
        }
    }

    // MARK: In the place of a server.

    /// The entries from a position on, and the checkpoint with the last of them. Nothing is compared here: the one who
    /// asks computes the root.
    func exchange(
        _ request: SyncRequest,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> SyncResponse {
        let start = request.position - from
        guard request.envelopes.isEmpty, request.engagement == engagement,
            0...entries.count ~= start
        else { throw SyncFailure(.refused("not-found"), "\(BundleRefusal.damaged)") }
        var room = SyncLimits.bodyBytes
        let some = entries[start...].prefix { entry in
            room -= entry.wireBytes.count + 1
            return room >= 0
        }.prefix(SyncLimits.entries)
        let isEnd = start + some.count == entries.count
        let signed = checkpoint.map { SyncResponse.Checkpoint(note: $0, key: key) }
        return SyncResponse(
            verdicts: [],
            from: request.position,
            entries: Array(some),
            size: size,
            checkpoint: isEnd ? signed : nil
        )
    }

    private func member(_ file: FilePromise) -> TapeArchive.Member? {
        files[WireText(Name.file(file.sha256))].flatMap { $0.range.count == file.size ? $0 : nil }
    }

    private func bytes(
        of file: FilePromise,
        _ range: Range<Int>
    ) throws(SyncFailure) -> [UInt8] {
        guard let member = member(file) else {
            throw SyncFailure(
                .refused(FileRefusal.notHeld.rawValue),
                "The bundle does not have the file."
            )
        }
        do throws(TapeArchive.Refusal) {
            return try archive.bytes(of: member, range)
        } catch {
            throw SyncFailure(.malformedResponse, "\(BundleRefusal.damaged)")
        }
    }

    func held(
        _ files: [FilePromise],
        of engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> [HeldFile] {
        files.map { HeldFile(bytes: member($0) == nil ? 0 : $0.size) }
    }

    func partTree(
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> PartTree {
        var parts: [SHA256Digest] = []
        for part in 0..<file.partCount {
            let bytes = try bytes(of: file, file.range(ofPart: part))
            parts.append(bytes.withUnsafeBytes { PartTree.hash(ofPart: $0) })
        }
        return PartTree(parts)
    }

    func receive(
        _ range: Range<Int>,
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner,
        taking take: @escaping @Sendable (_ bytes: [UInt8]) async -> Bool
    ) async throws(SyncFailure) {
        let piece = 256 << 10
        for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
            let bytes = try bytes(of: file, start..<min(start + piece, range.upperBound))
            guard await take(bytes) else { return }
        }
    }

    private static let takesNothing = SyncFailure(
        .refused(FileRefusal.notHeld.rawValue),
        "A bundle takes nothing."
    )

    func send(
        _ tree: PartTree,
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) {
        throw Self.takesNothing
    }

    func send(
        _ bytes: [UInt8],
        of file: FilePromise,
        at offset: Int,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> HeldFile {
        throw Self.takesNothing
    }
}
