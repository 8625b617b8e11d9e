public import ConcordEncoding

/// Two clauses of two standards that have to do with each other, and how.
public struct CorrespondencePair: Hashable, Sendable {
    /// The clause of the left standard.
    public let left: WireText
    /// The clause of the right standard.
    public let right: WireText
    /// How near they are.
    public let relation: Relation
    /// What is common and what is not, in our own words.
    public let note: WireText
    /// Who says so: "own reading", or the publication.
    public let provenance: WireText
}

/// A clause seen from a related one.
public struct RelatedClause: Hashable, Sendable {
    /// The clause of the other standard.
    public let reference: ClauseReference
    /// How near it is.
    public let relation: Relation
    /// What is common and what is not.
    public let note: WireText
    /// Who says so.
    public let provenance: WireText
}

/// A way in which a clause without related clause can still come into an audit of the other
/// standard.
public struct InclusionRoute: Hashable, Sendable {
    /// The clause of the left standard that takes the requirement in, such as "7.2.1".
    public let clause: WireText
    /// What the organization decides.
    public let how: WireText
    /// The clauses of the right standard for which the source names this way.
    public let namedFor: [WireText]
}
