import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Foundation

@testable import ConcordStorage

/// A device with a replica of its own.
final class Device {
    let name: String
    let signer: HashSigner
    let path: String
    var store: ReplicaStore
    /// Where its files are, for as long as it is used.
    private let folder: TemporaryFolder

    init(_ name: String, in folder: TemporaryFolder) throws {
        self.name = name
        self.folder = folder
        signer = HashSigner(name)
        path = folder.file(name + ".concord")
        store = try ReplicaStore.create(at: path, verifier: HashVerifier())
    }

    /// A copy of a device with its key, as of a cloned or restored disk.
    init(copyOf other: Device, in folder: TemporaryFolder) throws {
        name = other.name
        self.folder = folder
        signer = other.signer
        path = folder.file(other.name + ".copy.concord")
        other.store.testingOnlyCarryOver()
        try FileManager.default.copyItem(atPath: other.path, toPath: path)
        store = try ReplicaStore.open(at: path, verifier: HashVerifier())
    }

    func reopen() throws { store = try ReplicaStore.open(at: path, verifier: HashVerifier()) }

    /// Saves what `edit` makes, and keeps what has no effect unless told otherwise.
    @discardableResult
    func save(
        keepingVoid keepsVoid: Bool = true,
        _ edit: (inout SaveContext) throws -> [ConcordDiff.Operation]
    ) throws -> SaveReceipt? {
        try store.save(signer: signer, .standing, keepingVoid: keepsVoid, edit: edit)
    }

    @discardableResult
    func save(_ operations: ConcordDiff.Operation...) throws -> SaveReceipt? {
        try save { _ in operations }
    }

    /// Sets a field, replacing what is shown.
    @discardableResult
    func set(_ path: String, _ value: JSON, reason: String? = nil) throws -> SaveReceipt? {
        try save { context in
            let path = cell(path)
            let over = try context.survivors(of: path).map(\.write)
            return [
                Operation(.add(value), at: path, over: over, reason: reason.map { WireText($0) })
            ]
        }
    }

    func document() throws -> JSONObject { try store.read { try $0.document() } }
    func digest() throws -> String { try store.read { try $0.digest() } }
    func conflicts() throws -> [Conflict] { try store.read { try $0.conflicts() } }

    func value(_ path: String) throws -> JSON? {
        let path = cell(path)
        return try document()[path.kind]?[path.record]?[path.field ?? ""]
    }
}

func cell(_ pointer: String) -> CellPath {
    guard let path = CellPath(pointer) else { preconditionFailure("no path: \(pointer)") }
    return path
}

func add(_ pointer: String, _ fields: JSONObject = [:]) -> ConcordDiff.Operation {
    Operation(.add(.object(fields)), at: cell(pointer))
}

/// A team of one leader and auditors, all of whom the first diff names, and a server's log. Further devices
/// of a member bear names of their own.
final class Team {
    let folder = try? TemporaryFolder()
    let devices: [Device]
    var log: [[UInt8]] = []

    /// - Parameters:
    ///   - members: whose a device is, where its name is not that of its member.
    ///   - inTraining: the members who are in training for the engagement's standard.
    ///   - roles: of those who are not auditors, but for the first one, who leads.
    init(
        _ names: [String] = ["ann", "ben", "cem"],
        members: [String: String] = [:],
        inTraining: Set<String> = [],
        roles: [String: Role] = [:]
    ) throws {
        guard let folder else { preconditionFailure("no temporary folder") }
        devices = try names.map { try Device($0, in: folder) }
        var operations = [add("/engagement/e", ["number": "A-1", "standards": ["iso": true]])]
        for (index, device) in devices.enumerated() {
            let member = members[device.name] ?? device.name
            if member == device.name {
                let role = index == 0 ? Role.lead : roles[member] ?? .auditor
                var fields: JSONObject = [
                    "name": .string(member), "role": .string(role.rawValue),
                ]
                if inTraining.contains(member) { fields["inTraining"] = ["iso"] }
                operations.append(add("/member/\(member)", fields))
            }
            operations.append(
                add("/device/\(device.signer.author)", ["member": .string(member)])
            )
        }
        try devices[0].save { _ in operations }
        for device in devices { try sync(device) }
    }

    /// Brings a device's pending diffs into the log, and the log to the device.
    func sync(_ device: Device) throws {
        let (pending, position) = try device.store.read { reader in
            (try reader.pending().map(\.id), try reader.logSize)
        }
        var items: [LogItem] = try log[position...].map { .new(try verified($0)) }
        // What came by hand may be in the log already.
        let logged = Set(items.map(\.id))
        for id in pending where !logged.contains(id) {
            guard let envelope = try device.store.read({ try $0.envelope(of: id) }) else {
                continue
            }
            log.append(envelope)
            items.append(.held(id))
        }
        let result = try device.store.takeIn(log: items, from: position)
        precondition(result.refused == nil && result.position == log.count, "\(result)")
    }

    func syncAll() throws {
        for _ in 0..<2 { for device in devices { try sync(device) } }
    }
}

func verified(_ envelope: [UInt8]) throws -> VerifiedDiff {
    VerifiedDiff(unchecked: try UnverifiedDiff(envelope: envelope), proof: .signature)
}

extension ReplicaEnvironment {
    /// A clock that stands still, and always the same bytes.
    static let standing = ReplicaEnvironment(
        now: { Timestamp(milliseconds: 1_772_000_000_000) },
        randomBytes: { [UInt8](repeating: 7, count: $0) }
    )
}
