extension HTMLTemplate {
    static let coverage = """
        <section id="coverage">
        <h2>Coverage</h2>
        <p class="lead">Every clause that can be audited, counted for each standard on its own.</p>
        {{#.coverage}}
        <div class="coverage">
        <h3><span class="tag {{.standard.tone}}">{{.standard.title}}</span>
        <span class="quiet">{{.total}} clauses, {{.planned}} in the plan</span></h3>
        <div class="stack" aria-hidden="true">
        {{#.segments}}<span class="{{.tone}}" style="flex-grow:{{.share}}"></span>{{/.segments}}
        </div>
        <ul class="legend">
        {{#.segments}}<li><i class="{{.tone}}"></i>{{.title}} <b>{{.count}}</b></li>
        {{/.segments}}
        {{#.notPlanned}}<li class="quiet">Not in the plan: {{.}}</li>{{/.notPlanned}}
        </ul>
        {{#.groups}}
        <div class="group">
        <h4><b>{{.number}}</b> {{.title}} <span class="quiet">{{.count}}</span></h4>
        <div class="cells">
        {{#.cells}}
        <div class="cell {{.tone}}{{#.isContested}} contested{{/.isContested}}">
        <p><b>{{.number}}</b> {{.title}}</p>
        <p class="below"><span class="status">{{.status}}</span>{{#.isContested}}
        <span class="contested-mark">conflict</span>{{/.isContested}}{{#.findings}}
        <span class="links">{{#.items}}\(link) {{/.items}}</span>{{/.findings}}</p>
        </div>
        {{/.cells}}
        </div>
        </div>
        {{/.groups}}
        </div>
        {{/.coverage}}
        </section>
        """
}
