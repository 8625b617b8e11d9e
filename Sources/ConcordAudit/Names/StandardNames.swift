package import ConcordEncoding
import ConcordModel

/// The names by which people may call the standards of an engagement: any run of the words of the
/// id that only one standard has ("9001", "20000-1"), or the system's abbreviation ("QMS").
package struct StandardNames {
    /// The ids to choose from.
    package let ids: [WireText]

    /// The names of these standards.
    package init(ids: [WireText]) { self.ids = ids }

    /// The id that a name in a file means.
    package func id(_ name: WireText) throws(ActRefusal) -> WireText { try id(name.string) }

    /// The id that a name means.
    package func id(_ name: String) throws(ActRefusal) -> WireText {
        if ids.contains(WireText(name)) { return WireText(name) }
        let wanted = Self.words(name)
        var found = ids.filter { Self.contains(Self.words($0.string), wanted) }
        if found.isEmpty {
            found = ids.filter {
                Catalogues.shipped[$0]?.system.string.lowercased() == name.lowercased()
            }
        }
        if let only = found.first, found.count == 1 { return only }
        throw found.isEmpty
            ? ActRefusal.unknownStandard(name: WireText(name), known: ids)
            : ActRefusal.ambiguousStandard(name: WireText(name), among: found, known: ids)
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
