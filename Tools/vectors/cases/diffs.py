"""Envelopes: what is taken, and every refusal that needs neither a key nor other diffs.

No signature is checked here, so mutated envelopes keep the one of the diff they were made from.
"""

import copy

from .kit import KEYS, base64url, canonical, identity, reference, sha256, signed

ADA, BEN, CEM = KEYS["ada"], KEYS["ben"], KEYS["cem"]
ENGAGEMENT = base64url(sha256("an engagement"))
SALT = base64url(sha256("salt")[:16])


def digest(name):
    return base64url(sha256(name))


def head(**changes):
    base = {
        "engagement": ENGAGEMENT, "parents": [digest("previous")], "seq": 2,
        "time": "2026-03-02T09:15:00+01:00", "v": 1,
    }
    base.update(changes)
    return {key: value for key, value in base.items() if value is not None}


def envelope(ops=None, **changes):
    ops = ops if ops is not None else [
        {"op": "add", "path": "/finding/f1/unit", "value": "IT"}
    ]
    return signed(BEN, head(**changes), {"ops": ops, "salt": SALT})


def add_cases(cases):
    taken(cases)
    envelopes(cases)
    heads(cases)
    bodies(cases)
    operations(cases)
    paths(cases)
    precedence(cases)


def takes(cases, name, about, value):
    cases.add(
        "diff", name, about, envelope=[canonical(value)],
        accepted={
            "engagement": value["head"].get("engagement", identity(value)), "id": identity(value),
            "operations": len(value["body"]["ops"]), "reference": reference(value),
        },
    )


def refuses(cases, name, about, value, code, json=None, **more):
    parts = value if isinstance(value, list) else [
        value if isinstance(value, str) else canonical(value)
    ]
    refused = {"code": code}
    if json:
        refused["json"] = json
    cases.add("diff", name, about, envelope=parts, refused={**refused, **more})


def taken(cases):
    genesis = signed(ADA, head(engagement=None, parents=[], seq=1), {"ops": [
        {"op": "add", "path": "/engagement/audit", "value": {"number": "A-1"}}]})
    takes(cases, "genesis", "A first diff names no engagement: its own identity is the id.", genesis)
    takes(cases, "register", "One field is written.", envelope())
    takes(cases, "no-operations", "A diff may say nothing and still be a witness.", envelope([]))
    takes(cases, "every-member-of-a-head", "A head with a witness of the log and a list of diffs "
          "without effect.", envelope(
              held=12, log={"root": digest("root"), "size": 12}, without=[f"3@{ADA.text}", f"1@{CEM.text}"]))
    takes(cases, "first-diff-of-a-device", "Before the first diff of a chain there is none of its "
          "own: all parents stand in the order of their bytes.",
          envelope(seq=1, parents=sorted_digests("x", "y", "z")))
    takes(cases, "own-previous-first", "The author's own previous diff comes first, whatever its bytes.",
          envelope(parents=[sorted_digests("x", "y", "z")[2], *sorted_digests("x", "y", "z")[:2]]))
    takes(cases, "every-operation", "All forms of operations in one diff.", envelope([
        {"op": "add", "path": "/finding/f1", "value": {"unit": "IT", "title": "Logs"}},
        {"op": "add", "path": "/finding/f1/evidence/e1", "value": True},
        {"op": "remove", "over": [f"2@{ADA.text}", f"1@{BEN.text}"], "path": "/finding/f2/unit"},
        {"op": "remove", "path": "/finding/f3", "reason": "raised twice"},
        {"at": 0, "delete": 4, "insert": "L\u00f6g", "op": "splice", "path": "/finding/f2/statement"},
        {"at": 3, "delete": 0, "insert": "", "op": "splice", "path": "/finding/f2/statement"},
    ]))
    takes(cases, "unknown-kind-and-field", "What a later version writes is taken and kept.",
          envelope([{"op": "add", "path": "/hologram/h1", "value": {"depth": {"mm": 3}}}]))
    takes(cases, "longest-names", "A record's id of 256 bytes, and a member whose path is of 1,024.", envelope([
        {"op": "add", "path": "/finding/" + "f" * 256, "value": {}},
        {"op": "add", "path": "/finding/f1", "value": {"evidence": {"e" * 1003: True}}},
    ]))
    takes(cases, "escaped-path", "Pointers escape the tilde and the slash.",
          envelope([{"op": "add", "path": "/scope/s1/units/a~1b~0c", "value": True}]))
    takes(cases, "two-members-of-one-set", "Members of a set are cells of their own.", envelope([
        {"op": "add", "path": "/finding/f1/evidence/e1", "value": True},
        {"op": "remove", "path": "/finding/f1/evidence/e2"}]))
    takes(cases, "members-are-scalars", "Two spellings of one letter are two members: names are compared "
          "by their scalars.", envelope([
              {"op": "add", "path": "/finding/f1/evidence/\u00e9", "value": True},
              {"op": "add", "path": "/finding/f1/evidence/e\u0301", "value": True}]))
    cosigned = envelope()
    cosigned["cosigs"] = [{"kind": "seal", "sig": "..."}]
    takes(cases, "unknown-cosignatures", "Further signatures are kept and ignored.", cosigned)


def sorted_digests(*names):
    return [base64url(value) for value in sorted(sha256(name) for name in names)]


def changed(part, **changes):
    """An envelope whose head or own members are changed without a new body hash or signature."""
    value = copy.deepcopy(envelope())
    target = value if part == "envelope" else value[part]
    for key, new in changes.items():
        if new is None:
            target.pop(key, None)
        else:
            target[key] = new
    return value


def envelopes(cases):
    refuses(cases, "envelope-too-large", "An envelope has at most 1 MiB.",
            [{"repeat": "x", "times": (1 << 20) + 1}], "envelope-too-large")
    refuses(cases, "envelope-empty", "Nothing is no envelope.", "", "not-canonical-json", "truncated",
            offset=0)
    refuses(cases, "envelope-with-line-feed", "The line feed behind an envelope does not belong to it.",
            canonical(envelope()) + "\n", "not-canonical-json", "not-canonical",
            offset=len(canonical(envelope())))
    refuses(cases, "envelope-keys-unordered", "An envelope is canonical as a whole.",
            '{"head":{},"body":{},"sig":""}', "not-canonical-json", "not-canonical", offset=11)
    refuses(cases, "envelope-with-float", "No floats anywhere in a diff.",
            '{"body":{"ops":[1.5]},"head":{},"sig":""}', "not-canonical-json", "float", offset=16)
    refuses(cases, "envelope-key-not-ascii", "Keys in diffs are ASCII, also in values.",
            '{"body":{"\u00e9":1},"head":{},"sig":""}', "not-canonical-json", "key-not-ascii", offset=9)
    refuses(cases, "envelope-key-twice", "No key stands twice.",
            '{"body":{},"body":{},"head":{},"sig":""}', "not-canonical-json", "duplicate-key", offset=11)
    refuses(cases, "envelope-array", "An envelope is an object.", "[]", "malformed-envelope")
    for name, changes in (
        ("without-head", {"head": None}), ("without-body", {"body": None}),
        ("without-signature", {"sig": None}), ("with-unknown-member", {"note": "x"}),
        ("head-is-text", {"head": "x"}), ("body-is-array", {"body": []}),
        ("signature-short", {"sig": base64url(b"\x01" * 63)}),
        ("signature-long", {"sig": base64url(b"\x01" * 65)}),
        ("signature-padded", {"sig": base64url(b"\x01" * 64) + "=="}),
        ("signature-plain-base64", {"sig": "+" + base64url(b"\x01" * 64)[1:]}),
        ("signature-loose-bits", {"sig": base64url(b"\x00" * 64)[:-1] + "B"}),
        ("signature-is-number", {"sig": 1}), ("cosignatures-are-text", {"cosigs": "x"}),
    ):
        refuses(cases, f"envelope-{name}", "An envelope has `body`, `head`, `sig` of 64 bytes in "
                "base64url, and may have an array `cosigs`.", changed("envelope", **changes),
                "malformed-envelope")


def heads(cases):
    for name in ("author", "body", "parents", "seq", "time", "v"):
        refuses(cases, f"head-without-{name}", "These members stand in every head.",
                changed("head", **{name: None}), "malformed-head")
    start, end = canonical(changed("head", colour="?")).split("?")
    refuses(cases, "head-too-large", "A head has at most 65,431 bytes; its length is looked at first.",
            [start, {"repeat": "x", "times": 65_431}, end], "head-too-large")
    refuses(cases, "head-version-2", "A version that is not known is refused as such.",
            changed("head", v=2), "unknown-version")
    refuses(cases, "head-version-0", "There is no version 0.", changed("head", v=0), "unknown-version")
    previous = digest("previous")
    for name, about, changes in (
        ("version-is-text", "The version is an integer.", {"v": "1"}),
        ("author-short", "An author is 32 bytes.", {"author": BEN.text[:-1]}),
        ("author-loose-bits", "Base64url has one spelling: the unused bits are zero.",
         {"author": BEN.text[:-1] + chr(ord(BEN.text[-1]) + 1)}),
        ("body-is-hex", "A hash is base64url.", {"body": "ab" * 32}),
        ("seq-zero", "Chains begin with 1.", {"seq": 0}),
        ("seq-negative", "Chains begin with 1.", {"seq": -1}),
        ("seq-beyond", "Chains end with 2^31-1.", {"seq": 1 << 31}),
        ("seq-is-text", "A number is no text.", {"seq": "2"}),
        ("time-without-offset", "RFC 3339 has an offset.", {"time": "2026-03-02T09:15:00"}),
        ("time-no-such-day", "February has no 30th.", {"time": "2026-02-30T09:15:00Z"}),
        ("time-leap-second", "No device's clock shows second 60.", {"time": "2016-12-31T23:59:60Z"}),
        ("time-with-space", "Date and time are joined by T.", {"time": "2026-03-02 09:15:00Z"}),
        ("parents-object", "Parents are an array.", {"parents": {}}),
        ("parent-is-number", "Parents are identities.", {"parents": [1]}),
        ("parent-short", "Parents are identities.", {"parents": [previous[:-1]]}),
        ("parent-twice", "No parent stands twice.", {"parents": [previous, previous]}),
        ("parents-unordered", "Behind the author's own previous diff the parents ascend.",
         {"parents": [previous, *reversed(sorted_digests("x", "y"))]}),
        ("first-diff-parents-unordered", "In a chain's first diff all parents ascend.",
         {"seq": 1, "parents": list(reversed(sorted_digests("x", "y")))}),
        ("no-parents", "Whoever is not the founder has seen something.", {"parents": []}),
        ("too-many-parents", "A diff has at most 256 parents.",
         {"seq": 1, "parents": sorted_digests(*(str(index) for index in range(257)))}),
        ("engagement-is-null", "A first diff has no member `engagement` at all.",
         {"engagement": False}),
        ("genesis-with-parents", "A first diff has seen nothing.", {"engagement": None}),
        ("genesis-not-first", "A first diff has number 1.", {"engagement": None, "parents": []}),
        ("unknown-member", "A head has no members beside the known ones.", {"colour": "red"}),
        ("log-without-root", "A witness has size and root.", {"log": {"size": 1}}),
        ("log-with-more", "A witness has size and root alone.",
         {"log": {"root": previous, "size": 1, "x": 1}}),
        ("log-empty", "A witness of nothing is none.", {"log": {"root": previous, "size": 0}}),
        ("held-nothing", "Who held nothing of the log leaves the member out.", {"held": 0}),
        ("held-no-number", "It is a number.", {"held": "12"}),
        ("contents-short", "What a head commits to is a hash.", {"contents": previous[:-1]}),
        ("contents-is-null", "What is not there is left out.", {"contents": [None]}),
        ("without-empty", "An empty list is left out.", {"without": []}),
        ("without-unordered", "References ascend by author, then number.",
         {"without": [f"1@{CEM.text}", f"3@{ADA.text}"]}),
        ("without-leading-zero", "Numbers have no leading zeros.", {"without": [f"03@{ADA.text}"]}),
    ):
        refuses(cases, f"head-{name}", about, changed("head", **changes), "malformed-head")


def with_body(body):
    return signed(BEN, head(), body)


def bodies(cases):
    operation = {"op": "remove", "path": "/finding/f1/unit"}
    for name, about, body in (
        ("without-ops", "A body has `ops`.", {"salt": SALT}),
        ("ops-object", "`ops` is an array.", {"ops": {}}),
        ("salt-is-number", "The salt is a string.", {"ops": [], "salt": 1}),
        ("unknown-member", "A body has no members beside `ops`, `salt`, `erased` and `kept`.", {"ops": [], "x": 1}),
    ):
        refuses(cases, f"body-{name}", about, with_body(body), "malformed-body")
    many = canonical(operation)
    refuses(cases, "body-too-many-operations", "A diff has at most 10,000 operations; they are counted "
            "before they are read, and before the hash.",
            ['{"body":{"ops":[', {"repeat": many + ",", "times": 10_000}, many + ']},"head":'
             + canonical(envelope()["head"]) + ',"sig":"' + envelope()["sig"] + '"}'], "malformed-body")
    swapped = envelope()
    swapped["body"]["ops"][0]["value"] = "HR"
    refuses(cases, "body-changed", "The head pins the body by its hash.", swapped, "body-mismatch")
    erased_bodies(cases)
    unsalted = envelope()
    del unsalted["body"]["salt"]
    refuses(cases, "body-without-its-salt", "The salt belongs to what is hashed.", unsalted,
            "body-mismatch")


def erased_bodies(cases):
    was = digest("was")
    title, unit = ({"by": "x1", "path": f"/finding/f1/{field}", "was": was} for field in ("title", "unit"))
    kept = {"left": was, "path": "/finding/f1/title", "salt": SALT}
    for name, about, erased in (
        ("text", "`erased` is an array of objects.", "/finding/f1/title"), ("empty", "What was erased is never nothing.", []),
        ("unordered", "`erased` ascends by path.", [unit, title]), ("twice", "No path stands twice.", [title, title]),
        ("of-paths", "`erased` holds no bare paths.", ["/finding/f1/title"]),
        ("with-more", "Each entry has `by`, `path` and `was` alone.", [{**title, "at": 0}]),
        ("without-order", "Each entry has all three.", [{"path": "/finding/f1/title", "was": was}]),
        ("without-a-hash", "`was` is a hash.", [{**title, "was": was[:-1]}]),
        ("without-a-path", "The path of an entry is one.", [{**title, "path": "finding"}]),
    ):
        left = envelope()
        left["body"] = {"erased": erased, "ops": left["body"]["ops"]}
        refuses(cases, f"body-erased-{name}", about, left, "malformed-body")
    other = {**kept, "path": "/finding/f1/statement"}
    for name, about, rest in (
        ("text", "`kept` is an array of objects.", "/finding/f1/title"), ("empty", "An empty one is left out.", []),
        ("unordered", "`kept` ascends by path.", [kept, other]), ("twice", "No path stands twice.", [kept, kept]),
        ("with-more", "Each entry has `left`, `path` and `salt` alone.", [{**kept, "by": "x1"}]),
        ("without-a-salt", "Each entry has all three.", [{"left": was, "path": kept["path"]}]),
        ("without-a-hash", "`left` is a hash.", [{**kept, "left": was[:-1]}]),
        ("of-what-was-erased", "What was erased is not there any more.", [{**kept, "path": unit["path"]}]),
    ):
        left = envelope()
        left["body"] = {"erased": [unit], "kept": rest, "ops": left["body"]["ops"]}
        refuses(cases, f"body-kept-{name}", about, left, "malformed-body")
    refuses(cases, "body-kept-alone", "Only where something was erased something else was kept.",
            with_body({"kept": [kept], "ops": []}), "malformed-body")
    refuses(cases, "body-erased-and-pinned", "A body that says what was erased is not the one that was signed.",
            with_body({"erased": [title, unit], "ops": []}), "malformed-body")
    left = envelope()
    left["body"] = {"erased": [unit], "ops": left["body"]["ops"]}
    refuses(cases, "body-erased-alone", "What an erasure has left is not taken without the order in the log.", left,
            "body-mismatch")


def operations(cases):
    unit = {"op": "add", "path": "/finding/f1/unit", "value": "IT"}
    splice = {"at": 0, "delete": 0, "insert": "x", "op": "splice", "path": "/finding/f1/statement"}
    removal = {"op": "remove", "path": "/finding/f1/unit"}
    one = f"1@{ADA.text}"
    for name, about, ops in (
        ("not-an-object", "An operation is an object.", ["add"]),
        ("unknown-op", "There are three operations.", [{**unit, "op": "replace"}]),
        ("test", "JSON Patch's own test is none of them.", [{**unit, "op": "test"}]),
        ("without-path", "Every operation has a path.", [{"op": "remove"}]),
        ("without-value", "`add` has a value.", [{"op": "add", "path": "/finding/f1/unit"}]),
        ("remove-with-value", "`remove` has none.", [{**removal, "value": 1}]),
        ("unknown-member", "No other members.", [{**unit, "colour": "red"}]),
        ("record-value-is-text", "A record is added with an object of fields.",
         [{"op": "add", "path": "/finding/f1", "value": "x"}]),
        ("splice-of-a-record", "A splice edits a field.", [{**splice, "path": "/finding/f1"}]),
        ("splice-of-a-member", "A splice edits a field.", [{**splice, "path": "/finding/f1/statement/x"}]),
        ("splice-negative-at", "Positions count from 0.", [{**splice, "at": -1}]),
        ("splice-negative-delete", "Nothing less than nothing is deleted.", [{**splice, "delete": -1}]),
        ("splice-without-insert", "All three numbers and texts stand in a splice.",
         [{key: value for key, value in splice.items() if key != "insert"}]),
        ("splice-insert-is-null", "What is inserted is a string.", [{**splice, "insert": None}]),
        ("over-empty", "An empty list is left out.", [{**unit, "over": []}]),
        ("over-twice", "No reference stands twice.", [{**unit, "over": [one, one]}]),
        ("over-unordered", "References ascend by the author's bytes, then by number.",
         [{**unit, "over": [f"1@{BEN.text}", one]}]),
        ("over-numbers-unordered", "References ascend by number, not by text.",
         [{**unit, "over": [f"10@{ADA.text}", f"9@{ADA.text}"]}]),
        ("over-number-zero", "Numbers begin with 1.", [{**unit, "over": [f"0@{ADA.text}"]}]),
        ("over-number-beyond", "Numbers end with 2^31-1.", [{**unit, "over": [f"2147483648@{ADA.text}"]}]),
        ("over-by-identity", "A reference is number and author.", [{**unit, "over": [digest("x")]}]),
        ("over-too-many", "`over` names at most 1,024 writes.",
         [{**unit, "over": [f"{index}@{ADA.text}" for index in range(1, 1026)]}]),
        ("reason-is-number", "A reason is a string.", [{**unit, "reason": 1}]),
        ("cell-twice", "A diff writes a cell once.", [unit, {**unit, "value": "HR"}]),
        ("add-and-remove", "A diff writes a cell once.", [unit, removal]),
        ("record-and-its-field", "The first fields of a record are writes of their cells.",
         [{"op": "add", "path": "/finding/f1", "value": {"unit": "IT"}}, unit]),
        ("first-field-and-splice", "The first fields of a record are writes of their cells.",
         [{"op": "add", "path": "/finding/f1", "value": {"statement": "x"}}, splice]),
        ("first-member-and-member", "So are the members of its sets.",
         [{"op": "add", "path": "/finding/f1", "value": {"evidence": {"e1": True}}},
          {"op": "remove", "path": "/finding/f1/evidence/e1"}]),
        ("first-field-without-name", "No field has an empty name.",
         [{"op": "add", "path": "/finding/f1", "value": {"": "x"}}]),
        ("first-member-without-name", "Nor has a member.",
         [{"op": "add", "path": "/finding/f1", "value": {"evidence": {"": True}}}]),
        ("first-field-with-space", "The name of a first field is of visible ASCII.",
         [{"op": "add", "path": "/finding/f1", "value": {"my unit": "x"}}]),
        ("first-field-with-control", "The name of a first field is of visible ASCII.",
         [{"op": "add", "path": "/finding/f1", "value": {"unit\u007f": "x"}}]),
        ("first-field-too-long", "The name of a first field is of at most 256 bytes.",
         [{"op": "add", "path": "/finding/f1", "value": {"u" * 257: "x"}}]),
        ("first-member-too-long", "The path of a member of a first field is of at most 1,024 bytes.",
         [{"op": "add", "path": "/finding/f1", "value": {"evidence": {"e" * 1004: True}}}]),
        ("first-member-escaped-too-long", "Escapes count.",
         [{"op": "add", "path": "/finding/f1", "value": {"evidence": {"~" * 502: True}}}]),
        ("splice-and-remove", "A text is spliced or removed, not both.",
         [splice, {"op": "remove", "path": "/finding/f1/statement"}]),
    ):
        refuses(cases, f"operation-{name}", about, envelope(ops), "malformed-operation")


def paths(cases):
    for name, path in (
        ("empty", ""), ("kind-alone", "/finding"), ("without-slash", "finding/f1"),
        ("empty-token", "/finding//unit"), ("ends-with-slash", "/finding/f1/"),
        ("five-tokens", "/finding/f1/evidence/e1/x"), ("bad-escape", "/finding/f1/a~2"),
        ("open-escape", "/finding/f1/a~"), ("too-long", "/finding/" + "f" * 1016),
    ):
        refuses(cases, f"path-{name}", "A path is a JSON Pointer of two to four tokens, none empty, of "
                "at most 1,024 bytes.", envelope([{"op": "remove", "path": path}]),
                "malformed-operation")
    for name, path in (
        ("kind-too-long", "/" + "k" * 257 + "/f1"), ("record-too-long", "/finding/" + "f" * 257),
        ("field-too-long", "/finding/f1/" + "u" * 257),
    ):
        refuses(cases, f"path-{name}", "Kind, record and field are of at most 256 bytes.",
                envelope([{"op": "remove", "path": path}]), "malformed-operation")
    for what, path in (("kind", "/{}/f1/unit"), ("record", "/finding/{}/unit"), ("field", "/finding/f1/{}")):
        for name, token in (
            ("not-ascii", "caf\u00e9"), ("not-ascii-in-two", "cafe\u0301"), ("kelvin-sign", "\u212a"),
            ("with-space", "a b"), ("with-control", "a\u0001"), ("with-delete", "a\u007f"),
        ):
            refuses(cases, f"path-{what}-{name}", "Kind, record and field are of visible ASCII, U+0021 to "
                    "U+007E.", envelope([{"op": "remove", "path": path.format(token)}]),
                    "malformed-operation")


def precedence(cases):
    value = envelope([{"op": "test", "path": "x"}])
    value["head"]["v"] = 2
    refuses(cases, "precedence-version-before-operation", "The head is judged before the body.",
            value, "unknown-version")
    value = envelope([{"op": "test", "path": "x"}])
    value["head"]["body"] = digest("another body")
    refuses(cases, "precedence-operation-before-hash", "Operations are judged before the body's hash.",
            value, "malformed-operation")
    value = changed("envelope", sig="x")
    value["head"] = {"v": 2}
    refuses(cases, "precedence-envelope-before-head", "The envelope is judged before the head.",
            value, "malformed-envelope")
    refuses(cases, "precedence-version-before-head", "The version is judged before the rest of the head.",
            changed("head", v=9, seq=0), "unknown-version")
