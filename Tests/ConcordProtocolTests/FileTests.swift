import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

/// `Protocol/membership.md`, "Invitation code".
@Suite("Vectors of invitation codes")
struct CodeVectorTests {
    @Test(arguments: Vectors.of("code"))
    func eachCodeIsReadOrRefused(vector: Vector) throws {
        let text = try #require(try vector.member("code").stringValue)
        let code = InvitationCode(text.string)

        guard let payload = vector.contents["payload"] else {
            #expect(code == nil, "\(vector.about)")
            return
        }
        let read = try #require(code, "\(vector.about)")
        #expect(payload["engagement"]?.stringValue == read.engagement.text)
        #expect(payload["invitation"]?.stringValue == read.invitation)
        #expect(payload["secret"]?.stringValue == WireText(Base64URL.encode(read.secret)))
        #expect(payload["server"]?.stringValue?.string == read.server)
        #expect(payload["log"]?.stringValue == read.logKey.map { WireText(Base64URL.encode($0)) })
        #expect(InvitationCode(read.description) == read)
    }
}

/// `Protocol/membership.md`, "A further device".
@Suite("Vectors of codes between two devices")
struct DeviceCodeVectorTests {
    @Test(arguments: Vectors.of("device"))
    func eachCodeIsReadOrRefused(vector: Vector) throws {
        let text = try #require(try vector.member("code").stringValue).string
        let payload = vector.contents["payload"]

        if try vector.member("kind") == "request" {
            let read = DeviceRequest(text)
            #expect((read == nil) == (payload == nil), "\(vector.about)")
            guard let payload, let read else { return }
            #expect(payload["author"]?.stringValue == read.author.text)
            #expect(payload["name"]?.stringValue == read.name)
            #expect(DeviceRequest(read.description) == read)
            return
        }
        let read = DeviceAdmission(text)
        #expect((read == nil) == (payload == nil), "\(vector.about)")
        guard let payload, let read else { return }
        #expect(payload["author"]?.stringValue == read.author.text)
        #expect(payload["by"]?.stringValue == read.by.text)
        #expect(payload["engagement"]?.stringValue == read.engagement.text)
        #expect(payload["member"]?.stringValue == read.member)
        #expect(payload["proof"]?.stringValue == WireText(Base64URL.encode(read.proof)))
        #expect(payload["server"]?.stringValue?.string == read.server)
        #expect(payload["log"]?.stringValue?.string == read.logKey.map { Base64URL.encode($0) })
        #expect(DeviceAdmission(read.description) == read)
    }
}

/// `Protocol/export.md`.
@Suite("Vectors of exported logs")
struct ExportVectorTests {
    @Test(arguments: Vectors.of("export"))
    func eachFileIsReadOrRefused(vector: Vector) throws {
        let file = try vector.bytes(of: "file")

        switch ExportedLine.lines(of: file) {
        case .failure(let error):
            #expect(vector.contents["refused"]?.integerValue == Int64(error.line))
        case .success(let lines):
            let expected = try #require(vector.contents["lines"]?.arrayValue, "\(vector.about)")
            let read = try lines.map { line -> JSON in
                let id = try UnverifiedDiff(envelope: line.envelope).id.base64url
                let position = line.position.map { JSON.integer(Int64($0)) } ?? .null
                return ["id": .string(id), "position": position]
            }
            #expect(read == expected, "\(vector.about)")
            let written = lines.flatMap { $0.bytes + [UInt8(ascii: "\n")] }
            #expect(written == file)
        }
    }
}

/// `Protocol/diff.md`, "Refusals", of a log.
@Suite("Vectors of logs that are refused")
struct LogVectorTests {
    @Test(arguments: Vectors.of("log"))
    func theFirstWrongEntryIsRefused(vector: Vector) throws {
        let log = try #require(try vector.member("log").arrayValue)

        #expect(try ErasureTests.refusal(of: log) == vector.member("refused"), "\(vector.about)")
    }
}

/// `Protocol/diff.md`, "Operations": derived ids.
@Suite("Vectors of derived ids")
struct DerivedIDVectorTests {
    @Test(arguments: Vectors.of("id"))
    func eachPairingHasItsID(vector: Vector) throws {
        let parts = try vector.member("of")
        func part(_ name: WireText) throws -> WireText { try #require(parts[name]?.stringValue) }

        let id: WireText
        switch try vector.member("kind") {
        case "criterion":
            id = DerivedID.criterion(
                finding: try part("finding"),
                standard: try part("standard"),
                clause: try part("clause")
            )
        case "conclusion": id = DerivedID.conclusion(standard: try part("standard"))
        case "scope": id = DerivedID.scope(standard: try part("standard"))
        default: id = DerivedID.admission(of: try part("diff"))
        }

        #expect(id == (try vector.member("id").stringValue), "\(vector.about)")
    }
}
