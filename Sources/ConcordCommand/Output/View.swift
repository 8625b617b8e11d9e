import ArgumentParser
import ConcordEncoding

/// One thing that a command tells: the same facts for programs and for people.
///
/// A command has options, makes one call and shows one view; `OutputOptions.show` alone decides what is printed
/// (`docs/decisions/0076-one-call-one-view.md`).
protocol View {
    /// For programs; the shapes are in `docs/concord.md`.
    var json: JSON { get throws }
    /// For people, on standard output.
    var lines: [Shown] { get throws }
    /// What is said to people beside it, on standard error.
    var notes: [Shown] { get throws }
}

extension View {
    var notes: [Shown] { [] }
}

/// A thing that stands in one row of a list.
protocol Row {
    /// For programs; the shapes are in `docs/concord.md`.
    var json: JSON { get throws }
    /// The cells of the row, for people.
    var cells: [String] { get }
}

extension OutputOptions {
    /// Prints a view, as the person asked for it.
    func show(_ view: some View) throws {
        if json { return try Output.json(try view.json) }
        try Output.lines(try view.lines)
        for line in try view.notes { Output.note(line) }
    }
}

extension OutputOptions {
    /// Refuses `--json` where there is no place for it.
    func requireText(_ message: String) throws {
        if json { throw ValidationError(message) }
    }
}

/// Things that are told one after the other, with an empty line between them.
struct Several<Item: View>: View {
    /// What the list is called in JSON.
    let name: WireText
    let items: [Item]
    /// What is said where there is nothing.
    var none: Shown?
    /// Whether they were asked for by name: then the members of a single one stand beside the list.
    var areNamed = false

    var json: JSON {
        get throws {
            let all = try items.map { try $0.json }
            return areNamed ? .several(name, all) : .object([name: .array(all)])
        }
    }

    var lines: [Shown] {
        get throws {
            if items.isEmpty { return none.map { [$0] } ?? [] }
            return try items.enumerated().flatMap { index, item in
                (index > 0 ? [""] : []) + (try item.lines)
            }
        }
    }
}

/// Things of which each stands in one row.
struct Table<Item: Row>: View {
    /// What the list is called in JSON.
    let name: WireText
    let rows: [Item]
    /// What the columns are called, where that is said.
    var head: [String]?
    /// What is said where there is nothing.
    var none: Shown?

    var json: JSON { get throws { .object([name: .array(try rows.map { try $0.json })]) } }

    var lines: [Shown] {
        if rows.isEmpty, let none { return [none] }
        return Layout.table((head.map { [$0] } ?? []) + rows.map(\.cells))
    }
}

/// A result of a few members, with what is said of it.
struct Message: View {
    let json: JSON
    let lines: [Shown]
    var notes: [Shown] = []
}
