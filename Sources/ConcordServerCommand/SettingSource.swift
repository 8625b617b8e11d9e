/// A setting that cannot be used.
struct SettingProblem: Error, Equatable {
    /// What is wrong and how it should be.
    let message: String
    /// Whether it stands in the environment, and not on the command line.
    let isEnvironment: Bool
}

/// Where a setting comes from: the option, then the environment. An empty variable counts as none.
struct SettingSource {
    /// The beginning of every environment variable.
    static let prefix = "CONCORD_SERVER_"

    let environment: [String: String]

    /// What is given; nil if nothing is.
    func text(_ option: String?, _ name: String) -> String? {
        let text = option ?? environment[Self.prefix + name]
        return text?.isEmpty == false ? text : nil
    }

    /// What is given, read; nil if nothing is.
    ///
    /// - Parameter form: how it should be, for the message.
    func value<Value>(
        _ option: String?,
        _ name: String,
        _ form: String,
        _ read: (String) -> Value?
    ) throws(SettingProblem) -> Value? {
        guard let text = text(option, name) else { return nil }
        if let value = read(text) { return value }
        let place =
            option == nil
            ? Self.prefix + name : "--" + name.lowercased().replacing("_", with: "-")
        throw SettingProblem(
            message: "\(place) is “\(text)”; it should be \(form)",
            isEnvironment: option == nil
        )
    }
}
