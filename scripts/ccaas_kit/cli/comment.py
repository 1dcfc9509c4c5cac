"""The summary of a run as one comment on the pull request or merge request that a CI job belongs to.

Reads:  summary.md, the variables that GitHub Actions or GitLab CI sets, GITHUB_TOKEN or GITLAB_TOKEN
Writes: nothing here; the comment of an earlier job is replaced
Usage:  ccaas comment out/conformance
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.errors import ConfigError, TargetError
from ccaas_kit.reporting.reports import SUMMARY

NAME = "conformance"
# GitHub takes 65,536 characters.
_LONGEST = 60_000
_PAGE = 100
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of one request: where they are listed, where one is replaced and by which method."""

    listed: str
    one: str
    method: str
    headers: Mapping[str, str]
    permission: str

    def put(self, mark: str, text: str) -> str:
        """Write the comment that begins with the mark; whether it was `created` or `updated`.

        Raises:
            TargetError: the server does not respond, or rejects it.
        """
        with httpx.Client(headers=dict(self.headers), timeout=_SECONDS) as client:
            for comment in self._all(client):
                if str(comment.get("body", "")).startswith(mark):
                    self._call(client, self.method, f"{self.one}/{comment['id']}", text)
                    return "updated"
            self._call(client, "POST", self.listed, text)
            return "created"

    def _all(self, client: httpx.Client) -> Iterator[Mapping[str, Any]]:
        page = 1
        while True:
            url = f"{self.listed}?per_page={_PAGE}&page={page}"
            comments = self._call(client, "GET", url)
            if not isinstance(comments, list):
                raise TargetError("does not list comments", where=url)
            yield from comments
            if len(comments) < _PAGE:
                return
            page += 1

    def _call(self, client: httpx.Client, method: str, url: str, text: str | None = None) -> Any:
        body = None if text is None else {"body": text}
        try:
            response = client.request(method, url, json=body)
            if response.is_success:
                return response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise TargetError(f"cannot be used ({type(error).__name__})", where=url) from error
        raise TargetError(f"responds {response.status_code}", where=url, fix=self.permission)


def main(argv: Sequence[str], *, environment: Mapping[str, str]) -> int:
    """Comment on the request of this job, if it has one.

    Raises:
        KitError: there is no summary or no token, or the comment cannot be written.
    """
    arguments = _parser().parse_args(argv)
    folder: Path = arguments.out
    path = folder / SUMMARY if folder.is_dir() else folder
    comments = _of_github(environment) or _of_gitlab(environment)
    if comments is None:
        sys.stdout.write("This job belongs to no pull request or merge request: no comment.\n")
        return 0
    try:
        summary = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"cannot be read ({error.strerror})",
            where=str(path),
            fix="A run that did not begin has no summary; see what it printed",
        ) from error
    mark = f"<!-- ccaas comment: {arguments.name} -->"
    text = f"{mark}\n### ServiceNow {arguments.name}\n\n{summary}"
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}\n\nThe rest is in the artifacts of the job."
    sys.stdout.write(f"The comment was {comments.put(mark, text)}.\n")
    return 0


def _of_github(environment: Mapping[str, str]) -> Comments | None:
    """The comments of the pull request that the event is about."""
    if not (path := environment.get("GITHUB_EVENT_PATH")):
        return None
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8"))
        number = int(event["pull_request"]["number"])
    except KeyError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError("is no event of GitHub", where=path) from error
    api = _given(environment, "GITHUB_API_URL")
    issues = f"{api}/repos/{_given(environment, 'GITHUB_REPOSITORY')}/issues"
    return Comments(
        listed=f"{issues}/{number}/comments",
        one=f"{issues}/comments",
        method="PATCH",
        headers={
            "Authorization": f"Bearer {_given(environment, 'GITHUB_TOKEN')}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
        permission="Give the job 'permissions: pull-requests: write'; a fork has no such token",
    )


def _of_gitlab(environment: Mapping[str, str]) -> Comments | None:
    """The notes of the merge request that the pipeline is of."""
    if not (number := environment.get("CI_MERGE_REQUEST_IID")):
        return None
    api, project = _given(environment, "CI_API_V4_URL"), _given(environment, "CI_PROJECT_ID")
    notes = f"{api}/projects/{project}/merge_requests/{number}/notes"
    return Comments(
        listed=notes,
        one=notes,
        method="PUT",
        headers={"PRIVATE-TOKEN": _given(environment, "GITLAB_TOKEN")},
        permission="Set GITLAB_TOKEN to a project access token with the scope 'api'",
    )


def _given(environment: Mapping[str, str], name: str) -> str:
    if value := environment.get(name):
        return value
    raise ConfigError("is not set", where=name, fix="See scripts/ci/README.md")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ccaas comment",
        description="Put the summary of a run on the pull request or merge request of a CI job.",
        epilog="GITHUB_TOKEN or GITLAB_TOKEN signs in. Without a request it does nothing.",
    )
    add = parser.add_argument
    add("out", type=Path, metavar="DIR", help=f"folder of the reports, or a {SUMMARY}")
    add("--name", default=NAME, help=f"title; each name has one comment on a request ({NAME})")
    return parser
