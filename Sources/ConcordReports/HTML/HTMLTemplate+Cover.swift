extension HTMLTemplate {
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
