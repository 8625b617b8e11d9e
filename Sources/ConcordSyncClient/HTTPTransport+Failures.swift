import AsyncHTTPClient
import ConcordEncoding
import ConcordSync
import NIOSSL

extension HTTPTransport {
    /// What an answer is that is not one of this protocol.
    func malformed(_ reason: String) -> SyncFailure {
        SyncFailure(
            .malformedResponse,
            "\(address) answered something that is not Concord's protocol (\(reason)); check the "
                + "address, and whether there is a proxy in between"
        )
    }

    /// What another status than 200 means.
    func failure(_ answer: Answer, to request: SyncRequest) -> SyncFailure {
        if 300..<400 ~= answer.status {
            let target = answer.location.map { " to \($0.prefix(Problem.bytesMax))" } ?? ""
            return malformed("a redirect\(target); Concord does not follow redirects")
        }
        let problem = answer.contents.flatMap(Problem.init)
        switch answer.status {
        case 413:
            return SyncFailure(
                .tooLarge,
                "\(address), or a proxy in front of it, refused a request of "
                    + "\(request.wireBytes.count) bytes. Ask its operator to allow requests of up to "
                    + "\(SyncLimits.bodyBytes) bytes."
            )
        case 400..<500:
            guard let problem else { return malformed("status \(answer.status)") }
            if let parting = problem.parting {
                return SyncFailure(.parted(parting), "\(address) refuses: \(problem.detail)")
            }
            return SyncFailure(
                .refused(problem.code),
                "\(address) refuses: \(problem.detail) (\(problem.code))"
            )
        case 500..<600:
            let reason = problem?.detail ?? "status \(answer.status)"
            return SyncFailure(.serverError, "\(address) cannot answer: \(reason)")
        default:
            return malformed("status \(answer.status)")
        }
    }

    /// What an error of the libraries below means.
    func failure(_ error: any Error) -> SyncFailure {
        switch error {
        case let failure as SyncFailure: return failure
        case is TooSlow: return slow(nil)
        case let error as HTTPClientError where Self.timeouts.contains(error): return slow(error)
        case is CancellationError, HTTPClientError.cancelled as HTTPClientError:
            return SyncFailure(.cancelled, "the exchange with \(address) was cancelled")
        case let error as NIOSSLError: return insecure(error, "\(error)")
        // Before anything was connected: a file that holds no certificates.
        case let error as BoringSSLError:
            return insecure(error, "failedToLoadCertificate: \(error)")
        case let error as NIOSSLExtraError: return insecure(error, "\(error)")
        default:
            return SyncFailure(
                .unreachable,
                "cannot reach \(address); check the network and the address, or keep working offline "
                    + "and sync again later",
                cause: error
            )
        }
    }

    private func slow(_ cause: HTTPClientError?) -> SyncFailure {
        SyncFailure(
            .timeout,
            "\(address) did not answer in time; nothing is lost, sync again later",
            cause: cause
        )
    }

    /// A connection that could not be made secure; nothing was sent over it.
    private func insecure(_ error: any Error, _ reason: String) -> SyncFailure {
        let isUntrusted = ["CERTIFICATE_VERIFY_FAILED", "Hostname"].contains(where: reason.contains)
        let isUnreadable = [
            "failedToLoadCertificate", "noSuchFilesystemObject", "NO_CERTIFICATE_OR_CRL_FOUND",
        ].contains(where: reason.contains)
        if let certificateFile, isUnreadable {
            return SyncFailure(
                .untrusted,
                "the certificates in \(certificateFile), which SSL_CERT_FILE names, cannot be read, so "
                    + "nothing was sent; name a PEM file that is there, or unset the variable",
                cause: error
            )
        }
        guard isUntrusted else {
            return SyncFailure(
                .unreachable,
                "the TLS connection to \(address) failed, so nothing was sent; check the address, "
                    + "and whether it begins with https:// or http://",
                cause: error
            )
        }
        return SyncFailure(
            .untrusted,
            "this machine does not trust the certificate of \(address), or it is for another name, "
                + "so nothing was sent. If it is from your organization's own authority, name "
                + "the authority's certificate in the environment variable SSL_CERT_FILE; otherwise "
                + "ask the server's operator.",
            cause: error
        )
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
        .connectTimeout,
    ]
}

/// A problem document (RFC 9457), as far as it is shown: of bounded length, whatever the server sent.
private struct Problem {
    /// The longest text of a server that is shown.
    static let bytesMax = 500

    let code: String
    let detail: String
    let parting: LogParting?

    init?(_ body: [UInt8]) {
        let limits = JSONLimits(
            bytes: body.count,
            depth: 8,
            stringBytes: body.count,
            asciiKeys: false
        )
        do throws(JSONError) {
            let value = try JSON(parsing: body, limits: limits)
            guard let code = value["code"]?.stringValue else { return nil }
            self.code = Self.isCode(code) ? code.string : "unknown-code"
            detail = String(
                (value["detail"]?.stringValue?.string ?? self.code).prefix(Self.bytesMax)
            )
            parting = Self.parting(code, value)
        } catch {
            return nil
        }
    }

    /// Whether a text has the form of a code: kebab-case.
    private static func isCode(_ text: WireText) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return 1...64 ~= text.utf8.count
            && text.utf8.allSatisfy {
                letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "-")
            }
    }

    /// Where the logs have parted, if that is what the problem is.
    private static func parting(_ code: WireText, _ value: JSON) -> LogParting? {
        guard let refusal = SyncRefusal(code),
            [.positionBeyondLog, .logParted].contains(refusal),
            let size = count(value["size"]), let common = count(value["common"])
        else { return nil }
        return LogParting(refusal, size: size, common: common)
    }

    private static func count(_ value: JSON?) -> Int? {
        guard let number = value?.integerValue, 0...Int64(Int32.max) ~= number else { return nil }
        return Int(number)
    }
}
