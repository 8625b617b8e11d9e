public import ConcordEncoding

/// The intended coverage of one standard's certificate.
public struct ScopeRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: WireText
    /// The id of the catalogue.
    public let standard: WireText?
    /// The text for the certificate.
    public let statement: WireText?
    /// The units that are covered; one that is covered in part carries a remark in brackets.
    public let units: Set<WireText>
    /// The sites that are covered.
    public let sites: Set<WireText>
    /// The services that are covered; empty if the scope does not go by services.
    public let services: Set<WireText>
    /// The customers who receive the services.
    public let customers: WireText?
    /// The boundaries of the scope.
    public let boundaries: WireText?

    init(_ record: RecordFields) {
        id = record.id
        standard = record.text("standard")
        statement = record.text("statement")
        units = record.members("units")
        sites = record.members("sites")
        services = record.members("services")
        customers = record.text("customers")
        boundaries = record.text("boundaries")
    }
}

/// A clause that the organization leaves out, with its reason.
public struct ExclusionRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: WireText
    /// The clause that is left out.
    public let reference: ClauseReference?
    /// Why leaving it out changes nothing that the organization is able or obliged to do.
    public let justification: WireText?
    /// Who on the team accepted it.
    public let decidedBy: WireText?

    init(_ record: RecordFields) {
        id = record.id
        reference = record.clauseReference
        justification = record.text("justification")
        decidedBy = record.text("decidedBy")
    }
}

extension RecordFields {
    /// The clause that the fields `standard` and `clause` name together.
    var clauseReference: ClauseReference? {
        guard let standard = text("standard"), let clause = text("clause") else { return nil }
        return ClauseReference(standard: standard, clause: clause)
    }
}
