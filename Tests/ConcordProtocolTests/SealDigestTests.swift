import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordSigning
import Testing

/// `Protocol/merge.md`, "Seals", on the digest.
@Suite("Vectors of the seal's digest")
struct SealDigestTests {
    static let vectors = Vectors.of("seal")

    @Test(arguments: vectors, Arrival.allCases)
    func eachHistoryHasItsDigest(vector: Vector, arrival: Arrival) throws {
        let fold = try arrival.fold(of: vector)

        #expect(
            try fold.sealDigests.sealDigest().string == vector.member("digest").stringValue?.string,
            "\(vector.about)"
        )
    }

    @Test(arguments: vectors)
    func theDigestIsOfTheDocument(vector: Vector) throws {
        let document: JSON = [
            "cells": try vector.member("cells"), "present": try vector.member("present"),
        ]
        let digest = SHA256Digest(hashing: document.canonicalBytes).hex

        #expect(digest == (try vector.member("digest").stringValue?.string))
    }
}
