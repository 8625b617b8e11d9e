import Foundation

/// What this process has used of the machine so far.
enum ProcessUse {
    /// The processor's time, all threads together, in seconds.
    ///
    /// Unlike the clock on the wall it hardly depends on what else the machine does at the moment.
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The most memory that it has had, in kibibytes; 0 where the kernel does not say.
    static var peakMemory: Int { status("VmHWM:", of: "self") }

    /// The memory that it has now, in kibibytes; 0 where the kernel does not say.
    static var memory: Int { status("VmRSS:", of: "self") }

    /// The memory that another process has now, in kibibytes; 0 where the kernel does not say.
    static func memory(of process: Int32) -> Int { status("VmRSS:", of: "\(process)") }

    private static func status(_ name: String, of process: String) -> Int {
        guard let status = FileManager.default.contents(atPath: "/proc/\(process)/status") else {
            return 0
        }
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix(name) } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }
}
