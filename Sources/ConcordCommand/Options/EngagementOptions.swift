import ArgumentParser
import Concord
import ConcordEncoding
import Foundation

/// How results are printed.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON instead of text (shapes: docs/concord.md).")
    var json = false
}

/// Which engagement a command is about, and how its results are printed.
struct EngagementOptions: ParsableArguments {
    @Option(
        name: [.customShort("e"), .long],
        help: ArgumentHelp(
            "The engagement's name on this device (see `concord list`).",
            discussion: "Not needed if there is only one. Default: $CONCORD_ENGAGEMENT.",
            valueName: "name"
        )
    )
    var engagement: String?

    @Option(
        help: ArgumentHelp(
            "The replica's file, instead of a name.",
            discussion: "Default: $CONCORD_REPLICA.",
            valueName: "path"
        )
    )
    var replica: String?

    @Option(
        help: ArgumentHelp(
            "Record this time instead of the clock's (RFC 3339), for replays.",
            discussion: "People see it; it never affects a merge.",
            valueName: "time"
        ),
        transform: EngagementOptions.timestamp
    )
    var time: Timestamp?

    @OptionGroup var output: OutputOptions

    /// Whether to print JSON.
    var json: Bool { output.json }

    /// The clock and the randomness that a command works with.
    var environment: ReplicaEnvironment {
        var environment = ReplicaEnvironment.system
        if let time { environment.now = { time } }
        return environment
    }

    /// Reads RFC 3339.
    static func timestamp(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(text) else {
            throw ValidationError(
                "'\(text)' is not a time; write it as 2026-03-02T09:15:00+01:00 (RFC 3339)."
            )
        }
        return time
    }
}
