import ConcordDiff
import ConcordEncoding
import Foundation
import Testing

/// The independent verifier in Python, and the generator of the vectors.
@Suite("The tools in Python")
struct VerifierTests {
    /// What a program printed, and its exit code.
    struct Outcome {
        let code: Int32
        let output: String
        let errors: String
    }

    static func run(
        _ tool: String,
        _ arguments: [String] = [],
        input: [UInt8] = []
    ) throws -> Outcome {
        let process = Process()
        let python = ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3"
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = Vectors.root.appending(path: tool).path(percentEncoded: false)
        process.arguments = [python, script] + arguments
        // Files, not pipes: a pipe that nobody empties stops its writer.
        let folder = FileManager.default.temporaryDirectory.appending(path: "concord-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["input", "output", "errors"].map { folder.appending(path: $0) }
        for file in files { try Data(file == files[0] ? input : []).write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Outcome(
            code: process.terminationStatus,
            output: String(decoding: try Vectors.bytes(of: files[1]), as: UTF8.self),
            errors: String(decoding: try Vectors.bytes(of: files[2]), as: UTF8.self)
        )
    }

    /// The export of a vector's log.
    static func export(_ vector: Vector) throws -> [UInt8] {
        let log = try #require(try vector.member("log").arrayValue)
        let pending = vector.contents["pending"]?.arrayValue ?? []
        var lines = log.enumerated().map { index, envelope -> JSON in
            ["envelope": envelope, "position": .integer(Int64(index))]
        }
        lines += pending.map { ["envelope": $0] }
        return lines.flatMap { $0.canonicalBytes + [0x0A] }
    }

    static func merge(_ name: String) throws -> Vector {
        try #require(Vectors.of("merge").first { $0.name == name })
    }

    @Test func vectorsAreWhatTheirGeneratorWrites() throws {
        let outcome = try Self.run("Tools/vectors/write.py", ["--check"])

        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test(arguments: [
        "fork-goes-on", "surplus-join", "pending-by-depth", "text-one-word-replaced-twice",
    ])
    func aGoodLogIsFoundGood(name: String) throws {
        let outcome = try Self.run("Tools/verify.py", [], input: Self.export(Self.merge(name)))

        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("are right"))
    }

    @Test func everyChangedDigitIsFound() throws {
        let log = try Self.export(Self.merge("text-in-sequence"))
        let digits = log.indices.filter { (0x30...0x39).contains(log[$0]) }

        for index in stride(from: 0, to: digits.count, by: max(1, digits.count / 8)) {
            var changed = log
            changed[digits[index]] = changed[digits[index]] == 0x37 ? 0x38 : 0x37
            let outcome = try Self.run("Tools/verify.py", [], input: changed)
            #expect(outcome.code == 1, "byte \(digits[index])")
            #expect(outcome.errors.contains("line "))
        }
    }

    @Test func whatIsMissingOrOutOfOrderIsFound() throws {
        let lines = try Self.export(Self.merge("text-in-sequence")).split(separator: 0x0A)
        let cases: [([Int], String)] = [
            ([0, 1, 3], "does not stand before it"), ([0, 2, 1, 3], "position 2 where 1 follows"),
            ([1, 2, 3], "does not begin with"), ([0, 1, 1, 2, 3], "holds it twice"),
        ]

        for (order, message) in cases {
            let input: [UInt8] = order.flatMap { lines[$0] + [0x0A] }
            let outcome = try Self.run("Tools/verify.py", ["--json"], input: input)
            #expect(outcome.code == 1)
            #expect(outcome.output.contains(message), "\(outcome.output)")
        }
    }

    @Test func strangersAreFound() throws {
        let log = try Self.export(Self.merge("written-by-a-stranger"))
        let outcome = try Self.run("Tools/verify.py", [], input: log)

        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("never admitted"))
    }

    @Test(arguments: [
        "text-in-sequence", "text-counts-scalars", "restored", "hidden", "set-member-removed",
        "newest-cleared", "added-again-with-fields", "state-steps", "unknown-field-kept",
    ])
    func aSequentialLogGivesTheSameDocument(name: String) throws {
        let vector = try Self.merge(name)
        let outcome = try Self.run("Tools/verify.py", ["--document"], input: Self.export(vector))

        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output == (try vector.member("state")).canonicalText + "\n")
    }

    /// The export of a vector of area `erasure`, as a replica writes it that comes later.
    static func exportLeft(_ name: String) throws -> [UInt8] {
        let vector = try #require(Vectors.of("erasure").first { $0.name == name })
        let after = vector.contents["after"]?.objectValue ?? [:]
        let log = try #require(try vector.member("log").arrayValue).map { envelope -> JSON in
            let id = try ErasureTests.envelope(envelope).id.base64url
            guard let left = after[WireText(id)], var members = envelope.objectValue else {
                return envelope
            }
            members["body"] = left
            return .object(members)
        }
        var contents = vector.contents.objectValue ?? [:]
        contents["log"] = .array(log)
        return try export(Vector(area: "erasure", name: name, contents: .object(contents)))
    }

    @Test(arguments: ["log-of-a-text", "log-of-values", "log-of-two-orders", "log-of-twins"])
    func erasedContentsAreProvenByTheirOrder(name: String) throws {
        let outcome = try Self.run("Tools/verify.py", [], input: Self.exportLeft(name))

        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("with contents erased by orders"))
    }

    @Test(arguments: [
        "refused-without-an-order", "refused-with-a-pending-order",
        "refused-with-an-unseeing-order", "refused-with-another-hash",
    ])
    func contentsThatNoOrderErasedAreMissed(name: String) throws {
        let outcome = try Self.run("Tools/verify.py", [], input: Self.exportLeft(name))

        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("line 2: 1@"), "\(outcome.errors)")
        #expect(outcome.errors.contains("without an order in the log"), "\(outcome.errors)")
    }

    @Test(arguments: [
        "refused-what-was-not-written", "refused-another-length", "refused-another-text-beside-it",
        "refused-without-what-was-kept", "refused-where-no-head-commits",
    ])
    func noOrderProvesWhatWasNotSigned(name: String) throws {
        let vector = try #require(Vectors.of("erasure").first { $0.name == name })
        let outcome = try Self.run("Tools/verify.py", [], input: Self.export(vector))

        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("line 2"), "\(outcome.errors)")
        #expect(outcome.errors.contains("not what the head commits to"), "\(outcome.errors)")
    }

    @Test func aLogWithErasedContentsHasItsDocument() throws {
        let outcome = try Self.run(
            "Tools/verify.py",
            ["--document"],
            input: Self.exportLeft("log-of-values")
        )
        let vector = try #require(Vectors.of("erasure").first { $0.name == "log-of-values" })

        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output == (try vector.member("state")).canonicalText + "\n")
    }

    @Test func aConcurrentLogHasNoDocumentOfThatKind() throws {
        let log = try Self.export(Self.merge("ask-two-values"))
        let outcome = try Self.run("Tools/verify.py", ["--document"], input: log)

        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("not sequential"))
    }

    @Test func whatIsNoLogCannotBeRead() throws {
        #expect(try Self.run("Tools/verify.py", ["/nowhere/log"]).code == 2)
        #expect(try Self.run("Tools/verify.py").code == 2)
        #expect(try Self.run("Tools/verify.py", ["--help"]).code == 0)
    }

    @Test func signaturesAreJudgedAlike() throws {
        let script = """
            import json, pathlib, sys
            sys.dont_write_bytecode = True
            sys.path.insert(0, sys.argv[1] + "/Tools")
            import verify
            for path in sorted(pathlib.Path(sys.argv[1], "Protocol/vectors/signature").glob("*.json")):
                case = json.loads(path.read_text())
                if "ed25519" not in case:
                    envelope = case["envelope"]
                    diff = verify.Diff(('{"envelope":' + envelope + '}').encode())
                    found = verify.is_head_signed(diff.key, diff.head_bytes, diff.signature)
                else:
                    parts = {key: bytes.fromhex(value) for key, value in case["ed25519"].items()}
                    found = (len(parts["signature"]) == 64 and len(parts["key"]) == 32
                        and verify.is_signed(parts["key"], parts["message"], parts["signature"]))
                if found != case["valid"]: print(path.name)
            """
        let folder = FileManager.default.temporaryDirectory.appending(path: "concord-\(UUID()).py")
        try Data(script.utf8).write(to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3",
            folder.path(percentEncoded: false), Vectors.root.path(percentEncoded: false),
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()

        #expect(process.terminationStatus == 0)
        #expect(String(decoding: output, as: UTF8.self) == "")
    }
}
