import Testing

/// Folders that were restored, copied or damaged, and servers that were: work goes on, and all of it ends in one log.
@Suite struct MishapTests {
    @Test(arguments: Mishap.allCases, [false, true])
    func oneMishapIsHealed(_ mishap: Mishap, withWork: Bool) async throws {
        var world = try await MishapWorld()

        try await world.suffer(mishap)
        if withWork { try await world.workEverywhere() }
        try await world.syncAll()
        let told = try world.told()
        try await world.work(on: 0, "afterwards")
        try await world.syncAll()

        let faults = try await world.faults()
        #expect(faults == [], "\(mishap) \(withWork)")
        #expect(told.reasons == (withWork ? Set([mishap.changesKey].compactMap { $0 }) : []))
        #expect(withWork || (told.takenBack > 0) == mishap.takesBack)
    }

    /// Every ordered pair; whether people worked and synced in between changes from pair to pair, so that each mishap
    /// is met with and without both.
    @Test(arguments: Mishap.allCases)
    func twoMishapsAreHealed(_ first: Mishap) async throws {
        for (index, second) in Mishap.allCases.enumerated() {
            let withWork = index.isMultiple(of: 2)
            let syncs = (index / 2).isMultiple(of: 2)
            var world = try await MishapWorld()

            try await world.suffer(first)
            if withWork { try await world.workEverywhere() }
            if syncs { try await world.syncAll(rounds: 1) }
            try await world.suffer(second)
            try await world.workEverywhere()
            try await world.syncAll()
            try await world.work(on: 0, "afterwards")
            try await world.syncAll()

            let faults = try await world.faults()
            #expect(faults == [], "\(first), \(second), work \(withWork), sync \(syncs)")
        }
    }
}
