import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordTesting
import Testing

/// Who is on the team, with which devices, and by which invitations others can join.
@Suite struct TeamListTests {
    private func author(_ name: String) -> Author { HashSigner(name).author }

    private func invitation(
        _ id: WireText,
        in membership: Membership,
        at now: Int64 = 0
    ) throws -> ListedInvitation {
        let all = ListedInvitation.all(
            membership,
            records: [id: ["name": "Nora"]],
            now: Timestamp(milliseconds: now)
        )
        return try #require(all.first { $0.id == id })
    }

    @Test func anInvitationSaysWhyItCannotBeUsed() throws {
        var membership = Membership()
        membership.invite("open")
        membership.invite("withdrawn", isWithdrawn: true)
        membership.invite("used", uses: 2, used: 2)
        membership.invite("expired", expires: Timestamp(milliseconds: 10))
        membership.invite("ended", uses: 2, used: 1, isWithdrawn: true)
        membership.join("ann", with: author("a"), as: .auditor, by: "ended")
        membership.end("ann")

        for status in ["open", "withdrawn", "used", "expired", "ended"] {
            let listed = try invitation(WireText(status), in: membership, at: 11)

            #expect(listed.status.rawValue == status)
            #expect(listed.name == "Nora")
            #expect(listed.canBeWithdrawn == ["open", "expired"].contains(status))
        }
        #expect(try invitation("expired", in: membership, at: 10).status == .open)
    }

    @Test func whoJoinedIsListedInTheOrderOfTheLog() throws {
        var membership = Membership()
        membership.invite("i", uses: 3, used: 2)
        for name in ["zoe", "ann"] {
            membership.join(WireText(name), with: author(name), as: .auditor, by: "i")
        }

        #expect(try invitation("i", in: membership).joined == ["zoe", "ann"])
        #expect(membership.othersByInvitation(of: "zoe") == ["ann"])
        membership.end("ann")
        #expect(membership.othersByInvitation(of: "zoe").isEmpty)
    }

    @Test func aDeviceIsListedWithoutARecordToo() throws {
        let (first, second, third) = (author("1"), author("2"), author("3"))
        var membership = Membership()
        for device in [first, second, third] {
            membership.join("ann", with: device, as: .auditor)
        }
        membership.end(second)
        membership.end(third, isSurplus: true)

        let devices = ListedDevice.byMember(
            membership,
            records: [first.text: ["name": "tablet"]]
        )["ann"]

        #expect(devices?.map(\.author) == [first, second, third].sorted())
        #expect(devices?.first { $0.author == first }?.name == "tablet")
        #expect(devices?.first { $0.author == second }?.status == .revoked)
        #expect(devices?.first { $0.author == third }?.status == .surplus)
    }

    @Test func theFreeLetterIsNobodys() {
        var membership = Membership()
        membership.invite("i", letter: "A")

        #expect(membership.freeLetter(besides: ["B", "D"]) == "C")
        let all = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map { WireText(String($0)) }
        #expect(membership.freeLetter(besides: all) == "AA")
    }

    /// Whose clock is ahead of whose, by what they had received.
    @Test func aClockIsAheadOfWhoHadSeenWhatItSigned() throws {
        let (ahead, behind) = (HashSigner("ahead"), HashSigner("behind"))
        func diff(
            by signer: HashSigner,
            at minutes: Int64,
            after parents: [UnverifiedDiff]
        ) throws -> UnverifiedDiff {
            let body = Body(operations: [Operation(.add("MH"), at: .finding("f", .unit))])
            let head = Head(
                author: signer.author,
                seq: 1,
                engagement: parents.first?.id,
                parents: parents.map(\.id),
                time: Timestamp(milliseconds: minutes * 60_000),
                body: SHA256Digest(hashing: body.canonicalBytes)
            )
            return try UnverifiedDiff(head: head, body: body, signer: signer)
        }
        func pairs(_ minutes: Int64) throws -> [ClockContradictions.Pair] {
            let first = try diff(by: ahead, at: 100, after: [])
            let second = try diff(by: behind, at: 100 - minutes, after: [first])
            var clocks = ClockContradictions()
            for diff in [first, second] { clocks.take(diff) }
            return clocks.pairs
        }

        #expect(try pairs(4).isEmpty, "less than five minutes are not worth a word")
        let pair = try #require(try pairs(30).first)
        #expect(pair.ahead == ahead.author && pair.behind == behind.author)
        #expect(pair.atLeast == .seconds(30 * 60))
        #expect(
            try pairs(-30).isEmpty,
            "who signs later than what they had seen contradicts nobody"
        )
    }
}
