// Sync in the background: a run with a deadline, and a status that says only what is proven.
//
//     SampleBackgroundSync audit.concord

import Concord
import ConcordTesting

@main enum BackgroundSync {
    static func main() async throws {
        guard CommandLine.arguments.count > 1 else {
            return print("usage: SampleBackgroundSync PATH")
        }
        let draft = EngagementDraft(leader: "Ines Carrow", device: "Ines's phone")
        let replica = try await Replica.create(at: CommandLine.arguments[1], engagement: draft)
            .replica

        // An app brings its own transport; this one is a server in memory, which is down at first.
        let transport = MemoryTransport()
        transport.stop()

        print(words(try await replica.perform { try $0.syncStatus() }))
        await run(replica, transport)
        print(words(try await replica.perform { try $0.syncStatus() }))

        transport.start()
        await run(replica, transport)
        print(words(try await replica.perform { try $0.syncStatus() }))

        try await replica.raise(FindingDraft(title: "Saved after the sync"))
        print(words(try await replica.perform { try $0.syncStatus() }))
    }

    /// What an app shows next to its sync symbol.
    static func words(_ status: SyncStatus) -> String {
        if status.upToDateSince != nil { return "up to date" }
        let unsent = status.unsent == 0 ? "" : ", \(status.unsent) not sent"
        switch status.state {
        case .notYet: return "not synced yet" + unsent
        case .connecting: return "connecting" + unsent
        case .receiving(let behind): return "receiving, \(behind) behind" + unsent
        case .synced: return "synced before" + unsent
        case .offline: return "offline" + unsent
        case .refused(let why), .contradiction(let why), .failed(let why): return why + unsent
        }
    }

    /// One run, as the system starts it: it may take so long, and it may be killed at any time.
    static func run(_ replica: Replica, _ transport: some SyncTransport) async {
        do {
            _ = try await replica.sync(through: transport, within: .seconds(20))
        } catch {
            print("the run ended early: \(error)")
        }
    }
}
