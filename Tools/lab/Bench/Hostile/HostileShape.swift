import ConcordDiff
import ConcordEncoding
import ConcordMerge

/// One way in which members can make work foreverybody, on purpose or by using the programs a lot.
///
/// The cost of taking it in, of one more diff, of looking at it and of saving must grow with N, not with
/// its square: each shape is measured at N and at 2N. N is chosen so that today's cost of N takes at
/// least some hundredths of a second, so that what every diff costs does not hide what grows.
struct HostileShape: Sendable {
    /// What it is called in the table and for `--shape`.
    let name: String
    /// N.
    let size: Int
    /// Makes the log for one size.
    let make: @Sendable (Int) throws -> HostileWork

    /// All shapes.
    static let all: [HostileShape] = [
        chains, records, texts, people, merges, contents, meetings, mixes, rests,
    ].flatMap(\.self)

    /// The shape of this name.
    static func named(_ name: String) throws -> HostileShape {
        guard let shape = all.first(where: { $0.name == name }) else {
            throw HostileFailure("no hostile shape is called \(name)")
        }
        return shape
    }
}

/// A log in the parts that are measured.
struct HostileWork {
    /// What is in the replica and on the server before.
    var before: [UnverifiedDiff]
    /// What the members do.
    var hostile: [UnverifiedDiff]
    /// Diffs that the server refuses: posted after `hostile`, and stored by nobody.
    var refused: [UnverifiedDiff] = []
    /// One more diff of a member who has seen all that is his, on the same place.
    var more: UnverifiedDiff
    /// Who saves in the end.
    var leader: HostileDevice
    /// What the leader saves, having been shown everything.
    var edit: Edit

    /// A log of a team.
    ///
    /// - Parameters:
    ///   - edit: by default a new unit of the finding.
    ///   - more: by default the second device's change of the finding's unit.
    init(
        _ team: HostileTeam,
        _ hostile: [UnverifiedDiff],
        more: UnverifiedDiff? = nil,
        edit: Edit? = nil
    ) throws {
        before = team.before
        self.hostile = hostile
        leader = team.leader
        if let more {
            self.more = more
        } else {
            let set = Operation(.add("HR"), at: cell("/finding/x1/unit"), over: [team.raised])
            self.more = try team.second.diff([set], seen: [team.start])
        }
        var byDefault = Edit()
        byDefault.set(cell("/finding/x1/unit"), to: "FIN")
        self.edit = edit ?? byDefault
    }
}

extension Operation {
    /// A splice of the finding's statement.
    static func splice(
        _ at: Int,
        _ insert: String,
        delete: Int = 0,
        at path: String = "/finding/x1/statement"
    ) -> Operation {
        Operation(.splice(at: at, delete: delete, insert: WireText(insert)), at: cell(path))
    }

    /// A value at a place.
    static func set(
        _ path: String,
        _ value: JSON,
        over: [WriteReference] = [],
        reason: String? = nil
    ) -> Operation {
        Operation(.add(value), at: cell(path), over: over, reason: reason.map { WireText($0) })
    }
}

extension Edit {
    /// A new text of the finding's statement.
    static var statement: Edit {
        var edit = Edit()
        edit.setText(cell("/finding/x1/statement"), to: "As the team leader puts it.")
        return edit
    }
}
