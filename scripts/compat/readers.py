"""Linters, mock servers, testers, viewers, importers and servers of tools for language models."""

from __future__ import annotations

from compat.tool import IMPORTS, READS, SERVES, SHOWS, TESTS, Tool

# Counts the requests of a collection, however its format nests them.
_COUNT = """\
import fs from "node:fs";
import yaml from "js-yaml";
import tool from "PACKAGE";
const text = fs.readFileSync(process.argv[2], "utf8");
const count = (node) => Array.isArray(node) ? node.reduce((sum, child) => sum + count(child), 0)
  : node.item || node.items ? count(node.item ?? node.items)
  : node._type && node._type !== "request" ? 0 : 1;
const found = count(CONVERTED);
if (!found) throw new Error("no request was imported");
console.log(`shows: ${found} requests`);
"""

READERS = (
    Tool(
        "spectral",
        "npm:@stoplight/spectral-cli",
        "6.16.3",
        ("{npm}/spectral", "lint", "{spec}", "-r", "{out}/rules.yaml", "--fail-severity", "warn"),
        stages=READS,
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
        stages=READS,
        files={"redocly.yaml": "extends: [minimal]\n"},
    ),
    Tool(
        "swagger-parser",
        "npm:@apidevtools/swagger-parser",
        "13.1.0",
        ("{node}", "{out}/parse.mjs", "{spec}"),
        stages=READS,
        files={
            "parse.mjs": """\
import SwaggerParser from "@apidevtools/swagger-parser";
await SwaggerParser.validate(process.argv[2]);
"""
        },
    ),
    Tool(
        "IBM openapi-validator",
        "npm:ibm-openapi-validator",
        "1.38.4",
        ("{node}", "{out}/count.mjs", "{npm}/lint-openapi", "{spec}"),
        stages=READS,
        files={
            "count.mjs": """\
import { spawnSync } from "node:child_process";
const done = spawnSync(process.argv[2], ["--json", "--errors-only", process.argv[3]], { encoding: "utf8", maxBuffer: 1e9 });
const found = JSON.parse(done.stdout.slice(done.stdout.indexOf("{")));
console.log(`shows: ${found.error.summary.total} findings of its style guide, such as snake case of the vendor's names`);
"""
        },
    ),
    Tool(
        "Prism",
        "npm:@stoplight/prism-cli",
        "5.14.2",
        ("{python}/python", "{here}/serving.py", "{npm}/prism", "mock", "-p", "PORT", "{spec}"),
        stages=SERVES,
    ),
    Tool(
        "Specmatic",
        "npm:specmatic",
        "2.55.1",
        (
            *("{python}/python", "{here}/serving.py", "java", "-jar"),
            *("{modules}/specmatic/specmatic.jar", "mock", "{spec}", "--port", "PORT"),
        ),
        stages=SERVES,
    ),
    Tool(
        "schemathesis",
        "schemathesis",
        "4.32.5",
        (
            *("{python}/schemathesis", "run", "{spec}", "--url", "{sandbox}"),
            *("--phases", "examples", "--auth", "admin:admin"),
            *("--checks", "not_a_server_error", "--no-color"),
        ),
        stages=TESTS,
    ),
    Tool(
        "Dredd",
        "npm:dredd",
        "14.1.0",
        (
            *("{npm}/dredd", "{spec}", "{sandbox}", "--user", "admin:admin"),
            *("--loglevel", "error", "--hookfiles", "{out}/hooks.cjs"),
        ),
        stages=TESTS,
        # Without hooks it calls for every documented error, and takes no charset beside a media type.
        files={
            "hooks.cjs": """\
const hooks = require("hooks");
const seen = new Set();
hooks.beforeEach((transaction, done) => {
  const operation = transaction.request.method + transaction.fullPath.split("?")[0];
  transaction.skip = !transaction.expected.statusCode.startsWith("2") || seen.has(operation);
  if (!transaction.skip) seen.add(operation);
  delete transaction.expected.headers["Content-Type"];
  done();
});
hooks.beforeEachValidation((transaction, done) => {
  // Which of two successes it is depends on what the instance has already.
  if (transaction.real.statusCode.startsWith?.("2") || Math.floor(transaction.real.statusCode / 100) === 2)
    transaction.expected.statusCode = String(transaction.real.statusCode);
  done();
});
hooks.afterAll((_, done) => {
  console.log(`shows: ${seen.size} operations`);
  done(seen.size ? undefined : new Error("it called nothing"));
});
"""
        },
    ),
    Tool(
        "stepci",
        "npm:stepci",
        "2.8.2",
        ("{node}", "{out}/run.mjs", "{npm}/stepci", "{spec}", "{sandbox}"),
        stages=TESTS,
        # Its generator knows neither the server nor the user, and calls for the first status only.
        files={
            "run.mjs": """\
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import yaml from "js-yaml";
const [stepci, spec, sandbox] = process.argv.slice(2);
const settings = { encoding: "utf8", env: { ...process.env, STEPCI_DISABLE_ANALYTICS: "1" } };
const made = spawnSync(stepci, ["generate", spec, "flow.yml"], settings);
if (!fs.existsSync("flow.yml")) { console.error(made.stdout + made.stderr); process.exit(1); }
const flow = yaml.load(fs.readFileSync("flow.yml", "utf8"));
flow.config.http.baseURL = sandbox;
let steps = 0;
for (const test of Object.values(flow.tests))
  for (const step of test.steps) {
    step.http.auth = { basic: { username: "admin", password: "admin" } };
    step.http.check = { status: "/^2/" };
    steps += 1;
  }
fs.writeFileSync("flow.yml", yaml.dump(flow));
const done = spawnSync(stepci, ["run", "flow.yml"], settings);
console.log(done.stdout + done.stderr);
if (done.status === 0) console.log(`shows: ${steps} calls`);
process.exit(done.status);
"""
        },
    ),
    *(
        Tool(
            name,
            f"npm:{package}",
            version,
            ("{python}/python", "{here}/viewing.py", name, "{modules}", "{spec}"),
            stages=SHOWS,
        )
        for name, package, version in (
            ("Redoc", "redoc", "2.5.3"),
            ("Scalar", "@scalar/api-reference", "1.72.1"),
            ("Swagger UI", "swagger-ui-dist", "5.35.0"),
        )
    ),
    *(
        Tool(
            name,
            f"npm:{package}",
            version,
            ("{node}", "{out}/import.mjs", "{spec}"),
            stages=IMPORTS,
            files={
                "import.mjs": _COUNT.replace("CONVERTED", converted).replace("PACKAGE", package)
            },
        )
        for name, package, version, converted in (
            (
                "Postman",
                "openapi-to-postmanv2",
                "6.3.3",
                "await new Promise((done, fail) => tool.convert({ type: 'string', data: text }, {}, "
                "(error, found) => found?.result ? done(found.output[0].data) : fail(error ?? found.reason)))",
            ),
            (
                "Bruno",
                "@usebruno/converters",
                "0.23.0",
                "await tool.openApiToBruno(yaml.load(text))",
            ),
            (
                "Insomnia",
                "insomnia-importers",
                "3.6.0",
                "(await tool.convert(text)).data.resources",
            ),
        )
    ),
    Tool(
        "FastMCP",
        "fastmcp",
        "4.1.6",
        ("{python}/python", "{out}/tools.py", "{spec}"),
        stages=READS,
        files={
            "tools.py": """\
import asyncio, json, re, sys, httpx, yaml
from fastmcp import FastMCP
spec = yaml.safe_load(open(sys.argv[1]))
server = FastMCP.from_openapi(spec, client=httpx.AsyncClient(base_url="http://127.0.0.1"))
tools = asyncio.run(server.list_tools())
sizes = [len(json.dumps(tool.to_mcp_tool().outputSchema or {})) for tool in tools]
methods = ("get", "put", "post", "patch", "delete")
once = {(re.sub("/(v[0-9]|{api_version})/", "/", path), method) for path, item in spec["paths"].items() for method in item if method in methods}
print(f"shows: {len(tools)} tools, output schemas up to {max(sizes) / 1000:.1f} kB")
assert len(tools) == len(once), f"{len(tools)} tools for {len(once)} operations"
"""
        },
    ),
    Tool(
        "arazzo-runner",
        "arazzo-runner",
        "0.9.6",
        ("{python}/python", "{out}/flow.py", "{spec}", "{sandbox}", "{workflows}"),
        stages=TESTS,
        files={
            "flow.py": """\
import pathlib, sys, uuid, requests, yaml
from arazzo_runner import ArazzoRunner
spec, sandbox, workflows = sys.argv[1:]
document = yaml.safe_load(open(spec))
document["servers"] = [{"url": sandbox}]
flow = yaml.safe_load(open(pathlib.Path(workflows) / "caller-identification.arazzo.yaml"))
session = requests.Session()
session.auth = ("admin", "admin")
runner = ArazzoRunner(flow, {"contract": document}, http_client=session)
inputs = flow["workflows"][0]["inputs"]["properties"]
given = {name: node["default"] for name, node in inputs.items() if "default" in node}
given |= {"username": "admin", "password": "admin", "run": uuid.uuid4().hex}
result = runner.execute_workflow(flow["workflows"][0]["workflowId"], given)
assert result.status.value == "workflow_complete", f"AssertionError: {result}"
print(f"shows: {len(result.step_outputs)} steps of caller-identification")
"""
        },
    ),
)
