/// Why a replica could not do what it was asked to do, and what to do next.
///
/// Callers decide on `code` alone. The message is for people and holds neither secrets nor the text of
/// findings.
public struct ReplicaFailure: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        /// There is no replica at the path.
        case notFound = "not-found"
        /// There is a file at the path already.
        case alreadyExists = "already-exists"
        /// The file is not a replica.
        case notAReplica = "not-a-replica"
        /// The replica was written by a newer program.
        case newerVersion = "newer-version"
        /// The file is damaged.
        case corrupted
        /// The disk is full.
        case diskFull = "disk-full"
        /// The file or its folder cannot be written.
        case readOnly = "read-only"
        /// Another process used the replica for too long.
        case busy
        /// The key file is missing.
        case keyMissing = "key-missing"
        /// The device is locked, so its key cannot be read now. Try again after it was unlocked.
        case keyLocked = "key-locked"
        /// Other users can read the key file.
        case keyPermissions = "key-permissions"
        /// The key is not the replica's, or the passphrase is wrong.
        case wrongKey = "wrong-key"
        /// The replica is older than what its device has already written: it was restored or
        /// copied.
        case behindGuard = "behind-guard"
        /// The invitation code is damaged, or the engagement has no such invitation.
        case wrongInvitation = "wrong-invitation"
        /// The recovery key is not the engagement's, or was ended.
        case wrongRecoveryKey = "wrong-recovery-key"
        /// The edit does not fit what is shown.
        case edit = "edit-does-not-fit"
        /// The server, or somebody's diff, contradicts what was signed.
        case contradiction
        /// The server's log contradicts what the server had signed of it.
        case logContradiction = "log-contradiction"
        /// A server has not signed with the key of the log: it is another one. Nothing was sent to it.
        case strangeServer = "strange-server"
        /// The server has not signed all that a proof needs.
        case notProven = "not-proven"
        /// The server cannot be reached or does not answer.
        case server = "unreachable"
        /// Reading or writing failed otherwise.
        case io
    }

    /// What went wrong.
    public let code: Code
    /// What was being done, and what to do next.
    public let message: String
    /// What reported it.
    public let cause: (any Error)?

    /// A failure with a message for people.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, followed by the cause.
    public var description: String {
        cause.map { "\(message) (\($0))" } ?? message
    }
}
