import Foundation

/// The file that tells scripts which port the server listens on.
struct PortFile: Sendable {
    let path: String

    /// Takes away what an earlier run has left, so that nobody reads an old port.
    func remove() throws(ServeFailure) {
        guard unlink(path) != 0, errno != ENOENT else { return }
        let reason = String(cString: strerror(errno))
        throw ServeFailure(.cannotCreate, "cannot take \(path) away: \(reason)")
    }

    /// Writes the port: readers see the whole line or no file.
    func write(_ port: Int) throws(ServeFailure) {
        do {
            try Data("\(port)\n".utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw ServeFailure(
                .cannotCreate,
                "cannot write \(path): \(error.localizedDescription); check that its folder "
                    + "exists and that the server may write there"
            )
        }
    }
}
