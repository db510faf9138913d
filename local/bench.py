"""`make bench`: the promises of speed, each measured by one script of benchmarks/, as one table.

A script is run as `python -m benchmarks.<name>` with DATABASE_URL and REDIS_URL of private servers
(durable ones: fsync on). It says what it found in lines of its own, one for each figure:

    RESULT {"what": "webhook, of one insert", "value": 0.7, "unit": "x", "promise": 0.5, "better": "more"}

Options go to every script: `make bench ARGS="retrieval --data faquad.json"`. A script without what it needs
says so and measures the rest.

`promise` may be left out where a figure is only told. A broken promise is marked, and fails the run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from typing import TypedDict

from local import servers

ROOT = Path(__file__).resolve().parent.parent
MARK = "RESULT "


class Result(TypedDict, total=False):
    what: str
    value: float
    unit: str
    promise: float
    better: str


def main(arguments: list[str]) -> int:
    names = list(takewhile(lambda argument: not argument.startswith("-"), arguments))
    options = arguments[len(names) :]
    chosen = names or sorted(path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py"))
    results: list[Result] = []
    failed = []
    for name in chosen:
        print(f"== {name}", flush=True)
        with servers.postgres() as database, servers.redis() as cache:
            environ = dict(os.environ) | {"DATABASE_URL": database.url, "REDIS_URL": cache.url}
            code, found = _run(name, options, environ)
        results += found
        failed += [name] if code else []
    print("\n" + table(results))
    if failed:
        print(f"Did not finish: {', '.join(failed)}")
    return 1 if failed or not all(map(is_kept, results)) else 0


def _run(name: str, options: list[str], environ: dict[str, str]) -> tuple[int, list[Result]]:
    process = subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.{name}", *options], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    found: list[Result] = []
    for line in process.stdout:
        if line.startswith(MARK):
            found.append(json.loads(line.removeprefix(MARK)))
        else:
            print(f"   {line}", end="", flush=True)
    return process.wait(), found


def is_kept(result: Result) -> bool:
    if "promise" not in result:
        return True
    if result.get("better", "less") == "more":
        return result["value"] >= result["promise"]
    return result["value"] <= result["promise"]


def table(results: list[Result]) -> str:
    width = max((len(result["what"]) for result in results), default=0)
    return "\n".join(_row(result, width) for result in results)


def _row(result: Result, width: int) -> str:
    unit = result.get("unit", "")
    row = f"{result['what']:{width}}  {result['value']:>12,.2f} {unit:5}"
    if "promise" not in result:
        return row
    sign = "≥" if result.get("better", "less") == "more" else "≤"
    return f"{row}  {sign} {result['promise']:,.2f} {unit:5} {'kept' if is_kept(result) else 'BROKEN'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
