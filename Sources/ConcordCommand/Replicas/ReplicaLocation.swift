import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import Foundation

extension EngagementOptions {
    /// Opens the replica that the options name.
    func open() throws -> Replica {
        try open(at: try existingPath())
    }

    private func open(at path: String) throws -> Replica {
        try Passphrase.asking { passphrase in
            try Replica.open(at: path, environment: environment, passphrase: passphrase)
        }
    }

    /// Opens the replica that the options name for a command that saves nothing: on media that cannot
    /// be written it works all the same.
    func openForReading() throws -> Replica {
        let path = try existingPath()
        guard ReadOnlyCopy.isNeeded(for: path) else { return try open() }
        return try open(at: try ReadOnlyCopy.make(of: path))
    }

    /// The file of an engagement that is to be created.
    ///
    /// - Parameter name: what it is called unless the options say otherwise.
    func newPath(named name: String) throws -> String {
        if let path = replicaPath { return path }
        let folder = DataFolder.standard
        try folder.create()
        let chosen = try checked(engagementName ?? name)
        let path = folder.file(of: chosen)
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(
                .alreadyExists,
                "there is an engagement '\(chosen)' here already",
                next: "Choose another name with --name NAME."
            )
        }
        return path
    }

    /// The file that the options name, whether it is there or not; nil if they name none.
    func givenPath() throws -> String? {
        if let path = replicaPath { return path }
        return try engagementName.map { DataFolder.standard.file(of: try checked($0)) }
    }

    /// The file of an engagement that has just been joined, called by its number as everybody calls it,
    /// unless the options say otherwise.
    func path(ofNumber number: WireText) -> String? {
        guard replicaPath == nil, engagementName == nil else { return nil }
        return DataFolder.standard.file(of: DataFolder.name(from: number.string))
    }

    /// The file of the engagement that the options name.
    func existingPath() throws -> String {
        if let path = replicaPath { return path }
        let folder = DataFolder.standard
        let names = try folder.names()
        if let name = engagementName {
            guard names.contains(try checked(name)) else {
                throw CommandFailure(
                    .notFound,
                    "there is no engagement '\(name)' on this device",
                    next: names.isEmpty
                        ? "Open one with `concord new`, or join one with `concord join`."
                        : NearNames.hint(name, among: names)
                            + "There are: \(names.joined(separator: ", "))."
                )
            }
            return folder.file(of: name)
        }
        guard let only = names.first else {
            throw CommandFailure(
                .notFound,
                "there is no engagement on this device yet",
                next: "Open one with `concord new`, or join one with `concord join`."
            )
        }
        guard names.count == 1 else {
            throw CommandFailure(
                .ambiguous,
                "there are \(names.count) engagements on this device",
                next: "Name one with --engagement: \(names.joined(separator: ", "))."
            )
        }
        return folder.file(of: only)
    }

    private var replicaPath: String? {
        let environment = ProcessInfo.processInfo.environment
        // A name on the command line goes before a path in the environment.
        if replica == nil, engagement != nil { return nil }
        return replica ?? environment["CONCORD_REPLICA"].flatMap { $0.isEmpty ? nil : $0 }
    }

    private var engagementName: String? {
        let environment = ProcessInfo.processInfo.environment
        return engagement ?? environment["CONCORD_ENGAGEMENT"].flatMap { $0.isEmpty ? nil : $0 }
    }

    private func checked(_ name: String) throws -> String {
        let isPrintable = name.unicodeScalars.allSatisfy(PrintableText.isPrintable)
        guard !name.contains("/"), !name.hasPrefix("."), !name.isEmpty, isPrintable,
            name.utf8.count <= DataFolder.nameBytesMax
        else {
            let shown = name.count > 40 ? name.prefix(40) + "…" : name[...]
            throw CommandFailure(
                .name,
                "'\(shown)' cannot be the name of an engagement",
                next:
                    "Use 1 to \(DataFolder.nameBytesMax) letters, digits and hyphens, or name a file "
                    + "with --replica."
            )
        }
        return name
    }
}

extension Replica {
    /// Whose device this is.
    func identity() throws -> Identity {
        if let me = try currentMember() { return me }
        if let device = try moment().people().membership.devices[author] {
            throw CommandFailure(
                .notAMember,
                device.isSurplus
                    ? "this device joined when others had already used its invitation"
                    : "this device does not know its own member yet",
                next: "Run `concord sync`, or ask your audit team leader for a new invitation code."
            )
        }
        throw CommandFailure(
            .notAMember,
            "this device is not a member of the engagement",
            next: "Ask your audit team leader for an invitation code."
        )
    }
}
