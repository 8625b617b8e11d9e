"""What a server signs of a file that it has."""

import base64
import hashlib

from .kit import Key, base64url, sha256

NAME = "concord/"


def add_cases(cases):
    key = Key("log")
    engagement = base64url(sha256("an engagement"))
    file = {"sha256": sha256("a file").hex(), "size": 6, "root": sha256(b"\0a file").hex()}
    since = "2026-03-02T10:00:00Z"

    def text(engagement=engagement, file=file, since=since, end="/file"):
        return f"{NAME}{engagement}{end}\n{file['sha256']}\n{file['size']}\n{file['root']}\n{since}\n"

    def note(text, signer=key, name=NAME + engagement, number=None):
        digest = hashlib.sha256(name.encode() + b"\n\x01" + signer.public).digest()[:4]
        signature = base64.b64encode((number or digest) + signer.sign(text)).decode()
        return f"{text}\n\u2014 {name} {signature}\n"

    def case(case, about, note, **more):
        cases.add("receipt", case, about, note=note, key=key.text, engagement=engagement, file=file, **more)

    whole = note(text())
    case("whole", "The server has had the file since then.", whole, since=since)
    witness = note(text(), Key("witness"), "a-witness").split("\n\n")[1]
    case("with-another-signature", "Who else signs says nothing.", whole + witness, since=since)
    other = {**file, "sha256": sha256("another file").hex()}
    bad = {
        "another-file": ("The receipt is of another file.", note(text(file=other))),
        "another-size": ("The size is not the promised one.", note(text(file={**file, "size": 7}))),
        "another-root": ("The root is not the promised one.", note(text(file={**file, "root": other["sha256"]}))),
        "another-engagement": (
            "The receipt is of another engagement.", note(text(engagement=base64url(sha256("another"))))),
        "another-key": ("Another key than that of the log has signed it.", note(text(), Key("other"))),
        "another-number": ("The number is not the key's.", note(text(), number=b"\0\0\0\1")),
        "another-time": ("The time was changed after it was signed.", whole.replace("10:00", "09:00")),
        "not-signed": ("Nobody has signed it.", whole.split("\n\n")[0] + "\n\n"),
        "checkpoint": (
            "A checkpoint is no receipt.",
            note(f"{NAME}{engagement}\n6\n{base64.b64encode(sha256('root')).decode()}\n")),
        "capital-digits": (
            "Digits have small letters.", note(text(file={**file, "sha256": file["sha256"].upper()}))),
        "size-with-zero": ("Numbers have no leading zeros.", note(text(file={**file, "size": "06"}))),
        "further-line": ("There are five lines.", note(text() + "more\n")),
        "no-time": ("The time is missing.", note(text(since=""))),
    }
    for name, (about, bytes_) in bad.items():
        case(name, about, bytes_)
