import ConcordEncoding

/// A case of concurrent edits: a record, what it was before, who did what, what has to come out.
struct DemoCase {
    /// What someone does.
    enum Action: Hashable {
        case set(field: String, to: String)
        case grade(DemoFile.Criterion)
        case addCriterion(DemoFile.Criterion)
        case removeCriterion(DemoFile.Criterion)
        case addEvidence(String)
        case removeEvidence(String)
        case step(to: String, from: String?)
        case answer(String)
    }

    /// Who does it, and when by his own clock.
    struct Edit {
        let by: String
        let time: Timestamp?
        let action: Action
        /// The device whose edits he had received before; nil if he had seen none.
        let isAfterReceiving: Bool
    }

    let id: String
    let title: String
    /// The id of the finding or question; nil if the case is about something else.
    let record: String?
    let base: JSONObject
    /// Why the outcome is right; what the leader gives as his reason.
    let why: String
    /// The edits, or why they cannot be played.
    let edits: Result<[Edit], Unplayable>
    let expected: JSONObject

    /// Why a case is left out.
    struct Unplayable: Error {
        let reason: String
    }

    init(_ json: JSON) throws {
        id = json["id"]?.text ?? "?"
        title = json["title"]?.text ?? ""
        // "q07 (iso-… 9.1)": what follows the id is for people.
        record = json["record"]?.text?.split(separator: " ").first.map(String.init)
        why = json["why"]?.text ?? ""
        base = json["base"]?.objectValue ?? JSONObject()
        expected = json["expected"]?.objectValue ?? JSONObject()
        do {
            edits = .success(try (json["edits"]?.arrayValue ?? []).map { try Edit($0) })
        } catch let unplayable as Unplayable {
            edits = .failure(unplayable)
        }
    }

    /// The edits; none if they cannot be played.
    var playableEdits: [Edit] {
        if case .success(let edits) = edits { return edits }
        return []
    }

    /// Whether somebody knew somebody else's edit: then there is an order, and no collision.
    var isSequential: Bool { playableEdits.contains(where: \.isAfterReceiving) }
}

extension DemoCase.Edit {
    init(_ json: JSON) throws {
        by = json["by"]?.text ?? ""
        // "2014-06-03T14:40:00+02:00 (device clock 2 h ahead)": the remark is for people, but for
        // "after receiving", which says what the author had seen.
        let clock = json["wallClock"]?.text ?? ""
        time = clock.split(separator: " ").first.flatMap { Timestamp(String($0)) }
        isAfterReceiving = clock.contains("after receiving")
        let field = json["field"]?.text ?? ""
        action = try Self.action(json["op"]?.text ?? "", field, json)
    }

    private static func action(
        _ op: String,
        _ field: String,
        _ json: JSON
    ) throws -> DemoCase.Action {
        let to = json["to"] ?? .null
        switch (op, field) {
        case ("set", "answer"): return .answer(try text(to, field))
        case ("set", _) where DemoFile.options[field] != nil:
            return .set(field: field, to: to.isNull ? "" : try text(to, field))
        case ("set", _):
            guard var criterion = criterion(inGradeOf: field) else { throw unknown(op, field) }
            criterion.grade = try text(to, field)
            return .grade(criterion)
        case ("add", "evidence"): return .addEvidence(try text(to, field))
        case ("remove", "evidence"): return .removeEvidence(try text(to, field))
        case ("add", "criteria"): return .addCriterion(try criterion(to))
        case ("remove", "criteria"): return .removeCriterion(try criterion(to))
        case ("transition", "state"):
            return .step(to: try text(to, field), from: json["from"]?.text)
        default: throw unknown(op, field)
        }
    }

    private static func unknown(_ op: String, _ field: String) -> DemoCase.Unplayable {
        DemoCase.Unplayable(reason: "'\(op)' of '\(field)' is not for this version")
    }

    private static func text(_ value: JSON, _ field: String) throws -> String {
        guard let text = value.text else {
            throw DemoCase.Unplayable(reason: "'\(field)' is not a text")
        }
        return text
    }

    private static func criterion(_ value: JSON) throws -> DemoFile.Criterion {
        do {
            return try DemoFile.Criterion(value)
        } catch {
            throw DemoCase.Unplayable(reason: "\(error)")
        }
    }

    /// Reads `criteria[iso-iec-20000-1-2011 9.2].grade`.
    static func criterion(inGradeOf field: String) -> DemoFile.Criterion? {
        guard field.hasPrefix("criteria["), field.hasSuffix("].grade") else { return nil }
        let words = field.dropFirst("criteria[".count).dropLast("].grade".count).split(
            separator: " "
        )
        guard words.count == 2 else { return nil }
        return DemoFile.Criterion(standard: String(words[0]), clause: String(words[1]))
    }
}
