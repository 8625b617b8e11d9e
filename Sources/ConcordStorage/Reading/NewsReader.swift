package import ConcordDiff
import ConcordEncoding
package import ConcordMerge
import ConcordModel
import ConcordText

/// What came into a replica since somebody looked.
package struct NewsReader {
    private let reader: ReplicaReader

    /// The news of what a replica holds.
    package init(_ reader: ReplicaReader) { self.reader = reader }

    private var statements: StatementCache { reader.statements }

    /// The number of each author's newest diff here.
    package func newestNumbers() throws -> [Author: Int] {
        try FoldStart.branches(statements).all.reduce(into: [:]) { newest, branch in
            newest[branch.author] = max(newest[branch.author] ?? 0, branch.tip)
        }
    }

    /// For each author the number of the newest diff that the author of a diff had seen; none if it is not here.
    package func numbersSeen(by reference: WriteReference) throws -> [Author: Int] {
        let fold = try reader.fold()
        guard let id = try reader.diffs(reference).first?.id, let number = try fold.number(of: id)
        else {
            return [:]
        }
        let entry = try fold.entry(number)
        return fold.branches.all.enumerated().reduce(into: [:]) { numbers, branch in
            let author = branch.element.author
            numbers[author] = max(numbers[author] ?? 0, entry.seen.newest(of: branch.offset))
        }
    }

    /// The saves behind these numbers, in the order of the log and then of arrival: merge diffs without operations are
    /// left out.
    ///
    /// It costs what is new, however long the log is.
    ///
    /// - Parameters:
    ///   - numbers: for each author the number up to which its diffs are known; 0 if it is not named.
    ///   - authors: whose diffs are left out.
    package func saves(
        behind numbers: [Author: Int],
        notBy authors: Set<Author>
    ) throws -> [NewSave] {
        let query = try statements(
            """
            SELECT number, seq, time, position, envelope FROM diff WHERE branch = ?1 AND seq > ?2
            """
        )
        var found: [(order: (Int, Int), save: NewSave)] = []
        for (number, branch) in try FoldStart.branches(statements).all.enumerated() {
            let known = numbers[branch.author] ?? 0
            guard branch.tip > known, !authors.contains(branch.author) else { continue }
            query.bind(number, at: 1)
            query.bind(known, at: 2)
            let rows = try query.rows { row in
                (
                    number: row.int(0), seq: row.int(1), time: row.string(2),
                    position: row.optionalInt(3), envelope: row.bytes(4)
                )
            }
            for row in rows {
                let diff: UnverifiedDiff
                do throws(DiffError) {
                    diff = try UnverifiedDiff(envelope: row.envelope, mayBeErased: true)
                } catch {
                    throw DamagedRow("diff (\(error))")
                }
                let all = diff.body.operations
                if all.isEmpty { continue }
                let operations = try all.filter { try !isVoid($0, in: row.number) }
                let save = NewSave(
                    id: diff.id,
                    reference: diff.reference,
                    time: row.time,
                    operations: operations,
                    voids: all.count - operations.count
                )
                found.append(((row.position ?? .max, row.number), save))
            }
        }
        return found.sorted { $0.order < $1.order }.map(\.save)
    }

    /// Whether an operation of a diff has no effect.
    private func isVoid(_ operation: Operation, in diff: Int) throws -> Bool {
        let query = try statements(
            """
            SELECT 1 FROM record r JOIN write w ON w.record = r.number
            WHERE r.id = ?1 AND r.kind = ?2 AND w.field = ?3 AND w.member = ?4 AND w.standing = 1
            AND w.diff = ?5
            """
        )
        query.bind(operation.path.record, at: 1)
        query.bind(operation.path.kind, at: 2)
        query.bind(operation.path.field ?? "", at: 3)
        query.bind(operation.path.member ?? "", at: 4)
        query.bind(diff, at: 5)
        return try query.first { _ in true } ?? false
    }
}
