import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding
import ConcordModel

/// `concord recover`.
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Appoint a new leader by the engagement's recovery key.",
        discussion: """
            For when nobody who leads has a device left. The command asks for the recovery key, which was printed \
            once by `concord new`, or reads it from standard input. It works without a network.

            On a device that has no replica of the engagement, run `concord join` with the recovery code.

            Examples:
              concord recover
              concord recover --member "Ruth Aldane" < key.txt
              concord recover --end --reason "The paper was lost"
            """
    )

    @Option(
        parsing: .unconditional,
        help: "Who is to lead: name, letter or id (default: the person of this device)."
    )
    var member: String?
    @Flag(help: "End the recovery key instead (leaders only): nobody can use it from then on.")
    var end = false
    @Option(
        parsing: .unconditional,
        help: "With --end: the reason.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        if end, member != nil { throw ValidationError("--end goes without --member.") }
        if !end, reason != nil { throw ValidationError("--reason goes with --end.") }
    }

    func run() throws {
        let replica = try options.open()
        if end {
            try replica.endRecoveryKey(reason: reason)
            try options.output.show(
                Message(
                    json: ["ended": true],
                    lines: [
                        "The recovery key is ended. Run `concord sync`: it counts once the server has it."
                    ]
                )
            )
            return
        }
        let view = try AuditView(replica)
        let named = try member.map { try view.names.joinedMember($0) }
        let key = try SecretInput.read("Recovery key: ", orFail: Self.missing)
        let id = try replica.recover(with: key, appointing: named?.id)
        let name = view.person(id)
        try options.output.show(
            Message(
                json: [
                    "member": .string(id), "name": .string(WireText(name)),
                    "role": .string(Role.lead.rawValue),
                ],
                lines: [
                    "\(name) is now \(Role.lead.titleWithArticle).",
                    "Next: `concord sync`, then `concord member revoke NAME --device DEVICE` for each lost device.",
                ]
            )
        )
    }

    private static let missing = CommandFailure(
        .replica(.wrongRecoveryKey),
        "no recovery key was given",
        next:
            "Type it when asked, or pipe it in; `concord new` printed it when the engagement was opened."
    )
}
