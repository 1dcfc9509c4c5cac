"""The Go client: Redocly's, with types that keep what they do not know.

Redocly writes one file that needs the standard library alone. Its structs drop a member that they do
not know, such as a column that an instance added, and a null of a field that may be left out. So each
gets an `Extra` that holds what the struct itself does not write back.
"""

from __future__ import annotations

import re
from pathlib import Path

from build.tools import run_node_tool
from ccaas_kit.contract.errors import ToolError
from clientgen import packaging

PACKAGE = "client"
# A path for those who give none.
MODULE = "example.com/servicenow-ccaas"
# The oldest Go that the client is compiled with.
VERSION = "1.19"
_ERROR = '\treturn fmt.Sprintf("request failed with status %d", e.Status)\n'
_ERROR_WITH_MESSAGE = """\
\ttext := fmt.Sprintf("request failed with status %d", e.Status)
\tif message := e.Message(); message != "" {
\t\ttext += ": " + message
\t}
\treturn text
"""
_RUNTIME = "// ─── Embedded runtime"
_STRUCT = re.compile(r"^type (\w+) struct \{\n((?:\t.+\n)*)\}\n", re.MULTILINE)
_HEAD = """\
// Written by `make clients`. Do not edit.
package client

import (
	"encoding/json"
	"strings"
)

// Message is what the instance said of the failure; empty if it said nothing.
func (e *APIError) Message() string {
	if fields, ok := e.Body.(map[string]any); ok {
		return strings.Join(texts(fields), "; ")
	}
	return ""
}

func texts(node any) []string {
	switch value := node.(type) {
	case string:
		if value != "" {
			return []string{value}
		}
	case []any:
		var found []string
		for _, part := range value {
			found = append(found, texts(part)...)
		}
		return found
	case map[string]any:
		var found []string
		for _, name := range []string{"message", "detail", "errors", "error", "result"} {
			found = append(found, texts(value[name])...)
		}
		return found
	}
	return nil
}

// keep reads a plain struct, and gives the members that it does not write back.
func keep(data []byte, plain any) (map[string]json.RawMessage, error) {
	if err := json.Unmarshal(data, plain); err != nil {
		return nil, err
	}
	var sent, known map[string]json.RawMessage
	written, err := json.Marshal(plain)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &sent); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(written, &known); err != nil {
		return nil, err
	}
	for name := range known {
		delete(sent, name)
	}
	if len(sent) == 0 {
		return nil, nil
	}
	return sent, nil
}

// join writes a plain struct with further members; one that the struct writes itself wins.
func join(plain any, extra map[string]json.RawMessage) ([]byte, error) {
	written, err := json.Marshal(plain)
	if err != nil || len(extra) == 0 {
		return written, err
	}
	all := map[string]json.RawMessage{}
	for name, value := range extra {
		all[name] = value
	}
	if err := json.Unmarshal(written, &all); err != nil {
		return nil, err
	}
	return json.Marshal(all)
}
"""
_METHODS = """
// UnmarshalJSON keeps what the struct does not know in Extra.
func (v *{name}) UnmarshalJSON(data []byte) error {{
	type plain {name}
	extra, err := keep(data, (*plain)(v))
	v.Extra = extra
	return err
}}

// MarshalJSON writes the struct and its Extra.
func (v {name}) MarshalJSON() ([]byte, error) {{
	type plain {name}
	return join(plain(v), v.Extra)
}}
"""


def write(source: Path, out: Path, name: str = MODULE) -> None:
    """Write the module, by its path, into a folder.

    Raises:
        ConfigError: the path is none that `go get` takes.
        ToolError: the generator failed, or writes structs in another form than the pinned one.
    """
    values = packaging.module(name)
    options = ["--generator", "go", "--go-package", PACKAGE]
    run_node_tool("redocly", ["generate-client", source, *options, "-o", out / "client.ts"])
    target = out / "client.go"
    text, names = widened(target.read_text(encoding="utf-8"))
    if text.count(_ERROR) != 1:
        raise ToolError("the Go client has another form than that of the pinned generator")
    target.write_text(text.replace(_ERROR, _ERROR_WITH_MESSAGE), encoding="utf-8")
    methods = "".join(_METHODS.format(name=name) for name in names)
    (out / "extra.go").write_text(_HEAD + methods, encoding="utf-8")
    (out / "go.mod").write_text(f"module {values['MODULE']}\n\ngo {VERSION}\n", encoding="utf-8")
    packaging.publishable("go", out, {**values, "RELEASE": VERSION})


def widened(text: str) -> tuple[str, list[str]]:
    """The file with an `Extra` in each struct of the contract, and the names of those.

    Raises:
        ToolError: a struct of the contract has another form than the known one.
    """
    types, runtime, rest = text.partition(_RUNTIME)
    names: list[str] = []

    def widen(found: re.Match[str]) -> str:
        names.append(found[1])
        note = "\t// Extra has the members that the fields above do not hold.\n"
        line = '\tExtra map[string]json.RawMessage `json:"-"`\n'
        return f"type {found[1]} struct {{\n{found[2]}\n{note}{line}}}\n"

    wide = _STRUCT.sub(widen, types)
    if not runtime or not names or len(names) != types.count(" struct {"):
        raise ToolError("the Go client has another form than that of the pinned generator")
    return wide + runtime + rest, names
