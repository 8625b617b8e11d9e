import ConcordDiff
import ConcordEncoding
import ConcordEvidence
import ConcordFiles
import ConcordModel
import ConcordStorage
import ConcordSync

/// What a bundle holds that was written.
public struct BundleExport: Hashable, Sendable {
    /// How many diffs.
    public let diffs: Int
    /// The first entry of the server's log that is in it.
    public let from: Int
    /// How many files of evidence.
    public let files: Int
    /// How long the bundle is, in bytes.
    public let bytes: Int
}

/// What a bundle brought.
public struct BundleImport: Hashable, Sendable {
    /// How many diffs it holds.
    public let diffs: Int
    /// How many of them were new on this device.
    public let new: Int
    /// What became of the files of evidence.
    public let files: FileSyncSummary
}

extension Replica {
    /// Writes what this device has into one file that travels by hand, for one colleague or for all: the log, what has no
    /// place in it yet, and the files of evidence.
    ///
    /// - Parameters:
    ///   - path: the file; an ordinary one of this name is replaced when the bundle is whole.
    ///   - from: the first entry of the server's log that the receivers lack; 0 for all.
    ///   - holdsFiles: whether the files of evidence that are here go with it.
    ///   - progress: called with the number of bytes of files that are written.
    /// - Throws: `ReplicaFailure`, for example `diskFull`; then there is no new file.
    public func exportBundle(
        to path: String,
        from: Int = 0,
        holdsFiles: Bool = true,
        progress: (Int) -> Void = { _ in }
    ) throws -> BundleExport {
        try ReplicaFailure.mapping {
            try OutputFile.requireUsable(path)
            let contents = try BundleContents(self, from: from, holdsFiles: holdsFiles)
            let draft = path + ".part"
            OwnFolder.discard(draft)
            do {
                let bytes = try contents.write(to: draft, progress)
                try OwnFolder.replace(path, by: draft)
                return BundleExport(
                    diffs: contents.diffs,
                    from: contents.from,
                    files: contents.files.count,
                    bytes: bytes
                )
            } catch {
                OwnFolder.discard(draft)
                throw error
            }
        }
    }

    /// Takes a bundle in: what the server had signed of its log is checked as in a sync, then every signature, then the
    /// files of evidence, each against what its record says.
    ///
    /// What has no place in the log is offered to the server at the next sync, also what others wrote. To take a bundle
    /// in twice does nothing.
    ///
    /// - Throws: `BundleRefusal`; `ImportRefusal` with the line of the log in it; `ReplicaFailure`, for example
    ///   `logContradiction`.
    public func importBundle(
        from path: String,
        progress: @escaping @Sendable (FileSyncProgress) -> Void = { _ in }
    ) async throws -> BundleImport {
        let bundle = try await reading.run { try ReplicaFailure.mapping { try BundleFile(path) } }
        guard bundle.engagement == engagement else { throw BundleRefusal.otherEngagement }
        let before = try status().diffs
        let (held, key) = try await reading.run { [self] in (try status().log, try logKey()) }
        guard bundle.from <= held else { throw BundleRefusal.gap(from: bundle.from, held: held) }
        // Whose key is another one cannot prove the order here; what it holds has no place until a sync.
        let isOfThisServer = bundle.key.map { key == nil || key?.text == $0 } ?? (key == nil)
        if bundle.size > held, isOfThisServer { try await receiveLog(of: bundle) }
        let report = try await perform { try $0.importLog(bundle.log) }
        return BundleImport(
            diffs: report.diffs,
            new: try status().diffs - before,
            files: try await receiveFiles(from: bundle, progress: progress)
        )
    }
}

/// What goes into a bundle.
private struct BundleContents {
    let engagement: DiffID
    let from: Int
    let size: Int
    let diffs: Int
    let files: [FilePromise]
    private let log: [UInt8]
    private let signed: ServerLog?
    private let store: FileStore

    init(_ replica: Replica, from: Int, holdsFiles: Bool) throws {
        engagement = replica.engagement
        let store = replica.evidence.store
        self.store = store
        var lines: [UInt8] = []
        var count = 0
        var entries = 0
        var signed: ServerLog?
        var promises: [StoredPromise] = []
        var first = 0
        try replica.store.read { reader in
            signed = try reader.serverLog()
            let length = try reader.logSize
            first = min(max(from, 0), length)
            // Places are given only where the server has signed them, or signs nothing.
            let proven = signed.map { $0.newest?.witness.size == length } ?? true
            try reader.log { line in
                if let position = line.position, position < first { return }
                let place = proven ? line.position : nil
                if place != nil { entries += 1 }
                count += 1
                lines += ExportedLine(position: place, envelope: line.envelope).bytes
                lines.append(UInt8(ascii: "\n"))
            }
            if !proven { signed = nil }
            promises = holdsFiles ? try reader.promises() : []
        }
        log = lines
        diffs = count
        self.from = first
        size = first + entries
        self.signed = signed
        var known: Set<SHA256Digest> = []
        files = try promises.compactMap { promise in
            guard promise.isPresent, let file = promise.file, file.size > 0,
                known.insert(file.sha256).inserted, try store.holds(file)
            else { return nil }
            return file
        }
    }

    /// Writes the bundle into a new file.
    ///
    /// - Returns: how long it is.
    func write(to path: String, _ progress: (Int) -> Void) throws -> Int {
        var header: JSONObject = [
            "engagement": .string(engagement.base64url), "from": .integer(Int64(from)),
            "size": .integer(Int64(size)), "v": .integer(BundleFile.version),
        ]
        if let signed { header["key"] = .string(signed.key) }
        var writer = try TapeArchiveWriter(path)
        let head = header.canonicalBytes
        try writer.add(BundleFile.Name.header, size: head.count) { Array(head[$0]) }
        try writer.add(BundleFile.Name.log, size: log.count) { Array(log[$0]) }
        if let note = signed?.newest?.note {
            try writer.add(BundleFile.Name.checkpoint, size: note.count) { Array(note[$0]) }
        }
        var done = 0
        for file in files {
            try writer.add(BundleFile.Name.file(file.sha256), size: file.size) { range in
                let bytes = try store.bytes(of: file, range)
                guard bytes.count == range.count else {
                    throw FileFailure(.io, "A file of evidence changed while it was read.")
                }
                done += bytes.count
                progress(done)
                return bytes
            }
        }
        try writer.finish()
        return writer.size
    }
}
