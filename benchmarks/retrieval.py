"""Retrieval as production does it, on real PostgreSQL, without a model or a network.

    make bench ARGS="retrieval --data ../shared/data/faquad.json"

- Answers or not: benchmarks/data/questions.json, a shop's knowledge with questions it answers and
  questions it doesn't. Always measured.
- Speed: 2,000 passages of made-up Portuguese. Always measured.
- Recall: `--data` names a SQuAD-shaped file (FaQuAD). Each paragraph is taught as an entry; a hit is
  the question's paragraph among the first five passages. "Typos" loses all accents and changes a
  letter in every fourth word of five letters or more. Half of the documents are then searched with
  the questions of the other half: those should find no answer.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")

import django

from benchmarks._stack import milliseconds, percentile, result

SHOP = Path(__file__).parent / "data" / "questions.json"
PASSAGES, ROUNDS = 2000, 300
SEED = 20261125
TYPO_SHARE, TYPO_FROM = 0.25, 5


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.retrieval")
    parser.add_argument("--data", type=Path, help="a SQuAD-shaped file")
    data = parser.parse_known_args(arguments)[0].data
    django.setup()
    from django.core.management import call_command

    call_command("migrate_schemas", "--shared", verbosity=0)
    tell_answers()
    tell_speed()
    if data is None:
        print("Recall is not measured: name a SQuAD-shaped file with --data.")
    else:
        tell_recall(read(data))


def read(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text())["data"])


@contextmanager
def business() -> Iterator[None]:
    """Inside a new business that was taught nothing."""
    from apps.accounts import signup
    from apps.lib.tenancy import tenant_context

    business.number = getattr(business, "number", 0) + 1  # type: ignore[attr-defined]
    email = f"dona{business.number}@example.com"  # type: ignore[attr-defined]
    tenant, _ = signup.register(
        signup.SignUp(name="Dona", email=email, password="senha-boa-123", business_name=email, business_type="outro")
    )
    with tenant_context(tenant):
        yield


def teach(title: str, content: str, kind: str = "text") -> int:
    from apps.agents.knowledge import entries
    from apps.agents.models import KnowledgeEntry

    return int(entries.save(KnowledgeEntry(kind=kind, title=title, content=content), by=None).pk)


# Answers or not -------------------------------------------------------------------------------------


def tell_answers() -> None:
    from apps.agents.knowledge.search import search

    shop = json.loads(SHOP.read_text())
    with business():
        taught = [teach(**entry) for entry in shop["entries"]]
        missed = [
            question
            for question, position in shop["answered"]
            if taught[position] not in [hit.entry_id for hit in search(question, limit=4) if hit.answers]
        ]
        wrong = [question for question in shop["unanswered"] if any(hit.answers for hit in search(question, limit=4))]
    print("answer not found: " + " | ".join(missed))
    print("wrongly answered: " + " | ".join(wrong))
    found, silent = 1 - len(missed) / len(shop["answered"]), 1 - len(wrong) / len(shop["unanswered"])
    result("shop's questions that find their answer", found, "", promise=0.85, better="more")
    result("shop's questions nobody taught, left alone", silent, "", promise=0.85, better="more")


# Speed ----------------------------------------------------------------------------------------------


def tell_speed() -> None:
    from apps.agents.knowledge.search import search
    from apps.agents.models import KnowledgeChunk

    rng = random.Random(SEED)
    common = [word for entry in json.loads(SHOP.read_text())["entries"] for word in entry["content"].split()]
    rare = ["".join(rng.choice("bcdfglmnprstv") + rng.choice("aeiou") for _ in range(4)) for _ in range(8000)]
    with business():
        for number in range(PASSAGES):
            spoken = [rng.choice(common) if rng.random() < 0.7 else rng.choice(rare) for _ in range(110)]
            teach(f"Assunto {number}", " ".join(spoken)[:790])
        assert KnowledgeChunk.objects.count() == PASSAGES
        asked = [question for question, _ in json.loads(SHOP.read_text())["answered"]]
        started = time.perf_counter()
        search(asked[0])
        print(f"first search, reading {PASSAGES} passages: {(time.perf_counter() - started) * 1000:.0f} ms")
        taken = []
        for number in range(ROUNDS):
            question = f"{asked[number % len(asked)]} {rng.choice(rare)}"
            started = time.perf_counter()
            search(question)
            taken.append(time.perf_counter() - started)
    print(f"search over {PASSAGES} passages: {milliseconds(taken)}")
    result(f"search over {PASSAGES} passages, p95", percentile(taken, 0.95) * 1000, "ms", promise=40)


# Recall ---------------------------------------------------------------------------------------------


def tell_recall(documents: list[dict[str, Any]]) -> None:
    from apps.agents.knowledge.search import search

    rng = random.Random(SEED)
    with business():
        asked = _teach(documents)
        for name, change, promise in (("clean", str, 0.95), ("typos", lambda text: _mistyped(text, rng), 0.93)):
            found = sum(
                entry in [hit.entry_id for hit in search(change(question), limit=5)] for question, entry in asked
            )
            result(f"recall@5, {name}", found / len(asked), "", promise=promise, better="more")
        answered = sum(any(hit.answers for hit in search(question, limit=4)) for question, _ in asked)
        result("questions taught that are answered", answered / len(asked), "")
    with business():
        _teach(documents[::2])
        strangers = [qa["question"] for doc in documents[1::2] for part in doc["paragraphs"] for qa in part["qas"]]
        alone = sum(not any(hit.answers for hit in search(question, limit=4)) for question in strangers)
        result("questions of other documents, left alone", alone / len(strangers), "")


def _teach(documents: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """(question, entry of its paragraph)."""
    asked = []
    for document in documents:
        for part in document["paragraphs"]:
            entry = teach(document["title"].replace("_", " ").capitalize(), part["context"])
            asked += [(qa["question"], entry) for qa in part["qas"]]
    return asked


def _mistyped(text: str, rng: random.Random) -> str:
    from apps.lib.text import fold

    return " ".join(
        _slip(word, rng) if len(word) >= TYPO_FROM and rng.random() < TYPO_SHARE else word
        for word in fold(text).split()
    )


def _slip(word: str, rng: random.Random) -> str:
    """A letter left out, doubled, swapped with the next, or another one."""
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]


if __name__ == "__main__":
    main(sys.argv[1:])
