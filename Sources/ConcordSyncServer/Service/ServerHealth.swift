import ConcordSync

/// Whether the server can do what it is for: store something durably, and sign.
///
/// It is tried, not assumed: a write is committed to the disk and a signature is made and checked. What was found holds
/// for a few seconds, so that nobody makes the disk work by asking.
actor ServerHealth {
    private let database: ServerDatabase
    private let lasting: Duration
    private var last: (time: ContinuousClock.Instant, failure: StorageFailure?)?
    private var running: Task<StorageFailure?, Never>?

    init(_ database: ServerDatabase, lasting: Duration = .seconds(2)) {
        self.database = database
        self.lasting = lasting
    }

    /// Tries, unless it was tried just now.
    ///
    /// - Throws: what the server cannot do.
    func check() async throws(StorageFailure) {
        if let last, ContinuousClock.now - last.time < lasting {
            if let failure = last.failure { throw failure }
            return
        }
        // All who ask meanwhile wait for the same attempt.
        let task = running ?? Task { [database] in await Self.attempt(database) }
        running = task
        let failure = await task.value
        if running == task {
            running = nil
            last = (.now, failure)
        }
        if let failure { throw failure }
    }

    private static func attempt(_ database: ServerDatabase) async -> StorageFailure? {
        do throws(StorageFailure) {
            try await database.checkHealth()
            try database.notary.checkSigning()
            return nil
        } catch {
            return error
        }
    }

    /// Whether it can, as far as was tried just now.
    func isHealthy() async -> Bool {
        do throws(StorageFailure) {
            try await check()
            return true
        } catch {
            return false
        }
    }
}
