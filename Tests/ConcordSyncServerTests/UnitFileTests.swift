import ArgumentParser
import ConcordSyncServer
import ConcordTesting
import Foundation
import Testing

@testable import ConcordServerCommand

/// What is shipped for systemd.
@Suite struct UnitFileTests {
    private static let packaging = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Tools/packaging")
    private static let analyze = "/usr/bin/systemd-analyze"

    /// systemd's own figure for what a service could do to its machine, from 0 to 10.
    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: analyze),
            "there is no systemd-analyze here"
        )
    ) func theUnitIsExposedLittle() async throws {
        let output = try await blocking {
            let unit = Self.packaging.appending(path: "concord-server.service").path
            let arguments = ["security", "--offline=true", "--no-pager", unit]
            return String(
                decoding: try ChildProgram.run(Self.analyze, arguments).output,
                as: UTF8.self
            )
        }
        let line = try #require(
            output.split(separator: "\n").first { $0.contains("Overall exposure level") }
        )
        let words = line.split(separator: " ")
        let level = try #require(words.lazy.compactMap { Double($0) }.first)

        #expect(level <= 2.0, "\(line)")
    }

    /// Every line that a person can switch on is a setting that `serve` knows.
    @Test func theSettingsAreKnown() throws {
        let text = try String(
            contentsOf: Self.packaging.appending(path: "server.conf"),
            encoding: .utf8
        )
        var environment: [String: String] = [:]
        for line in text.split(separator: "\n").map({ $0.drop { $0 == "#" } })
        where line.hasPrefix("CONCORD_SERVER_") {
            let parts = line.split(separator: "=", maxSplits: 1)
            environment[String(parts[0])] = String(parts[1])
        }

        let settings = try ServeSettings(try ServeOptions.parse([]), environment: environment)

        #expect(environment.count >= 9)
        #expect(settings.files.database == "/var/lib/concord/audits.sqlite")
        #expect(settings.opening == .token)
        #expect(settings.port == 8443)
        #expect(settings.metricsPort == 9180)
        #expect(settings.certificate?.key == "/etc/concord/certificate-key.pem")
        #expect(settings.files.checkpoints == "/srv/other-disk/audits.checkpoints")
    }
}
