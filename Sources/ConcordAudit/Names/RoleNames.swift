import ConcordEncoding
package import ConcordModel

/// The words by which people, files and standards call the roles.
package enum RoleNames {
    private static let others: [String: Role] = [
        "lead auditor": .lead, "team leader": .lead, "leader": .lead,
        "trainee": .inTraining, "trainee auditor": .inTraining, "in training": .inTraining,
        "expert": .technicalExpert,
        "auditee": .auditeeRep, "client representative": .auditeeRep,
        "decision maker": .decisionMaker, "programme manager": .programmeManager,
        "program manager": .programmeManager, "audit program manager": .programmeManager,
    ]

    /// The role that a word means, or nil if there is none.
    package static func role(_ word: String) -> Role? {
        let word = word.lowercased()
        return Role.allCases.first { $0.rawValue.lowercased() == word || $0.title == word }
            ?? others[word]
    }

    /// The role that a word means.
    package static func checked(_ word: String) throws(ActRefusal) -> Role {
        if let role = role(word) { return role }
        throw .unknownRole(name: WireText(word))
    }
}
