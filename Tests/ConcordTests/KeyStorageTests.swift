import Concord
import ConcordTesting
import Foundation
import Synchronization
import Testing

@Suite struct KeyStorageTests {
    private let folder: TemporaryFolder
    private let draft = EngagementDraft(leader: "Ines", device: "d")

    init() throws { folder = try TemporaryFolder() }

    // MARK: The kit.

    @Test func filesKeepThePromises() async throws {
        try await checkKeyStorage { FileKeyStorage(folder: folder.path) }
        try await checkKeyStorage { FileKeyStorage(folder: folder.path, passphrase: "secret") }

        #expect(try folder.names == [])
    }

    @Test func memoryKeepsThePromises() async throws {
        let storage = MemoryKeyStorage()

        try await checkKeyStorage { storage }

        #expect(storage.names == [])
    }

    @Test(arguments: BrokenStorage.Fault.allCases)
    func aStorageThatBreaksAPromiseIsFound(_ fault: BrokenStorage.Fault) async throws {
        let storage = BrokenStorage(fault)

        await #expect(throws: KeyStorageProblem.self, "\(fault)") {
            try await checkKeyStorage { fault == .forgets ? BrokenStorage(fault) : storage }
        }
    }

    // MARK: The replica.

    @Test func theKeyIsInTheStorageAndItsNameBesideTheReplica() async throws {
        let keys = MemoryKeyStorage()
        let path = folder.file("a.concord")
        let made = try await Replica.create(at: path, engagement: draft, keys: keys).replica

        let opened = try await Replica.open(at: path, keys: keys)
        try await opened.raise(FindingDraft(title: "Signed with the stored key"))

        #expect(opened.author == made.author)
        let name = try #require(keys.names.first)
        #expect(keys.names.count == 1)
        #expect(
            try String(contentsOfFile: path + ".key", encoding: .utf8) == "concord-key: \(name)\n"
        )
        #expect(name.utf8.count <= 64)
        #expect(name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
    }

    @Test func aReplicaOfAStorageMayBeMoved() async throws {
        let keys = FileKeyStorage(folder: folder.path)
        let path = folder.file("a.concord")
        let author = try await Replica.create(at: path, engagement: draft, keys: keys).replica
            .author
        for part in ["", ".key", ".guard", "-wal"] {
            let (old, new) = (path + part, folder.file("b.concord") + part)
            guard FileManager.default.fileExists(atPath: old) else { continue }
            try FileManager.default.moveItem(atPath: old, toPath: new)
        }

        let moved = try await Replica.open(at: folder.file("b.concord"), keys: keys)

        #expect(moved.author == author)
    }

    @Test func aLockedDeviceIsNotOneWithoutAKey() async throws {
        let keys = MemoryKeyStorage()
        let path = folder.file("a.concord")
        _ = try await Replica.create(at: path, engagement: draft, keys: keys)

        keys.isLocked = true
        #expect(await code { _ = try await Replica.open(at: path, keys: keys) } == .keyLocked)
        keys.isLocked = false
        _ = try await Replica.open(at: path, keys: keys)
        #expect(
            await code { _ = try await Replica.open(at: path, keys: MemoryKeyStorage()) }
                == .keyMissing
        )
        #expect(await code { _ = try await Replica.open(at: path) } == .keyMissing)
    }

    @Test func aReplicaWithAKeyFileIsNotOpenedWithAStorage() async throws {
        let path = folder.file("a.concord")
        _ = try await Replica.create(at: path, engagement: draft)

        #expect(
            await code { _ = try await Replica.open(at: path, keys: MemoryKeyStorage()) }
                == .keyMissing
        )
    }

    @Test func theStorageOfAnotherKeyIsRefused() async throws {
        let keys = MemoryKeyStorage()
        let path = folder.file("a.concord")
        _ = try await Replica.create(at: path, engagement: draft, keys: keys)
        let name = try #require(keys.names.first)
        let other = MemoryKeyStorage()
        try other.store([UInt8](repeating: 7, count: 32), named: name)

        #expect(await code { _ = try await Replica.open(at: path, keys: other) } == .wrongKey)
    }

    @Test func whatFailsLeavesNoKeyAndNoFile() async throws {
        let keys = MemoryKeyStorage()
        keys.isLocked = true

        let locked = await code {
            _ = try await Replica.create(
                at: folder.file("a.concord"),
                engagement: draft,
                keys: keys
            )
        }
        keys.isLocked = false
        let transport = MemoryTransport()
        transport.stop()
        let invitation = InvitationCode(
            engagement: DiffID(hashing: []),
            invitation: "i",
            secret: [UInt8](repeating: 1, count: 32),
            server: nil
        )
        let unreachable = await code {
            _ = try await Replica.join(
                at: folder.file("b.concord"),
                code: invitation,
                device: "d",
                through: transport,
                keys: keys
            )
        }

        #expect(locked == .keyLocked)
        #expect(unreachable == .server)
        #expect(keys.names == [])
        #expect(try folder.names == [])
    }

    @Test func aPersonJoinsWithAKeyInAStorage() async throws {
        let engagement = try await TestEngagement()
        let keys = MemoryKeyStorage()
        let invitation = try await engagement.leader.perform { try $0.invite(role: .auditor) }
        _ = try await engagement.leader.sync(through: engagement.server)

        let replica = try await Replica.join(
            at: folder.file("a.concord"),
            code: invitation,
            device: "d",
            through: engagement.server,
            keys: keys
        )

        #expect(try await replica.perform { try $0.currentMember() }?.role == .auditor)
        #expect(keys.names.count == 1)
    }

    private func code(_ body: () async throws -> Void) async -> ReplicaFailure.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? ReplicaFailure)?.code
        }
    }
}

/// A storage that breaks one promise.
final class BrokenStorage: KeyStorage {
    enum Fault: CaseIterable {
        case replaces, ignoresTheSameKey, cutsAtZero, oneSlot, removesNothing, removesAll, forgets
        case looksBeforeItLeaps, saysAnotherCode
    }

    private let fault: Fault
    private let keys = Mutex<[String: [UInt8]]>([:])

    init(_ fault: Fault) { self.fault = fault }

    private func slot(_ name: String) -> String { fault == .oneSlot ? "the key" : name }

    func store(_ key: [UInt8], named name: String) throws(KeyStorageFailure) {
        let old = keys.withLock { $0[slot(name)] }
        if fault == .looksBeforeItLeaps { usleep(20_000) }
        let mayStore =
            old == nil || fault == .replaces || fault == .ignoresTheSameKey && old == key
        guard mayStore else {
            let code: KeyStorageFailure.Code = fault == .saysAnotherCode ? .io : .alreadyExists
            throw KeyStorageFailure(code, "There is one.")
        }
        keys.withLock { keys in
            if fault != .looksBeforeItLeaps, old == nil, keys[slot(name)] != nil { return }
            keys[slot(name)] = key
        }
    }

    func key(named name: String) throws(KeyStorageFailure) -> [UInt8]? {
        let key = keys.withLock { $0[slot(name)] }
        return fault == .cutsAtZero ? key.map { Array($0.prefix { $0 != 0 }) } : key
    }

    func remove(named name: String) throws(KeyStorageFailure) {
        if fault == .removesNothing { return }
        keys.withLock { keys in
            if fault == .removesAll { keys = [:] } else { keys[slot(name)] = nil }
        }
    }
}
