public import ConcordAudit
public import ConcordEncoding
import ConcordEvidence
import ConcordFiles
public import ConcordModel
import ConcordSigning
import ConcordStorage
public import ConcordSync

/// The files of evidence on this device: a folder next to the replica, `PATH.files`.
///
/// A file is copied when it is added, so that the record and the bytes stay together whatever happens to the original,
/// which is only read. Each is there once, under the hash of its contents.
///
///     let id = try await replica.evidence.add(photo, for: [raised.id]) {
///         $0.place = "Server room"
///     }
///
/// Files travel apart from records, and later: `state(of:)` says how much of one is here.
public struct EvidenceFiles: Sendable {
    let replica: Replica
    let store: FileStore

    init(_ replica: Replica) {
        self.replica = replica
        store = FileStore(folder: FileBeside.files.of(replica.path))
    }

    /// How much of a file is on this device.
    public enum State: Hashable, Sendable {
        /// All of it.
        case here
        /// A colleague has promised it, and so many bytes of it are here; 0 if none.
        case promised(bytes: Int)
    }

    // MARK: Adding.

    /// Copies a file into the store and records it as evidence.
    ///
    ///     let id = try await replica.evidence.add(photo, for: [raised.id]) {
    ///         $0.place = "Server room"
    ///     }
    ///
    /// - Parameters:
    ///   - path: the file, which is only read.
    ///   - findings: the findings that cite it.
    ///   - describe: says more of it than its contents and its name do.
    /// - Returns: the record's id.
    /// - Throws: `ReplicaFailure`, for example `notFound`, `diskFull`; `ActRefusal`, `SaveRefusal`. Nothing of the file is
    ///   left then.
    @discardableResult
    public func add(
        _ path: String,
        for findings: [WireText] = [],
        _ describe: @escaping @Sendable (inout EvidenceDraft) -> Void = { _ in }
    ) async throws -> WireText {
        let kept = try await replica.perform { try $0.evidence.keep(path) }
        var draft = EvidenceDraft(kept)
        describe(&draft)
        do {
            return try await replica.recordEvidence(draft, for: findings)
        } catch {
            // The first failure is the one that counts; what is left here, the next clean-up removes.
            await replica.writing.run { [self] in abandon(kept) }
            throw error
        }
    }

    /// Copies a file into the store; `recordEvidence` with a draft of it makes it evidence.
    ///
    /// - Parameter progress: called with the number of bytes copied so far.
    /// - Throws: `ReplicaFailure`, for example `notFound`, `diskFull`; nothing is left then.
    public func keep(
        _ path: String,
        progress: (Int) -> Void = { _ in }
    ) throws -> KeptFile {
        try ReplicaFailure.mapping {
            try store.cleanUp()
            let name = path.split(separator: "/").last.map(String.init)
            return KeptFile(try store.add(path, progress: progress), name: name)
        }
    }

    /// Copies bytes into the store that come without a file, such as those of standard input or of a camera.
    ///
    /// - Parameters:
    ///   - name: what to call the file.
    ///   - read: gives the next bytes, at most as many as it is asked for; none at the end.
    /// - Throws: what `read` throws, and as `keep` of a file; nothing is left then.
    public func keep(
        named name: String?,
        progress: (Int) -> Void = { _ in },
        reading read: (_ most: Int) throws -> [UInt8]
    ) throws -> KeptFile {
        try ReplicaFailure.mapping {
            var failure: (any Error)?
            do {
                let stored = try store.add(named: name ?? "The input", progress: progress) {
                    (_, room) throws(FileFailure) in
                    var count = 0
                    while count < room.count {
                        let bytes: [UInt8]
                        do {
                            bytes = try read(room.count - count)
                        } catch {
                            failure = error
                            throw FileFailure(.io, "The input could not be read.")
                        }
                        if bytes.isEmpty { break }
                        let rest = UnsafeMutableRawBufferPointer(rebasing: room[count...])
                        rest.copyBytes(from: bytes.prefix(rest.count))
                        count += min(bytes.count, rest.count)
                    }
                    return count
                }
                return KeptFile(stored, name: name)
            } catch {
                throw failure ?? error
            }
        }
    }

    /// Removes a kept file of which nothing was recorded, unless it was here before.
    public func abandon(_ kept: KeptFile) {
        guard !kept.wasHere else { return }
        do throws(FileFailure) {
            try store.remove(kept.file.sha256)
        } catch {
            // It stays as a file that no record promises; `removeUnpromised` looks for these.
        }
    }

    // MARK: Asking.

    /// How much of a file is here.
    ///
    /// - Throws: `ReplicaFailure`.
    public func state(of file: FilePromise) throws -> State {
        try ReplicaFailure.mapping {
            switch try store.state(of: file) {
            case .here: .here
            case .promised(let bytes): .promised(bytes: bytes)
            }
        }
    }

    /// Whether the server has said that it has the file.
    ///
    /// - Throws: `ReplicaFailure`.
    public func isOnServer(_ file: FilePromise) throws -> Bool {
        try ReplicaFailure.mapping { try store.isSent(file.sha256) }
    }

    /// What the server has signed of a file: since when it has had it. Checked when it came, and again now.
    ///
    /// It stays when another server is asked, or one that was restored and lacks the file.
    ///
    /// - Returns: nil if there is nothing signed.
    /// - Throws: `ReplicaFailure`.
    public func receipt(of file: FilePromise) throws -> FileReceipt? {
        guard let key = try replica.logKey() else { return nil }
        return try ReplicaFailure.mapping {
            try store.receipt(of: file.sha256).flatMap {
                FileReceipt(
                    note: $0,
                    of: file,
                    in: replica.engagement,
                    key: key,
                    verifier: DiffVerifier()
                )
            }
        }
    }

    /// Where the bytes of a file are, to open them with another program. Do not write there.
    ///
    /// - Returns: nil if not all of it is here.
    /// - Throws: `ReplicaFailure`.
    public func path(of file: FilePromise) throws -> String? {
        try ReplicaFailure.mapping { try store.holds(file) ? store.path(of: file.sha256) : nil }
    }

    /// Reads a file from its first byte to its last and compares it with what was signed.
    ///
    /// - Throws: `ReplicaFailure`: `notFound` if not all of it is here.
    public func verify(_ file: FilePromise, progress: (Int) -> Void = { _ in }) throws -> Bool {
        try ReplicaFailure.mapping { try store.verify(file, progress: progress) }
    }

    /// Sets a file aside that is damaged: it counts as promised from then on, so the next `syncFiles` receives it again.
    ///
    /// - Returns: whether it was damaged.
    /// - Throws: `ReplicaFailure`: `notFound` if not all of it is here.
    public func setAsideIfDamaged(_ file: FilePromise) throws -> Bool {
        if try verify(file) { return false }
        try ReplicaFailure.mapping { try store.setAside(file.sha256) }
        return true
    }

    /// Copies a file out of the store, with the time of its original.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - path: where to write it; nothing may be there.
    ///   - modifiedAt: when the original was last changed.
    /// - Throws: `ReplicaFailure`: `notFound` if not all of it is here, `corrupted` if it is damaged, `alreadyExists`,
    ///   `diskFull`; nothing half written is left.
    public func export(
        _ file: FilePromise,
        to path: String,
        modifiedAt: Timestamp? = nil
    ) throws {
        try ReplicaFailure.mapping {
            guard try store.verify(file) else {
                throw ReplicaFailure(
                    .corrupted,
                    "The file on this device is damaged: it is not the one that was signed. Nothing was written."
                )
            }
            guard try store.export(file, to: path, modifiedAt: modifiedAt) else {
                throw ReplicaFailure(
                    .alreadyExists,
                    "There is a file \(path) already. Name another file, or move it away."
                )
            }
        }
    }
}

extension Replica {
    /// The files of evidence on this device.
    public var evidence: EvidenceFiles { EvidenceFiles(self) }
}
