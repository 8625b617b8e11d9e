public import ConcordEncoding

/// A clause of a certain standard, as findings, plan slots and checklist items name it.
///
/// The text form is the catalogue's id, one space, the clause's number:
/// `iso-9001-2008 5.1`. It is the member of sets of clauses, so it must be spelled in exactly one
/// way: two spellings would be two members.
public struct ClauseReference: Hashable, Sendable, CustomStringConvertible {
    /// The id of the catalogue, such as "iso-9001-2008".
    public let standard: WireText
    /// The number of the clause, such as "5.1".
    public let clause: WireText

    /// A reference to a clause that may or may not exist.
    public init(standard: WireText, clause: WireText) {
        self.standard = standard
        self.clause = clause
    }

    /// Reads the text form; nil unless it is two words with one space between them.
    public init?(_ text: WireText) {
        let words = text.string.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2,
            words.allSatisfy({ word in
                !word.isEmpty && word.allSatisfy { $0.isASCII && !$0.isWhitespace }
            })
        else { return nil }
        self.init(standard: WireText(String(words[0])), clause: WireText(String(words[1])))
    }

    /// The text form.
    public var description: String { "\(standard) \(clause)" }

    /// The form in which a set of clauses has it as a member.
    public var text: WireText { "\(standard) \(clause)" }
}

extension ClauseReference: Comparable {
    /// By standard, then by clause as a reader counts: 4.2 before 4.10 before 10.1.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        if lhs.standard != rhs.standard { return lhs.standard < rhs.standard }
        return NaturalOrder.precedes(lhs.clause, rhs.clause)
    }
}
