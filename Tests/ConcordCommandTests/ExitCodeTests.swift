import ConcordEncoding
import ConcordTesting
import Foundation
import Testing

@Suite struct ExitCodeTests {
    @Test func aWrongCommandLineIs64() throws {
        let place = try Workplace()

        #expect(try place.concord("findings").status == 64)
        #expect(try place.concord("new").status == 64)
        #expect(try place.concord("finding", "add").status == 64)
        #expect(try place.concord("status", "--time", "yesterday").status == 64)
    }

    /// Whatever command takes an address, and at whatever time it looks at it.
    @Test(arguments: [
        ["new", "--standard", "iso-9001-2008", "--organization", "O", "--leader", "L"],
        ["invite", "--role", "guide", "--name", "G"], ["sync"],
    ])
    func whatIsNoAddressOfAServerIs64(_ command: [String]) throws {
        let place = try Workplace()
        if command[0] != "new" { try place.openEngagement(name: "one") }

        let plain = try place.start(command + ["--server", "nowhere"]).wait()
        let json = try place.start(command + ["--server", "nowhere", "--json"]).wait()

        #expect(plain.status == 64, "\(plain.errors)")
        #expect(plain.errors.contains("is not the address of a server"), "\(plain.errors)")
        #expect(!plain.errors.contains("CommandFailure"))
        #expect(try json.failure["code"] == "server-address")
    }

    @Test func noEngagementIs66AndSaysHowToBegin() throws {
        let outcome = try Workplace().concord("status")

        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("concord new"))
        #expect(outcome.errors.split(separator: "\n").count == 2)
    }

    @Test func severalEngagementsHaveToBeToldApart() throws {
        let place = try Workplace()
        try place.openEngagement(name: "one")
        try place.openEngagement(name: "two")

        let unclear = try place.concord("status")
        #expect(unclear.status == 64)
        #expect(unclear.errors.contains("one, two"))

        #expect(try place.concord("status", "--engagement", "two").status == 0)
        #expect(try place.concord("status", environment: ["CONCORD_ENGAGEMENT": "one"]).status == 0)
        let wrong = try place.concord("status", "--engagement", "three")
        #expect(wrong.status == 66)
        #expect(wrong.errors.contains("one, two"))
        #expect(try place.json("list")["engagements"]?.arrayValue?.count == 2)
    }

    @Test func anEngagementThatIsThereAlreadyIs73() throws {
        let place = try Workplace()
        try place.openEngagement()

        let again = try place.concord("new", "--from", place.path("engagement.json"))

        #expect(again.status == 73)
        #expect(again.errors.contains("--name"))
    }

    @Test func unknownClausesAndGradesAre65AndNameNearOnes() throws {
        let place = try Workplace()
        try place.openEngagement()
        func add(_ criterion: String) throws -> Outcome {
            try place.concord("finding", "add", "--title", "T", "--criterion", criterion)
        }

        let clause = try add("20000-1:9.7=minor")
        #expect(clause.status == 65)
        #expect(clause.errors.contains("9.2"))
        let grade = try add("20000-1:9.2=serious")
        #expect(grade.status == 65)
        #expect(grade.errors.contains("observation"))
        let standard = try add("27001:9.2=minor")
        #expect(standard.status == 65)
        #expect(standard.errors.contains("iso-9001-2008"))
        let parent = try add("9001:4.2=minor")
        #expect(parent.status == 65)
        #expect(parent.errors.contains("4.2.3"))
        #expect(try place.json("finding", "list")["findings"]?.arrayValue?.isEmpty == true)
    }

    @Test func aStepThatTheLifeCycleDoesNotHaveIs1() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "T")

        let outcome = try place.concord("finding", "confirm", "L-01")

        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("submitted"))
    }

    @Test func aServerThatIsDownIs69AndNothingIsLost() throws {
        let place = try Workplace()
        try place.openEngagement(server: "http://127.0.0.1:1")
        let before = try place.json("state", "--digest")

        let outcome = try place.concord("sync", "--json")

        #expect(outcome.status == 69)
        #expect(try outcome.failure["next"]?.plain?.contains("Nothing is lost") == true)
        #expect(try place.json("state", "--digest") == before)
    }

    @Test func aSyncOfWhichSomethingIsRefusedIs1() throws {
        let server = try TestServer()
        let place = try Workplace()
        try place.openEngagement(server: server.url)
        try place.json("sync")
        try place.json("finding", "add", "--title", "T")
        // The signature of another save.
        try place.changeByHand(
            """
            UPDATE diff SET envelope = CAST(json_set(CAST(envelope AS TEXT), '$.sig', (
                SELECT json_extract(CAST(envelope AS TEXT), '$.sig') FROM diff WHERE number = 1
            )) AS BLOB) WHERE number = (SELECT max(number) FROM diff)
            """
        )

        let outcome = try place.concord("sync", "--json")

        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(try outcome.failure["code"] == "bad-signature")
        #expect(try place.json("finding", "list")["findings"]?.arrayValue?.count == 1)
    }

    @Test func anAnswerThatIsNotConcordsIs70AndNothingIsLost() throws {
        let place = try Workplace()
        let page = try WebPage(in: place)
        try place.openEngagement(server: page.url)
        let before = try place.json("state", "--digest")

        let outcome = try place.concord("sync", "--json")

        #expect(outcome.status == 70, "\(outcome.errors)")
        #expect(try outcome.failure["code"] == "malformed-response")
        #expect(try place.json("state", "--digest") == before)
    }
}

/// A web server that is not one of our servers: it answers everything with a page.
private final class WebPage {
    private let python: ChildProgram
    let url: String

    init(in place: Workplace) throws {
        let output = Pipe()
        let arguments = [
            ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3", "-c",
            """
            import http.server
            class Page(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    self.rfile.read(int(self.headers.get("Content-Length", 0)))
                    self.send_response(200)
                    self.send_header("Content-Length", "6")
                    self.end_headers()
                    self.wfile.write(b"<html>")
                def log_message(self, *words): pass
            server = http.server.HTTPServer(("127.0.0.1", 0), Page)
            print(server.server_port, flush=True)
            server.serve_forever()
            """,
        ]
        python = try ChildProgram(
            "/usr/bin/env",
            arguments,
            output: output.fileHandleForWriting
        )
        try output.fileHandleForWriting.close()
        // Told before anything is asked; without a port the end of the output.
        let told = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let port = try #require(Int(told.trimmingCharacters(in: .whitespacesAndNewlines)))
        url = "http://127.0.0.1:\(port)"
    }

    deinit {
        python.signal(SIGKILL)
        _ = python.wait()
    }
}
