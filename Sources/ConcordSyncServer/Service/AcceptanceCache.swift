import ConcordDiff
import ConcordEncoding
import ConcordSync

/// What decides on the next request of the engagements that were asked for last, so that it need not be
/// made from their control diffs each time.
///
/// Bounded, whatever strangers found: what was not asked for the longest goes first.
struct AcceptanceCache {
    private struct Held {
        var acceptance: LogAcceptance
        var used: UInt64
    }

    private var held: [DiffID: Held] = [:]
    private var clock: UInt64 = 0
    private var weight = 0
    private let weightMax: Int

    /// - Parameter weightMax: how many members, devices and invitations are kept in all; a hundred bytes
    ///   each, about.
    init(weightMax: Int = 40_000) { self.weightMax = weightMax }

    /// How many engagements are held.
    var count: Int { held.count }

    /// What is held of an engagement, which counts as asked for now.
    mutating func acceptance(of engagement: DiffID) -> LogAcceptance? {
        guard var entry = held[engagement] else { return nil }
        clock += 1
        entry.used = clock
        held[engagement] = entry
        return entry.acceptance
    }

    /// Holds what decides on the next request, in place of what was held of the engagement. What alone is
    /// heavier than all may be is not held.
    mutating func hold(_ acceptance: LogAcceptance) {
        drop(acceptance.engagement)
        guard acceptance.weight <= weightMax else { return }
        clock += 1
        held[acceptance.engagement] = Held(acceptance: acceptance, used: clock)
        weight += acceptance.weight
        while weight > weightMax, let oldest = held.min(by: { $0.value.used < $1.value.used }) {
            drop(oldest.key)
        }
    }

    /// Forgets an engagement: the next request makes it again from the log.
    mutating func drop(_ engagement: DiffID) {
        guard let entry = held.removeValue(forKey: engagement) else { return }
        weight -= entry.acceptance.weight
    }
}
