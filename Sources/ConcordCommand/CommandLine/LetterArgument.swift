import ArgumentParser

/// The letter of a member's draft numbers: what stands before the hyphen in `B-07`.
enum LetterArgument {
    /// Refuses what people could not quote or type as part of a number.
    static func check(_ letter: String) throws {
        let isFit =
            (1...3).contains(letter.utf8.count)
            && letter.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        guard !isFit else { return }
        throw ValidationError("--letter is one to three capital letters A to Z.")
    }
}
