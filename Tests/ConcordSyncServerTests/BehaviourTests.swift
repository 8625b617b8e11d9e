import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordSyncClient
import Foundation
import GRDB
import Synchronization
import Testing

@testable import ConcordSyncServer

/// What operators and proxies rely on.
@Suite(.timeLimit(.minutes(5))) struct BehaviourTests {
    var team: SigningTeam

    init() throws { team = try SigningTeam() }

    private var all: SyncRequest {
        SyncRequest(
            engagement: team.engagement,
            position: 0,
            envelopes: team.history.map(\.envelope)
        )
    }

    private func address(_ port: Int) throws -> ServerAddress {
        try ServerAddress("http://127.0.0.1:\(port)")
    }

    /// The value of a header of an answer, or nil.
    private func header(_ name: String, of answer: RawHTTP.Answer) -> String? {
        let lines = answer.text.components(separatedBy: "\r\n").prefix { !$0.isEmpty }
        return lines.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    @Test(arguments: [
        ("gzip", true), ("br, GZIP", true), ("gzip;q=0.5", true), ("gzip; q=0", false),
        ("gzip;q=0.000", false), ("br", false), ("", false),
    ])
    func anAnswerIsCompressedForThoseWhoTakeIt(accepted: String, isCompressed: Bool) async throws {
        try await withServer { port in
            let http = RawHTTP(port: port, signer: team.lead.signer)
            let id = team.engagement.base64url
            #expect(try await http.post(all.wireBytes, to: id).status == 200)

            let answer = try await http.send(
                "POST",
                "/v1/engagements/\(id)/sync",
                headers: [
                    "Content-Type: application/x-ndjson", "Accept-Encoding: \(accepted)",
                ],
                body: SyncRequest(engagement: team.engagement, position: 0).wireBytes
            )

            #expect((header("Content-Encoding", of: answer) == "gzip") == isCompressed)
        }
    }

    @Test func whatAResourceTakesStandsInAllow() async throws {
        try await withServer { port in
            let http = RawHTTP(port: port)
            let health = try await http.send("DELETE", "/healthz")
            let sync = try await http.send(
                "PUT",
                "/v1/engagements/\(team.engagement.base64url)/sync"
            )

            #expect(header("Allow", of: health) == "GET, HEAD")
            #expect(header("Allow", of: sync) == "POST")
        }
    }

    @Test func headIsAnsweredLikeGetWithoutABody() async throws {
        try await withServer { port in
            let http = RawHTTP(port: port)
            let get = try await http.send("GET", "/healthz")
            let head = try await http.send("HEAD", "/healthz")

            #expect(head.status == 200)
            #expect(head.text.hasSuffix("\r\n\r\n"))
            #expect(header("Content-Length", of: head) == header("Content-Length", of: get))
        }
    }

    @Test func aServerWithoutRoomIsNotHealthy() async throws {
        try await withServer(pagesMax: 100) { port in
            let answer = try await RawHTTP(port: port).send("GET", "/healthz")

            #expect(answer.status == 507)
            #expect(answer.code == "storage-full")
        }
    }

    @Test func theLogNamesEightCharactersOfAnEngagementAndItsNumbersAreNumbers() async throws {
        let log = LogLines()
        try await withServer(log: log) { port in
            try await HTTPTransport.withTransport(to: address(port)) { transport in
                _ = try await transport.exchange(all, by: team.lead.signer)
            }
        }

        let line = try #require(log.all.first { $0.contains(#""event":"synced""#) })
        let object = try JSON(parsing: Array(line.utf8.dropLast()))
        #expect(
            object["engagement"]?.stringValue?.string == String(team.engagement.base64url.prefix(8))
        )
        #expect(object["posted"]?.integerValue == 3)
        #expect(object["size"]?.integerValue == 3)
        #expect(object["request"] != nil)
        #expect(!line.contains("hb."))
    }

    @Test func logsThatHavePartedAreToldWithTheirPlace() async throws {
        try await withServer { port in
            try await HTTPTransport.withTransport(to: address(port)) { transport in
                _ = try await transport.exchange(all, by: team.lead.signer)
                let other = SHA256Digest(hashing: [1])
                let request = SyncRequest(
                    engagement: team.engagement,
                    position: 3,
                    last: other,
                    marks: [
                        LogMark(position: 1, id: team.engagement),
                        LogMark(position: 2, id: other),
                    ]
                )
                let failure = await #expect(throws: SyncFailure.self) {
                    try await transport.exchange(request, by: team.lead.signer)
                }
                #expect(
                    failure?.code.withoutStatement
                        == .parted(LogParting(.logParted, size: 3, common: 1))
                )
            }
        }
    }

    @Test func aServerThatWasSetBackIsFilledAgain() async throws {
        var team = team
        let edits = try (0..<5).map { _ in try team.ann.save() }
        try await withFolder { folder in
            let file = folder.appending(path: "logs.sqlite")
            let backup = folder.appending(path: "backup.sqlite")
            var replica = TestReplica(team.engagement, pending: team.history)
            try await withServer(at: file) { port in
                try await HTTPTransport.withTransport(to: address(port)) {
                    _ = try await replica.sync(over: $0, by: team.lead.signer)
                }
            }
            try FileManager.default.copyItem(at: file, to: backup)
            var later = TestReplica(team.engagement, pending: edits)
            try await withServer(at: file) { port in
                try await HTTPTransport.withTransport(to: address(port)) {
                    _ = try await later.sync(over: $0, by: team.lead.signer)
                }
            }
            try await withServer(at: backup) { port in
                try await HTTPTransport.withTransport(to: address(port)) {
                    let summary = try await later.sync(over: $0, by: team.lead.signer)
                    #expect(summary.parted == [PartedLog(position: 8, common: 3, size: 3)])
                    _ = try await later.sync(over: $0, by: team.lead.signer)
                    _ = try await replica.sync(over: $0, by: team.lead.signer)
                }
            }
            #expect(replica.log == later.log)
            #expect(replica.log.count == 8)
        }
    }
}

/// What bounds a server's memory, and keeps engagements apart.
@Suite(.timeLimit(.minutes(5))) struct BoundsTests {
    @Test func whatWasNotAskedForTheLongestIsForgotten() throws {
        var cache = AcceptanceCache(weightMax: 3)
        let ids = (0..<UInt8(4)).map { SHA256Digest(hashing: [$0]) }
        for id in ids[..<3] { cache.hold(LogAcceptance(engagement: id, size: 1)) }
        _ = cache.acceptance(of: ids[0])

        cache.hold(LogAcceptance(engagement: ids[3], size: 1))

        #expect(cache.count == 3)
        #expect(cache.acceptance(of: ids[1]) == nil)
        #expect(cache.acceptance(of: ids[0]) != nil)
        cache.drop(ids[0])
        #expect(cache.acceptance(of: ids[0]) == nil)
    }

    @Test func whatIsHeavierThanAllMayBeIsNotKept() throws {
        var cache = AcceptanceCache(weightMax: 0)

        cache.hold(LogAcceptance(engagement: SHA256Digest(hashing: [1]), size: 1))

        #expect(cache.count == 0)
    }

    @Test func bodiesBeyondTheBudgetAreRefusedAndSmallOnesPass() throws {
        let budget = BodyBudget(bytesMax: 100_000)
        let large = budget.share()
        let second = budget.share()
        try large.take(BodyBudget.free + 90_000)

        #expect(throws: RequestRefusal.self) { try second.take(BodyBudget.free + 20_000) }
        try budget.share().take(BodyBudget.free)
        try second.take(BodyBudget.free + 10_000)
    }

    @Test func whatARequestTookIsGivenBack() throws {
        let budget = BodyBudget(bytesMax: 10)
        for _ in 0..<5 { try budget.share().take(BodyBudget.free + 10) }
    }

    @Test func whatARequestTookIsKeptUntilItIsGivenBack() throws {
        let budget = BodyBudget(bytesMax: 10)
        let share = budget.share()
        try share.take(BodyBudget.free + 10)
        let other = budget.share()

        #expect(throws: RequestRefusal.self) { try other.take(BodyBudget.free + 1) }
        share.giveBack()
        share.giveBack()
        try other.take(BodyBudget.free + 10)
        #expect(throws: RequestRefusal.self) { try budget.share().take(BodyBudget.free + 1) }
    }

    @Test func whereTooManyWaitNobodyElseDoesAndOthersAreNotConcerned() async {
        let turns = EngagementTurns(waitingMax: 0)
        let one = SHA256Digest(hashing: [1])
        let other = SHA256Digest(hashing: [2])

        #expect(await turns.take(one))
        #expect(await turns.take(one) == false)
        #expect(await turns.take(other))
        turns.end(one)
        #expect(await turns.take(one))
    }

    @Test func oneAtATimeHasTheTurnAndEverybodyGetsIt() async {
        let turns = EngagementTurns()
        let engagement = SHA256Digest(hashing: [1])
        let inside = Inside()
        let served = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    guard await turns.take(engagement) else { return false }
                    let isAlone = inside.count.withLock { count in
                        count += 1
                        return count == 1
                    }
                    await Task.yield()
                    inside.count.withLock { $0 -= 1 }
                    turns.end(engagement)
                    return isAlone
                }
            }
            var served = 0
            for await isAlone in group where isAlone { served += 1 }
            return served
        }

        #expect(served == 50)
    }

    /// How many have the turn at this moment.
    private final class Inside: Sendable {
        let count = Mutex(0)
    }

    /// A verifier that takes long for one author's signatures.
    private struct Slow: SignatureVerifier {
        let author: Author

        func isSigned(_ diff: UnverifiedDiff) -> Bool {
            if diff.head.author == author { Thread.sleep(forTimeInterval: 0.02) }
            return true
        }

        func isValid(signature: [UInt8], over message: [UInt8], by publicKey: [UInt8]) -> Bool {
            true
        }
    }

    @Test func aSlowEngagementHoldsUpNoOther() async throws {
        var slow = try SigningTeam()
        let quick = try SigningTeam()
        let many = slow.history + (try (0..<150).map { _ in try slow.ann.save() })
        let verifier = Slow(author: slow.ann.author)
        func request(_ team: SigningTeam, _ diffs: [UnverifiedDiff]) -> SyncRequest {
            SyncRequest(
                engagement: team.engagement,
                position: 0,
                envelopes: diffs.map(\.envelope)
            )
        }
        let authors = (slow.lead.author, quick.lead.author)
        let long = request(slow, many)
        let short = request(quick, quick.history)
        try await withFolder { folder in
            let database = try ServerDatabase(path: folder.appending(path: "a.sqlite").path)
            let service = SyncService(
                database: database,
                verifier: verifier,
                acceptsEngagements: true
            )
            let first = Task { try await service.exchange(long, by: authors.0).size }
            let second = Task { try await service.exchange(short, by: authors.1).size }
            let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { try await first.value }
                group.addTask { try await second.value }
                var sizes: [Int] = []
                for try await size in group { sizes.append(size) }
                return sizes
            }
            // The quick one, which began later, is answered first.
            #expect(sizes == [3, 153])
            try database.close()
        }
    }

    @Test func aCommitThatFailsLeavesNothingBehindInMemory() async throws {
        var team = try SigningTeam()
        let small = try team.ann.save()
        let large = try team.ann.save(title: String(repeating: "x", count: 200_000))
        let after = try team.ann.save()
        let engagement = team.engagement
        func request(_ diffs: [UnverifiedDiff]) -> SyncRequest {
            SyncRequest(engagement: engagement, position: 0, envelopes: diffs.map(\.envelope))
        }
        let first = request(team.history + [small])
        let tooMuch = request([large])
        let both = request([large, after])
        try await withFolder { folder in
            let path = folder.appending(path: "a.sqlite").path
            let database = try ServerDatabase(path: path, testingOnlyPagesMax: 40)
            let service = SyncService(
                database: database,
                verifier: DiffVerifierForTests(),
                acceptsEngagements: true
            )
            _ = try await service.exchange(first, by: team.lead.author)
            await #expect(throws: RequestRefusal.self) {
                try await service.exchange(tooMuch, by: team.lead.author)
            }
            try await database.pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA max_page_count = 100000")
            }

            let response = try await service.exchange(both, by: team.lead.author)

            #expect(response.verdicts == [.accepted(position: 4), .accepted(position: 5)])
            #expect(response.size == 6)
            try database.close()
        }
    }
}

/// Takes every signature for right: these tests are about storage.
private struct DiffVerifierForTests: SignatureVerifier {
    func isSigned(_ diff: UnverifiedDiff) -> Bool { true }
    func isValid(signature: [UInt8], over message: [UInt8], by publicKey: [UInt8]) -> Bool { true }
}
