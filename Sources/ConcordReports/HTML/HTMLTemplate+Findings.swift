extension HTMLTemplate {
    static let findings = """
        <section id="findings">
        <h2>Findings</h2>
        <table class="index">
        <thead><tr><th scope="col">No.</th><th scope="col">Finding</th>
        <th scope="col">Grades</th><th scope="col">State</th></tr></thead>
        <tbody>
        {{#.findings}}
        <tr><td><a href="#{{.anchor}}">{{.label}}</a></td>
        <td>{{.title}}{{#.isContested}} <span class="contested-mark">conflict</span>{{/.isContested}}</td>
        <td>{{#.grades}}<span class="pair"><span class="tag small {{.standard.tone}}">{{.standard.system}}</span>
        <span class="grade {{.grade.tone}}">{{.grade.title}}</span></span> {{/.grades}}</td>
        <td>{{.state}}</td></tr>
        {{/.findings}}
        </tbody>
        </table>
        {{#.findings}}
        \(finding)
        {{/.findings}}
        {{#.dropped}}
        <h3>Withdrawn and merged findings</h3>
        <p class="quiet">These stay on record and do not count.</p>
        <ul class="plain">
        {{#.items}}<li><b>{{.label}}</b> {{.title}} <span class="quiet">{{.state}}{{#.into}}
        into {{.}}{{/.into}}</span>
        {{#.conflicts}}
        \(conflict)
        {{/.conflicts}}</li>
        {{/.items}}
        </ul>
        {{/.dropped}}
        </section>
        """

    private static let finding = """
        <article id="{{.anchor}}" class="finding {{.tone}}{{#.isContested}} contested{{/.isContested}}">
        <header><p class="number">{{.label}}{{#.ncNumber}} <span>{{.}}</span>{{/.ncNumber}}</p>
        <h3>{{.title}}</h3><p class="state">{{.state}}</p></header>
        {{#.conflicts}}
        \(conflict)
        {{/.conflicts}}
        {{#.proposals}}<p class="quiet">Proposed, and not decided yet: {{.}}</p>
        {{/.proposals}}
        <table class="criteria">
        <tbody>
        {{#.criteria}}
        <tr><td><span class="tag {{.standard.tone}}">{{.standard.title}}</span></td>
        <td><b>{{.clause}}</b> {{.title}}{{#.otherCriterion}}
        <span class="quiet">Also: {{.}}</span>{{/.otherCriterion}}
        {{#.hints}}<span class="hints">Related: {{#.items}}<span>{{.standard.system}} {{.clause}}
        {{.title}} ({{.relation}}{{#.isCited}}, cited here{{/.isCited}})</span>{{/.items}}</span>{{/.hints}}
        {{#.isUnrelated}}<span class="hints">No related clause in the other standard</span>{{/.isUnrelated}}
        </td>
        <td><span class="grade {{.grade.tone}}">{{.grade.title}}</span></td></tr>
        {{/.criteria}}
        </tbody>
        </table>
        {{#.statement}}<p class="statement">{{.}}</p>{{/.statement}}
        {{^.statement}}<p class="quiet">No statement yet.</p>{{/.statement}}
        {{#.requirementNote}}<p class="prose"><b>Requirement</b> {{.}}</p>{{/.requirementNote}}
        {{#.included}}<p class="prose"><b>Adopted requirement</b> {{.}}</p>{{/.included}}
        {{#.divergingOpinion}}<p class="prose"><b>Diverging opinion</b> {{.}}</p>{{/.divergingOpinion}}
        {{#.evidence}}
        <div class="evidence"><h4>Evidence</h4>
        <ul>
        {{#.items}}<li>{{#.anchor}}<a href="#{{.}}">{{/.anchor}}{{.number}}{{#.anchor}}</a>{{/.anchor}}
        {{.title}}{{#.source}} <span class="quiet">· {{.}}</span>{{/.source}}</li>
        {{/.items}}
        </ul></div>
        {{/.evidence}}
        {{^.evidence}}<p class="quiet">No evidence attached.</p>{{/.evidence}}
        <dl class="meta">
        {{#.facts}}<div><dt>{{.name}}</dt><dd>{{.value}}</dd></div>
        {{/.facts}}
        </dl>
        </article>
        """

    static let nonconformities = """
        <section id="nonconformities">
        <h2>Nonconformities and actions</h2>
        {{^.nonconformities}}<p class="quiet">There are none.</p>{{/.nonconformities}}
        {{#.nonconformities}}
        {{#.items}}
        <article class="nc">
        <header><p class="number">{{.label}}</p>
        {{#.finding}}<h3>{{.title}} \(link)</h3>{{/.finding}}
        <p>{{#.grades}}<span class="pair"><span class="tag small {{.standard.tone}}">{{.standard.system}}</span>
        <span class="grade {{.grade.tone}}">{{.grade.title}}</span></span> {{/.grades}}</p></header>
        {{#.isUnanswered}}<p class="quiet">No answer yet.</p>{{/.isUnanswered}}
        {{#.left}}<p>{{.}}</p>{{/.left}}
        {{#.answers}}
        <p class="answer"><span class="step{{#.isClosed}} closed{{/.isClosed}}">{{.state}}</span>
        {{#.due}}<span>due {{.}}</span>{{/.due}} {{#.owner}}<span>{{.}}</span>{{/.owner}}</p>
        {{#.isSilent}}<p class="quiet">No answer yet.</p>{{/.isSilent}}
        <dl class="answers">
        {{#.correction}}<div><dt>Correction</dt><dd class="prose">{{.}}</dd></div>{{/.correction}}
        {{#.cause}}<div><dt>Cause</dt><dd class="prose">{{.}}</dd></div>{{/.cause}}
        {{#.correctiveAction}}<div><dt>Corrective action</dt><dd class="prose">{{.}}</dd></div>
        {{/.correctiveAction}}
        {{#.rejectionReason}}<div><dt>Not accepted because</dt><dd class="prose">{{.}}</dd></div>
        {{/.rejectionReason}}
        {{#.verification}}<div><dt>Verification</dt><dd class="prose">{{.}}</dd></div>{{/.verification}}
        </dl>
        {{/.answers}}
        </article>
        {{/.items}}
        {{/.nonconformities}}
        </section>
        """
}
