import Foundation

/// What this machine is called.
enum HostName {
    /// The name without its domain; "device" if it has none.
    static var current: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "device" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let name = String(decoding: bytes, as: UTF8.self).prefix { $0 != "." }
        return name.isEmpty ? "device" : String(name)
    }
}
