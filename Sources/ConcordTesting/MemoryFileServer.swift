public import ConcordDiff
public import ConcordEncoding
import ConcordEvidence
public import ConcordModel
public import ConcordSigning
public import ConcordSync
import Synchronization

/// A server of evidence files in this process, with a connection that can be cut.
///
///     let server = MemoryFileServer(folder: folder.file("server"), cutEvery: every)
///
/// Whatever would travel on a wire counts: the bytes of files, and 300 for each request and its answer.
public final class MemoryFileServer: FileTransport {
    /// What a request without bytes of files costs.
    public static let requestBytes = 300

    private struct State {
        /// How many bytes may travel before the connection is cut.
        var left: Int
        var bytes = 0
        var cuts = 0
        var isFull = false
        var spoils = 0
        var order: [SHA256Digest] = []
    }

    private let store: FileStore
    private let cutEvery: Int?
    private let logKey: SigningKey?
    private let state: Mutex<State>

    /// A server that keeps its files in a folder.
    ///
    /// - Parameters:
    ///   - cutEvery: after how many bytes the connection is cut; nil for never.
    ///   - logKey: the key with which it signs receipts; nil for a server that signs nothing.
    public init(folder: String, cutEvery: Int? = nil, logKey: SigningKey? = nil) {
        self.logKey = logKey
        store = FileStore(folder: folder)
        self.cutEvery = cutEvery
        state = Mutex(State(left: cutEvery ?? .max))
    }

    /// How many bytes have travelled.
    public var bytes: Int { state.withLock { $0.bytes } }
    /// How often the connection was cut.
    public var cuts: Int { state.withLock { $0.cuts } }

    /// The files that came, in the order in which they were whole.
    public var order: [SHA256Digest] { state.withLock { $0.order } }

    /// Says whether the disk is full, so that no more bytes are taken.
    public func setFull(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    /// Changes a byte of each of the next answers that hold bytes of files.
    public func spoil(_ count: Int) { state.withLock { $0.spoils = count } }

    /// Whether the server has all of a file.
    ///
    /// - Throws: `FileFailure`.
    public func holds(_ file: FilePromise) throws -> Bool { try store.holds(file) }

    /// Destroys a file, as a server does that lost its disk.
    ///
    /// - Throws: `FileFailure`.
    public func remove(_ file: FilePromise) throws { try store.remove(file.sha256) }

    /// How many of so many bytes come through before the connection is cut.
    private func pass(_ count: Int) -> (count: Int, isCut: Bool) {
        state.withLock { state in
            let passing = min(count, state.left)
            state.bytes += passing
            guard let cutEvery, passing == state.left else {
                if cutEvery != nil { state.left -= passing }
                return (passing, false)
            }
            state.left = cutEvery
            state.cuts += 1
            return (passing, true)
        }
    }

    private func request() throws(SyncFailure) {
        if pass(Self.requestBytes).isCut { throw Self.cut }
    }

    private static let cut = SyncFailure(.unreachable, "The connection was cut.")

    private static func refused(_ code: String) -> SyncFailure {
        SyncFailure(.refused(code), "The server refuses: \(code).")
    }

    private static func mapping<Value>(
        _ body: () throws(PartialFile.Refusal) -> Value
    ) throws(SyncFailure) -> Value {
        do throws(PartialFile.Refusal) {
            return try body()
        } catch {
            switch error {
            case .wrongOffset: throw refused(FileRefusal.wrongOffset.rawValue)
            case .wrongPart: throw refused(FileRefusal.wrongPart.rawValue)
            case .wrongPromise: throw refused(FileRefusal.wrongPromise.rawValue)
            case .partsMissing: throw refused(FileRefusal.partsMissing.rawValue)
            case .busy, .failure: throw SyncFailure(.serverError, "The server cannot.")
            }
        }
    }

    /// What there is of a file, with a receipt if that is all, and the server signs.
    private func held(
        _ bytes: Int,
        of file: FilePromise,
        in engagement: DiffID
    ) throws(SyncFailure) -> HeldFile {
        let name = Checkpoint.origin(of: engagement)
        guard bytes == file.size, let logKey,
            let key = NoteKey(name: name, publicKey: logKey.author.publicKey)
        else { return HeldFile(bytes: bytes) }
        do {
            let since = Timestamp(milliseconds: 1_770_000_000_000)
            let receipt = FileReceipt(engagement: engagement, file: file, since: since)
            let note = try receipt.note(by: key) { try logKey.signature(over: $0) }
            return HeldFile(bytes: bytes, receipt: note)
        } catch {
            throw SyncFailure(.serverError, "The server cannot.", cause: error)
        }
    }

    /// How much of each file the server has.
    public func held(
        _ files: [FilePromise],
        of engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> [HeldFile] {
        try request()
        var held: [HeldFile] = []
        for file in files {
            let bytes = try Self.mapping { () throws(PartialFile.Refusal) in
                try PartialFile(file, in: store).offset()
            }
            held.append(try self.held(bytes, of: file, in: engagement))
        }
        return held
    }

    /// Takes the hashes of a file's parts.
    public func send(
        _ tree: PartTree,
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) {
        try request()
        let fits = try Self.mapping { () throws(PartialFile.Refusal) in
            try PartialFile(file, in: store).note(tree)
        }
        if !fits { throw Self.refused(FileRefusal.wrongParts.rawValue) }
    }

    /// Takes bytes of a file, as many as come through.
    public func send(
        _ bytes: [UInt8],
        of file: FilePromise,
        at offset: Int,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> HeldFile {
        try request()
        if state.withLock({ $0.isFull }) { throw Self.refused(FileResource.storageFull) }
        let (count, isCut) = pass(bytes.count)
        let end = try Self.mapping { () throws(PartialFile.Refusal) in
            try PartialFile(file, in: store).append(Array(bytes.prefix(count)), at: offset)
        }
        if end == file.size { state.withLock { $0.order.append(file.sha256) } }
        if isCut { throw Self.cut }
        return try held(end, of: file, in: engagement)
    }

    /// The hashes of a file's parts.
    public func partTree(
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> PartTree {
        try request()
        do {
            if let tree = try store.tree(of: file) { return tree }
        } catch {
            throw SyncFailure(.serverError, "The server cannot.", cause: error)
        }
        throw Self.refused(FileRefusal.notHeld.rawValue)
    }

    /// Gives bytes of a file, as many as come through.
    public func receive(
        _ range: Range<Int>,
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner,
        taking take: @escaping @Sendable (_ bytes: [UInt8]) async -> Bool
    ) async throws(SyncFailure) {
        try request()
        var bytes: [UInt8]
        do {
            guard try store.holds(file) else { throw Self.refused(FileRefusal.notHeld.rawValue) }
            bytes = try store.bytes(of: file, range)
        } catch let failure as SyncFailure {
            throw failure
        } catch {
            throw SyncFailure(.serverError, "The server cannot.", cause: error)
        }
        let spoils = state.withLock { state in
            defer { state.spoils = max(0, state.spoils - 1) }
            return state.spoils > 0
        }
        if spoils, let last = bytes.indices.last { bytes[last] ^= 1 }
        let (count, isCut) = pass(bytes.count)
        for start in stride(from: 0, to: count, by: 100_000) {
            guard await take(Array(bytes[start..<min(start + 100_000, count)])) else { return }
        }
        if isCut { throw Self.cut }
    }
}
