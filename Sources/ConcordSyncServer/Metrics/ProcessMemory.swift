import CMachine
import Foundation

/// The memory of this process.
public enum ProcessMemory {
    /// How much of it is in the machine's memory; 0 where the system does not say.
    static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 256)
        guard fgets(&buffer, Int32(buffer.count), file) != nil else { return 0 }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return DiskSpace.product(pages, Int(sysconf(Int32(_SC_PAGESIZE))))
    }

    /// Has the C library return freed memory to the system, and keep it in few places: a server that has answered two
    /// hundred clients at once is small again afterwards.
    public static func keepSmall() {
        concord_memory_keep_small()
    }
}
