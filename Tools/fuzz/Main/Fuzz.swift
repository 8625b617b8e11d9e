import ConcordFuzzing
import Foundation

/// What is fuzzed, by its name in the environment.
private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["CONCORD_FUZZ_TARGET"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
        FileHandle.standardError.write(
            Data("Set CONCORD_FUZZ_TARGET to what is to be fuzzed: \(names).\n".utf8)
        )
        exit(64)
    }
    return target
}()

/// libFuzzer calls this with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
