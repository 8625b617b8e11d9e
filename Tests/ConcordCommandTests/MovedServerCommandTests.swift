import ConcordEncoding
import Foundation
import Testing

/// `concord sync` with a server that has moved.
@Suite(.serialized) struct MovedServerCommandTests {
    /// Puts the files of a server that was stopped in the place of another's.
    private func copy(_ old: TestServer, to new: TestServer) throws {
        let manager = FileManager.default
        try new.stop()
        let names = { (server: TestServer) -> [String] in
            try manager.contentsOfDirectory(atPath: server.workplace.folder.path)
                .filter { $0.hasPrefix("server.sqlite") }
        }
        for name in try names(new) { try manager.removeItem(atPath: new.workplace.path(name)) }
        for name in try names(old) {
            try manager.copyItem(
                atPath: old.workplace.path(name),
                toPath: new.workplace.path(name)
            )
        }
        try new.startAgain()
    }

    @Test func aMoveIsFollowedRememberedAndTold() throws {
        let old = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(old)
        try TestTeam.sync(leader, auditor)
        try old.stop()
        let new = try TestServer()
        try copy(old, to: new)
        let sign = try TestServer(["--moved-to", new.url])
        try copy(old, to: sign)

        let moved = try leader.start(["sync", "--server", sign.url]).wait()
        let again = try leader.json("sync")

        #expect(moved.status == 0, "\(moved.errors)")
        #expect(moved.output.contains("The server has moved"))
        #expect(moved.output.contains(new.url))
        // From now on the new address is asked at once.
        #expect(again["movedTo"] == nil)
        try sign.stop()
        try leader.json("sync")
    }

    /// The new address is no server of this engagement: nothing is sent there, and the old one stays remembered.
    @Test func aMoveToAStrangerIsNotFollowed() throws {
        let old = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(old)
        try TestTeam.sync(leader, auditor)
        try old.stop()
        let stranger = try TestServer()
        let sign = try TestServer(["--moved-to", stranger.url])
        try copy(old, to: sign)

        let refused = try leader.start(["sync", "--server", sign.url, "--json"]).wait()

        #expect(refused.status != 0)
        #expect(try stranger.administer("list").json["engagements"]?.arrayValue == [])
        try old.startAgain()
        try leader.json("sync")
    }
}
