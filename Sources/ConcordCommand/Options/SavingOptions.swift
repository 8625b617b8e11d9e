import ArgumentParser

/// What happens to a save that a role does not allow.
struct SavingOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Keep the edit even if it has no effect, so that a leader can admit it.",
            discussion: "Without this option nothing is saved, and the command says why."
        )
    )
    var keepAnyway = false
}
