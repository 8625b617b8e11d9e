"""Merge: texts of which an author had seen something and left it out, though it has effect."""

from .merge_texts import TEXT, reads, started
from .story import conflict, splice


def add_cases(cases):
    story, ada, ben, cem, fay, base = started("Logs are kept.")
    one = ben.save(splice(TEXT, 9, 0, "not "), after=[base])
    two = cem.save(splice(TEXT, 9, 0, "always "), after=[one], without=[one.reference])
    merged = "Logs are always not kept."
    story.expect(cases, "text-left-out-though-seen", "What an author had seen and left out stands beside what they "
                 "wrote, also where it has effect.", reads(merged),
                 [conflict("text", TEXT, merged, (one, None), (two, None))])
    ada.save(splice(TEXT, 0, 0, "", over=[one, two]), after=[two])
    story.expect(cases, "text-left-out-and-settled", "Who names both settles it.", reads(merged))

    def prefixed(count):
        story, ada, ben, cem, fay, base = started("Logs are kept.")
        edits = [ben.save(splice(TEXT, 0, 0, "."), after=[base]) for _ in range(count)]
        edit = cem.save(splice(TEXT, 14, 0, "!"), after=edits, without=[one.reference for one in edits])
        return story, [*edits, edit], "." * count + "Logs are kept.!"

    story, sides, merged = prefixed(16)
    story.expect(cases, "text-16-left-out", "Of 16 that an author left out it is asked which touch.", reads(merged))

    story, sides, merged = prefixed(17)
    story.expect(cases, "text-17-left-out", "Of more it is not: they all do.", reads(merged),
                 [conflict("text", TEXT, merged, *((side, None) for side in sides))])
