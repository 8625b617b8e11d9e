public import ConcordEncoding

/// A kind of record: its fields, who may add one, and which field names its owner.
public struct RecordKind: Hashable, Sendable {
    /// Shared by all copies: every record that is looked at carries its kind.
    private let facts: Facts

    private final class Facts: Sendable {
        let name: WireText
        let fields: [Field]
        let addActivity: Activity
        let removeActivity: Activity
        let owner: Owner?
        let isControl: Bool
        let cover: SealCover
        let byName: [WireText: Int]

        init(
            _ name: WireText,
            _ fields: [Field],
            add: Activity,
            remove: Activity,
            owner: Owner?,
            isControl: Bool,
            cover: SealCover
        ) {
            self.name = name
            self.fields = fields
            addActivity = add
            removeActivity = remove
            self.owner = owner
            self.isControl = isControl
            self.cover = cover
            byName = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
        }
    }

    /// The name in Swift, SQL, on the wire and on the screen.
    public var name: WireText { facts.name }
    /// The fields that this version knows, in the order of columns.
    public var fields: [Field] { facts.fields }
    /// What someone must be allowed to do to add one.
    public var addActivity: Activity { facts.addActivity }
    /// What someone must be allowed to do to hide or restore one.
    public var removeActivity: Activity { facts.removeActivity }
    /// The field that names the record this one belongs to, and that record's kind.
    public var owner: Owner? { facts.owner }
    /// Whether writes on it count from their place in the log: membership, roles, a leader's orders.
    public var isControl: Bool { facts.isControl }
    /// What of its records a seal freezes.
    public var cover: SealCover { facts.cover }

    /// The record that a record belongs to: it is present while anything it owns is.
    public struct Owner: Hashable, Sendable {
        /// The field that holds the owner's id.
        public let field: WireText
        /// The owner's kind.
        public let kind: WireText

        /// The owner of kind `kind` named in `field`.
        public init(field: WireText, kind: WireText) {
            self.field = field
            self.kind = kind
        }
    }

    /// What a seal does to the records of a kind: `Protocol/merge.md`, "Seals".
    public enum SealCover: Hashable, Sendable {
        /// Nothing: for work that continues after the sign-off, and for records that count from
        /// their own place in the log.
        case nothing
        /// Records that were there; new ones may come.
        case existing
        /// All of them, new ones too.
        case everything
    }

    /// A kind; field names must differ.
    public init(
        _ name: WireText,
        add: Activity,
        remove: Activity? = nil,
        owner: Owner? = nil,
        isControl: Bool = false,
        cover: SealCover = .everything,
        fields: [Field]
    ) {
        facts = Facts(
            name,
            fields,
            add: add,
            remove: remove ?? add,
            owner: owner,
            isControl: isControl,
            cover: isControl ? .nothing : cover
        )
    }

    /// The field called `name`, or nil if this version does not know it.
    public func field(_ name: WireText) -> Field? {
        facts.byName[name].map { facts.fields[$0] }
    }

    /// The kind of record whose ids a field holds, if a citation there keeps that record present.
    public func cites(in name: WireText) -> WireText? {
        facts.byName[name].flatMap { facts.fields[$0].cites }
    }

    /// The field's place in `fields`, or nil if this version does not know it.
    public func index(of name: WireText) -> Int? { facts.byName[name] }

    /// Equal names are the same kind.
    public static func == (left: RecordKind, right: RecordKind) -> Bool {
        left.facts === right.facts || left.name == right.name
    }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
