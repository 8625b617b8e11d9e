import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordTesting
import Testing

@testable import ConcordStorage

/// Two stores on one file, as two processes have them.
@Suite struct SharingTests {
    @Test func twoProcessesSaveAtOnce() async throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        let stores = [ann.store, try ReplicaStore.open(at: ann.path, verifier: HashVerifier())]
        let signer = ann.signer

        try await withThrowingTaskGroup(of: Void.self) { group in
            for (place, store) in stores.enumerated() {
                group.addTask {
                    for number in 0..<40 {
                        let environment = ReplicaEnvironment.standing
                        _ = try store.save(signer: signer, environment) { _ in
                            [add("/finding/f\(place)-\(number)")]
                        }
                    }
                }
            }
            try await group.waitForAll()
        }

        #expect(try ann.store.read { try $0.tip(of: signer.author) }?.reference.seq == 81)
        #expect(try ann.document()["finding"]?.objectValue?.count == 80)
        #expect(try ann.store.checkState().differences == [])
    }

    @Test func eachSeesWhatTheOtherSaved() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        let other = try ReplicaStore.open(at: ann.path, verifier: HashVerifier())
        try ann.save(add("/finding/f1", ["unit": "IT"]))
        let environment = ReplicaEnvironment.standing
        _ = try other.save(signer: ann.signer, environment) { context in
            let path = cell("/finding/f1/unit")
            #expect(try context.shown(path).shown == "IT")
            return [
                Operation(.add("HR"), at: path, over: try context.survivors(of: path).map(\.write))
            ]
        }

        #expect(try ann.value("/finding/f1/unit") == "HR")
        try ann.set("/finding/f1/unit", "Sales")
        #expect(try other.read { try $0.document() }["finding"]?["f1"]?["unit"] == "Sales")
        #expect(try other.read { try $0.conflicts() } == [])
    }

    @Test(.timeLimit(.minutes(5))) func observersHearOfOwnAndOthersCommits() async throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        let other = try ReplicaStore.open(at: ann.path, verifier: HashVerifier())
        let streams = [ann.store.changes(), other.changes()]

        let (ready, begun) = AsyncStream.makeStream(of: Void.self)

        let observers = streams.map { stream in
            Task { [path = ann.path] in
                let store = try ReplicaStore.open(at: path, verifier: HashVerifier())
                for await _ in stream {
                    begun.yield()
                    if try store.read({ try $0.document() })["finding"] != nil { return true }
                }
                return false
            }
        }
        // The first thing each hears is what is there already.
        var listening = ready.makeAsyncIterator()
        for _ in observers { await listening.next() }
        try ann.save(add("/finding/f1"))

        for observer in observers { #expect(try await observer.value) }
    }
}
