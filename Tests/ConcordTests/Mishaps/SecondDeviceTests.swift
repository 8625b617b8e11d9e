import Concord
import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordModel
import ConcordSync
import ConcordTesting
import Foundation
import Testing

/// A server whose answers to what is posted are lost.
private struct Losing: SyncTransport {
    let server: MemoryTransport

    func exchange(
        _ request: SyncRequest,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> SyncResponse {
        let response = try await server.exchange(request, by: signer)
        if request.envelopes.isEmpty { return response }
        throw SyncFailure(.timeout, "The answer was lost.")
    }
}

/// A second device of a member: the same person, with a key of its own.
@Suite struct SecondDeviceTests {
    private func join(
        _ admission: DeviceAdmission,
        at path: String,
        through transport: MemoryTransport?,
        log: [UInt8]? = nil
    ) async throws -> Replica {
        try await Replica.join(
            at: path,
            admission: admission,
            device: "phone",
            through: transport,
            log: log
        )
    }

    private func export(_ replica: Replica) throws -> [UInt8] {
        var lines: [UInt8] = []
        try replica.log { line in lines += line.exported + [UInt8(ascii: "\n")] }
        return lines
    }

    /// By the server or by a file; in the end it is the same.
    @Test(arguments: [true, false])
    func itIsTheSameMemberWithTheSameLetter(byServer: Bool) async throws {
        let team = try await Team()
        _ = try addFinding(team.ruth, title: "on the laptop")
        if byServer { try await team.sync() }
        let path = team.folder.file("phone.concord")

        let request = try Replica.requestDevice(at: path, device: "phone")
        let carried = try #require(DeviceRequest(request.description))
        let answer = try team.ruth.admit(carried, server: "http://127.0.0.1:1")
        let admission = try #require(DeviceAdmission(answer.description))
        let log = byServer ? nil : try export(team.ruth)
        let phone = try await join(
            admission,
            at: path,
            through: byServer ? team.transport : nil,
            log: log
        )
        _ = try addFinding(phone, title: "on the phone")

        #expect(carried == request && admission == answer)
        #expect(try phone.currentMember() == team.ruth.currentMember())
        #expect(phone.author == request.author && phone.author != team.ruth.author)
        #expect(!FileManager.default.fileExists(atPath: path + ".request.key"))
        _ = try await phone.sync(through: team.transport)
        try await team.sync()
        _ = try await phone.sync(through: team.transport)
        let shown = try await team.leader.snapshot()
        #expect(try team.digests() == [try await phone.snapshot().digest])
        #expect(shown.voids == [] && shown.audit.findings.count == 2)
    }

    /// None hears of the other: each counts for itself, and no number is given twice.
    @Test func draftNumbersOfSeveralDevicesNeverMeet() async throws {
        let team = try await Team()
        var devices = [team.ruth]
        for name in ["phone", "tablet", "desk"] {
            let path = team.folder.file(name + ".concord")
            let request = try Replica.requestDevice(at: path, device: WireText(name))
            let by = try #require(devices.last)
            devices.append(
                try await join(try by.admit(request), at: path, through: team.transport)
            )
        }

        for device in devices {
            for title in ["one", "two", "three"] { _ = try addFinding(device, title: title) }
        }
        for _ in 0..<2 {
            for device in devices { _ = try await device.sync(through: team.transport) }
        }

        let shown = try await team.ruth.snapshot()
        let numbers = shown.audit.findings.compactMap(\.draftNumber)
        let letter = try #require(try team.ruth.currentMember()?.letter)
        #expect(numbers.count == 12 && Set(numbers).count == 12)
        #expect(numbers.allSatisfy { $0.hasPrefix(letter) })
        #expect(numbers.filter { $0.hasPrefix("\(letter)-") }.count == 3)
        // A device that joined counts on where it was, after everybody has everything.
        _ = try addFinding(devices[1], title: "four")
        let next = try await devices[1].snapshot().audit.findings.compactMap(\.draftNumber)
        #expect(Set(next).count == 13)
    }

    @Test func anAnswerIsForOneDeviceAlone() async throws {
        let team = try await Team()
        let path = team.folder.file("phone.concord")
        let other = team.folder.file("other.concord")
        let request = try Replica.requestDevice(at: path, device: "phone")
        #expect(try Replica.requestDevice(at: path, device: "phone") == request)
        _ = try Replica.requestDevice(at: other, device: "stranger's")
        let admission = try team.ruth.admit(request)

        let failure = await #expect(throws: ReplicaFailure.self) {
            try await join(admission, at: other, through: team.transport)
        }

        #expect(failure?.code == .wrongInvitation)
        #expect(!FileManager.default.fileExists(atPath: other))
    }

    @Test func aJoinThatIsCutOffIsRepeated() async throws {
        let team = try await Team()
        let path = team.folder.file("phone.concord")
        let request = try Replica.requestDevice(at: path, device: "phone")
        let admission = try team.ruth.admit(request)
        // The join arrives, and its answer is lost.
        await #expect(throws: (any Error).self) {
            try await Replica.join(
                at: path,
                admission: admission,
                device: "phone",
                through: Losing(server: team.transport)
            )
        }
        #expect(!FileManager.default.fileExists(atPath: path))

        let phone = try await join(admission, at: path, through: team.transport)

        _ = try addFinding(phone, title: "on the phone")
        _ = try await phone.sync(through: team.transport)
        try await team.sync()
        #expect(try await team.leader.snapshot().voids == [])
        #expect(try await team.leader.snapshot().audit.findings.count == 1)
    }

    @Test func aRevokedDeviceLetsNobodyIn() async throws {
        let team = try await Team()
        let path = team.folder.file("phone.concord")
        let request = try Replica.requestDevice(at: path, device: "phone")
        let early = try team.ruth.admit(request)
        var edit = Edit(reason: "lost")
        edit.set(
            CellPath(kind: "device", record: team.ruth.author.text, field: "status"),
            to: "revoked"
        )
        try await team.leader.save(edit)
        try await team.sync()

        let failure = #expect(throws: ReplicaFailure.self) { try team.ruth.admit(request) }
        // The answer from before is of no use either.
        let late = await #expect(throws: ReplicaFailure.self) {
            try await join(early, at: path, through: team.transport)
        }

        #expect(failure?.code == .edit)
        #expect(late?.code == .wrongInvitation)
    }

    /// Every text that is a code differs from every other, and a cut or changed one is none.
    @Test func damagedCodesAreRefused() async throws {
        let team = try await Team()
        let path = team.folder.file("phone.concord")
        let request = try Replica.requestDevice(at: path, device: "phone")
        let admission = try team.ruth.admit(request)

        for text in [request.description, admission.description] {
            for index in stride(from: 0, to: text.count, by: 7) {
                let cut = String(text.dropLast(index + 1))
                #expect(DeviceRequest(cut) == nil && DeviceAdmission(cut) == nil)
                var letters = Array(text)
                letters[index] = letters[index] == "A" ? "B" : "A"
                #expect(
                    DeviceRequest(String(letters)) == nil
                        && DeviceAdmission(String(letters)) == nil
                )
            }
        }
        #expect(DeviceRequest(admission.description) == nil)
        #expect(InvitationCode(admission.description) == nil)
        let broken = admission.description.enumerated().map { $0 % 30 == 0 ? "\n \($1)" : "\($1)" }
        #expect(DeviceAdmission(broken.joined()) == admission)
    }
}
