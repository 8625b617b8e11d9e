import ConcordEncoding
import ConcordModel

/// The names by which people may call the standards of an engagement: any run of the words of the
/// id that only one standard has ("9001", "20000-1"), or the system's abbreviation ("QMS").
struct StandardNames {
    /// The ids to choose from.
    let ids: [WireText]

    /// The id that a name in a file stands for.
    func id(_ name: WireText) throws -> WireText { try id(name.string) }

    /// The id that a name stands for.
    func id(_ name: String) throws -> WireText {
        if ids.contains(WireText(name)) { return WireText(name) }
        let wanted = Self.words(name)
        var found = ids.filter { Self.contains(Self.words($0.string), wanted) }
        if found.isEmpty {
            found = ids.filter {
                Catalogues.shipped[$0]?.system.string.lowercased() == name.lowercased()
            }
        }
        if let only = found.first, found.count == 1 { return only }
        throw CommandFailure(
            .badInput,
            found.isEmpty ? "unknown-standard" : "ambiguous-standard",
            found.isEmpty
                ? "'\(name)' is not one of this engagement's standards"
                : "'\(name)' may be any of \(found.joined(separator: ", "))",
            next: NearNames.hint(name, among: ids.map(\.string))
                + "They are: \(ids.joined(separator: ", "))."
        )
    }

    private static func words(_ name: String) -> [Substring] {
        name.lowercased().split { !$0.isLetter && !$0.isNumber }[...].map { $0 }
    }

    private static func contains(_ words: [Substring], _ wanted: [Substring]) -> Bool {
        guard !wanted.isEmpty, wanted.count <= words.count else { return false }
        return (0...(words.count - wanted.count)).contains { start in
            words[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }
}
