import ConcordEncoding
import ConcordTesting
import Foundation
import Testing

@Suite struct BadInputTests {
    private func new(from text: String) throws -> Outcome {
        let place = try Workplace()
        let file = try place.write(text, to: "in.json")
        let outcome = try place.concord("new", "--from", file, "--json")
        #expect(try place.json("list")["engagements"]?.arrayValue?.isEmpty == true)
        return outcome
    }

    @Test func anEmptyFileIsRefused() throws {
        let outcome = try new(from: "")

        #expect(outcome.status == 65)
        #expect(try outcome.failure["code"] == "empty-file")
    }

    @Test func aTruncatedFileIsRefusedWithItsPlace() throws {
        let outcome = try new(from: String(Engagements.small.dropLast(40)))

        #expect(outcome.status == 65)
        #expect(try outcome.failure["code"] == "truncated")
        #expect(try outcome.failure["message"]?.plain?.contains("line") == true)
    }

    @Test func aHugeFileIsRefused() throws {
        let outcome = try new(from: "{\"engagement\":\"" + String(repeating: "x", count: 17 << 20))

        #expect(outcome.status == 65)
        #expect(try outcome.failure["code"] == "too-large")
    }

    @Test(arguments: [
        ("\"audit-7\"", "7"), ("\"iso-9001-2008\", ", "\"iso-9002-2008\", "),
        ("\"clause\": \"9.2\"", "\"clause\": \"9.22\""), ("\"team\": [", "\"team\": [7, "),
        ("09:00:00+01:00", "half past nine"), ("\"lead auditor\"", "\"captain\""),
        ("\"engagement\"", "\"engagements\""),
    ])
    func wrongContentsAreRefusedWithTheirPlace(_ old: String, _ new: String) throws {
        let outcome = try self.new(
            from: Engagements.small.replacingOccurrences(of: old, with: new)
        )

        #expect(outcome.status == 65)
        #expect(try outcome.failure["next"]?.plain?.isEmpty == false)
    }

    @Test func aFileThatIsNotThereIs66() throws {
        let outcome = try Workplace().concord("new", "--from", "/no/such/file.json")

        #expect(outcome.status == 66)
    }

    @Test(arguments: ["", "concord1:", "hello", "concord1:eyJhIjoxfQ"])
    func aWrongInvitationCodeIs65(_ code: String) throws {
        let outcome = try Workplace().concord("join", code)

        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("leader"))
    }

    @Test func aCorruptedReplicaIsToldAndLeftAlone() throws {
        let place = try Workplace()
        try place.openEngagement()
        let replica = try place.replica()
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: replica + suffix)
        }
        let garbage = Data(repeating: 0x5A, count: 8192)
        try garbage.write(to: URL(fileURLWithPath: replica))

        let outcome = try place.concord("status", "--json")

        #expect(outcome.status == 65)
        #expect(try outcome.failure["message"]?.plain?.isEmpty == false)
        #expect(try Data(contentsOf: URL(fileURLWithPath: replica)) == garbage)
    }

    @Test func aFileThatIsNoReplicaIsToldFromOne() throws {
        let place = try Workplace()
        let file = try place.write("hello", to: "letter.txt")

        #expect(try place.concord("status", "--replica", file).status == 65)
        #expect(try place.concord("status", "--replica", place.path("nothing")).status == 66)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "hello")
    }

    @Test func aReplicaOfANewerVersionIs78AndLeftAsItIs() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.changeByHand("PRAGMA user_version = 9000")

        for command in [["status"], ["finding", "add", "--title", "T"], ["sync"]] {
            let outcome = try place.start(command + ["--json"]).wait()
            #expect(outcome.status == 78)
            #expect(try outcome.failure["message"]?.plain?.contains("newer version") == true)
        }
    }

    @Test func aReplicaWithoutItsKeyIs77() throws {
        let place = try Workplace()
        try place.openEngagement()
        try FileManager.default.removeItem(atPath: try place.replica() + ".key")

        let outcome = try place.concord("status", "--json")

        #expect(outcome.status == 77)
        #expect(try outcome.failure["code"] == "key-missing")
    }

    @Test func aKeyThatOthersCanReadIs77() throws {
        let place = try Workplace()
        try place.openEngagement()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644],
            ofItemAtPath: try place.replica() + ".key"
        )

        #expect(try place.concord("status").status == 77)
    }

    @Test func aWrongPassphraseIs77() throws {
        let place = try Workplace()
        let file = try place.write(Engagements.small, to: "engagement.json")
        try place.json("new", "--from", file, environment: ["CONCORD_PASSPHRASE": "correct horse"])

        #expect(
            try place.concord("status", environment: ["CONCORD_PASSPHRASE": "correct horse"])
                .status == 0
        )
        #expect(try place.concord("status").status == 77)
        #expect(
            try place.concord("status", environment: ["CONCORD_PASSPHRASE": "battery"]).status == 77
        )
    }

    @Test func aReplicaThatCannotBeWrittenIs77AndLeftAsItIs() throws {
        let place = try Workplace()
        try place.openEngagement()
        let replica = URL(fileURLWithPath: try place.replica())
        let before = try Data(contentsOf: replica)
        let folder = replica.deletingLastPathComponent().path
        for (path, mode) in [(replica.path, 0o400), (folder, 0o500)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        defer {
            try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
        }

        let outcome = try place.startWithoutOverride(["finding", "add", "--title", "Lost?"]).wait()

        #expect(outcome.status == 77)
        #expect(outcome.errors.contains("writable"))
        #expect(try Data(contentsOf: replica) == before)
    }

    @Test func aFolderThatCannotBeMadeIs73() throws {
        let place = try Workplace()
        let file = try place.write(Engagements.small, to: "engagement.json")

        let outcome = try place.concord(
            "new",
            "--from",
            file,
            environment: ["XDG_DATA_HOME": file + "/below"]
        )

        #expect(outcome.status == 73)
        #expect(outcome.errors.contains("XDG_DATA_HOME"))
    }

    @Test func outputOnAFullDiskIs74() throws {
        let place = try Workplace()
        try place.openEngagement()
        let program = Bundle.main.bundleURL.appendingPathComponent("concord").path
        let shell = try ChildProgram(
            "/bin/sh",
            ["-c", "exec \"$0\" state > /dev/full 2> \"$1\"", program, place.path("said")],
            environment: place.environment()
        )

        #expect(shell.wait() == .exit(74))
        let said = try String(contentsOfFile: place.path("said"), encoding: .utf8)
        #expect(said.contains("disk"))
    }

    @Test func aReportIsNeverWrittenOverAReplicaAKeyOrAFolder() throws {
        let place = try Workplace()
        try place.openEngagement()
        let replica = try place.replica()
        let link = place.path("link.html")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: replica)
        let before = try Data(contentsOf: URL(fileURLWithPath: replica))

        for path in [replica, replica + ".key", replica + "-wal", place.folder.path, link] {
            let outcome = try place.concord("report", "--output", path, "--json")
            #expect(outcome.status == 73, "\(path)")
            #expect(try outcome.failure["code"]?.plain?.hasPrefix("file-") == true)
        }

        #expect(try Data(contentsOf: URL(fileURLWithPath: replica)) == before)
        #expect(try place.concord("finding", "add", "--title", "T").status == 0)
    }

    @Test func aReportCanBeReadByItsOwnerAlone() throws {
        let place = try Workplace()
        try place.openEngagement()

        try place.json("report", "--output", place.path("r.html"))

        let attributes = try FileManager.default.attributesOfItem(atPath: place.path("r.html"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func aReportThatCannotBeWrittenIs73() throws {
        let place = try Workplace()
        try place.openEngagement()

        #expect(try place.concord("report", "--output", "/no/such/folder/r.html").status == 73)
    }
}
