import Foundation
import Synchronization

/// The server that has to be ended if the demo is interrupted: a child would outlive it.
enum RunningServer {
    /// Its process's id; 0 for none. Atomic, since a signal may come at any moment.
    private static let id = Atomic<Int32>(0)
    /// The same of a peer that is measured beside it.
    private static let peer = Atomic<Int32>(0)

    /// Remembers the process's id; 0 for none.
    static func set(_ process: Int32) { id.store(process, ordering: .sequentiallyConsistent) }

    /// Remembers a peer's process's id; 0 for none.
    static func setPeer(_ process: Int32) { peer.store(process, ordering: .sequentiallyConsistent) }

    /// From now on Ctrl-C ends both too.
    static func endOnInterrupt() {
        set(0)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                RunningServer.end()
                _exit(128 + number)
            }
        }
    }

    /// Ends it, and the peer.
    static func end() {
        let process = id.load(ordering: .sequentiallyConsistent)
        if process > 0 { kill(process, SIGTERM) }
        let other = peer.load(ordering: .sequentiallyConsistent)
        if other > 0 { kill(other, SIGKILL) }
    }
}
