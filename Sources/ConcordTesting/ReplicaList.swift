import Concord
import Synchronization

/// The replicas of an engagement, in the order in which they were made.
final class ReplicaList: Sendable {
    private let replicas = Mutex<[Replica]>([])

    var all: [Replica] { replicas.withLock { $0 } }

    func add(_ replica: Replica) { replicas.withLock { $0.append(replica) } }
}
