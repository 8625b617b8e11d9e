import Mustache

/// The report of an audit as one HTML file that needs nothing else: no script, no font, no image,
/// no network.
///
/// The file is all that a browser needs; it prints on A4 and follows the reader's choice of light
/// or dark.
public enum HTMLReport {
    /// Makes the report. Equal inputs give equal text.
    public static func render(_ input: ReportInput) -> String {
        template.render(TemplateValue.members(of: ReportView(ReportContext(input))))
    }

    /// One template without partials: a partial would fall back to the library's own escaping.
    private static let template: MustacheTemplate = {
        MustacheContentTypes.register(HTMLEscaping(), named: HTMLEscaping.name)
        let parts = [
            "{{% CONTENT_TYPE: \(HTMLEscaping.name)}}",
            HTMLTemplate.head, HTMLTemplate.cover, HTMLTemplate.summary, HTMLTemplate.conclusions,
            HTMLTemplate.coverage, HTMLTemplate.findings, HTMLTemplate.nonconformities,
            HTMLTemplate.appendix, HTMLTemplate.foot,
        ]
        do {
            return try MustacheTemplate(string: parts.joined(separator: "\n"))
        } catch {
            preconditionFailure("the report's template is wrong: \(error)")
        }
    }()
}
