import ConcordFiles

/// A replica that is being created, under a temporary name until it is finished.
///
/// The process that creates a replica holds the lock of its final name meanwhile. So files with the names of a
/// draft, once the lock is taken, were left by a process that died, and are removed. The database gets its
/// final name last; before that there is no replica.
final class ReplicaDraft: Sendable {
    /// The path of the draft.
    let path: String
    private let final: String
    private let claim: FileLock

    /// All files of a replica apart from the database.
    private static let parts = FileBeside.allCases.map(\.rawValue)
    /// The files that a finished draft moves to its final name before the database.
    private static let moved = [FileBeside.key, .newestDiff].map(\.rawValue)

    /// Begins a draft of a replica whose path will be `final`.
    ///
    /// - Throws: `ReplicaFailure` with `alreadyExists` if there is a file already, or `busy` if
    ///   somebody else is creating a replica there.
    init(_ final: String) throws {
        self.final = final
        path = final + ".draft"
        // Before the lock, which would stand beside what is there.
        try Self.requireNothing(at: final, "")
        claim = FileLock(path: FileBeside.lock.of(final))
        guard try claim.take() else {
            throw ReplicaFailure(
                .busy,
                "Another process is creating \(final). Wait until it has finished."
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
            "There is a file \(path)\(part) already. Choose another name, or move the file away "
                + "if it is not"
                + " use any more."
        )
    }

    /// Removes what a process that died while creating a replica here has left.
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

    /// Gives the finished replica, which nobody has open, another name than the one that the draft was
    /// begun for, if that name is free.
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
    /// Another name is reached through that name's draft: files of a process that died on the way are
    /// recognized as a draft, and removed.
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
                throw ReplicaFailure(.alreadyExists, "Another program has just created \(to).")
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
