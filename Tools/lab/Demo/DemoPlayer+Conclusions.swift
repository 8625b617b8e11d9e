import ConcordEncoding

extension DemoPlayer {
    /// The chapter in which the leader writes the conclusions, one per standard.
    func conclude() throws {
        let conclusions = file.list("conclusions")
        guard !conclusions.isEmpty else { return }
        narrator.chapter("\(leader.shortName) writes a conclusion for each standard")
        for conclusion in conclusions {
            guard let standard = conclusion["standard"]?.text else { continue }
            let time = conclusion["at"]?.text.flatMap { Timestamp($0) } ?? lastMoment
            let texts = texts(conclusion)
            let word = Self.recommendation(conclusion["recommendation"]?.text ?? "")
            let edit = ["conclusion", "edit", standard]
            let result = try leader.attempt(
                edit + texts + ["--recommendation", word, "--propose"],
                time: time
            )
            if result.status == 0 {
                narrator.act(leader.shortName, at: clock(time), "\(standard): \(word)")
            } else {
                // The facts speak against the file's recommendation: the program says so.
                try leader.run(edit + texts, time: time)
                narrator.act(
                    leader.shortName,
                    at: clock(time),
                    "\(standard): without a recommendation, since \(result.errors)"
                )
            }
        }
        try syncUntilQuiet()
    }

    private func texts(_ conclusion: JSON) -> [String] {
        func list(_ name: String) -> [String] {
            conclusion[WireText(name)]?.arrayValue?.compactMap(\.text) ?? []
        }
        var options: [(String, [String])] = [
            ("--effectiveness", [conclusion["systemEffective"]?.text].compactMap { $0 }),
            ("--fulfilment", [conclusion["fulfilment"]?.text].compactMap { $0 }),
            ("--diverging-opinions", list("divergingOpinions")),
        ]
        let words = [conclusion["recommendation"]?.text].compactMap { $0 }
            .filter { Self.recommendation($0) != $0 }
        options.append(("--conditions", words + list("conditions")))
        let sampling = list("reservations").filter { $0.lowercased().contains("sampl") }
        let others = list("reservations").filter { !$0.lowercased().contains("sampl") }
        options += [("--sampling-caveat", sampling), ("--parts-not-covered", others)]
        var arguments = options.flatMap { option, texts in
            texts.isEmpty ? [] : [option, texts.joined(separator: "\n")]
        }
        if let met = conclusion["objectivesMet"]?.boolValue {
            arguments.append(met ? "--objectives-met" : "--no-objectives-met")
        }
        return arguments
    }

    /// The agreed word nearest to a recommendation in prose.
    static func recommendation(_ text: String) -> String {
        let text = text.lowercased()
        let words: [(String, [String])] = [
            ("suspend", ["suspend"]), ("reduceScope", ["reduce"]), ("extendScope", ["extend"]),
            ("maintain", ["maintain", "keep"]),
            ("certifyAfterVerification", ["before", "verif"]),
            ("certifyAfterVerification", ["after verification"]),
            ("doNotCertify", ["not certify"]), ("certifyAfterPlans", ["plan"]),
        ]
        return words.first { $0.1.allSatisfy { text.contains($0) } }?.0 ?? "certify"
    }
}
