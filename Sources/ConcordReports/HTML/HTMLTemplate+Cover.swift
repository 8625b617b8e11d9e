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

    static let cover = """
        {{#.cover}}
        <header class="cover">
        <p class="kicker">{{.heading}}{{#.isDraft}} <span class="draft">Draft</span>{{/.isDraft}}</p>
        <h1>{{.organization}}</h1>
        <p class="tags">{{#.standards}}<span class="tag {{.tone}}">{{.title}}</span> {{/.standards}}</p>
        {{#.openConflicts}}
        <p class="banner">{{.}}: what is shown is provisional until every conflict is resolved.</p>
        {{/.openConflicts}}
        <div class="cover-grid">
        <dl class="facts">
        {{#.facts}}
        <div><dt>{{.name}}</dt><dd>{{.value}}</dd></div>
        {{/.facts}}
        </dl>
        <div>
        <h2>Audit team and participants</h2>
        <ul class="people">
        {{#.people}}
        <li><strong>{{.name}}</strong> <span>{{.role}}</span>{{#.competence}}
        <small>{{.}}</small>{{/.competence}}</li>
        {{/.people}}
        </ul>
        </div>
        </div>
        {{#.objectives}}
        <div class="objectives">
        <h2>Objectives</h2>
        <ul>{{#.items}}<li>{{.}}</li>{{/.items}}</ul>
        </div>
        {{/.objectives}}
        <p class="digest"><span>State digest</span> <code>{{.digest}}</code>
        <span>Made</span> {{.generatedAt}}</p>
        </header>
        {{/.cover}}
        <main>
        <nav aria-label="Contents">
        <a href="#summary">Summary</a>
        {{#.conclusions}}<a href="#{{.anchor}}">Conclusion {{.standard.system}}</a>
        {{/.conclusions}}
        <a href="#coverage">Coverage</a>
        <a href="#findings">Findings</a>
        <a href="#nonconformities">Nonconformities</a>
        <a href="#appendix">Appendix</a>
        </nav>
        """
}
