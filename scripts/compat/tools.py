"""The tools that are tried, as data: where each comes from, how it is called, how its result is compiled.

In a command `{spec}` is the document, `{out}` the folder of the result, `{npm}` and `{python}` are the
folders of the installed programs, `{files:PATTERN}` the files of the result that match.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_TSC = (
    *("{npm}/tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module"),
    *("esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom", "{files:**/*.ts}"),
)
_COMPILEALL = ("{python}/python", "-m", "compileall", "-q", "{out}")
# A Python client proves more: it reads what a sandbox answers.
_CALL = ("{python}/python", "{out}/call.py", "{sandbox}")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool by its package and version, the command, the commands that try its result, and its config."""

    name: str
    package: str
    version: str
    command: tuple[str, ...]
    tries: tuple[tuple[str, ...], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    # What the tool prints that tells more than success does: a line that begins so is shown.
    shows: str = ""


def _openapi_generator(
    language: str,
    tries: tuple[tuple[str, ...], ...] = (),
    options: tuple[str, ...] = (),
    files: Mapping[str, str] | None = None,
) -> Tool:
    return Tool(
        f"openapi-generator, {language}",
        "openapi-generator-cli",
        "7.26.0",
        (
            *("{python}/openapi-generator-cli", "generate", "-g", language),
            *("-i", "{spec}", "-o", "{out}", *options),
        ),
        tries,
        files or {},
    )


TOOLS = (
    Tool(
        "openapi-typescript",
        "npm:openapi-typescript",
        "7.13.0",
        ("{npm}/openapi-typescript", "{spec}", "--redocly", "/dev/null", "-o", "{out}/api.ts"),
        (_TSC,),
    ),
    Tool(
        "hey-api",
        "npm:@hey-api/openapi-ts",
        "0.99.0",
        ("{npm}/openapi-ts", "-i", "{spec}", "-o", "{out}", "-s"),
        (_TSC,),
    ),
    Tool(
        "orval",
        "npm:orval",
        "8.38.0",
        ("{npm}/orval", "--input", "{spec}", "--output", "{out}/api.ts"),
        (_TSC,),
    ),
    Tool(
        "kubb",
        "npm:@kubb/cli",
        "4.39.3",
        ("{npm}/kubb", "generate", "--config", "{out}/kubb.config.mjs"),
        (("{npm}/tsc", *_TSC[1:-1], "{files:gen/**/*.ts}"),),
        {
            "kubb.config.mjs": """\
import { defineConfig } from "@kubb/core";
import { pluginOas } from "@kubb/plugin-oas";
import { pluginTs } from "@kubb/plugin-ts";
import { pluginClient } from "@kubb/plugin-client";
export default defineConfig({
  root: "{out}",
  input: { path: "{spec}" },
  output: { path: "./gen", extension: { ".ts": "" } },
  plugins: [pluginOas({ validate: true }), pluginTs(), pluginClient({ client: "fetch" })],
});
"""
        },
    ),
    Tool(
        "oazapfts",
        "npm:oazapfts",
        "7.5.0",
        ("{npm}/oazapfts", "{spec}", "{out}/api.ts"),
        (_TSC,),
    ),
    Tool(
        "swagger-typescript-api",
        "npm:swagger-typescript-api",
        "13.13.0",
        ("{npm}/swagger-typescript-api", "generate", "-p", "{spec}", "-o", "{out}", "-n", "api.ts"),
        (_TSC,),
    ),
    Tool(
        "openapi-zod-client",
        "npm:openapi-zod-client",
        "1.18.3",
        ("{npm}/openapi-zod-client", "{spec}", "-o", "{out}/api.ts"),
        (_TSC,),
    ),
    Tool(
        "openapi-python-client",
        "openapi-python-client",
        "0.29.1",
        (
            *("{python}/openapi-python-client", "generate", "--path", "{spec}"),
            *(
                "--output-path",
                "{out}/client",
                "--meta",
                "none",
                "--fail-on-warning",
                "--overwrite",
            ),
        ),
        (_COMPILEALL, _CALL),
        {
            "call.py": """\
import base64, sys
from client import AuthenticatedClient
from client.api.contacts import list_contacts
token = base64.b64encode(b"admin:admin").decode()
with AuthenticatedClient(sys.argv[1], token, prefix="Basic") as client:
    answer = list_contacts.sync(client=client)
    assert answer.result[0].sys_id, answer
"""
        },
    ),
    Tool(
        "datamodel-code-generator",
        "datamodel-code-generator",
        "0.89.0",
        (
            *("{python}/datamodel-codegen", "--input", "{spec}", "--output", "{out}/models.py"),
            *("--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin"),
        ),
        (("{python}/python", "{out}/models.py"),),
    ),
    _openapi_generator(
        "python",
        (_COMPILEALL, _CALL),
        files={
            "call.py": """\
import sys
import openapi_client
configuration = openapi_client.Configuration(sys.argv[1], username="admin", password="admin")
with openapi_client.ApiClient(configuration) as client:
    answer = openapi_client.ContactsApi(client).list_contacts()
    assert answer.result[0].sys_id, answer
"""
        },
    ),
    _openapi_generator(
        "java",
        (
            (
                *("javac", "-nowarn", "-d", "{out}/classes", "-cp", "{jar}"),
                "{files:src/main/java/**/*.java}",
            ),
        ),
        ("--library", "native", "--additional-properties=openApiNullable=false"),
        # The JDK has no such annotations since Java 11; the jar of the generator has the rest.
        {
            "src/main/java/javax/annotation/Generated.java": """\
package javax.annotation;
public @interface Generated { String[] value(); String date() default ""; String comments() default ""; }
"""
        },
    ),
    # Its modules are not at hand, so that nothing compiles it.
    _openapi_generator("go"),
    _openapi_generator("csharp"),
    _openapi_generator("typescript-fetch", (_TSC,)),
    _openapi_generator("kotlin"),
    _openapi_generator("rust"),
    _openapi_generator("php"),
    _openapi_generator("ruby"),
    Tool(
        "spectral",
        "npm:@stoplight/spectral-cli",
        "6.16.3",
        ("{npm}/spectral", "lint", "{spec}", "-r", "{out}/rules.yaml", "--fail-severity", "warn"),
        files={"rules.yaml": "extends: [spectral:oas]\n"},
    ),
    Tool(
        "redocly",
        "npm:@redocly/cli",
        "2.77.0",
        (
            "{npm}/redocly",
            "lint",
            "{spec}",
            "--extends",
            "minimal",
            "--config",
            "{out}/redocly.yaml",
        ),
        files={"redocly.yaml": "extends: [minimal]\n"},
    ),
    Tool(
        "swagger-parser",
        "npm:@apidevtools/swagger-parser",
        "13.1.0",
        ("{node}", "{out}/parse.mjs", "{spec}"),
        files={
            "parse.mjs": """\
import SwaggerParser from "@apidevtools/swagger-parser";
await SwaggerParser.validate(process.argv[2]);
"""
        },
    ),
    Tool(
        "Prism",
        "npm:@stoplight/prism-cli",
        "5.14.2",
        ("{python}/python", "{out}/start.py", "{npm}/prism", "{spec}"),
        files={
            "start.py": """\
import os, signal, socket, subprocess, sys, time, urllib.request
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
url = f"http://127.0.0.1:{port}/api/now/contact"
asked = urllib.request.Request(url, headers={"Authorization": "Basic YWRtaW46YWRtaW4="})
with subprocess.Popen([*sys.argv[1:2], "mock", "-p", str(port), sys.argv[2]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as prism:
    try:
        for _ in range(120):
            time.sleep(0.5)
            try:
                assert b"sys_id" in urllib.request.urlopen(asked, timeout=5).read()
                break
            except OSError as error:
                told = error
        else:
            sys.exit(str(told))
    finally:
        # The command is a wrapper of the server.
        os.killpg(prism.pid, signal.SIGKILL)
"""
        },
    ),
    Tool(
        "schemathesis",
        "schemathesis",
        "4.32.5",
        (
            *(
                "{python}/schemathesis",
                "run",
                "{spec}",
                "--url",
                "{sandbox}",
                "--phases",
                "examples",
            ),
            *("--auth", "admin:admin", "--checks", "not_a_server_error", "--no-color"),
        ),
    ),
    Tool(
        "FastMCP",
        "fastmcp",
        "4.1.6",
        ("{python}/python", "{out}/tools.py", "{spec}"),
        files={
            "tools.py": """\
import asyncio, json, sys, httpx, yaml
from fastmcp import FastMCP
spec = yaml.safe_load(open(sys.argv[1]))
server = FastMCP.from_openapi(spec, client=httpx.AsyncClient(base_url="http://127.0.0.1"))
tools = asyncio.run(server.list_tools())
sizes = [len(json.dumps(tool.to_mcp_tool().outputSchema or {})) for tool in tools]
print(f"shows: {len(tools)} tools, output schemas up to {max(sizes) / 1000:.1f} kB")
assert len(tools) == 9, f"{len(tools)} tools for 9 operations"
"""
        },
        shows="shows: ",
    ),
)
# Tools that people use and that nobody has tried here, with the reason.
NOT_TRIED = {
    "oapi-codegen": "is a module of Go, which no registry client here installs",
    "NSwag, kiota": "are .NET programs",
    "IBM openapi-validator, Dredd, stepci, Specmatic": "are no generators; not yet written down here",
    "Redoc, Scalar, Swagger UI, Elements, Postman, Bruno, Insomnia": "show a document in a window",
    "vacuum, oasdiff": "download a binary when they are installed",
}
