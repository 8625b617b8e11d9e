public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
import ConcordModel

/// What came in: who did what, and which findings were returned to the member.
///
/// ```swift
/// for person in try replica.news().people { show(person.member, person.deeds) }
/// ```
public struct News: Hashable, Sendable {
    /// What one person did, in the order in which it came.
    public struct Person: Hashable, Sendable {
        /// The record id of the member; nil for a device that has none.
        public let member: WireText?
        /// Their saves.
        public let saves: [NewSave]
        /// What the saves did that has effect, each thing once.
        public let deeds: [SaveDeed]

        /// In how many of their saves something has no effect.
        public var savesWithoutEffect: Int { saves.count { $0.voids > 0 } }
    }

    /// A finding of the member's that somebody made a draft again.
    public struct Returned: Hashable, Sendable {
        /// The record id of the finding.
        public let finding: WireText
        /// Who returned it: a member's record id.
        public let by: WireText?
        /// Why.
        public let reason: WireText?
    }

    /// By person, those first of whom something came first.
    public let people: [Person]
    /// What is a draft again, the oldest first.
    public let returned: [Returned]

    /// Whether nothing came.
    public var isEmpty: Bool { people.isEmpty }

    /// Puts saves together by the people who made them.
    ///
    /// - Parameters:
    ///   - saves: what came in, in the order of the log.
    ///   - member: the member who reads it.
    ///   - membership: who is in the engagement.
    ///   - finding: the findings as they are shown.
    public init(
        of saves: [NewSave],
        for member: WireText?,
        membership: Membership,
        finding: (WireText) throws -> JSONObject?
    ) rethrows {
        func whose(_ save: NewSave) -> WireText? {
            membership.devices[save.reference.author]?.member
        }
        var order: [WireText?] = []
        var byMember: [WireText?: [NewSave]] = [:]
        for save in saves {
            if byMember[whose(save)] == nil { order.append(whose(save)) }
            byMember[whose(save), default: []].append(save)
        }
        people = order.map { member in
            let saves = byMember[member] ?? []
            return Person(
                member: member,
                saves: saves,
                deeds: SaveDeed.all(in: Self.told(in: saves))
            )
        }
        var returned: [WireText: Returned] = [:]
        var places: [WireText] = []
        for save in saves {
            for case .returned(let id, let reason) in save.operations.map(Step.init) {
                guard let fields = try finding(id), let member,
                    fields[FindingField.raisedBy]?.stringValue == member,
                    fields[FindingField.state] == "draft"
                else { continue }
                if returned[id] == nil { places.append(id) }
                returned[id] = Returned(finding: id, by: whose(save), reason: reason)
            }
        }
        self.returned = places.compactMap { returned[$0] }
    }

    /// The operations that are told: the device with which somebody joins is told with the person.
    private static func told(in saves: [NewSave]) -> [Operation] {
        saves.flatMap { save in
            let joins = save.operations.contains {
                $0.path.kind == Schema.member.name && $0.path.field == nil
            }
            return save.operations.filter {
                !joins || $0.path.kind != Schema.device.name || $0.path.field != nil
            }
        }
    }

    /// What an operation is, as far as it is asked here.
    private enum Step {
        /// It makes a finding a draft again.
        case returned(WireText, reason: WireText?)
        case other

        init(_ operation: Operation) {
            guard case .add("draft") = operation.action, operation.path.isIn(FindingField.state)
            else {
                self = .other
                return
            }
            self = .returned(operation.path.record, reason: operation.reason)
        }
    }
}
