"""Sys_ids that are computed, so that the same start always leads to the same ids."""

from __future__ import annotations

from hashlib import blake2b


def sys_id_of(*parts: object) -> str:
    """A sys_id that is always the same for the same parts."""
    text = "\x1f".join(map(str, parts))
    return blake2b(text.encode(), digest_size=16).hexdigest()
