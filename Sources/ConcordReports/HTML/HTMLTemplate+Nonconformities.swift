extension HTMLTemplate {
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
