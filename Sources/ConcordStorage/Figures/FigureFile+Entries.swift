package import ConcordEncoding

// The entries, and how hints at findings that may say the same follow from them.
//
// A finding has a hint for each earlier one that takes a place near to it, and no more than so many. All that take
// one place in one unit are near to each other, so what comes or goes there changes the hints of those alone that are
// among the first few, before the change or after it: those behind them have as many hints as there can be.

extension FigureFile {
    /// An entry as it is stored.
    struct Row {
        let number: Int
        let entry: FigureEntry
        let hints: Int
    }

    /// Puts entries in the place of those of some findings.
    ///
    /// - Parameters:
    ///   - findings: the findings that changed; those without an entry among `entries` have none then.
    ///   - hintsMax: at most so many hints are counted of one finding.
    package func replace(
        _ findings: Set<WireText>,
        with entries: [FigureEntry],
        hintsMax: Int
    ) throws {
        let old = try findings.compactMap { try row($0) }
        let likenesses = (old.map(\.entry) + entries).compactMap(\.likeness)
        var unsure = try first(hintsMax, around: likenesses)
        for row in old {
            try take(row)
            unsure.remove(row.number)
        }
        for entry in entries { unsure.insert(try add(entry)) }
        unsure.formUnion(try first(hintsMax, around: likenesses))
        for number in unsure { try countHints(of: number, most: hintsMax) }
    }

    // MARK: Entries.

    func row(_ id: WireText) throws -> Row? {
        let query = try statements("SELECT \(Self.columns) FROM finding WHERE id = ?1")
        query.bind(id, at: 1)
        return try query.first(Self.row)
    }

    private func row(_ number: Int) throws -> Row? {
        let query = try statements("SELECT \(Self.columns) FROM finding WHERE number = ?1")
        query.bind(number, at: 1)
        return try query.first(Self.row)
    }

    private static let columns =
        "number, id, counts, label, reaches, rank, unit, own, near, around, hints"

    private static func row(_ query: Statement) throws -> Row {
        var entry = FigureEntry(id: query.string(1))
        for (name, count) in try StoredJSON.read(query, 2)?.objectValue ?? [:] {
            guard let count = count.integerValue else { throw DamagedRow("count") }
            entry.counts[name] = Int(count)
        }
        entry.number = query.optionalString(3)
        entry.reaches = Set(
            try StoredJSON.read(query, 4)?.arrayValue?.compactMap(\.stringValue) ?? []
        )
        if !query.isNull(5) {
            entry.likeness = FigureEntry.Likeness(
                rank: query.bytes(5),
                unit: query.optionalInt(6),
                own: try numbers(query.string(7)),
                near: try numbers(query.string(8)),
                around: try numbers(query.string(9))
            )
        }
        return Row(number: query.int(0), entry: entry, hints: query.int(10))
    }

    private static func numbers(_ text: WireText) throws -> Set<Int> {
        Set(
            try text.string.split(separator: ",").map { digits in
                guard let number = Int(digits) else { throw DamagedRow("place") }
                return number
            }
        )
    }

    private static func text(_ numbers: Set<Int>?) -> String {
        (numbers ?? []).map(String.init).joined(separator: ",")
    }

    private func add(_ entry: FigureEntry) throws -> Int {
        let insert = try statements(
            """
            INSERT INTO finding
            (id, counts, label, reaches, rank, unit, own, near, around, hints)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0) RETURNING number
            """
        )
        let counts = JSONObject(
            uniqueKeysWithValues: entry.counts.map { ($0.key, .integer(Int64($0.value))) }
        )
        let likeness = entry.likeness
        insert.bind(entry.id, at: 1)
        insert.bindText(JSON.object(counts).canonicalBytes, at: 2)
        insert.bind(entry.number, at: 3)
        let reaches = JSON.array(entry.reaches.sorted().map { .string($0) })
        insert.bindText(reaches.canonicalBytes, at: 4)
        if let likeness { insert.bind(likeness.rank, at: 5) } else { insert.bindNull(at: 5) }
        insert.bind(likeness?.unit, at: 6)
        insert.bind(Self.text(likeness?.own), at: 7)
        insert.bind(Self.text(likeness?.near), at: 8)
        insert.bind(Self.text(likeness?.around), at: 9)
        guard let number = try insert.first({ $0.int(0) }) else { throw DamagedRow("entry") }
        try count(entry.counts, times: 1)
        guard let likeness else { return number }
        let place = try statements(
            "INSERT INTO place (place, unit, rank, finding) VALUES (?1, ?2, ?3, ?4)"
        )
        for own in likeness.own {
            place.bind(own, at: 1)
            place.bind(likeness.unit ?? 0, at: 2)
            place.bind(likeness.rank, at: 3)
            place.bind(number, at: 4)
            try place.run()
        }
        return number
    }

    private func take(_ row: Row) throws {
        try count(row.entry.counts, times: -1)
        try count([Self.hints: row.hints], times: -1)
        if let likeness = row.entry.likeness {
            let delete = try statements(
                "DELETE FROM place WHERE place = ?1 AND unit = ?2 AND rank = ?3"
            )
            for own in likeness.own {
                delete.bind(own, at: 1)
                delete.bind(likeness.unit ?? 0, at: 2)
                delete.bind(likeness.rank, at: 3)
                try delete.run()
            }
        }
        let delete = try statements("DELETE FROM finding WHERE number = ?1")
        delete.bind(row.number, at: 1)
        try delete.run()
    }

    private func count(_ counts: [WireText: Int], times: Int) throws {
        let add = try statements(
            """
            INSERT INTO total (name, count) VALUES (?1, ?2)
            ON CONFLICT (name) DO UPDATE SET count = count + excluded.count
            """
        )
        for (name, count) in counts where count != 0 {
            add.bind(name, at: 1)
            add.bind(count * times, at: 2)
            try add.run()
        }
    }

    // MARK: Hints.

    /// The first few findings at each place around some, in each unit that may be theirs.
    private func first(_ count: Int, around likenesses: [FigureEntry.Likeness]) throws -> Set<Int> {
        let query = try statements(
            "SELECT finding FROM place WHERE place = ?1 AND unit = ?2 ORDER BY rank LIMIT ?3"
        )
        var asked: Set<[Int]> = []
        var found: Set<Int> = []
        for likeness in likenesses {
            for place in likeness.around {
                for unit in try units(of: likeness, at: place)
                where asked.insert([place, unit]).inserted {
                    query.bind(place, at: 1)
                    query.bind(unit, at: 2)
                    query.bind(count, at: 3)
                    found.formUnion(try query.rows { $0.int(0) })
                }
            }
        }
        return found
    }

    /// The units at a place that a finding of one may share; 0 for those whose unit is not known.
    private func units(of likeness: FigureEntry.Likeness, at place: Int) throws -> [Int] {
        if let unit = likeness.unit { return [unit, 0] }
        let next = try statements("SELECT min(unit) FROM place WHERE place = ?1 AND unit > ?2")
        var units: [Int] = []
        var last = Int.min
        while true {
            next.bind(place, at: 1)
            next.bind(last, at: 2)
            guard let unit = try next.first({ $0.optionalInt(0) }) ?? nil else { return units }
            units.append(unit)
            last = unit
        }
    }

    private func countHints(of number: Int, most: Int) throws {
        guard let row = try row(number), let likeness = row.entry.likeness else { return }
        let hints = try earlier(than: likeness, most: most)
        if hints == row.hints { return }
        try count([Self.hints: hints - row.hints], times: 1)
        let update = try statements("UPDATE finding SET hints = ?2 WHERE number = ?1")
        update.bind(number, at: 1)
        update.bind(hints, at: 2)
        try update.run()
    }

    /// How many earlier findings may say the same as one; no more than `most`.
    private func earlier(than likeness: FigureEntry.Likeness, most: Int) throws -> Int {
        var found: Set<Int> = []
        for place in likeness.near {
            for unit in try units(of: likeness, at: place) {
                let query = try statements(
                    "SELECT finding FROM place WHERE place = ?1 AND unit = ?2 AND rank < ?3 LIMIT ?4"
                )
                query.bind(place, at: 1)
                query.bind(unit, at: 2)
                query.bind(likeness.rank, at: 3)
                query.bind(most, at: 4)
                found.formUnion(try query.rows { $0.int(0) })
                if found.count >= most { return most }
            }
        }
        return found.count
    }
}
