import Concord
import ConcordDiff
import ConcordEncoding
import Testing

@testable import ConcordLab

/// What a case expects, field by field, held against what a device shows before anyone has decided.
struct CaseComparison {
    let view: CaseView
    private var item: DemoCase { view.played.item }
    private var record: String { view.played.record }

    /// What the sample calls the kinds of conflicts.
    private static let kinds = [
        "text": "text", "withdraw-vs-edit": "ended-edited", "remove-vs-edit": "removed-edited",
    ]
    /// What is expected only once somebody has decided; `Decision` compares it.
    static let later: Set<String> = ["resolvedBy", "resolution", "keptInTrail"]

    /// Compares every field; one that nothing here knows is a failure.
    func compareAll() throws {
        for (name, wanted) in item.expected where !Self.later.contains(name.string) {
            try compare(name.string, wanted)
        }
        if view.conflicts.isEmpty { return }
        try candidatesAreTheEdits()
    }

    private func compare(_ name: String, _ wanted: JSON) throws {
        let place: Comment = "\(item.id), \(name), on the device of \(view.person)"
        switch name {
        case "conflict":
            #expect(view.conflicts.isEmpty == (wanted == false), place)
            #expect(view.demo.conflicts == view.conflicts, place)
        case "kind":
            let kind = try #require(Self.kinds[wanted.plain ?? ""], place)
            #expect(view.conflicts.map { $0["kind"]?.plain } == [kind], place)
        case "candidates":
            let values = view.conflicts.flatMap { $0["candidates"]?.arrayValue ?? [] }
                .compactMap { $0["value"]?.plain }
            #expect(values.sorted() == texts(wanted).sorted(), place)
        case "provisional": #expect(view.conflicts.map { $0["shown"] } == [wanted], place)
        case "signOffBlocked":
            let id = try #require(view.finding?["id"]?.plain)
            #expect(view.blocked == (wanted == true ? [id] : []), place)
        case "criteria": try compareCriteria(wanted, place)
        case "coverage": #expect(try view.coverage() == wanted.plain, place)
        case "evidence", "evidenceContains", "blobsStored", "contributors":
            try compareEvidence(name, wanted, place)
        case "note", "notice", "trail": try compareWords(name, place)
        default:
            #expect(DemoFile.options[name] != nil || name == "state", "nothing compares \(name)")
            #expect(view.finding?[WireText(name)] == wanted, place)
        }
    }

    private func compareCriteria(_ wanted: JSON, _ place: Comment) throws {
        let list = wanted.arrayValue ?? []
        let shown = view.demo.criteriaList(of: record).map(\.argument)
        #expect(
            try shown.sorted() == list.map { try DemoFile.Criterion($0).argument }.sorted(),
            place
        )
        // "minor (contested)": a remark on the grade.
        let contested = list.filter {
            $0.arrayValue?.last?.plain?.hasSuffix("(contested)") == true
        }
        let marked = view.conflicts.compactMap { conflict in
            conflict["path"]?.plain.flatMap { CellPath($0) }
                .flatMap { view.demo.criterion($0.record.string)?.reference }
        }
        #expect(
            try marked == contested.map { try DemoFile.Criterion($0).reference },
            place
        )
    }

    private func compareEvidence(_ name: String, _ wanted: JSON, _ place: Comment) throws {
        let evidence = try view.evidence()
        switch name {
        case "evidence": #expect(evidence.map(\.first).sorted() == texts(wanted).sorted(), place)
        case "evidenceContains":
            #expect(evidence.map(\.first).contains(wanted.plain ?? ""), place)
        // Files come with a later version; until then equal hashes tell that one will be stored.
        case "blobsStored": #expect(evidence.count == wanted.integerValue.map(Int.init), place)
        default:
            let names = try texts(wanted).map { try view.played.team.person($0).name }
            #expect(texts(view.finding?["contributorNames"]).sorted() == names.sorted(), place)
            // Both captures are kept, each with who made it.
            let captures = evidence.flatMap(\.captures).compactMap { $0["capturedBy"]?.plain }
            #expect(captures.sorted() == texts(view.finding?["contributors"]).sorted(), place)
        }
    }

    /// What a case expects in words.
    private func compareWords(_ name: String, _ place: Comment) throws {
        switch "\(item.id) \(name)" {
        // The value of the auditor in training counts as a candidate, and never lowers the grade.
        case "c02 note":
            let candidates = view.conflicts.flatMap { $0["candidates"]?.arrayValue ?? [] }
            let inTraining = candidates.filter { $0["proposal"] == true }
            let name = try view.played.team.person("u-ebrel").name
            #expect(inTraining.map { $0["name"]?.plain } == [name], place)
            #expect(inTraining.map { $0["value"] } != view.conflicts.map { $0["shown"] }, place)
        // It stays visible, marked as contested.
        case "c05 note":
            let list = try view.played.team[view.person].json("finding", "list", "--contested")
            #expect(
                list["findings"]?.arrayValue?.compactMap { $0["fileID"] } == [.string(record)],
                place
            )
        // The return is outranked, and nothing else: it has effect, nobody replaced it. That its author
        // is told is for his inbox.
        case "c10 notice", "c10 trail":
            let id = try #require(view.finding?["id"]?.plain)
            let steps = try view.history(
                of: CellPath(kind: "finding", record: WireText(id), field: "state")
            )
            for edit in item.playableEdits {
                guard case .step(let to, _) = edit.action else { continue }
                let step = try #require(
                    steps.first { $0.by == edit.by && $0.entry.value == .string(to) },
                    place
                )
                #expect(step.entry.standing == .surviving, place)
            }
        case "c13 notice":
            let device = try #require(try view.played.team.person("u-sandel").device)
            let notices = texts(view.status["clockNotices"])
            // What follows from the case alone: whoever had received 14:40 wrote at 13:10.
            #expect(notices.count == 1, place)
            #expect(
                notices.first?.contains("(\(device)) is at least 90 minutes ahead") == true,
                place
            )
        default: Issue.record("nothing compares \(item.id) \(name)")
        }
    }

    /// Every edit that collides is a candidate, under the name, device and time of whoever made it.
    private func candidatesAreTheEdits() throws {
        let candidates = view.conflicts.flatMap { $0["candidates"]?.arrayValue ?? [] }
        let found = candidates.map { side in
            ["name", "device", "time"].map { side[$0]?.plain ?? "" }
        }
        let edits = try item.playableEdits.map { edit in
            let person = try view.played.team.person(edit.by)
            return [person.name, person.device ?? "", edit.time?.description ?? ""]
        }
        #expect(Set(found) == Set(edits), "\(item.id), on the device of \(view.person)")
        #expect(found.count == edits.count, "\(item.id), on the device of \(view.person)")
    }

    private func texts(_ list: JSON?) -> [String] {
        (list?.arrayValue ?? []).compactMap(\.plain)
    }
}
