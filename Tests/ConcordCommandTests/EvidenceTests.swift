import ConcordEncoding
import ConcordTesting
import Foundation
import Testing

@Suite("Evidence with files, by the built program")
struct EvidenceTests {
    private let place: Workplace

    init() throws {
        place = try Workplace()
        try place.openEngagement()
    }

    private func put(
        _ name: String,
        _ bytes: [UInt8],
        at workplace: Workplace? = nil
    ) throws -> String {
        let url = URL(fileURLWithPath: (workplace ?? place).path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
        return url.path
    }

    private static let png: [UInt8] = [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A, 1, 2, 3]

    private func handles(_ workplace: Workplace? = nil) throws -> [String: String] {
        let items = try (workplace ?? place).json("evidence", "list")["evidence"]?.arrayValue ?? []
        var handles: [String: String] = [:]
        for item in items {
            handles[try #require(item["title"]?.plain)] = try #require(item["handle"]?.plain)
        }
        return handles
    }

    /// The code and the exit code of a command that fails.
    private struct Failure: Equatable {
        var code: String?
        var status: Int32

        init(_ code: String?, _ status: Int32) { (self.code, self.status) = (code, status) }
    }

    private func failure(_ arguments: String...) throws -> Failure {
        let outcome = try place.start(arguments + ["--json"]).wait()
        return Failure(try outcome.failure["code"]?.plain, outcome.status)
    }

    @Test func filesFoldersAndStandardInputBecomeItemsInOneSave() throws {
        let photo = try put("photos/rack.png", Self.png)
        _ = try put("photos/floor/plan.pdf", Array("%PDF-1.7 plan".utf8))
        _ = try put("photos/.hidden", [1])
        let before = try place.json("log")["entries"]?.arrayValue?.count

        let outcome = try place.start(
            ["evidence", "add", place.path("photos"), "-", "--name", "uptime.txt", "--json"],
            input: "up 3 days\n"
        ).wait()

        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try outcome.json["records"]?.arrayValue?.count == 3)
        let after = try place.json("log")["entries"]?.arrayValue?.count
        #expect(after == before.map { $0 + 1 })
        let items = try place.json("evidence", "list")["evidence"]?.arrayValue ?? []
        let told = items.map { item in
            ["title", "kind", "mediaType", "fileName"].map { item[WireText($0)]?.plain ?? "" }
        }.sorted { $0[0] < $1[0] }
        #expect(
            told == [
                ["plan.pdf", "document", "application/pdf", "plan.pdf"],
                ["rack.png", "photo", "image/png", "rack.png"],
                ["uptime.txt", "document", "text/plain", "uptime.txt"],
            ]
        )
        #expect(items.allSatisfy { $0["file"]?["state"]?.plain == "here" })
        #expect(FileManager.default.contents(atPath: photo) == Data(Self.png))
    }

    @Test func whatCannotBeAddedLeavesNothing() throws {
        let photo = try put("a.png", Self.png)
        #expect(
            try failure("evidence", "add", photo, place.path("none")) == Failure("not-found", 66)
        )
        #expect(try failure("evidence", "add", photo, "--finding", "Z-99").status == 66)
        try FileManager.default.createDirectory(
            atPath: place.path("empty"),
            withIntermediateDirectories: true
        )
        #expect(try failure("evidence", "add", place.path("empty")) == Failure("not-found", 66))
        #expect(try failure("evidence", "add", photo, "--sha256", "00").status == 64)
        #expect(try failure("evidence", "add", photo, photo, "--title", "T").status == 64)
        #expect(try failure("evidence", "add", photo, "--name", "N").status == 64)
        #expect(try failure("evidence", "add", "-", "-").status == 64)
        #expect(try failure("evidence", "add").status == 64)

        #expect(try handles().isEmpty)
        let store = try place.replica() + ".files"
        let names = try FileManager.default.contentsOfDirectory(atPath: store)
        #expect(names.isEmpty)
    }

    @Test func anItemIsEditedAttachedAndDetached() throws {
        try place.json("finding", "add", "--title", "No rollback plan")
        try place.json("evidence", "add", try put("rack.png", Self.png))
        let handle = try #require(try handles()["rack.png"])

        try place.json(
            [
                "evidence", "edit", handle, "--title", "Label on rack 4", "--place", "server room",
                "--confidentiality", "restricted", "--personal-data",
            ]
        )
        try place.json("evidence", "attach", handle, "--finding", "L-01")
        let shown = try place.json("evidence", "show", handle)
        #expect(shown["title"]?.plain == "Label on rack 4")
        #expect(shown["place"]?.plain == "server room")
        #expect(shown["confidentiality"]?.plain == "restricted")
        #expect(shown["personalData"] == true)
        #expect(shown["findings"]?.arrayValue?.count == 1)
        #expect(shown["fileName"]?.plain == "rack.png")

        try place.json("evidence", "detach", handle, "--finding", "L-01")
        #expect(try place.json("evidence", "show", handle)["findings"] == [])
        #expect(try failure("evidence", "edit", handle) == Failure("nothing-to-change", 64))
        #expect(try failure("evidence", "attach", handle).status == 64)
        #expect(try failure("evidence", "attach", "ffffff", "--finding", "L-01").status == 66)
    }

    @Test func aRedactedCopySaysOfWhat() throws {
        try place.json("evidence", "add", try put("original.png", Self.png))
        let original = try #require(try handles()["original.png"])
        try place.json(
            ["evidence", "add", try put("copy.png", Self.png + [6]), "--redaction-of", original]
        )
        let copy = try #require(try handles()["copy.png"])

        let id = try place.json("evidence", "show", original)["id"]
        #expect(try place.json("evidence", "show", copy)["redactionOf"] == id)
        let shown = try place.concord("evidence", "show", copy).output
        #expect(shown.contains("redacted copy of"), "\(shown)")
        #expect(shown.contains(original), "\(shown)")
    }

    private func custody(_ handle: String, at workplace: Workplace? = nil) throws -> [[String]] {
        let shown = try (workplace ?? place).json("evidence", "show", handle)
        return (shown["custody"]?.arrayValue ?? []).map { step in
            ["step", "by"].map { step[WireText($0)]?.plain ?? "" }
        }
    }

    /// Who captured a file looks at it as often as they like; of others the first look is noted, and each copy.
    @Test func custodyTellsWhoViewedAndWhoTookCopies() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        let photo = try put("rack.png", Self.png, at: leader)
        try leader.json("evidence", "add", photo)
        try leader.json("evidence", "add", try put("same.png", Self.png, at: leader))
        let handle = try #require(try handles(leader)["rack.png"])
        let masked = try put("masked.png", Self.png + [6], at: leader)
        try leader.json("evidence", "add", masked, "--redaction-of", handle)
        let viewer = ["CONCORD_OPEN": "true"]
        for _ in 0..<2 { try leader.json("evidence", "open", handle, environment: viewer) }
        for place in [leader, auditor] { try place.json("sync") }
        for _ in 0..<2 { try auditor.json("evidence", "open", handle, environment: viewer) }
        for name in ["a.png", "b.png"] {
            let target = auditor.path(name)
            try auditor.json("evidence", "export", handle, "--output", target)
        }
        for place in [auditor, leader] { try place.json("sync") }

        let steps = try custody(handle, at: leader)

        #expect(
            steps.map { $0[0] } == [
                "captured", "copied", "redacted", "viewed", "exported", "exported",
            ]
        )
        #expect(Set(steps.prefix(3).map { $0[1] }).count == 1)
        #expect(Set(steps.suffix(3).map { $0[1] }).count == 1)
        #expect(steps[0][1] != steps[5][1])
        #expect(try custody(handle, at: auditor) == steps)
        let shown = try leader.concord("evidence", "show", handle).output
        #expect(shown.contains("took a copy out"), "\(shown)")
    }

    @Test func aLeaderHasAFileDestroyedEverywhere() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        let photo = try put("face.png", Self.png, at: auditor)
        try auditor.json("evidence", "add", photo, "--title", "Reception")
        for place in [auditor, leader] { try place.json("sync") }
        let handle = try #require(try handles(leader)["Reception"])

        let trial = try leader.json("evidence", "erase", handle)
        #expect(trial["ordered"] == false)
        #expect(try leader.json("evidence", "show", handle)["file"]?["state"]?.plain == "here")
        let order = ["evidence", "erase", handle, "--yes", "--reason", "She objected", "--json"]
        let refused = try auditor.start(order).wait()
        #expect(refused.status == 1, "\(refused.errors)")
        #expect(try leader.start(order).wait().json["ordered"] == true)
        for place in [leader, auditor] { try place.json("sync") }

        for place in [leader, auditor] {
            let shown = try place.json("evidence", "show", handle)
            #expect(shown["file"] == nil)
            #expect(shown["fileName"] == nil)
            #expect(shown["title"]?.plain == "Reception")
            #expect(try custody(handle, at: place).last?.first == "destroyed")
            #expect(try place.concord("evidence", "export", handle, "--json").status == 66)
            let files = try place.replica() + ".files"
            let names = try FileManager.default.subpathsOfDirectory(atPath: files)
            for name in names {
                let bytes = FileManager.default.contents(atPath: files + "/" + name)
                #expect(bytes != Data(Self.png), "\(name)")
            }
        }
        #expect(
            try leader.json("state", "--digest") == (try auditor.json("state", "--digest"))
        )
        let again = try leader.concord("evidence", "erase", handle, "--json")
        #expect(try again.failure["code"]?.plain == "nothing-to-change")
    }

    /// A copy is taken all the same where that cannot be noted, and the command says so.
    @Test func whatCannotBeNotedIsTold() throws {
        try place.json("evidence", "add", try put("rack.png", Self.png))
        let handle = try #require(try handles()["rack.png"])
        let folder = URL(fileURLWithPath: try place.replica()).deletingLastPathComponent()
        try #require(chmod(try place.replica(), 0o400) == 0)
        defer { chmod(folder.path, 0o700) }
        try #require(chmod(folder.path, 0o500) == 0)
        guard access(folder.path, W_OK) != 0 else { return }

        let outcome = try place.concord("evidence", "export", handle, "--output", "-")

        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("is not noted"), "\(outcome.errors)")
    }

    @Test func aReportDoesNotShowRestrictedEvidenceOrPersonalData() throws {
        try place.json("finding", "add", "--title", "No rollback plan")
        let arguments = ["evidence", "add", "--finding", "L-01"]
        try place.json(arguments + [try put("open-desk.png", Self.png)])
        try place.json(
            arguments + [
                try put("personnel-file-miller.png", Self.png + [4]), "--confidentiality",
                "restricted",
            ]
        )
        try place.json(
            arguments + [
                try put("other-secret.png", Self.png + [5]), "--confidentiality", "restricted",
                "--title", "Sheet at workplace 4",
            ]
        )
        try place.json(
            arguments + [
                try put("badge-of-miller.png", Self.png + [6]), "--personal-data", "--source",
                "Reception, Ms Miller", "--content", "Her badge has no date.",
            ]
        )

        let target = place.path("report.html")
        try place.json("report", "--output", target)
        let report = String(
            decoding: try #require(FileManager.default.contents(atPath: target)),
            as: UTF8.self
        )

        for shown in [
            "open-desk.png", "Sheet at workplace 4", "File name not shown",
            "Content not shown: it holds personal data.",
        ] {
            #expect(report.contains(shown), "\(shown)")
        }
        for hidden in [
            "personnel-file-miller", "other-secret", "badge-of-miller", "Ms Miller", "no date",
        ] {
            #expect(!report.contains(hidden), "\(hidden)")
        }
    }

    @Test func aFileIsExportedOpenedAndVerified() throws {
        let original = try put("log.txt", Array("one\ntwo\n".utf8))
        try place.json("evidence", "add", original)
        try place.json("evidence", "add", "--kind", "record", "--title", "Without a file")
        let handles = try handles()
        let handle = try #require(handles["log.txt"])
        let bare = try #require(handles["Without a file"])

        let target = place.path("copy.txt")
        let exported = try place.json("evidence", "export", handle, "--output", target)
        #expect(exported["files"]?.arrayValue?.first?["path"]?.plain == target)
        #expect(FileManager.default.contents(atPath: target) == Data("one\ntwo\n".utf8))
        #expect(
            try failure("evidence", "export", handle, "--output", target)
                == Failure("already-exists", 73)
        )
        let piped = try place.concord("evidence", "export", handle, "--output", "-")
        #expect(piped.output == "one\ntwo\n")
        #expect(try failure("evidence", "export", bare) == Failure("no-file", 66))

        let opened = try place.json(
            "evidence",
            "open",
            handle,
            environment: ["CONCORD_OPEN": "true"]
        )
        let copy = try #require(opened["path"]?.plain)
        #expect(FileManager.default.contents(atPath: copy) == Data("one\ntwo\n".utf8))
        try FileManager.default.removeItem(
            at: URL(fileURLWithPath: copy).deletingLastPathComponent()
        )
        let unopened = try place.start(
            ["evidence", "open", handle, "--json"],
            ["CONCORD_OPEN": "false"]
        ).wait()
        #expect(unopened.status == 1)
        #expect(try unopened.failure["code"]?.plain == "no-viewer")

        #expect(try place.json("evidence", "verify")["damaged"] == [])
        let stored =
            try place.replica() + ".files/"
            + SHA256Digest(
                hashing: Array("one\ntwo\n".utf8)
            ).hex
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: stored)
        try Data("one\ntwO\n".utf8).write(to: URL(fileURLWithPath: stored))
        let damaged = try place.start(["evidence", "verify", "--json"]).wait()
        #expect(damaged.status == 1)
        #expect(try damaged.failure["code"]?.plain == "file-damaged")
        #expect(try damaged.json["damaged"]?.arrayValue?.count == 1)
    }

    @Test func aColleagueIsToldHowMuchIsHereUntilItIs() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        var random = SeededGenerator(seed: 1)
        let bytes = random.fileBytes(2_500_000)
        try leader.json("evidence", "add", try put("big.bin", bytes, at: leader))
        let alone = try leader.json("sync", "--no-files")
        #expect(alone["files"] == nil)
        let early = try auditor.json("sync")
        #expect(early["files"]?["waiting"]?.arrayValue?.first?["reason"]?.plain == "not-on-server")
        let handle = try #require(try handles(auditor)["big.bin"])
        let promised = try auditor.json("evidence", "show", handle)["file"]
        #expect(promised?["state"]?.plain == "promised")
        #expect(promised?["bytesHere"]?.integerValue == 0)
        let refused = try auditor.concord("evidence", "export", handle, "--json")
        #expect(refused.status == 66)
        #expect(try refused.failure["code"]?.plain == "file-not-here")

        let sent = try leader.json("sync")["files"]
        #expect(sent?["sent"]?.integerValue == 1)
        #expect(sent?["bytesSent"]?.integerValue == 2_500_000)
        let received = try auditor.json("sync")["files"]
        #expect(received?["received"]?.integerValue == 1)

        for place in [leader, auditor] {
            let file = try place.json("evidence", "show", handle)["file"]
            #expect(file?["state"]?.plain == "here")
            #expect(file?["onServer"] == true)
            #expect(file?["onServerSince"]?.plain.flatMap { Timestamp($0) } != nil)
            let shown = try place.concord("evidence", "show", handle).output
            #expect(shown.contains("here, on the server since "), "\(shown)")
        }
        let target = auditor.path("copy.bin")
        try auditor.json("evidence", "export", handle, "--output", target)
        #expect(FileManager.default.contents(atPath: target) == Data(bytes))
        #expect(try auditor.json("sync")["files"]?["received"]?.integerValue == 0)
    }
}
