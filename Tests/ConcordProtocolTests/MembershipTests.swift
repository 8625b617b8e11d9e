import ConcordChanges
import ConcordEncoding
import ConcordModel
import ConcordSigning
import Testing

@Suite("Vectors of membership")
struct MembershipVectorTests {
    @Test(arguments: Vectors.of("membership"))
    func eachLogAdmitsWhomItShould(vector: Vector) throws {
        let verifier = DiffVerifier()
        let evidence = try #require(try vector.member("evidence").arrayValue).map(\.boolValue)
        var membership = Membership()
        var voids: [JSON] = []

        for (index, diff) in try vector.diffs(in: "log").enumerated() {
            #expect(verifier.isSigned(diff))
            let admits = membership.admits(diff, verifier: verifier)
            #expect(admits == evidence[index], "diff \(index)")
            guard admits else { continue }
            let reasons = membership.receive(diff, verifier: verifier)
            for (operation, reason) in zip(diff.body.operations, reasons) {
                guard let reason else { continue }
                voids.append([
                    "path": .string(operation.path.description), "reason": .string(reason.rawValue),
                    "write": .string(diff.reference.description),
                ])
            }
        }

        #expect(JSON.array(voids).sorted == (try vector.member("void")).sorted)
        #expect(JSON.object(membership.memberJSON) == (try vector.member("members")))
        #expect(JSON.object(membership.deviceJSON) == (try vector.member("devices")))
    }
}

extension Membership {
    fileprivate var memberJSON: JSONObject {
        var object: JSONObject = [:]
        for (id, member) in members {
            object[id] = [
                "inTraining": .array(member.inTraining.map(JSON.string)),
                "revoked": .bool(member.isRevoked), "role": .string(member.role.rawValue),
            ]
        }
        return object
    }

    fileprivate var deviceJSON: JSONObject {
        var object: JSONObject = [:]
        for (author, device) in devices {
            object[author.text] = [
                "member": .string(device.member), "revoked": .bool(device.isRevoked),
                "surplus": .bool(device.isSurplus),
            ]
        }
        return object
    }
}

extension JSON {
    /// The elements of an array in the order of their canonical text.
    var sorted: [String] { (arrayValue ?? []).map(\.canonicalText).sorted() }
}
