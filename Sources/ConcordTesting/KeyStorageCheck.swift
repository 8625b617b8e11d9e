public import Concord
import ConcordDiff
import ConcordEncoding
import ConcordSigning
import Foundation

/// A promise of `KeyStorage` that an implementation does not keep.
public struct KeyStorageProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was done, and what should have happened.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Tests an implementation of `KeyStorage` against its contract, from the tests of an app:
///
///     try await checkKeyStorage { keys }
///
/// The keys that it stores have new names, and it removes them.
///
/// - Parameter open: opens the storage. It is called twice: what one value stored, the other must read.
/// - Throws: `KeyStorageProblem` for the first broken promise, or what the storage throws.
public func checkKeyStorage<Storage: KeyStorage>(
    _ open: () async throws -> Storage
) async throws {
    let first = try await open()
    let second = try await open()
    let check = KeyStorageCheck(
        storage: first,
        other: second,
        samples: KeySample.new(count: 3)
    )
    do {
        try await check.run()
    } catch {
        check.clear()
        throw error
    }
    check.clear()
}

/// A key with the name that Concord would give it.
private struct KeySample: Sendable {
    let key: [UInt8]
    let name: String

    /// New keys, the first of which hold the bytes that text and C strings cannot carry.
    static func new(count: Int) -> [KeySample] {
        (0..<count).compactMap { index in
            var seed = ReplicaEnvironment.system.randomBytes(32)
            seed[0] = [0, 0xFF, 0x0A][index % 3]
            seed[31] = [0, 0x0A, 0xFF][index % 3]
            return SigningKey(seed: seed).map {
                KeySample(key: seed, name: $0.author.text.string)
            }
        }
    }
}

private struct KeyStorageCheck<Storage: KeyStorage>: Sendable {
    let storage: Storage
    let other: Storage
    let samples: [KeySample]

    func run() async throws {
        let (first, second, third) = (samples[0], samples[1], samples[2])
        try expect(nil, at: first, "a key that was never stored")
        try store(first, "a new key")
        try expect(first.key, at: first, "a key that was stored")
        try refuse(second.key, named: first.name, "another key under a name that is taken")
        try refuse(first.key, named: first.name, "the same key a second time")
        try expect(first.key, at: first, "a key after another one was refused under its name")

        try store(second, "a second key, under another name,")
        try expect(second.key, at: second, "a second key")
        try expect(first.key, at: first, "the first key beside a second one")

        try storage.remove(named: first.name)
        try expect(nil, at: first, "a key that was removed")
        try expect(second.key, at: second, "a key after another one was removed")
        try storage.remove(named: first.name)
        try store(first, "a key that was removed")
        try expect(first.key, at: first, "a key that was removed and stored again")
        try await storeAtOnce(third.name)
    }

    /// Of several that store under one name at once, one succeeds, and its key is the one that is there.
    private func storeAtOnce(_ name: String) async throws {
        let samples = KeySample.new(count: 16)
        let race = KeyRace(count: samples.count)
        await withCheckedContinuation { continuation in
            for sample in samples {
                // Threads of their own: Swift's are too few to meet.
                Thread.detachNewThread { [storage] in
                    race.wait()
                    let isLast = race.note(
                        Result { () throws(KeyStorageFailure) in
                            try storage.store(sample.key, named: name)
                            return sample.key
                        }
                    )
                    if isLast { continuation.resume() }
                }
            }
        }
        let stored = try race.stored()
        guard stored.count == 1 else {
            throw KeyStorageProblem(
                "of 16 stores under one name at once, \(stored.count) succeeded"
            )
        }
        try expect(stored[0], at: KeySample(key: stored[0], name: name), "a key stored in a race")
    }

    private func expect(_ key: [UInt8]?, at sample: KeySample, _ what: String) throws {
        for (storage, place) in [(storage, ""), (other, ", through another value")] {
            let found = try storage.key(named: sample.name)
            guard found != key else { continue }
            let words = found == nil ? "nothing" : key == nil ? "a key" : "other bytes"
            throw KeyStorageProblem("\(what) reads as \(words)\(place)")
        }
    }

    private func store(_ sample: KeySample, _ what: String) throws {
        do throws(KeyStorageFailure) {
            try storage.store(sample.key, named: sample.name)
        } catch {
            guard error.code == .alreadyExists else { throw error }
            throw KeyStorageProblem("\(what) is refused, as if its name were taken")
        }
    }

    private func refuse(_ key: [UInt8], named name: String, _ what: String) throws {
        do throws(KeyStorageFailure) {
            try storage.store(key, named: name)
        } catch {
            guard error.code == .alreadyExists else {
                throw KeyStorageProblem("\(what) is refused as \(error.code.rawValue)")
            }
            return
        }
        throw KeyStorageProblem("\(what) is stored")
    }

    /// Removes what the check stored, as far as the storage lets it.
    func clear() {
        for sample in samples {
            do { try storage.remove(named: sample.name) } catch { continue }
        }
    }
}
