package import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// State is a fold of the log (`docs/design.md`). A fold goes on from what a source holds: it loads the
// cells that new diffs touch, judges and applies their operations, and keeps what has changed until
// storage has written it. It does no I/O of its own and knows no clock; for the tests, the simulation
// and the server's rehearsals a source that holds nothing is enough.
//
// Order. Verdicts are made in the order of the server's log and, after it, of what has no place in it
// yet, by depth, author and identity ("pending"). Diffs in the log are judged once and forever.
// Pending diffs are judged provisionally, and again whenever the log has brought something that could
// change their verdicts.

/// The fold of an engagement's log into its state.
///
/// A handle: its copies share one memory. What it does is done by its parts: `order` takes diffs in,
/// `evaluator` says what is shown, `composer` makes operations of an edit, `undo` takes saves back, and
/// `accounts`, `pictures`, `inboxes`, `answers` and `past` explain.
package struct Fold: TakesIn {
    package let memory: FoldMemory

    /// Where a fold goes on.
    package struct Start: Sendable {
        /// As the log has it.
        package var loggedLedger = Ledger()
        /// With what is pending.
        package var ledger = Ledger()
        /// All branches.
        package var branches = Branches()
        /// How many diffs have a place in the log.
        package var logSize = 0
        /// Whether a pending diff holds control operations, or stands on a fork.
        package var pendingIsDelicate = false
        /// The number of the next new diff.
        package var nextDiff = 1
        /// The number of the next new record.
        package var nextRecord = 1

        package init() {}
    }

    /// Goes on at `start` with what `source` holds.
    package init(
        _ start: Start = Start(),
        source: any FoldSource = NothingStored(),
        verifier: any SignatureVerifier
    ) {
        memory = FoldMemory(start, source: source, verifier: verifier)
    }

    /// Where a later fold would go on.
    package var end: Start {
        var start = Start()
        start.loggedLedger = loggedLedger
        start.ledger = ledger
        start.branches = branches
        start.logSize = logSize
        start.pendingIsDelicate = pendingIsDelicate
        start.nextDiff = memory.nextDiff
        start.nextRecord = memory.nextRecord
        return start
    }

    /// Takes the changes, to be written back.
    package func takeChanges() -> FoldChanges { memory.changed.take() }

    /// Forgets what has been written back, keeping memory bounded.
    package func forget() { memory.forget() }

    /// Forgets what is in memory of a fold that only looks, if that has become much.
    package func forgetMuch() { memory.forgetMuch() }
}
