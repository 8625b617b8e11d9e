import ConcordEncoding
import Foundation
import Testing

@testable import ConcordModel

/// The sample engagement, turned into a state document by a plain reading of its file.
///
/// The expected totals come from the file, never from code.
struct SampleEngagement {
    let file: JSONObject

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appending(path: "Tools/demo-data/sample-engagement.json")
        let json = try JSON(parsing: Array(Data(contentsOf: path)), limits: .document)
        file = try #require(json.objectValue)
    }

    var audit: Audit { Audit(state: state) }

    var expected: JSON { file["expected"] ?? .null }

    /// The state document that the sample's records amount to.
    var state: JSONObject {
        var state = JSONObject()
        let engagement = file["engagement"]?.objectValue ?? JSONObject()
        state["engagement"] = .object([
            "eng": .object(changing(engagement, ["standards": set(engagement["standards"])]))
        ])
        state["organization"] = .object(["org": file["client"] ?? .null])
        state["member"] = records("team") { member in
            changing(member, ["role": role(member["role"])])
        }
        state["scope"] = records("scopes") { scope in
            changing(scope, ["units": set(scope["units"]), "sites": set(scope["sites"])])
        }
        state["exclusion"] = exclusions
        state["planSlot"] = records("plan") { slot in
            changing(
                slot,
                ["auditors": set(slot["auditors"]), "clauses": clauses(slot["clauses"])]
            )
        }
        state["checklistItem"] = records("checklist") { item in
            changing(item, ["clauses": clauses(.array([.object(item)]))])
        }
        state["evidence"] = records("evidence") { $0 }
        state["finding"] = records("findings") { finding in
            changing(finding, ["evidence": set(finding["evidence"])])
        }
        state["criterion"] = criteria
        state["action"] = records("actions") { $0 }
        state["conclusion"] = records("conclusions") { $0 }
        return state
    }

    func items(_ key: WireText) -> [JSONObject] {
        file[key]?.arrayValue?.compactMap(\.objectValue) ?? []
    }

    private var criteria: JSON {
        var criteria = JSONObject()
        for finding in items("findings") {
            for criterion in finding["criteria"]?.arrayValue?.compactMap(\.objectValue) ?? [] {
                criteria["criterion-\(criteria.count)"] = .object(
                    changing(criterion, ["finding": finding["id"] ?? .null])
                )
            }
        }
        return .object(criteria)
    }

    private var exclusions: JSON {
        var exclusions = JSONObject()
        for scope in items("scopes") {
            for exclusion in scope["exclusions"]?.arrayValue ?? [] {
                exclusions["exclusion-\(exclusions.count)"] = exclusion
            }
        }
        return .object(exclusions)
    }

    private func records(_ key: WireText, _ change: (JSONObject) -> JSONObject) -> JSON {
        let pairs = items(key).enumerated().map { index, item in
            (item["id"]?.stringValue ?? "\(key)-\(index)", JSON.object(change(item)))
        }
        return .object(JSONObject(uniqueKeysWithValues: pairs))
    }

    /// The file calls roles by their titles, and the leader a lead auditor.
    private func role(_ title: JSON?) -> JSON {
        let role = Role.allCases.first { $0.title == title?.stringValue?.string }
        return .string((role ?? .lead).rawValue)
    }

    private func clauses(_ list: JSON?) -> JSON {
        let members = (list?.arrayValue ?? []).map { clause in
            "\(clause["standard"]?.stringValue ?? "") \(clause["clause"]?.stringValue ?? "")"
        }
        return set(.array(members.map { .string($0) }))
    }

    private func set(_ list: JSON?) -> JSON {
        let members = Set(list?.arrayValue?.compactMap(\.stringValue) ?? [])
        return .object(JSONObject(uniqueKeysWithValues: members.map { ($0, true) }))
    }

    private func changing(_ object: JSONObject, _ fields: JSONObject) -> JSONObject {
        fields.reduce(into: object) { $0[$1.key] = $1.value }
    }
}

extension JSON {
    /// The texts of a list.
    var texts: [WireText] { arrayValue?.compactMap(\.stringValue) ?? [] }
}
