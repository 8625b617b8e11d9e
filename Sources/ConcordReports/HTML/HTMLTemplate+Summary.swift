extension HTMLTemplate {
    static let summary = """
        {{#.summary}}
        <section id="summary">
        <h2>Summary</h2>
        <div class="figures">
        {{#.figures}}
        <div class="figure {{.tone}}"><b>{{.value}}</b><span>{{.name}}</span></div>
        {{/.figures}}
        </div>
        <table class="grades">
        <caption>Findings by standard and grade. A finding counts once per standard, with the most
        severe of its grades there.</caption>
        <thead><tr><th scope="col">Grade</th>
        {{#.standards}}<th scope="col"><span class="tag {{.tone}}">{{.title}}</span></th>{{/.standards}}
        </tr></thead>
        <tbody>
        {{#.gradeRows}}
        <tr><th scope="row"><span class="grade {{.grade.tone}}">{{.grade.title}}</span></th>
        {{#.cells}}<td{{#.isZero}} class="zero"{{/.isZero}}><span class="count">{{.count}}</span><span
        class="bar {{.tone}}" style="width:{{.share}}%"></span></td>{{/.cells}}</tr>
        {{/.gradeRows}}
        </tbody>
        <tfoot><tr><th scope="row">All findings</th>
        {{#.totals}}<td><span class="count">{{.}}</span></td>{{/.totals}}</tr></tfoot>
        </table>
        <dl class="notes">
        {{#.scopeRelation}}<div><dt>Scopes</dt><dd>{{.}}.</dd></div>{{/.scopeRelation}}
        {{#.included}}<div><dt>On a requirement adopted from the other standard</dt>
        <dd>{{.}}</dd></div>{{/.included}}
        {{#.unrelated}}<div><dt>On clauses without a related clause in the other standard</dt>
        <dd>{{.}}</dd></div>{{/.unrelated}}
        </dl>
        {{#.conflicts}}
        <h3 id="conflicts">Open conflicts</h3>
        {{#.items}}
        \(conflict)
        {{/.items}}
        {{/.conflicts}}
        {{#.notices}}
        <details class="notices"><summary>Notices on plan, scopes and findings</summary>
        <ul>
        {{#.items}}<li class="{{.tone}}"><b>{{.severity}}</b> {{.message}}</li>
        {{/.items}}
        </ul></details>
        {{/.notices}}
        </section>
        {{/.summary}}
        """

    /// A conflict with its candidates side by side; stands wherever its record is shown.
    static let conflict = """
        <div class="conflict">
        <p><b>Open conflict</b> {{.about}} <span class="quiet">{{.kind}}</span></p>
        {{#.story}}<p>{{.}}.</p>{{/.story}}
        <div class="sides">
        {{#.candidates}}
        <div><p class="value">{{.value}}</p>
        <p class="quiet">{{.person}} · {{.device}} · {{.time}}</p></div>
        {{/.candidates}}
        </div>
        {{#.shown}}<p class="meanwhile"><span class="quiet">Shown until resolved</span> {{.}}</p>{{/.shown}}
        </div>
        """
}
