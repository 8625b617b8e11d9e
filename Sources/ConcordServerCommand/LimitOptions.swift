import ArgumentParser
import ConcordSyncServer

/// How much of the machine the clients may take.
struct LimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How many connections may be open; further ones wait (default: 1000). [CONCORD_SERVER_CONNECTIONS]",
            valueName: "number"
        )
    )
    var connections: String?

    @Option(
        help: ArgumentHelp(
            "How many connections one address may have (default: 500). [CONCORD_SERVER_CONNECTIONS_PER_ADDRESS]",
            valueName: "number"
        )
    )
    var connectionsPerAddress: String?

    @Option(
        help: ArgumentHelp(
            "How many requests one address may send in ten seconds (default: 2000). [CONCORD_SERVER_ADDRESS_REQUESTS]",
            valueName: "number"
        )
    )
    var addressRequests: String?

    @Option(
        help: ArgumentHelp(
            "How many requests one device may send in ten seconds (default: 200). [CONCORD_SERVER_DEVICE_REQUESTS]",
            valueName: "number"
        )
    )
    var deviceRequests: String?

    @Option(
        help: ArgumentHelp(
            """
            How many MiB the bodies of requests and answers under way may take (default: 24). \
            [CONCORD_SERVER_BODY_MEMORY]
            """,
            valueName: "MiB"
        )
    )
    var bodyMemory: String?

    @Option(
        help: ArgumentHelp(
            """
            The IP addresses of proxies in front of the server, with commas between them: they are believed to say for \
            whom they ask (X-Forwarded-For). [CONCORD_SERVER_TRUSTED_PROXIES]
            """,
            valueName: "addresses"
        )
    )
    var trustedProxies: String?

    /// The limits, from the options, then the environment, then the defaults.
    ///
    /// - Throws: the first setting that cannot be used.
    func limits(from source: SettingSource) throws(SettingProblem) -> ServerLimits {
        var limits = ServerLimits()
        let counts: [(WritableKeyPath<ServerLimits, Int>, String?, String)] = [
            (\.connections, connections, "CONNECTIONS"),
            (\.connectionsOfAddress, connectionsPerAddress, "CONNECTIONS_PER_ADDRESS"),
            (\.requestsOfAddress, addressRequests, "ADDRESS_REQUESTS"),
            (\.requestsOfDevice, deviceRequests, "DEVICE_REQUESTS"),
        ]
        for (place, option, name) in counts {
            if let count = try source.value(option, name, "a number from 1 to 1000000", Self.count)
            {
                limits[keyPath: place] = count
            }
        }
        let memory = try source.value(bodyMemory, "BODY_MEMORY", "a number from 8 to 4096") {
            Int($0).flatMap { 8...4096 ~= $0 ? $0 : nil }
        }
        if let memory { limits.bodyBytes = memory << 20 }
        let proxies = source.text(trustedProxies, "TRUSTED_PROXIES") ?? ""
        limits.trustedProxies = proxies.split(separator: ",").map { $0.filter { $0 != " " } }
        return limits
    }

    private static func count(_ text: String) -> Int? {
        Int(text).flatMap { 1...1_000_000 ~= $0 ? $0 : nil }
    }
}
