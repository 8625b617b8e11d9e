import Synchronization

/// The first failure of a look-up that could not be told where it happened.
///
/// A name or a label is looked up in the middle of a sentence. Where its record cannot be read, the sentence
/// goes on without it, and nothing of it reaches anybody: what prints and what saves asks here first.
enum Unread {
    private static let failure = Mutex<(any Error)?>(nil)

    /// What `look` finds; `none` if it fails, which the next `check` throws.
    static func reading<Found>(
        or none: @autoclosure () -> Found,
        _ look: () throws -> Found
    ) -> Found {
        do {
            return try look()
        } catch {
            failure.withLock { $0 = $0 ?? error }
            return none()
        }
    }

    /// Throws what a look-up could not read.
    static func check() throws {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
