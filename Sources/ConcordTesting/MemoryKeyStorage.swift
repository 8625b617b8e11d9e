public import Concord
import Synchronization

/// Keys in memory, which are gone with the value: for tests and previews.
public final class MemoryKeyStorage: KeyStorage {
    private struct State {
        var keys: [String: [UInt8]] = [:]
        var isLocked = false
    }

    private let state = Mutex(State())

    /// A storage without keys.
    public init() {}

    /// Whether the device is locked: then nothing can be stored or read.
    public var isLocked: Bool {
        get { state.withLock { $0.isLocked } }
        set { state.withLock { $0.isLocked = newValue } }
    }

    /// The names of the keys, sorted.
    public var names: [String] { state.withLock { $0.keys.keys.sorted() } }

    private static let locked = KeyStorageFailure(.locked, "The device is locked.")

    /// Stores a new key.
    public func store(_ key: [UInt8], named name: String) throws(KeyStorageFailure) {
        let failure: KeyStorageFailure? = state.withLock { state in
            if state.isLocked { return Self.locked }
            if state.keys[name] != nil {
                return KeyStorageFailure(.alreadyExists, "There is a key of this name.")
            }
            state.keys[name] = key
            return nil
        }
        if let failure { throw failure }
    }

    /// The key of this name.
    public func key(named name: String) throws(KeyStorageFailure) -> [UInt8]? {
        let (key, isLocked) = state.withLock { ($0.keys[name], $0.isLocked) }
        if isLocked { throw Self.locked }
        return key
    }

    /// Removes the key of this name.
    public func remove(named name: String) throws(KeyStorageFailure) {
        let isLocked = state.withLock { state in
            if !state.isLocked { state.keys[name] = nil }
            return state.isLocked
        }
        if isLocked { throw Self.locked }
    }
}
