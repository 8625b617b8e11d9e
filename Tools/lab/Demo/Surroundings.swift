import Foundation

/// The environment of the programs that the demo runs: nothing of the person who runs it leaks in.
enum Surroundings {
    /// The present environment without Concord's own variables, and without colours.
    static func plain() -> [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("CONCORD_") && !name.hasPrefix("XDG_")
        }
        environment["NO_COLOR"] = "1"
        return environment
    }

    /// That of one auditor's device, with folders of its own.
    static func device(home: String) -> [String: String] {
        var environment = plain()
        environment["HOME"] = home
        environment["XDG_DATA_HOME"] = home
        environment["XDG_CONFIG_HOME"] = home + "/config"
        environment["XDG_CACHE_HOME"] = home + "/cache"
        return environment
    }
}
