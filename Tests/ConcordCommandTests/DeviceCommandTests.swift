import ConcordEncoding
import Foundation
import Testing

/// A second device, and folders that were copied, with the built programs and a real server.
@Suite(.serialized) struct DeviceCommandTests {
    private func raise(_ place: Workplace, _ title: String) throws -> String {
        let saved = try place.json("finding", "add", "--title", title)
        return try #require(saved["label"]?.plain)
    }

    private func titles(_ place: Workplace) throws -> [String] {
        let list = try place.json("finding", "list")["findings"]?.arrayValue ?? []
        return list.compactMap { $0["title"]?.plain }.sorted()
    }

    private func digest(_ place: Workplace) throws -> String? {
        try place.json("status")["digest"]?.plain
    }

    @Test(arguments: [true, false])
    func aSecondDeviceIsTheSameMember(byServer: Bool) throws {
        let server = try TestServer()
        let (leader, laptop, _) = try TestTeam.joined(server)
        let first = try raise(laptop, "On the laptop")
        try TestTeam.sync(leader, laptop)
        let phone = try Workplace()

        let request = try phone.json("device", "request", "--device", "phone")
        let code = try #require(request["code"]?.plain)
        #expect(try phone.json("device", "request", "--device", "phone") == request)
        let admitted = try laptop.start(["device", "admit", "--json"], input: code + "\n").wait()
        let answer = try #require(try admitted.json["code"]?.plain)
        var arguments = ["device", "join", "--device", "phone", "--json"]
        if !byServer {
            let file = phone.path("audit.log")
            let log = try laptop.concord("log", "--export")
            try Data(log.output.utf8).write(to: URL(fileURLWithPath: file))
            arguments += ["--log", file]
        }
        let joined = try phone.start(arguments, input: answer + "\n").wait()

        #expect(joined.status == 0, "\(joined.errors)")
        let me = try laptop.json("status")["member"]
        #expect(try joined.json["member"] == me && me != nil)
        let second = try raise(phone, "On the phone")
        #expect(first != second && first.first == second.first)
        for place in [phone, laptop, leader, phone] { try place.json("sync") }
        #expect(try titles(phone) == ["On the laptop", "On the phone"])
        #expect(try Set([phone, laptop, leader].map { try digest($0) }).count == 1)
        let devices = try laptop.json("device", "list")["devices"]?.arrayValue ?? []
        #expect(devices.count == 2)
        let this = devices.filter { $0["isThis"] == true }
        #expect(this.compactMap { $0["name"]?.plain } == ["tablet"])
        #expect(try phone.json("list")["engagements"]?.arrayValue?.count == 1)

        // Only a leader ends a device.
        let refused = try laptop.concord("device", "revoke", "phone", "--reason", "lost")
        #expect(refused.status == 1 && refused.errors.contains("member revoke"))
        try leader.json("member", "revoke", "Audi Tor", "--device", "phone", "--reason", "lost")
        try leader.json("sync")
        let ended = try phone.concord("sync")
        #expect(ended.status != 0 && ended.errors.contains("revoked"))
        #expect(try laptop.concord("sync").status == 0)
    }

    @Test func damagedCodesAreTold() throws {
        let place = try Workplace()
        try place.openEngagement()

        let request = try place.start(["device", "admit"], input: "concord-device1:AAAA\n").wait()
        let answer = try place.start(["device", "join"], input: "concord-admission1:AA\n").wait()
        let none = try place.start(["device", "join"], input: "\n").wait()

        for outcome in [request, answer, none] { #expect(outcome.status == 65) }
        #expect(request.errors.contains("concord device request"))
        #expect(answer.errors.contains("concord device admit"))
    }

    private func copy(_ place: Workplace, to other: Workplace) throws {
        let folder = other.folder.appendingPathComponent("concord")
        if FileManager.default.fileExists(atPath: folder.path) {
            try FileManager.default.removeItem(at: folder)
        }
        try FileManager.default.copyItem(
            at: place.folder.appendingPathComponent("concord"),
            to: folder
        )
    }

    @Test func aFolderThatIsUsedOnTwoMachinesIsHealedAndTold() throws {
        let server = try TestServer()
        let (leader, laptop, _) = try TestTeam.joined(server)
        _ = try raise(laptop, "before")
        try TestTeam.sync(leader, laptop)
        let other = try Workplace()
        try copy(laptop, to: other)

        _ = try raise(laptop, "on the first")
        _ = try raise(other, "on the second")
        try laptop.json("sync")
        let told = try other.concord("sync")
        for place in [laptop, other, leader] { try place.json("sync") }

        #expect(told.status == 0, "\(told.errors)")
        #expect(told.output.contains("new key") && told.output.contains("signed again"))
        #expect(!told.output.contains("no effect;"))
        #expect(try titles(leader) == ["before", "on the first", "on the second"])
        #expect(try Set([laptop, other, leader].map { try digest($0) }).count == 1)
        #expect(try other.concord("status").output.contains("new key"))
        let again = try other.json("sync")
        #expect(again["sent"] == 0 && again["keyChange"] == .null)
        #expect(try leader.concord("verify").status == 0)
    }

    @Test func aDatabaseBehindItsGuardIsWrittenOnWithoutANetwork() throws {
        let server = try TestServer()
        let (leader, laptop, _) = try TestTeam.joined(server)
        _ = try raise(laptop, "before")
        try TestTeam.sync(leader, laptop)
        let backup = try Workplace()
        try copy(laptop, to: backup)
        _ = try raise(laptop, "delivered")
        try laptop.json("sync")
        _ = try raise(laptop, "only in the newer file")
        // The database of the backup, with the guard of today.
        let guardFile = try #require(
            try FileManager.default.contentsOfDirectory(atPath: laptop.path("concord")).first {
                $0.hasSuffix(".guard")
            }
        )
        let today = try Data(contentsOf: URL(fileURLWithPath: laptop.path("concord/" + guardFile)))
        try copy(backup, to: laptop)
        try today.write(to: URL(fileURLWithPath: laptop.path("concord/" + guardFile)))

        let saved = try laptop.concord("finding", "add", "--title", "after the restore")
        #expect(saved.status == 0, "\(saved.errors)")
        #expect(saved.errors.contains("older copy"))
        for _ in 0..<2 { for place in [laptop, leader] { try place.json("sync") } }

        #expect(try titles(leader) == ["after the restore", "before", "delivered"])
        #expect(try digest(laptop) == digest(leader))
        #expect(try leader.json("status")["void"] == 0)
    }

    @Test func aKeyThatWasLostIsReplacedInPlace() throws {
        let server = try TestServer()
        let (leader, laptop, _) = try TestTeam.joined(server)
        let phone = try Workplace()
        let request = try phone.json("device", "request", "--device", "phone")["code"]?.plain
        let answer = try laptop.json("device", "admit", try #require(request))["code"]?.plain
        try phone.json("device", "join", try #require(answer))
        _ = try raise(laptop, "not delivered")
        let name = try #require(
            try laptop.json("list")["engagements"]?.arrayValue?.first?["name"]?.plain
        )
        try FileManager.default.removeItem(atPath: laptop.path("concord/\(name).concord.key"))

        #expect(try laptop.concord("sync").status == 77)
        let again = try laptop.json("device", "request", "--engagement", name)["code"]?.plain
        let reply = try phone.json("device", "admit", try #require(again))["code"]?.plain
        let joined = try laptop.concord(
            "device",
            "join",
            try #require(reply),
            "--engagement",
            name
        )
        for place in [laptop, phone, leader] { try place.json("sync") }

        #expect(joined.status == 0, "\(joined.errors)")
        #expect(try titles(leader) == ["not delivered"])
        #expect(try digest(laptop) == digest(leader))
    }

    // MARK: Passphrases.

    @Test func aPassphraseComesFromAFileDescriptor() throws {
        let place = try Workplace()
        let secret = try place.write("correct horse\n", to: "secret")
        let file = try place.write(Engagements.small, to: "engagement.json")
        func run(_ command: String, _ secret: String?) throws -> Outcome {
            let concord = Bundle.main.bundleURL.appendingPathComponent("concord").path
            let before = secret.map { "exec 3< '\($0)'; export CONCORD_PASSPHRASE_FD=3; " } ?? ""
            return try RunningProgram(
                URL(fileURLWithPath: "/bin/bash"),
                ["-c", "\(before)'\(concord)' \(command)"],
                environment: place.environment(),
                folder: place.folder,
                owner: place
            ).wait()
        }

        #expect(try run("new --from '\(file)'", secret).status == 0)
        let without = try run("status", nil)
        let wrong = try run("status", try place.write("wrong\n", to: "wrong"))
        let right = try run("status", secret)

        #expect(without.status == 77 && without.errors.contains("CONCORD_PASSPHRASE"))
        #expect(wrong.status == 77)
        #expect(right.status == 0, "\(right.errors)")
        let asked = try run("new --from '\(file)' --name other --passphrase", nil)
        #expect(asked.status == 65 && asked.errors.contains("terminal"))
    }

    /// At a terminal it is asked for, and not shown.
    @Test func aPassphraseIsAskedForAndNotShown() throws {
        let place = try Workplace()
        let file = try place.write(Engagements.small, to: "engagement.json")
        let concord = Bundle.main.bundleURL.appendingPathComponent("concord").path
        // A pseudo-terminal: waits for each question, and answers it.
        let program = """
            import os, pty, sys
            answers = sys.argv[1].split("|")
            pid, file = pty.fork()
            if pid == 0:
                os.execv(sys.argv[2], sys.argv[2:])
            shown = b""
            part = b""
            while True:
                try:
                    data = os.read(file, 4096)
                except OSError:
                    break
                if not data:
                    break
                shown += data
                part += data
                if answers and part.rstrip(b" ").endswith(b":") and b"assphrase" in part or (
                        answers and part.rstrip(b" ").endswith(b"again:")):
                    os.write(file, answers.pop(0).encode() + b"\\n")
                    part = b""
            sys.stdout.write(shown.decode())
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """
        let script = try place.write(program, to: "terminal.py")
        let python = ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3"
        func run(_ answers: String, _ arguments: String...) throws -> Outcome {
            try RunningProgram(
                URL(fileURLWithPath: "/usr/bin/env"),
                [python, script, answers, concord] + arguments,
                environment: place.environment(),
                folder: place.folder,
                owner: place
            ).wait()
        }

        let differs = try run("one|two", "new", "--from", file, "--passphrase")
        let made = try run("horse|horse", "new", "--from", file, "--passphrase")
        let wrong = try run("cow", "status")
        let right = try run("horse", "status")

        #expect(differs.status == 65, "\(differs.output)")
        #expect(made.status == 0, "\(made.output)")
        #expect(wrong.status == 77, "\(wrong.output)")
        #expect(right.status == 0 && right.output.contains("Lea Der"), "\(right.output)")
        for outcome in [made, right] { #expect(!outcome.output.contains("horse")) }
    }
}
