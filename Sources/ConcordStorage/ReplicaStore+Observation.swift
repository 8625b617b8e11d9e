import GRDB

extension ReplicaStore {
    /// How long another process's commit may go unnoticed.
    private static let pollInterval: Duration = .milliseconds(100)

    /// A tick after each commit, of this store and of others that use the file, also in other
    /// processes; several commits may come as one. The first tick comes at once.
    ///
    /// Own commits tick at once. For others there is no event in SQLite: while someone observes,
    /// `PRAGMA data_version` is asked ten times a second (45 µs each).
    package func changes() -> AsyncStream<Void> {
        ticks.stream { [weak self] in
            var last: Int?
            while !Task.isCancelled, let store = self {
                let version = await store.dataVersion()
                // The first time, something may have been committed since the stream was made.
                if last != version { store.ticks.tick() }
                last = version
                do {
                    try await Task.sleep(for: Self.pollInterval)
                } catch {
                    return
                }
            }
        }
    }

    /// Ticks without a commit: for what observers are told besides what is stored.
    package func noteChange() { ticks.tick() }

    /// What changes when another connection commits; -1 where it cannot be read: a reader that then reads a
    /// snapshot meets the failure and tells it.
    private func dataVersion() async -> Int {
        do {
            return try await pool.writeWithoutTransaction { db in
                try Int.fetchOne(db, sql: "PRAGMA data_version") ?? -1
            }
        } catch {
            return -1
        }
    }
}
