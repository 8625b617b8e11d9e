#!/usr/bin/env python3
"""Writes a manual page of docs/ as man reads it: `manual.py docs/server.md concord-server 8 DATE`.

It knows the Markdown that our manuals use: headings, paragraphs, lists, definition lists, tables and blocks of code.
"""

import re
import sys


def inline(text):
    """A piece of text with bold and code as roff has them."""
    text = text.replace("\\", "\\e").replace("\\e|", "|")
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r"\1 (\2)", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"\\fB\1\\fR", text)
    text = re.sub(r"`([^`]+)`", r"\\fB\1\\fR", text)
    text = text.replace("-", "\\-")
    # A line that begins with one of these would be a request.
    return "\\&" + text if text.startswith((".", "'")) else text


def table_row(line):
    """The cells of a row; a bar behind a backslash belongs to its cell."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def blocks(lines):
    """The page block by block: (kind, lines)."""
    block, kind = [], None
    is_code = False
    for line in lines + [""]:
        if line.startswith("```"):
            if is_code:
                yield "code", block
            elif block:
                yield kind, block
            is_code, block, kind = not is_code, [], None
            continue
        if is_code:
            block.append(line)
            continue
        new = (
            "heading" if line.startswith("#")
            else "table" if line.startswith("|")
            else "indented" if line.startswith("    ") and kind in (None, "indented")
            else "item" if re.match(r"[-*] |\d+\. ", line)
            else "definition" if line.startswith(":   ")
            else None if not line.strip()
            else kind if kind in ("text", "item", "definition") else "text"
        )
        if block and (new != kind or new in ("heading", "item") or new is None):
            if new == "definition" and kind == "text":
                yield "term", block
            else:
                yield kind, block
            block = []
        kind = new
        if new:
            block.append(line)


def page(text, name, section, date):
    """The page in roff."""
    out = [f'.TH "{name.upper()}" "{section}" "{date}" "Concord" "Concord"', ".nh", ".ad l"]
    lines = text.splitlines()
    if lines and lines[0].startswith("# "):
        lines = lines[1:]
    # `whatis` wants a hyphen between the name and what it is.
    lines = [re.sub(rf"^{re.escape(name)}: ", f"{name} - ", line) for line in lines]
    if not any(line == "## NAME" for line in lines):
        first = next(line for line in lines if line.strip())
        out += [".SH NAME", f"{name} \\- {inline(first.split(':')[0].rstrip('.'))}", ".SH DESCRIPTION"]
    for kind, block in blocks(lines):
        if kind == "heading":
            level, title = block[0].split(" ", 1)
            out.append((".SH " if len(level) == 2 else ".SS ") + inline(title))
        elif kind in ("code", "indented"):
            out += [".PP", ".RS 4", ".nf"]
            for line in block:
                line = line[4:] if kind == "indented" else line
                line = line.replace("\\", "\\e").replace("-", "\\-")
                out.append("\\&" + line if line.startswith((".", "'")) else line)
            out += [".fi", ".RE"]
        elif kind == "table":
            head, *rows = [table_row(line) for line in block]
            for cells in rows[1:]:
                out += [".TP", inline(", ".join(cell for cell in cells[:-1] if cell))]
                out.append(inline(cells[-1]) or "\\&")
        elif kind == "item":
            text = re.sub(r"^([-*]|\d+\.) ", "", " ".join(line.strip() for line in block))
            out += [".IP \\(bu 2", inline(text)]
        elif kind == "term":
            out += [".TP", inline(" ".join(block))]
        elif kind == "definition":
            out.append(inline(" ".join(line.strip() for line in block)[1:].strip()))
        elif kind == "text":
            out += [".PP", inline(" ".join(line.strip() for line in block))]
    return "\n".join(out) + "\n"


def main():
    source, name, section, date = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        sys.stdout.write(page(file.read(), name, section, date))


if __name__ == "__main__":
    main()
