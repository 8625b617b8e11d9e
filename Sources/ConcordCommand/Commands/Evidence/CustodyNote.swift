import Concord
import ConcordAudit
import ConcordEncoding
import ConcordModel

/// Notes in the custody of evidence that files were viewed or taken out.
///
/// The file is there by then, so what cannot be noted is told and fails nothing: a device whose file cannot be written, a
/// revoked one, or one whose passphrase is not at hand.
enum CustodyNote {
    /// Notes a step, if it is not noted yet.
    ///
    /// - Returns: why it could not be noted; nil if it is.
    static func keep(
        _ step: CustodyStep,
        of files: [EvidenceFile],
        in view: AuditView,
        _ options: EngagementOptions
    ) throws -> Shown? {
        if ReadOnlyCopy.isNeeded(for: try options.existingPath()) {
            return told(step, because: "the engagement's file cannot be written here")
        }
        do {
            let me = try view.replica.identity()
            let edit = EvidenceActs(on: view.audit, by: me.member).note(
                step,
                of: files.map(\.item),
                at: options.environment.now(),
                newID: options.environment.newID
            )
            if let edit {
                _ = try view.saveView.tellingRefusals { try view.replica.save(edit) }
            }
            return nil
        } catch {
            guard let failure = CommandFailure(of: error) else { throw error }
            return told(step, because: failure.message)
        }
    }

    private static func told(_ step: CustodyStep, because reason: String) -> Shown {
        Shown("That you have \(step.rawValue) it is not noted: \(reason).")
    }
}
