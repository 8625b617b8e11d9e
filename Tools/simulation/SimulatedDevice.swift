import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordStorage
import ConcordSync
import Foundation

/// The process dies here.
struct Crash: Error {}

/// A person's device: a key, a replica in a file, and a sync that may be under way.
final class SimulatedDevice {
    let key: SimulatedKey
    let name: String
    /// The member's record id.
    let member: WireText
    let verifier: SimulatedVerifier
    private let folder: String
    private var generation = 0
    private(set) var store: ReplicaStore
    /// The device's own clock: whatever somebody has set it to.
    var clock: Int64 = 1_772_000_000_000
    var session: SyncSession?
    /// The request whose answer the session waits for.
    var exchange: Int?
    /// Whether it is, or stems from, a copy: then it does not know its own newest diffs.
    var isCopied = false
    /// Whether it knows that it was restored, and therefore syncs before it writes.
    var mustSync = false
    /// An older copy of the file.
    var backup: String?

    var author: Author { key.author }
    var path: String { "\(folder)/\(name)-\(generation).concord" }

    /// A device with an empty replica, or with a copy of the one at `copied`.
    init(
        _ name: String,
        member: WireText,
        key: SimulatedKey,
        in folder: String,
        verifier: SimulatedVerifier,
        from copied: String? = nil
    ) throws {
        self.name = name
        self.member = member
        self.key = key
        self.folder = folder
        self.verifier = verifier
        let path = "\(folder)/\(name)-0.concord"
        if let copied {
            try Self.copy(copied, to: path)
            store = try ReplicaStore.open(at: path, verifier: verifier)
        } else {
            store = try ReplicaStore.create(at: path, verifier: verifier)
        }
    }

    // MARK: Files.

    /// Copies a replica's files as they are at this moment, as a backup or a dying process leaves them.
    static func copy(_ path: String, to target: String) throws {
        for suffix in ["", "-wal"] {
            if FileManager.default.fileExists(atPath: target + suffix) {
                try FileManager.default.removeItem(atPath: target + suffix)
            }
            if FileManager.default.fileExists(atPath: path + suffix) {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: target + suffix)
            }
        }
    }

    /// What each finding adds to the figures that the status tells: kept through every restart, also where the replica is
    /// put back to an older copy.
    var figures: String { "\(folder)/\(name).figures" }

    /// How long the file of newest pages is.
    var journalBytes: Int {
        var facts = stat()
        return stat(path + "-wal", &facts) == 0 ? Int(facts.st_size) : 0
    }

    /// Copies the file aside.
    func copyAside(_ label: String) throws -> String {
        let target = "\(folder)/\(name)-\(label).copy"
        try Self.copy(path, to: target)
        return target
    }

    /// The process ends and another one begins with the files as they are, or as they were at `copied`,
    /// whose newest pages may end after `journal` bytes.
    func restart(from copied: String? = nil, journal: Int? = nil) throws {
        session = nil
        exchange = nil
        let old = path
        let target = "\(folder)/\(name)-\(generation + 1).concord"
        try Self.copy(copied ?? old, to: target)
        if let journal { _ = truncate(target + "-wal", off_t(journal)) }
        try store.close()
        for suffix in ["", "-wal", "-shm"] { unlink(old + suffix) }
        generation += 1
        store = try ReplicaStore.open(at: target, verifier: verifier)
    }

    func close() throws { try store.close() }

    // MARK: Saves.

    /// Saves one diff; nil if there was nothing to save, or the edit did not fit.
    ///
    /// - Parameters:
    ///   - isHostile: whether it is kept though its author's program would never write it.
    ///   - keepsVoid: whether it is kept though something of it has no effect.
    func save(
        isHostile: Bool = false,
        keepsVoid: Bool = true,
        _ edit: (inout SaveContext) throws -> [ConcordDiff.Operation]
    ) throws -> SaveReceipt? {
        let salt = SHA256Digest(hashing: Array("\(name) \(clock)".utf8)).bytes.prefix(16)
        let time = Timestamp(milliseconds: clock)
        let environment = ReplicaEnvironment(now: { time }, randomBytes: { Array(salt.prefix($0)) })
        clock += 1000
        do {
            return try store.save(
                signer: key,
                environment,
                keepingVoid: keepsVoid,
                testingOnlyKeepingAll: isHostile,
                edit: edit
            )
        } catch is EditError {
            return nil
        } catch is DiffError {
            return nil
        } catch is SaveRefusal {
            return nil
        } catch is UndoError {
            return nil
        } catch is Crash {
            return nil
        }
    }

    func diff(_ id: DiffID) throws -> UnverifiedDiff? {
        try store.read { try $0.envelope(of: id) }.map {
            try UnverifiedDiff(envelope: $0, mayBeErased: true)
        }
    }

    // MARK: Taking in.

    /// Stores what an answer brings, in one go; says what is wrong with it.
    func takeIn(_ delivery: SyncDelivery) throws -> String? {
        var items: [LogItem] = []
        var places: [Int] = []
        var received: [UnverifiedDiff] = []
        for entry in delivery.entries {
            switch entry {
            case .held(let id): items.append(.held(id))
            case .envelope(let bytes):
                let diff = try UnverifiedDiff(envelope: bytes)
                places.append(items.count)
                items.append(.held(diff.id))
                received.append(diff)
            }
        }
        let verified = try ChainVerification.verify(received, with: verifier)
        for (place, diff) in zip(places, verified) { items[place] = .new(diff) }
        let result = try store.takeIn(log: items, from: delivery.from)
        return result.refused.map { "entry \(delivery.from + $0.index) is refused: \($0.reason)" }
    }

    /// A session that goes on from what is stored.
    func newSession(of engagement: DiffID) throws -> SyncSession {
        try store.read { reader in
            SyncSession(
                engagement: engagement,
                position: try reader.logSize,
                last: try reader.identities(at: [reader.logSize - 1]).values.first,
                own: isCopied ? nil : author,
                pending: try reader.pending().map { PendingDiff(id: $0.id, bytes: $0.bytes) }
            )
        }
    }

    func envelopes(of ids: [DiffID]) throws -> [DiffID: [UInt8]] {
        try store.read { reader in
            var envelopes: [DiffID: [UInt8]] = [:]
            for id in ids { envelopes[id] = try reader.envelope(of: id) }
            return envelopes
        }
    }

    func digest() throws -> String { try store.read { try $0.digest() } }
}
