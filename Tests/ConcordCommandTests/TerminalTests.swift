import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Foundation
import Testing

/// What a colleague writes reaches nobody's terminal but as printable text.
@Suite struct TerminalTests {
    /// One scalar of each kind that a terminal acts upon or that hides, and a line that looks like the
    /// program's own.
    private static let payload =
        "\u{1B}]0;title\u{07}\u{1B}[2J\u{7F}\u{9B}31m\u{202E}abc\u{2066}\u{200B}\u{2028}\u{E0041}"
        + "\rHIDDEN\nL-99  minor  confirmed  fake line\n"

    /// Every command that prints records, and some that fail while they name them.
    private static let commands: [[String]] = [
        ["finding", "list"], ["finding", "list", "--contested"], ["finding", "show", "L-01"],
        ["evidence", "list"], ["evidence", "list", "--finding", "L-01"], ["checklist", "list"],
        ["conflicts"], ["conflicts", "show"], ["conflicts", "parallel", "--all"],
        ["member", "list"], ["invite", "list"], ["status"], ["status", "--notices"], ["log"],
        ["blame", "L-01"], ["blame", "L-01", "title"], ["show", "L-01"], ["show", "engagement"],
        ["inbox", "--all"], ["admit"], ["coverage"], ["conclusion"], ["conclusion", "show"],
        ["engagement"], ["undo", "--dry-run"], ["finding", "show", payload],
        ["evidence", "show", payload], ["finding", "list", "--state", payload],
        ["finding", "edit", "L-01", "--criterion", payload], ["member", "role", payload, "lead"],
        ["status", "--\(payload)"], [payload], ["show", "/finding/\(payload)"],
        ["resolve", payload, "--keep", "--reason", "x"], ["status", "--time", payload],
        ["sync", "--server", payload], ["report", "--output", "/no/\(payload)/report.html"],
        ["status", "--replica", "/no/\(payload)"], ["status", "-e", payload],
        ["conclusion", "edit", "9001", "--follow-up", payload], ["join", payload],
        ["evidence", "add", "--kind", payload, "--title", "T"], ["admit", payload],
        ["help", payload],
    ]

    /// An engagement in which every text that a person can write holds the payload.
    private func engagement() throws -> Workplace {
        let place = try Workplace()
        let evil = Self.payload
        let line = String(evil.filter { !$0.isNewline })
        let file = Engagements.small
            .replacingOccurrences(of: "\"House\"", with: quoted("House" + evil))
            .replacingOccurrences(of: "\"Hosting\"", with: quoted("Hosting" + evil))
            .replacingOccurrences(of: "\"Client\"", with: quoted("Client" + evil))
            .replacingOccurrences(of: "\"Lea Der\"", with: quoted("Lea" + evil))
            .replacingOccurrences(of: "\"Valid revisions?\"", with: quoted("Valid?" + evil))
            .replacingOccurrences(of: "\"surveillance\"", with: quoted("surveillance" + evil))
        let path = try place.write(file, to: "engagement.json")
        try place.json("new", "--from", path, "--name", "audit", "--device", "D" + line)
        try place.json(
            ["finding", "add", "--title", "T" + line, "--statement", "S" + evil]
                + ["--requirement-note", "R" + evil, "--diverging-opinion", "D" + evil]
                + ["--process", "P" + evil, "--repeats", "NC-03"]
                + ["--criterion", "20000-1:9.2=minor", "--unit", "U1"]
        )
        try place.json(
            ["evidence", "add", "--kind", "photo", "--title", "E" + line, "--source", evil]
                + ["--content", "C" + evil, "--place", evil, "--confidentiality", "internal"]
                + ["--finding", "L-01"]
        )
        try place.json("checklist", "answer", "1", "conforming", "--note", evil, "--reason", evil)
        try place.json("conclusion", "edit", "9001", "--fulfilment", evil, "--conditions", evil)
        try place.json("invite", "--role", "auditor", "--name", "I" + line)
        try place.json("finding", "edit", "L-01", "--title", "U" + line, "--reason", evil)
        // A colleague's program may write titles of several lines.
        let finding = try place.json("finding", "show", "L-01")["id"]?.stringValue ?? ""
        let evidence = try place.json("evidence", "list")["evidence"]?.arrayValue?.first?["id"]
        try place.save { edit in
            for (kind, id) in [("finding", finding), ("evidence", evidence?.stringValue ?? "")] {
                let path = CellPath(kind: WireText(kind), record: id, field: "title")
                edit.set(path, to: .string(WireText("T" + evil)))
            }
        }
        return place
    }

    private func quoted(_ text: String) -> String { JSON.string(text).canonicalText }

    /// What of a program's output must not reach a terminal.
    private func forbidden(_ text: String) -> [String] {
        let scalars = text.unicodeScalars.filter {
            $0 != "\n" && !PrintableText.isPrintable($0)
        }
        let faked = text.split(separator: "\n").filter { $0.hasPrefix("L-99") }
        return Set(scalars).map { "U+\(String($0.value, radix: 16))" }.sorted()
            + faked.map { String($0) }
    }

    @Test func noCommandPassesOnWhatATerminalActsUpon() throws {
        let place = try engagement()

        for command in Self.commands {
            let outcome = try place.start(command).wait()

            #expect(forbidden(outcome.output) == [], "\(command.prefix(2)) on standard output")
            #expect(forbidden(outcome.errors) == [], "\(command.prefix(2)) on standard error")
        }
    }

    @Test func everyCommandSaysWhatWasWrittenAllTheSame() throws {
        let place = try engagement()

        let outcome = try place.concord("finding", "show", "L-01").output

        #expect(outcome.contains("␛]0;title␇"))
        #expect(outcome.contains("<U+202E>abc"))
    }

    @Test func aTerminalGetsJSONWithNothingHiddenAndTheSameMeaning() throws {
        let place = try engagement()
        let piped = try place.json("finding", "show", "L-01")

        let shown = try place.onTerminal(["finding", "show", "L-01", "--json"])

        let line = try #require(shown.split(separator: "\r\n").first { $0.hasPrefix("{") })
        #expect(forbidden(String(line)) == [])
        #expect(try JSON(parsing: Array(line.utf8)) == piped)
    }

    @Test func linesFitTheTerminal() throws {
        let place = try engagement()

        for columns in [60, 80, 132] {
            for command in [
                ["finding", "list"], ["status"], ["conclusion"], ["finding", "show", "X"],
            ] {
                let shown = try place.onTerminal(command, columns: columns)
                let widest = shown.split(separator: "\r\n").map { plain($0).count }.max() ?? 0
                #expect(widest <= columns, "\(command) at \(columns)")
            }
        }
    }

    /// A line without codes for colours.
    private func plain(_ line: Substring) -> String {
        String(line).replacing(/\u{1B}\[[0-9;]*m/, with: "")
    }
}

extension Workplace {
    /// Runs `concord` on a terminal of its own, of so many columns; everything that it shows.
    func onTerminal(_ arguments: [String], columns: Int = 80) throws -> String {
        let concord = Bundle.main.bundleURL.appendingPathComponent("concord").path
        let script = try write(
            """
            import fcntl, os, pty, struct, sys, termios
            pid, terminal = pty.fork()
            if pid == 0:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, \(columns), 0, 0))
                os.execv(sys.argv[1], sys.argv[1:])
            out = b""
            while True:
                try:
                    part = os.read(terminal, 65536)
                except OSError:
                    break
                if not part:
                    break
                out += part
            os.waitpid(pid, 0)
            sys.stdout.buffer.write(out)
            """,
            to: "terminal.py"
        )
        let python = ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3"
        return try RunningProgram(
            URL(fileURLWithPath: "/usr/bin/env"),
            [python, script, concord] + arguments,
            environment: environment(),
            folder: folder,
            owner: self
        ).wait().output
    }
}
