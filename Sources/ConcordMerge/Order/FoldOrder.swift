package import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// The next entry of the server's log.
package enum LogItem: Sendable {
    /// A diff that is here already.
    case held(DiffID)
    /// A diff that is new.
    case new(VerifiedDiff)
}

/// What came of taking a diff in.
package enum TakeIn: Hashable, Sendable {
    /// It is in, under this number.
    case taken(Int)
    /// It was here already.
    case known(Int)
    /// It is refused; nothing was changed.
    case refused(DiffError)
}

extension LogItem {
    /// The diff's identity.
    package var id: DiffID {
        switch self {
        case .held(let id): id
        case .new(let diff): diff.id
        }
    }

    /// Whether its contents were erased.
    package var isErased: Bool {
        if case .new(let diff) = self { return diff.diff.isErased }
        return false
    }
}

/// The order of the log and of what is pending after it: the only part that applies diffs.
package struct FoldOrder: TakesIn {
    package let memory: FoldMemory

    /// Applies a diff that has no place in the log yet: a save of this device, or one from a
    /// bundle.
    ///
    /// - Parameter isFromElsewhere: whether somebody else brought it: then it is refused where its
    ///   author is no evidence by what is here. What was saved here is kept, with effect or without.
    package func takeIn(
        pending diff: VerifiedDiff,
        isFromElsewhere: Bool = false
    ) throws -> TakeIn {
        switch try admit(diff, position: nil, asksMembership: isFromElsewhere) {
        case .taken(let number):
            let entry = try entry(number)
            note(onceHasTurned: false)
            if try isLast(entry) { try application.apply(number) } else { try judgePendingAgain() }
            if memory.onceHasTurned { try judgePendingAgain() }
            noteDelicate(entry)
            return .taken(number)
        case let other: return other
        }
    }

    /// Takes in diffs from a replica's own file that have no place in the log, in causal order, and judges
    /// them once all are here.
    ///
    /// Nothing is asked of them that was found before: their authors, and the orders for what was erased.
    ///
    /// - Returns: which do not fit, as in a damaged file those that stand on a missing one, and why.
    package func takeIn(
        storedPending diffs: [VerifiedDiff]
    ) throws -> [(index: Int, error: DiffError)] {
        reserve(forDiffs: diffs.count)
        var refused: [(index: Int, error: DiffError)] = []
        for (index, diff) in diffs.enumerated() {
            switch try admit(diff, position: nil, isStored: true) {
            case .taken(let number):
                noteDelicate(try entry(number))
                // What follows has to name the engagement that it founds.
                if diff.head.engagement == nil { try application.apply(number) }
            case .known: refused.append((index, DiffError(.duplicate)))
            case .refused(let error): refused.append((index, error))
            }
        }
        try judgePendingAgain()
        return refused
    }

    /// Takes in the next entries of the log, from `logSize` on.
    ///
    /// A diff whose contents were erased needs the order among the entries, or in the log before them.
    /// A diff whose author is no evidence at its place is refused (`not-a-member`), no matter who gave it a
    /// place: a log that holds one is not the log of this engagement.
    ///
    /// - Parameter isStored: whether the entries come from a replica's own file, in which every order and
    ///   every author has been found before.
    /// - Returns: the index of the first entry that is refused and why, or nil. What stands before it
    ///   is taken in.
    /// - Throws: `UnprovenErasure` where an order turned out to have no effect: then the fold must be
    ///   thrown away.
    package func takeIn(
        log items: [LogItem],
        isStored: Bool = false
    ) throws -> (index: Int, error: DiffError)? {
        if isStored { return try takeInOrdered(items, asksMembership: false) }
        guard items.contains(where: \.isErased) else { return try takeInOrdered(items) }
        if let index = erasures.firstWithoutOrder(items) {
            let refused = try takeInOrdered(Array(items[..<index]))
            return refused ?? (index, DiffError(.bodyMismatch))
        }
        let refused = try takeInOrdered(items)
        if refused == nil { try erasures.requireOrders(for: items) }
        return refused
    }

    private func takeInOrdered(
        _ items: [LogItem],
        asksMembership: Bool = true
    ) throws -> (index: Int, error: DiffError)? {
        reserve(forDiffs: items.count)
        if try isPlain(items) { return try takeInPlain(items, asksMembership) }
        let pending = try unapplyPending()
        returnToLoggedLedger()
        var refused: (index: Int, error: DiffError)?
        for (index, item) in items.enumerated() {
            let error = try takeInNext(item, applyHeld: true, asksMembership: asksMembership)
            if let error {
                refused = (index, error)
                break
            }
        }
        logLedger()
        try applyPending(pending)
        return refused
    }

    /// Whether nothing among the entries, and nothing pending, can change the verdict of another.
    private func isPlain(_ items: [LogItem]) throws -> Bool {
        guard !pendingIsDelicate else { return false }
        var continued: Set<DiffID> = []
        for case .new(let diff) in items {
            guard diff.head.seq > 1, let first = diff.head.parents.first,
                continued.insert(first).inserted,
                !diff.body.operations.contains(where: \.isControl)
            else { return false }
            // What follows a diff beyond the end of the chain follows one among these.
            guard isHeld(upTo: diff.head.seq - 1, by: diff.head.author),
                let previous = try previous(of: diff)
            else { continue }
            if branches[previous.branch].tip != previous.seq { return false }
        }
        return true
    }

    private func takeInPlain(
        _ items: [LogItem],
        _ asksMembership: Bool
    ) throws -> (index: Int, error: DiffError)? {
        note(onceHasTurned: false)
        var refused: (index: Int, error: DiffError)?
        var taken: [Int] = []
        for (index, item) in items.enumerated() {
            let error = try takeInNext(item, applyHeld: false, asksMembership: asksMembership)
            if let error {
                refused = (index, error)
                break
            }
            if let number = try number(of: item.id) { taken.append(number) }
        }
        if memory.onceHasTurned { try judgeAgain(placed: taken) }
        return refused
    }

    /// Judges again what has just got its place in the log, and everything pending after it: a verdict on
    /// which theirs may rest has changed.
    private func judgeAgain(placed: [Int]) throws {
        let pending = try unapplyPending()
        for number in placed.reversed() { try cellWriter.unapply(number) }
        for number in placed { try application.apply(number) }
        try applyPending(pending)
    }

    /// Gives the next entry its place and, where it is new or was unapplied, applies it.
    private func takeInNext(
        _ item: LogItem,
        applyHeld: Bool,
        asksMembership: Bool
    ) throws -> DiffError? {
        switch item {
        case .held(let id):
            guard let number = try number(of: id) else { return DiffError(.missingParent) }
            return try takeInHeld(number, applies: applyHeld, asksMembership)
        case .new(let diff):
            switch try admit(diff, position: logSize, asksMembership: asksMembership) {
            case .taken(let number): try application.apply(number)
            case .known(let number):
                return try takeInHeld(number, applies: applyHeld, asksMembership)
            case .refused(let error): return error
            }
            passPlace()
        }
        return nil
    }

    /// Gives a held diff the next place in the log; a log that holds a diff twice, or before what it
    /// had seen, is refused.
    private func takeInHeld(
        _ number: Int,
        applies: Bool,
        _ asksMembership: Bool
    ) throws -> DiffError? {
        guard try entry(number).position == nil else { return DiffError(.duplicate) }
        for parent in try diff(number).head.parents {
            guard let seen = try self.number(of: parent), try self.entry(seen).position != nil
            else {
                return DiffError(.missingParent)
            }
        }
        if asksMembership, !isEvidence(try diff(number)) { return DiffError(.notMember) }
        try place(number)
        if applies {
            try application.apply(number)
        } else {
            try cellWriter.reorderOnce(number)
            try upkeep.unsettleTexts(of: number)
        }
        return nil
    }

    /// Checks a new diff against what is here and gives it a number, without judging it.
    private func admit(
        _ diff: VerifiedDiff,
        position: Int?,
        asksMembership: Bool = false,
        isStored: Bool = false
    ) throws -> TakeIn {
        if let known = try heldNumber(of: diff) { return .known(known) }
        if position == nil, !isStored, diff.diff.isErased {
            return .refused(DiffError(.bodyMismatch))
        }
        let head = diff.head
        if head.engagement == nil {
            if membership.engagement != nil { return .refused(DiffError(.wrongEngagement)) }
        } else if head.engagement != membership.engagement {
            return .refused(DiffError(.wrongEngagement))
        }
        var parents: [DiffEntry] = []
        var previous: BranchSeq?
        for (index, parent) in head.parents.enumerated() {
            guard let number = try number(of: parent) else {
                return .refused(DiffError(.missingParent))
            }
            let entry = try entry(number)
            if position != nil, entry.position == nil { return .refused(DiffError(.missingParent)) }
            let isPrevious = index == 0 && head.seq > 1
            let follows = entry.author == head.author && entry.at.seq == head.seq - 1
            guard !isPrevious || follows else { return .refused(DiffError(.brokenChain)) }
            if isPrevious { previous = entry.at }
            parents.append(entry)
        }
        if asksMembership, !isEvidence(diff) { return .refused(DiffError(.notMember)) }
        var seen = SeenVector.union(of: parents.map(\.seen))
        for parent in parents { seen.insert(parent.at) }
        let (number, at) = nextPlace(of: head.author, after: previous)
        let entry = DiffEntry(
            number: number,
            id: diff.id,
            author: head.author,
            at: at,
            depth: 1 + parents.reduce(0) { max($0, $1.depth) },
            seen: seen,
            position: position,
            isControl: diff.body.operations.contains(where: \.isControl)
        )
        keep(diff, as: entry)
        return .taken(number)
    }

    /// Whether membership admits the diff after what is judged so far (`Protocol/membership.md`,
    /// "Evidence").
    private func isEvidence(_ diff: VerifiedDiff) -> Bool {
        membership.admits(diff.diff, verifier: memory.verifier)
    }

    /// The number of a diff that is here already, which one beyond the end of its author's chain is not.
    private func heldNumber(of diff: VerifiedDiff) throws -> Int? {
        guard isHeld(upTo: diff.head.seq, by: diff.head.author) else { return nil }
        return try number(of: diff.id)
    }

    /// Whether a diff of this number, or a later one, of a chain may be here.
    private func isHeld(upTo seq: Int, by author: Author) -> Bool {
        branches.numbers(of: author).contains { branches[$0].tip >= seq }
    }

    /// The place of the diff that `diff` names as its author's previous one.
    private func previous(of diff: VerifiedDiff) throws -> BranchSeq? {
        guard let first = diff.head.parents.first, let number = try number(of: first) else {
            return nil
        }
        return try entry(number).at
    }
}

extension FoldOrder {
    /// The diffs that have no place in the log, in their provisional order.
    func pending() throws -> [DiffEntry] {
        var numbers = Set(try source.pending())
        for entry in memory.entries.values where entry.position == nil {
            numbers.insert(entry.number)
        }
        var pending: [DiffEntry] = []
        for number in numbers {
            let entry = try entry(number)
            if entry.position == nil { pending.append(entry) }
        }
        return pending.sorted(by: Precedence.isBefore)
    }

    /// Whether a pending diff is after all others, so that it can simply be applied; where none is
    /// delicate, the order does not matter.
    private func isLast(_ entry: DiffEntry) throws -> Bool {
        guard pendingIsDelicate || isDelicate(entry) else { return true }
        // A diff that has seen everything is deeper than everything: a save, that is, which would
        // otherwise cost more the longer its device has been offline.
        return try upkeep.hasSeenAll(entry) || pending().last?.number == entry.number
    }

    /// Judges everything pending again.
    private func judgePendingAgain() throws {
        let pending = try pending()
        for entry in pending.reversed() where isApplied(entry) {
            try cellWriter.unapply(entry.number)
        }
        returnToLoggedLedger()
        for entry in pending { try application.apply(entry.number) }
    }

    /// Takes everything pending back, and answers what that was.
    private func unapplyPending() throws -> [DiffEntry] {
        let pending = try pending()
        for entry in pending.reversed() { try cellWriter.unapply(entry.number) }
        return pending
    }

    /// Applies again what is still pending of `former`.
    private func applyPending(_ former: [DiffEntry]) throws {
        note(pendingIsDelicate: false)
        for old in former {
            let entry = try entry(old.number)
            guard entry.position == nil else { continue }
            try application.apply(entry.number)
            noteDelicate(entry)
        }
    }

    /// Whether a diff has been judged since it came in or was removed.
    private func isApplied(_ entry: DiffEntry) -> Bool {
        branches[entry.at.branch].judged >= entry.at.seq
    }

    private func noteDelicate(_ entry: DiffEntry) {
        if isDelicate(entry) { note(pendingIsDelicate: true) }
    }

    /// Whether the diff's place in the order can change a verdict: it holds control operations, or its
    /// author's chain is forked (also from its beginning, where no branch grows from another).
    private func isDelicate(_ entry: DiffEntry) -> Bool {
        entry.isControl || branches.numbers(of: entry.author).count > 1
    }
}
