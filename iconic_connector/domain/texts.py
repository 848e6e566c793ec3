"""Texts of products, to compare what was sent with what is listed. Without Odoo."""

from __future__ import annotations

from lxml import etree, html

#: How much of a difference is shown, and how much before it.
EXCERPT, BEFORE = 80, 20


def plain_text(text: str) -> str:
    """Return the words of an HTML text, since each shop writes HTML in its own way.

    :param text: HTML, or plain text
    """
    if "<" in text or "&" in text:
        try:
            root = html.fragment_fromstring(text, create_parent="div")
        except (etree.ParserError, ValueError):
            return " ".join(text.split())
        text = " ".join(root.itertext())
    return " ".join(text.split())


def excerpts(ours: str, theirs: str) -> tuple[str, str]:
    """Return two texts, shortened to where they begin to differ."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    first = next((place for place, (a, b) in pairs if a != b), None)
    start = min(len(ours), len(theirs)) if first is None else first
    start = max(start - BEFORE, 0)
    return _excerpt(ours, start), _excerpt(theirs, start)


def _excerpt(text: str, start: int) -> str:
    if len(text) <= EXCERPT:
        return text
    part = text[start : start + EXCERPT]
    before = "…" if start else ""
    return f"{before}{part}…" if start + EXCERPT < len(text) else f"{before}{part}"
