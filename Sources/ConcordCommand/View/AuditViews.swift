// What commands say of things, each by a small part of its own.

extension AuditView {
    var names: NameLookup { NameLookup(view: self) }
    var subjects: RecordSubjects { RecordSubjects(view: self) }
    var stepView: StepView { StepView(view: self) }
    var reportView: ReportView { ReportView(view: self) }
    var proposalView: ProposalView { ProposalView(view: self) }
    var deedWords: DeedWords { DeedWords(view: self) }
    var conflictMeanwhile: ConflictMeanwhile { ConflictMeanwhile(view: self) }
    var findingView: FindingView { FindingView(view: self) }
    var saveView: SaveView { SaveView(view: self) }
    var valueWords: ValueWords { ValueWords(view: self) }
    var conflictView: ConflictView { ConflictView(view: self) }
    var conflictSides: ConflictSides { ConflictSides(view: self) }
    var accountView: AccountView { AccountView(view: self) }
    var voidView: VoidView { VoidView(view: self) }
    var toldView: ToldView { ToldView(view: self) }
}
