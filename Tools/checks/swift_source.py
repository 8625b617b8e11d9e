"""Just enough of Swift's lexical grammar to tell code from comments and strings.

Blanks out comments, string contents and regular expression literals and keeps every line where it
was, so that the checks can use plain patterns. What is interpolated into a string is code and stays.
"""

import re

_INTERESTING = re.compile(r'//|/\*|#*"""|#*"|#/|/')
_NESTED = re.compile(r'//|/\*|#*"""|#*"|#/|/|[()]')
_COMMENT_EDGE = re.compile(r"/\*|\*/")

# A slash that begins a regular expression stands where a value may begin, and no space follows it.
_BEFORE_REGEX = re.compile(r"(?:^|[(,=:\[!&|?{;]|\breturn|\bcase|\bin)\s*$")
_BARE_REGEX = re.compile(r"/(?![\s/*])(?:[^/\n\\\[]|\\.|\[(?:[^\]\n\\]|\\.)*\])+/")


def masked(text):
    """The text with everything that is not code replaced by spaces, line by line."""
    spans = []
    _code(text, 0, spans, nested=False)
    pieces, last = [], 0
    for start, end in spans:
        pieces.append(text[last:start])
        pieces.append(re.sub(r"[^\n]", " ", text[start:end]))
        last = end
    pieces.append(text[last:])
    return "".join(pieces)


def _code(text, at, spans, nested):
    """Walks code from `at`; inside an interpolation, up to the parenthesis that closes it."""
    depth = 0
    pattern = _NESTED if nested else _INTERESTING
    while True:
        found = pattern.search(text, at)
        if not found:
            return len(text)
        token, start = found.group(), found.start()
        if token == "(":
            depth, at = depth + 1, found.end()
        elif token == ")":
            at = found.end()
            if depth == 0:
                return at
            depth -= 1
        elif token.endswith('"'):
            at = _string(text, found, spans)
        else:
            at = _comment_or_regex(text, found, spans)
            if at == start:
                at = found.end()


def _comment_or_regex(text, found, spans):
    """Blanks a comment or regular expression; returns its end, or its start if it is neither."""
    token, start = found.group(), found.start()
    if token == "//":
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
    elif token == "/*":
        end = _block_comment(text, start)
    elif token == "#/":
        end = text.find("/#", start + 2)
        if end < 0:
            return start
        end += 2
    else:
        line_start = text.rfind("\n", 0, start) + 1
        literal = _BARE_REGEX.match(text, start)
        if not literal or not _BEFORE_REGEX.search(text, line_start, start):
            return start
        end = literal.end()
    spans.append((start, end))
    return end


def _block_comment(text, start):
    depth, at = 1, start + 2
    while depth:
        edge = _COMMENT_EDGE.search(text, at)
        if not edge:
            return len(text)
        depth += 1 if edge.group() == "/*" else -1
        at = edge.end()
    return at


def _string(text, opening, spans):
    """Blanks a string literal, leaving what is interpolated; returns where it ends."""
    hashes = opening.group().count("#")
    quotes = opening.group().lstrip("#")
    closing, escape = quotes + "#" * hashes, "\\" + "#" * hashes
    pattern = re.compile("|".join(map(re.escape, (escape, closing))) + ("" if len(quotes) == 3 else "|\n"))
    blank_from, at = opening.start(), opening.end()
    while True:
        found = pattern.search(text, at)
        if not found:
            spans.append((blank_from, len(text)))
            return len(text)
        if found.group() != escape:
            end = found.end() if found.group() == closing else found.start()
            spans.append((blank_from, end))
            return end
        if text[found.end():found.end() + 1] == "(":
            spans.append((blank_from, found.start()))
            at = blank_from = _code(text, found.end() + 1, spans, nested=True)
        else:
            at = found.end() + 1


_DECLARATION = re.compile(
    r"(?<![.\w`])(?:(?P<call>func\b[^({]*\(|init[?!]?\s*(?:<[^>(]*>\s*)?\(|subscript\s*(?:<[^>(]*>\s*)?\()"
    r"|(?P<bare>deinit\s*\{)|(?P<var>var\s+\w+\s*:[^={}\n]*\{))"
)
_NEXT_DECLARATION = re.compile(
    r"\n\s*(?:[@#}]|(?:public|package|internal|private|fileprivate|open|static|class|mutating"
    r"|nonmutating|func|var|let|init|case|associatedtype|typealias|subscript|deinit|struct|enum"
    r"|extension|protocol|actor|override|final|indirect|lazy|weak|nonisolated|return|if|for)\b)"
)


def functions(code):
    """Yields (start, end) of every function, initializer, subscript and accessor with a body.

    `code` is masked. Both ends are positions: of the keyword, and behind the closing brace.
    """
    for found in _DECLARATION.finditer(code):
        brace = found.end() - 1
        if found.group("call"):
            brace = _body(code, matching(code, found.end() - 1, "()"))
        if brace is not None:
            yield found.start(), matching(code, brace, "{}")


def _body(code, after_parameters):
    """Where the body's brace opens; None for a requirement of a protocol, which has no body."""
    brace = re.compile(r"[{}]").search(code, after_parameters)
    if not brace or brace.group() == "}":
        return None
    if _NEXT_DECLARATION.search(code, after_parameters, brace.start()):
        return None
    return brace.start()


def matching(code, opening, pair):
    """The position behind the bracket that closes the one at `opening`."""
    depth = 0
    for found in re.compile("[" + re.escape(pair) + "]").finditer(code, opening):
        depth += 1 if found.group() == pair[0] else -1
        if depth == 0:
            return found.end()
    return len(code)
