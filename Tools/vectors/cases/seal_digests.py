"""The digest of a seal: which writes survive just before it, and what is present."""

import base64

from .erasures import GONE, SALT, left_by, order_fields
from .kit import KEYS, canonical, sha256
from .story import Story, add, remove, splice


def add_cases(cases):
    registers(cases)
    sets_and_texts(cases)
    presence(cases)
    verdicts(cases)


def team(**more):
    story = Story(ada="lead", ben="auditor", cem="auditor", fay="observer", gus="lead", **more)
    return (story, *story.people("ada", "ben", "cem", "fay", "gus"))


def raw(identity):
    return base64.urlsafe_b64decode(identity + "=")


def expect(cases, name, about, story, cells=(), present=()):
    """`cells`: (path, diff, …), beside those of the beginning; `present`: the records beside those."""
    records = ["engagement/audit"]
    listed = {"/engagement/audit/number": [story.genesis]}
    for member in story.state["member"]:
        device = f"device/{KEYS[member].text}"
        records += [f"member/{member}", device]
        listed.update({f"/member/{member}/role": [story.genesis], f"/{device}/member": [story.genesis]})
    listed.update({f"/{record}": [story.genesis] for record in records})
    listed.update({f"/{path}": diffs for path, *diffs in cells})
    document = {
        "cells": {path: sorted((diff.id for diff in diffs), key=raw) for path, diffs in listed.items()},
        "present": sorted((f"/{record}" for record in [*records, *present]), key=str.encode),
    }
    cases.add("seal", name, about, log=[diff.envelope for diff in story.log],
              digest=sha256(canonical(document)).hex(), **document)


def registers(cases):
    story, *_ = team()
    expect(cases, "beginning", "Records of members, devices and the engagement belong to it.", story)

    unit = "finding/f1/unit"
    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"site": "S1", "unit": "IT"}))
    one = ben.save(add(unit, "HR", over=[base]), after=[base])
    two = cem.save(add(unit, "QA", over=[base]), after=[base])
    expect(cases, "survivors", "All writes that survive, not what is shown; what was replaced is left out.", story,
           [("finding/f1", base), ("finding/f1/site", base), (unit, one, two)], ["finding/f1"])

    story, ada, ben, *_ = team()
    base = ada.save(add("finding/f1", {"site": "S1", "unit": "IT"}))
    gone = ben.save(remove(unit, over=[base]), after=[base])
    beside = ben.save(add("finding/f1/site", "S2"))
    expect(cases, "removals", "A removal is a write; what nobody named survives beside a later write.", story,
           [("finding/f1", base), ("finding/f1/site", base, beside), (unit, gone)], ["finding/f1"])

    people = {name: "auditor" for name in ("ben", "cem", "dot", "eva", "fay", "gus", "hal", "ida", "jon")}
    story = Story(ada="lead", **people)
    base = story["ada"].save(add("checklistItem/q1"))
    answers = [
        story[name].save(add("checklistItem/q1/answer", "conforming"), after=[base]) for name in people]
    ids = [diff.id for diff in answers]
    assert sorted(ids) != sorted(ids, key=raw) != ids
    expect(cases, "identities-ascend", "Identities ascend by their bytes, not by their letters; equal values are "
           "several writes.", story,
           [("checklistItem/q1", base), ("checklistItem/q1/answer", *answers)], ["checklistItem/q1"])

    state = "finding/f1/state"
    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"state": "draft"}))
    ended = ada.save(add(state, "withdrawn", over=[base], reason="no finding"), after=[base])
    edit = cem.save(add(unit, "IT"), after=[base])
    expect(cases, "waiting-ending", "An ending that waits survives, and what it had replaced does not.", story,
           [("finding/f1", base), (state, ended), (unit, edit)], ["finding/f1"])

    story, ada, ben, cem, fay, gus = team()
    one = ada.save(add("member/ben/role", "observer"))
    two = ada.save(add("member/ben/role", "auditor", over=[one]))
    sizes = ben.save(add("evidence/e1", {"size": 1}), after=[two])
    void = ben.save(add("evidence/e1/size", 2, over=[sizes]))
    expect(cases, "once-and-control", "What is written once has one write; of a role all survive that no other "
           "names.", story,
           [("member/ben/role", story.genesis, two), ("evidence/e1", sizes), ("evidence/e1/size", sizes)],
           ["evidence/e1"])
    assert void.seq == 2


def sets_and_texts(cases):
    link = "finding/f1/evidence/e1"
    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"evidence": {"e1": True, "e2": True}}))
    gone = ben.save(remove(link, over=[base]), after=[base])
    again = cem.save(add(link, True, over=[base]), add("finding/f1/evidence/a~1b", True), after=[base])
    expect(cases, "sets", "Each member is a cell, by its escaped path.", story,
           [("finding/f1", base), (link, gone, again), ("finding/f1/evidence/e2", base),
            ("finding/f1/evidence/a~1b", again)], ["finding/f1"])

    statement = "finding/f1/statement"
    story, ada, ben, cem, fay, gus = team()
    base = ada.save(add("finding/f1", {"requirementNote": "Kept.", "statement": "Logs are kept."}))
    one = ben.save(splice(statement, 0, 4, "Records"), after=[base])
    two = cem.save(splice(statement, 14, 0, " Late."), after=[base])
    three = cem.save(splice(statement, 0, 0, "All: "))
    void = fay.save(splice(statement, 0, 0, "No. "), after=[one, three])
    expect(cases, "texts", "Of a text the newest writes that have effect, whatever they named; a void one "
           "hides none.", story,
           [("finding/f1", base), ("finding/f1/requirementNote", base), (statement, one, three)], ["finding/f1"])
    assert two in void.seen

    story, ada, ben, *_ = team()
    base = ada.save(add("scope/s1", {"statement": "All."}))
    two = ben.save(splice("scope/s1/statement", 0, 0, "Not "), add("scope/s1/customers", "few"),
                   add("scope/s2", {"customers": "many", "statement": "Some."}), after=[base])
    expect(cases, "proposals", "A proposal survives like any write, but not in a text.", story,
           [("scope/s1", base), ("scope/s1/statement", base), ("scope/s1/customers", two)]
           + [("scope/s2/customers", two), ("scope/s2", two)], ["scope/s1", "scope/s2"])


def presence(cases):
    story, ada, ben, *_ = team()
    base = ada.save(add("finding/f1", {"unit": "IT"}), add("finding/f2"), add("finding/f10"), add("finding/F1"))
    gone = ada.save(remove("finding/f1", over=[base]), remove("finding/f2", over=[base]))
    back = ada.save(add("finding/f2", over=[gone]))
    expect(cases, "hidden", "A hidden record is not present; its cells are still there.", story,
           [("finding/f1", gone), ("finding/f1/unit", base), ("finding/f2", back), ("finding/f10", base),
            ("finding/F1", base)], ["finding/f10", "finding/f2", "finding/F1"])

    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1"), add("criterion/c1", {"finding": "f1"}))
    gone = ada.save(remove("finding/f1", over=[base]), after=[base])
    grade = ben.save(add("criterion/c1/grade", "minor"))
    expect(cases, "kept-alive", "What belongs to a record keeps it present against a removal that had not seen "
           "it.", story,
           [("finding/f1", gone), ("criterion/c1", base), ("criterion/c1/finding", base),
            ("criterion/c1/grade", grade)], ["finding/f1", "criterion/c1"])

    story, ada, *_ = team()
    base = ada.save(add("hologram/h1", {"depth": 3}), add("finding/f1/mood", "calm"))
    expect(cases, "unknown", "What is not known counts too; a record is present without an `add`.", story,
           [("hologram/h1", base), ("hologram/h1/depth", base), ("finding/f1/mood", base)],
           ["hologram/h1", "finding/f1"])


def verdicts(cases):
    story, ada, ben, cem, fay, gus = team()
    base = ada.save(add("finding/f1", {"unit": "IT"}))
    void = fay.save(add("finding/f1/unit", "HR", over=[base]), add("finding/f2", {"unit": "HR"}), after=[base])
    expect(cases, "void-writes", "Void writes are left out, and so are cells and records without others.", story,
           [("finding/f1", base), ("finding/f1/unit", base)], ["finding/f1"])

    edit = ben.save(add("finding/f2/site", "S1"), after=[void])
    admitted = ada.save(add("admission/a1", {"diff": void.id}), after=[edit])
    expect(cases, "admitted-writes", "What was admitted counts.", story,
           [("finding/f1", base), ("finding/f1/unit", void), ("finding/f2", void), ("finding/f2/unit", void),
            ("finding/f2/site", edit), ("admission/a1", admitted), ("admission/a1/diff", admitted)],
           ["finding/f1", "finding/f2", "admission/a1"])

    title = "finding/f1/title"
    story, ada, ben, *_ = team()
    story.salt = SALT
    base = ben.save(add("finding/f1", {"title": "Bob"}))
    fields = order_fields([title], of=[(base, left_by(base, add("finding/f1", {"title": None}), erased=[title]))])
    ordered = ada.save(add("erasure/x1", fields), after=[base])
    expect(cases, "erased-contents", "It names diffs, not values: an erasure adds its order, and changes nothing "
           "else.", story,
           [("finding/f1", base), (title, base), ("erasure/x1", ordered), ("erasure/x1/bodies", ordered),
            ("erasure/x1/paths", ordered)], ["finding/f1", "erasure/x1"])

    story, ada, ben, cem, fay, gus = team()
    seal = ada.save(add("seal/s1"), add("finding/f9", {"number": "1"}))
    reopened = gus.save(add("reopening/r1", {"seal": "s1"}), after=[seal])
    expect(cases, "seals-before", "A seal and its reopening count for the seal after them.", story,
           [("seal/s1", seal), ("finding/f9", seal), ("finding/f9/number", seal), ("reopening/r1", reopened),
            ("reopening/r1/seal", reopened)], ["seal/s1", "finding/f9", "reopening/r1"])
