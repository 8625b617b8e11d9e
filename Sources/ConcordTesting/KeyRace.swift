import Concord
import Foundation

/// Several threads that begin at the same moment, and their results.
final class KeyRace: @unchecked Sendable {
    private let condition = NSCondition()
    private let count: Int
    private var waiting = 0
    private var results: [Result<[UInt8], KeyStorageFailure>] = []

    init(count: Int) { self.count = count }

    /// Returns when all threads have come here.
    func wait() {
        condition.withLock {
            waiting += 1
            if waiting == count { condition.broadcast() }
            while waiting < count { condition.wait() }
        }
    }

    /// Notes a result; whether it is the last one.
    func note(_ result: Result<[UInt8], KeyStorageFailure>) -> Bool {
        condition.withLock {
            results.append(result)
            return results.count == count
        }
    }

    /// The keys that were stored.
    ///
    /// - Throws: the first failure that does not say that there is a key already.
    func stored() throws -> [[UInt8]] {
        try condition.withLock {
            try results.compactMap { result in
                switch result {
                case .success(let key): return key
                case .failure(let failure) where failure.code == .alreadyExists: return nil
                case .failure(let failure): throw failure
                }
            }
        }
    }
}
