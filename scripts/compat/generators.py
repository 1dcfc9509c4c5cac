"""Generators of clients, models and types."""

from __future__ import annotations

from collections.abc import Mapping

from compat.tool import Tool

_TSC = (
    *("{npm}/tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module"),
    *("esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom", "{files:**/*.ts}"),
)
_COMPILEALL = ("{python}/python", "-m", "compileall", "-q", "{out}")
# A Python client proves more: it reads what a sandbox answers.
_CALL = ("{python}/python", "{out}/call.py", "{sandbox}")


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


GENERATORS = (
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
    _openapi_generator(
        "go",
        # golang-golang-x-oauth2-dev of Debian; without modules, which need a proxy.
        (
            (
                *("env", "GO111MODULE=off", "GOPATH=/usr/share/gocode"),
                *("go", "build", "-o", "{out}/client.a", "."),
            ),
        ),
    ),
    # .NET is not in Debian.
    _openapi_generator("csharp"),
    _openapi_generator("typescript-fetch", (_TSC,)),
    # Debian's Kotlin takes the models; okhttp 4, which the calls need, is not in Debian.
    _openapi_generator(
        "kotlin",
        (
            (
                *("kotlinc", "{out}/src/main/kotlin/org/openapitools/client/models"),
                *("-cp", "/usr/share/java/jackson-annotations.jar", "-d", "{out}/classes"),
            ),
        ),
        ("--additional-properties=serializationLibrary=jackson",),
    ),
    # Its crates are in no registry that this machine reaches.
    _openapi_generator("rust"),
    _openapi_generator(
        "php",
        (
            ("sh", "-c", "find lib -name '*.php' -print0 | xargs -0 -n1 php -l >&2"),
            ("php", "{out}/call.php", "{sandbox}"),
        ),
        files={
            "call.php": """\
<?php
require '/usr/share/php/GuzzleHttp/autoload.php';
spl_autoload_register(fn ($class) => require __DIR__ . '/lib/'
    . strtr(substr($class, strlen('OpenAPI\\\\Client\\\\')), '\\\\', '/') . '.php');
$configuration = (new OpenAPI\\Client\\Configuration())
    ->setHost($argv[1])->setUsername('admin')->setPassword('admin');
$api = new OpenAPI\\Client\\Api\\ContactsApi(new GuzzleHttp\\Client(), $configuration);
if (!$api->listContacts()->getResult()[0]->getSysId()) { throw new Exception('no contact'); }
"""
        },
    ),
    _openapi_generator(
        "ruby",
        (
            ("sh", "-c", "find lib -name '*.rb' -print0 | xargs -0 -n1 ruby -c"),
            ("ruby", "-W0", "-I{out}/lib", "{out}/call.rb", "{sandbox}"),
        ),
        # By itself it sends every way to sign in at once, and of two in one header the last.
        files={
            "call.rb": """\
require 'openapi_client'
OpenapiClient.configure do |settings|
  settings.scheme, settings.host = ARGV[0].split('://')
  settings.server_index = nil
  settings.username = settings.password = 'admin'
end
found = OpenapiClient::ContactsApi.new.list_contacts(debug_auth_names: ['Basic'])
raise 'no contact' unless found.result[0].sys_id
puts "shows: with debug_auth_names: ['Basic']; without it, it sends every way to sign in at once"
"""
        },
    ),
)
