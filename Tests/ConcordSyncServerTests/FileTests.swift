import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSigning
import ConcordSync
import ConcordSyncClient
import ConcordSyncServer
import Foundation
import Synchronization
import Testing

/// Files of evidence over a real socket: the server in this process, and the transport of the programs.
@Suite("Files of evidence over HTTP", .timeLimit(.minutes(5)))
struct FileTests {
    private let team: SigningTeam

    init() throws { team = try SigningTeam() }

    /// A server whose log holds the team's history.
    private struct Place {
        let transport: HTTPTransport
        let port: Int
        let folder: URL
        let team: SigningTeam

        var engagement: DiffID { team.engagement }

        /// Posts diffs that follow so many entries of the log.
        func post(_ diffs: [UnverifiedDiff], behind position: Int) async throws -> SyncResponse {
            try await transport.exchange(
                SyncRequest(
                    engagement: engagement,
                    position: position,
                    envelopes: diffs.map(\.envelope)
                ),
                by: team.lead.signer
            )
        }

        /// The names of the files that the server has.
        var names: [String] {
            let path = folder.appending(path: "logs.sqlite.files/\(engagement.base64url)").path
            let names = try? FileManager.default.contentsOfDirectory(atPath: path)
            return (names ?? []).sorted()
        }

        func held(_ file: TestFile) async throws -> Int? {
            try await transport.held([file.promise], of: engagement, by: team.lead.signer).first?
                .bytes
        }

        /// Sends what the server lacks of a file.
        func send(_ file: TestFile) async throws {
            if file.tree.parts.count > 1 {
                try await transport.send(
                    file.tree,
                    of: file.promise,
                    in: engagement,
                    by: team.lead.signer
                )
            }
            var offset = try #require(try await held(file))
            while offset < file.promise.size {
                let part = file.promise.range(ofPart: offset / PartTree.partBytes)
                offset = try await send(file, offset..<part.upperBound)
            }
        }

        func send(_ file: TestFile, _ range: Range<Int>) async throws -> Int {
            try await transport.send(
                Array(file.bytes[range]),
                of: file.promise,
                at: range.lowerBound,
                in: engagement,
                by: team.lead.signer
            ).bytes
        }

        /// Receives some bytes of a file.
        func receive(_ file: TestFile, _ range: Range<Int>) async throws -> [UInt8] {
            let collected = Collected()
            try await transport.receive(
                range,
                of: file.promise,
                in: engagement,
                by: team.ann.signer
            ) { more in
                collected.append(more)
                return true
            }
            return collected.bytes
        }

        /// The path of a request about a file.
        func path(_ file: TestFile, _ more: String = "") -> String {
            "/v1/engagements/\(engagement.base64url)/files/\(file.promise.sha256.hex)?size="
                + "\(file.promise.size)&root=\(file.promise.partsRoot.hex)\(more)"
        }

        /// The head of a signed request that sends these bytes.
        func head(
            _ file: TestFile,
            at offset: Int,
            signing bytes: [UInt8]
        ) throws -> [UInt8] {
            let path = path(file, "&offset=\(offset)")
            let fields = try team.lead.signer.fields(
                posting: bytes,
                to: "http://localhost\(path)",
                method: "PATCH"
            )
            let lines =
                [
                    "PATCH \(path) HTTP/1.1", "Host: localhost", "Connection: close",
                    "Content-Type: application/octet-stream", "Content-Length: \(bytes.count)",
                ] + fields.map { "\($0.name): \($0.value)" } + ["", ""]
            return Array(lines.joined(separator: "\r\n").utf8)
        }
    }

    private final class Collected: Sendable {
        private let state = Mutex<[UInt8]>([])
        var bytes: [UInt8] { state.withLock { $0 } }
        func append(_ more: [UInt8]) { state.withLock { $0 += more } }
    }

    private func withPlace<Result: Sendable>(
        reserve: Int = 0,
        _ body: (Place) async throws -> Result
    ) async throws -> Result {
        try await withFolder { folder in
            let database = folder.appending(path: "logs.sqlite")
            return try await withServer(at: database, fileReserveBytes: reserve) { port in
                let address = try ServerAddress("http://127.0.0.1:\(port)")
                return try await HTTPTransport.withTransport(to: address) { transport in
                    let place = Place(
                        transport: transport,
                        port: port,
                        folder: folder,
                        team: team
                    )
                    _ = try await place.post(team.history, behind: 0)
                    return try await body(place)
                }
            }
        }
    }

    private func code(_ body: () async throws -> Void) async throws -> SyncFailure.Code? {
        let failure = await #expect(throws: SyncFailure.self) { try await body() }
        return failure?.code
    }

    @Test(arguments: [0, 1, 1 << 20, (1 << 20) + 1, 3_000_000])
    func aFileComesBackAsItWasSent(size: Int) async throws {
        let file = try TestFile(size, seed: 1)
        try await withPlace { place in
            #expect(try await place.held(file) == 0)
            if size == 0 {
                #expect(try await place.send(file, 0..<0) == 0)
            } else {
                try await place.send(file)
            }

            #expect(try await place.held(file) == size)
            #expect(try await place.receive(file, 0..<size) == file.bytes)
            let middle = size / 3..<size / 2
            #expect(try await place.receive(file, middle) == Array(file.bytes[middle]))
            let tree = try await place.transport.partTree(
                of: file.promise,
                in: place.engagement,
                by: team.ann.signer
            )
            #expect(tree == file.tree)
        }
    }

    @Test func aFileThatIsThereIsNotKeptTwice() async throws {
        let file = try TestFile(1_500_000, seed: 2)
        try await withPlace { place in
            try await place.send(file)
            let names = place.names
            #expect(names == [file.promise.sha256.hex, file.promise.sha256.hex + ".parts"])

            // Another item promises the same file: the answer says that nothing is missing.
            #expect(try await place.held(file) == file.promise.size)
            #expect(try await place.send(file, 0..<1 << 20) == file.promise.size)

            #expect(place.names == names)
        }
    }

    @Test("What came before a cut stays, and the file continues there", arguments: [0, 1, 2])
    func aCutFileContinues(cutPart: Int) async throws {
        let file = try TestFile(3_000_000, seed: 3)
        try await withPlace { place in
            try await place.transport.send(
                file.tree,
                of: file.promise,
                in: place.engagement,
                by: team.lead.signer
            )
            var start = 0
            for index in 0..<cutPart {
                start = try await place.send(file, file.promise.range(ofPart: index))
            }
            let part = file.part(cutPart)
            let head = try place.head(file, at: start, signing: part)
            let came = part.count / 2
            try await RawHTTP(port: place.port).sendAndHangUp(head + part[..<came])

            // The server may not have seen the end of the connection yet.
            while try await place.held(file) ?? 0 < start + came { await Task.yield() }
            #expect(try await place.held(file) == start + came)
            try await place.send(file)

            #expect(try await place.receive(file, 0..<file.bytes.count) == file.bytes)
        }
    }

    @Test func aPartWithWrongBytesIsDiscardedAndNoOther() async throws {
        let file = try TestFile(2_500_000, seed: 4)
        try await withPlace { place in
            try await place.transport.send(
                file.tree,
                of: file.promise,
                in: place.engagement,
                by: team.lead.signer
            )
            _ = try await place.send(file, file.promise.range(ofPart: 0))
            var wrong = file.part(1)
            wrong[77] ^= 1
            let refusal = try await code {
                _ = try await place.transport.send(
                    wrong,
                    of: file.promise,
                    at: 1 << 20,
                    in: place.engagement,
                    by: team.lead.signer
                )
            }
            #expect(refusal == .refused("wrong-part"))
            #expect(try await place.held(file) == 1 << 20)

            try await place.send(file)
            #expect(try await place.receive(file, 0..<file.bytes.count) == file.bytes)
        }
    }

    @Test func bytesThatWereNotSignedAreRefused() async throws {
        let file = try TestFile(1000, seed: 5)
        try await withPlace { place in
            var other = file.bytes
            other[1] ^= 1
            let head = try place.head(file, at: 0, signing: file.bytes)
            let answer = try await RawHTTP(port: place.port).send(head + other)
            #expect(answer.status == 400)
            #expect(answer.code == "wrong-digest")
            #expect(try await place.held(file) == 0)

            let path = place.path(file)
            let unsigned = try await RawHTTP(port: place.port).send("GET", path)
            #expect(unsigned.code == "signature-missing")
        }
    }

    /// Every request about files, by a signer; the code of each refusal, nil if there was none.
    private func answers(
        _ file: TestFile,
        by signer: RequestSigner,
        _ place: Place
    ) async -> [SyncFailure.Code?] {
        let (transport, engagement, promise) = (place.transport, place.engagement, file.promise)
        let requests: [() async throws -> Void] = [
            { _ = try await transport.held([promise], of: engagement, by: signer) },
            { try await transport.send(file.tree, of: promise, in: engagement, by: signer) },
            {
                _ = try await transport.send(
                    file.part(0),
                    of: promise,
                    at: 0,
                    in: engagement,
                    by: signer
                )
            },
            { _ = try await transport.partTree(of: promise, in: engagement, by: signer) },
            {
                try await transport.receive(0..<10, of: promise, in: engagement, by: signer) { _ in
                    true
                }
            },
        ]
        var codes: [SyncFailure.Code?] = []
        for request in requests {
            do {
                try await request()
                codes.append(nil)
            } catch {
                codes.append((error as? SyncFailure)?.code)
            }
        }
        return codes
    }

    @Test func onlyMembersSendAndReceive() async throws {
        var team = team
        let file = try TestFile(2_000_000, seed: 6)
        let secret = try InvitationKey.generate()
        let invitation = try team.lead.save(
            [
                Operation(
                    .add(["key": .string(Base64URL.encode(secret.publicKey)), "role": "auditor"]),
                    at: CellPath(kind: "invitation", record: "i2")
                )
            ],
            seen: [team.history[2].id]
        )
        let invited = RequestSigner(try #require(SigningKey(seed: secret.secret)))
        let revocation = try team.lead.save([
            Operation(
                .add("revoked"),
                at: CellPath(kind: "device", record: team.ann.author.text, field: "status")
            )
        ])
        let unknown = [SyncFailure.Code?](repeating: .refused("unknown-engagement"), count: 5)
        try await withPlace { place in
            try await place.send(file)
            _ = try await place.post([invitation], behind: 3)
            #expect(await answers(file, by: team.ann.signer, place) == [nil, nil, nil, nil, nil])
            #expect(await answers(file, by: .anyone, place) == unknown)
            #expect(await answers(file, by: invited, place) == unknown)

            _ = try await place.post([revocation], behind: 4)

            let revoked = [SyncFailure.Code?](repeating: .refused("access-revoked"), count: 5)
            #expect(await answers(file, by: team.ann.signer, place) == revoked)
        }
    }

    @Test func anotherEngagementDoesNotHaveTheFile() async throws {
        let file = try TestFile(1000, seed: 7)
        var other = try SigningDevice()
        let genesis = try other.found()
        try await withPlace { place in
            try await place.send(file)
            _ = try await place.transport.exchange(
                SyncRequest(engagement: genesis.id, position: 0, envelopes: [genesis.envelope]),
                by: other.signer
            )

            let held = try await place.transport.held(
                [file.promise],
                of: genesis.id,
                by: other.signer
            )
            #expect(held.map(\.bytes) == [0])
            let refusal = try await code {
                try await place.transport.receive(
                    0..<10,
                    of: file.promise,
                    in: genesis.id,
                    by: other.signer
                ) { _ in true }
            }
            #expect(refusal == .refused("file-not-held"))
        }
    }

    @Test func aDiskWithoutRoomForFilesTakesDiffs() async throws {
        var team = team
        let file = try TestFile(1000, seed: 8)
        let edit = try team.lead.save(seen: [team.history[2].id])
        try await withPlace(reserve: Int.max / 2) { place in
            let refusal = try await code { _ = try await place.send(file, 0..<1000) }
            #expect(refusal == .refused("storage-full"))
            #expect(place.names.isEmpty)

            let answer = try await place.post([edit], behind: 3)
            guard case .accepted = answer.verdicts.first else {
                Issue.record("a full disk refused a diff: \(answer.verdicts)")
                return
            }
        }
    }

    @Test func anOrderOfErasureDestroysTheFileAndKeepsItOut() async throws {
        var team = team
        let (file, other) = (try TestFile(2_000_000, seed: 9), try TestFile(500, seed: 10))
        let evidence = try team.lead.save(
            [file.evidence("v1"), other.evidence("v2")],
            seen: [team.history[2].id]
        )
        let paths: [JSON] = ["/evidence/v1/partsRoot", "/evidence/v1/fileName"]
        let order = try team.lead.save([
            Operation(
                .add(["paths": .array(paths), "bodies": [:]]),
                at: CellPath(kind: "erasure", record: "x1")
            )
        ])
        try await withPlace { place in
            _ = try await place.post([evidence], behind: 3)
            try await place.send(file)
            try await place.send(other)

            _ = try await place.post([order], behind: 4)

            #expect(place.names == [other.promise.sha256.hex])
            let refusal = try await code { _ = try await place.send(file, 0..<1 << 20) }
            #expect(refusal == .refused("file-erased"))
            let received = try await code { _ = try await place.receive(file, 0..<10) }
            #expect(received == .refused("file-not-held"))
        }
    }

    @Test func aWrongRequestIsToldWhatIsWrong() async throws {
        let file = try TestFile(2_000_000, seed: 11)
        try await withPlace { place in
            let part = file.promise.range(ofPart: 0)
            let early = try await code { _ = try await place.send(file, part) }
            #expect(early == .refused("parts-missing"))
            let list = try await code {
                try await place.transport.send(
                    PartTree(Array(file.tree.parts.reversed())),
                    of: file.promise,
                    in: place.engagement,
                    by: team.lead.signer
                )
            }
            #expect(list == .refused("wrong-parts"))
            try await place.transport.send(
                file.tree,
                of: file.promise,
                in: place.engagement,
                by: team.lead.signer
            )
            let gap = try await code { _ = try await place.send(file, 5..<10) }
            #expect(gap == .refused("wrong-offset"))
            let unheld = try await code { _ = try await place.receive(file, 0..<10) }
            #expect(unheld == .refused("file-not-held"))
        }
    }

    @Test func theServerSignsThatItHasAFileAndSinceWhen() async throws {
        let (short, long) = (try TestFile(1000, seed: 13), try TestFile(1_500_000, seed: 14))
        let start = SyncService.systemClock()
        try await withPlace { place in
            let answer = try await place.post([], behind: 3)
            let key = try #require(answer.checkpoint?.key.flatMap { NoteKey($0) })
            func receipt(_ held: HeldFile, _ file: TestFile) throws -> FileReceipt? {
                FileReceipt(
                    note: try #require(held.receipt),
                    of: file.promise,
                    in: place.engagement,
                    key: key,
                    verifier: DiffVerifier()
                )
            }
            let last = try await place.transport.send(
                short.bytes,
                of: short.promise,
                at: 0,
                in: place.engagement,
                by: team.lead.signer
            )
            let first = try #require(try receipt(last, short))
            #expect(first.since.milliseconds >= start.milliseconds - 1000)
            #expect(first.since.milliseconds <= SyncService.systemClock().milliseconds + 1000)
            #expect(try receipt(last, long) == nil)

            try await place.transport.send(
                long.tree,
                of: long.promise,
                in: place.engagement,
                by: team.lead.signer
            )
            _ = try await place.send(long, long.promise.range(ofPart: 0))
            let held = try await place.transport.held(
                [short.promise, long.promise],
                of: place.engagement,
                by: team.ann.signer
            )
            // What is not whole has no receipt, and a receipt says the same whenever it is asked for.
            #expect(held.map { $0.receipt == nil } == [false, true])
            #expect(held[0] == last)
        }
    }

    @Test func aDeviceWithAWrongClockSendsAndReceives() async throws {
        let file = try TestFile(2_000_000, seed: 12)
        let late = RequestSigner(team.lead.key) {
            Timestamp(milliseconds: SyncService.systemClock().milliseconds - 86_400_000)
        }
        try await withPlace { place in
            let held = try await place.transport.held(
                [file.promise],
                of: place.engagement,
                by: late
            )
            #expect(held.map(\.bytes) == [0])
            try await place.transport.send(
                file.tree,
                of: file.promise,
                in: place.engagement,
                by: late
            )
            let end = try await place.transport.send(
                file.part(0),
                of: file.promise,
                at: 0,
                in: place.engagement,
                by: late
            )
            #expect(end.bytes == 1 << 20)
        }
    }
}
