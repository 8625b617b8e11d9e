import ConcordDiff
import ConcordEncoding
import ConcordMerge
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

/// A replica takes in what is evidence, and nothing else.
@Suite("Vectors of membership, by a replica")
struct AdmissionTests {
    @Test(arguments: Vectors.of("membership"))
    func aReplicaTakesNothingIntoItsLogButEvidence(vector: Vector) throws {
        let evidence = try #require(try vector.member("evidence").arrayValue).map(\.boolValue)
        let fold = Fold(verifier: DiffVerifier())
        var missing: Set<DiffID> = []

        for (index, diff) in try vector.diffs(in: "log").enumerated() {
            let verified = try DiffVerifier().verify(diff).get()
            let before = fold.logSize
            let refused = try fold.order.takeIn(log: [.new(verified)])
            // What has seen a diff that was refused has no place either.
            guard missing.isDisjoint(with: diff.head.parents) else {
                #expect(refused?.error.code == .missingParent)
                missing.insert(diff.id)
                continue
            }
            #expect((refused == nil) == evidence[index], "diff \(index)")
            guard let refused else { continue }
            #expect([.notMember, .wrongEngagement].contains(refused.error.code))
            #expect(fold.logSize == before)
            missing.insert(diff.id)
        }
    }

    @Test(arguments: Vectors.of("membership"))
    func nothingElseComesByABundleEither(vector: Vector) throws {
        let evidence = try #require(try vector.member("evidence").arrayValue).map(\.boolValue)
        let fold = Fold(verifier: DiffVerifier())
        let diffs = try vector.diffs(in: "log")
        guard let first = evidence.firstIndex(of: false) else { return }

        for (index, diff) in diffs[...first].enumerated() {
            let verified = try DiffVerifier().verify(diff).get()
            let result = try fold.order.takeIn(pending: verified, isFromElsewhere: true)
            guard case .refused(let error) = result else {
                #expect(index < first, "diff \(index)")
                continue
            }
            #expect(index == first, "diff \(index)")
            #expect([.notMember, .wrongEngagement].contains(error.code))
        }
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
