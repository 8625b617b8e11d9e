import ConcordText
import Foundation

/// Replays editing traces and measures the text merge: the logic of `concord-lab replay`.
struct Replay {
    /// Where replicas are made; nil for the merge alone.
    var replicas: String?
    /// How often the whole history is merged at the most; the best time counts.
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
        /// Whether it ends with the trace's own text, scalar by scalar.
        var ok: Bool
        var operations: Int
        var transactions: Int
        /// The complete history, after parsing; the processor's time, the best of several.
        var mergeMilliseconds: Double
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
            do {
                guard let trace = try traces.next() else { break }
                let isRight = try replay(trace, of: file, place, print: print)
                if !isRight { code = 1 }
            } catch {
                complain(
                    place.isAlone ? "\(file): \(error)" : "\(file), trace \(place.index): \(error)"
                )
                if code == 0 { code = 65 }
            }
        }
        return code
    }

    /// Whether the text is as the trace says, and the limits of a replica are kept.
    private func replay(
        _ trace: EditingTrace,
        of file: String,
        _ place: (index: Int, isAlone: Bool),
        print: (String) -> Void
    ) throws -> Bool {
        let index = place.isAlone ? nil : place.index
        guard let replicas else {
            var line = measure(trace, file: file)
            line.index = index
            print(line.json)
            return line.ok
        }
        var line = try ReplicaReplay.run(
            trace.events,
            startContent: trace.startContent,
            endContent: trace.endContent,
            in: replicas
        )
        (line.file, line.index, line.name) = (file, index, trace.name)
        print(line.json)
        return line.ok && line.isMet
    }

    /// Merges one trace.
    func measure(_ trace: EditingTrace, file: String) -> Line {
        let history = trace.history
        let (merged, merge) = best { mergeText(history).text }
        return Line(
            file: file,
            index: nil,
            name: trace.name,
            // Scalar by scalar: equal strings may differ in how accents are composed.
            ok: merged.unicodeScalars.elementsEqual(trace.endContent.unicodeScalars),
            operations: trace.operations,
            transactions: trace.events.count,
            mergeMilliseconds: merge,
            residentBytes: ProcessUse.memory * 1024
        )
    }

    private func best(_ body: () -> String) -> (text: String, milliseconds: Double) {
        var best = Double.infinity
        var total = 0.0
        var text = ""
        var runs = 0
        repeat {
            let start = ProcessUse.seconds
            text = body()
            let elapsed = ((ProcessUse.seconds - start) * 1e6).rounded() / 1e3
            best = min(best, elapsed)
            total += elapsed
            runs += 1
        } while runs < min(repetitions, 2) || runs < repetitions && total < patience
        return (text, best)
    }
}
