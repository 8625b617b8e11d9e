import ConcordEncoding
import Foundation
public import Logging

/// Writes one line for each event to standard error: as JSON for programs, or as text for people.
///
/// A line is one write, so lines of several threads do not mix.
public struct StructuredLogHandler: LogHandler {
    /// The form of a line.
    public enum Format: String, CaseIterable, Sendable {
        /// An object: `time`, `level`, `event`, then what belongs to the event.
        case json
        /// `time level event key=value …`
        case text
    }

    /// Below this nothing is written.
    public var logLevel: Logger.Level
    /// What belongs to every event.
    public var metadata: Logger.Metadata = [:]
    private let format: Format
    private let write: @Sendable ([UInt8]) -> Void

    /// A handler that writes to standard error.
    public init(
        level: Logger.Level,
        format: Format,
        write: @escaping @Sendable ([UInt8]) -> Void = StructuredLogHandler.writeToStandardError
    ) {
        logLevel = level
        self.format = format
        self.write = write
    }

    /// One of the things that belong to every event.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes an event as one line.
    public func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { $1 }
        let time = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let fields = merged.map { (Self.names[$0.key] ?? $0.key, $0.value) }
            .sorted { $0.0 < $1.0 }
        let line =
            switch format {
            case .json: json(time, event, fields)
            case .text: text(time, event, fields)
            }
        write(line + [UInt8(ascii: "\n")])
    }

    private func json(
        _ time: Timestamp,
        _ event: LogEvent,
        _ fields: [(String, Logger.MetadataValue)]
    ) -> [UInt8] {
        var object = JSONObject()
        for (key, value) in fields { object[WireText(key)] = Self.json(value) }
        object["time"] = .string(time.description)
        object["level"] = .string(event.level.rawValue)
        object["event"] = .string("\(event.message)")
        return object.canonicalBytes
    }

    private func text(
        _ time: Timestamp,
        _ event: LogEvent,
        _ fields: [(String, Logger.MetadataValue)]
    ) -> [UInt8] {
        var line = "\(time) \(event.level.rawValue) \(event.message)"
        for (key, value) in fields.map({ ($0.0, "\($0.1)") }) {
            let needsQuotes = value.isEmpty || value.contains { " \"\n\r\t=".contains($0) }
            line += " \(key)=" + (needsQuotes ? JSON.string(value).canonicalText : value)
        }
        return Array(line.utf8)
    }

    /// What the libraries below call things, and what we call them: `request` numbers the requests since
    /// the server's start.
    private static let names = ["hb.request.id": "request"]

    /// A whole number as a number, everything else as a text.
    private static func json(_ value: Logger.MetadataValue) -> JSON {
        if case .stringConvertible(let number as Int) = value { return .integer(Int64(number)) }
        return .string("\(value)")
    }

    /// Writes a whole line; if standard error is closed, the line is lost and the server goes on.
    @Sendable public static func writeToStandardError(_ line: [UInt8]) {
        var rest = line[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(2, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
