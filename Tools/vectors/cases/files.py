"""What people hand on: invitation codes and exported logs; and logs that do not begin as they have to."""

from .kit import Key, base64url, canonical, proof_message, sha256
from .story import Story, add


def add_cases(cases):
    codes(cases)
    devices(cases)
    exports(cases)
    logs(cases)
    ids(cases)


def code(payload, checksum=4, prefix="concord1:"):
    data = payload if isinstance(payload, bytes) else canonical(payload).encode()
    return prefix + base64url(data + sha256(data)[:checksum])


def codes(cases):
    whole = {
        "engagement": base64url(sha256("an engagement")), "invitation": "01900000-0000-7000-8000-000000000001",
        "secret": base64url(bytes(range(32))), "server": "https://sync.example.org"}

    def good(name, about, text, payload):
        cases.add("code", name, about, code=text, payload=payload)

    def bad(name, about, text):
        cases.add("code", name, about, code=text, refused=True)

    good("whole", "An invitation code with the server's address.", code(whole), whole)
    without = {key: value for key, value in whole.items() if key != "server"}
    good("without-server", "An engagement may have no server.", code(without), without)
    logged = {**whole, "log": base64url(sha256("a key"))}
    good("with-log", "A code that names the key with which the server signs the log.", code(logged), logged)
    bad("short-log", "The key of a log has 32 bytes.", code({**whole, "log": base64url(bytes(31))}))
    bad("number-as-log", "The key of a log is a string.", code({**whole, "log": 5}))
    spaced = code(whole)
    good("broken-into-lines", "White space does not matter.", f"  {spaced[:40]}\n{spaced[40:90]}\t {spaced[90:]}\n", whole)
    good("with-more", "What a later version says more is ignored.", code({**whole, "colour": 5}), whole)
    bad("checksum", "A code of which one character was mistyped.", code(whole)[:-2] + (
        "AA" if code(whole)[-2:] != "AA" else "BB"))
    bad("cut", "A code that was cut.", code(whole)[:-8])
    bad("short-checksum", "A checksum has four bytes.", code(whole, checksum=3))
    bad("another-prefix", "Another version of codes.", code(whole, prefix="concord2:"))
    bad("not-canonical", "A payload that is not canonical.", code(canonical(whole).replace(":", ": ", 1).encode()))
    bad("short-secret", "A secret of 31 bytes.", code({**whole, "secret": base64url(bytes(31))}))
    bad("number-as-server", "An address that is not a string.", code({**whole, "server": 5}))
    for key in ("engagement", "invitation", "secret"):
        bad(f"without-{key}", f"A code without {key}.", code({name: whole[name] for name in whole if name != key}))


def devices(cases):
    """What a new device and one of the same member say to each other."""
    story = Story(ada="lead")
    ada, new = story["ada"].key, Key("a new device")
    asked = {"author": new.text, "name": "Ada's phone"}
    proof = ada.sign(proof_message(story.genesis.id, new.text, member="ada"))
    answer = {
        "author": new.text, "by": ada.text, "engagement": story.genesis.id, "log": base64url(bytes(range(32))),
        "member": "ada", "proof": base64url(proof), "server": "https://sync.example.org"}
    kinds = {"request": ("concord-device1:", asked, ("author",)),
             "admission": ("concord-admission1:", answer, ("author", "by", "engagement", "member", "proof"))}
    for kind, (prefix, whole, needed) in kinds.items():
        def good(name, about, text, payload):
            cases.add("device", f"{kind}-{name}", about, code=text, kind=kind, payload=payload)

        def bad(name, about, text):
            cases.add("device", f"{kind}-{name}", about, code=text, kind=kind, refused=True)

        text = code(whole, prefix=prefix)
        good("whole", "A code with all its members.", text, whole)
        least = {key: whole[key] for key in needed}
        good("least", "The members that have to be there.", code(least, prefix=prefix), least)
        good("broken-into-lines", "White space does not matter.", f" {text[:30]}\n{text[30:]}\t", whole)
        good("with-more", "What a later version says more is ignored.", code({**whole, "colour": 5}, prefix=prefix), whole)
        bad("cut", "A code that was cut.", text[:-8])
        bad("checksum", "A code of which one character was mistyped.", text[:-2] + ("AA" if text[-2:] != "AA" else "BB"))
        bad("invitation", "The prefix of another code.", code(whole))
        bad("not-canonical", "A payload that is not canonical.",
            code(canonical(whole).replace(":", ": ", 1).encode(), prefix=prefix))
        for key in whole:
            bad(f"number-as-{key}", f"`{key}` is a string.", code({**whole, key: 5}, prefix=prefix))
        for key in needed:
            bad(f"without-{key}", f"A code without `{key}`.",
                code({name: whole[name] for name in whole if name != key}, prefix=prefix))
    prefix = kinds["admission"][0]
    for key, size in (("proof", 63), ("log", 31), ("by", 31)):
        cases.add("device", f"admission-short-{key}", f"`{key}` is a byte too short.",
                  code=code({**answer, key: base64url(bytes(size))}, prefix=prefix), kind="admission", refused=True)


def exports(cases):
    story = Story(ada="lead", ben="auditor")
    one = story["ben"].save(add("finding/f1", {"title": "Protokolle für é"}))
    two = story["ben"].save(add("finding/f1/unit", "IT"), pending=True)
    diffs = [story.genesis, one, two]

    def line(diff, position, **more):
        said = {"envelope": diff.envelope, **more}
        return canonical({**said, "position": position} if position is not None else said)

    lines = [line(story.genesis, 0), line(one, 1), line(two, None)]
    cases.add("export", "log", "What has a place in the log, then what has none.", file=["\n".join(lines) + "\n"],
              lines=[{"id": diff.id, "position": place} for diff, place in zip(diffs, (0, 1, None))])
    cases.add("export", "empty", "A file without lines.", file=[""], lines=[])
    for name, about, index, text in (
        ("without-line-feed", "A file that was cut at its end.", 2, "\n".join(lines)),
        ("with-spaces", "A line that is not canonical: its envelope need not be what was signed.", 1,
         f"{lines[0]}\n{lines[1].replace(':', ': ', 1)}\n"),
        ("with-more", "A line with another member.", 0, line(story.genesis, 0, colour=5) + "\n"),
        ("gap", "A position that does not follow.", 1, f"{lines[0]}\n{line(one, 2)}\n"),
        ("from-one", "Positions count from 0.", 0, f"{line(story.genesis, 1)}\n"),
        ("position-behind-none", "A position behind a line without one.", 2,
         f"{lines[0]}\n{line(one, None)}\n{line(two, 2)}\n"),
        ("position-is-text", "A position is an integer.", 0, line(story.genesis, "0") + "\n"),
        ("envelope-is-text", "An envelope is an object.", 0, canonical({"envelope": "x", "position": 0}) + "\n"),
        ("empty-line", "An empty line.", 1, f"{lines[0]}\n\n"),
    ):
        cases.add("export", name, about, file=[text], refused=index)


def logs(cases):
    def bad(name, about, log, number, reason):
        cases.add("log", name, about, log=[diff.envelope for diff in log], refused={"code": reason, "index": number})

    story = Story(ada="lead", ben="auditor")
    one = story["ben"].save(add("finding/f1"))
    two = story["ben"].save(add("finding/f1/unit", "IT"))
    bad("begins-in-the-middle", "The first entry founds the engagement: every other is of an engagement that is not "
        "known yet.", [one, story.genesis], 0, "wrong-engagement")
    bad("without-a-parent", "An entry comes after all its parents.", [story.genesis, two], 1, "missing-parent")
    bad("twice", "A log holds a diff once.", [story.genesis, one, one], 2, "duplicate")
    bad("second-genesis", "An engagement has one first diff.", [story.genesis, Story(cem="lead").genesis], 1,
        "wrong-engagement")


def derived_id(*parts):
    data = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    digest = bytearray(sha256(data)[:16])
    digest[6] = 0x80 | digest[6] & 0x0F
    digest[8] = 0x80 | digest[8] & 0x3F
    text = digest.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def ids(cases):
    def derived(name, about, kind, owner, key, **of):
        cases.add("id", name, about, kind=kind, of=of, id=derived_id(kind, owner, key))
        return cases.areas["id"][name]["id"]

    finding = "019cae2a-f600-7000-8000-000000000001"
    derived("criterion", "A criterion is told by finding, standard and clause: the owner, and what is named by it, with "
            "a space between.", "criterion", finding, "iso-9001-2008 4.2.3", finding=finding,
            standard="iso-9001-2008", clause="4.2.3")
    derived("conclusion", "A conclusion belongs to no record: its second part is empty.", "conclusion", "",
            "iso-9001-2008", standard="iso-9001-2008")
    derived("scope", "As a scope.", "scope", "", "iso-9001-2008", standard="iso-9001-2008")
    diff = base64url(sha256("a diff"))
    first = derived("admission", "The admission of a diff.", "admission", "", diff, diff=diff)
    derived("second-admission", "A second admission of it is told by the first.", "admission", "", first, diff=first)
