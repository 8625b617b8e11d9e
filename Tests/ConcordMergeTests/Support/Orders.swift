import ConcordDiff

/// The orders in which diffs can come, each after all that it had seen.
enum Orders {
    /// Calls `visit` for every causal order of every causally closed part of `diffs`, shorter ones
    /// first, with what `step` made of it; `step` is called once for each next diff.
    static func walk<State>(
        _ diffs: [VerifiedDiff],
        from state: State,
        step: (State, VerifiedDiff) throws -> State,
        visit: (State, [VerifiedDiff]) throws -> Void
    ) rethrows {
        try walk(rest: diffs, taken: [], from: state, step: step, visit: visit)
    }

    private static func walk<State>(
        rest: [VerifiedDiff],
        taken: [VerifiedDiff],
        from state: State,
        step: (State, VerifiedDiff) throws -> State,
        visit: (State, [VerifiedDiff]) throws -> Void
    ) rethrows {
        try visit(state, taken)
        let waiting = Set(rest.map(\.id))
        for (index, diff) in rest.enumerated() where waiting.isDisjoint(with: diff.head.parents) {
            var others = rest
            others.remove(at: index)
            try walk(
                rest: others,
                taken: taken + [diff],
                from: step(state, diff),
                step: step,
                visit: visit
            )
        }
    }
}
