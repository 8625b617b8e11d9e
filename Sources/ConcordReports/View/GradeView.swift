import ConcordEncoding
import ConcordModel

/// A grade as a badge.
struct GradeView {
    let title: String
    let tone: String

    init(_ grade: Grade?) {
        title = grade?.title ?? "Not graded"
        tone = grade.map { "g-\($0.rawValue)" } ?? "g-none"
    }
}

/// The head grade of a finding in one standard.
struct StandardGradeView {
    let standard: StandardTag
    let grade: GradeView

    static func all(of finding: FindingRecord, _ context: ReportContext) -> [StandardGradeView] {
        finding.standards.map { standard in
            StandardGradeView(
                standard: context.standard(standard),
                grade: GradeView(finding.headGrade(in: standard))
            )
        }
    }
}

/// Words of life cycles and kinds as people write them: "planAccepted" is "plan accepted".
enum Words {
    static func spaced(_ word: String) -> String {
        var text = ""
        for character in word.replacingDashes {
            if character.isUppercase, let last = text.last, last.isLowercase { text.append(" ") }
            text.append(contentsOf: character.lowercased())
        }
        return text
    }

    static func capitalized(_ word: String) -> String {
        let text = spaced(word)
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}

extension String {
    fileprivate var replacingDashes: String {
        String(map { $0 == "-" || $0 == "_" ? " " : $0 })
    }
}
