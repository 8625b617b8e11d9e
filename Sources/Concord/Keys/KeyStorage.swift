/// A place where devices' secret keys are kept: an app brings the Keychain or the Keystore.
///
/// A replica signs with the key of its device. Without a `KeyStorage` the key is in a file next to the
/// replica (`PATH.key`). With one, that file holds only the key's name, and the storage holds the key.
///
///     let replica = try await Replica.open(at: path, keys: keys)
///
/// ## What is stored, and when
///
/// - `store` is called once for each key, by `Replica.create` and `Replica.join`, before anything is signed
///   with it. `key(named:)` is called by `Replica.open`, and the key then stays in memory. `remove` is
///   called if `create` or `join` fails after `store`.
/// - A key is 32 secret bytes. Its name is the device's public key in base64url: it is not secret, differs for
///   every device, holds no path, and is at most 64 characters of `A-Z a-z 0-9 - _`. So one storage can hold
///   the keys of any number of replicas, and a replica's file may be moved.
/// - Concord never asks to change a key. It removes no key that has signed anything that may have left the
///   device: after a replica was deleted, the app removes its key (`Replica.author`), or leaves it.
///
/// ## What an implementation must do
///
/// - `store` is durable when it returns. It never replaces a key: under a name that is taken it throws
///   `alreadyExists`, and the old key is as it was.
/// - `key(named:)` returns exactly the bytes that were stored, or nil if there is no key of that name. If the
///   device is locked, it throws `locked`: never nil, which means that the key is lost. A key that is used
///   by runs in the background has to be readable after the first unlock
///   (`kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly`).
/// - `remove` leaves no key of that name. It does not matter whether there was one.
/// - A key never leaves the device: no backup, no other device and no synchronized keychain may hold it. Two
///   devices that sign with one key fork its chain.
/// - All functions may be called from any thread, and several at once. They may wait: in async code they are
///   called on a queue of the replica.
///
/// `checkKeyStorage` in the product `ConcordTesting` tests an implementation, as far as a test can.
public protocol KeyStorage: Sendable {
    /// Stores a new key, durably.
    ///
    /// - Throws: `alreadyExists` if there is a key of this name, or why it could not be stored.
    func store(_ key: [UInt8], named name: String) throws(KeyStorageFailure)

    /// The key of this name; nil if there is none.
    ///
    /// - Throws: why it cannot be read now, for example `locked`.
    func key(named name: String) throws(KeyStorageFailure) -> [UInt8]?

    /// Removes the key of this name, if there is one.
    ///
    /// - Throws: why it could not be removed.
    func remove(named name: String) throws(KeyStorageFailure)
}

/// Why a key could not be stored, read or removed.
public struct KeyStorageFailure: Error, Sendable, CustomStringConvertible {
    /// What callers decide on.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        /// There is a key of this name, and keys are never replaced.
        case alreadyExists = "already-exists"
        /// The device is locked. The same call may succeed later.
        case locked
        /// The person, or a policy of the device, does not allow it.
        case denied
        /// Reading or writing failed otherwise.
        case io
    }

    /// What callers decide on.
    public let code: Code
    /// What was being done, and what to do next; never holds a secret.
    public let message: String
    /// What the system reported, for example its `OSStatus`.
    public let cause: String?

    /// A failure with a message for people.
    public init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, followed by the cause.
    public var description: String { cause.map { "\(message) (\($0))" } ?? message }
}
