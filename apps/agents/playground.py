"""Talking with an agent as a customer would, before customers do: the screen's side of a rehearsal.

The conversation so far travels with the page, signed: nothing of it is stored.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog
from django.core import signing
from django.core.cache import cache
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from redis.exceptions import RedisError

from apps.agents import outage, rehearsal, tools
from apps.agents.models import Agent
from apps.agents.providers.base import Failure
from apps.agents.providers.registry import title_of
from apps.agents.rehearsal import Answer, Script
from apps.lib.crypto import digest
from apps.lib.errors import DomainError
from apps.lib.money import brl
from apps.lib.tenancy import current_schema

MAX_AGE_SECONDS = 12 * 3600
TALK_SECONDS = 3600
MAX_TEXT = 2000  # of a customer's line; answers may be longer
MAX_ANSWERS = 40
KNOWLEDGE = "search_knowledge"
UNANSWERED = (Failure.TIMEOUT, Failure.UNAVAILABLE)  # read, perhaps, and billed: nobody can tell
_AMOUNT = re.compile(r"\d+\.\d{2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
_Data = dict[str, Any]
log = structlog.get_logger(__name__)


class TooLong(DomainError):
    code = "rehearsal_too_long"

    def __init__(self) -> None:
        super().__init__(_("This test has become long. Start again to go on."))


def pack(script: Script) -> str:
    return signing.dumps(asdict(script), salt=_salt(), compress=True)


def unpack(packed: str) -> Script:
    """The conversation a page sent back; a new one when it is not ours, of another business, or old."""
    try:
        return Script(**signing.loads(packed, salt=_salt(), max_age=MAX_AGE_SECONDS))
    except signing.BadSignature:
        return Script()


def _salt() -> str:
    return f"rehearsal:{current_schema()}"


def ask(agent: Agent, script: Script, text: str) -> None:
    """The customer says `text` and the agent answers. Raises TooLong."""
    if len(script.lines) >= MAX_ANSWERS * 2:
        raise TooLong
    script.say("user", text[:MAX_TEXT])
    rehearsal.answer(agent, script)


def continue_talk(agent: Agent, lines: list[_Data]) -> Answer:
    """The answer to lines {role, content}, the customer's last.

    A talk that goes on from what we answered within the hour is known by its words, so what was offered
    and proposed in it still holds. Without the cache it starts from the words alone.
    """
    script = _known(agent, lines[:-1]) or _from_words(lines[:-1])
    script.say("user", lines[-1]["content"])
    answer = rehearsal.answer(agent, script)
    told = [*lines, {"role": "assistant", "content": answer.reply}]
    try:
        cache.set(_place(agent, told), asdict(script), timeout=TALK_SECONDS)
    except (RedisError, OSError):
        log.warning("a test conversation could not be kept")
    return answer


def _known(agent: Agent, lines: list[_Data]) -> Script | None:
    try:
        kept = cache.get(_place(agent, lines)) if lines else None
    except (RedisError, OSError):
        return None
    return Script(**kept) if kept else None


def _from_words(lines: list[_Data]) -> Script:
    script, now = Script(), timezone.now()
    for number, line in enumerate(lines):
        script.say(line["role"], line["content"], at=now - timedelta(seconds=len(lines) - number))
    return script


def _place(agent: Agent, lines: list[_Data]) -> str:
    words = json.dumps([[line["role"], line["content"].strip()] for line in lines])
    return f"rehearsal:{current_schema()}:{agent.pk}:{digest(words.encode()).hex()}"


@dataclass(frozen=True)
class Playground:
    """What `agents/_playground.html` shows. `error` stands beside the box, with `said` still in it."""

    agent: Agent
    script: Script
    error: str = ""
    said: str = ""
    is_draft: bool = False
    plain_url: str = ""  # where browsers without scripts send what is asked; "": to `url`

    @property
    def url(self) -> str:
        """The playground's own page."""
        return reverse("agents:playground", args=[self.agent.pk] if self.agent.pk else [])

    @property
    def state(self) -> str:
        return pack(self.script)

    @property
    def lines(self) -> list[_Data]:
        return [line if line["role"] == "user" else line | _shown(line) for line in self.script.lines]

    @property
    def total(self) -> _Data | None:
        answers = [line | _shown(line) for line in self.script.lines if line["role"] == "assistant"]
        if not answers:
            return None
        return {
            "answers": len(answers),
            "seconds": sum(line["seconds"] for line in answers) / len(answers),
            "tokens": sum(line["tokens"] for line in answers),
            "cost": _sum(line["cost"] for line in answers),
        }


def go_on(agent: Agent, query: QueryDict, *, problem: str = "", **fields: Any) -> Playground:
    """The talk of a posted form: `restart` begins anew, else what is `said` is answered unless there is a `problem`."""
    if "restart" in query:
        return Playground(agent, Script(), **fields)
    script, said = unpack(query.get("state", "")), tidy(query.get("said", ""))
    error = problem if said else _("Write something first.")
    if not error:
        try:
            ask(agent, script, said)
        except DomainError as refusal:
            error = refusal.message
    return Playground(agent, script, error=error, said=said if error else "", **fields)


def tidy(said: str) -> str:
    return said.replace("\r\n", "\n").replace("\x00", "").strip()


def _shown(line: _Data) -> _Data:
    """An answer's steps, problems and price, ready for the eye."""
    trace = line["trace"]
    attempts = [attempt for step in trace for attempt in step["attempts"] if attempt["outcome"] != "ok"]
    return {
        "calls": [_call(call) for step in trace for call in step["tool_calls"]],
        "problems": [_problem(attempt) for attempt in attempts],
        "is_reserved": any(attempt["outcome"] in UNANSWERED for attempt in attempts),
        "tokens": sum(step["input_tokens"] + step["output_tokens"] for step in trace),
        "cost": _sum(step.get("cost") for step in trace),
        "by": next((step["model"] or step["provider"] for step in reversed(trace) if step["provider"]), ""),
    }


def _problem(attempt: _Data) -> _Data:
    who = title_of(attempt["provider"]) if attempt["provider"] else _("The assistant")
    return {
        "who": who,
        "what": outage.in_words(attempt["outcome"]),
        "ms": attempt["ms"],
        "detail": attempt.get("detail", ""),
    }


def _sum(costs: Any) -> Decimal | None:
    """None while no price is known."""
    known = [Decimal(cost) for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if known else None


# Tool calls in words --------------------------------------------------------------------------------


def _call(call: _Data) -> _Data:
    tool, result = tools.get(call["name"]), call["result"]
    passages = result.get("passages", []) if call["name"] == KNOWLEDGE else []
    return {
        "name": call["name"],
        "title": _title(call, tool),
        "icon": _icon(call, tool),
        "ms": call["ms"],
        "simulated": call["simulated"],
        "failed": not result.get("ok", True),
        "passages": passages,
        "asked": _pairs(call["arguments"]),
        "told": [] if passages else _pairs(result),
        "raw": json.dumps({"arguments": call["arguments"], "result": result}, ensure_ascii=False, indent=2),
    }


def _title(call: _Data, tool: tools.Tool | None) -> str:
    result = call["result"]
    if call["name"] == KNOWLEDGE:
        number = len(result.get("passages", []))
        if not number:
            return _("Found nothing in the knowledge base")
        return ngettext("%(number)d passage used", "%(number)d passages used", number) % {"number": number}
    if tool is None:
        return call["name"]
    if call["simulated"] and tool.tell is not None:
        return tool.tell(result)["text"]
    return str(tool.label or tool.name)


def _icon(call: _Data, tool: tools.Tool | None) -> str:
    if not call["result"].get("ok", True):
        return "triangle-alert"
    if call["name"] == KNOWLEDGE:
        return "book-open-check"
    if call["simulated"] and tool is not None and tool.tell is not None:
        return tool.tell(call["result"]).get("icon", "wrench")
    return tool.icon if tool is not None else "wrench"


_NAMES = {
    "alternatives": gettext_lazy("alternatives"),
    "appointments": gettext_lazy("appointments"),
    "code": gettext_lazy("refused"),
    "date_from": gettext_lazy("from day"),
    "date_to": gettext_lazy("to day"),
    "duration_minutes": gettext_lazy("minutes"),
    "message": gettext_lazy("message"),
    "near": gettext_lazy("around"),
    "price": gettext_lazy("price"),
    "query": gettext_lazy("question"),
    "reason": gettext_lazy("reason"),
    "services": gettext_lazy("services"),
    "slots": gettext_lazy("free"),
    "status": gettext_lazy("status"),
    "summary": gettext_lazy("what"),
    "time_from": gettext_lazy("from time"),
    "time_to": gettext_lazy("to time"),
}


def _pairs(data: _Data) -> list[tuple[str, list[str]]]:
    """(name, lines) of what says something to a person; ids and flags are in the whole data only."""
    pairs = [
        (str(_NAMES.get(name, name)), _words(name, value)) for name, value in data.items() if not _is_technical(name)
    ]
    return [(name, words) for name, words in pairs if any(words)]


def _is_technical(name: str) -> bool:
    return name in ("ok", "exact", "closed", "limit", "end") or name == "id" or name.endswith(("_id", "_ids"))


def _words(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [_phrase(name, item) for item in value]
    return [_phrase(name, value)]


def _phrase(name: str, value: Any) -> str:
    if isinstance(value, dict):
        said = [_phrase(key, item) for key, item in value.items() if not _is_technical(key)]
        return " · ".join(word for word in said if word)
    if isinstance(value, list):
        return " + ".join(_phrase(name, item) for item in value)
    if isinstance(value, bool) or value is None:
        return ""
    if name == "price" and _AMOUNT.fullmatch(str(value)):
        return brl(Decimal(str(value)))
    return _moment(str(value))


def _moment(text: str) -> str:
    """ "2026-11-21T09:30:00-03:00" → "21/11 09:30"; "2026-11-21" → "21/11"; anything else as it is."""
    try:
        if _DAY.fullmatch(text):
            return f"{date.fromisoformat(text):%d/%m}"
        if _INSTANT.match(text):
            moment = datetime.fromisoformat(text)
            return f"{timezone.localtime(moment) if moment.tzinfo else moment:%d/%m %H:%M}"
    except ValueError:
        pass
    return text
