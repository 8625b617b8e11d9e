"""Canonical JSON: what is taken, its one form, and every refusal with its place."""

import base64

PAIR = "\\ud83d\\ude00"


def add_cases(cases):
    forms(cases)
    bytes_and_ends(cases)
    grammar(cases)
    values(cases)
    limits(cases)
    not_canonical(cases)
    precedence(cases)


def takes(cases, name, about, text, canonical, limits="document", form="any"):
    cases.add(
        "canonical", name, about, input=[text], limits=limits, form=form, canonical=canonical
    )


def refuses(cases, name, about, parts, code, offset, limits="document", form="any"):
    parts = parts if isinstance(parts, list) else [parts]
    parts = [
        {"base64": base64.b64encode(part).decode()} if isinstance(part, bytes) else part
        for part in parts
    ]
    cases.add(
        "canonical", name, about, input=parts, limits=limits, form=form,
        refused={"code": code, "offset": offset},
    )


def forms(cases):
    takes(cases, "white-space-goes", "White space between tokens is dropped.",
          ' {\t"b" : [ 1 , 2 ] ,\r\n "a" : null } ', '{"a":null,"b":[1,2]}')
    takes(cases, "keys-in-utf16-order",
          "Keys stand in the order of their UTF-16 code units, not of their scalars.",
          '{"\U0001f600":1,"\ufb33":2,"\u20ac":3,"1":4,"\u00f6":5,"\u0080":6,"\\r":7}',
          '{"\\r":7,"1":4,"\u0080":6,"\u00f6":5,"\u20ac":3,"\U0001f600":1,"\ufb33":2}')
    takes(cases, "shorter-key-first", "A key that begins another one stands before it.",
          '{"ab":1,"a":2,"":3}', '{"":3,"a":2,"ab":1}')
    takes(cases, "nested-objects-are-sorted", "Every object is sorted, arrays never.",
          '[{"b":{"d":1,"c":2},"a":[3,1,2]}]', '[{"a":[3,1,2],"b":{"c":2,"d":1}}]')
    takes(cases, "escapes-are-resolved", "What needs no escape has none.",
          '"\\u0041\\/\\u00e9' + PAIR + '\\u2028"', '"A/\u00e9\U0001f600\u2028"')
    takes(cases, "short-escapes-stay", "Controls with a short escape use it.",
          '"\\u0008\\u0009\\u000a\\u000C\\u000d\\u0022\\u005C"', '"\\b\\t\\n\\f\\r\\"\\\\"')
    takes(cases, "other-controls-in-small-hex", "Other controls are \\u00 and two small digits.",
          '"\\u001F\\u0000\\u000B"', '"\\u001f\\u0000\\u000b"')
    takes(cases, "delete-is-no-control", "U+007F stands as it is.", '"\\u007f"', '"\u007f"')
    takes(cases, "no-normalization", "Two spellings of one letter are two keys.",
          '{"e\u0301":1,"\u00e9":2}', '{"e\u0301":1,"\u00e9":2}')
    takes(cases, "greatest-integers", "Integers reach to 2^53-1 on both sides.",
          "[9007199254740991,-9007199254740991,0]", "[9007199254740991,-9007199254740991,0]")
    takes(cases, "scalar-alone", "A text may be a single literal.", " true ", "true")
    takes(cases, "empty-containers", "Empty arrays and objects have no white space within.",
          "[ { } , [ ] , \"\" ]", '[{},[],""]')
    takes(cases, "strict-reader-takes-canonical", "A reader of diffs takes the canonical form.",
          '{"a":[1,"\u00e9"],"b":{}}', '{"a":[1,"\u00e9"],"b":{}}', "diff", "canonical")
    takes(cases, "depth-at-the-limit", "Sixteen containers in one another are taken in a diff.",
          "[" * 16 + "]" * 16, "[" * 16 + "]" * 16, "diff", "canonical")


def bytes_and_ends(cases):
    for name, raw, offset in (
        ("lone-continuation-byte", b'"\x80"', 1),
        ("overlong-two-bytes", b'"\xc0\x80"', 1),
        ("overlong-three-bytes", b'"\xe0\x9f\xbf"', 1),
        ("overlong-four-bytes", b'"\xf0\x8f\xbf\xbf"', 1),
        ("surrogate-in-utf8", b'"\xed\xa0\x80"', 1),
        ("beyond-unicode", b'"\xf4\x90\x80\x80"', 1),
        ("byte-that-never-stands", b'"ab\xff"', 3),
        ("sequence-cut-off", b'["\xe2\x82"]', 2),
        ("bad-bytes-behind-an-error", b'{,\xff}', 2),
    ):
        refuses(cases, f"not-utf8-{name}", "The whole text has to be UTF-8; the offset is that of "
                "the sequence's first byte.", raw, "not-utf8", offset)
    for name, text, offset in (
        ("nothing", "", 0), ("only-space", "  ", 2), ("open-array", "[1,", 3),
        ("open-object", '{"a"', 4), ("open-string", '"ab', 3), ("open-escape", '"a\\', 3),
        ("open-unicode-escape", '"\\u00', 5), ("half-pair", '"\\ud800', 7), ("literal", "tru", 3),
        ("sign", "-", 1),
    ):
        refuses(cases, f"truncated-{name}", "A text that ends within a value is refused at its end.",
                text, "truncated", offset)


def grammar(cases):
    for name, text, offset in (
        ("two-values", "1 2", 2), ("bracket-too-many", "[1]]", 3), ("wrong-bracket", "[1}", 2),
        ("comma-first", "[,1]", 1), ("comma-last", "[1,]", 3), ("comma-last-in-object", '{"a":1,}', 7),
        ("no-colon", '{"a" 1}', 5), ("key-is-no-string", "{1:2}", 1), ("no-comma", "[1 2]", 3),
        ("capital-literal", "True", 0), ("not-a-number", "NaN", 0), ("plus-sign", "+1", 0),
        ("leading-zero", "01", 1), ("negative-leading-zero", "-01", 2), ("bare-fraction", ".5", 0),
        ("unknown-escape", '"\\x"', 2), ("bad-hex-digit", '"\\u00g0"', 5),
        ("raw-line-feed", '"a\nb"', 2), ("single-quotes", "'a'", 0), ("byte-order-mark", "\ufeff1", 0),
        ("no-break-space", "1\u00a0", 1), ("comment", "[1]//", 3),
    ):
        refuses(cases, f"unexpected-{name}", "A byte that cannot stand here is refused at its place.",
                text, "unexpected", offset)


def values(cases):
    for name, text, offset in (
        ("fraction", "[1.5]", 1), ("whole-fraction", "[1.0]", 1), ("exponent", "1e2", 0),
        ("negative-zero", "[ -0 ]", 2), ("huge-exponent", "99999999999999999999E9", 0),
    ):
        refuses(cases, f"float-{name}", "Numbers are whole; decimals travel as strings.",
                text, "float", offset)
    for name, text, offset in (
        ("above", "9007199254740992", 0), ("below", "[-9007199254740992]", 1),
        ("wraps-64-bits", "18446744073709551617", 0),
    ):
        refuses(cases, f"integer-range-{name}", "Integers lie within 2^53-1 of zero.",
                text, "integer-range", offset)
    for name, text, offset in (
        ("high-alone", '"\\ud800"', 1), ("low-alone", '"a\\uDC00"', 2),
        ("high-and-letter", '"\\ud800\\u0041"', 1), ("high-twice", '"\\ud800\\ud800\\udc00"', 1),
    ):
        refuses(cases, f"lone-surrogate-{name}", "Half of a surrogate pair is no scalar; the offset is "
                "that of its backslash.", text, "lone-surrogate", offset)
    for name, text, offset in (
        ("next-to-it", '{"a":1,"a":2}', 7), ("apart", '{"b":1,"a":2,"b":3}', 13),
        ("in-other-spelling", '{"a":1,"\\u0061":2}', 7),
        ("behind-a-nested-one", '{"b":{"b":1,"a":2},"a":3,"b":1.5}', 25),
    ):
        refuses(cases, f"duplicate-key-{name}", "A key stands once; the offset is that of the second.",
                text, "duplicate-key", offset)


def limits(cases):
    many = 1 << 20
    refuses(cases, "too-large", "An envelope has at most 1 MiB; the offset is the limit.",
            ['"', {"repeat": "a", "times": many}, '"'], "too-large", many, "diff", "canonical")
    refuses(cases, "too-large-comes-first", "The length is judged before anything else.",
            [{"repeat": "\u0000", "times": many + 1}], "too-large", many, "diff", "canonical")
    refuses(cases, "too-deep-arrays", "The seventeenth container in one another is refused at once.",
            [{"repeat": "[", "times": 500}], "too-deep", 16, "diff", "canonical")
    refuses(cases, "too-deep-mixed", "Objects and arrays count alike.",
            [{"repeat": '{"a":[', "times": 9}], "too-deep", 48, "diff", "canonical")
    refuses(cases, "string-too-long", "A string has at most 256 KiB of UTF-8.",
            ['["', {"repeat": "\u00e9", "times": (1 << 17) + 1}, '"]'], "string-too-long", 1, "diff",
            "canonical")
    refuses(cases, "key-too-long", "A key is a string like any other.",
            ['{"', {"repeat": "k", "times": (1 << 18) + 1}, '":1}'], "string-too-long", 1, "diff",
            "canonical")
    refuses(cases, "key-not-ascii", "Keys in diffs are ASCII.", '{"a":1,"\u00e9":2}', "key-not-ascii", 7,
            "diff", "canonical")


def not_canonical(cases):
    for name, text, offset in (
        ("space-before", " 1", 0), ("line-feed-behind", "1\n", 1), ("space-within", "[1, 2]", 3),
        ("order-of-keys", '{"b":1,"a":2}', 7), ("escaped-slash", '"a\\/"', 2),
        ("escaped-letter", '"\\u0041"', 1), ("long-form-of-a-short-escape", '"\\u000a"', 1),
        ("capital-hex", '"\\u001F"', 1), ("escaped-pair", f'"{PAIR}"', 1),
        ("escaped-quote-as-number", '"\\u0022"', 1),
    ):
        refuses(cases, f"not-canonical-{name}", "What is valid but has another form is refused where "
                "only the canonical form is taken.", text, "not-canonical", offset, "diff", "canonical")


def precedence(cases):
    refuses(cases, "left-before-right", "What is met first from the left is reported.",
            "[1.5,9007199254740992,]", "float", 1)
    refuses(cases, "duplicate-before-order", "A double is a double even where the order is wrong.",
            '{"b":1,"a":2,"b":3}', "not-canonical", 7, "diff", "canonical")
    refuses(cases, "double-key-in-order", "A double next to its first is called a double, not an order.",
            '{"a":1,"a":2}', "duplicate-key", 7, "diff", "canonical")
    refuses(cases, "long-key-before-its-order", "A key is judged as a token before its place.",
            ['{"b":1,"a', {"repeat": "a", "times": 1 << 18}, '":2}'], "string-too-long", 7, "diff",
            "canonical")
