import CZlib
import ConcordEncoding
import ConcordTesting
import Foundation
import Testing

/// `concord-lab replay`: the recorded traces, what is refused, and files of which nothing is right.
@Suite struct ReplayTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func replay(_ files: [String]) throws -> Outcome {
        try RunningProgram(
            "concord-lab",
            ["replay"] + files,
            environment: place.environment(),
            folder: place.folder,
            owner: place
        ).wait()
    }

    private func replay(text: String) throws -> Outcome {
        try replay([try place.write(text, to: "trace.json")])
    }

    private func lines(_ outcome: Outcome) throws -> [[String: Any]] {
        try outcome.output.split(separator: "\n").map {
            let line = try JSONSerialization.jsonObject(with: Data($0.utf8))
            return try #require(line as? [String: Any])
        }
    }

    // MARK: What is replayed.

    @Test func sessionsAndHistoriesComeOutAsTyped() throws {
        let session = place.path("session.json")
        let typed = TypedSession(people: 2, transactions: 3000, seed: 1)
        try Data(typed.traceJSON).write(to: URL(fileURLWithPath: session))
        let histories = TraceSamples.root.appending(path: "Tests/Data/texts/orders.json").path

        let outcome = try replay([session, histories])
        let lines = try lines(outcome)

        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(lines.count == 21)
        #expect(lines.allSatisfy { $0["ok"] as? Bool == true })
        #expect(lines.first?["operations"] as? Int == typed.events.count)
    }

    @Test(.enabled(if: TraceSamples.published != nil, "\(PublicData.advice)"))
    func publishedTracesComeOutAsRecorded() throws {
        let outcome = try replay(try #require(TraceSamples.published))
        let lines = try lines(outcome)

        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(lines.count == 222)
        #expect(lines.allSatisfy { $0["ok"] as? Bool == true })
        #expect(lines[0]["operations"] as? Int == 26_078)
        #expect(lines[1]["operations"] as? Int == 19_749)
        #expect(lines[221]["index"] as? Int == 219)
        for line in lines {
            #expect(line["file"] is String)
            for key in ["mergeMilliseconds", "residentBytes"] {
                #expect((line[key] as? Double ?? 0) > 0, "\(key)")
            }
        }
    }

    @Test func aTraceIsPlayedAsSignedDiffsIntoAReplica() throws {
        let trace = place.path("trace.json")
        try Data(
            """
            {"kind":"concurrent","numAgents":2,"startContent":"é","endContent":"bae\u{301}!","txns":[
            {"parents":[],"agent":0,"patches":[[0,1,"a"]]},
            {"parents":[],"agent":1,"patches":[[1,0,"!"]]},
            {"parents":[0,1],"agent":1,"patches":[[0,0,"b"],[2,0,"e\u{301}"]]}]}
            """.utf8
        ).write(to: URL(fileURLWithPath: trace))

        let outcome = try replay(["--replica", trace])
        let lines = try lines(outcome)

        #expect(lines.count == 1, "\(outcome.errors)")
        // The limits hold for large traces in a release build: only the text is looked at.
        #expect(lines.first?["ok"] as? Bool == true, "\(outcome.output)")
        #expect(lines.first?["transactions"] as? Int == 3)
        for key in ["microseconds", "fieldMicroseconds", "peakBytes", "replicaBytes"] {
            #expect((lines.first?[key] as? Double ?? 0) > 0, "\(key)")
        }
    }

    @Test func anAgentWhoIsConcurrentWithThemselvesCannotBePlayed() throws {
        let trace = place.path("trace.json")
        try Data(
            """
            {"kind":"concurrent","numAgents":1,"endContent":"ab","txns":[
            {"parents":[],"agent":0,"patches":[[0,0,"a"]]},
            {"parents":[],"agent":0,"patches":[[0,0,"b"]]}]}
            """.utf8
        ).write(to: URL(fileURLWithPath: trace))

        let outcome = try replay(["--replica", trace])

        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("transaction 1 has not seen"), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(arguments: TraceSamples.good)
    func whateverTheFormatAllowsIsReplayed(_ text: String) throws {
        let outcome = try replay(text: text)

        #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
        #expect(try lines(outcome).allSatisfy { $0["ok"] as? Bool == true })
    }

    @Test func theNameOfATraceIsRepeated() throws {
        let outcome = try replay(
            text: #"[{"name":"first","endContent":"","txns":[]},{"endContent":"","txns":[]}]"#
        )

        let lines = try lines(outcome)
        #expect(lines.map { $0["name"] as? String } == ["first", nil])
        #expect(lines.map { $0["index"] as? Int } == [0, 1])
    }

    @Test(arguments: ["interleaved", "branches", "gossip", "commits", "deletes", "late", "star"])
    func tracesOfKnownTextComeOut(_ shape: String) throws {
        let python = ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3"
        let script = TraceSamples.root.appending(path: "Tools/bench/traces.py").path
        let made = try RunningProgram(
            URL(fileURLWithPath: "/usr/bin/env"),
            [python, script, shape, "--events", "1500", "--agents", "6", "--seed", "7"],
            environment: place.environment(),
            folder: place.folder,
            owner: place
        ).wait()
        #expect(made.status == 0, "\(made.errors)")

        let outcome = try replay(text: made.output)

        #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
        #expect(try lines(outcome).count == 1)
    }

    // MARK: What differs or is refused.

    @Test(arguments: [("ab", "ac"), ("é", "e\u{301}"), ("a", ""), ("", "a"), ("a\r\n", "a\n")])
    func anotherTextEndsWithOne(typed: String, expected: String) throws {
        let patch = JSON.array([.integer(0), .integer(0), .string(typed)]).canonicalText
        let end = JSON.string(expected).canonicalText

        let outcome = try replay(text: #"{"endContent":\#(end),"txns":[{"patches":[\#(patch)]}]}"#)

        #expect(outcome.status == 1)
        #expect(try lines(outcome).first?["ok"] as? Bool == false)
    }

    @Test(arguments: TraceSamples.bad)
    func whatIsNoTraceIsRefusedWithItsReason(_ text: String, code: String) throws {
        let outcome = try replay(text: text)

        #expect(outcome.status == 65, "\(outcome.output)")
        #expect(outcome.errors.contains(code), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func absentFilesAndFoldersAreRefusedAndTheOthersReplayed() throws {
        let good = try place.write(TraceSamples.good[0], to: "good.json")

        let outcome = try replay([place.path("absent.json"), place.folder.path, good])

        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("trace-not-found"))
        #expect(outcome.errors.contains("trace-unreadable"))
        #expect(try lines(outcome).count == 1)
    }

    @Test func aDifferenceCountsMoreThanAFileThatCannotBeRead() throws {
        let other = try place.write(#"{"endContent":"x","txns":[]}"#, to: "other.json")

        #expect(try replay([place.path("absent.json"), other]).status == 1)
    }

    @Test func aFileWithoutEndIsRefused() throws {
        let outcome = try replay(["/dev/zero"])

        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("trace-too-large"))
    }

    @Test func aBadTraceOfAnArrayIsNamedAndTheOthersReplayed() throws {
        let outcome = try replay(text: "[\(TraceSamples.good[0]),{},\(TraceSamples.good[0])]")

        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("trace 1: trace-not-trace"))
        #expect(try lines(outcome).map { $0["index"] as? Int } == [0, 2])
    }

    // MARK: gzip.

    @Test func gzipThatIsCutOrLiesIsRefused() throws {
        let whole = try TraceSamples.gzipped(Array(TraceSamples.good[0].utf8))
        let bomb = try TraceSamples.gzipped([UInt8](repeating: 0x20, count: 1 << 24))
        var damaged = whole
        damaged[whole.count / 2] ^= 0x10
        let files: [(name: String, bytes: [UInt8])] = [
            ("whole", whole), ("cut", whole.dropLast(9)), ("header", Array(whole.prefix(2))),
            ("trailing", whole + [1, 2, 3, 4]), ("damaged", damaged),
            ("states little", bomb.dropLast(4) + [16, 0, 0, 0]),
            ("states much", bomb.dropLast(4) + [255, 255, 255, 255]),
            ("nothing", try TraceSamples.gzipped([])),
        ]

        for file in files {
            let path = place.path(file.name)
            try Data(file.bytes).write(to: URL(fileURLWithPath: path))
            let outcome = try replay([path])
            #expect(outcome.status == (file.name == "whole" ? 0 : 65), "\(file.name)")
            #expect(outcome.errors.contains("trace-") == (file.name != "whole"), "\(file.name)")
        }
    }

    // MARK: Files of which nothing is right.

    @Test(arguments: 1...4)
    func noFileStopsTheProgram(seed: UInt64) throws {
        var mutation = TraceMutation(seed: seed)
        let files = try (0..<400).map { number in
            let base = TraceSamples.good[number % TraceSamples.good.count]
            let name = "\(number).json"
            try mutation.mutated(base).write(to: place.folder.appending(path: name))
            return place.path(name)
        }

        let outcome = try replay(files)

        #expect([0, 1, 65].contains(outcome.status), "seed \(seed): \(outcome.errors.suffix(600))")
        let answers = outcome.output.split(separator: "\n").count
        let complaints = outcome.errors.split(separator: "\n").count
        #expect(answers + complaints >= files.count, "seed \(seed)")
        #expect(answers > 20 && complaints > 100, "seed \(seed): \(answers), \(complaints)")
    }
}
