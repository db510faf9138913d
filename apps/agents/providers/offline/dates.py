"""Days as people write them in Brazil. Everything here reads normalised text (see `language`).

Each reader returns what it found and the text with the found parts blanked, so that the "5" of
"dia 5" is never taken for an hour or for the fifth option.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

WEEKDAYS = {"segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4, "sabado": 5, "domingo": 6}
MONTHS = {
    name: number
    for number, names in enumerate(
        ("janeiro jan", "fevereiro fev", "marco mar", "abril abr", "maio mai", "junho jun", "julho jul",
         "agosto ago", "setembro set", "outubro out", "novembro nov", "dezembro dez dec dic"), start=1)
    for name in names.split()
}  # fmt: skip
NUMBERS = {
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "nove": 9, "dez": 10, "onze": 11, "doze": 12, "quinze": 15, "vinte": 20, "trinta": 30,
}  # fmt: skip


@dataclass(frozen=True)
class Days:
    """A wished day, or a stretch of days, both ends included. `label` names a stretch ("semana que vem")."""

    start: date
    end: date
    label: str = ""

    @property
    def is_single(self) -> bool:
        return self.start == self.end


@dataclass(frozen=True)
class DayMention:
    """`lead` is the word before it: "de" tells the day an appointment is on, "para" the day it should move to.

    `other`: the day meant if the weekday said beside a date that isn't one is right ("quinta dia 20", a Friday).
    `is_weekday`: nothing but the name of one.
    """

    days: Days
    position: int
    lead: str = ""
    other: date | None = None
    is_weekday: bool = False


def _single(day: date) -> Days:
    return Days(day, day)


def _next_weekday(today: date, weekday: int, *, at_least: int = 1) -> date:
    """The first such weekday at least `at_least` days from today."""
    first = today + timedelta(days=at_least)
    return first + timedelta(days=(weekday - first.weekday()) % 7)


def _weekday_next_week(today: date, weekday: int) -> date:
    """ "Quinta que vem": of the next calendar week; said the day before, nobody means tomorrow."""
    monday = today + timedelta(days=7 - today.weekday())
    day = monday + timedelta(days=weekday)
    return day + timedelta(days=7) if (day - today).days <= 1 else day


def _weekday(match: re.Match[str], today: date) -> Days | None:
    weekday = WEEKDAYS[match["weekday"]]
    before, after = match["before"] or "", match["after"] or ""
    if "vem" in after or "semana" in after:
        return _single(_weekday_next_week(today, weekday))
    if before.startswith("proxim"):
        return _single(_next_weekday(today, weekday, at_least=2))
    if (before or "agora" in after) and today.weekday() == weekday:
        return _single(today)
    return _single(_next_weekday(today, weekday))


def _feira(match: re.Match[str], today: date) -> Days:
    return _single(_next_weekday(today, int(match["ordinal"]) - 2))


def _day_of_month(match: re.Match[str], today: date) -> Days | None:
    day = int(match["day"])
    month = today.replace(day=1) + (relativedelta(months=1) if "mes que vem" in match[0] else relativedelta())
    for _ in range(3):
        if 1 <= day <= monthrange(month.year, month.month)[1] and month.replace(day=day) >= today:
            return _single(month.replace(day=day))
        month += relativedelta(months=1)
    return None


def _day_and_month(match: re.Match[str], today: date) -> Days | None:
    """Without a year: this year's, even if it went by recently (we then say so), else next year's."""
    month = match["month"]
    number = MONTHS[month] if month in MONTHS else int(month)
    year = int(match["year"]) if match["year"] else today.year
    year += 2000 if year < 100 else 0
    try:
        day = date(year, number, int(match["day"]))
    except ValueError:
        return None
    if not match["year"] and (today - day).days > 60:
        day = day + relativedelta(years=1)
    return _single(day)


def _from_now(match: re.Match[str], today: date) -> Days:
    amount = int(match["amount"]) if match["amount"].isdigit() else NUMBERS[match["amount"]]
    unit = match["unit"]
    if unit.startswith("dia"):
        return _single(today + timedelta(days=amount))
    return _single(today + (timedelta(weeks=amount) if unit.startswith("semana") else relativedelta(months=amount)))


def _next_week(_: re.Match[str], today: date) -> Days:
    monday = today + timedelta(days=7 - today.weekday())
    return Days(monday, monday + timedelta(days=6), "semana que vem")


def _this_week(_: re.Match[str], today: date) -> Days:
    return Days(today, today + timedelta(days=6 - today.weekday()), "essa semana")


def _weekend(match: re.Match[str], today: date) -> Days:
    saturday = today + timedelta(days=5 - today.weekday()) if today.weekday() < 6 else today - timedelta(days=1)
    if "vem" in match[0] or "proxim" in match[0]:
        saturday += timedelta(days=7)
    return Days(max(saturday, today), saturday + timedelta(days=1), "fim de semana")


def _next_month(_: re.Match[str], today: date) -> Days:
    first = today.replace(day=1) + relativedelta(months=1)
    return Days(first, first + relativedelta(months=1, days=-1), "mês que vem")


AMOUNT = r"(?P<amount>\d{1,2}|" + "|".join(NUMBERS) + ")"
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
WEEKDAY = "|".join(WEEKDAYS)
DayReader = Callable[[re.Match[str], date], "Days | None"]
DAY_READERS: tuple[tuple[re.Pattern[str], DayReader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"\bdepois de amanha\b", lambda _, today: _single(today + timedelta(days=2))),
        (rf"\b(?:daqui(?: a| uns| umas)?|em) {AMOUNT} (?P<unit>dias?|semanas?|mes(?:es)?)\b", _from_now),
        (r"(?<![\d/])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?(?![\d/])", _day_and_month),
        (
            rf"\b(?:dia )?(?P<day>\d{{1,2}})(?: ?o? de |[ /-])(?P<month>{MONTH})\b(?: de (?P<year>\d{{4}}))?",
            _day_and_month,
        ),
        (
            rf"\b(?:no )?dia (?P<day>\d{{1,2}})o?\b(?!/| ?(?:h\b|:)| de (?:{MONTH})\b)"
            r"(?: (?:do|desse|deste) mes(?: que vem)?)?",
            _day_of_month,
        ),
        (r"\b(?:hoje|hoje mesmo)\b", lambda _, today: _single(today)),
        (r"\bamanha\b", lambda _, today: _single(today + timedelta(days=1))),
        (r"\b(?:(?:no )?(?:proximo )?(?:fim|final|finalzinho) de semana(?: que vem)?)\b", _weekend),
        (
            rf"\b(?:(?P<before>proxim[ao]|[nd]?ess[ea]|[nd]?est[ea]) )?(?P<weekday>{WEEKDAY})s?(?:[- ]?feiras?)?"
            r"(?P<after> agora| que vem| d[aeo] (?:semana que vem|proxima semana|outra semana)| da outra)?\b"
            r"(?! opcao| alternativa| vez)",
            _weekday,
        ),
        (r"\b(?P<ordinal>[2-6])a?[- ]feira\b", _feira),
        (r"\b(?:semana que vem|proxima semana|outra semana|semana seguinte)\b", _next_week),
        (r"\b(?:[nd]?essa|[nd]?esta) semana\b|\bessa semana ainda\b", _this_week),
        (r"\b(?:mes que vem|proximo mes)\b", _next_month),
    )
)
# "Ter" is also the verb: a Tuesday only after "na", "para"… or at the start.
TUESDAY = re.compile(r"(?:(?<=na )|(?<=de )|(?<=para )|(?<=essa )|^)ter\b(?=$| |,)(?! (?:que|um|uma|o|a)\b)")


# A weekday and a date side by side are one day: "sexta dia 27", "terça-feira, 1 de dezembro", "dia 27 (sexta)".
_NAMED_WEEKDAY = (
    rf"(?:\b(?:proxim[ao]|[nd]?ess[ea]|[nd]?est[ea]) )?"
    rf"\b(?:(?P<weekday>{WEEKDAY})(?:[- ]?feira)?|(?P<ordinal>[2-6])a?[- ]feira)"
    r"(?: agora| que vem| d[aeo] (?:semana que vem|proxima semana|outra semana))?\b"
)
_DATE = (
    r"(?:dia )?\d{1,2}(?:/\d{1,2}(?:/(?:\d{4}|\d{2}))?(?![\d/])"
    rf"|(?: ?o? de |[ -])(?:{MONTH})\b(?: de \d{{4}})?)|dia \d{{1,2}}o?\b(?!/| ?(?:h\b|:))"
)
_NO_HOUR = r"(?![\d/:,]\d|[/:]| ?(?:h\b|hs\b|horas?\b|e meia|reais|min|pessoas?\b|d[ae] (?:manha|tarde|noite)))"
WEEKDAY_AND_DATE = re.compile(
    rf"{_NAMED_WEEKDAY}(?:[ ,(-]+)(?:(?:no|e) (?=dia ))?(?:(?P<date>{_DATE})|(?P<bare>\d{{1,2}})\b{_NO_HOUR})"
)
DATE_AND_WEEKDAY = re.compile(rf"(?<![\d/])(?P<date>{_DATE})(?P<between>[ ,(-]+){_NAMED_WEEKDAY}")
# A bare number above these is no hour.
LAST_HOUR = 23
LATEST_OPEN = 19
_HOUR_FOLLOWS = re.compile(
    r"[ ,]+(?:(?P<led>as|a) (?P<hour>\d{1,2})|pelas|depois|antes|a partir|de (?:manha|tarde)|a (?:tarde|noite)"
    r"|\d{1,2}(?:h|:\d))"
)


def _dates_beside_weekdays(text: str, today: date) -> tuple[list[DayMention], str]:
    mentions: list[DayMention] = []
    for pattern in (WEEKDAY_AND_DATE, DATE_AND_WEEKDAY):
        for match in list(pattern.finditer(text)):
            weekday = WEEKDAYS[match["weekday"]] if match["weekday"] else int(match["ordinal"]) - 2
            bare = match.groupdict().get("bare")
            found = _dated(match["date"] or f"dia {bare}", weekday, today)
            is_sure = found is not None and found.weekday() == weekday
            if bare and not (found and _is_a_day(int(bare), text[match.end() :], agrees=is_sure)):
                continue
            if pattern is DATE_AND_WEEKDAY and not is_sure and "," in match["between"]:
                continue  # "dia 20 não dá, quinta"
            if found is None:  # a date that no calendar has: the weekday alone is not meant
                text = blank(text, match.start(), match.start("date")) if pattern is WEEKDAY_AND_DATE else text
                continue
            other = None if is_sure or found < today else _nearest_weekday(found, weekday, today)
            mentions.append(DayMention(_single(found), match.start(), lead_of(text[: match.start()]), other))
            text = blank(text, match.start(), match.end())
    return mentions, text


def _is_a_day(number: int, after: str, *, agrees: bool) -> bool:
    """ "Sexta 27" and "sexta 4 às 10h" name days; "sexta 10" an hour, and "sexta 10 às 12" two."""
    if number > LAST_HOUR:
        return True
    if number > LATEST_OPEN and agrees:
        return True
    follows = _HOUR_FOLLOWS.match(after)
    is_stretch = bool(follows and follows["hour"] and number < int(follows["hour"]) <= number + 4)
    return agrees and bool(follows) and not is_stretch


def _dated(named: str, weekday: int, today: date) -> date | None:
    """The day a date names; of a day without its month, that of the month in which it is such a weekday."""
    if re.fullmatch(r"dia \d{1,2}o?", named):
        day = int(re.sub(r"\D", "", named))
        months = [today.replace(day=1) + relativedelta(months=n) for n in range(3)]
        found = [m.replace(day=day) for m in months if 1 <= day <= monthrange(m.year, m.month)[1]]
        found = [item for item in found if item >= today][:2]
        return next((item for item in found if item.weekday() == weekday), found[0] if found else None)
    for pattern, reader in DAY_READERS:
        if reader is _day_and_month and (match := pattern.search(named)):
            days = reader(match, today)
            return days.start if days else None
    return None


def _nearest_weekday(day: date, weekday: int, today: date) -> date:
    around = (day + timedelta(days=n) for n in range(-6, 7))
    return min((d for d in around if d.weekday() == weekday and d >= today), key=lambda d: abs((d - day).days))


def read_days(text: str, *, today: date) -> tuple[tuple[DayMention, ...], str]:
    """The days named in `text`, in order, and `text` without them."""
    mentions, text = _dates_beside_weekdays(TUESDAY.sub("terca", text), today)
    for pattern, reader in DAY_READERS:
        for match in list(pattern.finditer(text)):
            if (days := reader(match, today)) is None:
                continue
            is_weekday = reader is _feira or (reader is _weekday and not (match["before"] or match["after"]))
            lead = lead_of(text[: match.start()])
            mentions.append(DayMention(days, match.start(), lead, is_weekday=is_weekday))
            text = blank(text, match.start(), match.end())
    return tuple(sorted(mentions, key=lambda mention: mention.position)), text


NEVER_THERE = re.compile(
    rf"(?<![\d/])(?P<date>(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}}))(?:/\d{{2,4}})?(?![\d/])"
    rf"|\b(?:dia )?(?P<worded>(?P<day2>\d{{1,2}}) de (?P<month2>{MONTH}))\b"
    r"|\b(?P<alone>dia (?P<day3>3[2-9]|[4-9]\d))\b(?!/| ?(?:h\b|:))"
)


def no_such_day(text: str) -> tuple[str, str]:
    """A day no calendar has ("31/11", "dia 32"), and `text` without it. After `read_days` took out the real ones."""
    for match in NEVER_THERE.finditer(text):
        name = match["date"] or match["worded"] or match["alone"]
        month = match["month"] or match["month2"]
        is_a_date = month is None or month in MONTHS or 1 <= int(month) <= 12
        if is_a_date and int(match["day"] or match["day2"] or match["day3"]) > 28:
            return name, blank(text, match.start(), match.end())
    return "", text


def lead_of(before: str) -> str:
    found = re.search(r"\b(para|de|do|da|das|dos|desse|dessa)(?: (?:a|o|as|os|essa|esta|la))? *$", before)
    if not found:
        return ""
    return "para" if found[1] == "para" else "de"


def merge(mentions: tuple[DayMention, ...]) -> Days | None:
    """One wish out of the days named together: neighbours become a stretch, else the first one counts."""
    if not mentions:
        return None
    first, last = mentions[0].days, mentions[-1].days
    stretch = next((mention.days for mention in mentions if mention.days.label), None)
    if stretch and (inside := [day for mention in mentions if (day := into(mention.days, stretch))]):
        return inside[0]
    if len(mentions) > 1 and 0 < (last.start - first.end).days <= 1:
        return Days(first.start, last.end)
    return first


def into(days: Days, stretch: Days) -> Days | None:
    """ "Quarta", when said beside "semana que vem": that week's; the first one of "mês que vem"."""
    if not days.is_single:
        return None
    weeks = max((stretch.end - days.start).days // 7, 0)
    found = (days.start + timedelta(days=7 * n) for n in range(weeks + 1))
    return next((_single(day) for day in found if stretch.start <= day <= stretch.end), None)


def blank(text: str, start: int, end: int) -> str:
    return text[:start] + "·" * (end - start) + text[end:]
