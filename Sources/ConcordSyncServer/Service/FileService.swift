import ConcordDiff
import ConcordEncoding
import ConcordEvidence
import ConcordFiles
import ConcordModel
import ConcordSigning
import ConcordSync
import Dispatch
internal import GRDB
import Synchronization

/// Keeps the files of evidence: a store for each engagement, in a folder next to the database.
///
/// Engagements share no files. Otherwise anyone could ask whether another engagement has a file, by its hash alone.
///
/// A full disk refuses files long before it refuses diffs: as much as `reserveBytes` is left free for the database.
final class FileService: Sendable {
    private let folder: String
    private let database: ServerDatabase
    private let reserveBytes: Int
    private let verifier: any SignatureVerifier
    /// Waiting for the disk happens here, and not on the threads of the server. Files of one engagement and of several
    /// go on at the same time.
    private let queue = DispatchQueue(label: "concord-server.files", attributes: .concurrent)
    let uploads = FileUploads()
    /// What is erased of each engagement, and how much of its log was looked at for that.
    private let erasures = Mutex<[DiffID: Erased]>([:])

    private struct Erased {
        var position = 0
        var files: Set<SHA256Digest> = []
    }

    /// A service that keeps files in a folder, which is created with the first file.
    ///
    /// - Parameter reserveBytes: how much of the disk files leave free.
    init(
        folder: String,
        database: ServerDatabase,
        verifier: any SignatureVerifier,
        reserveBytes: Int
    ) {
        self.folder = folder
        self.database = database
        self.verifier = verifier
        self.reserveBytes = reserveBytes
    }

    /// The files of an engagement that the server knows.
    ///
    /// - Throws: `unknownEngagement`.
    func store(of engagement: DiffID) async throws(RequestRefusal) -> FileStore {
        if try await carryOutErasures(in: engagement) == 0 { throw .sync(.unknownEngagement) }
        return FileStore(folder: folder + "/" + engagement.base64url)
    }

    // MARK: Asking.

    /// How much of each file is here, durably, with a receipt for each that is here whole.
    func held(
        _ files: [FilePromise],
        of engagement: DiffID
    ) async throws(RequestRefusal) -> [HeldFile] {
        let store = try await store(of: engagement)
        let notary = database.notary
        let held = try await run { () throws(PartialFile.Refusal) in
            var held: [(bytes: Int, since: Timestamp?)] = []
            for file in files {
                let bytes = try PartialFile(file, in: store).offset()
                do throws(FileFailure) {
                    let isWhole = try store.holds(file)
                    held.append((bytes, isWhole ? try store.heldSince(file.sha256) : nil))
                } catch {
                    throw PartialFile.Refusal(error)
                }
            }
            return held
        }
        do {
            return try zip(files, held).map { file, held in
                let receipt = held.since.map {
                    FileReceipt(engagement: engagement, file: file, since: $0)
                }
                return HeldFile(bytes: held.bytes, receipt: try receipt.map { try notary.sign($0) })
            }
        } catch {
            throw RequestRefusal(error, while: "signing a receipt")
        }
    }

    /// The hashes of the parts of a file that is here, whole or not.
    ///
    /// - Throws: `notHeld`.
    func tree(of file: FilePromise, in engagement: DiffID) async throws(RequestRefusal) -> PartTree
    {
        let store = try await store(of: engagement)
        let tree = try await run { () throws(PartialFile.Refusal) -> PartTree? in
            let noted = try PartialFile(file, in: store).tree()
            do throws(FileFailure) {
                if let noted { return noted }
                return try store.tree(of: file)
            } catch {
                throw PartialFile.Refusal(error)
            }
        }
        guard let tree else { throw .file(.notHeld) }
        return tree
    }

    /// Some bytes of a file of which all is here.
    ///
    /// - Throws: `notHeld`.
    func bytes(
        _ range: Range<Int>,
        of file: FilePromise,
        in store: FileStore
    ) async throws(RequestRefusal) -> [UInt8] {
        let bytes = try await run { () throws(PartialFile.Refusal) -> [UInt8]? in
            do throws(FileFailure) {
                return try store.holds(file) ? store.bytes(of: file, range) : nil
            } catch {
                throw PartialFile.Refusal(error)
            }
        }
        guard let bytes, bytes.count == range.count else { throw .file(.notHeld) }
        return bytes
    }

    // MARK: Taking in.

    /// Notes the hashes of a file's parts.
    ///
    /// - Throws: `wrongParts` if they are not those of the root.
    func note(
        _ tree: PartTree,
        of file: FilePromise,
        in engagement: DiffID
    ) async throws(RequestRefusal) {
        let store = try await roomForFile(file, from: 0, in: engagement)
        let fits = try await run { () throws(PartialFile.Refusal) in
            try PartialFile(file, in: store).note(tree)
        }
        if !fits { throw .file(.wrongParts) }
    }

    /// Where bytes of a file go, if there is room for the rest of it and it was not erased.
    ///
    /// - Throws: `erased`, `storageFull`.
    func roomForFile(
        _ file: FilePromise,
        from offset: Int,
        in engagement: DiffID
    ) async throws(RequestRefusal) -> FileStore {
        let store = try await store(of: engagement)
        let isErased = erasures.withLock { $0[engagement]?.files.contains(file.sha256) ?? false }
        if isErased { throw .file(.erased) }
        let needed = max(0, file.size - offset) + reserveBytes
        try await run { [folder] () throws(PartialFile.Refusal) in
            do throws(FileFailure) {
                try OwnFolder.create(folder)
                guard try OwnFolder.freeBytes(at: folder) >= needed else {
                    throw FileFailure(.diskFull, "The server has no room for the file.")
                }
            } catch {
                throw PartialFile.Refusal(error)
            }
        }
        return store
    }

    /// Takes bytes that continue a file.
    ///
    /// - Returns: where the file continues.
    func append(
        _ bytes: [UInt8],
        to file: FilePromise,
        at offset: Int,
        in store: FileStore
    ) async throws(RequestRefusal) -> Int {
        try await run { () throws(PartialFile.Refusal) in
            try PartialFile(file, in: store).append(bytes, at: offset)
        }
    }

    /// Runs what waits for the disk.
    private func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(PartialFile.Refusal) -> Value
    ) async throws(RequestRefusal) -> Value {
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result(catching: body)) }
        }
        do throws(PartialFile.Refusal) {
            return try result.get()
        } catch {
            throw RequestRefusal(error)
        }
    }

    // MARK: Erasing.

    /// Destroys the files whose promises leaders have ordered erased.
    ///
    /// The log is looked at from where the last look ended, before every answer about files and after every request that
    /// brought diffs. So an order is carried out also if the server was killed right after it had accepted it.
    ///
    /// - Returns: how long the log is.
    @discardableResult
    func carryOutErasures(in engagement: DiffID) async throws(RequestRefusal) -> Int {
        let position = erasures.withLock { $0[engagement]?.position ?? 0 }
        let found: (size: Int, files: Set<SHA256Digest>)
        do {
            found = try await database.pool.read { [verifier] db in
                let log = ErasedFiles(db: db, engagement: engagement, verifier: verifier)
                return try log.look(from: position)
            }
        } catch {
            throw RequestRefusal(error, while: "looking for orders of erasure")
        }
        if !found.files.isEmpty {
            let store = FileStore(folder: folder + "/" + engagement.base64url)
            try await run { () throws(PartialFile.Refusal) in
                do throws(FileFailure) {
                    for file in found.files { try store.remove(file) }
                } catch {
                    throw PartialFile.Refusal(error)
                }
            }
        }
        erasures.withLock { erasures in
            erasures[engagement, default: Erased()].files.formUnion(found.files)
            let known = erasures[engagement]?.position ?? 0
            erasures[engagement]?.position = max(known, found.size)
        }
        return found.size
    }
}
