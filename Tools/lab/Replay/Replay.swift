import ConcordChanges
import Foundation

/// Replays editing traces and measures the text merge: the logic of `concord-lab replay`.
struct Replay {
    /// How often the whole history is merged and applied at the most; the best time counts.
    var repetitions = 10
    /// A trace that takes longer than this is not repeated further, but is merged twice at least.
    var patience = 4_000.0

    /// What came out for one trace.
    struct Line: Encodable {
        var file: String
        /// The place in the file's array, if it is one.
        var index: Int?
        /// What the trace calls itself, if it does.
        var name: String?
        /// Whether both ways end with the trace's own text, scalar by scalar.
        var ok: Bool
        var operations: Int
        var transactions: Int
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
    /// Goes on after a file or a trace that cannot be used. Returns the exit code: 1 if a text
    /// differs, otherwise 66 if a file cannot be read, otherwise 65 if something is no trace.
    func run(_ files: [String], print: (String) -> Void, complain: (String) -> Void) -> Int32 {
        var codes: Set<Int32> = []
        for file in files {
            do {
                let traces = try TraceList(try TraceFile.bytes(of: file))
                codes.insert(replay(traces, of: file, print: print, complain: complain))
            } catch let failure as TraceFile.Failure {
                complain("\(file): \(failure)")
                let isAbsent = failure.code == .notFound || failure.code == .unreadable
                codes.insert(isAbsent ? 66 : 65)
            } catch {
                complain("\(file): \(error)")
                codes.insert(65)
            }
        }
        return [1, 66, 65].first { codes.contains($0) } ?? 0
    }

    private func replay(
        _ traces: consuming TraceList,
        of file: String,
        print: (String) -> Void,
        complain: (String) -> Void
    ) -> Int32 {
        var code: Int32 = 0
        while let place = traces.nextPlace {
            do throws(EditingTrace.Refusal) {
                guard let trace = try traces.next() else { break }
                var line = measure(trace, file: file)
                line.index = place.isAlone ? nil : place.index
                print(line.json)
                if !line.ok { code = 1 }
            } catch {
                complain(
                    place.isAlone ? "\(file): \(error)" : "\(file), trace \(place.index): \(error)"
                )
                if code == 0 { code = 65 }
            }
        }
        return code
    }

    /// Merges one trace in both ways.
    func measure(_ trace: EditingTrace, file: String) -> Line {
        let (merged, merge) = best { trace.graph.merged().text }
        let (applied, apply) = best { Self.applied(trace.graph) }
        let expected = trace.endContent.unicodeScalars
        return Line(
            file: file,
            index: nil,
            name: trace.name,
            // Scalar by scalar: equal strings may differ in how accents are composed.
            ok: merged.unicodeScalars.elementsEqual(expected)
                && applied.unicodeScalars.elementsEqual(expected),
            operations: trace.operations,
            transactions: trace.transactions,
            mergeMilliseconds: merge,
            applyMilliseconds: apply,
            residentBytes: Self.residentBytes
        )
    }

    /// The text of a document that takes in one transaction after the other.
    static func applied(_ graph: borrowing TextGraph) -> String {
        var document = TextDocument()
        let numbers = (0..<graph.count).map { Int32($0) }
        for event in 0..<graph.count {
            document.append(event, of: graph, numbers: numbers)
        }
        return document.text
    }

    private func best(_ body: () -> String) -> (text: String, milliseconds: Double) {
        var best = Double.infinity
        var total = 0.0
        var text = ""
        var runs = 0
        repeat {
            let start = ContinuousClock.now
            text = body()
            let elapsed = Self.milliseconds(since: start)
            best = min(best, elapsed)
            total += elapsed
            runs += 1
        } while runs < min(repetitions, 2) || runs < repetitions && total < patience
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
