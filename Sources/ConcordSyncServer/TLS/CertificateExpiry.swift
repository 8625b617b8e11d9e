import ConcordEncoding

/// When an operator should hear that a certificate ends.
enum CertificateExpiry {
    /// A day, in milliseconds.
    static let dayMilliseconds: Int64 = 86_400_000
    /// From so many days before on.
    static let daysWarned: Int64 = 30
}
