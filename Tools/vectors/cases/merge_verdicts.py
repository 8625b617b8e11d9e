"""Merge: verdicts. Who had the right where, at a diff's place in the log; forks; forms; order."""

from .files import derived_id
from .kit import Key, base64url, proof_message
from .story import Story, add, conflict, remove, splice, void_record


def team(**more):
    story = Story(ada="lead", ben="auditor", cem="auditor", fay="observer", **more)
    return (story, *story.people("ada", "ben", "cem", "fay"))


def add_cases(cases):
    roles(cases)
    own(cases)
    revoked(cases)
    roles_change(cases)
    leaders(cases)
    joins(cases)
    forks(cases)
    values(cases)
    words(cases)
    derived_ids(cases)
    precedence(cases)
    pending(cases)


def roles(cases):
    everybody = {
        "ada": "lead", "ben": "auditor", "cem": "auditeeRep", "dot": "inTraining", "eva": "decisionMaker",
        "fay": "observer", "gus": "programmeManager", "hal": "guide", "ida": "technicalExpert"}
    story = Story(**everybody)
    base = story["ada"].save(
        add("scope/s1"), add("checklistItem/q1"), add("finding/f1"), add("conclusion/c1"))
    writes = {
        "scope/s1/customers": "many", "checklistItem/q1/answer": "conforming",
        "checklistItem/q1/note": None, "finding/f1/unit": "IT", "conclusion/c1/followUp": "none",
        "member/ben/supervisor": "ada",
    }
    allowed = {
        "ada": set(writes), "gus": {"scope/s1/customers", "member/ben/supervisor"},
        "dot": {"checklistItem/q1/answer", "checklistItem/q1/note", "finding/f1/unit"},
        "ida": {"checklistItem/q1/note"},
    }
    allowed["ben"] = allowed["dot"] | {"scope/s1/customers"}
    # Each in his turn, seeing and replacing the one before, so that what shows is the last effect.
    voids, last = [], base
    shown = {}
    for name in ("fay", "hal", "eva", "cem", "ida", "gus", "dot", "ada"):
        operations = [
            splice(path, 0, 0, "") if value is None else add(path, value)
            for path, value in writes.items()]
        last = story[name].save(*operations, after=[last])
        for path in writes:
            if path not in allowed.get(name, ()):
                voids.append((last, path, "no-right"))
    shown = {
        "scope": {"s1": {"customers": "many"}},
        "checklistItem": {"q1": {"answer": "conforming", "note": ""}},
        "finding": {"f1": {"unit": "IT"}}, "conclusion": {"c1": {"followUp": "none"}},
        "member": {**story.state["member"], "ben": {"role": "auditor", "supervisor": "ada"}},
    }
    story.expect(cases, "rights-of-each-role", "What each role may write, and what is void.", shown,
                 voids=voids)


def own(cases):
    """What is of one's own, and what takes the leader."""
    story, ada, ben, cem, fay = team()
    base = ben.save(add("evidence/e1", {"kind": "photo"}))
    void = cem.save(add("evidence/e1/sha256", "00"), add("evidence/e1/kind", "record"), after=[base])
    mine = ben.save(add("evidence/e1/sha256", "ab"), after=[void])
    ada.save(add("evidence/e1/mediaType", "image/png"), after=[mine])
    story.expect(cases, "facts-of-anothers-capture", "What a capture is, its author or a leader states: nobody takes "
                 "what is written once before them.",
                 {"evidence": {"e1": {"kind": "record", "mediaType": "image/png", "sha256": "ab"}}},
                 voids=[(void, "evidence/e1/sha256", "no-right")])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("teamMember/t1", {"name": "Eva", "role": "auditor"}), add("declined/x1", {"diff": "d"}))
    void = ben.save(add("teamMember/t2"), add("teamMember/t1/role", "lead"), add("declined/x2"), after=[base])
    story.expect(cases, "planned-team-by-an-auditor", "Who is in the plan's team, and what is declined, an auditor does "
                 "not say.",
                 {"teamMember": {"t1": {"name": "Eva", "role": "auditor"}}, "declined": {"x1": {"diff": "d"}}},
                 voids=[(void, path, "no-right") for path in ("declined/x2", "teamMember/t1/role", "teamMember/t2")])

    fixed = {"clause": "6.2", "finding": "f1", "standard": "iso-9001-2008"}
    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"), add("criterion/c1", fixed))
    void = cem.save(add("criterion/c1/grade", "major"), after=[base])
    story.expect(cases, "grade-of-anothers-finding", "An auditor grades what he raised.",
                 {"finding": {"f1": {}}, "criterion": {"c1": fixed}},
                 voids=[(void, "criterion/c1/grade", "no-right")])

    story, ada, ben, cem, fay = team()
    ben.save(add("finding/f1"), add("criterion/c1", fixed))
    sent = ben.save(add("finding/f1/state", "submitted"))
    done = ada.save(add("finding/f1/state", "confirmed", over=[sent]), after=[sent])
    late = ben.save(add("criterion/c1/grade", "major"), after=[done])
    story.expect(cases, "grade-after-confirmation", "Once it is confirmed he proposes, and what was "
                 "confirmed without a grade has none until somebody decides.",
                 {"finding": {"f1": {"state": "confirmed"}},
                  "criterion": {"c1": fixed}},
                 [conflict("values", "criterion/c1/grade", None, (late, "major", "proposal"))])

    story, ada, ben, cem, fay = team()
    ben.save(add("finding/f1"), add("criterion/c1", fixed))
    sent = ben.save(add("finding/f1/state", "submitted"))
    step = ada.save(add("finding/f1/state", "confirmed", over=[sent]), after=[sent])
    edit = ben.save(add("criterion/c1/grade", "major"))
    story.expect(cases, "grade-beside-confirmation", "Who had not seen the confirmation grades in time.",
                 {"finding": {"f1": {"state": "submitted"}}, "criterion": {"c1": {**fixed, "grade": "major"}}},
                 [conflict("confirmed-edited", "finding/f1/state", "submitted", (step, "confirmed"),
                           (edit, "major", "criterion/c1/grade"))])


def revoked(cases):
    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    ada.save(add("member/ben/status", "revoked"))
    void = ben.save(add("finding/f1/unit", "IT"), after=[base])
    story.expect(cases, "revoked-before", "What comes into the log behind a revocation is void, though its "
                 "author had not seen it.",
                 {"finding": {"f1": {}},
                  "member": {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}},
                 voids=[(void, "finding/f1/unit", "revoked")])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    ben.save(add("finding/f1/unit", "IT"), after=[base])
    ada.save(add("member/ben/status", "revoked"))
    story.expect(cases, "revoked-after", "What stands before it in the log keeps its effect.",
                 {"finding": {"f1": {"unit": "IT"}},
                  "member": {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}})

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    ada.save(add(f"device/{ben.key.text}/status", "revoked"))
    void = ben.save(add("finding/f1/unit", "IT"), after=[base])
    story.expect(cases, "device-revoked", "A device is revoked like a member.",
                 {"finding": {"f1": {}}, "device": {
                     **story.state["device"], ben.key.text: {"member": "ben", "status": "revoked"}}},
                 voids=[(void, "finding/f1/unit", "revoked")])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    ada.save(add("member/ben/status", "revoked"))
    back = ada.save(add("member/ben/status", "active"))
    ben.save(add("finding/f1/unit", "IT"), after=[base])
    story.expect(cases, "revocation-taken-back", "A revocation ends where it is taken back.",
                 {"finding": {"f1": {"unit": "IT"}},
                  "member": {**story.state["member"], "ben": {"role": "auditor", "status": "active"}}})
    assert back.seq == 4

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    ada.save(add("member/ben/status", "revoked"))
    void = ben.save(add("finding/f1/unit", "IT"), after=[base])
    cem.save(add("finding/f1/site", "S1"), after=[void])
    story.expect(cases, "built-on-the-void", "Nobody who had seen a void diff is held up by it.",
                 {"finding": {"f1": {"site": "S1"}},
                  "member": {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}},
                 voids=[(void, "finding/f1/unit", "revoked")])


def roles_change(cases):
    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    ben.save(add("finding/f1/unit", "IT"), after=[base])
    ada.save(add("member/ben/role", "observer"))
    void = ben.save(add("finding/f1/site", "S1"))
    story.expect(cases, "role-counts-from-its-place", "A role counts from its place in the log.",
                 {"finding": {"f1": {"unit": "IT"}},
                  "member": {**story.state["member"], "ben": {"role": "observer"}}},
                 voids=[(void, "finding/f1/site", "no-right")])

    story, ada, ben, cem, fay = team(gus="lead")
    base = ada.save(add("evidence/e1"))
    gus = story["gus"]
    gus.save(add("evidence/e2"), after=[base])
    one = gus.save(add("member/ben/role", "technicalExpert"))
    two = ada.save(add("member/ben/role", "observer"))
    observed = {"evidence": {"e1": {}, "e2": {}},
                "member": {**story.state["member"], "ben": {"role": "observer"}}}
    story.expect(cases, "roles-last-in-the-log", "Of two changes at once the last in the log stands, "
                 "neither the deeper nor the greater author's, and both are told.", observed,
                 [conflict("values", "member/ben/role", "observer", (one, "technicalExpert"), (two, "observer"))])

    story, ada, ben, cem, fay = team(gus="lead")
    gus = story["gus"]
    one = gus.save(add("member/ben/role", "observer"))
    two = ada.save(add("member/ben/role", "observer"))
    same = {"member": {**story.state["member"], "ben": {"role": "observer"}}}
    story.expect(cases, "roles-given-alike", "Who gives the same role at the same time has decided alike.", same)

    story, ada, ben, cem, fay = team(gus="lead")
    gus = story["gus"]
    one = gus.save(add("member/ben/role", "technicalExpert"))
    two = ada.save(add("member/ben/role", "observer"))
    gus.save(add("member/ben/role", "observer", over=[one, two]), after=[one, two])
    story.expect(cases, "roles-settled", "Who names both decides between them.", same)

    story, ada, ben, cem, fay = team()
    void = ben.save(add("member/ben/role", "lead"))
    story.expect(cases, "role-not-taken", "Nobody gives himself a role.",
                 voids=[(void, "member/ben/role", "no-right")])

    story, ada, ben, cem, fay = team()
    ben.save(add("member/ben/name", "Ben B."))
    void = ben.save(add("member/cem/name", "Nobody"))
    story.expect(cases, "name-is-ones-own", "A member writes his own name, nobody else's.",
                 {"member": {**story.state["member"], "ben": {"name": "Ben B.", "role": "auditor"}}},
                 voids=[(void, "member/cem/name", "no-right")])


def leaders(cases):
    story, ada, ben, cem, fay = team(gus="lead")
    gus = story["gus"]
    gus.save(add("member/ada/status", "revoked"))
    void = ada.save(add("member/gus/status", "revoked"))
    story.expect(cases, "leaders-revoke-each-other", "The log's order settles what leaders do to each "
                 "other.",
                 {"member": {**story.state["member"], "ada": {"role": "lead", "status": "revoked"}}},
                 voids=[(void, "member/gus/status", "revoked")])


def joins(cases):
    story, ada, ben, cem, fay = team()
    key = Key("invitation")
    invitation = {"key": key.text, "role": "auditor", "uses": 1}
    opened = ada.save(add("invitation/i1", invitation))
    hal, jon = story.people("hal", "jon")
    first = join(hal, key, opened)
    hal.save(add("finding/f1"))
    second = join(jon, key, opened)
    edit = jon.save(add("finding/f2"))
    story.expect(
        cases, "surplus-join", "Where more devices join than an invitation allows, the log's order "
        "decides; the surplus one writes nothing.",
        {"invitation": {"i1": invitation},
         "member": {**story.state["member"], "hal": {"invitation": "i1", "role": "auditor"}},
         "device": {**story.state["device"], hal.key.text: device_fields(first)},
         "finding": {"f1": {}}},
        voids=[
            *void_record(second, "member/jon", "surplus-join", "invitation", "role"),
            *void_record(second, f"device/{jon.key.text}", "surplus-join", "invitation", "member", "proof"),
            (edit, "finding/f2", "surplus-join")])


def join(device, key, opened):
    """Joins on the invitation `i1`."""
    proof = key.sign(proof_message(device.story.genesis.id, device.key.text, invitation="i1"))
    return device.save(
        add(f"member/{device.name}", {"invitation": "i1", "role": "auditor"}),
        add(f"device/{device.key.text}", {
            "invitation": "i1", "member": device.name, "proof": base64url(proof)}),
        after=[opened])


def device_fields(diff):
    return diff.envelope["body"]["ops"][1]["value"]


def forks(cases):
    def forked():
        story, ada, ben, cem, fay = team()
        base = ada.save(add("finding/f1"))
        shared = ben.save(add("finding/f1/site", "S1"), after=[base])
        first = ben.save(add("finding/f1/unit", "IT"))
        second = ben.fork(shared, add("finding/f1/process", "P1"))
        return story, cem, ben, shared, first, second

    story, cem, ben, shared, first, second = forked()
    story.expect(cases, "fork-second-in-the-log-is-void", "Where a chain splits, the branch that is "
                 "second in the log is void.", {"finding": {"f1": {"site": "S1", "unit": "IT"}}},
                 voids=[(second, "finding/f1/process", "fork")])

    story, cem, ben, shared, first, second = forked()
    third = ben.save(add("finding/f1/draftNumber", "B-07"))
    story.expect(cases, "fork-goes-on", "What follows on the second branch is void too.",
                 {"finding": {"f1": {"site": "S1", "unit": "IT"}}},
                 voids=[(second, "finding/f1/process", "fork"), (third, "finding/f1/draftNumber", "fork")])

    story, cem, ben, shared, first, second = forked()
    cem.save(add("finding/f1/draftNumber", "C-01"), after=[second])
    story.expect(cases, "fork-holds-up-nobody", "Who built on the void branch has effect.",
                 {"finding": {"f1": {"draftNumber": "C-01", "site": "S1", "unit": "IT"}}},
                 voids=[(second, "finding/f1/process", "fork")])

    story, cem, ben, shared, first, second = forked()
    story.log.remove(first)
    story.log.append(first)
    story.expect(cases, "fork-decided-by-the-log", "Not the time, not the bytes: the log's order decides.",
                 {"finding": {"f1": {"process": "P1", "site": "S1"}}},
                 voids=[(first, "finding/f1/unit", "fork")])


def values(cases):
    for name, about, path, value in (
        ("string-is-number", "A string field takes strings.", "finding/f1/unit", 5),
        ("string-is-null", "Null is no value; a field is cleared by `remove`.", "finding/f1/unit", None),
        ("choice-unknown", "A choice takes its values.", "checklistItem/q1/answer", "perhaps"),
        ("bool-is-text", "True and false.", "evidence/e1/personalData", "yes"),
        ("integer-is-text", "An integer.", "evidence/e1/size", "12"),
        ("composite-is-text", "An array or an object.", "organization/o1/sites", "S1"),
        ("set-as-a-whole", "A set is written member by member.", "finding/f1/evidence", {"e1": True}),
        ("member-of-a-register", "Only sets have members.", "finding/f1/unit/x", True),
        ("member-is-false", "A member is in or out.", "finding/f1/evidence/e1", False),
        ("member-is-text", "A member of a set is true, and nothing else.", "finding/f1/evidence/e1", "x"),
        ("text-added", "A text is added at creation alone.", "finding/f1/statement", "Logs"),
    ):
        story, ada, *_ = team()
        kind, record = path.split("/")[:2]
        ada.save(add(f"{kind}/{record}"))
        void = ada.save(add(path, value))
        story.expect(cases, f"value-{name}", about, {kind: {record: {}}},
                     voids=[(void, path, "malformed-value")])

    story, ada, *_ = team()
    base = ada.save(add("finding/f1", {"statement": "Logs"}))
    void = ada.save(remove("finding/f1/statement", over=[base]))
    story.expect(cases, "value-text-removed", "A text is emptied by a splice, not removed.",
                 {"finding": {"f1": {"statement": "Logs"}}}, voids=[(void, "finding/f1/statement", "malformed-value")])

    story, ada, *_ = team()
    base = ada.save(add("finding/f1", {"evidence": {"e1": True}}))
    void = ada.save(remove("finding/f1/evidence", over=[base]))
    story.expect(cases, "value-set-removed", "A set is emptied member by member.",
                 {"finding": {"f1": {"evidence": {"e1": True}}}},
                 voids=[(void, "finding/f1/evidence", "malformed-value")])

    story, ada, *_ = team()
    base = ada.save(add("finding/f1", {"evidence": {"e1": True, "e2": "x"}}))
    void = ada.save(add("finding/f1/evidence/e1", "x", over=[base]))
    story.expect(cases, "value-member-overwritten-with-a-text", "A text beside a member neither hides nor "
                 "replaces it, nor puts one in.", {"finding": {"f1": {"evidence": {"e1": True}}}},
                 voids=[(base, "finding/f1/evidence/e2", "malformed-value"),
                        (void, "finding/f1/evidence/e1", "malformed-value")])

    story, ada, *_ = team()
    ada.save(add("finding/f1", {"unit": "IT"}))
    void = ada.save(splice("finding/f1/unit", 0, 2, "HR"))
    story.expect(cases, "value-register-spliced", "Only texts are spliced.",
                 {"finding": {"f1": {"unit": "IT"}}}, voids=[(void, "finding/f1/unit", "malformed-value")])

    story, ada, *_ = team()
    void = ada.save(add("finding/f1", {"site": "S1", "unit": ["IT"]}))
    story.expect(cases, "value-of-a-first-field", "A first field of a wrong form is void; the record and its "
                 "other fields are there.", {"finding": {"f1": {"site": "S1"}}},
                 voids=[(void, "finding/f1/unit", "malformed-value")])


def words(cases):
    """What a merge of findings has to carry to the criterion that follows from it can be carried."""
    for name, field, value in (("empty", "standard", ""), ("of-two", "standard", "a b"), ("with-a-line", "clause", "8.1\n"),
                               ("not-ascii", "clause", "\u00e4"), ("too-long", "standard", "s" * 257)):
        story, ada, ben, *_ = team()
        base = ben.save(add("finding/f1"))
        fields = {"standard": "iso-9001-2008", "clause": "8.1", field: value}
        void = ben.save(add("criterion/c1", {"finding": "f1", **fields}))
        shown = {key: kept for key, kept in fields.items() if key != field}
        story.expect(cases, f"word-{name}", "The standard and the clause of a criterion are words of visible ASCII, of at most "
                     "256 bytes.", {"finding": {"f1": {}}, "criterion": {"c1": {"finding": "f1", **shown}}},
                     voids=[(void, f"criterion/c1/{field}", "malformed-value")])
        assert base.seq == 1

    story, ada, ben, *_ = team()
    ben.save(add("finding/f1"))
    fields = {"finding": "f1", "standard": "s" * 256, "clause": "~/\u0021"}
    ben.save(add("criterion/c1", fields))
    story.expect(cases, "word-of-the-longest", "So long they may be.", {"finding": {"f1": {}}, "criterion": {"c1": fields}})


def derived_ids(cases):
    right = {"finding": "f1", "standard": "iso-9001-2008", "clause": "8.1"}
    name = derived_id("criterion", "f1", "iso-9001-2008 8.1")
    path = f"criterion/{name}"

    def squatted(name, about, fields, shown=True):
        """Cem takes the id of the criterion that ben adds, with other fields; ben knows of it or not."""
        for seen in (True, False):
            story, ada, ben, cem, fay = team()
            base = ben.save(add("finding/f1"))
            void = cem.save(add("finding/f2"), add(path, fields), after=[base])
            ben.save(add(path, {**right, "grade": "major"}), after=[void] if seen else [])
            story.expect(cases, f"{name}{'' if seen else '-unseen'}", about,
                         {"finding": {"f1": {}, "f2": {}}, "criterion": {name_of: {**right, "grade": "major"}}},
                         voids=void_record(void, path, "malformed-value", *fields))

    name_of = name
    squatted("derived-id-of-another-finding", "Nobody takes the id that follows from a colleague's criterion.",
             {**right, "finding": "f2", "grade": "goodPractice"})
    squatted("derived-id-of-another-clause", "Nor for another clause.", {**right, "clause": "8.2"})
    squatted("derived-id-of-a-clause-in-two", "Nor by putting the space elsewhere.",
             {"finding": "f1", "standard": "iso-9001-2008 8.1", "clause": ""})
    squatted("derived-id-in-part", "Nor with a part of what it follows from.", {"finding": "f1", "clause": "8.1"})
    squatted("derived-id-of-a-number", "Nor with something else than a text.", {**right, "clause": 8})

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    first = cem.save(add(path), add(f"{path}/grade", "ofi"), after=[base])
    void = cem.save(add(f"{path}/finding", "f2"), add(f"{path}/standard", "iso-9001-2008"))
    ben.save(add(path, {**right, "grade": "major"}), after=[void])
    story.expect(cases, "derived-id-field-by-field", "What a criterion is stands in its id, and is written with it alone.",
                 {"finding": {"f1": {}}, "criterion": {name: {**right, "grade": "major"}}},
                 voids=[(first, path, "malformed-value"), (first, f"{path}/grade", "no-right"),
                        (void, f"{path}/finding", "malformed-value"), (void, f"{path}/standard", "malformed-value")])

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    ben.save(add(path, {**right, "grade": "major"}))
    hidden = ben.save(remove(path))
    ben.save(add(path, over=[hidden]))
    story.expect(cases, "derived-id-put-in-again", "To put in again what was taken out takes none of the fields.",
                 {"finding": {"f1": {}}, "criterion": {name: {**right, "grade": "major"}}})

    bare(cases, right, path, name)
    standard = derived_id("scope", "", "iso-9001-2008"), derived_id("conclusion", "", "iso-9001-2008")
    story, ada, ben, cem, fay = team()
    other = {"standard": "iso-iec-20000-1-2011"}
    void = ada.save(add(f"scope/{standard[0]}", other), add(f"conclusion/{standard[1]}", other))
    ada.save(add(f"scope/{standard[0]}", {"standard": "iso-9001-2008"}),
             add(f"conclusion/{standard[1]}", {"standard": "iso-9001-2008"}))
    story.expect(cases, "derived-id-of-another-standard", "So it is with scopes and conclusions.",
                 {"scope": {standard[0]: {"standard": "iso-9001-2008"}},
                  "conclusion": {standard[1]: {"standard": "iso-9001-2008"}}},
                 voids=void_record(void, f"scope/{standard[0]}", "malformed-value", "standard")
                 + void_record(void, f"conclusion/{standard[1]}", "malformed-value", "standard"))

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    ben.save(add("criterion/c1", {**right, "grade": "major"}), add("criterion/c1-0", {**right, "clause": "9"}))
    story.expect(cases, "id-that-is-not-derived", "An id of another form follows from nothing, and stands in nobody's way.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {**right, "grade": "major"},
                                                       "c1-0": {**right, "clause": "9"}}})


def precedence(cases):
    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    one = ben.save(add("finding/f1/unit", "IT"), after=[base])
    void = fay.save(add("finding/f1/unit", 5, over=[one]), after=[base])
    story.expect(cases, "precedence-over-before-form", "Of several reasons the first in the list of "
                 "merge.md counts.", {"finding": {"f1": {"unit": "IT"}}},
                 voids=[(void, "finding/f1/unit", "over-unseen")])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    void = fay.save(add("finding/f1/unit", 5), after=[base])
    story.expect(cases, "precedence-form-before-right", "A wrong form before a missing right.",
                 {"finding": {"f1": {}}}, voids=[(void, "finding/f1/unit", "malformed-value")])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    void = fay.save(add("finding/f1/state", "confirmed"), after=[base])
    story.expect(cases, "precedence-life-cycle-before-right", "A step that there is not, before a missing "
                 "right.", {"finding": {"f1": {}}}, voids=[(void, "finding/f1/state", "life-cycle")])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    shared = ben.save(add("finding/f1/site", "S1"), after=[base])
    ben.save(add("finding/f1/unit", "IT"))
    ada.save(add("member/ben/status", "revoked"))
    void = ben.fork(shared, add("finding/f1/process", "P1"))
    story.expect(cases, "precedence-fork-before-revoked", "A fork before a revocation.",
                 {"finding": {"f1": {"site": "S1", "unit": "IT"}},
                  "member": {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}},
                 voids=[(void, "finding/f1/process", "fork")])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    one = cem.save(add("finding/f1/unit", "IT"), after=[base])
    ada.save(add("member/ben/status", "revoked"))
    void = ben.save(
        add("finding/f1/unit", 5, over=[one]), add("finding/f1/site", 5), add("finding/f1/slot", "P1"),
        after=[base])
    story.expect(cases, "precedence-form-before-revoked", "What no admission can cure comes first.",
                 {"finding": {"f1": {"unit": "IT"}},
                  "member": {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}},
                 voids=[(void, "finding/f1/unit", "over-unseen"),
                        (void, "finding/f1/site", "malformed-value"), (void, "finding/f1/slot", "revoked")])


def pending(cases):
    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    ben.save(add("finding/f1/unit", "IT"), after=[base], pending=True)
    ada.save(add("finding/f1/site", "S1"))
    story.expect(cases, "pending-counts", "What has no place in the log yet is judged behind it.",
                 {"finding": {"f1": {"site": "S1", "unit": "IT"}}})

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    void = ben.save(add("finding/f1/unit", "IT"), after=[base], pending=True)
    ada.save(add("member/ben/status", "revoked"))
    story.expect(cases, "pending-behind-a-revocation", "A revocation in the log voids what is pending.",
                 {"finding": {"f1": {}},
                  "member": {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}},
                 voids=[(void, "finding/f1/unit", "revoked")])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    ada.save(add("member/ben/status", "revoked"), pending=True)
    ben.save(add("finding/f1/unit", "IT"), pending=True)
    void = ben.save(add("finding/f1/site", "S1"), after=[base], pending=True)
    story.expect(cases, "pending-by-depth", "What is pending is judged by depth, then author, then "
                 "identity: the first edit is as deep as what comes before the revocation.",
                 {"finding": {"f1": {"unit": "IT"}},
                  "member": {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}},
                 voids=[(void, "finding/f1/site", "revoked")])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1", {"unit": "IT"}))
    one = ben.save(add("finding/f1/unit", "HR", over=[base]), after=[base], pending=True)
    two = cem.save(add("finding/f1/unit", "QA", over=[base]), after=[base])
    story.expect(cases, "pending-is-a-candidate", "A pending write is a candidate like any other.",
                 {"finding": {"f1": {"unit": "QA"}}},
                 [conflict("values", "finding/f1/unit", "QA", (one, "HR"), (two, "QA"))])


def bare(cases, right, path, name):
    """An `add` without what the id follows from restores what its author knew of, and makes nothing."""
    shown = {"finding": {"f1": {}}, "criterion": {name: {**right, "grade": "major"}}}
    for seen in (True, False):
        story, ada, ben, cem, fay = team()
        base = ben.save(add("finding/f1"))
        void = cem.save(add(path, {"grade": "goodPractice"}), after=[base])
        ben.save(add(path, {**right, "grade": "major"}), after=[void] if seen else [])
        story.expect(cases, f"derived-id-bare{'' if seen else '-unseen'}", "Nobody makes a criterion of nothing but its id: "
                     "the one that a colleague adds is the first.", shown,
                     voids=void_record(void, path, "malformed-value", "grade"))

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    full = ben.save(add(path, {**right, "grade": "major"}))
    void = cem.save(add(path), after=[base])
    story.expect(cases, "derived-id-bare-beside-it", "Nor who had not seen the one that there is at the same time.", shown,
                 voids=[(void, path, "malformed-value")])
    cem.save(add(path), after=[full])
    story.expect(cases, "derived-id-bare-after-it", "Who had seen it says that it is there.", shown,
                 voids=[(void, path, "malformed-value")])

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    none = fay.save(add(path, right), after=[base])
    void = cem.save(add(path), after=[none])
    story.expect(cases, "derived-id-bare-after-a-void-one", "What was added without effect is nothing to put in again.",
                 {"finding": {"f1": {}}}, voids=void_record(none, path, "no-right", *right)
                 + [(void, path, "malformed-value")])

    scope = f'scope/{derived_id("scope", "", "iso-9001-2008")}'
    story, ada, ben, cem, fay = team()
    void = ada.save(add(scope, {"statement": "all"}))
    ada.save(add(scope, {"standard": "iso-9001-2008"}))
    story.expect(cases, "derived-id-bare-scope", "So it is with scopes.",
                 {"scope": {scope[6:]: {"standard": "iso-9001-2008"}}},
                 voids=void_record(void, scope, "malformed-value", "statement"))
