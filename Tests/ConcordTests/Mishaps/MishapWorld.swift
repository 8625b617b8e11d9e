import Concord
import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordMerge
import ConcordModel
import ConcordSigning
import ConcordSync
import ConcordTesting
import Foundation

/// A team, its server, and what becomes of them when folders are copied back and forth.
struct MishapWorld {
    let team: Team
    private(set) var server: MemoryTransport
    /// A second device of Tomas's.
    let phone: Replica
    /// Tomas's machines: one, or more once his folder was copied.
    private(set) var machines: [Replica]
    /// The titles of all that was saved and not destroyed with its only file.
    private(set) var saved: Set<String> = []
    /// What saves and syncs were refused with, in order.
    private(set) var failures: [String] = []
    /// What syncs told.
    private(set) var summaries: [SyncSummary] = []
    private let logKey: SigningKey
    private var backup = ""
    private var names = 0
    /// What only the first machine holds.
    private var undelivered: Set<String> = []

    init() async throws {
        guard let key = SigningKey(seed: Array(repeating: 5, count: 32)) else {
            preconditionFailure("32 bytes make a key")
        }
        logKey = key
        server = MemoryTransport(logKey: key, now: { sampleTime })
        team = try await Team(transport: server)
        machines = [team.tomas]
        let path = team.folder.file("phone.concord")
        let request = try Replica.requestDevice(at: path, device: "phone")
        phone = try await Replica.join(
            at: path,
            admission: team.tomas.admit(request),
            device: "phone",
            through: server
        )
        try await work(on: 0, "before the backup")
        try await syncAll()
        backup = try copyClosed(0)
        try await work(on: 0, "after the backup")
        try await syncAll()
    }

    private var engagement: DiffID { team.leader.engagement }
    private var everybody: [Replica] { machines + [phone, team.leader, team.ruth] }

    // MARK: Work.

    /// Saves a finding; a refusal is noted.
    mutating func work(on machine: Int, _ title: String) async throws {
        names += 1
        let name = "\(title) (\(names))"
        do {
            _ = try addFinding(machines[machine], title: name)
            saved.insert(name)
            if machine == 0 { undelivered.insert(name) }
        } catch let failure as ReplicaFailure {
            failures.append("save: \(failure.code.rawValue)")
        }
    }

    /// Everybody saves something that is not delivered yet.
    mutating func workEverywhere() async throws {
        for index in machines.indices { try await work(on: index, "work since") }
        names += 1
        let name = "a colleague's (\(names))"
        _ = try addFinding(team.ruth, title: name)
        saved.insert(name)
    }

    /// Everybody syncs in turn, as often as it takes until nothing new comes.
    mutating func syncAll(rounds: Int = 3) async throws {
        failures = []
        if rounds > 0 { undelivered = [] }
        for round in 0..<rounds {
            for replica in everybody {
                do {
                    summaries.append(try await replica.sync(through: server))
                } catch let failure as ReplicaFailure {
                    failures.append("\(round): \(failure.code.rawValue): \(failure.message)")
                }
            }
            if round < rounds - 1 { failures = failures.filter { $0.hasPrefix("save") } }
        }
    }

    // MARK: Mishaps.

    /// Lets it happen.
    mutating func suffer(_ mishap: Mishap) async throws {
        let size = server.envelopes(of: engagement).count
        summaries = []
        switch mishap {
        case .folderRestored: try replace(with: backup)
        case .databaseRestored: try replace(with: backup, guardOf: machines[0].path)
        case .guardLost: try replace(with: backup, withoutGuard: true)
        case .journalLost:
            try await work(on: 0, "in the journal")
            let copy = try copyOpen(0, withJournal: false)
            try await syncAll()
            try replace(with: copy, guardOf: machines[0].path)
        case .copiedWhileOpen:
            let copy = try copyOpen(0, withJournal: true)
            try await work(on: 0, "behind the copy")
            try await syncAll()
            try replace(with: copy)
        case .folderCloned:
            let copy = try copyClosed(0)
            machines.append(try await Replica.open(at: copy))
        case .keyLost: try await loseKey()
        case .serverRestored: try server.setBack(engagement, to: size / 2)
        case .serverEmptied: try server.setBack(engagement, to: 0)
        case .serverReplaced:
            server = try server.copy(of: engagement, entries: size, logKey: logKey)
            try server.setBack(engagement, to: size / 2)
        }
    }

    /// The key of the first machine is gone; Tomas's phone lets its folder in again.
    private mutating func loseKey() async throws {
        let path = machines[0].path
        try machines[0].close()
        for part in [FileBeside.key, .formerKey] { try OwnFile.remove(part.of(path)) }
        do {
            _ = try await Replica.open(at: path)
            failures.append("opened without a key")
        } catch let failure as ReplicaFailure where failure.code == .keyMissing {
            // Nobody signs for the device any more.
        }
        let request = try Replica.requestDevice(at: path, device: "dev-Tomas, again")
        let admission = try phone.admit(request)
        do {
            machines[0] = try await joinAgain(admission, at: path)
        } catch let failure as ReplicaFailure where failure.code == .wrongInvitation {
            // A server that was set back does not know the phone yet; what to do is said, and it helps.
            guard failure.message.contains("concord sync") else { throw failure }
            _ = try await phone.sync(through: server)
            machines[0] = try await joinAgain(admission, at: path)
        }
    }

    private func joinAgain(_ admission: DeviceAdmission, at path: String) async throws -> Replica {
        try await Replica.join(
            at: path,
            admission: admission,
            device: "dev-Tomas, again",
            through: server
        )
    }

    /// Puts the files of a copy in the place of the first machine's, whose own are never used again.
    private mutating func replace(
        with copy: String,
        guardOf other: String? = nil,
        withoutGuard: Bool = false
    ) throws {
        let old = machines[0]
        // What only this file held is destroyed with it.
        saved.subtract(undelivered)
        let path = newPath()
        try copyFiles(copy, to: path)
        if let other {
            for part in Self.besides { try replaceFile(other + part, to: path + part) }
        }
        if withoutGuard { try OwnFile.remove(FileBeside.newestDiff.of(path)) }
        try old.close()
        machines[0] = try Replica.open(at: path)
    }

    private mutating func newPath() -> String {
        names += 1
        return team.folder.file("copy\(names).concord")
    }

    private static let besides = FileBeside.allCases.map(\.rawValue).filter {
        ![FileBeside.writeAheadLog, .sharedMemory, .journal, .lock].map(\.rawValue).contains($0)
    }

    /// Copies the files of a machine that is closed meanwhile.
    private mutating func copyClosed(_ machine: Int) throws -> String {
        let path = machines[machine].path
        try machines[machine].close()
        let copy = newPath()
        try copyFiles(path, to: copy)
        machines[machine] = try Replica.open(at: path)
        return copy
    }

    /// Copies the files of a machine that is open.
    private mutating func copyOpen(_ machine: Int, withJournal: Bool) throws -> String {
        let copy = newPath()
        try copyFiles(machines[machine].path, to: copy)
        if !withJournal {
            for part in [FileBeside.writeAheadLog, .sharedMemory] {
                try OwnFile.remove(part.of(copy))
            }
        }
        return copy
    }

    private func copyFiles(_ path: String, to target: String) throws {
        let parts = FileBeside.allCases.filter { $0 != .lock }.map(\.rawValue)
        for part in [""] + parts {
            try replaceFile(path + part, to: target + part)
        }
    }

    private func replaceFile(_ path: String, to target: String) throws {
        try OwnFile.remove(target)
        guard try OwnFile.exists(path) else { return }
        try FileManager.default.copyItem(atPath: path, toPath: target)
    }

    // MARK: What came of it.

    /// Why machines go on under new keys, as syncs and the replicas say it; and how many diffs they took back.
    func told() throws -> (reasons: Set<KeyChange.Reason>, takenBack: Int) {
        let kept = try machines.compactMap { try $0.keyChange()?.reason }
        let syncs = summaries.compactMap(\.keyChange?.reason)
        return (Set(kept + syncs), summaries.map(\.restored).reduce(0, +))
    }

    private func digests() throws -> [String] { try everybody.map { try $0.snapshot().digest } }

    /// What is wrong in the end, in words; nothing where all is well.
    func faults() async throws -> [String] {
        var faults = failures
        let digests = try digests()
        if Set(digests).count != 1 { faults.append("\(Set(digests).count) different states") }
        for replica in everybody {
            let status = try replica.status()
            if status.pending > 0 { faults.append("\(status.pending) pending") }
            if try replica.rebuild(check: true).differences != [] { faults.append("state") }
        }
        let shown = try await team.leader.snapshot()
        let titles = Set(shown.audit.findings.compactMap { $0.title?.string })
        let missing = saved.subtracting(titles)
        if !missing.isEmpty { faults.append("without effect: \(missing.sorted())") }
        let voids = shown.voids.filter { $0.path.field == "title" || $0.path.field == nil }
        if missing.count > Set(voids.map(\.diff)).count { faults.append("LOST") }
        return faults
    }
}
