package import ConcordEncoding

/// What a server answered to a sync request, as an HTTP client gives it.
public struct HTTPAnswer: Hashable, Sendable {
    /// The status.
    public let status: Int
    /// The body, inflated if it was compressed.
    public let body: [UInt8]
    /// Where the header `Location` points, if there is one.
    public let location: String?
    /// What the header `Retry-After` says, if there is one.
    public let retryAfter: String?

    /// An answer.
    public init(status: Int, body: [UInt8], location: String? = nil, retryAfter: String? = nil) {
        self.status = status
        self.body = body
        self.location = location
        self.retryAfter = retryAfter
    }

    /// After how many seconds a server that has too much to do wants the request again; nil if it does not say so.
    var wait: Int? {
        guard [429, 503].contains(status), let seconds = retryAfter.flatMap({ Int($0) }),
            seconds >= 0
        else { return nil }
        return seconds
    }

    /// Sends a request, and again if a server that has too much to do says when.
    ///
    /// - Parameters:
    ///   - patience: how many seconds may be waited for in all.
    ///   - sleep: waits for so many seconds and a little more, so that not all come back at the same moment who were sent
    ///     away at the same moment; throws when the caller gives up.
    ///   - send: sends the request, signed anew each time.
    package static func patiently(
        waitingAtMost patience: Int = 60,
        sleep: (Int) async throws -> Void,
        _ send: () async throws(SyncFailure) -> HTTPAnswer
    ) async throws(SyncFailure) -> HTTPAnswer {
        var left = patience
        while true {
            let answer = try await send()
            // A second at least, so that a server that is overrun is not asked in a loop.
            guard let wait = answer.wait.map({ max($0, 1) }), wait <= left else { return answer }
            left -= wait
            do {
                try await sleep(wait)
            } catch {
                throw SyncFailure(.cancelled, "The exchange was cancelled.", cause: error)
            }
        }
    }

    /// What the answer means; the one function that maps HTTP to an answer or a failure.
    ///
    /// - Parameters:
    ///   - request: what was asked.
    ///   - server: the server's address, for messages.
    package func response(
        to request: SyncRequest,
        from server: String
    ) throws(SyncFailure) -> SyncResponse {
        guard status == 200 else { throw failure(ofBytes: request.wireBytes.count, server) }
        do throws(MessageError) {
            return try SyncResponse(wireBytes: body)
        } catch {
            throw .malformed(server, "\(error)")
        }
    }

    /// What an answer about files means that is neither what was asked for nor "done".
    ///
    /// - Parameter count: how many bytes were sent.
    package func fileFailure(ofBytes count: Int, from server: String) -> SyncFailure {
        // A full disk is the one failure of a server after which other requests may still succeed.
        if status == 507, let problem = ProblemDocument(body),
            problem.code == FileResource.storageFull
        {
            return SyncFailure(.refused(problem.code), "\(server) refuses: \(problem.detail)")
        }
        return failure(ofBytes: count, server)
    }

    /// What another status than 200 means.
    ///
    /// - Parameter count: how many bytes were sent.
    package func failure(
        ofBytes count: @autoclosure () -> Int,
        _ server: String
    ) -> SyncFailure {
        if 300..<400 ~= status {
            let target = location.map { " to \($0.prefix(ProblemDocument.detailMax))" } ?? ""
            return .malformed(server, "a redirect\(target); Concord does not follow redirects")
        }
        let problem = body.count <= ProblemDocument.bytesMax ? ProblemDocument(body) : nil
        switch status {
        case 413:
            return SyncFailure(
                .tooLarge,
                "\(server), or a proxy in front of it, refused a request of "
                    + "\(count()) bytes. Ask its operator to allow requests of up to "
                    + "\(SyncLimits.bodyBytes) bytes."
            )
        case 408, 429, 500..<600:
            let reason = problem?.detail ?? "status \(status)"
            return SyncFailure(
                .serverError,
                "\(server) cannot answer: \(reason)",
                retryAfter: wait.map { .seconds($0) }
            )
        case 400..<500:
            guard let problem else { return .malformed(server, "status \(status)") }
            if let parting = problem.parting {
                return SyncFailure(.parted(parting), "\(server) refuses: \(problem.detail)")
            }
            if problem.code == AuthenticationRefusal.wrongClock.rawValue, let now = problem.now {
                return SyncFailure(.wrongClock(now), "\(server) refuses: \(problem.detail)")
            }
            return SyncFailure(
                .refused(problem.code),
                "\(server) refuses: \(Self.words(problem))",
                move: problem.move
            )
        default:
            return .malformed(server, "status \(status)")
        }
    }

    /// What to do where the server speaks other versions of the protocol.
    private static func otherVersion(than newest: Int) -> String {
        let own = SyncRequest.version
        return newest > own
            ? "it speaks version \(newest) of the protocol and this program version \(own). Update this program"
            : "it speaks version \(newest) of the protocol and this program version \(own). Ask its operator to"
                + " update the server, or use an older program"
    }

    /// What a refusal says, and its code where it does not only repeat that.
    private static func words(_ problem: ProblemDocument) -> String {
        if problem.code == MessageRefusal.unknownProtocol.rawValue,
            let newest = problem.versions.max()
        {
            return otherVersion(than: newest) + " (\(problem.code))"
        }
        switch SyncRefusal(WireText(problem.code)) {
        case .logParted, .positionBeyondLog:
            // With a statement of where, the client goes back to the last common entry itself.
            return "its log and this device's log differ, and it does not say where "
                + "(\(problem.code)). It may have been restored from a backup, or be a different "
                + "server. "
                + "Nothing is lost: what was saved stays on this device. Ask its operator"
        default:
            return problem.detail == problem.code
                ? problem.code : "\(problem.detail) (\(problem.code))"
        }
    }
}

extension SyncFailure {
    /// What an answer is that is not one of this protocol.
    package static func malformed(_ server: String, _ reason: String) -> SyncFailure {
        SyncFailure(
            .malformedResponse,
            "\(server) sent an answer that is not Concord's protocol (\(reason)); check the "
                + "address, and whether there is a proxy in between"
        )
    }
}

extension SyncFailure {
    /// Sends a request, and once more by the server's clock if this machine's is wrong.
    ///
    /// A wrong clock on a device is common and hurts nothing else. The time counts for this one server alone, whose
    /// address is signed too.
    ///
    /// - Parameter send: sends the request, signed at this time; nil for the machine's own.
    package static func correctingClock<Answer>(
        _ send: (Timestamp?) async throws(SyncFailure) -> Answer
    ) async throws(SyncFailure) -> Answer {
        let failure: SyncFailure
        do throws(SyncFailure) {
            return try await send(nil)
        } catch {
            failure = error
        }
        guard case .wrongClock(let time) = failure.code else { throw failure }
        return try await send(time)
    }
}
