/// What a command itself can fail with; the raw value is one word for scripts.
///
/// Listed in `docs/concord.md`, "Codes of failures", with the exit code of each; a test compares.
enum CommandCode: String, CaseIterable {
    /// The command line is wrong; the message says where.
    case usage
    /// There is no such command.
    case unknownCommand = "unknown-command"
    /// An option that takes one value is given twice.
    case repeatedOption = "repeated-option"
    /// The name fits several records, engagements or conflicts.
    case ambiguous
    /// A new engagement's name cannot be the name of a file.
    case name = "bad-name"
    /// The name is neither a record nor a field of one.
    case path = "bad-path"
    /// The invitation needs a role, or a person of the plan.
    case role = "role-missing"
    /// The command both adds and removes the same thing.
    case addedAndRemoved = "added-and-removed"
    /// No option says what is to change.
    case nothingToChange = "nothing-to-change"
    /// No server's address is known, or it is not one.
    case serverAddress = "server-address"
    /// The input is not UTF-8.
    case notUTF8 = "not-utf8"
    /// The text is not a date.
    case date = "bad-date"
    /// There is no such state.
    case unknownState = "unknown-state"
    /// An included requirement is not written as the option takes it.
    case includedRequirement = "bad-included-requirement"
    /// The value does not fit the field.
    case value = "bad-value"
    /// The file is empty.
    case emptyFile = "empty-file"
    /// The file is larger than can be read.
    case tooLarge = "too-large"
    /// A line of the file is not one of an exported log.
    case malformedLine = "malformed-line"
    /// The file is no bundle, or a damaged one.
    case badBundle = "bad-bundle"
    /// The bundle begins behind what this device has.
    case bundleGap = "bundle-gap"
    /// The invitation code is damaged or incomplete.
    case wrongInvitation = "wrong-invitation"
    /// There is no such engagement, record, member, device, save or file.
    case notFound = "not-found"
    /// There is an engagement of that name already.
    case alreadyExists = "already-exists"
    /// The folder for engagements cannot be created.
    case dataFolder = "data-folder-not-created"
    /// The folder for engagements cannot be read.
    case dataFolderUnreadable = "data-folder-unreadable"
    /// The file cannot be read.
    case unreadable
    /// The engagement is on read-only media.
    case readOnly = "read-only"
    /// The output could not be written.
    case output = "output-failed"
    /// The conflict changed while you decided it.
    case changed = "conflict-changed"
    /// The server cannot be reached.
    case unreachable
    /// The server did not answer in time.
    case timeout
    /// The server could not do what it was asked.
    case serverError = "server-error"
    /// The server's certificate is not trusted here.
    case untrustedCertificate = "untrusted-certificate"
    /// The answer is not from a working Concord server.
    case malformedResponse = "malformed-response"
    /// The saved text would differ from what you typed.
    case textGarbled = "text-garbled"
    /// An error in this program.
    case internalError = "internal-error"
    /// The command was interrupted.
    case cancelled
    /// A proxy refused even the smallest request.
    case requestTooLarge = "request-too-large"
    /// The server's log and this device's differ.
    case logParted = "log-parted"
    /// The state is not what the log says (`rebuild --check`).
    case differs = "state-differs"
    /// A signature or a hash does not hold (`concord verify`).
    case invalid = "log-invalid"
    /// The replica holds no engagement yet.
    case noEngagement = "no-engagement"
    /// This device is not a member of the engagement.
    case notAMember = "not-a-member"
    /// Nothing of the save is left to undo.
    case nothingLeft = "nothing-left"
    /// The item of evidence has no file.
    case noFile = "no-file"
    /// Not all of the file is on this device.
    case fileNotHere = "file-not-here"
    /// A file is not the one that was signed (`concord evidence verify`).
    case fileDamaged = "file-damaged"
    /// No program opened the file.
    case noViewer = "no-viewer"

    /// How the program ends.
    var status: ExitStatus {
        switch self {
        case .usage, .unknownCommand, .repeatedOption, .ambiguous, .name, .path, .role,
            .addedAndRemoved, .nothingToChange, .serverAddress:
            .usage
        case .notUTF8, .date, .unknownState, .includedRequirement, .value, .emptyFile, .tooLarge,
            .malformedLine, .badBundle, .wrongInvitation:
            .badInput
        case .notFound, .noFile, .fileNotHere:
            .notFound
        case .alreadyExists, .dataFolder:
            .cannotCreate
        case .dataFolderUnreadable, .unreadable, .readOnly:
            .notPermitted
        case .output:
            .disk
        case .changed:
            .busy
        case .unreachable, .timeout, .serverError, .untrustedCertificate:
            .unreachable
        case .malformedResponse, .textGarbled, .internalError:
            .software
        case .cancelled, .requestTooLarge, .logParted, .differs, .invalid, .noEngagement,
            .notAMember, .nothingLeft, .bundleGap, .fileDamaged, .noViewer:
            .refused
        }
    }
}
