import ConcordFiles

/// The file that tells scripts which port the server listens on.
struct PortFile: Sendable {
    let path: String

    /// Removes what an earlier run has left, so that nobody reads an old port; what is not a port file
    /// stays.
    func remove() throws(ServeFailure) {
        do {
            guard let bytes = try OwnFile.read(path, most: Self.bytesMax) else { return }
            guard Self.isPort(bytes) else {
                throw ServeFailure(
                    .cannotCreate,
                    "\(path) is not a port file; move it, or name another one"
                )
            }
            try OwnFile.remove(path)
        } catch let failure as ServeFailure {
            throw failure
        } catch {
            throw Self.failure(error)
        }
    }

    /// Writes the port: readers see the whole line or no file.
    func write(_ port: Int) throws(ServeFailure) {
        do throws(FileFailure) {
            let line = Array("\(port)\n".utf8)
            try OwnFile.write(line, to: path, mode: 0o644, replacing: Self.isPort)
        } catch {
            throw ServeFailure(.cannotCreate, error.message)
        }
    }

    /// Room for a port and the end of its line, and for what cannot be one.
    private static let bytesMax = 16

    private static func isPort(_ bytes: [UInt8]) -> Bool {
        let digits = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        return digits.count <= 5 && digits.allSatisfy { 0x30...0x39 ~= $0 }
    }

    private static func failure(_ error: any Error) -> ServeFailure {
        ServeFailure(.cannotCreate, (error as? FileFailure)?.message ?? "\(error)")
    }
}
