import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@testable import ConcordStorage

/// A conflict ends by a decision, not with what it is in.
@Suite struct ContestedInsideTests {
    private struct Inside {
        /// What holds the conflict, and what of it is contested.
        let kind: WireText
        let fields: JSONObject
        let contested: String
        let values: (JSON, JSON)
        /// The record that is removed, where that is another one.
        var removed: (kind: WireText, id: WireText)?
    }

    private static let all: [Inside] = [
        Inside(
            kind: "checklistItem",
            fields: ["fileID": "q"],
            contested: "answer",
            values: ("conforming", "notConforming")
        ),
        Inside(
            kind: "evidence",
            fields: ["fileID": "v"],
            contested: "title",
            values: ("Photo", "Picture")
        ),
        Inside(
            kind: "finding",
            fields: ["state": "draft"],
            contested: "unit",
            values: ("IT", "Sales")
        ),
        Inside(
            kind: "criterion",
            fields: ["finding": "f1", "standard": "iso", "clause": "8"],
            contested: "grade",
            values: ("major", "minor")
        ),
        Inside(
            kind: "criterion",
            fields: ["finding": "f1", "standard": "iso", "clause": "8"],
            contested: "otherCriterion",
            values: ("Our rule 1", "Our rule 2"),
            removed: ("finding", "f1")
        ),
    ]

    private func contest(_ inside: Inside) throws -> (Team, CellPath) {
        let team = try Team()
        try team.devices[1].save(add("/finding/f1", ["state": "draft"]))
        try team.devices[1].save(add("/\(inside.kind)/x", inside.fields))
        try team.syncAll()
        let path = "/\(inside.kind)/x/\(inside.contested)"
        // The leader and who raised it: all of these two may write.
        try team.devices[0].set(path, inside.values.0)
        try team.devices[1].set(path, inside.values.1)
        try team.syncAll()
        return (team, cell(path))
    }

    @Test(arguments: all.indices)
    func whatHoldsAConflictIsNotRemovedBeforeSomebodyDecides(place: Int) throws {
        let inside = Self.all[place]
        let (team, path) = try contest(inside)
        let leader = team.devices[0]
        let gone = inside.removed ?? (inside.kind, "x")

        let error = #expect(throws: EditError.self) {
            try leader.edit { $0.hide(kind: gone.kind, id: gone.id) }
        }
        #expect(error?.code == .inConflict)
        #expect(error?.path == path.text)

        try leader.edit { $0.resolve(path, to: inside.values.0, reason: "seen both") }
        try leader.edit { $0.hide(kind: gone.kind, id: gone.id) }
        #expect(try leader.shown(gone.kind.string, gone.id.string) == nil)
    }

    /// Other programs may remove it all the same: then who wrote one of the sides is told.
    @Test(arguments: all.indices)
    func whoWroteASideIsToldOfTheRemoval(place: Int) throws {
        let inside = Self.all[place]
        let (team, path) = try contest(inside)
        let gone = inside.removed ?? (inside.kind, "x")

        let removal = try #require(
            try team.devices[0].save(Operation(.remove, at: cell("/\(gone.kind)/\(gone.id)")))
        )
        try team.syncAll()

        #expect(try team.devices[1].shown(gone.kind.string, gone.id.string) == nil)
        let item = try #require(
            try team.devices[1].inbox().first {
                $0.mine.path == path && $0.kind == .resolved
            }
        )
        #expect(item.by?.diff == removal.id)
        #expect(try !team.devices[0].inbox().contains { $0.kind == .resolved })
    }

    @Test func whatIsDecidedIsToldNoSecondTime() throws {
        let inside = Self.all[0]
        let (team, path) = try contest(inside)
        try team.devices[0].edit { $0.resolve(path, to: inside.values.1, reason: "seen both") }
        try team.devices[0].edit { $0.hide(kind: inside.kind, id: "x") }
        try team.syncAll()

        // That the question itself was removed is told.
        let told = try team.devices[1].inbox()
        #expect(told.map(\.kind) == [.replaced])
        #expect(told.first?.mine.path == cell("/checklistItem/x"))
    }

    /// An edit beside a withdrawal is a side of the conflict over the state, and goes with the record like any.
    @Test func whoWroteASideElsewhereIsToldOfTheRemoval() throws {
        let (team, _) = try contest(Self.all[3])
        let (leader, auditor) = (team.devices[0], team.devices[1])
        try leader.set("/finding/f1/state", "withdrawn", reason: "no")
        try auditor.set("/finding/f1/unit", "IT")
        try team.syncAll()

        try leader.save(Operation(.remove, at: cell("/finding/f1")))
        try team.syncAll()

        #expect(try auditor.shown("finding", "f1") == nil)
        let told = try auditor.inbox().filter { $0.kind == .resolved }.map(\.mine.path)
        #expect(told.contains(cell("/finding/f1/unit")))
        #expect(told.contains(cell("/criterion/x/grade")))
    }
}
