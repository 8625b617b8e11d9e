public import ConcordEncoding

/// The contents of a new engagement.
public struct EngagementDraft: Sendable {
    /// A further record, written after the first diff.
    public struct Record: Sendable {
        /// The kind; unknown ones are kept too.
        public var kind: WireText
        /// The id.
        public var id: WireText
        /// Its first fields.
        public var fields: JSONObject

        /// A record with its first fields.
        public init(kind: WireText, id: WireText, fields: JSONObject) {
            self.kind = kind
            self.id = id
            self.fields = fields
        }
    }

    /// The audit team leader's name.
    public var leader: WireText
    /// Further fields of the leader's member record.
    public var leaderFields: JSONObject
    /// The name of the leader's device.
    public var device: WireText
    /// The letter of the leader's draft numbers.
    public var letter: WireText
    /// The fields of the engagement's own record.
    public var fields: JSONObject
    /// The other records that are known from the beginning.
    public var records: [Record]

    /// A draft led by `leader`.
    public init(
        leader: WireText,
        device: WireText,
        letter: WireText = "A",
        leaderFields: JSONObject = [:],
        fields: JSONObject = [:],
        records: [Record] = []
    ) {
        self.leader = leader
        self.device = device
        self.letter = letter
        self.leaderFields = leaderFields
        self.fields = fields
        self.records = records
    }
}
