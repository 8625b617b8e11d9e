import Concord
import ConcordEncoding
import ConcordMerge

/// Who wrote something, when and why.
struct AccountView {
    let view: AuditView

    /// Who made a write, on which device, when and why.
    func signature(of account: WriteAccount) -> Signature {
        let person = view.person(of: account.write.author)
        return Signature(
            member: person?.member ?? "",
            name: person?.name ?? "someone unknown",
            device: person?.device ?? WireText(String(account.write.author.description.prefix(8))),
            time: WireText(account.time),
            reason: account.reason
        )
    }

    /// "Tomas Ebrel, 2026-03-02 09:15 +01:00, 12@Jb0xPqLr, log 7".
    func origin(_ account: WriteAccount) -> String {
        let by = signature(of: account)
        let place = account.position.map { "log \($0)" } ?? "not on the server"
        return "\(by.name), \(by.moment), \(account.write.short), \(place)"
    }

    /// What a write says, with who wrote it.
    func line(_ account: WriteAccount) -> String {
        let proposal = account.isProposal ? " as a proposal" : ""
        return "\(text(account))\(proposal), \(origin(account))"
    }

    /// What a write says, for people: of a text what it typed and deleted.
    func text(_ account: WriteAccount) -> String {
        if account.path.field == nil { return account.value == nil ? "removed" : "added" }
        if account.path.member != nil { return account.value == nil ? "out" : "in" }
        let splices = (account.value?.arrayValue ?? []).compactMap(Splice.init)
        guard !splices.isEmpty, splices.count == account.value?.arrayValue?.count else {
            return view.valueWords.worded(account.value, at: account.path)
        }
        return splices.map(\.text).joined(separator: ", ")
    }

    /// A write as JSON; the shape is in `docs/concord.md`.
    func json(_ account: WriteAccount) -> JSON {
        let by = signature(of: account)
        var object: JSONObject = [
            "write": .string(account.write.description), "diff": .string(account.diff.base64url),
            "time": .string(account.time), "path": .string(account.path.description),
            "value": account.value ?? .null, "proposal": .bool(account.isProposal),
            "member": .string(by.member), "name": .string(by.name), "device": .string(by.device),
            "over": .array(account.over.map { .string($0.description) }),
        ]
        object["position"] = account.position.map { .integer(Int64($0)) }
        object["reason"] = account.reason.map { .string($0) }
        switch account.standing {
        case .surviving: object["standing"] = "surviving"
        case .replaced: object["standing"] = "replaced"
        case .void(let reason):
            object["standing"] = "void"
            object["void"] = .string(reason.rawValue)
        }
        if let admission = account.admission {
            object["admittedBy"] = .string(admission.by.description)
            object["admittedFrom"] = .string(admission.from.rawValue)
        }
        return .object(object)
    }

    /// What an author had on their screen as JSON.
    func json(_ sight: Sight) -> JSON {
        [
            "shown": sight.shown ?? .null,
            "candidates": .array(
                sight.candidates.map { candidate in
                    [
                        "value": candidate.value ?? .null,
                        "write": .string(candidate.write.description),
                        "name": .string(
                            view.person(of: candidate.write.author)?.name ?? ""
                        ),
                    ]
                }
            ),
        ]
    }
}

extension ShownBecause {
    /// In words; nil where there is nothing to explain.
    var words: String? {
        switch self {
        case .only, .nothing: nil
        case .agreed: "everybody wrote the same"
        case .newest: "the newest is shown (by what its author had seen, not by the clock)"
        case .mostSevere: "the most severe is shown"
        case .decidedBeforeProposals: "a proposal is never shown over it"
        case .stepRank: "of steps taken at the same time, the one of highest rank is shown"
        case .firstState: "nobody has taken a step"
        case .firstInLog: "can be written once: the first in the log counts"
        case .lastInLog: "the last in the log counts"
        case .merged: "the edits are merged"
        case .added: "kept: added by someone who had not seen the removal"
        case .stays: "kept: others were editing it when it was ended or removed"
        }
    }
}

/// One splice of a text, as history keeps it.
private struct Splice {
    let delete: Int64
    let insert: WireText

    init?(_ value: JSON) {
        guard let parts = value.arrayValue, parts.count == 3, let delete = parts[1].integerValue,
            let insert = parts[2].stringValue
        else { return nil }
        self.delete = delete
        self.insert = insert
    }

    /// What it did, in few words; of spaces around them words are not told.
    var text: String {
        let characters = delete == 1 ? "1 character" : "\(delete) characters"
        if insert.isEmpty { return delete == 0 ? "accepted as merged" : "deleted \(characters)" }
        let words = insert.string.trimmed
        let said = words.isEmpty ? "changed the spaces" : "wrote \"\(words)\""
        return delete == 0 ? said : "\(said) in place of \(characters)"
    }
}
