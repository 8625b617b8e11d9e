public import ConcordDiff
public import ConcordEncoding
import ConcordFiles
public import ConcordModel
import ConcordSigning
public import ConcordStorage
import Synchronization

/// One device's copy of an engagement: open or create it, read and observe what it shows, save
/// edits, and sync through a transport of your own.
///
/// It is one SQLite file with the change log and the state, and next to it the device's key and
/// guard: `PATH`, `PATH.key`, `PATH.guard`. Everything works offline, and a save that returned is
/// durable. A replica may be used from any task, and by several processes at the same time.
///
///     let replica = try await Replica.open(at: path)
///     for try await findings in replica.observeFindings() { show(findings) }
///
/// `docs/embedding.md` has a complete example.
public final class Replica: Sendable {
    /// Where the file is.
    public let path: String
    /// The engagement: the identity of its first diff.
    public let engagement: DiffID
    /// The device's public key, which is the author of what is saved here.
    ///
    /// It changes where the file turns out to be a copy (`keyChange()`).
    public var author: Author { key.author }

    let store: ReplicaStore
    /// The device's key; another one from the moment on where the file turns out to be a copy.
    let keyHolder: Mutex<SigningKey>
    var key: SigningKey { keyHolder.withLock { $0 } }
    /// Where the key is kept.
    let place: KeyPlace
    let environment: ReplicaEnvironment
    let note: ReplicaGuard
    /// Where async callers save, sync and maintain.
    let writing = WorkQueue("writing")
    /// Where async callers and observers read: they do not wait for a save.
    let reading = WorkQueue("reading")
    /// The state of this replica's last sync.
    let syncState = Mutex(SyncStatus.State.notYet)
    /// Whether the file was found to be no older than its guard; asked once, before the first save.
    let isCurrent = Mutex(false)

    init(
        path: String,
        engagement: DiffID,
        store: ReplicaStore,
        key: SigningKey,
        _ place: KeyPlace,
        environment: ReplicaEnvironment
    ) {
        self.path = path
        self.engagement = engagement
        self.store = store
        keyHolder = Mutex(key)
        self.place = place
        self.environment = environment
        note = ReplicaGuard(path: FileBeside.newestDiff.of(path))
    }

    /// The files next to a replica that are opened with it.
    static let parts = [FileBeside.key, .writeAheadLog, .sharedMemory, .journal, .lock]
        .map(\.rawValue)

    /// Opens the replica at `path`.
    ///
    ///     let replica = try Replica.open(at: path)
    ///
    /// - Parameters:
    ///   - path: where the file is.
    ///   - environment: the clock and the randomness.
    ///   - passphrase: the passphrase of the key file, if it is encrypted.
    ///   - keys: the storage that holds the key; nil if it is in the file `PATH.key`.
    /// - Throws: `ReplicaFailure`, for example `notFound`, `newerVersion`, `corrupted`, `keyMissing`.
    public static func open(
        at path: String,
        environment: ReplicaEnvironment = .system,
        passphrase: String? = nil,
        keys: (any KeyStorage)? = nil
    ) throws -> Replica {
        try ReplicaFailure.mapping {
            try RegularFile.require(path, withParts: parts)
            let note = ReplicaGuard(path: FileBeside.newestDiff.of(path))
            let store = try ReplicaStore.open(at: path, verifier: DiffVerifier()) { seq, id in
                note.write(seq: seq, id: id)
            }
            let membership = try store.read { try $0.membership }
            let place = KeyPlace(storage: keys, passphrase: passphrase)
            let key = try place.key(for: path) { membership.devices[$0] != nil }
            guard let engagement = membership.engagement else {
                throw ReplicaFailure(
                    .notAReplica,
                    "\(path) holds no engagement yet: the join was interrupted. Remove the file and"
                        + " join again with the same code."
                )
            }
            return Replica(
                path: path,
                engagement: engagement,
                store: store,
                key: key,
                place,
                environment: environment
            )
        }
    }

    // MARK: The member.

    /// The member whose device this is.
    public struct Identity: Hashable, Sendable {
        /// The member's record id.
        public let member: WireText
        /// The person's name, as far as it is known.
        public let name: WireText?
        /// The current role.
        public let role: Role
        /// The letter of the member's draft numbers.
        public let letter: WireText?
    }

    /// The member whose device this is; nil if the engagement does not know the device, or no
    /// longer does.
    public func currentMember() throws -> Identity? {
        try ReplicaFailure.mapping {
            try store.read { reader in
                let membership = try reader.membership
                guard let device = membership.devices[author],
                    let member = membership.members[device.member]
                else { return nil }
                let members = try reader.document(kinds: [Schema.member.name])
                let fields = members[Schema.member.name]?[device.member]
                return Identity(
                    member: device.member,
                    name: fields?["name"]?.stringValue,
                    role: member.role,
                    letter: fields?["letter"]?.stringValue
                )
            }
        }
    }
}
