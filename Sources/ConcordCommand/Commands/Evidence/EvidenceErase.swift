import ArgumentParser
import Concord
import ConcordEncoding
import ConcordModel

/// `concord evidence erase`.
struct EvidenceErase: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Order that the file of an item of evidence be destroyed everywhere.",
        discussion: """
            For an audit team leader. The file and its name are destroyed on this device with the \
            next sync, then on the server, and on every other device with its next sync; the item \
            stays, with the file's hash and size, and everything that was signed can still be \
            proven. With --words the title, the source and the place are destroyed too.

            Nobody can undo it. So without --yes the command only says what it would destroy. \
            Copies that somebody took out of the engagement are theirs to destroy: `concord \
            evidence show` tells who did.

            Examples:
              concord evidence erase 3f9a1c
              concord evidence erase 3f9a1c --reason "Photo of a person, who objected" --yes
            """
    )

    @Argument(help: "The item of evidence.")
    var evidence: String
    @Flag(help: "Destroy the title, the source and the place too.")
    var words = false
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @Flag(help: "Give the order.")
    var yes = false
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        if yes, reason == nil { throw ValidationError("Say why with --reason.") }
    }

    func run() throws {
        let view = try AuditView(try options.open())
        let item = try view.names.evidence(evidence)
        let handle = AuditView.handle(item.id)
        let files = view.replica.evidence
        let order: FileErasure
        do {
            order = try files.erasure(of: item.id, withWords: words)
        } catch let failure as ReplicaFailure where failure.code == .notFound {
            throw CommandFailure(
                .nothingToChange,
                "there is nothing left to destroy of \(handle)",
                next: "It was recorded without a file, or its file was erased before."
            )
        }
        let others = view.audit.evidence.filter { other in
            other.id != item.id && other.sha256 == item.sha256 && other.file != nil
        }
        var notes = others.map { other in
            Shown(
                "The same file is also \(AuditView.handle(other.id)): it stays until that one is erased too."
            )
        }
        if yes {
            try view.saveView.tellingRefusals { _ = try files.order(order, reason: reason) }
            notes.append(
                Shown("Run `concord sync`: the order takes effect with its place in the log.")
            )
        }
        let what =
            words
            ? "the file of \(handle), its name, title, source and place"
            : "the file of \(handle) and its name"
        let saves = order.saves == 1 ? "one save" : "\(order.saves) saves"
        try options.output.show(
            Message(
                json: [
                    "id": .string(item.id), "ordered": .bool(yes),
                    "saves": .integer(Int64(order.saves)),
                    "others": .array(others.map { .string($0.id) }),
                ],
                lines: [
                    Shown(
                        yes
                            ? "Ordered: \(what) will be destroyed on every device and on the server, in \(saves)."
                            : "This would destroy \(what), in \(saves), everywhere and for ever. Add --yes and --reason to order it."
                    )
                ],
                notes: notes
            )
        )
    }
}
