"""Erasure: what is left of a body, and of a history in which contents were ordered to be destroyed."""

from .contents import contents, erased as erase
from .kit import base64url, canonical, sha256
from .story import Story, add, conflict, remove, splice, void_record

GONE = "\ufffd"
NOTE = "finding/f1/requirementNote"
SALT = base64url(sha256("salt")[:16])


def add_cases(cases):
    texts(cases)
    values(cases)
    reasons(cases)
    lists(cases)
    carried_out(cases)
    verdicts_stay(cases)
    twins(cases)
    not_carried_out(cases)
    not_committed(cases)
    refused(cases)


# ---- The function


def entry(path, by="x1"):
    return by, "/" + path


def leaves(cases, name, about, before, paths, after, *erased, once=()):
    """`before`, `after`: operations. Without `erased` nothing changes. `once`: what order `x0` erased before that."""
    whole = erase({"ops": before, "salt": SALT}, ["/" + path for path in once], "x0")
    left = erase(whole, ["/" + path for path in paths], "x1")
    assert canonical(left["ops"]) == canonical(after), name
    assert [(cell["by"], cell["path"]) for cell in left.get("erased", [])] == list(erased), name
    assert contents(left) == contents(whole), name
    cases.add(
        "erasure", name, about, body=whole, paths=["/" + path for path in paths], order="x1", left=left,
        hash=hash_of(left), contents=contents(whole))


def hash_of(body):
    return base64url(sha256(canonical(body)))


def texts(cases):
    text = "finding/f1/statement"
    leaves(cases, "insert", "What was typed becomes as many replacement characters, and the salt goes.",
           [splice(text, 3, 2, "Bob Smith")], [text], [splice(text, 3, 2, GONE * 9)], entry(text))
    leaves(cases, "insert-of-several-scalars", "Scalars are counted, neither letters nor bytes.",
           [splice(text, 0, 0, "e\u0301 \U0001F469\u200D\U0001F467 \u00fc")], [text],
           [splice(text, 0, 0, GONE * 8)], entry(text))
    leaves(cases, "inserts-of-one-text", "All splices of the text, no other text's; empty ones stay.",
           [splice(text, 0, 0, "Bob"), splice(NOTE, 0, 0, "Logs"), splice(text, 9, 4, ""),
            splice(text, 1, 0, "x")], [text],
           [splice(text, 0, 0, GONE * 3), splice(NOTE, 0, 0, "Logs"),
            splice(text, 9, 4, ""), splice(text, 1, 0, GONE)], entry(text))
    leaves(cases, "deletion", "Where nothing was inserted nothing is to be destroyed: the body stays, with its "
           "salt.", [splice(text, 3, 2, "")], [text], [splice(text, 3, 2, "")])
    leaves(cases, "insert-into-a-value", "What was spliced into a field that is no text, too.",
           [splice("finding/f1/unit", 0, 0, "Bob")], ["finding/f1/unit"],
           [splice("finding/f1/unit", 0, 0, GONE * 3)], entry("finding/f1/unit"))
    leaves(cases, "first-text", "A text that its record was added with keeps its length; the other fields stay.",
           [add("finding/f1", {"requirementNote": "Logs", "statement": "Bob \U0001F600", "unit": "IT"})], [text],
           [add("finding/f1", {"requirementNote": "Logs", "statement": GONE * 5, "unit": "IT"})], entry(text))
    leaves(cases, "first-text-empty", "An empty text stays.",
           [add("finding/f1", {"statement": ""})], [text], [add("finding/f1", {"statement": ""})])
    leaves(cases, "first-text-of-a-wrong-form", "What is no text becomes false.",
           [add("finding/f1", {"statement": 5})], [text], [add("finding/f1", {"statement": False})], entry(text))
    leaves(cases, "text-as-a-value", "A text written as a whole does not fit its field, and becomes false.",
           [add(text, "Bob")], [text], [add(text, False)], entry(text))


def values(cases):
    name, sites = "organization/o1/name", "organization/o1/sites"
    leaves(cases, "value", "A value becomes null; `over` stays.",
           [{**add(name, "Bob Ltd"), "over": ["1@" + "A" * 43]}], [name],
           [{**add(name, None), "over": ["1@" + "A" * 43]}], entry(name))
    leaves(cases, "value-composite", "An array or object too.",
           [add(sites, [{"name": "Bob's yard"}])], [sites], [add(sites, None)], entry(sites))
    leaves(cases, "value-of-a-wrong-form", "What does not fit its field becomes false, so that it does not fit "
           "still.", [add(name, {"first": "Bob"}), add(sites, "Bob's yard")], [name, sites],
           [add(name, False), add(sites, False)], entry(name), entry(sites))
    leaves(cases, "value-null", "Null fits no field: it becomes false.",
           [add(name, None)], [name], [add(name, False)], entry(name))
    leaves(cases, "value-false", "False stays.", [add(name, False)], [name], [add(name, False)])
    leaves(cases, "value-that-is-not-erasable", "States, grades, references and clauses stay.",
           [add("finding/f1/unit", "IT"), add("finding/f1/state", "draft"), add("criterion/c1/grade", "minor"),
            add("member/ben/role", "auditor")],
           ["finding/f1/unit", "finding/f1/state", "criterion/c1/grade", "member/ben/role"],
           [add("finding/f1/unit", "IT"), add("finding/f1/state", "draft"), add("criterion/c1/grade", "minor"),
            add("member/ben/role", "auditor")])
    leaves(cases, "sets", "Members of sets stay, and sets that a record is added with.",
           [add("scope/s1/units/u1", "Bob's"), add("finding/f1", {"evidence": {"e1": "Bob's"}})],
           ["scope/s1/units/u1", "scope/s1/units", "finding/f1/evidence", "finding/f1/evidence/e1"],
           [add("scope/s1/units/u1", "Bob's"), add("finding/f1", {"evidence": {"e1": "Bob's"}})])
    leaves(cases, "first-values", "First fields one by one.",
           [add("organization/o1", {"name": "Bob Ltd", "sites": [], "units": 5, "effectivePersonnel": None}),
            add("organization/o2", {"name": "Eve Ltd"})],
           [name, sites, "organization/o1/units", "organization/o1/effectivePersonnel"],
           [add("organization/o1", {"name": None, "sites": None, "units": False, "effectivePersonnel": False}),
            add("organization/o2", {"name": "Eve Ltd"})],
           entry("organization/o1/effectivePersonnel"), entry(name), entry(sites),
           entry("organization/o1/units"))
    leaves(cases, "title", "A title is a value, and becomes null; the text beside it stays.",
           [add("finding/f1", {"statement": "Logs", "title": "Bob"}), add("evidence/e1/title", "Bob's sheet")],
           ["finding/f1/title", "evidence/e1/title"],
           [add("finding/f1", {"statement": "Logs", "title": None}), add("evidence/e1/title", None)],
           entry("evidence/e1/title"), entry("finding/f1/title"))
    mood, moods = "finding/f1/mood", "finding/f1/moods"
    leaves(cases, "unknown-fields", "A field that is not known may be a text: its strings keep their length, "
           "other values become null. Members stay.",
           [add(mood, "calm"), add("finding/f2/mood", {"Bob": "calm"}), add(f"{moods}/m1", "calm"),
            splice("finding/f3/mood", 0, 0, "calm"), add("finding/f4", {"mood": "calm", "moods": 7})],
           [mood, "finding/f2/mood", f"{moods}/m1", "finding/f3/mood", "finding/f4/mood", "finding/f4/moods"],
           [add(mood, GONE * 4), add("finding/f2/mood", None), add(f"{moods}/m1", "calm"),
            splice("finding/f3/mood", 0, 0, GONE * 4), add("finding/f4", {"mood": GONE * 4, "moods": None})],
           *(entry(f"finding/f{number}/mood") for number in (1, 2, 3, 4)), entry("finding/f4/moods"))
    leaves(cases, "unknown-kind", "Fields of a kind that is not known are erased likewise.",
           [add("hologram/h1", {"depth": {"mm": 3}, "label": "Bob"})], ["hologram/h1/depth", "hologram/h1/label"],
           [add("hologram/h1", {"depth": None, "label": GONE * 3})],
           entry("hologram/h1/depth"), entry("hologram/h1/label"))


def reasons(cases):
    state = "finding/f1/state"
    leaves(cases, "reason", "A reason keeps its length; what it was given for stays.",
           [add(state, "withdrawn", reason="Bob lied"), add("finding/f2/state", "withdrawn", reason="no")], [state],
           [add(state, "withdrawn", reason=GONE * 8), add("finding/f2/state", "withdrawn", reason="no")],
           entry(state))
    leaves(cases, "reason-of-a-removal", "Reasons of removals too, of records, members and values.",
           [remove("finding/f1", reason="Bob"), remove("finding/f2/evidence/e1", reason="Eve"),
            remove("finding/f2/unit", reason="Cem")],
           ["finding/f1", "finding/f2/evidence/e1", "finding/f2/unit"],
           [remove("finding/f1", reason=GONE * 3), remove("finding/f2/evidence/e1", reason=GONE * 3),
            remove("finding/f2/unit", reason=GONE * 3)],
           entry("finding/f1"), entry("finding/f2/evidence/e1"), entry("finding/f2/unit"))
    leaves(cases, "reason-of-a-record", "The path of a record is that of its reason, not of its first fields.",
           [add("finding/f1", {"statement": "Bob"}, reason="Bob")], ["finding/f1"],
           [add("finding/f1", {"statement": "Bob"}, reason=GONE * 3)], entry("finding/f1"))
    leaves(cases, "reason-beside-a-first-field", "And the path of a first field is not that of the reason.",
           [add("finding/f1", {"statement": "Bob"}, reason="Bob")], ["finding/f1/statement"],
           [add("finding/f1", {"statement": GONE * 3}, reason="Bob")], entry("finding/f1/statement"))
    leaves(cases, "reason-empty", "A reason that says nothing stays.",
           [add(state, "withdrawn", reason="")], [state], [add(state, "withdrawn", reason="")])
    leaves(cases, "reason-of-null", "Null beside a reason becomes false, or it would fit from now on.",
           [add("organization/o1/name", None, reason="Bob")], ["organization/o1/name"],
           [add("organization/o1/name", False, reason=GONE * 3)], entry("organization/o1/name"))


def lists(cases):
    text, name = "finding/f1/statement", "organization/o1/name"
    leaves(cases, "nothing-there", "An order for other cells changes nothing.",
           [add(name, "Bob Ltd")], [text, "organization/o1", "organization/o2/name"], [add(name, "Bob Ltd")])
    leaves(cases, "no-operations", "Nor one for a diff that says nothing.", [], [text], [])
    leaves(cases, "escaped-paths", "Paths are compared and listed as they are written; the list ascends by bytes.",
           [add("organization/b/name", "x"), add("organization/a~1b/name", "x"), add("organization/a~0b/name", "x"),
            add("organization/a/name", "x"), add("organization/}", {"name": "x"}),
            add("organization/Z/name", "x")],
           [f"organization/{one}/name" for one in ("a~1b", "b", "a~0b", "Z", "a", "}")],
           [add("organization/b/name", None), add("organization/a~1b/name", None),
            add("organization/a~0b/name", None), add("organization/a/name", None),
            add("organization/}", {"name": None}), add("organization/Z/name", None)],
           *(entry(f"organization/{one}/name") for one in ("Z", "a", "a~0b", "a~1b", "b", "}")))
    leaves(cases, "second-order", "A second order keeps what the first has listed, and what others hold can be proven "
           "still.", [add(name, "Bob Ltd"), splice(text, 0, 0, "Bob"), splice(NOTE, 0, 0, "Bob")], [text],
           [add(name, None), splice(text, 0, 0, GONE * 3), splice(NOTE, 0, 0, "Bob")],
           entry(text), entry(name, "x0"), once=[name])
    leaves(cases, "second-order-for-the-same", "A second order for the same cells changes nothing: what an "
           "order made null stays so.",
           [add(name, "Bob Ltd"), splice(text, 0, 0, "Bob")], [name, text],
           [add(name, None), splice(text, 0, 0, GONE * 3)],
           entry(text, "x0"), entry(name, "x0"), once=[name, text])
    leaves(cases, "second-order-for-a-null", "What was null before any order becomes false.",
           [add(name, None), splice(text, 0, 0, "Bob")], [name],
           [add(name, False), splice(text, 0, 0, GONE * 3)], entry(text, "x0"), entry(name), once=[text])
    bare = {"ops": [add(name, "Bob Ltd")]}
    assert contents(bare) is None
    cases.add("erasure", "without-a-salt", "A body without a salt could be guessed from its hashes: nothing of it is erased.",
              body=bare, paths=["/" + name], order="x1", left=bare, hash=hash_of(bare), contents=None)


# ---- Histories


def team():
    story = Story(ada="lead", ben="auditor", cem="auditor", fay="observer", gus="lead")
    story.salt = SALT
    return (story, *story.people("ada", "ben", "cem", "fay", "gus"))


def left_by(diff, *operations, erased, by="x1"):
    """What is left of a diff; the case says which operations, and of which cells something is gone."""
    left = erase(diff.envelope["body"], ["/" + path for path in erased], by)
    assert canonical(left["ops"]) == canonical(operations)
    assert [cell["path"] for cell in left["erased"]] == sorted("/" + path for path in erased)
    return left


def order(name, paths, **bodies):
    """The `add` of an order; `bodies` is given as `of=[(diff, what is left)]`."""
    return add(f"erasure/{name}", order_fields(paths, **bodies))


def order_fields(paths, of):
    return {"bodies": {diff.id: hash_of(left) for diff, left in of}, "paths": ["/" + path for path in paths]}


def expect(cases, name, about, story, state, *arguments, left=(), **more):
    """As `Story.expect`. `left`: (diff, body), for the diffs of which a later replica hears less."""
    story.expect(cases, name, about, state, *arguments, area="erasure",
                 extra={"after": {diff.id: body for diff, body in left}}, **more)


def carried_out(cases):
    text = "finding/f1/statement"
    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"statement": "Seen: . Late."}))
    name = cem.save(splice(text, 6, 0, "Bob"), after=[base])
    ben.save(splice(text, 13, 0, " Twice."))
    left = left_by(name, splice(text, 6, 0, GONE * 3), erased=[text])
    fields = order_fields([text], of=[(name, left)])
    ada.save(add("erasure/x1", fields), after=[name, ben.last])
    cem.save(splice(text, 9, 0, " (left)"), after=[ada.last])
    expect(cases, "log-of-a-text", "An erased insertion keeps its place between others' edits, earlier and "
           "later ones.", story,
           {"erasure": {"x1": fields},
            "finding": {"f1": {"statement": f"Seen: {GONE * 3} (left). Late. Twice."}}}, left=[(name, left)])

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"statement": "Bob erred.", "unit": "IT"}))
    cem.save(splice(text, 9, 0, " twice"), after=[base])
    left = left_by(base, add("finding/f1", {"statement": GONE * 10, "unit": "IT"}), erased=[text])
    fields = order_fields([text], of=[(base, left)])
    ada.save(add("erasure/x1", fields), after=[cem.last])
    expect(cases, "log-of-a-first-text", "A text that was there from the beginning.", story,
           {"erasure": {"x1": fields},
            "finding": {"f1": {"statement": f"{GONE * 9} twice{GONE}", "unit": "IT"}}}, left=[(base, left)])

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("organization/o1", {"name": "Bob Ltd", "sites": ["Bob's"]}))
    other = ada.save(add("member/ada/name", "Ada"))
    left = left_by(base, add("organization/o1", {"name": None, "sites": ["Bob's"]}), erased=["organization/o1/name"])
    less = left_by(other, add("member/ada/name", None), erased=["member/ada/name"])
    fields = order_fields(["organization/o1/name", "member/ada/name"], of=[(base, left), (other, less)])
    ada.save(add("erasure/x1", fields))
    expect(cases, "log-of-values", "An erased value is not shown; one order may name several diffs.", story,
           {"erasure": {"x1": fields}, "organization": {"o1": {"sites": ["Bob's"]}}},
           left=[(base, left), (other, less)])

    in_part(cases)


def in_part(cases):
    text, sites = "finding/f1/statement", "organization/o1/sites"
    story, ada, ben, cem, fay, gus = team()
    base = ada.save(add("organization/o1"))
    one = ada.save(add(sites, ["Bob's"]))
    two = gus.save(add(sites, ["Eve's"]), after=[base])
    left = left_by(two, add(sites, None), erased=[sites])
    fields = order_fields([sites], of=[(two, left)])
    ada.save(add("erasure/x1", fields), after=[two])
    expect(cases, "log-of-a-conflict", "An erased value stays a candidate, without its value.", story,
           {"erasure": {"x1": fields}, "organization": {"o1": {}}},
           [conflict("values", sites, None, (one, ["Bob's"]), (two, None))], left=[(two, left)])

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"statement": "Bob"}))
    edit = ben.save(splice(NOTE, 0, 0, "Eve"), splice(text, 3, 0, " Smith"))
    first = left_by(edit, splice(NOTE, 0, 0, "Eve"), splice(text, 3, 0, GONE * 6), erased=[text])
    second = erase(first, ["/" + NOTE], "x2")
    fields = order_fields([text], of=[(edit, first)])
    more = order_fields([NOTE], of=[(edit, second)])
    ada.save(add("erasure/x1", fields), after=[edit])
    ada.save(add("erasure/x2", more))
    expect(cases, "log-of-two-orders", "A second order begins with what the first has left.", story,
           {"erasure": {"x1": fields, "x2": more},
            "finding": {"f1": {"requirementNote": GONE * 3, "statement": f"Bob{GONE * 6}"}}}, left=[(edit, second)])
    assert base in edit.seen

    state = "finding/f1/state"
    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"state": "draft"}))
    step = ada.save(add(state, "withdrawn", over=[base], reason="Bob lied"), after=[base])
    left = left_by(step, add(state, "withdrawn", over=[base], reason=GONE * 8), erased=[state])
    fields = order_fields([state], of=[(step, left)])
    ada.save(add("erasure/x1", fields))
    expect(cases, "log-of-a-reason", "A step whose reason was erased has a reason.", story,
           {"erasure": {"x1": fields}, "finding": {"f1": {"state": "withdrawn"}}}, left=[(step, left)])


def verdicts_stay(cases):
    name = "organization/o1/name"
    story, ada, *_ = team()
    ada.save(add("organization/o1"))
    void = ada.save(add(name, 5), add("organization/o1/sites", None, reason="Bob"))
    left = left_by(void, add(name, False), add("organization/o1/sites", False, reason=GONE * 3),
                   erased=[name, "organization/o1/sites"])
    fields = order_fields([name, "organization/o1/sites"], of=[(void, left)])
    ada.save(add("erasure/x1", fields))
    expect(cases, "log-of-wrong-forms", "What did not fit its field does not fit it still.", story,
           {"erasure": {"x1": fields}, "organization": {"o1": {}}},
           voids=[(void, name, "malformed-value"), (void, "organization/o1/sites", "malformed-value")],
           left=[(void, left)])

    story, ada, ben, cem, fay, gus = team()
    base = ada.save(add("organization/o1", {"name": "Acme"}))
    void = fay.save(add(name, "Bob Ltd", over=[base]), after=[base])
    left = left_by(void, add(name, None, over=[base]), erased=[name])
    fields = order_fields([name], of=[(void, left)])
    ada.save(add("erasure/x1", fields), after=[void])
    expect(cases, "log-of-a-void-write", "What is void can be erased, and is void still.", story,
           {"erasure": {"x1": fields}, "organization": {"o1": {"name": "Acme"}}},
           voids=[(void, name, "no-right")], left=[(void, left)])

    title, state = "finding/f1/title", "finding/f1/state"

    def retitled():
        story, ada, ben, cem, fay, gus = team()
        base = ben.save(add("finding/f1", {"state": "draft", "title": "Records"}))
        end = ada.save(add(state, "withdrawn", over=[base], reason="none"), after=[base])
        edit = ben.save(add(title, "Bob", over=[base]), after=[end])
        left = left_by(edit, add(title, None, over=[base]), erased=[title])
        fields = order_fields([title], of=[(edit, left)])
        gus.save(add("erasure/x1", fields), after=[edit])
        return story, ben, end, edit, left, {"erasure": {"x1": fields}}

    story, ben, end, edit, left, order_made = retitled()
    expect(cases, "log-of-a-title-that-was-said", "An erased title was said still: it holds up the ending that it had "
           "held up.", story, {**order_made, "finding": {"f1": {"state": "draft"}}},
           [conflict("ended-edited", state, "draft", (end, "withdrawn"), (edit, None, title))], left=[(edit, left)])

    story, ben, end, edit, left, order_made = retitled()
    ben.save(add(state, "submitted", over=[end]), after=story.log)
    expect(cases, "log-of-a-step-beside-an-erased-title", "So whoever steps on steps from where the finding was.", story,
           {**order_made, "finding": {"f1": {"state": "submitted"}}}, left=[(edit, left)])

    story, ada, ben, cem, fay, gus = team()
    base = ben.save(add("evidence/e1", {"place": "Bob's"}))
    ada.save(add("seal/s1"), after=[base])
    left = left_by(base, add("evidence/e1", {"place": None}), erased=["evidence/e1/place"])
    fields = order_fields(["evidence/e1/place"], of=[(base, left)])
    ada.save(add("erasure/x1", fields))
    expect(cases, "log-after-a-seal", "What is sealed can be erased.", story,
           {"erasure": {"x1": fields}, "evidence": {"e1": {}}, "seal": {"s1": {}}}, left=[(base, left)])


def twins(cases):
    text = "finding/f1/statement"

    def typed():
        story, ada, ben, cem, *_ = team()
        base = ada.save(add("finding/f1", {"statement": "Seen."}))
        one = ben.save(splice(text, 4, 0, " by Bob"), after=[base])
        two = cem.save(splice(text, 4, 0, " by Bob"), after=[base])
        ada.save(splice(text, 11, 0, " late"), after=[one, two])
        return story, ada, one, two

    def left(diff, by):
        return left_by(diff, splice(text, 4, 0, GONE * 7), erased=[text], by=by)

    story, ada, one, two = typed()
    rest = [(one, left(one, "x1")), (two, left(two, "x1"))]
    fields = order_fields([text], of=rest)
    ada.save(add("erasure/x1", fields))
    expect(cases, "log-of-twins", "Twins that one order has erased are twins.", story,
           {"erasure": {"x1": fields}, "finding": {"f1": {"statement": f"Seen{GONE * 7} late."}}}, left=rest)

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"statement": "Seen."}))
    one = ben.save(splice(text, 4, 0, " Bob"), after=[base])
    two = cem.save(splice(text, 4, 0, " Eve"), after=[base])
    last = ada.save(splice(text, 12, 0, " late", over=[one, two]), after=[one, two])
    rest = [(one, left_by(one, splice(text, 4, 0, GONE * 4), erased=[text])),
            (two, left_by(two, splice(text, 4, 0, GONE * 4), erased=[text], by="x2"))]
    fields, more = (order_fields([text], of=[one]) for one in rest)
    ada.save(add("erasure/x1", fields), add("erasure/x2", more))
    expect(cases, "log-of-what-looks-like-twins", "What looks alike since it was erased is no twin if two orders "
           "have erased it: the positions after it stay.", story,
           {"erasure": {"x1": fields, "x2": more}, "finding": {"f1": {"statement": f"Seen{GONE * 8} late."}}},
           left=rest)
    assert last.seq == 3


def not_carried_out(cases):
    text = "finding/f1/statement"

    def typed():
        story, ada, ben, cem, fay, gus = team()
        base = ben.save(add("finding/f1", {"statement": "Bob", "requirementNote": "Eve"}))
        left = left_by(base, add("finding/f1", {"statement": GONE * 3, "requirementNote": "Eve"}), erased=[text])
        return story, ada, ben, gus, base, left

    shown = {"finding": {"f1": {"statement": "Bob", "requirementNote": "Eve"}}}

    story, ada, ben, gus, base, left = typed()
    fields = order_fields([text], of=[(base, {**left, "salt": SALT})])
    ada.save(add("erasure/x1", fields), after=[base])
    expect(cases, "order-of-another-hash", "Where another hash would be left, nothing happens.", story,
           {"erasure": {"x1": fields}, **shown})

    story, ada, ben, gus, base, left = typed()
    void = ben.save(order("x1", [text], of=[(base, left)]))
    expect(cases, "order-without-right", "Only the leader erases.", story, shown,
           voids=void_record(void, "erasure/x1", "no-right", "bodies", "paths"))

    story, ada, ben, gus, base, left = typed()
    fields = order_fields([text], of=[(base, left)])
    ada.save(add("erasure/x1", fields))
    expect(cases, "order-of-an-unseen-diff", "Who had not seen a diff does not erase in it.", story,
           {"erasure": {"x1": fields}, **shown})

    story, ada, ben, gus, base, left = typed()
    fields = order_fields([text], of=[(base, left)])
    ada.save(add("erasure/x1", fields), after=[base], pending=True)
    expect(cases, "order-pending", "An order is carried out once it has its place in the log, not before.", story,
           {"erasure": {"x1": fields}, **shown})

    story, ada, ben, gus, base, left = typed()
    fields = order_fields([text], of=[(base, left)])
    ada.save(add("erasure/x1"), after=[base])
    ada.save(add("erasure/x1/paths", fields["paths"]), add("erasure/x1/bodies", fields["bodies"]))
    expect(cases, "order-in-parts", "An order is the `add` of its record, with both fields.", story,
           {"erasure": {"x1": fields}, **shown})

    story, ada, ben, gus, base, left = typed()
    both = left_by(base, add("finding/f1", {"statement": "Bob", "requirementNote": GONE * 3}), erased=[NOTE],
                   by="x2")
    fields = order_fields([text], of=[(base, left)])
    more = order_fields([NOTE], of=[(base, both)])
    ada.save(add("erasure/x1", fields), after=[base])
    gus.save(add("erasure/x2", more), after=[base])
    expect(cases, "orders-at-once", "Of two orders at once for one diff the second in the log does not fit any "
           "more, and is to be made again.", story,
           {"erasure": {"x1": fields, "x2": more}, "finding": {"f1": {"statement": GONE * 3, "requirementNote": "Eve"}}},
           left=[(base, left)])


def uncommitted(story, device):
    """A diff whose head commits to nothing that could be erased."""
    salt, story.salt = story.salt, None
    diff = device.save(add("finding/f1", {"statement": "Bob"}))
    story.salt = salt
    return diff


def invented(diff, by="x1", **changes):
    """What would be left of the diff, had its author written something else."""
    body = diff.envelope["body"]
    other = {**body, "salt": SALT, "ops": [{**body["ops"][0], **changes}, *body["ops"][1:]]}
    return erase(other, ["/finding/f1/statement"], by)


def not_committed(cases):
    story, ada, ben, *_ = team()
    base = uncommitted(story, ben)
    left = erase({**base.envelope["body"], "salt": SALT}, ["/finding/f1/statement"], "x1")
    fields = order_fields(["finding/f1/statement"], of=[(base, left)])
    ada.save(add("erasure/x1", fields), after=[base])
    expect(cases, "order-of-what-no-head-commits-to", "What is left could not be proven: nothing is erased.", story,
           {"erasure": {"x1": fields}, "finding": {"f1": {"statement": "Bob"}}})

    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1", {"statement": "Bob"}), contents=base64url(sha256("another")))
    left = left_by(base, add("finding/f1", {"statement": GONE * 3}), erased=["finding/f1/statement"])
    fields = order_fields(["finding/f1/statement"], of=[(base, left)])
    ada.save(add("erasure/x1", fields), after=[base])
    expect(cases, "order-of-what-a-head-commits-to-otherwise", "Nor where the head commits to something else.", story,
           {"erasure": {"x1": fields}, "finding": {"f1": {"statement": "Bob"}}})


def refused(cases):
    text = "finding/f1/statement"

    def refuses(name, about, by="ada", ordered=True, after=True, pending=False, changed=None, other=None, bare=False,
                **first):
        story, ada, ben, cem, fay, gus = team()
        base = uncommitted(story, ben) if bare else ben.save(add("finding/f1", {"statement": "Bob", **first}))
        if bare:
            left = erase({**base.envelope["body"], "salt": SALT}, ["/" + text], "x1")
        else:
            left = left_by(base, add("finding/f1", {"statement": GONE * 3, **first}), erased=[text])
        if other:
            left = other(base, left)
        if ordered:
            seen = [base] if after else [story.genesis]
            story[by].save(order("x1", [text], of=[(base, left)]), after=seen, pending=pending)
        log = [dict(diff.envelope) for diff in story.log]
        if changed == "more":
            changed = erase(base.envelope["body"], ["/" + text, "/" + NOTE], "x1")
        log[1]["body"] = changed or left
        cases.add("erasure", name, about, log=log, refused={"code": "body-mismatch", "index": 1},
                  pending=[diff.envelope for diff in story.pending])

    refuses("refused-without-an-order", "A body that its head does not pin takes an order.", ordered=False)
    refuses("refused-with-a-void-order", "An order that has no effect is none.", by="cem")
    refuses("refused-with-a-pending-order", "Nor is one without a place in the log.", pending=True)
    refuses("refused-with-an-unseeing-order", "Nor one whose author had not seen the diff.", after=False)
    refuses("refused-without-the-list", "Nor does an order prove a body that does not say what was erased.",
            changed={"ops": [add("finding/f1", {"statement": GONE * 3})]})
    refuses("refused-with-another-hash", "The order has to name the hash of what is left.", requirementNote="Logs",
            changed="more")
    refuses("refused-what-was-not-written", "No order proves what its author did not write: the head commits to what was.",
            unit="IT", other=lambda base, left: invented(base, value={"statement": "Bob", "unit": "HR"}))
    refuses("refused-another-length", "Nor another length of what was erased.",
            other=lambda base, left: {**left, "ops": [add("finding/f1", {"statement": GONE * 4})]})
    refuses("refused-another-text-beside-it", "What was not erased is proven by its own salt.", requirementNote="Logs",
            other=lambda base, left: {**left, "ops": [add("finding/f1", {
                "requirementNote": "None", "statement": GONE * 3})]})
    refuses("refused-without-what-was-kept", "Whatever was not erased is there.", requirementNote="Logs",
            other=lambda base, left: {**left, "ops": [add("finding/f1", {"statement": GONE * 3})]})
    refuses("refused-where-no-head-commits", "A body whose head commits to nothing cannot be proven but whole.", bare=True)
    founded_otherwise(cases)


def founded_otherwise(cases):
    """A server that has no key of a member: it invents what the founder wrote, and erases by its own order."""
    story, ada, ben, *_ = team()
    eve = story["hal"]
    genesis = dict(story.genesis.envelope)
    body = genesis["body"]
    more = [add("member/hal", {"name": "Hal", "role": "lead"}), add(f"device/{eve.key.text}", {"member": "hal"})]
    left = erase({"ops": body["ops"] + more, "salt": SALT}, ["/member/hal/name"], "x1")
    eve.save(order("x1", ["member/hal/name"], of=[(story.genesis, left)]))
    log = [{**genesis, "body": left}, story.log[1].envelope]
    cases.add("erasure", "refused-another-founding", "Who founded the engagement says whom it trusts: nobody else does, by "
              "an order of their own either.", log=log, refused={"code": "body-mismatch", "index": 0}, pending=[])
