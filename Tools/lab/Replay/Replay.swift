import ConcordChanges
import Foundation

/// Replays editing traces and measures the text merge: the logic of `concord-lab replay`.
struct Replay {
    /// How often the whole history is merged (one by one: three times); the best time counts.
    var repetitions = 10

    /// What came out for one trace.
    struct Line: Encodable {
        var file: String
        var ok: Bool
        var operations: Int
        /// The complete history into an empty document, after parsing; the best of several.
        var mergeMilliseconds: Double
        /// Transaction by transaction in the order of the file, each as it would arrive; the best.
        var applyMilliseconds: Double
        /// Resident memory of the process afterwards.
        var residentBytes: Int

        /// One line of JSON, keys in order.
        var json: String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            do {
                return String(decoding: try encoder.encode(self), as: UTF8.self)
            } catch {
                preconditionFailure("a line of numbers can be encoded: \(error)")
            }
        }
    }

    /// Replays every trace of every file, and prints a line for each as soon as it is there.
    ///
    /// Returns the exit code: 1 if a text differs or a file cannot be read.
    func run(_ files: [String], print: (String) -> Void, complain: (String) -> Void) -> Int32 {
        var code: Int32 = 0
        for file in files {
            do {
                for trace in try EditingTrace.all(in: TraceFile.bytes(of: file)) {
                    let line = measure(trace, file: file)
                    print(line.json)
                    if !line.ok { code = 1 }
                }
            } catch let refusal as EditingTrace.Refusal {
                complain("\(file): \(refusal.rawValue): this is no editing trace.")
                code = 1
            } catch {
                complain("\(error)")
                code = 1
            }
        }
        return code
    }

    /// Merges one trace in both ways.
    func measure(_ trace: EditingTrace, file: String) -> Line {
        let (merged, merge) = mergeAtOnce(trace)
        let (applied, apply) = applyOneByOne(trace)
        return Line(
            file: file,
            ok: merged == trace.endContent && applied == trace.endContent,
            operations: trace.operations,
            mergeMilliseconds: merge,
            applyMilliseconds: apply,
            residentBytes: Self.residentBytes
        )
    }

    private func mergeAtOnce(_ trace: EditingTrace) -> (text: String, milliseconds: Double) {
        let graph = TextGraph(trace.events)
        var best = Double.infinity
        var text = ""
        for _ in 0..<repetitions {
            let start = ContinuousClock.now
            let merged = graph.merged().text
            best = min(best, Self.milliseconds(since: start))
            text = merged
        }
        return (text, best)
    }

    private func applyOneByOne(_ trace: EditingTrace) -> (text: String, milliseconds: Double) {
        var best = Double.infinity
        var text = ""
        for _ in 0..<min(repetitions, 3) {
            let start = ContinuousClock.now
            var document = TextDocument()
            for event in trace.events {
                document.append(
                    parents: event.parents,
                    agent: event.agent,
                    seq: event.seq,
                    splices: event.splices
                )
            }
            text = document.text
            best = min(best, Self.milliseconds(since: start))
        }
        return (text, best)
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Double {
        let elapsed = (ContinuousClock.now - start).components
        let nanoseconds = Double(elapsed.seconds) * 1e9 + Double(elapsed.attoseconds) / 1e9
        return (nanoseconds / 1e3).rounded() / 1e3
    }

    /// Resident memory as the kernel counts it; 0 where it does not say.
    private static var residentBytes: Int {
        guard let status = FileManager.default.contents(atPath: "/proc/self/status") else {
            return 0
        }
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("VmRSS:") } ?? ""
        let kilobytes = line.split(separator: " ").compactMap { Int($0) }.first
        return (kilobytes ?? 0) * 1024
    }
}
