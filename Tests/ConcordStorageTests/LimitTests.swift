import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordTesting
import ConcordText
import Testing

@testable import ConcordStorage

/// What may be written can be read, up to its limits.
@Suite struct LimitTests {
    private static let statement = cell("/finding/f1/statement")

    private func type(_ text: String, on device: Device) throws {
        try device.save { context in
            var edit = Edit()
            edit.setText(Self.statement, to: WireText(text))
            return try context.operations(for: edit)
        }
    }

    /// A diff holds no string as long as this; the passage is several splices of it.
    @Test func aLongPassageIsSavedInOneGo() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.save(add("/finding/f1", ["title": "T"]))
        let passage = String(repeating: "höher ", count: 100_000)

        try type(passage, on: ann)

        #expect(passage.utf8.count > 2 * DiffLimits.stringBytes)
        #expect(try ann.value("/finding/f1/statement") == .string(passage))
        #expect(try ann.store.checkState().differences == [])
    }

    @Test func aTextIsNotMadeLongerThanItMayBe() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.save(add("/finding/f1", ["title": "T"]))
        let half = String(repeating: "word ", count: TextLimits.scalars / 10)
        try type(half, on: ann)
        let rest = String(repeating: "x", count: TextLimits.scalars - half.count)
        try type(half + rest, on: ann)
        let digest = try ann.digest()

        let error = #expect(throws: EditError.self) { try type(half + rest + "y", on: ann) }

        #expect(error?.code == .textTooLong)
        #expect(try ann.digest() == digest)
        try type(half, on: ann)
        #expect(try ann.value("/finding/f1/statement") == .string(half))
    }

    /// Another program's diff that makes its author's text too long writes nothing, in every replica.
    @Test func whatMakesATextTooLongWritesNothing() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(add("/finding/f1", ["title": "T"]))
        let half = String(repeating: "word ", count: TextLimits.scalars / 10)
        try type(half, on: ann)
        try type(String(repeating: "x", count: TextLimits.scalars - half.count) + half, on: ann)
        let text = try ann.value("/finding/f1/statement")
        try team.syncAll()

        let splice = Operation(.splice(at: 3, delete: 1, insert: "no"), at: Self.statement)
        _ = try ben.store.save(signer: ben.signer, .standing, testingOnlyKeepingAll: true) { _ in
            [splice]
        }
        try team.syncAll()

        for device in team.devices {
            #expect(try device.value("/finding/f1/statement") == text)
            #expect(try device.store.checkState().differences == [])
        }
        try type("Short again.", on: ben)
        #expect(try ben.value("/finding/f1/statement") == "Short again.")
    }

    /// The longest strings, in a conflict of all devices, and the deepest value.
    @Test func whatADiffMayHoldCanBeReadEverywhere() throws {
        let team = try Team()
        let ann = team.devices[0]
        try ann.save(add("/finding/f1", ["title": "T"]))
        // Envelope, body, list, operation and fields: the rest of the depth is the value's.
        var deep: JSON = "\"\\\n"
        for _ in 0..<(DiffLimits.depth - 5) { deep = [deep] }
        try ann.save(add("/robot/r1", ["deep": deep]))
        try team.syncAll()
        for (number, device) in team.devices.enumerated() {
            let long = String(repeating: "\(number)\"\\\n", count: DiffLimits.stringBytes / 4)
            try device.set("/finding/f1/unit", .string(long))
            try device.set("/robot/r1/colour", .string(long))
        }
        try team.syncAll()

        for device in team.devices {
            try device.reopen()
            #expect(try device.value("/robot/r1/deep") == deep)
            let conflicts = try device.store.read { try $0.conflicts() }
            #expect(conflicts.contains { $0.candidates.count == team.devices.count })
            for conflict in conflicts {
                let account = try device.store.read { try $0.conflictDetails(at: conflict.path) }
                #expect(account != nil)
                let history = try device.store.read { try $0.history(of: conflict.path) }
                #expect(history.count >= team.devices.count)
            }
            #expect(try device.store.checkState().differences == [])
        }
    }
}
