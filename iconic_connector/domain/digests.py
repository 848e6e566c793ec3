"""Checksums of what was sent, to tell whether that is wanted still. Without Odoo."""

from __future__ import annotations

import hashlib

#: Of 64 digits: 128 bits are enough for what nobody forges, and logs keep millions.
DIGITS = 32


def digest_of(text: str) -> str:
    """Return a checksum of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
