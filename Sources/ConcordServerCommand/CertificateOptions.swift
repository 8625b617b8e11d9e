import ArgumentParser
import ConcordSyncServer
import Foundation

/// The files for TLS.
struct CertificateOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The certificate with its chain, as PEM: the server then speaks TLS. It is read again on SIGHUP. \
            [CONCORD_SERVER_TLS_CERTIFICATE]
            """,
            valueName: "file"
        )
    )
    var tlsCertificate: String?

    @Option(
        help: ArgumentHelp(
            "The certificate's private key, as PEM. [CONCORD_SERVER_TLS_KEY]",
            valueName: "file"
        )
    )
    var tlsKey: String?

    /// The files, from the options, then the environment; nil if none is named.
    ///
    /// - Throws: `SettingProblem` if only one of them is.
    func files(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingProblem) -> ServerCertificate.Files? {
        let source = SettingSource(environment: environment)
        let certificate = source.text(tlsCertificate, "TLS_CERTIFICATE")
        let key = source.text(tlsKey, "TLS_KEY")
        switch (certificate, key) {
        case (let certificate?, let key?):
            return ServerCertificate.Files(certificate: certificate, key: key)
        case (nil, nil): return nil
        default:
            throw SettingProblem(
                message: "name both files for TLS: --tls-certificate FILE and --tls-key FILE",
                isEnvironment: tlsCertificate == nil && tlsKey == nil
            )
        }
    }
}
