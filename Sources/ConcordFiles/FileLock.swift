import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A lock with one holder at a time, among all processes and all parts of this one: a locked file.
///
/// The kernel releases the lock when its process ends, however it ends (`flock`), so nothing needs to be
/// cleaned up; the empty file itself stays. The lock is on a separate file, since closing any descriptor
/// of a database would end SQLite's own locks on it.
///
/// Two objects exclude each other in one process too. One object may take the lock again while it has it,
/// and must release it as often. It is meant for one connection, which does one thing at a time.
public final class FileLock: Sendable {
    /// The locked file.
    public let path: String

    private struct State {
        var descriptor: Int32 = -1
        /// How often it is taken.
        var depth = 0
    }

    private let state = Mutex(State())

    /// A lock with this file, which is made when the lock is first taken.
    public init(path: String) {
        self.path = path
    }

    deinit {
        state.withLock { state in
            guard state.descriptor >= 0 else { return }
            // A child that is just being started has the descriptor too, and with it the lock, until it runs its program.
            if state.depth > 0 { flock(state.descriptor, LOCK_UN) }
            close(state.descriptor)
        }
    }

    /// Takes the lock if nobody else has it.
    ///
    /// - Returns: whether it was taken; `giveBack` must follow then.
    /// - Throws: `FileFailure` if the file cannot be created or locked.
    public func take() throws(FileFailure) -> Bool {
        try state.withLock { state throws(FileFailure) in
            if state.depth > 0 {
                state.depth += 1
                return true
            }
            // Anyone who removed or replaced the file would let two in: then the new file counts.
            for _ in 0..<3 {
                if state.descriptor < 0 { state.descriptor = try opened() }
                guard try isLocked(state.descriptor) else { return false }
                if try isInPlace(state.descriptor) {
                    state.depth = 1
                    return true
                }
                close(state.descriptor)
                state.descriptor = -1
            }
            return false
        }
    }

    /// Gives the lock back, once for each time it was taken.
    public func giveBack() {
        state.withLock { state in
            precondition(state.depth > 0, "a lock is given back that nobody has")
            state.depth -= 1
            if state.depth == 0 { flock(state.descriptor, LOCK_UN) }
        }
    }

    /// Takes the lock, waiting for others, and releases it when `body` is done.
    ///
    /// - Parameter milliseconds: how long to wait for others.
    /// - Throws: `FileFailure` with `busy` if others held it for that long; what `body` throws.
    public func withLock<Result>(
        waiting milliseconds: Int,
        _ body: () throws -> Result
    ) throws -> Result {
        var waited = 0
        while !(try take()) {
            guard waited < milliseconds else {
                throw FileFailure(
                    .busy,
                    "Another process has held \(path) for \(milliseconds) milliseconds. Wait until it has"
                        + " finished, and try again."
                )
            }
            let pause = min(1 + waited / 4, 25)
            usleep(UInt32(pause) * 1000)
            waited += pause
        }
        defer { giveBack() }
        return try body()
    }

    private func opened() throws(FileFailure) -> Int32 {
        let flags = O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        let descriptor = open(path, flags | O_RDWR, 0o600)
        guard descriptor >= 0 else {
            throw FileFailure(system: "The lock \(path) could not be made.")
        }
        return descriptor
    }

    private func isLocked(_ descriptor: Int32) throws(FileFailure) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            if errno == EWOULDBLOCK { return false }
            throw FileFailure(system: "The lock \(path) could not be taken.")
        }
        return true
    }

    /// Whether the file that is locked is the one that stands under the name.
    private func isInPlace(_ descriptor: Int32) throws(FileFailure) -> Bool {
        guard let named = try FileFacts(path) else { return false }
        return named.isSameFile(as: try FileFacts(descriptor: descriptor, path))
    }
}
