extension HTMLTemplate {
    static let appendix = """
        {{#.appendix}}
        <section id="appendix">
        <h2>Appendix</h2>
        <h3>Evidence</h3>
        {{^.evidence}}<p class="quiet">No evidence has been captured.</p>{{/.evidence}}
        {{#.evidence}}
        <table class="list">
        <thead><tr><th scope="col">No.</th><th scope="col">Evidence</th>
        <th scope="col">Captured</th><th scope="col">Findings</th></tr></thead>
        <tbody>
        {{#.items}}
        <tr id="{{.anchor}}"><td><b>{{.number}}</b></td>
        <td><b>{{.title}}</b>{{#.kind}} <span class="quiet">· {{.}}</span>{{/.kind}}
        {{#.source}}<span class="line">{{.}}</span>{{/.source}}
        {{#.content}}<span class="line prose">{{.}}</span>{{/.content}}
        {{#.hash}}<code class="hash">{{.}}</code>{{/.hash}}</td>
        <td>{{.captured}}{{#.confidentiality}}<span class="line quiet">{{.}}</span>{{/.confidentiality}}
        {{#.hasPersonalData}}<span class="line quiet">personal data</span>{{/.hasPersonalData}}</td>
        <td>{{#.findings}}<span class="links">{{#.items}}\(link) {{/.items}}</span>{{/.findings}}</td></tr>
        {{/.items}}
        </tbody>
        </table>
        {{/.evidence}}
        {{#.related}}
        <h3>Related clauses</h3>
        <p class="quiet">For the clauses that findings cite: where the same arrangement may serve the
        other standard. A hint, never a criterion.</p>
        <table class="list related">
        <thead><tr><th scope="col">Clause</th><th scope="col">Related clause</th>
        <th scope="col">Relation</th><th scope="col">Note</th></tr></thead>
        {{#.items}}
        <tbody>
        {{#.isUnrelated}}
        <tr>\(relatedBase)<td colspan="3" class="quiet">No related clause</td></tr>
        {{/.isUnrelated}}
        {{#.rows}}
        <tr>{{#.base}}\(relatedBase){{/.base}}
        <td><span class="tag small {{.standard.tone}}">{{.standard.system}}</span>
        {{.clause}} {{.title}}</td><td>{{.relation}}</td><td>{{.note}}</td></tr>
        {{/.rows}}
        </tbody>
        {{/.items}}
        </table>
        {{/.related}}
        {{#.plan}}
        <h3>Audit plan</h3>
        <table class="list">
        <thead><tr><th scope="col">Time</th><th scope="col">Subject</th>
        <th scope="col">Auditors</th><th scope="col">Clauses</th></tr></thead>
        <tbody>
        {{#.items}}
        <tr><td class="time">{{.time}}</td>
        <td><b>{{.title}}</b>{{#.place}}<span class="line quiet">{{.}}</span>{{/.place}}</td>
        <td>{{.people}}</td>
        <td>{{#.clauses}}{{#.items}}<span class="line">
        <span class="tag small {{.standard.tone}}">{{.standard.system}}</span>
        {{.clauses}}</span>{{/.items}}{{/.clauses}}</td></tr>
        {{/.items}}
        </tbody>
        </table>
        {{/.plan}}
        </section>
        {{/.appendix}}
        """

    /// The clause that the related ones next to it are related to.
    private static let relatedBase = """
        <th scope="rowgroup" rowspan="{{.span}}">
        <span class="tag small {{.standard.tone}}">{{.standard.system}}</span>
        {{.clause}} {{.title}}</th>
        """
}
