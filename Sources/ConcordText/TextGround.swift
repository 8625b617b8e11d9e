/// What of the sequence of a stretch is the *ground* of each of its rows: the characters that all events of
/// the row had in their views, and that none of them deletes.
///
/// Rows are looked at in their order. From one to the next characters become ground, and cease to be, once
/// each; what a row's events do not have though they had seen it is looked at separately.
struct TextGround {
    private let sequence: TextCharacters
    private let rows: TextRows
    private let events: [TextEvent]
    private let ancestry: TextAncestry
    private let twins: TextTwins
    /// The pieces that the events of each row inserted or deleted, ascending.
    private var touched: [[Int]]
    private var begins: [[Int]]
    private var ends: [[Int]]
    /// Events without effect that some of a row had seen and some had not.
    private var halfSeen: [[Int]]
    private var counts: PrefixCounts
    private var saw: [Int: (some: Int, all: Int)] = [:]
    /// The pieces that an event inserted or deleted: of events that some view may lack.
    private var piecesOf: [Int: [Int]] = [:]
    private let walkedTwins: WalkedTwins

    init(
        _ sequence: TextCharacters,
        _ rows: TextRows,
        _ events: [TextEvent],
        _ stretch: TextStretch,
        _ walkedTwins: WalkedTwins
    ) {
        self.sequence = sequence
        self.rows = rows
        self.events = events
        self.walkedTwins = walkedTwins
        ancestry = stretch.ancestry
        twins = stretch.twins
        let empty = [[Int]](repeating: [], count: rows.all.count + 1)
        (touched, begins, ends, halfSeen) = (empty, empty, empty, empty)
        counts = PrefixCounts(sequence.pieces.count)
        for event in stretch.range where rows.row(of: event) == nil {
            let saw = rows.rowsThatSaw(event)
            self.saw[event] = saw
            if saw.some < saw.all { halfSeen[saw.some].append(event) }
        }
        notePieces(lacked: Set(stretch.range.flatMap { events[$0].without }))
    }

    private mutating func notePieces(lacked: Set<Int>) {
        for index in sequence.pieces.indices {
            let piece = sequence.pieces[index]
            for place in piece.touchers {
                guard let row = rows.row(of: sequence.touchers[place]), touched[row].last != index
                else { continue }
                touched[row].append(index)
            }
            if let author = piece.author { note(index, of: author, lacked) }
            for place in piece.deleters where sequence.deleters[place] != piece.author {
                note(index, of: sequence.deleters[place], lacked)
            }
            let begin =
                piece.author.map { rows.row(of: $0).map { $0 + 1 } ?? saw[$0]?.all ?? 0 } ?? 0
            let end = firstRowWithout(piece)
            guard begin < end else { continue }
            begins[min(begin, rows.all.count)].append(index)
            ends[min(end, rows.all.count)].append(index)
        }
    }

    /// Notes a piece of an event that some view may lack.
    private mutating func note(_ piece: Int, of event: Int, _ lacked: Set<Int>) {
        guard lacked.contains(event) || saw[event] != nil || !twins.mates(of: event).isEmpty else {
            return
        }
        piecesOf[event, default: []].append(piece)
    }

    /// The first row of whose events some delete a piece, or have it deleted, or shown by a twin.
    private func firstRowWithout(_ piece: TextPiece) -> Int {
        var end = rows.all.count
        for place in piece.deleters {
            let event = sequence.deleters[place]
            end = min(end, rows.row(of: event) ?? saw[event]?.some ?? end)
        }
        guard let author = piece.author else { return end }
        for twin in twins.mates(of: author)
        where walkedTwins.splicesShownEarlier(than: author, where: { $0 == twin })
            > piece.items.splice
        {
            end = min(end, rows.row(of: twin) ?? saw[twin]?.some ?? end)
        }
        return end
    }

    /// Goes on to a row; rows are asked for in their order, each once.
    mutating func advance(to row: Int) {
        for index in begins[row] { counts.add(1, at: index) }
        for index in ends[row] { counts.add(-1, at: index) }
    }

    /// The pieces between each two characters of a row's ground, as far as its events inserted or deleted
    /// them or not all of its events had them alike.
    func parts(of row: Int) -> [[Int]] {
        var lacking: [Int: Int] = [:]
        for event in rows.all[row].events {
            for other in events[event].without where ancestry.hasSeen(event, other) {
                lacking[other, default: 0] += 1
            }
        }
        let unusual = Set(lacking.keys).union(halfSeen[row])
        var list = touched[row]
        if !unusual.isEmpty {
            var all = Set(list)
            for event in unusual {
                for other in [event] + twins.mates(of: event) {
                    all.formUnion(piecesOf[other] ?? [])
                }
            }
            list = all.sorted()
        }
        var parts: [[Int]] = []
        var last: Int?
        for index in list {
            let isApart =
                last.map { counts.sum(before: index) > counts.sum(before: $0 + 1) } ?? true
            last = index
            let isGround = !unusual.isEmpty && isGround(sequence.pieces[index], of: row, lacking)
            if isApart || isGround { parts.append([]) }
            if !isGround { parts[parts.count - 1].append(index) }
        }
        return parts
    }

    private func isGround(_ piece: TextPiece, of row: Int, _ lacking: [Int: Int]) -> Bool {
        let size = rows.all[row].count
        // Whether any event of the row has another one in its view, or is it.
        func isInAnyView(_ event: Int) -> Bool {
            let lack = lacking[event] ?? 0
            if let own = rows.row(of: event) { return own == row || own < row && lack < size }
            return rows.count(in: row, thatSaw: event) > lack
        }
        for place in piece.deleters where isInAnyView(sequence.deleters[place]) { return false }
        guard let author = piece.author else { return true }
        let isSeen = rows.row(of: author).map { $0 < row } ?? ((saw[author]?.all ?? .max) <= row)
        guard isSeen, lacking[author] == nil else { return false }
        return walkedTwins.splicesShownEarlier(than: author, where: isInAnyView)
            <= piece.items.splice
    }
}

/// Counts at places, and how many there are before one, in logarithmic time (Fenwick, 1994).
private struct PrefixCounts {
    private var sums: [Int32]

    init(_ count: Int) { sums = Array(repeating: 0, count: count + 1) }

    mutating func add(_ change: Int32, at index: Int) {
        var place = index + 1
        while place < sums.count {
            sums[place] += change
            place += place & -place
        }
    }

    func sum(before index: Int) -> Int {
        var place = index
        var sum = 0
        while place > 0 {
            sum += Int(sums[place])
            place -= place & -place
        }
        return sum
    }
}
