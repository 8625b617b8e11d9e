package import ConcordDiff
import ConcordFiles
import ConcordStorage
public import ConcordSync

/// Why the server serves a device nothing more, in a file next to the replica: the log that says so is not served to
/// it either. If the file is lost, the next sync tells it again.
struct AccessNote {
    let path: String

    private static let bytesMax = 256

    func read() throws(FileFailure) -> AccessRefusal? {
        guard let bytes = try OwnFile.read(path, most: Self.bytesMax) else { return nil }
        return AccessRefusal(rawValue: String(decoding: bytes, as: UTF8.self))
    }

    /// Notes what a sync came to; where it came to nothing else than before, nothing is written.
    func write(_ refusal: AccessRefusal?) throws(FileFailure) {
        if try read() == refusal { return }
        try OwnFile.write(Array((refusal?.rawValue ?? "").utf8), to: path) { bytes in
            bytes.isEmpty || AccessRefusal(rawValue: String(decoding: bytes, as: UTF8.self)) != nil
        }
    }
}

extension Replica {
    /// Why the server serves this device nothing more, as it said at the last sync: it was revoked, or it was one too
    /// many. Nil while it does. What is saved meanwhile is kept, and sent; it has no effect unless a leader admits it.
    ///
    /// - Throws: `ReplicaFailure`.
    public func endedAccess() throws -> AccessRefusal? {
        try ReplicaFailure.mapping { try note(of: path).read() }
    }

    /// The saves of this device that have no place in the log here, oldest first.
    ///
    /// - Throws: `ReplicaFailure`.
    package func savesWithoutPlace() throws -> [DiffID] {
        try ReplicaFailure.mapping {
            let pending = try store.read { reader in try reader.pending() }
            return pending.filter { $0.reference.author == author }.map(\.id)
        }
    }

    /// Keeps what a sync has told of this device's access: one that failed otherwise tells nothing of it. Where it cannot
    /// be written, the sync itself came to what it came to, and the next one tells it again.
    ///
    /// - Returns: why it could not be written.
    @discardableResult
    func noteAccess(after error: (any Error)?) -> FileFailure? {
        var refusal: AccessRefusal?
        if let error {
            guard let failure = error as? SyncFailure, case .refused(let code) = failure.code,
                let ended = AccessRefusal(rawValue: code)
            else { return nil }
            refusal = ended
        }
        do throws(FileFailure) {
            try note(of: path).write(refusal)
            return nil
        } catch {
            return error
        }
    }

    private func note(of path: String) -> AccessNote {
        AccessNote(path: FileBeside.access.of(path))
    }
}
