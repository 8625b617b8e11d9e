import ArgumentParser
import ConcordSyncServer
import Logging
import Testing

@testable import ConcordServerCommand

@Suite struct SettingsTests {
    private func settings(
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) throws -> ServeSettings {
        try ServeSettings(try ServeOptions.parse(arguments), environment: environment)
    }

    @Test func theDefaultsListenOnThisMachineOnly() throws {
        let settings = try settings(["--database", "a"])

        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 8080)
        #expect(settings.logLevel == .info)
        #expect(settings.logFormat == .text)
        #expect(settings.opening == .anyone)
    }

    @Test func optionsWinOverTheEnvironment() throws {
        let environment = [
            "CONCORD_SERVER_DATABASE": "env", "CONCORD_SERVER_PORT": "1",
            "CONCORD_SERVER_LOG_FORMAT": "json", "CONCORD_SERVER_NEW_ENGAGEMENTS": "token",
            "CONCORD_SERVER_HOST": "",
        ]

        let settings = try settings(["--port", "2"], environment)

        #expect(settings.files.database == "env")
        #expect(settings.port == 2)
        #expect(settings.host == "127.0.0.1")
        #expect(settings.logFormat == .json)
        #expect(settings.opening == .token)
    }

    @Test func aWrongSettingSaysWhereItStands() {
        let option = #expect(throws: SettingProblem.self) {
            try settings(["--database", "a", "--log-level", "loud"])
        }
        let variable = #expect(throws: SettingProblem.self) {
            try settings(["--database", "a"], ["CONCORD_SERVER_PORT": "-1"])
        }

        #expect(option?.message.hasPrefix("--log-level is “loud”") == true)
        #expect(option?.isEnvironment == false)
        #expect(variable?.message.hasPrefix("CONCORD_SERVER_PORT is “-1”") == true)
        #expect(variable?.isEnvironment == true)
    }
}

@Suite struct LogTests {
    @Test(arguments: [
        (
            StructuredLogHandler.Format.json,
            #""event":"told \"so\"","level":"info","n":"1","text":"a b""#
        ),
        (.text, #"info told "so" n=1 text="a b""#),
    ])
    func aLineHoldsTheEventAndItsFields(format: StructuredLogHandler.Format, expected: String) {
        let lines = LogLines()
        let logger = Logger(label: "test") { _ in
            StructuredLogHandler(level: .info, format: format) { lines.append($0) }
        }

        logger.info(#"told "so""#, metadata: ["text": "a b", "n": "1"])
        logger.debug("not written")

        #expect(lines.all.count == 1)
        #expect(lines.all.first?.contains(expected) == true)
        #expect(lines.all.first?.hasSuffix("\n") == true)
    }
}
