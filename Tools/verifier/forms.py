"""Canonical JSON, base64url and paths: what hashes and signatures are made over (Protocol/canonical-json.md)."""

import base64
import hashlib
import json
import re

GREATEST = 2**53 - 1
DEPTH, STRING_BYTES = 16, 256 << 10

# A path: kind, record and field of visible ASCII, then perhaps a member of any text (Protocol/diff.md, "Paths").
PATH = re.compile(r"(?:/(?:[!-.0-}]|~[01])+){2,3}(?:/(?:[^~/]|~[01])+)?", re.DOTALL)


class Refused(Exception):
    """A line that is not what it says."""


def canonical(value):
    """The text of RFC 8785 for a value without floats."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def parse(text):
    """The value of a text, refusing what diffs may not hold."""

    def once(pairs):
        if len({key for key, _ in pairs}) < len(pairs):
            raise Refused("a key stands twice")
        if any(not key.isascii() for key, _ in pairs):
            raise Refused("a key is not ASCII")
        return dict(pairs)

    def refuse_float(number):
        raise Refused(f"{number} is no integer")

    def integer(digits):
        if abs(int(digits)) > GREATEST or digits == "-0":
            raise Refused(f"{digits} is no integer within 2^53-1 of zero")
        return int(digits)

    try:
        return json.loads(text, object_pairs_hook=once, parse_float=refuse_float,
                          parse_int=integer, parse_constant=refuse_float)
    except (ValueError, RecursionError) as error:
        raise Refused(f"no JSON: {error}") from None


def canonical_value(line):
    """The JSON value of a line in canonical form: its parts are exactly the bytes that were signed."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("not UTF-8") from None
    value = parse(text)
    if canonical(value) != text:
        raise Refused("not in canonical form")
    return value


def check_limits(value, depth=0):
    if isinstance(value, (dict, list)):
        if depth == DEPTH:
            raise Refused(f"more than {DEPTH} containers in one another")
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            check_limits(part, depth + 1)
    elif isinstance(value, str) and len(value.encode()) > STRING_BYTES:
        raise Refused(f"a string of more than {STRING_BYTES} bytes")


def decoded(text, length, what):
    """The bytes of base64url in its one spelling."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise Refused(f"{what} is not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Refused(f"{what} is not base64url") from None
    if len(data) != length or encoded(data) != text:
        raise Refused(f"{what} is not {length} bytes in base64url")
    return data


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def hashed(value):
    return encoded(hashlib.sha256(canonical(value).encode()).digest())


def escaped(token):
    return token.replace("~", "~0").replace("/", "~1")


def check_path(path):
    """Refuses what is not a path: two to four tokens, of which all but a member are of visible ASCII."""
    if not isinstance(path, str) or not PATH.fullmatch(path) or len(path.encode()) > 1024:
        raise Refused(f"{path!r} is not a path of a cell")
    if any(len(unescaped(name)) > 256 for name in path.split("/")[1:4]):
        raise Refused(f"{path!r} has too long a name")


def unescaped(path):
    return [token.replace("~1", "/").replace("~0", "~") for token in path.split("/")[1:]]
