public import ConcordEncoding
public import ConcordModel

// Words that people choose from lists. What is none of them is refused with those that it may have meant.

extension ActRefusal {
    /// A list of words from which people choose.
    public enum WordList: Hashable, Sendable {
        /// The answers to a question of the checklist.
        case answer
        /// The kinds of evidence.
        case evidenceKind
        /// Who may read an item of evidence.
        case confidentiality
        /// The recommendations on a certificate.
        case recommendation
        /// Which further audits can be needed.
        case followUp

        var unknown: Code {
            switch self {
            case .answer: .unknownAnswer
            case .evidenceKind: .unknownKind
            case .confidentiality: .unknownConfidentiality
            case .recommendation: .unknownRecommendation
            case .followUp: .unknownFollowUp
            }
        }

        /// What each of its words is.
        var what: WireText {
            switch self {
            case .answer: "an answer"
            case .evidenceKind: "a kind of evidence"
            case .confidentiality: "a level of confidentiality"
            case .recommendation: "a recommendation"
            case .followUp: "a follow-up"
            }
        }

        /// What to say instead of a word that is none of them.
        func next(_ word: WireText) -> String {
            switch self {
            case .answer: all(Schema.answers, near: word, "The answers are")
            case .evidenceKind: NearNames.sentence(word, among: EvidenceWords.kinds, what: "kind")
            case .confidentiality:
                "Say one of: \(EvidenceWords.confidentialities.joined(separator: ", ")). What is "
                    + "confidential or restricted is named in reports, without its content."
            case .recommendation: all(Schema.recommendations, near: word, "They are")
            case .followUp:
                NearNames.sentence(word, among: ConclusionText.followUps, what: "follow-up")
            }
        }

        private func all(_ words: [WireText], near word: WireText, _ before: String) -> String {
            ActRefusal.all(words, near: word, before)
        }
    }
}

/// The words that an item of evidence is described with.
public enum EvidenceWords {
    /// The kinds of evidence.
    public static let kinds: [WireText] = [
        "document", "record", "record-extract", "photo", "audio", "system-extract",
        "interview-note", "observation-note", "sample-sheet", "other",
    ]

    /// Who may read it, from everybody to those who need it.
    public static let confidentialities: [WireText] = [
        "public", "internal", "confidential", "restricted",
    ]

    /// The kind that a word stands for, in whatever spelling (`interviewNote`).
    ///
    /// - Throws: `unknownWord`.
    public static func kind(_ word: WireText) throws(ActRefusal) -> WireText {
        func plain(_ text: WireText) -> String { text.string.lowercased().filter(\.isLetter) }
        if let kind = kinds.first(where: { plain($0) == plain(word) }) { return kind }
        throw .unknownWord(.evidenceKind, word)
    }

    /// The level of confidentiality that a word stands for, in whatever case.
    ///
    /// - Throws: `unknownWord`.
    public static func confidentiality(_ word: WireText) throws(ActRefusal) -> WireText {
        let plain = WireText(word.string.lowercased())
        if confidentialities.contains(plain) { return plain }
        throw .unknownWord(.confidentiality, word)
    }
}

extension ChecklistAnswer {
    /// The answer that a word stands for.
    ///
    /// - Throws: `unknownWord`.
    public static func named(_ word: WireText) throws(ActRefusal) -> ChecklistAnswer {
        if let answer = ChecklistAnswer(word) { return answer }
        throw .unknownWord(.answer, word)
    }
}

extension Recommendation {
    /// The recommendation that a word stands for.
    ///
    /// - Throws: `unknownWord`.
    public static func named(_ word: WireText) throws(ActRefusal) -> Recommendation {
        if let recommendation = Recommendation(word) { return recommendation }
        throw .unknownWord(.recommendation, word)
    }
}
