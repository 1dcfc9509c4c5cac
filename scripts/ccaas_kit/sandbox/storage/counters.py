"""Numbers that are given once: of records, of calls, of what has happened, by all processes together."""

from __future__ import annotations

from ccaas_kit.sandbox.storage.database import Database

# How many numbers a process takes from the database at a time.
_BLOCK = 64


class Counters:
    """The counters of a database, and the blocks of their numbers that this process has taken."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.blocks: dict[str, range] = {}

    def next(self, counter: str, first: int = 1) -> int:
        """The next number of a counter; none is ever given twice, by any process."""
        row = self._db.execute(
            "INSERT INTO sandbox_counter (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (counter, first),
        ).fetchone()
        return int(row[0])

    def counted(self, counter: str) -> int:
        """The last number of a counter; 0 if it has given none."""
        row = self._db.execute(
            "SELECT value FROM sandbox_counter WHERE name = ?", (counter,)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def next_id(self, counter: str, first: int = 1) -> int:
        """Like `next`, but quicker: numbers are taken from the database by the block.

        A block that is not used up when the process ends is skipped by the next one.
        """
        left = self.blocks.get(counter)
        if left is None or not left:
            last = self._take_block(counter, first)
            left = self.blocks[counter] = range(last - _BLOCK + 1, last + 1)
        number = left.start
        self.blocks[counter] = range(number + 1, left.stop)
        return number

    def give_back(self) -> None:
        """Return what is left of the blocks, where nobody has taken a later one."""
        for counter, left in self.blocks.items():
            if left:
                self._db.execute(
                    "UPDATE sandbox_counter SET value = ? WHERE name = ? AND value = ?",
                    (left.start - 1, counter, left.stop - 1),
                )
        self.blocks.clear()

    def _take_block(self, counter: str, first: int) -> int:
        row = self._db.execute(
            "INSERT INTO sandbox_counter (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = value + ? RETURNING value",
            (counter, first + _BLOCK - 1, _BLOCK),
        ).fetchone()
        return int(row[0])

    def clear(self) -> None:
        """Begin all counters anew."""
        self._db.execute("DELETE FROM sandbox_counter")
        self.blocks.clear()

    def tally(self, name: str) -> None:
        """Count something; a reset of the records does not change the count."""
        self._db.execute(
            "INSERT INTO sandbox_tally (name, value) VALUES (?, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1",
            (name,),
        )

    def tallied(self, name: str) -> int:
        """How often it was counted, by all processes."""
        row = self._db.execute("SELECT value FROM sandbox_tally WHERE name = ?", (name,)).fetchone()
        return 0 if row is None else int(row[0])
