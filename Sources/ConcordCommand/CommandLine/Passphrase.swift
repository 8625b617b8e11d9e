import ArgumentParser
import Concord
import Foundation

/// Whether a new key is to be encrypted.
struct PassphraseOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Encrypt this device's key with a passphrase.",
            discussion:
                "Asked for at a terminal. Scripts: CONCORD_PASSPHRASE_FD names a file descriptor to read it from, CONCORD_PASSPHRASE holds it."
        )
    )
    var passphrase = false

    /// The passphrase for a key that is about to be made; nil for none.
    ///
    /// - Throws: `CommandFailure` where one is wanted and there is nobody to ask, or the two that were typed differ.
    func ofNewKey() throws -> String? {
        if let given = try Passphrase.given() { return given }
        guard passphrase else { return nil }
        guard Terminal.isInput else { throw Passphrase.nobodyToAsk }
        let first = try SecretInput.read("New passphrase: ", orFail: Passphrase.empty)
        let second = try SecretInput.read("The same again: ", orFail: Passphrase.empty)
        guard first == second else {
            throw CommandFailure(
                .value,
                "the two passphrases differ, and nothing was made",
                next: "Repeat the command."
            )
        }
        return first
    }
}

/// The passphrase of the device's key: from a file descriptor or the environment, else asked at the terminal when the key
/// turns out to need one.
enum Passphrase {
    private static let bytesMax = 4096

    /// What was read from the file descriptor, which can be read once.
    private static let fromDescriptor: Result<String?, CommandFailure> = Result {
        () throws(CommandFailure) in try readDescriptor()
    }

    /// The passphrase that a script gave; nil if none did.
    ///
    /// - Throws: `CommandFailure` where the file descriptor cannot be read.
    static func given() throws -> String? {
        if let read = try fromDescriptor.get() { return read }
        return ProcessInfo.processInfo.environment["CONCORD_PASSPHRASE"]
            .flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func readDescriptor() throws(CommandFailure) -> String? {
        guard let text = ProcessInfo.processInfo.environment["CONCORD_PASSPHRASE_FD"],
            !text.isEmpty
        else { return nil }
        let unreadable = CommandFailure(
            .unreadable,
            "no passphrase can be read from the file descriptor '\(text)' (CONCORD_PASSPHRASE_FD)",
            next: "Open it for the command, for example: CONCORD_PASSPHRASE_FD=3 concord … 3< FILE"
        )
        guard let number = Int32(text), number >= 0 else { throw unreadable }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        var length = 0
        while length < bytesMax {
            let count = bytes.withUnsafeMutableBytes { room in
                read(number, room.baseAddress?.advanced(by: length), bytesMax - length)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable }
            if count == 0 || bytes[..<(length + count)].contains(UInt8(ascii: "\n")) {
                length += count
                break
            }
            length += count
        }
        let line = bytes[..<length].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty, let text = String(validating: line, as: UTF8.self) else {
            throw unreadable
        }
        return text
    }

    /// Does what needs the key: with the passphrase that a script gave, and with one that is asked for at the terminal where
    /// the key needs one and none was given.
    static func asking<Value>(_ work: (String?) throws -> Value) throws -> Value {
        let given = try given()
        do {
            return try work(given)
        } catch let failure as ReplicaFailure
            where failure.needsPassphrase && given == nil && Terminal.isInput
        {
            return try work(try ask())
        }
    }

    /// The same, for what takes its time.
    static func askingMeanwhile<Value>(
        _ work: (String?) async throws -> Value
    ) async throws -> Value {
        let given = try given()
        do {
            return try await work(given)
        } catch let failure as ReplicaFailure
            where failure.needsPassphrase && given == nil && Terminal.isInput
        {
            return try await work(try ask())
        }
    }

    private static func ask() throws -> String {
        try SecretInput.read("Passphrase of this device's key: ", orFail: empty)
    }

    static let nobodyToAsk = CommandFailure(
        .value,
        "--passphrase asks for the passphrase, and there is no terminal",
        next:
            "Give it in CONCORD_PASSPHRASE, or by a file descriptor that CONCORD_PASSPHRASE_FD names."
    )

    static let empty = CommandFailure(
        .value,
        "no passphrase was given",
        next: "Type one when asked, or leave out --passphrase."
    )
}
