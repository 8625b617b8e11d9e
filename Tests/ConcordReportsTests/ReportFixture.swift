import ConcordEncoding
import ConcordModel
import Foundation
import Testing

@testable import ConcordReports

/// Inputs for reports: the sample's findings, and records in which every text is hostile.
enum ReportFixture {
    static let generatedAt = Timestamp(milliseconds: 1_401_980_400_000, offsetMinutes: 120)

    static func input(
        _ state: JSONObject,
        conflicts: [ReportConflict] = [],
        proposals: [ReportProposal] = []
    ) -> ReportInput {
        ReportInput(
            audit: Audit(state: state),
            conflicts: conflicts,
            proposals: proposals,
            digest: "d1g3st",
            generatedAt: generatedAt
        )
    }

    /// The sample's findings with their criteria, and as much around them as a report needs.
    static func sample() throws -> ReportInput {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "Tools/demo-data/sample-engagement.json")
        let file = try JSON(parsing: Array(Data(contentsOf: path)), limits: .document)
        var state: JSONObject = ["organization": ["o": file["client"] ?? .null]]
        state["engagement"] = ["e": ["standards": set(file["engagement"]?["standards"])]]
        state["evidence"] = records(file["evidence"])
        state["action"] = records(file["actions"])
        state["conclusion"] = records(file["conclusions"])
        state["finding"] = records(file["findings"], set: "evidence")
        var criteria = JSONObject()
        for finding in file["findings"]?.arrayValue ?? [] {
            for criterion in finding["criteria"]?.arrayValue ?? [] {
                var fields = try #require(criterion.objectValue)
                fields["finding"] = finding["id"]
                criteria["c\(criteria.count)"] = .object(fields)
            }
        }
        state["criterion"] = .object(criteria)
        return input(state)
    }

    /// Records of every kind with the same text in every field that holds text.
    static func hostile(_ text: String) -> ReportInput {
        let value = JSON.string(text)
        let standard: JSON = "iso-9001-2008"
        let state: JSONObject = [
            "engagement": [
                "e": [
                    "number": value, "kind": value, "mode": value, "previous": value,
                    "standards": ["iso-9001-2008": true, "iso-iec-20000-1-2011": true],
                    "objectives": [value], "from": value, "to": value, "state": value,
                    "certificationBody": value, "language": value, "confidentiality": value,
                ]
            ],
            "organization": [
                "o": [
                    "name": value, "units": [["id": "u", "name": value]],
                    "sites": [["id": "s", "name": value]],
                ]
            ],
            "member": ["m": ["name": value, "role": "lead", "standards": [value]]],
            "scope": [
                "s": [
                    "standard": standard, "statement": value, "units": ["u": true],
                    "sites": ["s": true],
                ]
            ],
            "exclusion": [
                "x": ["standard": standard, "clause": "7.5.2", "justification": value]
            ],
            "planSlot": [
                "p": [
                    "title": value, "from": value, "to": value, "auditee": value, "unit": "u",
                    "auditors": ["m": true], "clauses": ["iso-9001-2008 8.3": true],
                ]
            ],
            "finding": .object([
                "f": .object(finding(value)), "g": ["title": value, "state": "withdrawn"],
            ]),
            "criterion": [
                "c": [
                    "finding": "f", "standard": standard, "clause": "8.3", "grade": "minor",
                    "otherCriterion": value,
                ],
                "d": ["finding": "f", "standard": .string(text), "clause": value],
            ],
            "evidence": ["v": .object(evidence(value))],
            "action": ["a": .object(action(value))],
            "conclusion": ["k": .object(conclusion(value, standard))],
        ]
        let candidate = ReportConflict.Candidate(
            value: text,
            person: text,
            device: text,
            time: text
        )
        return input(
            state,
            conflicts: ["f", "g", "v", "k", text].map { record in
                ReportConflict(
                    record: record,
                    field: text,
                    kind: text,
                    candidates: [candidate],
                    shown: text
                )
            },
            proposals: [ReportProposal(record: "f", field: text, person: text)]
        )
    }

    private static func finding(_ value: JSON) -> JSONObject {
        let texts = [
            "number", "ncNumber", "title", "statement", "requirementNote", "divergingOpinion",
            "process", "raisedBy", "confirmedBy", "competenceConfirmedBy", "repeats",
        ]
        var fields = JSONObject(uniqueKeysWithValues: texts.map { ($0, value) })
        fields["unit"] = "u"
        fields["site"] = "s"
        fields["evidence"] = ["v": true, "not here": true]
        fields["includedRequirement"] = ["standard": value, "clause": value, "route": value]
        return fields
    }

    private static func evidence(_ value: JSON) -> JSONObject {
        let texts = [
            "kind", "title", "source", "content", "capturedAt", "capturedBy", "place", "sha256",
            "confidentiality",
        ]
        return JSONObject(uniqueKeysWithValues: texts.map { ($0, value) })
    }

    private static func action(_ value: JSON) -> JSONObject {
        let texts = [
            "correction", "cause", "causeMethod", "correctiveAction", "owner", "due",
            "rejectionReason", "verifiedBy", "verifiedAt", "verificationMethod",
        ]
        var fields = JSONObject(uniqueKeysWithValues: texts.map { ($0, value) })
        fields["finding"] = "f"
        fields["effective"] = true
        return fields
    }

    private static func conclusion(_ value: JSON, _ standard: JSON) -> JSONObject {
        let texts = [
            "scopeStatement", "fulfilment", "effectiveness", "recommendation", "conditions",
            "partsNotCovered", "samplingCaveat", "divergingOpinions", "followUp", "days", "state",
        ]
        var fields = JSONObject(uniqueKeysWithValues: texts.map { ($0, value) })
        fields["standard"] = standard
        return fields
    }

    private static func records(_ list: JSON?, set field: String? = nil) -> JSON {
        let pairs = (list?.arrayValue ?? []).enumerated().map { index, item in
            var fields = item.objectValue ?? JSONObject()
            if let field { fields[field] = set(fields[field]) }
            return (item["id"]?.stringValue ?? "r\(index)", JSON.object(fields))
        }
        return .object(JSONObject(uniqueKeysWithValues: pairs))
    }

    private static func set(_ list: JSON?) -> JSON {
        let members = Set(list?.arrayValue?.compactMap(\.stringValue) ?? [])
        return .object(JSONObject(uniqueKeysWithValues: members.map { ($0, true) }))
    }
}
