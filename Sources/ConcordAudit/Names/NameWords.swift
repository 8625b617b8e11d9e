package import ConcordEncoding

/// The words in a name of the protocol.
package enum NameWords {
    /// "includedRequirement" as "included requirement", "fileID" as "file ID".
    package static func spaced(_ name: WireText) -> String {
        var words: [String] = [""]
        var last: Character = " "
        for character in name.string {
            if character.isUppercase, !last.isUppercase { words.append("") }
            words[words.count - 1].append(character)
            last = character
        }
        return words.filter { !$0.isEmpty }.map { word in
            word.count > 1 && word.allSatisfy(\.isUppercase) ? word : word.lowercased()
        }.joined(separator: " ")
    }
}
