import ConcordAudit

/// The kinds of evidence, as `concord evidence add --kind` takes them.
enum EvidenceKind {
    static let all = [
        "document", "record", "record-extract", "photo", "audio", "system-extract",
        "interview-note", "observation-note", "sample-sheet", "other",
    ]

    /// The kind that a word stands for, in whatever spelling (`interviewNote`).
    ///
    /// - Throws: `CommandFailure` with the near ones if it is none.
    static func checked(_ word: String) throws -> String {
        func plain(_ text: String) -> String { text.lowercased().filter(\.isLetter) }
        if let kind = all.first(where: { plain($0) == plain(word) }) { return kind }
        throw CommandFailure(
            .unknownKind,
            "'\(word)' is not a kind of evidence",
            next: NearNames.sentence(word, among: all, what: "kind")
        )
    }
}
