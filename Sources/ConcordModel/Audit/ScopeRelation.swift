import ConcordEncoding

/// How the scopes of the two management systems relate to each other.
///
/// The figure of ISO/IEC 90006 has three cases: identical, one within the other, overlapping. The
/// relation is computed from what the scopes name, so that nobody chooses a case that the scopes
/// themselves contradict.
public enum ScopeRelation: String, Hashable, Sendable, CaseIterable {
    /// Both cover the same.
    case identical
    /// The service management system lies within the quality management system.
    case smsInQms
    /// The quality management system lies within the service management system.
    case qmsInSms
    /// They meet, and each has parts of its own.
    case overlapping
    /// They do not meet: an integrated audit makes little sense.
    case disjoint

    /// What people call it.
    public var title: String {
        switch self {
        case .identical: "The two scopes are identical"
        case .smsInQms: "The service management scope lies within the quality management scope"
        case .qmsInSms: "The quality management scope lies within the service management scope"
        case .overlapping: "The two scopes overlap, each with parts of its own"
        case .disjoint: "The two scopes have nothing in common"
        }
    }

    /// Compares units, sites and services.
    ///
    /// A kind of thing of which one scope names none does not distinguish them.
    public init(quality: ScopeRecord, service: ScopeRecord) {
        let pairs = [
            (quality.units, service.units),
            (quality.sites, service.sites),
            (quality.services, service.services),
        ]
        .map { (ScopeExtent($0), ScopeExtent($1)) }
        .filter { !$0.isEmpty && !$1.isEmpty }
        let serviceWithin = pairs.allSatisfy { $1.isWithin($0) }
        let qualityWithin = pairs.allSatisfy { $0.isWithin($1) }
        switch (serviceWithin, qualityWithin) {
        case (true, true): self = .identical
        case (true, false): self = .smsInQms
        case (false, true): self = .qmsInSms
        case (false, false):
            self = pairs.allSatisfy { $0.meets($1) } ? .overlapping : .disjoint
        }
    }
}

/// The units, sites or services of one scope.
///
/// A member such as "CO (as far as it serves MH)" is a part of "CO": the remark in brackets
/// restricts it. A part lies within the whole, and within the same part.
private struct ScopeExtent {
    private let remarksByName: [WireText: Set<WireText>]

    init(_ members: Set<WireText>) {
        var remarks: [WireText: Set<WireText>] = [:]
        for member in members {
            let parts = member.string.split(separator: " (", maxSplits: 1)
            let name = parts.first.map { WireText(String($0)) } ?? member
            remarks[name, default: []].insert(parts.count > 1 ? WireText(String(parts[1])) : "")
        }
        remarksByName = remarks
    }

    var isEmpty: Bool { remarksByName.isEmpty }

    func isWithin(_ other: ScopeExtent) -> Bool {
        remarksByName.allSatisfy { name, remarks in
            guard let others = other.remarksByName[name] else { return false }
            return others.contains("") || remarks.isSubset(of: others)
        }
    }

    func meets(_ other: ScopeExtent) -> Bool {
        remarksByName.keys.contains { other.remarksByName[$0] != nil }
    }
}

extension Audit {
    /// How the scopes of the quality and the service management system lie to each other; nil
    /// unless the engagement has one of each.
    public func scopeRelation(_ catalogues: Catalogues) -> ScopeRelation? {
        func scope(_ system: WireText) -> ScopeRecord? {
            standards.first { catalogues[$0]?.system == system }.flatMap { self.scope(of: $0) }
        }
        guard let quality = scope("QMS"), let service = scope("SMS") else { return nil }
        return ScopeRelation(quality: quality, service: service)
    }
}
