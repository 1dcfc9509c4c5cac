"""All tools that are tried, and those that are not."""

from __future__ import annotations

from compat.generators import GENERATORS
from compat.readers import READERS

TOOLS = (*GENERATORS, *READERS)
# Tools that people use and that nobody has tried here, with the reason.
NOT_TRIED = {
    "oapi-codegen": "needs the Go module proxy, which this machine does not reach",
    "NSwag, kiota": "need .NET, which is not in Debian",
    "Elements": "loads, but shows its groups of operations closed, and `viewing.py` cannot open them",
    "vacuum, oasdiff, inso": "download a binary when they are installed",
}
