/// The parts of the report's template, in the language of Mustache.
///
/// Every name begins with a dot: looked up in the nearest object alone, never further out.
enum HTMLTemplate {
    static let head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'">
        <title>{{.title}}</title>
        <style>
        \(HTMLStyle.base)
        \(HTMLStyle.tones)
        \(HTMLStyle.parts)
        \(HTMLStyle.print)
        </style>
        </head>
        <body>
        """

    static let foot = """
        {{#.cover}}
        <footer>
        <p>Computed from the state with digest <code>{{.digest}}</code>; made {{.generatedAt}}.
        Related clauses are a hint and never a criterion: a finding cites clauses of a standard,
        and each standard is concluded from its own findings.</p>
        </footer>
        {{/.cover}}
        </main>
        </body>
        </html>

        """
}
