import Synchronization

/// How many connections are open, in all and for each address.
final class ConnectionCount: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    private let ofAddressMax: Int
    private let unlimited: Set<String>

    /// - Parameters:
    ///   - ofAddressMax: how many connections one address may have.
    ///   - unlimited: the addresses of proxies, behind which are many clients.
    init(ofAddressMax: Int, unlimited: Set<String>) {
        self.ofAddressMax = ofAddressMax
        self.unlimited = unlimited
    }

    /// Counts a connection that has been opened.
    ///
    /// - Returns: whether it may stay; it is counted until it is closed either way.
    func opened(from address: String) -> Bool {
        let count = counts.withLock { counts in
            counts[address, default: 0] += 1
            return counts[address] ?? 0
        }
        return count <= ofAddressMax || unlimited.contains(address)
    }

    /// Counts a connection no more.
    func closed(from address: String) {
        counts.withLock { counts in
            let count = (counts[address] ?? 0) - 1
            counts[address] = count > 0 ? count : nil
        }
    }

    /// How many are open.
    var all: Int { counts.withLock { $0.values.reduce(0, +) } }
}
