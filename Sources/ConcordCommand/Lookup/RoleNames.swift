import ConcordModel

/// The words by which people, files and standards call the roles.
enum RoleNames {
    private static let others: [String: Role] = [
        "lead auditor": .lead, "team leader": .lead, "leader": .lead,
        "trainee": .inTraining, "trainee auditor": .inTraining, "in training": .inTraining,
        "expert": .technicalExpert,
        "auditee": .auditeeRep, "client representative": .auditeeRep,
        "decision maker": .decisionMaker, "programme manager": .programmeManager,
        "program manager": .programmeManager, "audit program manager": .programmeManager,
    ]

    /// The role that a word stands for, or nil if it is none.
    static func role(_ word: String) -> Role? {
        let word = word.lowercased()
        return Role.allCases.first { $0.rawValue.lowercased() == word || $0.title == word }
            ?? others[word]
    }

    /// The role that a word stands for.
    static func checked(_ word: String) throws -> Role {
        if let role = role(word) { return role }
        throw CommandFailure(
            .badInput,
            "unknown-role",
            "'\(word)' is not a role",
            next: NearNames.hint(word, among: Role.allCases.map(\.rawValue))
                + "The roles are: \(Role.allCases.map(\.rawValue).joined(separator: ", "))."
        )
    }
}
