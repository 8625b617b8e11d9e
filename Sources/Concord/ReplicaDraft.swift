import ConcordFiles

/// A replica that is being made, under names of its own until it is finished.
///
/// The process that makes a replica holds the lock of its final name for as long, so that what stands under the names
/// of a draft, once the lock is taken, was left by a process that died: it is removed. The database gets its
/// final name last; before that nothing of a replica is there.
final class ReplicaDraft: Sendable {
    /// Where the draft stands.
    let path: String
    private let final: String
    private let claim: FileLock

    /// All that belongs to a replica, beside the database itself.
    private static let parts = FileBeside.allCases.map(\.rawValue)
    /// What a finished draft takes to its final name, before the database.
    private static let moved = [FileBeside.key, .newestDiff].map(\.rawValue)

    /// Begins a draft of a replica that is to stand at `final`.
    ///
    /// - Throws: `ReplicaFailure` with `alreadyExists` where something stands there, or `busy` where
    ///   somebody else is making a replica there at this moment.
    init(_ final: String) throws {
        self.final = final
        path = final + ".draft"
        // Before the lock, which would stand beside what is there.
        try Self.requireNothing(at: final, "")
        claim = FileLock(path: FileBeside.lock.of(final))
        guard try claim.take() else {
            throw ReplicaFailure(
                .busy,
                "Another process is making \(final) at this moment. Wait until it has finished."
            )
        }
        do {
            try removeLeftovers()
            for part in ["", ".key", "-wal"] { try Self.requireNothing(at: final, part) }
        } catch {
            try OwnFile.remove(claim.path)
            throw error
        }
    }

    private static func requireNothing(at path: String, _ part: String) throws {
        guard try OwnFile.exists(path + part) else { return }
        throw ReplicaFailure(
            .alreadyExists,
            "There is a file \(path)\(part) already. Choose another name, or move it away if it is of no"
                + " use any more."
        )
    }

    /// Removes what a process has left that died while it made a replica here.
    private func removeLeftovers() throws {
        // It had begun to give the parts their final names, when only the database was still to come.
        let wasMoving =
            try OwnFile.exists(path) && !OwnFile.exists(path + ".key")
            && !OwnFile.exists(final) && OwnFile.exists(final + ".key")
        if wasMoving {
            for part in Self.moved { try OwnFile.remove(final + part) }
        }
        try Self.remove(path)
    }

    /// Gives the finished replica, which nobody has open, its final name.
    func finish() throws {
        try carryOut(Self.renames(of: final, as: final), to: final)
        claim.giveBack()
    }

    /// Gives the finished replica, which nobody has open, another name than the draft was begun for, where
    /// nothing stands in the way of it.
    ///
    /// - Returns: the name that it has.
    func finish(as other: String) throws -> String {
        let taken: ReplicaDraft
        do { taken = try ReplicaDraft(other) } catch let failure as ReplicaFailure
            where failure.code == .alreadyExists || failure.code == .busy
        {
            try finish()
            return final
        }
        do { try carryOut(Self.renames(of: final, as: other), to: other) } catch {
            try taken.discard()
            throw error
        }
        taken.claim.giveBack()
        try OwnFile.remove(claim.path)
        return other
    }

    /// The steps by which a draft gets its final name, or another one.
    ///
    /// To another name it goes by way of that name's draft: anyone who finds what a process left that died on the
    /// way knows it for a draft, and removes it.
    static func renames(of final: String, as other: String) -> [(from: String, to: String)] {
        let draft = final + ".draft"
        let names = other == final ? [draft, final] : [draft, other + ".draft", other]
        return zip(names, names.dropFirst()).flatMap { from, to in
            (moved + [""]).map { (from: from + $0, to: to + $0) }
        }
    }

    private func carryOut(_ renames: [(from: String, to: String)], to name: String) throws {
        for (from, to) in renames {
            if try !OwnFile.exists(from) { continue }
            guard try OwnFile.move(from, to: to) else {
                throw ReplicaFailure(.alreadyExists, "There is a file \(to) by now.")
            }
        }
        try OwnFile.makeDurable(folderOf: name)
        try Self.remove(path)
    }

    /// Removes everything that was made.
    func discard() throws {
        if try !OwnFile.exists(final) { try removeLeftovers() }
        try Self.remove(path)
        try OwnFile.remove(claim.path)
    }

    /// Removes a replica with all that belongs to it; the key goes last but the database.
    static func remove(_ path: String) throws {
        for part in parts { try OwnFile.remove(path + part) }
        try OwnFile.remove(path)
    }
}
