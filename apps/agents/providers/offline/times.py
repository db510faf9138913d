"""Times of day as people write them in Brazil. Reads normalised text, and blanks what it found (see `dates`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from apps.agents.providers.offline.dates import NUMBERS, blank, lead_of


@dataclass(frozen=True)
class TimeWish:
    """An exact time (`near`), a stretch (`start`, `end`), or neither: any time will do.

    `in_minutes`: so long after the message was written, which `at` makes a time of day.
    `is_ambiguous`: an hour without "da tarde" that may be meant twelve hours later.
    """

    near: time | None = None
    start: time | None = None
    end: time | None = None
    label: str = ""
    is_ambiguous: bool = False
    lead: str = ""
    in_minutes: int | None = None

    def covers(self, moment: time) -> bool:
        """Within the stretch; of an exact time, that very one."""
        return moment == self.near if self.near else (self.start or time.min) <= moment <= (self.end or time.max)

    @property
    def is_any(self) -> bool:
        return (self.near, self.start, self.end, self.in_minutes) == (None, None, None, None)


ANY_TIME = TimeWish()
MORNING = TimeWish(start=time(6), end=time(11, 59), label="de manhã")
AFTERNOON = TimeWish(start=time(12), end=time(17, 59), label="à tarde")
LUNCH = TimeWish(start=time(12), end=time(13, 59), label="na hora do almoço")
EARLY_AFTERNOON = TimeWish(start=time(12), end=time(15), label="no começo da tarde")
EVENING = TimeWish(start=time(18), end=time(23, 59), label="à noite")

HOUR_WORDS = "|".join(word for word, value in NUMBERS.items() if value <= 12)
WORDED_HOUR = re.compile(
    rf"\b(?:(?P<lead>as|das|para as|pelas|umas|ate as|a|da) (?P<a>{HOUR_WORDS})"
    r"(?= ·|$|[ ,.!?]*$| e | da | de | em | horas?\b| h\b|[,.!?])"
    rf"|\b(?P<b>{HOUR_WORDS})(?= horas\b| e meia\b| e (?:quinze|trinta)\b| da (?:manha|tarde|noite)\b))"
)
QUALIFIER = r"(?: ?(?:horas )?(?:da|de|a|na|pela|desta) (?P<{0}q>manha|tarde|noite|madrugada))?"
MARKED = (
    r"(?P<{0}h>\d{{1,2}})(?:\s?(?:[:h]|\.(?=\d\d(?!\d)))\s?(?P<{0}m>[0-5]\d)\s?(?:min|h)?\b|\s?(?:horas?|h)\b)"
    r"(?:\s?e (?P<{0}e>meia|15|30|45)\b)?"
)
HALVED = r"(?P<{0}h>\d{{1,2}}) e (?P<{0}e>meia|[0-5]\d)\b"
BARE = r"(?P<{0}h>\d{{1,2}})(?!\d|[:/]\d|,\d| ?(?:reais|conto|pila|%|min|dias?\b|pessoas?\b|anos?\b|semanas?\b))"
NOT_INSIDE = r"(?<![\d/$,.])"


def _clock_pattern(name: str, *, loose: bool) -> str:
    """A time of day; `loose` also takes a bare number, which only a word like "às" turns into an hour."""
    forms = (MARKED, HALVED, BARE) if loose else (MARKED, HALVED)
    body = "|".join(form.format(f"{name}{index}") for index, form in enumerate(forms))
    return NOT_INSIDE + f"(?:{body})" + QUALIFIER.format(name)


def _clock(match: re.Match[str], name: str) -> tuple[time, bool] | None:
    """The time of day a clock pattern matched, and whether half a day may be missing."""
    groups = match.groupdict()
    hours, minutes, extra = (_first(groups, f"{name}{{}}{part}") for part in "hme")
    hour, minute = int(hours or 0), int(minutes or 0)
    if extra:
        minute = 30 if extra == "meia" else int(extra)
    if hour == 24:
        hour = 0
    if hour > 23 or minute > 59:
        return None
    qualifier = groups.get(f"{name}q")
    if qualifier in ("tarde", "noite") and hour < 12:
        hour += 12
    elif qualifier == "noite" and hour == 12:
        hour = 0
    return time(hour, minute), qualifier is None and 1 <= hour <= 11


def _first(groups: dict[str, str | None], key: str) -> str:
    """The group that matched, of the three forms a time can take."""
    return next((value for form in range(3) if (value := groups.get(key.format(form)))), "")


BETWEEN = re.compile(
    r"(?:\bentre (?:as |o )?|\bdas |\bde )" + _clock_pattern("a", loose=True) + r" ?(?:e|as|a|ate|ate as|-) (?:o )?"
    + _clock_pattern("b", loose=True)
    + "|" + _clock_pattern("c", loose=False) + r" ?(?:as|a|ate|ate as|-) ?" + _clock_pattern("d", loose=True)
)  # fmt: skip
AFTER = re.compile(
    r"\b(?:(?:so )?depois (?:das?|de|do)|a partir (?:das?|de|do)|apos(?: as?| o)?|passad[ao] (?:das?|do)) "
    + _clock_pattern("a", loose=True)
)
BEFORE = re.compile(
    r"\b(?:antes (?:das?|de|do)|ate(?: as?| o)?|no maximo(?: ate)?(?: as?)?) " + _clock_pattern("a", loose=True)
)
QUARTER_TO = re.compile(
    r"(?<![\d:h])(?P<less>5|10|15|20|25|cinco|dez|quinze|vinte) para (?:as?|o) "
    + _clock_pattern("a", loose=True).replace(NOT_INSIDE, "")
)
LED = re.compile(
    r"\b(?P<lead>as|das|umas|pelas|la pelas|por volta das?|tipo(?: umas| as)?|para as|perto das) "
    + _clock_pattern("a", loose=True)
)
PLAIN = re.compile(_clock_pattern("a", loose=False))
# "Amanhã 10": a bare number right after a day, which stands blanked.
AFTER_DAY = re.compile(
    r"(?<=·)[ ,]{1,2}(?P<a2h>[7-9]|1\d|20)(?=[ .!?]*$|,(?!\d)| (?:·|(?:com|por favor|ou|pode|para|no|na)\b))"
)
QUALIFIED = re.compile(NOT_INSIDE + r"(?P<a2h>\d{1,2})(?: horas)? (?:da|de|a) (?P<aq>manha|tarde|noite)\b")

PERIODS: tuple[tuple[re.Pattern[str], TimeWish], ...] = tuple(
    (re.compile(pattern), wish)
    for pattern, wish in (
        (r"\b(?:depois|apos) (?:do |o )?(?:almoco|meio dia"
        r"|meio-dia)\b", TimeWish(start=time(13), label="depois do almoço")),
        (r"\bantes (?:do |o )?almoco\b", TimeWish(end=time(12), label="antes do almoço")),
        (r"\b(?:hora|horario|no) d?[eo]? ?almoco\b", LUNCH),
        (
            r"\b(?:depois|apos|saindo|saio|quando (?:eu )?sair) (?:do |o )?(?:meu )?(?:trabalho|trampo"
            r"|expediente|servico)\b",
            TimeWish(start=time(18), label="depois das 18:00"),
        ),
        (r"\b(?:fim|final|finzinho|finalzinho) d[ao] (?:tarde"
        r"|dia)\b", TimeWish(start=time(16), label="no fim da tarde")),
        (r"\b(?:inicio|comeco|comecinho) da tarde\b", EARLY_AFTERNOON),
        (r"\b(?:fim|final|finzinho) da manha\b", TimeWish(start=time(10), end=time(12), label="no fim da manhã")),
        (
            r"\b(?:(?:inicio|comeco|comecinho) da manha|cedinho|bem cedo|logo cedo|manha cedo|primeira hora)\b",
            TimeWish(start=time(6), end=time(10), label="cedo"),
        ),
        (r"\bcedo\b", MORNING),
    )
)  # fmt: skip
PERIOD = re.compile(r"(?:\b(?:de|da|a|na|pela|para|no periodo da|parte da|do) )*\b(manha|tarde|noite)\b")
PARTS = {"manha": MORNING, "tarde": AFTERNOON, "noite": EVENING}
ANY = re.compile(
    r"\b(?:qualquer (?:um )?(?:hora(?:rio)?s?|periodo|turno)|o dia (?:todo|inteiro)"
    r"|tanto faz (?:o |a )?(?:hora(?:rio)?|periodo))\b"
)


_AMOUNT = rf"(?P<amount>\d{{1,2}}|{HOUR_WORDS})"
FROM_NOW = re.compile(
    rf"\b(?:daqui(?: a| umas| ha)?|em|dentro de) (?:{_AMOUNT} (?P<unit>horas?|h|min(?:utos)?)\b|(?P<half>meia hora)\b)"
    r"(?P<more> e meia\b)?"
)


def _from_now(match: re.Match[str]) -> TimeWish:
    if match["half"]:
        return TimeWish(in_minutes=30)
    amount = int(match["amount"]) if match["amount"].isdigit() else NUMBERS[match["amount"]]
    minutes = amount if match["unit"].startswith("min") else 60 * amount
    return TimeWish(in_minutes=minutes + 30 * bool(match["more"]))


# Free times begin on the quarter of an hour.
STEP_MINUTES = 15


def at(wish: TimeWish, now: datetime) -> tuple[date, TimeWish]:
    """The day and the time of "daqui a 2 horas", rounded up."""
    moment = now + timedelta(minutes=wish.in_minutes or 0)
    late = (moment.minute % STEP_MINUTES) * 60 + moment.second
    moment = moment.replace(microsecond=0) + timedelta(seconds=(STEP_MINUTES * 60 - late) if late else 0)
    return moment.date(), TimeWish(near=moment.time())


def read_time(text: str) -> tuple[tuple[TimeWish, ...], str]:
    """The wished times in order of position (exact ones before stretches of the day), and `text` without them."""
    if soon := FROM_NOW.search(text):
        return (_from_now(soon),), blank(text, soon.start(), soon.end())
    text = _numerals(text)
    wishes: list[TimeWish] = []
    for period, wish in PERIODS:
        if match := period.search(text):
            wishes.append(wish)
            text = blank(text, match.start(), match.end())
    for pattern, reader in TIME_READERS:
        for match in list(pattern.finditer(text)):
            if (found := reader(match, text)) is None:
                continue
            wishes.append(found)
            text = blank(text, match.start(), match.end())
    parts = list(PERIOD.finditer(text))
    if parts:
        wishes.append(_part_of_day([match[1] for match in parts]))
        for match in parts:
            text = blank(text, match.start(), match.end())
    if match := ANY.search(text):
        wishes.append(replace(ANY_TIME, label=""))
        text = blank(text, match.start(), match.end())
    return tuple(_settle(wishes)), text


def _numerals(text: str) -> str:
    """ "Três da tarde", "meio-dia e meia" and "às duas" in digits."""
    text = re.sub(r"(?<!depois do )(?<!apos o )\bmeio[ -]dia\b", "12h", text)
    text = re.sub(r"\bmeia[ -]noite\b", "0h", text)
    text = WORDED_HOUR.sub(
        lambda match: f"{match['lead']} {NUMBERS[match['a']]}" if match["a"] else str(NUMBERS[match["b"]]), text
    )
    return re.sub(r"\be (quinze|trinta)\b", lambda match: f"e {NUMBERS[match[1]]}", text)


def _between(match: re.Match[str], _: str) -> TimeWish | None:
    names = "ab" if _first(match.groupdict(), "a{}h") else "cd"
    first, last = _clock(match, names[0]), _clock(match, names[1])
    if first is None or last is None:
        return None
    return TimeWish(start=first[0], end=last[0], is_ambiguous=first[1] or last[1])


def _after(match: re.Match[str], _: str) -> TimeWish | None:
    found = _clock(match, "a")
    return TimeWish(start=found[0], is_ambiguous=found[1]) if found else None


def _before(match: re.Match[str], _: str) -> TimeWish | None:
    found = _clock(match, "a")
    if found is None:
        return None
    return TimeWish(end=found[0], is_ambiguous=found[1], label="até" if match[0].startswith("ate") else "")


def _quarter_to(match: re.Match[str], _: str) -> TimeWish | None:
    found = _clock(match, "a")
    if found is None:
        return None
    less = int(match["less"]) if match["less"].isdigit() else NUMBERS[match["less"]]
    minutes = (found[0].hour * 60 + found[0].minute - less) % 1440
    return TimeWish(near=time(minutes // 60, minutes % 60), is_ambiguous=found[1])


def _exact(match: re.Match[str], text: str) -> TimeWish | None:
    found = _clock(match, "a")
    if found is None:
        return None
    lead = match.groupdict().get("lead") or lead_of(text[: match.start()])
    lead = "para" if "para" in lead else "de" if lead in ("de", "das") else ""
    return TimeWish(near=found[0], is_ambiguous=found[1], lead=lead)


TIME_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], TimeWish | None]], ...] = (
    (BETWEEN, _between),
    (QUARTER_TO, _quarter_to),
    (AFTER, _after),
    (BEFORE, _before),
    (LED, _exact),
    (PLAIN, _exact),
    (QUALIFIED, _exact),
    (AFTER_DAY, _exact),
)


def _part_of_day(names: list[str]) -> TimeWish:
    parts = [PARTS[name] for name in ("manha", "tarde", "noite") if name in names]
    if len(parts) == 1:
        return parts[0]
    return TimeWish(start=parts[0].start, end=parts[-1].end, label=" ou ".join(part.label for part in parts))


def _settle(wishes: list[TimeWish]) -> list[TimeWish]:
    """ "De tarde, às 3": the part of the day tells which 3, and the exact time is the wish."""
    exact = [wish for wish in wishes if wish.near]
    stretches = [wish for wish in wishes if not wish.near]
    if not exact:
        return _narrow(stretches)
    if stretches and stretches[0].start and not stretches[0].is_ambiguous:
        exact = [_within(wish, stretches[0]) for wish in exact]
    return exact


def _narrow(stretches: list[TimeWish]) -> list[TimeWish]:
    """ "Depois das 15h" beside "de tarde": the more precise one, first found, counts; "after" and "before" join."""
    stretches = sorted(stretches, key=lambda wish: wish.is_any or wish.label not in ("", "até"))
    starts = [wish for wish in stretches if wish.start and not wish.end]
    ends = [wish for wish in stretches if wish.end and not wish.start]
    if starts and ends and (starts[0].start or time.min) < (ends[0].end or time.max):
        is_ambiguous = starts[0].is_ambiguous or ends[0].is_ambiguous
        return [TimeWish(start=starts[0].start, end=ends[0].end, is_ambiguous=is_ambiguous)]
    if len(stretches) > 1 and stretches[0].is_ambiguous and stretches[1] in (AFTERNOON, EVENING):
        return [_shift(stretches[0])]
    return stretches[:1]


def _within(wish: TimeWish, part: TimeWish) -> TimeWish:
    if not wish.is_ambiguous:
        return wish
    if part.start and part.start >= time(12):
        return _shift(wish)
    return replace(wish, is_ambiguous=False)


def _shift(wish: TimeWish) -> TimeWish:
    return replace(
        wish,
        near=half_a_day_later(wish.near),
        start=half_a_day_later(wish.start),
        end=half_a_day_later(wish.end),
        is_ambiguous=False,
    )


def half_a_day_later(value: time | None) -> time | None:
    return value.replace(hour=value.hour + 12) if value and value.hour < 12 else value


def settle_half(wish: TimeWish, *, is_open_at: Callable[[time], bool]) -> TimeWish:
    """ "Às 3" at a business that opens at 9 is 15:00."""
    if not wish.is_ambiguous:
        return wish
    first = wish.near or wish.start or wish.end
    later = half_a_day_later(first)
    if first and later and not is_open_at(first) and is_open_at(later):
        return _shift(wish)
    if wish.start and wish.end and wish.end < wish.start:
        return replace(wish, end=half_a_day_later(wish.end), is_ambiguous=False)
    if wish.near and not is_open_at(wish.near):
        return wish  # perhaps what was said before tells
    return replace(wish, is_ambiguous=False)
