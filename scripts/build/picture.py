"""Draw the README's picture of a scorecard, as the terminal shows it, from the log of a run.

Reads:  exchanges.ndjson of the run, generated/openapi/all.yaml, generated/clauses.json
Writes: scripts/ccaas_kit/run/scorecard.svg
Usage:  python -m build.picture out/conformance
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from ccaas_kit.contract import clauses, layout
from ccaas_kit.contract.command import run
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.judging.judgement import judge
from ccaas_kit.judging.log.log import NAME, LogFile
from ccaas_kit.model.contract import Contract
from ccaas_kit.reporting import terminal
from ccaas_kit.run.options import OUT

PATH = layout.ROOT / "scripts" / "ccaas_kit" / "run" / "scorecard.svg"
_WIDTH = 82
# Without the font of rich's own form, which a browser would load from another host.
_FORM = """\
<svg xmlns="http://www.w3.org/2000/svg" class="rich-terminal" viewBox="0 0 {width} {height}">
<title>$ make conform</title>
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
<rect fill="#16202b" x="1" y="1" width="{width}" height="{height}" rx="8" />
<text class="{unique_id}-matrix" x="{terminal_x}" y="28" fill="#8fa3b8">$ make conform</text>
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
_THEME = TerminalTheme(
    (22, 32, 43),
    (226, 232, 240),
    [
        *((60, 72, 88), (240, 113, 120), (126, 211, 153), (236, 192, 106)),
        *((134, 189, 243), (199, 168, 242), (120, 204, 214), (226, 232, 240)),
    ],
)


def drawn(log: Path) -> str:
    """The picture as SVG; the same log gives the same text."""
    contract = Contract(layout.BUNDLE)
    card = judge(contract, clauses.load(), LogFile(log, contract)).card
    console = Console(
        record=True, width=_WIDTH, file=io.StringIO(), color_system="standard", force_terminal=True
    )
    terminal.show(card, console, out=OUT, redactor=Redactor(()))
    return console.export_svg(
        title="make conform", theme=_THEME, code_format=_FORM, unique_id="scorecard"
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_picture", description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path, nargs="?", default=OUT, help="folder of the reports")
    PATH.write_text(drawn(parser.parse_args(argv).run / NAME), encoding="utf-8")
    return 0


if __name__ == "__main__":
    run("build_picture", main)
