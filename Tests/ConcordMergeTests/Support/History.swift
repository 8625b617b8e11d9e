import ConcordDiff
import ConcordMerge
import ConcordModel
import Testing

/// A few diffs on top of a log, of which every order is tried.
struct History: CustomTestStringConvertible {
    let name: String
    /// What everybody has, in the log.
    let base: [VerifiedDiff]
    /// What is tried in every order.
    let diffs: [VerifiedDiff]

    var testDescription: String { name }

    /// What `acts` saves without syncing, after what `setup` does with everybody in sync.
    init(
        _ name: String,
        _ members: KeyValuePairs<String, Role>,
        inTraining: [String: [String]] = [:],
        setup: (World) throws -> Void = { _ in },
        acts: (World) throws -> [VerifiedDiff]
    ) throws {
        self.name = name
        let world = try World(members, inTraining: inTraining)
        try setup(world)
        try world.syncAll()
        base = world.log
        diffs = try acts(world)
        #expect(diffs.count <= 5 && Set(diffs.map(\.head.author)).count <= 3, "\(name)")
        #expect(Set(diffs.map(\.id)).count == diffs.count, "\(name)")
    }

    /// The same with its first few diffs.
    init(shortening other: History, to count: Int) {
        name = other.name
        base = other.base
        diffs = Array(other.diffs.prefix(count))
    }

    /// Whether every order of arrival is tried, as in `Tools/test`; else a sample of those in which some or all
    /// come before the log, which are most.
    static let triesAll = Size.isFull
    private static let sample = 61
    /// Of the parts that come first, of the logs of five behind them, and of logs that come in one batch, each so
    /// many-th is tried then.
    private static let (parts, logs, batches) = (8, 4, 4)

    /// How many orders were tried.
    struct Count {
        var arrivals = 0
    }

    /// Folds in every order of the log and of arrival, and compares with the obvious fold.
    func check(forgetful: Bool = false, _ place: SourceLocation = #_sourceLocation) throws -> Count
    {
        var count = Count()
        var start = Desk(forgetful: forgetful)
        _ = try start.takeIn(log: base.map(LogItem.new))
        let expected = Expectations(base: base)

        // Nothing is pending: the log comes entry by entry, and all at once.
        var logs = 0
        try Orders.walk(diffs, from: start, step: Self.take) { desk, log in
            let isWhole = log.count == diffs.count
            count.arrivals += 1
            logs += 1
            let isTried = diffs.count < 5 || logs % Self.logs == 0
            guard Self.triesAll || isTried else { return }
            try compare(desk, expected[log, []], "log \(names(log))", isWhole: isWhole, place)
            guard Self.triesAll || logs % Self.batches == 0 else { return }
            var atOnce = start.copy()
            _ = try atOnce.takeIn(log: log.map(LogItem.new))
            try compare(atOnce, expected[log, []], "batch \(names(log))", isWhole: isWhole, place)
            count.arrivals += 1
        }
        // All come first without a place, in every order, or a part of them in one; then the log, in
        // every order.
        var parts: Set<Set<DiffID>> = []
        var whole = 0
        try Orders.walk(diffs, from: start, step: Self.hold) { desk, arrived in
            let isNew = parts.insert(Set(arrived.map(\.id))).inserted
            guard isNew || arrived.count == diffs.count else { return }
            if !isNew { whole += 1 }
            let isTried =
                isNew ? diffs.count < 4 || parts.count % Self.parts == 0 : whole % Self.sample == 0
            guard Self.triesAll || isTried else { return }
            try Orders.walk(diffs, from: desk, step: Self.take) { desk, log in
                logs += 1
                let isTried = diffs.count < 5 || logs % Self.logs == 0
                guard Self.triesAll || isTried else { return }
                let pending = arrived.filter { diff in !log.contains { $0.id == diff.id } }
                try compare(
                    desk,
                    expected[log, pending],
                    "pending \(names(arrived)), log \(names(log))",
                    isWhole: log.count == diffs.count && arrived.count < 2,
                    place
                )
                count.arrivals += 1
            }
        }
        return count
    }

    /// What an order of the log and a set of what is pending must come to, worked out once for each that is asked.
    private final class Expectations {
        private let base: [VerifiedDiff]
        private var known: [Key: Picture] = [:]

        init(base: [VerifiedDiff]) { self.base = base }

        subscript(log: [VerifiedDiff], pending: [VerifiedDiff]) -> Picture {
            let key = Key(log: log, pending: pending)
            if let picture = known[key] { return picture }
            let picture = ObviousFold(log: base + log, pending: pending).picture()
            known[key] = picture
            return picture
        }
    }

    private struct Key: Hashable {
        let log: [DiffID]
        let pending: Set<DiffID>

        init(log: [VerifiedDiff], pending: [VerifiedDiff]) {
            self.log = log.map(\.id)
            self.pending = Set(pending.map(\.id))
        }
    }

    private static func take(_ desk: Desk, _ diff: VerifiedDiff) throws -> Desk {
        var desk = desk.copy()
        let isHeld = try desk.holds(diff.id)
        let refused = try desk.takeIn(log: [isHeld ? .held(diff.id) : .new(diff)])
        #expect(refused == nil)
        return desk
    }

    private static func hold(_ desk: Desk, _ diff: VerifiedDiff) throws -> Desk {
        var desk = desk.copy()
        _ = try desk.takeIn(pending: diff)
        return desk
    }

    private func compare(
        _ desk: Desk,
        _ expected: Picture,
        _ order: @autoclosure () -> String,
        isWhole: Bool,
        _ place: SourceLocation
    ) throws {
        var desk = desk
        let picture = desk.picture()
        if picture != expected {
            let difference = picture.difference(from: expected)
            Issue.record("\(name), \(order()):\(difference)", sourceLocation: place)
            throw Differs()
        }
        if isWhole { try desk.checkInvariants() }
    }

    struct Differs: Error {}

    private func names(_ order: [VerifiedDiff]) -> String {
        order.map { diff in "\(diffs.firstIndex { $0.id == diff.id } ?? -1)" }.joined(
            separator: " "
        )
    }
}
