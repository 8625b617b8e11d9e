package import ConcordDiff
package import ConcordText

/// One unforked run of an author's chain.
///
/// A chain has one branch until its device is cloned or restored: then a second diff bears a number
/// that was used, and a new branch begins there. The one that is second in the log is void from there on.
package struct Branch: Hashable, Sendable {
    /// Whose chain.
    package var author: Author
    /// The branch it grew from and the last number they share; nil for a chain's beginning.
    package var base: BranchSeq?
    /// The newest number on it.
    package var tip = 0
    /// The newest number on it that has been judged.
    package var judged = 0
    /// The first number on it that is void because of a fork.
    package var voidFrom: Int?

    package init(author: Author, base: BranchSeq?) {
        self.author = author
        self.base = base
        tip = base?.seq ?? 0
        judged = tip
    }

    /// The number after which it is itself.
    package var baseSeq: Int { base?.seq ?? 0 }
}

/// All branches of all authors, by local number.
package struct Branches: Hashable, Sendable {
    package private(set) var all: [Branch]
    private var byAuthor: [Author: [Int]] = [:]

    package init(_ branches: [Branch] = []) {
        all = branches
        for (number, branch) in branches.enumerated() {
            byAuthor[branch.author, default: []].append(number)
        }
    }

    package subscript(number: Int) -> Branch { all[number] }

    /// The author and number by which other diffs name the one at `place`.
    func reference(to place: BranchSeq) -> WriteReference {
        WriteReference(seq: place.seq, author: self[place.branch].author)
    }

    /// The branches of `author`.
    package func numbers(of author: Author) -> [Int] { byAuthor[author] ?? [] }

    /// Makes room for a new diff of `author` whose previous diff is at `previous`.
    package mutating func extend(_ author: Author, after previous: BranchSeq?) -> BranchSeq {
        if let previous, all[previous.branch].tip == previous.seq {
            all[previous.branch].tip += 1
            return BranchSeq(branch: previous.branch, seq: previous.seq + 1)
        }
        let number = all.count
        all.append(Branch(author: author, base: previous))
        byAuthor[author, default: []].append(number)
        all[number].tip += 1
        return BranchSeq(branch: number, seq: all[number].tip)
    }

    /// Notes that the diff at `place` is judged now, and answers whether it is on the second branch
    /// of a fork.
    package mutating func judge(_ place: BranchSeq) -> Bool {
        if all[place.branch].voidFrom == nil { all[place.branch].voidFrom = forkPoint(of: place) }
        all[place.branch].judged = max(all[place.branch].judged, place.seq)
        return all[place.branch].voidFrom.map { place.seq >= $0 } ?? false
    }

    /// Removes the verdicts on the diff at `place` and everything after it on its branch.
    package mutating func unjudge(_ place: BranchSeq) {
        all[place.branch].judged = min(all[place.branch].judged, place.seq - 1)
        if let from = all[place.branch].voidFrom, from >= place.seq {
            all[place.branch].voidFrom = nil
        }
    }

    /// The number from which the branch of `place` is void, if another branch was judged first.
    private func forkPoint(of place: BranchSeq) -> Int? {
        let authors = numbers(of: all[place.branch].author)
        guard authors.count > 1 else { return nil }
        if let base = all[place.branch].base, let from = all[base.branch].voidFrom, from <= base.seq
        {
            return base.seq + 1
        }
        for other in authors where other != place.branch {
            let shared = sharedSeq(place.branch, other)
            // Only what the other branch has of its own: what it shares with its base counts there.
            guard shared < place.seq, all[place.branch].judged <= shared,
                all[other].judged > max(shared, all[other].baseSeq),
                all[other].voidFrom.map({ $0 > shared + 1 }) ?? true
            else { continue }
            return shared + 1
        }
        return nil
    }

    /// The last number that two branches of one chain have in common.
    private func sharedSeq(_ left: Int, _ right: Int) -> Int {
        var limits: [Int: Int] = [:]
        var number = left
        var limit = Int.max
        while true {
            limits[number] = limit
            guard let base = all[number].base else { break }
            limit = min(limit, base.seq)
            number = base.branch
        }
        number = right
        limit = Int.max
        while true {
            if let shared = limits[number] { return min(shared, limit) }
            guard let base = all[number].base else { return 0 }
            limit = min(limit, base.seq)
            number = base.branch
        }
    }

    /// The diffs that `reference` may name for someone who had seen `seen`: one, unless he had seen
    /// both branches of a fork.
    package func places(of reference: WriteReference, in seen: SeenVector) -> [BranchSeq] {
        numbers(of: reference.author).compactMap { number in
            let place = BranchSeq(branch: number, seq: reference.seq)
            return reference.seq > all[number].baseSeq && seen.contains(place) ? place : nil
        }
    }

    /// Whether the diff at `earlier` stands before the one at `later` in one chain.
    package func isInChain(_ earlier: BranchSeq, before later: BranchSeq) -> Bool {
        var place = BranchSeq(branch: later.branch, seq: later.seq - 1)
        while place.branch != earlier.branch {
            guard let base = all[place.branch].base else { return false }
            place = base
        }
        return earlier.seq <= place.seq
    }
}

/// The places of chains that stand before some others in their chains.
struct ChainCover {
    /// For each branch the last number that is covered.
    private var limits: [Int: Int] = [:]

    /// Covers all that stands before `place` in its chain.
    mutating func insert(before place: BranchSeq, in branches: Branches) {
        var last = BranchSeq(branch: place.branch, seq: place.seq - 1)
        // What was covered up to here is covered further down too.
        while limits[last.branch, default: 0] < last.seq {
            limits[last.branch] = last.seq
            guard let base = branches[last.branch].base else { return }
            last = base
        }
    }

    func contains(_ place: BranchSeq) -> Bool { limits[place.branch, default: 0] >= place.seq }
}
