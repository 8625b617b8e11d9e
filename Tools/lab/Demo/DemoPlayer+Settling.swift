import ConcordEncoding
import Foundation

extension DemoPlayer {
    /// The chapter in which the leader decides, and brings the findings to their final form.
    func settle() throws {
        narrator.chapter("\(leader.shortName) resolves the conflicts")
        var tried: Set<String> = []
        for _ in 0..<10 {
            let view = try DemoView(leader)
            let open = view.conflicts.filter { tried.insert($0.canonicalText).inserted }
            if open.isEmpty { break }
            for conflict in open { try settle(conflict, view) }
        }
        let open = try DemoView(leader).conflicts.count
        check(
            open == 0,
            open == 0 ? "There are no open conflicts any more." : "\(open) conflicts are left."
        )
        try syncUntilQuiet()
        try finishFindings()
        try submitAndConfirm()
    }

    private func settle(_ conflict: JSON, _ view: DemoView) throws {
        guard let name = conflict["name"]?.text else { return }
        let item = playable.first { item in
            guard let record = item.record else { return false }
            return view.conflicts(record, item.playableEdits.map(\.action)).contains {
                $0["name"] == conflict["name"]
            }
        }
        let reason =
            item?.why.split(separator: ".").first.map(String.init) ?? "Decided in the team meeting"
        let decision = decision(conflict, item, view)
        let arguments = ["resolve", name] + decision + ["--reason", reason]
        let result = try leader.attempt(arguments, time: lastMoment)
        guard result.status == 0 else {
            check(
                false,
                "\(leader.person.name) could not resolve \(name): \(Self.line(result.errors))"
            )
            return
        }
        narrator.act(
            leader.shortName,
            at: nil,
            result.output.trimmingCharacters(in: .whitespacesAndNewlines) + " (because: \(reason))"
        )
    }

    /// The file's final value of the thing in conflict: the case's own resolution, else the final
    /// finding or answer, else what is shown.
    private func decision(_ conflict: JSON, _ item: DemoCase?, _ view: DemoView) -> [String] {
        if let value = item?.expected["resolution"]?.text { return ["--value", value] }
        let parts = (conflict["path"]?.text ?? "").split(separator: "/").map(String.init)
        guard parts.count >= 2, let fileID = view.fileID(ofRecord: parts[1]) else {
            return ["--keep"]
        }
        let field = parts.count > 2 ? parts[2] : ""
        if let answer = file.question(fileID)?["answer"]?.text, field == "answer" {
            return ["--value", answer]
        }
        guard let finding = file.finding(fileID) else { return ["--keep"] }
        if parts[0] == "criterion", let criterion = view.criterion(parts[1]) {
            let final = finding.criteria.first { $0.reference == criterion.reference }
            if field == "grade", let grade = final?.grade { return ["--value", grade] }
            return [final == nil && field.isEmpty ? "--remove" : "--keep"]
        }
        if field == "state" {
            return finding.state == "withdrawn" ? ["--value", "withdrawn"] : ["--keep"]
        }
        return finding.fields[field].map { ["--value", $0] } ?? ["--keep"]
    }

    /// The leader's edits that bring each finding to the form it has in the file.
    private func finishFindings() throws {
        let view = try DemoView(leader)
        var labels: [String] = []
        for finding in file.findings {
            let arguments = corrections(finding, view)
            guard !arguments.isEmpty else { continue }
            try leader.run(
                ["finding", "edit", finding.id] + arguments + ["--reason", "final editing"],
                time: lastMoment
            )
            labels.append(view.finding(finding.id)?["label"]?.text ?? finding.id)
        }
        for question in file.list("checklist") {
            guard let id = question["id"]?.text,
                let answer = question["answer"]?.text,
                (view.question(id)?["answer"]?.text ?? "notAssessed") != answer
            else { continue }
            try leader.run(["checklist", "answer", id, answer], time: lastMoment)
        }
        if !labels.isEmpty {
            narrator.say(
                "\(leader.shortName) edits \(labels.joined(separator: ", ")) into the final form."
            )
        }
        try syncUntilQuiet()
    }

    private func corrections(_ finding: DemoFile.Finding, _ view: DemoView) -> [String] {
        guard let shown = view.finding(finding.id) else { return [] }
        var arguments: [String] = []
        for (name, option) in DemoFile.options.sorted(by: { $0.key < $1.key }) {
            let wanted = finding.fields[name] ?? ""
            if wanted != shown[WireText(name)]?.text ?? "" { arguments += [option, wanted] }
        }
        let criteria = view.criteriaList(of: finding.id)
        for criterion in finding.criteria where !criteria.contains(criterion) {
            arguments += ["--criterion", criterion.argument]
        }
        for criterion in criteria
        where !finding.criteria.contains(where: { $0.reference == criterion.reference }) {
            arguments += ["--remove-criterion", "\(criterion.standard):\(criterion.clause)"]
        }
        let evidence = view.evidenceIDs(of: finding.id)
        for id in finding.evidence where !evidence.contains(id) && file.evidence(id) != nil {
            arguments += ["--add-evidence", id]
        }
        for id in evidence where !finding.evidence.contains(id) {
            arguments += ["--remove-evidence", id]
        }
        return arguments
    }

    /// Everybody hands his drafts over, and the leader confirms them, as far as the file has it.
    private func submitAndConfirm() throws {
        let view = try DemoView(leader)
        let handedOver = file.findings.filter {
            ["submitted", "confirmed", "issued"].contains($0.state)
        }
        for auditor in everyone {
            let own = handedOver.filter {
                player($0.raisedBy) === auditor && view.text("state", of: $0.id) == "draft"
            }
            guard !own.isEmpty else { continue }
            try auditor.run(["finding", "submit"] + own.map(\.id), time: lastMoment)
            narrator.act(auditor.shortName, at: nil, "submits \(own.count) findings")
        }
        try syncUntilQuiet()
        let submitted = try DemoView(leader)
        let confirmed = handedOver.filter {
            $0.state != "submitted" && submitted.text("state", of: $0.id) == "submitted"
        }
        if !confirmed.isEmpty {
            try leader.run(["finding", "confirm"] + confirmed.map(\.id), time: lastMoment)
            narrator.act(leader.shortName, at: nil, "confirms \(confirmed.count) findings")
        }
        for finding in file.findings
        where finding.state == "withdrawn" && submitted.text("state", of: finding.id) != "withdrawn"
        {
            try leader.run(
                ["finding", "withdraw", finding.id, "--reason", "withdrawn in the end"],
                time: lastMoment
            )
        }
        try syncUntilQuiet()
    }

    /// The last moment that the file tells of.
    var lastMoment: Timestamp? {
        let times =
            file.findings.compactMap(\.raisedAt)
            + playable.flatMap { $0.playableEdits.compactMap(\.time) }
            + file.list("plan").compactMap { $0["to"]?.text.flatMap { Timestamp($0) } }
        return times.max()
    }
}
