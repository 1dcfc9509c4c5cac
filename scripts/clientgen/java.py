"""The Java client: Redocly's, with records that keep what they do not know.

Redocly writes one file for Java 17 that needs no library. Its records drop a member that they do not
know, such as a column that an instance added, and a null of a field that may be left out. So each gets
a last component, `extra`, that holds those.
"""

from __future__ import annotations

import re
from pathlib import Path

from build.tools import run_node_tool
from ccaas_kit.contract.errors import ToolError

# What Redocly makes of the title of the contract.
PACKAGE = "servicenowccaas"
# The oldest Java that the client is compiled with.
VERSION = "17"
_RUNTIME = "// ─── Embedded runtime"
_RECORD = re.compile(
    r"    public record (?P<name>\w+)\(\n(?P<components>(?:        .+\n)+)    \) implements JsonValue \{\n"
    r"(?P<head>        public static (?P=name) fromJson\(Object json\) \{\n(?:            .*\n)+?)"
    r"            return new (?P=name)\(\n(?P<values>(?:                .+\n)+)            \);\n"
    r"(?P<middle>        \}\n\n        @Override\n        public Map<String, Object> toJson\(\) \{\n"
    r"(?:            .*\n)+?)            return data;\n        \}\n"
)
_HELPER = """\
    /** The members of an object that a record with these fields would not write back. */
    private static Map<String, Object> unknown(Map<String, Object> data, String... known) {
        Map<String, Object> extra = new LinkedHashMap<>(data);
        for (String name : known) {
            if (extra.get(name) != null) {
                extra.remove(name);
            }
        }
        return extra;
    }

    """


def write(source: Path, out: Path) -> None:
    """Write the class into a folder, below the folder of its package.

    Raises:
        ToolError: the generator failed, or writes records in another form than the pinned one.
    """
    folder = out / PACKAGE
    folder.mkdir(parents=True, exist_ok=True)
    to = folder / "Client.ts"
    run_node_tool("redocly", ["generate-client", source, "--generator", "java", "-o", to])
    target = folder / "Client.java"
    target.write_text(widened(target.read_text(encoding="utf-8")), encoding="utf-8")


def widened(text: str) -> str:
    """The file with an `extra` in each record of the contract.

    Raises:
        ToolError: a record of the contract has another form than the known one.
    """
    records, runtime, rest = text.partition(_RUNTIME)
    wide, count = _RECORD.subn(_widen, records)
    named = f"\npackage {PACKAGE};\n" in records
    if not runtime or not named or count == 0 or count != records.count("implements JsonValue {"):
        raise ToolError("the Java client has another form than that of the pinned generator")
    return wide + _HELPER.lstrip() + runtime + rest


def _widen(found: re.Match[str]) -> str:
    name, components, values = found["name"], found["components"], found["values"]
    wires = ", ".join(re.findall(r'data\.get\(("\w+")\)', values))
    names = [line.split()[-1].rstrip(",") for line in components.splitlines()]
    inner = components.replace("\n        ", "\n            ").replace(
        "        ", "            ", 1
    )
    return (
        f"    public record {name}(\n{components[:-1]},\n        Map<String, Object> extra\n"
        f"    ) implements JsonValue {{\n"
        f"        /** The record without members of its own. */\n"
        f"        public {name}(\n{inner}        ) {{\n"
        f"            this({', '.join(names)}, Map.of());\n        }}\n\n"
        f"{found['head']}            return new {name}(\n{values[:-1]},\n"
        f"                unknown(data, {wires})\n            );\n{found['middle']}"
        f"            extra.forEach(data::putIfAbsent);\n            return data;\n        }}\n"
    )
