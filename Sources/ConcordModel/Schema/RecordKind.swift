/// A kind of record: its fields, who may add one, and which field names its owner.
public struct RecordKind: Hashable, Sendable {
    /// The name in Swift, SQL, on the wire and on the screen.
    public let name: String
    /// The fields that this version knows, in the order of columns.
    public let fields: [Field]
    /// What someone must be allowed to do to add one.
    public let addActivity: Activity
    /// What someone must be allowed to do to hide or restore one.
    public let removeActivity: Activity
    /// The field that names the record this one belongs to, and that record's kind.
    public let owner: Owner?
    /// Whether writes on it count from their place in the log: membership, roles, a leader's orders.
    public let isControl: Bool
    /// What of its records a seal freezes.
    public let cover: SealCover
    private let byName: [String: Int]

    /// The record that a record belongs to: it is present while anything it owns is.
    public struct Owner: Hashable, Sendable {
        /// The field that holds the owner's id.
        public let field: String
        /// The owner's kind.
        public let kind: String

        /// The owner of kind `kind` named in `field`.
        public init(field: String, kind: String) {
            self.field = field
            self.kind = kind
        }
    }

    /// What a seal does to the records of a kind: `Protocol/merge.md`, "Seals".
    public enum SealCover: Hashable, Sendable {
        /// Nothing: what goes on after the sign-off, and what counts from its own place in the log.
        case nothing
        /// Records that were there; new ones may come.
        case existing
        /// All of them, new ones too.
        case everything
    }

    /// A kind; field names must differ.
    public init(
        _ name: String,
        add: Activity,
        remove: Activity? = nil,
        owner: Owner? = nil,
        isControl: Bool = false,
        cover: SealCover = .everything,
        fields: [Field]
    ) {
        self.name = name
        self.fields = fields
        self.addActivity = add
        self.removeActivity = remove ?? add
        self.owner = owner
        self.isControl = isControl
        self.cover = isControl ? .nothing : cover
        byName = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
    }

    /// The field called `name`, or nil if this version does not know it.
    public func field(_ name: String) -> Field? {
        byName[name].map { fields[$0] }
    }

    /// The field's place in `fields`, or nil if this version does not know it.
    public func index(of name: String) -> Int? { byName[name] }

    /// Equal names are the same kind.
    public static func == (left: RecordKind, right: RecordKind) -> Bool { left.name == right.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
