import ConcordSyncServer
import Testing

/// Who connects and says nothing holds no connection for ever.
@Suite(.timeLimit(.minutes(5))) struct IdleTests {
    @Test(arguments: [
        "", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
        "POST /v1/engagements/x/sync HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
    ])
    func aConnectionThatSaysNothingMoreIsClosed(beginning: String) async throws {
        try await withServer(idleTimeout: .milliseconds(300)) { port in
            // Returns when the server has closed; without a time-out that is never.
            let answer = try await RawHTTP(port: port).send(Array(beginning.utf8))

            #expect(answer.status == 0 || answer.status >= 400, "\(answer.text)")
        }
    }

    @Test func aConnectionThatWasAnsweredIsClosedToo() async throws {
        try await withServer(idleTimeout: .milliseconds(300)) { port in
            let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let answer = try await RawHTTP(port: port).send(Array(request.utf8))

            #expect(answer.status == 200)
        }
    }

    /// Unless somebody says otherwise it is a minute.
    @Test func theServerHasATimeOut() async throws {
        #expect(SyncServer.Configuration().idleTimeout == .seconds(60))
    }
}
