import ArgumentParser

/// What happens to a save that a role does not allow.
struct SavingOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Keep it though it would not count, for a leader to accept.",
            discussion: "Otherwise nothing is saved, and the command says why."
        )
    )
    var keepAnyway = false
}
