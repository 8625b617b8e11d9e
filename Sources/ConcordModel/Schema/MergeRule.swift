public import ConcordEncoding

/// How concurrent writes of one field come together; `Protocol/merge.md`, "Rules".
public enum MergeRule: Hashable, Sendable {
    /// The write of greatest causal depth, then greatest author, shows; the others stay in history.
    case newest
    /// As `newest`, but different values are a conflict until a person decides.
    case ask
    /// The greatest value in this order, least first, shows; different values are a conflict.
    case mostSevere([WireText])
    /// A life cycle's state: of concurrent steps the one ranked highest shows.
    case state(LifeCycle)
    /// A set: a member is in if any surviving write added it.
    case set
    /// A text: all splices are merged.
    case text
    /// The first write in the order of the log counts; later ones are always void.
    case once
    /// What membership rests on: the last write in the order of the log that has effect counts.
    case control

    /// The rule's name in `Protocol/schema.md`.
    public var name: String {
        switch self {
        case .newest: "newest"
        case .ask: "ask"
        case .mostSevere: "mostSevere"
        case .state: "state"
        case .set: "set"
        case .text: "text"
        case .once: "once"
        case .control: "control"
        }
    }
}

/// What a field's value may be.
public enum ValueType: Hashable, Sendable {
    /// A short string that is written as a whole: a name, a title, a reference to a record, a date.
    case string
    /// A string that can be part of a path and of a clause's name: 1 to 256 bytes of visible ASCII.
    case word
    /// A long text that is edited by splices.
    case text
    /// An integer.
    case integer
    /// True or false.
    case bool
    /// One of these strings.
    case choice([WireText])
    /// An array or object that is replaced as a whole.
    case composite
    /// The members of a set.
    case members
    /// Anything: a field or kind that this version does not know.
    case unknown
}

/// One named part of a record.
public struct Field: Hashable, Sendable {
    /// The name in Swift, SQL, on the wire and on the screen.
    public let name: WireText
    /// How concurrent writes come together.
    public let rule: MergeRule
    /// What the value may be.
    public let type: ValueType
    /// What someone must be allowed to do to write it.
    public let activity: Activity
    /// Whether an erasure may destroy its contents (free text, names, files), so that no verdict may
    /// depend on them.
    public let isErasable: Bool
    /// Whether it says which member did something, so that only that member, or a leader for them,
    /// writes it; of a set, whether its members do.
    public let namesWriter: Bool
    /// The kind of record whose ids its values or members are, if a citation here keeps that record
    /// present.
    public let cites: WireText?

    /// A field; the type follows from the rule if the rule allows only one.
    public init(
        _ name: WireText,
        _ rule: MergeRule,
        _ type: ValueType = .string,
        for activity: Activity,
        erasable: Bool = false,
        namesWriter: Bool = false,
        cites: WireText? = nil
    ) {
        self.name = name
        self.namesWriter = namesWriter
        self.rule = rule
        self.activity = activity
        self.cites = cites
        switch rule {
        case .text:
            self.type = .text
            self.isErasable = true
        case .set:
            // Of a set that this version does not know, members may be anything.
            self.type = type == .unknown ? .unknown : .members
            self.isErasable = erasable
        case .state(let cycle):
            self.type = .choice(cycle.states)
            self.isErasable = false
        case .mostSevere(let order):
            self.type = .choice(order)
            self.isErasable = false
        case .newest, .ask, .once, .control:
            self.type = type
            self.isErasable = erasable
        }
    }
}
