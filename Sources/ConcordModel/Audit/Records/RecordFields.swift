import ConcordEncoding

/// The fields of one record of the state document, read leniently.
///
/// What is missing, has another type or is a word that this version does not know reads as nil or
/// as empty, never as an error: a record may come from a newer version, and one odd field must not
/// hide the other ones.
struct RecordFields {
    let id: WireText
    let fields: JSONObject

    /// A text; an empty one is none.
    func text(_ name: WireText) -> WireText? {
        guard let text = fields[name]?.stringValue, !text.isEmpty else { return nil }
        return text
    }

    func integer(_ name: WireText) -> Int? {
        fields[name]?.integerValue.flatMap { Int(exactly: $0) }
    }

    func flag(_ name: WireText) -> Bool? {
        fields[name]?.boolValue
    }

    /// The members of a set: the keys of its object. Each counts, whatever its value, unless that
    /// says that it is out.
    func members(_ name: WireText) -> Set<WireText> {
        guard let object = fields[name]?.objectValue else { return Set(list(name)) }
        return Set(object.compactMap { $0.value == false ? nil : $0.key })
    }

    /// The members of a set of clauses; what is not a reference is left out.
    func clauses(_ name: WireText) -> Set<ClauseReference> {
        Set(members(name).compactMap { ClauseReference($0) })
    }

    /// The texts of an array.
    func list(_ name: WireText) -> [WireText] {
        fields[name]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// The objects of an array.
    func objects(_ name: WireText) -> [JSONObject] {
        fields[name]?.arrayValue?.compactMap(\.objectValue) ?? []
    }

    /// A word of an enumeration.
    func word<Word: RawRepresentable<String>>(_ name: WireText, as type: Word.Type) -> Word? {
        text(name).flatMap { Word($0) }
    }
}
