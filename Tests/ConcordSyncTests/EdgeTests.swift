import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordTesting
import Testing

/// The edges of messages, sessions and answers: the last value that passes, and the first that does not.
@Suite struct EdgeTests {
    let team: TestTeam

    init() throws { team = try TestTeam() }

    // MARK: Messages.

    private func response(_ line: String) -> [UInt8] {
        Array((#"{"entries":0,"from":0,"size":9,"v":1,"verdicts":1}"# + "\n\(line)\n").utf8)
    }

    @Test func anExplanationHasTwoHundredBytesAtMost() throws {
        func refused(_ bytes: Int) -> [UInt8] {
            let detail = String(repeating: "x", count: bytes)
            return response(#"{"code":"no","detail":"\#(detail)","verdict":"refused"}"#)
        }

        #expect(try SyncResponse(wireBytes: refused(200)).verdicts.count == 1)
        #expect(throws: MessageError(.malformedVerdict, line: 2)) {
            try SyncResponse(wireBytes: refused(201))
        }
    }

    @Test(arguments: [
        (Int64(Int32.max), true), (Int64(Int32.max) + 1, false), (1 << 53, false),
    ])
    func aCountEndsAtTwoToTheThirtyFirst(count: Int64, isTaken: Bool) throws {
        let id = team.engagement.base64url
        let request = #"{"engagement":"\#(id)","envelopes":0,"position":\#(count),"v":1}"# + "\n"
        let verdict = response(#"{"position":\#(count),"verdict":"known"}"#)
        let size = #"{"entries":0,"from":0,"size":\#(count),"v":1,"verdicts":0}"# + "\n"

        let reads: [() throws -> Void] = [
            { _ = try SyncRequest(wireBytes: Array(request.utf8)) },
            { _ = try SyncResponse(wireBytes: verdict) },
            { _ = try SyncResponse(wireBytes: Array(size.utf8)) },
        ]
        for read in reads {
            if isTaken {
                #expect(throws: Never.self) { try read() }
            } else {
                #expect(throws: MessageError.self) { try read() }
            }
        }
    }

    @Test(arguments: [
        #""last":1"#, #""last":"x""#, #""marks":[]"#, #""marks":[[0,"ID"]]"#,
        #""marks":[[3,"ID"]]"#,
        #""marks":[[2,"ID"],[1,"ID"]]"#, #""marks":[[1,"ID"],[1,"ID"]]"#, #""marks":[[1,"x"]]"#,
        #""marks":[[1]]"#, #""marks":[[9007199254740991,"ID"]]"#, #""marks":"ID""#,
    ])
    func marksAndTheLastEntryHaveTheirForm(member: String) {
        let id = team.engagement.base64url
        let text = member.replacing("ID", with: id)
        let body = #"{"engagement":"\#(id)","envelopes":0,\#(text),"position":3,"v":1}"# + "\n"

        #expect(throws: MessageError(.malformedHeader, line: 1)) {
            try SyncRequest(wireBytes: Array(body.utf8))
        }
    }

    @Test func whoHoldsNothingHasNoLastEntry() {
        let id = team.engagement.base64url
        let body =
            #"{"engagement":"\#(id)","envelopes":0,"last":"\#(id)","position":0,"v":1}"# + "\n"

        #expect(throws: MessageError(.malformedHeader, line: 1)) {
            try SyncRequest(wireBytes: Array(body.utf8))
        }
    }

    @Test func aRequestWithMarksComesBackAsItWas() throws {
        let marks = (1...SyncLimits.marks).map {
            LogMark(position: $0 * 60_000_000, id: team.engagement)
        }
        let request = SyncRequest(
            engagement: team.engagement,
            position: Int(Int32.max),
            last: team.engagement,
            marks: marks,
            own: team.ann.author
        )

        #expect(try SyncRequest(wireBytes: request.wireBytes) == request)
        #expect(request.wireBytes.count <= SyncLimits.lineBytes)
    }

    // MARK: Answers.

    /// A log of entries of one length, without end.
    private struct Endless: LogStore {
        let entry: [UInt8]

        func entry(_ id: DiffID) -> LoggedDiff? { nil }
        func hasEntryOnFirstBranch(_ reference: WriteReference) -> Bool { false }
        func identity(at position: Int) -> DiffID? { nil }
        func append(_ entry: NewEntry) {}
        func read(from position: Int, own: Author?, _ body: (LogEntry) -> Bool) {
            while body(.envelope(entry)) {}
        }
    }

    private func answer(entryBytes: Int, verdicts: [EnvelopeVerdict]) throws -> SyncResponse {
        let entry =
            Array(#"{"body":"#.utf8)
            + Array(repeating: UInt8(ascii: "x"), count: entryBytes - 8)
        return try Endless(entry: entry).answer(
            to: SyncRequest(engagement: team.engagement, position: 0),
            verdicts: verdicts,
            size: 1_000_000
        )
    }

    @Test func anAnswerHasRoomForItsVerdicts() throws {
        let ids = (0..<UInt8(SyncLimits.missing)).map { SHA256Digest(hashing: [$0]) }
        let verdicts = Array(
            repeating: EnvelopeVerdict.missing(ids),
            count: SyncLimits.envelopes
        )

        let response = try answer(entryBytes: DiffLimits.envelopeBytes, verdicts: verdicts)

        #expect(!response.entries.isEmpty)
        #expect(response.wireBytes.count <= SyncLimits.bodyBytes)
    }

    @Test func anAnswerHasTenThousandEntriesAtMost() throws {
        #expect(try answer(entryBytes: 20, verdicts: []).entries.count == SyncLimits.entries)
    }

    // MARK: Sessions.

    private func session(_ pending: [PendingDiff], position: Int = 0) -> SyncSession {
        SyncSession(
            engagement: team.engagement,
            position: position,
            own: nil,
            pending: pending
        )
    }

    @Test func ofDiffsThatWereAskedForAsManyAreLoadedAsSurelyFit() throws {
        let diff = team.history[4]
        let ids = (0..<UInt8(SyncLimits.missing)).map { SHA256Digest(hashing: [$0]) }
        var session = session([PendingDiff(id: diff.id, bytes: diff.envelope.count)])
        _ = session.start()
        _ = session.loaded([diff.id: diff.envelope])
        _ = session.received(
            SyncResponse(verdicts: [.missing(ids)], from: 0, entries: [], size: 0)
        )

        guard case .load(let batch) = session.stored() else {
            Issue.record("nothing is loaded")
            return
        }
        #expect(batch.count == 3)
    }

    @Test func anEnvelopeBeyondTheLimitIsNotSent() throws {
        let diff = team.history[4]
        var session = session([PendingDiff(id: diff.id, bytes: 10)])
        _ = session.start()
        let long = Array(repeating: UInt8(ascii: "x"), count: DiffLimits.envelopeBytes + 1)

        guard case .send(let request) = session.loaded([diff.id: long]) else {
            Issue.record("nothing is sent")
            return
        }
        #expect(request.envelopes.isEmpty)
        let response = SyncResponse(verdicts: [], from: 0, entries: [], size: 0)
        guard case .takeIn = session.received(response) else {
            Issue.record("an answer that brings nothing is not judged")
            return
        }
        #expect(session.stored().summary?.blocked == [diff.id])
    }

    @Test func whatWasAcceptedStandsBehindWhatTheLogHadBefore() throws {
        let diff = team.history[4]
        var session = session([PendingDiff(id: diff.id, bytes: diff.envelope.count)])
        _ = session.start()
        _ = session.loaded([diff.id: diff.envelope])
        let first = SyncResponse(
            verdicts: [.missing([team.history[3].id])],
            from: 0,
            entries: [.envelope(team.envelopes[0])],
            size: 5
        )
        _ = session.received(first)
        _ = session.stored()
        _ = session.loaded([diff.id: diff.envelope, team.history[3].id: team.envelopes[3]])
        let second = SyncResponse(
            verdicts: [.accepted(position: 5), .accepted(position: 3)],
            from: 1,
            entries: [.envelope(team.envelopes[1])],
            size: 6
        )

        #expect(session.received(second).refusal == .contradiction)
    }

    /// Each answer contradicts in everything that is asked from the named one on.
    @Test(arguments: [
        SessionRefusal.verdictCount, .wrongPosition, .logShrank, .noProgress, .contradiction,
    ])
    func ofSeveralContradictionsTheFirstInOrderIsNamed(first: SessionRefusal) throws {
        let order = [SessionRefusal.verdictCount, .wrongPosition, .logShrank, .noProgress]
        let right = order.firstIndex(of: first) ?? order.count
        var session = session([])
        _ = session.start()
        let entry = LogEntry.envelope(team.envelopes[0])
        _ = session.received(SyncResponse(verdicts: [], from: 0, entries: [entry], size: 9))
        _ = session.stored()

        let wrong = SyncResponse(
            verdicts: right > 0 ? [] : [.known(position: 0)],
            from: right > 1 ? 1 : 0,
            // Places alone, for a session that asked for bytes.
            entries: right > 3 ? [.held(team.history[1].id)] : [],
            // Shorter than before; and, as the longer one, with more to come that is not there.
            size: right > 2 ? 9 : 5
        )

        #expect(session.received(wrong).refusal == first)
    }

    @Test func whatIsTooLongForAProxyIsSentInHalves() throws {
        let pending = team.history.map { PendingDiff(id: $0.id, bytes: $0.envelope.count) }
        let envelopes = Dictionary(uniqueKeysWithValues: team.history.map { ($0.id, $0.envelope) })
        var session = session(pending)
        var server = MemorySyncServer(verifier: HashVerifier())
        var action = session.start()
        var most = 0
        var refused = 0
        loop: while true {
            switch action {
            case .load: action = session.loaded(envelopes)
            case .send(let request):
                if request.wireBytes.count > 1700 {
                    refused += 1
                    action = session.failed(SyncFailure(.tooLarge, "413"))
                } else {
                    most = max(most, request.envelopes.count)
                    action = session.received(try server.received(request, now: noon).get())
                }
            case .takeIn: action = session.stored()
            default: break loop
            }
        }

        #expect(refused > 0)
        #expect(action.summary?.pushed == 5)
        #expect(action.summary?.requestBytes != nil)
        #expect(server.envelopes(of: team.engagement) == team.envelopes)
    }

    @Test func oneDiffThatIsTooLongForAProxyStopsTheSession() throws {
        let diff = team.history[0]
        var session = session([PendingDiff(id: diff.id, bytes: diff.envelope.count)])
        _ = session.start()
        _ = session.loaded([diff.id: diff.envelope])

        guard case .stopped(let failure, _) = session.failed(SyncFailure(.tooLarge, "413")) else {
            Issue.record("the session goes on")
            return
        }
        #expect(failure.code == .tooLarge)
    }
}
