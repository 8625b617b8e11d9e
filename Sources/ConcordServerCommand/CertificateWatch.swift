import ConcordEncoding
import ConcordSyncServer
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the certificate again at each SIGHUP, and says in time that it ends.
struct CertificateWatch: Service {
    let certificate: CertificateHolder?
    let logger: Logger

    func run() async throws {
        tellExpiry()
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watchDays() }
            for await _ in signals.cancelOnGracefulShutdown() { reload() }
            group.cancelAll()
        }
    }

    private func reload() {
        guard let certificate else {
            logger.notice("nothing-to-reload")
            return
        }
        do throws(StorageFailure) {
            try certificate.reload()
            logger.notice("certificate-reloaded")
            tellExpiry()
        } catch {
            // The certificate before stays: a server without one would serve nobody.
            logger.error("certificate-not-reloaded", metadata: ["reason": "\(error.message)"])
        }
    }

    private func watchDays() async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: .seconds(86_400))
            } catch {
                return
            }
            tellExpiry()
        }
    }

    /// Says how long the certificate is valid: from thirty days before its end on, so that it is seen.
    private func tellExpiry() {
        guard let certificate else { return }
        let left = certificate.expires.milliseconds - SyncService.systemClock().milliseconds
        let days = Int(left / 86_400_000)
        let level: Logger.Level =
            switch days {
            case ..<2: .error
            case ..<8: .warning
            case ..<31: .notice
            default: .info
            }
        logger.log(
            level: level,
            "certificate",
            metadata: [
                "days": .stringConvertible(days), "expires": "\(certificate.expires)",
            ]
        )
    }
}
