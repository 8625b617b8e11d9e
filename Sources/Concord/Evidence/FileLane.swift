import ConcordDiff
import ConcordEncoding
import ConcordEvidence
import ConcordFiles
import ConcordModel
import ConcordSigning
import ConcordSync
import Synchronization

/// Carries files between a device and a server, one after the other, each in parts.
///
/// After every cut it asks the other end where the file continues, so nothing that arrived is sent again. It gives up a
/// file when several attempts in a row brought nothing, and the whole lane when the server cannot be asked any more.
struct FileLane<Transport: FileTransport> {
    let evidence: EvidenceFiles
    let engagement: DiffID
    let transport: Transport
    let signer: RequestSigner
    let logKey: NoteKey?
    /// Whether the other end is the server, whose having a file is noted.
    let isServer: Bool
    let progress: @Sendable (FileSyncProgress) -> Void
    private(set) var summary = FileSyncSummary()
    private let queue = WorkQueue("files")
    private var done = 0
    private var files = 0
    private var bytesDone = 0
    private var bytes = 0
    /// Whether the connection was cut while a file came.
    private var wasCut = false

    /// How often in a row a file may be cut without a byte that arrived.
    private static var attempts: Int { 4 }

    init(
        evidence: EvidenceFiles,
        engagement: DiffID,
        transport: Transport,
        signer: RequestSigner,
        logKey: NoteKey?,
        isServer: Bool = true,
        progress: @escaping @Sendable (FileSyncProgress) -> Void
    ) {
        self.evidence = evidence
        self.engagement = engagement
        self.transport = transport
        self.signer = signer
        self.logKey = logKey
        self.isServer = isServer
        self.progress = progress
    }

    private var store: FileStore { evidence.store }

    /// Sends and receives what the plan says.
    mutating func run(_ plan: FilePlan) async throws {
        let held = try await ask(plan.items)
        var work: [(item: FilePlan.Item, held: HeldFile)] = []
        for (item, held) in zip(plan.items, held) {
            let isOnServer = held.bytes == item.file.size
            if item.isHere, isOnServer {
                if let reason = try await noteSent(item.file, held) { wait(item, reason) }
            } else if !item.isHere, !isOnServer {
                wait(item, .notOnServer)
            } else {
                if item.isHere, isServer {
                    try await queue.run { [store] in try store.forgetSent(item.file.sha256) }
                }
                work.append((item, held))
            }
        }
        files = work.count
        bytes = work.reduce(0) { $0 + $1.item.file.size }
        var isServerFull = false
        for (item, held) in work {
            let before = bytesDone
            var reason: WaitingFile.Reason?
            if item.isHere {
                reason = isServerFull ? .serverFull : try await upload(item.file, from: held)
                if reason == .serverFull { isServerFull = true }
            } else {
                reason = try await download(item.file, held)
            }
            bytesDone = before + item.file.size
            done += 1
            if let reason {
                wait(item, reason)
            } else if item.isHere {
                summary.sent += 1
            } else {
                summary.received += 1
            }
        }
    }

    private mutating func wait(_ item: FilePlan.Item, _ reason: WaitingFile.Reason) {
        summary.waiting.append(
            WaitingFile(id: item.id, file: item.file, isSending: item.isHere, reason: reason)
        )
    }

    private func tell(_ offset: Int, isSending: Bool) {
        progress(
            FileSyncProgress(
                isSending: isSending,
                done: done,
                files: files,
                bytesDone: bytesDone + offset,
                bytes: bytes
            )
        )
    }

    /// Notes that the server has a file, if it has signed that. A server whose key is not known signs nothing.
    ///
    /// - Returns: why that is not noted.
    private func noteSent(
        _ file: FilePromise,
        _ held: HeldFile
    ) async throws -> WaitingFile.Reason? {
        guard isServer else { return nil }
        if let logKey {
            let receipt = held.receipt.flatMap {
                FileReceipt(
                    note: $0,
                    of: file,
                    in: engagement,
                    key: logKey,
                    verifier: DiffVerifier()
                )
            }
            if receipt == nil { return .noReceipt }
        }
        let receipt = logKey == nil ? nil : held.receipt
        let now = evidence.replica.environment.now()
        try await queue.run { [store] in
            try store.noteSent(file.sha256, receipt: receipt, at: now)
        }
        return nil
    }

    // MARK: Asking.

    private func ask(_ items: [FilePlan.Item]) async throws -> [HeldFile] {
        var held: [HeldFile] = []
        var rest = items.map(\.file)[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(FileLimits.files))
            rest = rest.dropFirst(some.count)
            held += try await self.held(some)
        }
        return held
    }

    /// How much of some files the server has; asked again where the connection was cut.
    private func held(_ files: [FilePromise]) async throws(SyncFailure) -> [HeldFile] {
        for _ in 1..<Self.attempts {
            do throws(SyncFailure) {
                return try await transport.held(files, of: engagement, by: signer)
            } catch {
                guard error.isCut else { throw error }
            }
        }
        return try await transport.held(files, of: engagement, by: signer)
    }

    // MARK: Sending.

    /// Sends a file.
    ///
    /// - Returns: why it waits; nil if the server has it.
    private mutating func upload(
        _ file: FilePromise,
        from start: HeldFile
    ) async throws -> WaitingFile.Reason? {
        var held = start
        var failures = 0
        var needsTree = start.bytes == 0 && file.partCount > 1
        while held.bytes < file.size {
            let offset = held.bytes
            tell(offset, isSending: true)
            do throws(SyncFailure) {
                if needsTree {
                    guard let tree = try await tree(of: file) else { return .damagedHere }
                    try await transport.send(tree, of: file, in: engagement, by: signer)
                    needsTree = false
                }
                let part = file.range(ofPart: offset / PartTree.partBytes)
                guard let bytes = try await read(file, offset..<part.upperBound) else {
                    return .damagedHere
                }
                summary.bytesSent += bytes.count
                held = try await transport.send(
                    bytes,
                    of: file,
                    at: offset,
                    in: engagement,
                    by: signer
                )
            } catch {
                switch error.fileRefusal {
                case .partsMissing: needsTree = true
                case .wrongPart, .wrongPromise:
                    if !(try await isSound(file)) { return .damagedHere }
                case .wrongOffset: break
                case .some: return .refused
                case nil:
                    if error.code == .refused(FileResource.storageFull) { return .serverFull }
                    guard error.isCut else { throw error }
                }
                held = try await self.held([file]).first ?? HeldFile(bytes: 0)
            }
            failures = held.bytes > offset ? 0 : failures + 1
            if failures >= Self.attempts { return .cut }
        }
        return try await noteSent(file, held)
    }

    private func tree(of file: FilePromise) async throws(SyncFailure) -> PartTree? {
        do {
            return try await queue.run { [store] in try store.tree(of: file) }
        } catch {
            return nil
        }
    }

    private func read(
        _ file: FilePromise,
        _ range: Range<Int>
    ) async throws(SyncFailure) -> [UInt8]? {
        do {
            let bytes = try await queue.run { [store] in try store.bytes(of: file, range) }
            return bytes.count == range.count ? bytes : nil
        } catch {
            return nil
        }
    }

    /// Whether the bytes here are those that were signed.
    private func isSound(_ file: FilePromise) async throws -> Bool {
        try await queue.run { [store] in try store.verify(file) }
    }

    // MARK: Receiving.

    /// Receives a file.
    ///
    /// - Returns: why it waits; nil if it is here, whole and verified.
    private mutating func download(
        _ file: FilePromise,
        _ held: HeldFile
    ) async throws -> WaitingFile.Reason? {
        let partial = PartialFile(file, in: store)
        var failures = 0
        while true {
            let before: Int
            do throws(PartialFile.Refusal) {
                before = try await queue.run { () throws(PartialFile.Refusal) in
                    let offset = try partial.offset()
                    // An empty file comes with no bytes.
                    return file.size == 0 ? try partial.append([], at: 0) : offset
                }
            } catch {
                return Self.reason(error)
            }
            if before == file.size, try await queue.run({ [store] in try store.holds(file) }) {
                _ = try await noteSent(file, held)
                return nil
            }
            tell(before, isSending: false)
            let end = await receivePart(of: partial, from: before)
            summary.bytesReceived += end.received
            if let reason = end.reason { return reason }
            if let failure = end.failure {
                guard failure.isCut else { throw failure }
                wasCut = true
            }
            failures = end.received > 0 && !end.isWrong ? 0 : failures + 1
            if failures >= Self.attempts { return end.isWrong ? .refused : .cut }
        }
    }

    /// How many bytes are collected before they are written: whoever reads slowly loses more when the connection is cut.
    private static var pieceBytes: Int { 256 << 10 }

    /// How many bytes are asked for at a time once a connection was cut: what the other end has sent and this one has not
    /// read is lost with the connection and comes again.
    private static var bytesAfterCut: Int { 128 << 10 }

    /// What one request for bytes brought.
    private struct Received: Sendable {
        var received = 0
        /// What came last, and is not written yet.
        var piece: [UInt8] = []
        /// Why there is no use in trying again.
        var reason: WaitingFile.Reason?
        /// Whether the bytes were not those that were signed.
        var isWrong = false
        var failure: SyncFailure?
    }

    /// What comes while a request for bytes runs, which goes on by itself where it is given up.
    private final class Coming: Sendable {
        let state = Mutex(Received())
    }

    private func receivePart(
        of partial: PartialFile,
        from start: Int
    ) async -> Received {
        let file = partial.file
        let part = file.range(ofPart: start / PartTree.partBytes)
        let end = wasCut ? min(part.upperBound, start + Self.bytesAfterCut) : part.upperBound
        let coming = Coming()
        do throws(SyncFailure) {
            if let reason = try await fetchTree(of: partial) { return Received(reason: reason) }
            try await transport.receive(
                start..<end,
                of: file,
                in: engagement,
                by: signer
            ) { bytes in
                let count = coming.state.withLock { state in
                    state.piece += bytes
                    return state.piece.count
                }
                if count < Self.pieceBytes { return true }
                return await write(coming, to: partial, from: start)
            }
        } catch {
            coming.state.withLock { state in
                if error.fileRefusal != nil { state.reason = .refused }
                state.failure = error
            }
        }
        _ = await write(coming, to: partial, from: start)
        return coming.state.withLock { $0 }
    }

    /// Writes what came last.
    ///
    /// - Returns: whether more may come.
    private func write(
        _ coming: Coming,
        to partial: PartialFile,
        from start: Int
    ) async -> Bool {
        let (offset, piece) = coming.state.withLock { state in
            defer { state.piece = [] }
            return (start + state.received, state.piece)
        }
        if piece.isEmpty { return true }
        let refusal = await append(piece, to: partial, at: offset)
        return coming.state.withLock { state in
            state.received += piece.count
            guard let refusal else { return true }
            switch refusal {
            case .wrongPart, .wrongPromise: state.isWrong = true
            case .wrongOffset, .busy, .partsMissing: break
            case .failure: state.reason = Self.reason(refusal)
            }
            return false
        }
    }

    private func append(
        _ bytes: [UInt8],
        to partial: PartialFile,
        at offset: Int
    ) async -> PartialFile.Refusal? {
        do throws(PartialFile.Refusal) {
            _ = try await queue.run { () throws(PartialFile.Refusal) in
                try partial.append(bytes, at: offset)
            }
            return nil
        } catch {
            return error
        }
    }

    /// Fetches the hashes of a file's parts, if they are not here yet.
    private func fetchTree(
        of partial: PartialFile
    ) async throws(SyncFailure) -> WaitingFile.Reason? {
        do throws(PartialFile.Refusal) {
            let held = try await queue.run { () throws(PartialFile.Refusal) in try partial.tree() }
            if held != nil { return nil }
        } catch {
            return Self.reason(error)
        }
        let tree = try await transport.partTree(
            of: partial.file,
            in: engagement,
            by: signer
        )
        do throws(PartialFile.Refusal) {
            let fits = try await queue.run { () throws(PartialFile.Refusal) in
                try partial.note(tree)
            }
            return fits ? nil : .refused
        } catch {
            return Self.reason(error)
        }
    }

    private static func reason(_ refusal: PartialFile.Refusal) -> WaitingFile.Reason {
        switch refusal {
        case .failure(.diskFull, _): .diskFull
        case .busy, .wrongOffset, .partsMissing: .cut
        case .failure, .wrongPart, .wrongPromise: .refused
        }
    }
}

extension SyncFailure {
    /// What the server refuses about a file; nil if the failure is another one.
    fileprivate var fileRefusal: FileRefusal? {
        if case .refused(let code) = code { FileRefusal(rawValue: code) } else { nil }
    }

    /// Whether the connection was lost, and another attempt may succeed.
    fileprivate var isCut: Bool { code == .unreachable || code == .timeout }
}
