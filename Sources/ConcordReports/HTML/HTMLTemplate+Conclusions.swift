extension HTMLTemplate {
    static let conclusions = """
        {{#.conclusions}}
        <section id="{{.anchor}}" class="conclusion {{.standard.tone}}">
        <p class="kicker">Conclusion <span class="state">{{.state}}</span></p>
        <h2>{{.edition}}</h2>
        {{#.recommendation}}
        <p class="recommendation"><span>Recommendation</span>{{.}}</p>
        {{/.recommendation}}
        {{^.recommendation}}
        <p class="recommendation none"><span>Recommendation</span>None has been given yet.</p>
        {{/.recommendation}}
        {{#.isContradicted}}
        <p class="banner">The open nonconformities of this standard do not allow this
        recommendation.</p>
        {{/.isContradicted}}
        <div class="columns">
        <div>
        <h3>Scope</h3>
        {{#.scopeStatement}}<p class="prose">{{.}}</p>{{/.scopeStatement}}
        {{^.scopeStatement}}<p class="quiet">No scope statement.</p>{{/.scopeStatement}}
        {{#.scopeUnits}}<p class="quiet">Units: {{.}}</p>{{/.scopeUnits}}
        {{#.scopeSites}}<p class="quiet">Sites: {{.}}</p>{{/.scopeSites}}
        {{#.exclusions}}
        <h3>Excluded</h3>
        <ul class="plain">
        {{#.items}}<li><b>{{.clause}}</b> {{.title}}{{#.justification}}
        <span class="line quiet">{{.}}</span>{{/.justification}}</li>{{/.items}}
        </ul>
        {{/.exclusions}}
        </div>
        <div>
        <h3>Findings in this standard</h3>
        {{#.counts}}
        <ul class="counts">
        {{#.items}}<li><b>{{.count}}</b> <span class="grade {{.grade.tone}}">{{.grade.title}}</span></li>
        {{/.items}}
        </ul>
        {{/.counts}}
        {{^.counts}}<p class="quiet">No findings.</p>{{/.counts}}
        <h3>Open nonconformities</h3>
        {{#.open}}
        <p class="links">{{#.items}}\(link) {{/.items}}</p>
        {{/.open}}
        {{^.open}}<p class="quiet">None.</p>{{/.open}}
        </div>
        </div>
        <dl class="passages">
        {{#.passages}}
        <div><dt>{{.name}}</dt><dd class="prose">{{.text}}</dd></div>
        {{/.passages}}
        </dl>
        </section>
        {{/.conclusions}}
        """

    /// A finding named in passing.
    static let link = """
        <a class="link {{.tone}}" href="#{{.anchor}}" title="{{.title}}">{{.label}}</a>
        """
}
