"""The last requests to several processes, as texts in their database."""

from __future__ import annotations

from ccaas_kit.sandbox.storage.database import Database

# Old requests are dropped after so many new ones.
_DROPPED_AT_ONCE = 64


class Requests:
    """The requests that are kept; a reset of the records does not change them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, request: str, *, capacity: int) -> None:
        """Keep a request as text, and of the last ones about as many as the capacity."""
        row = self._db.execute(
            "INSERT INTO sandbox_request (entry) VALUES (?) RETURNING seq", (request,)
        ).fetchone()
        if row[0] % _DROPPED_AT_ONCE == 0:
            self._db.execute("DELETE FROM sandbox_request WHERE seq <= ?", (row[0] - capacity,))

    def all(self) -> list[str]:
        """The requests that are kept, oldest first."""
        return [
            str(row[0])
            for row in self._db.execute("SELECT entry FROM sandbox_request ORDER BY seq")
        ]

    def total(self) -> int:
        """How many requests came since the last forgetting, also those that are not kept."""
        row = self._db.execute("SELECT coalesce(max(seq), 0) FROM sandbox_request").fetchone()
        return int(row[0])

    def clear(self) -> None:
        """Drop all requests."""
        self._db.execute("DELETE FROM sandbox_request")
