import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordText
import Foundation
import Testing

/// The tables of `Protocol/` say what the code does.
@Suite("The tables of the protocol's documents")
struct DocumentTests {
    @Test(arguments: Schema.kinds.map(\.name.string))
    func schemaListsEveryFieldOfTheKind(name: String) throws {
        let kind = try #require(Schema.kind(WireText(name)))
        let section = try Self.section(name, of: "Protocol/schema.md")

        let words = section.replacingOccurrences(of: "\n", with: " ")
        #expect(words.contains(Self.summary(of: kind)), "\(Self.summary(of: kind))")
        #expect(Self.rows(of: section) == kind.fields.map(Self.row))
    }

    @Test func schemaListsEveryFieldThatCites() throws {
        let rows = Self.rows(of: try Self.section("Citations", of: "Protocol/schema.md"))
        let expected = Schema.kinds.flatMap { kind in
            kind.fields.compactMap { field in
                field.cites.map { [kind.name.string, "`\(field.name)`", $0.string] }
            }
        }

        #expect(rows == expected)
    }

    @Test func schemaListsNoOtherKind() throws {
        let headings = try Vectors.text(of: "Protocol/schema.md").split(separator: "\n")
            .filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) }

        #expect(
            headings.filter { Schema.kind(WireText($0)) != nil } == Schema.kinds.map(\.name.string)
        )
    }

    @Test func limitsAreTheConstants() throws {
        let rows = Self.rows(of: try Self.section("Diffs", of: "Protocol/limits.md"))
        let expected = [
            ("length of an envelope, bytes", DiffLimits.envelopeBytes),
            (
                "length of an envelope of which something was erased, bytes",
                JSONLimits.erasedDiff.bytes
            ),
            ("length of a head, bytes", DiffLimits.headBytes),
            ("operations of a diff; cells of one in `erased`", DiffLimits.operations),
            ("length of a string or key, bytes of UTF-8", DiffLimits.stringBytes),
            ("the same where something was erased", JSONLimits.erasedDiff.stringBytes),
            ("containers in one another", DiffLimits.depth),
            ("parents of a diff", DiffLimits.parents),
            ("references in one `over` or `without`", DiffLimits.over),
            ("length of the name of a kind, a record or a field, bytes", DiffLimits.nameBytes),
            ("length of a path, bytes", DiffLimits.pathBytes),
            (
                "length of a text as one author has it, Unicode scalars (merge.md, \"Texts\")",
                TextLimits.scalars
            ),
            ("number in a chain", DiffLimits.seq),
            ("magnitude of an integer", Int(JSON.greatestInteger)),
        ]

        #expect(rows == expected.map { [$0.0, String($0.1)] })
        #expect(JSONLimits.diff.bytes == DiffLimits.envelopeBytes)
        #expect(JSONLimits.diff.stringBytes == DiffLimits.stringBytes)
        #expect(JSONLimits.diff.depth == DiffLimits.depth)
    }

    @Test func limitsOfWhatCountsAreTheConstants() throws {
        let rows = Self.rows(of: try Self.section("Counting", of: "Protocol/limits.md"))

        #expect(rows.map { $0.last } == [String(Membership.devicesMax), String(TextRows.pairsMax)])
    }

    @Test func rightsAreTheTable() throws {
        let rows = Self.rows(of: try Self.section("Rights", of: "Protocol/merge.md"))
        let expected = Activity.allCases.map { activity in
            ["`\(activity.rawValue)`"]
                + Role.allCases.map { role in
                    switch Rights.right(of: role, to: activity) {
                    case .yes: "yes"
                    case .no: ""
                    case .own: "own"
                    case .proposal: "proposal"
                    }
                }
        }

        #expect(rows == expected, "\(expected.map { "| " + $0.joined(separator: " | ") + " |" })")
    }

    @Test(arguments: [
        ("finding", LifeCycle.finding), ("action", .action), ("conclusion", .conclusion),
        ("engagement", .engagement),
    ])
    func lifeCyclesAreTheTables(name: String, cycle: LifeCycle) throws {
        let section = try Self.section("Life cycle: \(name)", of: "Protocol/merge.md")
        let states = cycle.states.map { "`\($0)`" }.joined(separator: ", ")
        let expected = cycle.steps.map { step in
            [
                step.from.joined(separator: ", "), step.to.string, "`\(step.activity.rawValue)`",
                "`\(step.owner.rawValue)`", String(step.rank), step.ends ? "yes" : "",
                step.needsReason ? "yes" : "", step.goesOn ? "yes" : "",
            ]
        }

        #expect(section.contains("States: \(states)."), "\(states)")
        #expect(
            Self.rows(of: section) == expected,
            "\(expected.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n"))"
        )
    }

    @Test func everyReasonAndKindOfConflictIsExplained() throws {
        let verdicts = Self.rows(of: try Self.section("Verdicts", of: "Protocol/merge.md"))
        let kinds = Self.rows(of: try Self.section("Conflicts", of: "Protocol/merge.md"))

        #expect(Set(verdicts.map { $0[0] }) == Set(VoidReason.allCases.map { "`\($0.rawValue)`" }))
        #expect(Set(kinds.map { $0[0] }) == Set(ConflictKind.allCases.map { "`\($0.rawValue)`" }))
    }

    @Test func everyRefusalOfJSONIsExplained() throws {
        let rows = Self.rows(of: try Self.section("Refusals", of: "Protocol/canonical-json.md"))

        #expect(rows.map { $0[0] } == JSONRefusal.allCases.map { "`\($0.rawValue)`" })
    }

    @Test func everyRefusalOfADiffIsExplained() throws {
        let rows = Self.rows(of: try Self.section("Refusals", of: "Protocol/diff.md"))

        #expect(rows.map { $0[0] } == DiffRefusal.allCases.map { "`\($0.rawValue)`" })
    }

    // MARK: Reading Markdown

    /// The lines below a heading of any level, up to the next one.
    static func section(_ title: String, of path: String) throws -> String {
        let lines = try Vectors.text(of: path).components(separatedBy: "\n")
        let start = try #require(
            lines.firstIndex { $0.hasPrefix("#") && $0.hasSuffix("# " + title) },
            "\(path) has no section \(title)"
        )
        return lines[(start + 1)...].prefix { !$0.hasPrefix("#") }.joined(separator: "\n")
    }

    /// The cells of a table's rows, without its head.
    static func rows(of section: String) -> [[String]] {
        section.components(separatedBy: "\n").filter { $0.hasPrefix("|") }.dropFirst(2).map {
            line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    // MARK: What the schema's document has to say

    static func summary(of kind: RecordKind) -> String {
        var text = "Adding needs the right `\(kind.addActivity.rawValue)`"
        text += ", hiding needs the right `\(kind.removeActivity.rawValue)`."
        if let owner = kind.owner { text += " Belongs to the \(owner.kind) in `\(owner.field)`." }
        if kind.isControl { return text + " Control." }
        switch kind.cover {
        case .everything: return text
        case .existing: return text + " A seal freezes those that were there."
        case .nothing: return text + " A seal freezes none."
        }
    }

    static func row(of field: Field) -> [String] {
        [
            "`\(field.name)`", field.rule.name, field.type.words, "`\(field.activity.rawValue)`",
            field.isErasable ? "yes" : "", field.namesWriter ? "yes" : "",
        ]
    }
}

extension ValueType {
    /// The type in the documents.
    fileprivate var words: String {
        switch self {
        case .string: "string"
        case .word: "word"
        case .text: "text"
        case .integer: "integer"
        case .bool: "bool"
        case .choice(let values): values.joined(separator: ", ")
        case .composite: "array or object"
        case .members: "members"
        case .unknown: "anything"
        }
    }
}
