// Each part of the fold, as the others reach it.

extension FoldPart {
    var precedence: Precedence { Precedence(memory: memory) }
    var seenWrites: SeenWrites { SeenWrites(memory: memory) }
    var owners: RecordOwners { RecordOwners(memory: memory) }
    var judge: Judge { Judge(memory: memory) }
    var states: RecordStates { RecordStates(memory: memory) }
    var merges: FindingMerges { FindingMerges(memory: memory) }
    var rests: EvidenceRests { EvidenceRests(memory: memory) }
    var citations: Citations { Citations(memory: memory) }
    var timelines: Timelines { Timelines(memory: memory) }
    var cellStanding: CellStanding { CellStanding(memory: memory) }
    package var texts: Texts { Texts(memory: memory) }
    package var evaluator: Evaluator { Evaluator(memory: memory) }
    var seals: Seals { Seals(memory: memory) }
    package var sealDigests: SealDigests { SealDigests(memory: memory) }
    package var accounts: Accounts { Accounts(memory: memory) }
    package var pictures: Pictures { Pictures(memory: memory) }
    package var inboxes: Inboxes { Inboxes(memory: memory) }
    package var answers: Answers { Answers(memory: memory) }
    package var past: PastSights { PastSights(memory: memory) }
    package var undo: Undoing { Undoing(memory: memory) }
    package var composer: Composer { Composer(memory: memory) }
}

extension TakesIn {
    package var order: FoldOrder { FoldOrder(memory: memory) }
    var application: DiffApplication { DiffApplication(memory: memory) }
    var cellWriter: CellWriter { CellWriter(memory: memory) }
    var admissions: Admissions { Admissions(memory: memory) }
    var erasures: Erasures { Erasures(memory: memory) }
    var sealJudge: SealJudge { SealJudge(memory: memory) }
    package var upkeep: Upkeep { Upkeep(memory: memory) }
}
