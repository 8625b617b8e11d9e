public import ConcordEncoding

/// A term of one of the vocabularies, and how it relates to the other one.
public struct Term: Hashable, Sendable {
    /// How a term of ISO/IEC 20000-1 relates to one of ISO 9000.
    public enum Relation: String, Hashable, Sendable, CaseIterable {
        /// Same term, same definition.
        case common
        /// Taken over from ISO 9000 and changed.
        case adapted
        /// Near in meaning or the same word, but used differently.
        case similarDifferent = "similar-different"
        /// Defined in ISO/IEC 20000-1 only.
        case onlyISO20000 = "only-20000-1"
        /// Defined in ISO 9000 only.
        case onlyISO9000 = "only-9000"
    }

    /// The term as the vocabulary prints it.
    public let term: WireText
    /// How it relates to the other vocabulary.
    public let relation: Relation
    /// The corresponding term of the other vocabulary, if there is one.
    public let counterpart: WireText?
    /// What is common and what is not, in our own words.
    public let note: WireText
    /// Who says so.
    public let provenance: WireText
}

/// The terms of two vocabularies compared: in common, adapted, similar but different, alone.
public struct Glossary: Hashable, Sendable {
    /// The editions that are compared.
    public let basis: WireText
    /// All terms, in the file's order.
    public let terms: [Term]
    /// The terms that ISO/IEC 90006 adds.
    public let added: [WireText]

    /// The terms of one relation, in the file's order.
    public func terms(_ relation: Term.Relation) -> [Term] {
        terms.filter { $0.relation == relation }
    }

    /// The term of a name, written in small or capital letters, with or without its abbreviation
    /// in brackets.
    public func term(named name: WireText) -> Term? {
        let wanted = name.string.lowercased()
        return terms.first { $0.term.string.lowercased() == wanted }
            ?? terms.first { $0.term.string.lowercased().hasPrefix("\(wanted) (") }
    }
}

extension Glossary {
    /// Reads a glossary from a data file.
    public init(json: JSON) throws(CatalogueError) {
        let file = DataReader(json)
        var terms: [Term] = []
        var seen: Set<[WireText]> = []
        for item in try file.items("terms") {
            let term = Term(
                term: try item.text("term"),
                relation: try item.word("relation", of: Term.Relation.self),
                counterpart: try item.optionalText("counterpart"),
                note: try item.text("note"),
                provenance: try item.text("provenance")
            )
            guard seen.insert([term.term, term.counterpart ?? ""]).inserted else {
                throw CatalogueError(.duplicate, "\(item.path): \"\(term.term)\" is there twice")
            }
            terms.append(term)
        }
        self.init(
            basis: try file.text("basis"),
            terms: terms,
            added: try file.items("addedBy90006").map { item throws(CatalogueError) in
                try item.text("term")
            }
        )
    }
}
