import ConcordEncoding

/// A place in a data file, read member by member.
///
/// It carries its own path, so that every refusal says where in the file it was: anyone who replaces
/// a catalogue by hand corrects one line instead of searching the file.
struct DataReader {
    let value: JSON
    let path: WireText

    init(_ value: JSON, path: WireText = "") {
        self.value = value
        self.path = path
    }

    func has(_ key: WireText) -> Bool {
        value.objectValue?[key] != nil
    }

    func member(_ key: WireText) throws(CatalogueError) -> DataReader {
        guard let object = value.objectValue else {
            throw CatalogueError(.shape, "\(place) must be an object")
        }
        guard let member = object[key] else {
            throw CatalogueError(.shape, "\(place) has no member \"\(key)\"")
        }
        return DataReader(member, path: path.isEmpty ? key : "\(path).\(key)")
    }

    func text(_ key: WireText) throws(CatalogueError) -> WireText {
        try member(key).text()
    }

    func text() throws(CatalogueError) -> WireText {
        guard let text = value.stringValue, !text.isEmpty else {
            throw CatalogueError(.shape, "\(place) must be a text that is not empty")
        }
        return text
    }

    /// The text at a key, or nil if there is no such member or it is null.
    func optionalText(_ key: WireText) throws(CatalogueError) -> WireText? {
        guard let member = value.objectValue?[key], member != .null else { return nil }
        return try text(key)
    }

    func flag(_ key: WireText) throws(CatalogueError) -> Bool {
        let member = try member(key)
        guard case .bool(let flag) = member.value else {
            throw CatalogueError(.shape, "\(member.place) must be true or false")
        }
        return flag
    }

    func integer(_ key: WireText) throws(CatalogueError) -> Int {
        let member = try member(key)
        guard case .integer(let number) = member.value, let integer = Int(exactly: number) else {
            throw CatalogueError(.shape, "\(member.place) must be a whole number")
        }
        return integer
    }

    func items(_ key: WireText) throws(CatalogueError) -> [DataReader] {
        let member = try member(key)
        guard let items = member.value.arrayValue else {
            throw CatalogueError(.shape, "\(member.place) must be a list")
        }
        return items.enumerated().map { index, item in
            DataReader(item, path: "\(member.path)[\(index)]")
        }
    }

    func texts(_ key: WireText) throws(CatalogueError) -> [WireText] {
        try items(key).map { item throws(CatalogueError) in try item.text() }
    }

    /// One of an enumeration's words.
    func word<Word>(_ key: WireText, of type: Word.Type) throws(CatalogueError) -> Word
    where Word: RawRepresentable<String> & CaseIterable {
        let member = try member(key)
        let text = try member.text()
        guard let word = Word(text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw CatalogueError(
                .unknownWord,
                "\(member.place) is \"\(text)\"; it must be one of: \(words)"
            )
        }
        return word
    }

    var place: WireText { path.isEmpty ? "the file" : path }
}
