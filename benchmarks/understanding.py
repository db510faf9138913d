"""How well the offline agent understands: the corpus by category, and simulated customers by kind.

The corpus is read by the agent alone; the customers talk with the production engine, from signed
webhook to Graph, on real tables, and are judged by the state of the database.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import django

from apps.agents.providers.offline import OfflineProvider
from benchmarks._stack import percentile, result
from tests.agents import corpus

UNDERSTOOD, SERVED = 95, 90  # per cent
SHARE_MS = 10  # of a turn, for the offline agent


def main() -> None:
    understanding()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    serving()


def understanding() -> None:
    seconds: list[float] = []
    for language in ("pt", "en", "es"):
        for split in corpus.SPLITS:
            phrases = [phrase for phrase in corpus.phrases(split) if phrase.language == language]
            verdicts = [_timed(phrase, seconds) for phrase in phrases]
            _table(f"{language}, {split.replace('_', ' ')}", verdicts, key=lambda verdict: verdict.phrase.category)
            for verdict in (verdict for verdict in verdicts if not verdict.is_right):
                print(f"     not understood: {verdict.phrase.text!r}: {verdict.got[:100]}")
            what = f"phrases understood, {language}, {split.replace('_', ' ')}"
            result(what, _share(verdicts), "%", promise=UNDERSTOOD, better="more")
    result("offline agent, CPU of a reply p95", percentile(seconds, 0.95) * 1000, "ms", promise=SHARE_MS)


def serving() -> None:
    from benchmarks import _shop  # its models want Django set up

    outcomes = _shop.serve_everybody()
    _table("simulated customers", outcomes, key=lambda outcome: outcome.kind)
    for outcome in (outcome for outcome in outcomes if not outcome.is_right):
        print(f"     {outcome.kind}: {outcome.problem}\n       {outcome.talk}")
    attackers = [outcome for outcome in outcomes if outcome.kind == "attacker"]
    result("simulated customers served", _share(outcomes), "%", promise=SERVED, better="more")
    result("attackers who got nothing", _share(attackers), "%", promise=100, better="more")
    result("turns per simulated customer", sum(item.turns for item in outcomes) / len(outcomes), "turns")


def _timed(phrase: corpus.Phrase, seconds: list[float]) -> corpus.Verdict:
    request = corpus.situation(phrase).request([])
    started = time.thread_time()
    OfflineProvider().complete(request)
    seconds.append(time.thread_time() - started)
    return corpus.judge(phrase)


def _share(judged: list[Any]) -> float:
    return 100 * sum(item.is_right for item in judged) / len(judged)


def _table(title: str, judged: list[Any], *, key: Callable[[Any], str]) -> None:
    total, right = Counter(map(key, judged)), Counter(key(item) for item in judged if item.is_right)
    print(f"{title}: {right.total()} of {total.total()}")
    for name, count in total.items():
        print(f"  {name:16} {right[name]:>3} of {count}")


if __name__ == "__main__":
    main()
