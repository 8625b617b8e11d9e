import ConcordEncoding
import ConcordModel
import Testing

@testable import ConcordDiff
@testable import ConcordMerge

/// What a fold goes on with is read back as it was: what is lost here is lost the same way in a rebuilt
/// state, so that no comparison of the two would tell.
@Suite struct LedgerFormTests {
    private func id(_ text: String) -> DiffID { DiffID(hashing: Array(text.utf8)) }

    private func author(_ text: String) throws -> Author {
        try #require(Author(publicKey: SHA256Digest(hashing: Array(text.utf8)).bytes))
    }

    private func full() throws -> Ledger {
        var ledger = Ledger()
        ledger.membership.found(id("genesis"))
        let members: [WireText: Membership.Member] = [
            "m1": Membership.Member(
                role: .lead,
                inTraining: ["iso-9001-2008", "iso-iec-20000-1-2011"],
                isRevoked: true,
                invitation: "i1",
                rank: 3
            ),
            "m2": Membership.Member(role: .observer, inTraining: [], isRevoked: false),
        ]
        let devices = [
            try author("d1"): Membership.Device(member: "m1", isRevoked: true, isSurplus: false),
            try author("d2"): Membership.Device(member: "m2", isRevoked: false, isSurplus: true),
        ]
        let invitations: [WireText: Membership.Invitation] = [
            "i1": try Membership.Invitation(
                key: author("k").publicKey,
                role: .auditor,
                inTraining: ["iso-9001-2008"],
                standards: ["iso-9001-2008": "auditor"],
                letter: "B",
                uses: 7,
                used: 3,
                expires: Timestamp(milliseconds: 1_401_800_000_000, offsetMinutes: 120),
                isWithdrawn: true
            )
        ]
        ledger.membership.restore(members: members, devices: devices, invitations: invitations)
        ledger.sealing.append(
            Sealing.Seal(record: "s1", diff: id("seal"), reopenings: [id("r1"), id("r2")])
        )
        ledger.sealing.append(Sealing.Seal(record: "s2", diff: id("seal 2"), reopenings: []))
        ledger.erasures = [
            id("a"): SHA256Digest(hashing: [1]), id("b"): SHA256Digest(hashing: [2]),
        ]
        return ledger
    }

    @Test func everyPartIsReadBack() throws {
        let ledger = try full()

        #expect(Ledger(ledger.json) == ledger)
        #expect(Ledger(Ledger().json) == Ledger())
    }

    @Test func theTextThatIsStoredIsReadBack() throws {
        let ledger = try full()
        let text = ledger.json.canonicalText

        #expect(Ledger(try JSON(parsing: Array(text.utf8))) == ledger)
    }
}
