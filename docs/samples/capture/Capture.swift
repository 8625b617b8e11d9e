// Capture on site: raise findings, see what is open. Everything is on this device; nothing needs a network.
//
//     SampleCapture audit.concord "Withdrawn procedure in use" "No rollback plan"

import Concord

@main enum Capture {
    static func main() async throws {
        guard CommandLine.arguments.count > 1 else {
            return print("usage: SampleCapture PATH [TITLE...]")
        }
        let path = CommandLine.arguments[1]

        let replica: Replica
        do {
            replica = try await Replica.open(at: path)
        } catch let failure as ReplicaFailure where failure.code == .notFound {
            let draft = EngagementDraft(leader: "Ines Carrow", device: "Ines's tablet")
            let created = try await Replica.create(at: path, engagement: draft)
            print("Keep this recovery key on paper: \(created.recoveryKey)")
            replica = created.replica
        }

        for title in CommandLine.arguments.dropFirst(2) {
            var finding = FindingDraft(title: WireText(title))
            finding.criteria = [.init("iso-iec-20000-1-2011", "9.2", grade: .minor)]
            do {
                let raised = try await replica.raise(finding)
                print("raised \(raised.draftNumber)")
            } catch let refusal as ActRefusal {
                print("not raised: \(refusal)")
            }
        }

        // An app keeps this loop running behind its list, and shows each value that comes.
        for try await findings in replica.observeFindings() {
            for finding in findings {
                print(finding.label, finding.headGrade?.title ?? "not graded", finding.title ?? "")
            }
            break
        }
        let status = try await replica.perform { try $0.syncStatus() }
        print("not sent yet: \(status.unsent)")
    }
}
