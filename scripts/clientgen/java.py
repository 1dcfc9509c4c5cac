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
from clientgen import packaging

# What Redocly makes of the title of the contract.
PACKAGE = "servicenowccaas"
# Where Maven looks for the class.
SOURCE = "src/main/java"
# Coordinates for those who give none.
COORDINATES = "com.example:servicenow-ccaas:0.1.0"
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
_ERROR = '            super("Request failed with status " + status + " for " + url);\n'
_ERROR_WITH_MESSAGE = """\
            super("Request failed with status " + status + " for " + url + said(body));
"""
_HELPER = """\
    /** What the instance said of a failure, behind a colon; empty if it said nothing. */
    private static String said(Object body) {
        List<String> texts = new ArrayList<>();
        if (body instanceof Map<?, ?>) {
            collect(body, texts);
        }
        return texts.isEmpty() ? "" : ": " + String.join("; ", texts);
    }

    private static void collect(Object node, List<String> texts) {
        if (node instanceof String text && !text.isEmpty()) {
            texts.add(text);
        } else if (node instanceof List<?> parts) {
            parts.forEach(part -> collect(part, texts));
        } else if (node instanceof Map<?, ?> fields) {
            for (String name : List.of("message", "detail", "errors", "error", "result")) {
                collect(fields.get(name), texts);
            }
        }
    }

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


def write(source: Path, out: Path, name: str = COORDINATES) -> None:
    """Write the class, and the package with its coordinates, into a folder as Maven wants it.

    Raises:
        ConfigError: the coordinates are none.
        ToolError: the generator failed, or writes records in another form than the pinned one.
    """
    values = packaging.coordinates(name)
    folder = out / SOURCE / PACKAGE
    folder.mkdir(parents=True, exist_ok=True)
    to = folder / "Client.ts"
    run_node_tool("redocly", ["generate-client", source, "--generator", "java", "-o", to])
    target = folder / "Client.java"
    text = widened(target.read_text(encoding="utf-8"))
    if text.count(_ERROR) != 1:
        raise ToolError("the Java client has another form than that of the pinned generator")
    target.write_text(text.replace(_ERROR, _ERROR_WITH_MESSAGE), encoding="utf-8")
    packaging.publishable("java", out, {**values, "RELEASE": VERSION})


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
