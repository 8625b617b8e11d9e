import ConcordAudit
import ConcordDiff
import ConcordEncoding

// The names of fields are those of the protocol. People read what they know: a label before a value, and
// another word where a sentence needs one.

/// What fields are called.
enum FieldTitles {
    /// A field before its value, as in a list: "confirmed by", "merged into".
    static func label(ofField name: WireText) -> String {
        labels[name] ?? NameWords.spaced(name)
    }

    /// A field in a sentence, as in "set the … to": "confirmer", "requirement".
    static func title(ofField name: WireText) -> String { titles[name] ?? label(ofField: name) }

    private static let labels: [WireText: String] = [
        "duplicateOf": "merged into", "requirementNote": "requirement",
        "ncNumber": "nonconformity number", "fileID": "number in its file", "sha256": "checksum",
        "inTraining": "in training for",
    ]

    private static let titles: [WireText: String] = [
        "raisedBy": "author", "confirmedBy": "confirmer", "capturedBy": "recorder",
        "competenceConfirmedBy": "confirmer of competence",
        "duplicateOf": "finding that it merges into", "relatedTo": "related findings",
        "repeats": "earlier nonconformity", "inTraining": "standards in training",
    ]
}
