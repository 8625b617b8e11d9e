import Foundation
import Testing

/// The demo on files of its format: the developers' program drives the real ones.
@Suite(.serialized) struct DemoTests {
    private func play(_ file: String) throws -> (outcome: Outcome, place: Workplace) {
        let place = try Workplace()
        let path = try place.write(file, to: "played.json")
        let outcome = try RunningProgram(
            "concord-lab",
            ["demo", path, "--folder", place.path("demo")],
            environment: place.environment(),
            folder: place.folder,
            owner: place
        ).wait()
        return (outcome, place)
    }

    @Test func aFileOfItsFormatIsPlayedToTheEnd() throws {
        let (outcome, place) = try play(Self.file(nonconformities: 1))

        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("✓ x1"))
        #expect(outcome.output.contains("✓ x2"))
        #expect(outcome.output.contains("✓ x4"))
        #expect(outcome.output.contains("no part in the demo"))
        #expect(!outcome.output.contains("✗"))
        #expect(outcome.output.contains(place.path("demo/report.html")))
        #expect(FileManager.default.fileExists(atPath: place.path("demo/report.html")))
    }

    @Test func aWrongTotalIsNoticed() throws {
        let (outcome, _) = try play(Self.file(nonconformities: 2))

        #expect(outcome.status == 1)
        #expect(outcome.output.contains("✗ nonconformities: expected 2, found 1"))
    }

    @Test(arguments: ["", "{", "[]", "{}", "{\"team\": 7}"])
    func aFileThatIsNoneIsRefused(_ file: String) throws {
        let (outcome, _) = try play(file)

        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("concord-lab: "))
    }

    private static func file(nonconformities: Int) -> String {
        """
        {"engagement": {"id": "m", "standards": ["iso-9001-2015", "iso-iec-27001-2022"]},
         "client": {"name": "C"},
         "team": [{"id": "l", "name": "Lou", "role": "audit team leader"},
          {"id": "a", "name": "Äda", "role": "auditor"}, {"id": "b", "name": "Bo", "role": "auditor"}],
         "findings": [
          {"id": "f1", "title": "T", "statement": "S", "raisedBy": "a", "state": "issued",
           "criteria": [{"standard": "iso-9001-2015", "clause": "8.4.1", "grade": "minor"}]},
          {"id": "f2", "title": "U", "raisedBy": "b", "state": "withdrawn",
           "criteria": [{"standard": "iso-iec-27001-2022", "clause": "A.5.1", "grade": "major"}]}],
         "concurrentEdits": [
          {"id": "x1", "title": "Unit", "record": "f1", "base": {"unit": "A"}, "edits": [
            {"by": "a", "op": "set", "field": "unit", "to": "B", "wallClock": "2024-01-01T10:00:00Z"},
            {"by": "b", "op": "set", "field": "unit", "to": "C", "wallClock": "2024-01-01T10:00:00Z"}],
           "expected": {"conflict": true, "candidates": ["B", "C"]}},
          {"id": "x2", "title": "Text", "record": "f1", "base": {"statement": "One two three"}, "edits": [
            {"by": "l", "op": "set", "field": "statement", "to": "One two three four"},
            {"by": "b", "op": "set", "field": "statement", "to": "Zero two three"}],
           "expected": {"conflict": false, "statement": "Zero two three four"}},
          {"id": "x4", "title": "Title", "record": "f2", "base": {"title": "One two three"}, "edits": [
            {"by": "l", "op": "set", "field": "title", "to": "One two three four"},
            {"by": "a", "op": "set", "field": "title", "to": "Zero two three"}],
           "expected": {"conflict": true, "candidates": ["One two three four", "Zero two three"]}},
          {"id": "x3", "title": "Stranger", "record": "f1", "base": {}, "edits": [
            {"by": "z", "op": "set", "field": "unit", "to": "B"}], "expected": {}}],
         "expected": {"findings": 1, "nonconformities": \(nonconformities),
          "countsByStandard": {"iso-9001-2015": {"minor": 1}, "iso-iec-27001-2022": {}}}}
        """
    }
}
