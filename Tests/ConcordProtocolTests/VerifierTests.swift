import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
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
            from verifier import diffs, signatures
            for path in sorted(pathlib.Path(sys.argv[1], "Protocol/vectors/signature").glob("*.json")):
                case = json.loads(path.read_text())
                if "ed25519" not in case:
                    envelope = case["envelope"]
                    diff = diffs.decoded_line(('{"envelope":' + envelope + '}').encode())
                    found = diff.is_signed
                else:
                    parts = {key: bytes.fromhex(value) for key, value in case["ed25519"].items()}
                    found = (len(parts["signature"]) == 64 and len(parts["key"]) == 32
                        and signatures.is_signed(parts["key"], parts["message"], parts["signature"]))
                if found != case["valid"]: print(path.name)
            """
        #expect(try Self.output(ofScript: script) == "")
    }

    @Test func notesAndTreesAreJudgedAlike() throws {
        let script = """
            import base64, json, pathlib, sys
            sys.dont_write_bytecode = True
            sys.path.insert(0, sys.argv[1] + "/Tools")
            from verifier import diffs, trees
            from verifier.forms import Refused, decoded, encoded
            def cases(area):
                for path in sorted(pathlib.Path(sys.argv[1], "Protocol/vectors", area).glob("*.json")):
                    yield path.name, json.loads(path.read_text())
            def data(part):
                if isinstance(part, str): return part.encode()
                if "base64" in part: return base64.b64decode(part["base64"])
                return part["repeat"].encode() * part["times"]
            for name, case in cases("note"):
                try:
                    note = b"".join(map(data, case["note"]))
                    read = trees.signed_checkpoint(note, trees.LogKey(case["key"]))
                    found = {"origin": read.origin, "size": read.size, "root": encoded(read.root)}
                except Refused:
                    found = None
                if found != case.get("checkpoint"): print(name)
            for name, case in cases("tree"):
                leaves = [trees.leaf_hash(diffs.Diff(envelope).leaf) for envelope in case["log"]]
                root = lambda size: trees.root_of(leaves[:size])
                if "roots" in case:
                    if [encoded(root(size)) for size in range(len(leaves) + 1)] != case["roots"]: print(name)
                    continue
                said = case.get("inclusion") or case["consistency"]
                path = [decoded(hash, 32, "a hash") for hash in said["path"]]
                if "index" in said:
                    place = said["index"]
                    found = trees.root_by_inclusion(leaves[place], place, said["size"], path) == root(len(leaves))
                else:
                    former = said["former"]
                    found = trees.has_grown(former, root(former), said["size"], root(len(leaves)), path)
                if found != case["proven"]: print(name)
            """
        #expect(try Self.output(ofScript: script) == "")
    }

    /// What is plain is merged as every other program does; and some thousand cells are.
    @Test func plainCasesAreMergedAlike() throws {
        let files = Vectors.of("merge").map { "Protocol/vectors/merge/\($0.name).json" }
        let outcome = try Self.run(
            "Tools/verify.py",
            ["merge", "--json"]
                + files.map { Vectors.root.appending(path: $0).path(percentEncoded: false) }
        )

        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        let said = try JSON(parsing: Array(outcome.output.utf8))
        #expect(try #require(said["decided"]?.integerValue) >= 1_000)
    }

    /// A merge that decides another thing is told, cell by cell.
    @Test func anotherMergeThanTheVectorsIsNoticed() throws {
        let vector = try Self.merge("text-in-sequence")
        var contents = try #require(vector.contents.objectValue)
        contents["state"] = ["finding": ["f1": ["statement": "Records are kept."]]]
        let file = FileManager.default.temporaryDirectory.appending(path: "concord-\(UUID()).json")
        try Data(JSON.object(contents).canonicalBytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }

        let outcome = try Self.run("Tools/verify.py", ["merge", file.path(percentEncoded: false)])

        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("/finding/f1/statement is"), "\(outcome.errors)")
    }

    /// A checkpoint covers the beginning of a log, and of no other one.
    @Test func aCheckpointIsCheckedAgainstItsLog() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "concord-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = try Self.export(Self.merge("text-in-sequence"))
        let envelopes = try #require(try Self.merge("text-in-sequence").member("log").arrayValue)
        let diffs = try envelopes.map { try UnverifiedDiff(envelope: $0.canonicalBytes) }
        let seed = Array(repeating: UInt8(3), count: 32)
        let signer = try #require(SigningKey(seed: seed))
        let origin = Checkpoint.origin(of: diffs[0].engagement)
        let key = try #require(NoteKey(name: origin, publicKey: signer.author.publicKey))
        func outcome(over leaves: [SHA256Digest]) throws -> Outcome {
            let tree = LogWitness(size: leaves.count, root: MerkleTree.root(of: leaves))
            let signed = try SignedCheckpoint(Checkpoint(origin: origin, tree: tree), key: key) {
                try signer.signature(over: $0)
            }
            let note = folder.appending(path: "note")
            try Data(signed.note).write(to: note)
            return try Self.run(
                "Tools/verify.py",
                ["checkpoint", "--key", key.text.string, note.path(percentEncoded: false), "-"],
                input: log
            )
        }
        let leaves = diffs.map { MerkleTree.leafHash($0.leaf) }

        for size in 1...leaves.count {
            let good = try outcome(over: Array(leaves.prefix(size)))
            #expect(good.code == 0, "\(good.errors)")
        }
        let swapped = try outcome(over: [leaves[1], leaves[0]] + leaves.dropFirst(2))
        #expect(swapped.code == 1)
        #expect(swapped.errors.contains("not those that the server signed"))
        let longer = try outcome(over: leaves + [leaves[0]])
        #expect(longer.errors.contains("and the log has"), "\(longer.errors)")
    }

    /// What a script in Python prints, which gets the project's folder as its argument.
    private static func output(ofScript script: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "concord-\(UUID()).py")
        try Data(script.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3",
            file.path(percentEncoded: false), Vectors.root.path(percentEncoded: false),
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: output, as: UTF8.self)
    }
}
