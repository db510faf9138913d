"""What a line of ours said, whoever of us wrote it: options, times, and the question it ended with."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from apps.agents.providers.base import AppointmentFact
from apps.agents.providers.offline.dates import WEEKDAYS, read_days
from apps.agents.providers.offline.language import fold
from apps.agents.providers.offline.tongues.detect import tongue_of
from apps.agents.providers.offline.tongues.phrasebook import in_portuguese

# Deeds

DONE = re.compile(r"✅|\b(?:marcad|remarcad|agendad|reagendad|cancelad|desmarcad|reservad)[oa]\b(?! para outr)")
HANDED_OFF = re.compile(
    r"ja (?:chamei|avisei)|vou chamar (?:alguem|a equipe)|uma pessoa te responde"
    r"|called the team|someone will answer|ya avise al equipo|una persona te responde"
)


def is_done(text: str) -> bool:
    """Our line told of a booking made, moved or cancelled, or that a person was called: a new page begins."""
    plain = fold(text)
    says_done = bool(DONE.search(plain)) and "?" not in plain and "nao" not in plain
    return says_done or "✅" in text or bool(HANDED_OFF.search(plain))


# Questions

ASKS_PERIOD = re.compile(
    r"\b(?:manha|tarde)(?:, tarde)? ou (?:tarde|noite)\?"
    r"|\b(?:morning|afternoon)(?:, afternoon)? or (?:afternoon|evening)\?"
    r"|\b(?:manana|tarde)(?:, tarde)? o (?:tarde|noche)\?"
)
ASKS_TIME = re.compile(
    rf"{ASKS_PERIOD.pattern}|que horas?|qual horario|outro horario|what time|another time|otro horario"
)


def asks_period(asked: str) -> bool:
    return bool(ASKS_PERIOD.search(fold(asked)))


INVITATION = re.compile(
    r"\b(?:quer|posso|gostaria de|vamos|bora)(?: que eu)? (?:ja )?(?:marcar|agendar|marque|agende|ver|veja)\b"
    r"|\bwould you like to (?:book|see)\b|\bquieres (?:reservar|ver)\b"
)


def invites_to_book(asked: str) -> bool:
    return bool(INVITATION.search(fold(asked)))


ANOTHER = re.compile(r"\b(?:outro dia|another day|a different day|otro dia)\b[^.!?]*\?")


def asks_for_another(asked: str) -> bool:
    """ "Quer ver outro dia ou outro horário?", without times to choose from."""
    return bool(ANOTHER.search(fold(asked))) and not shown_options(asked)


def asks_day(asked: str) -> bool:
    return bool(re.search(r"\b(?:que|qual|cual|what|which) (?:dia|day)\b", fold(asked)))


QUESTIONS = re.compile(r"[^.!?\n]*\?")
OPEN_QUESTION = re.compile(
    r"\b(?:qual|quais|quando|quem|onde|quant[oa]s?|que (?:dia|horas?|horario|servicio|servico|periodo)|what|which"
    r"|when|who|where|how|cual|cuales|cuando|quien|donde)\b"
)


def asks_openly(text: str) -> bool:
    """The last question of a line of ours wants more than yes or no: a yes to it agrees to nothing."""
    questions = QUESTIONS.findall(fold(text))
    return bool(questions) and bool(OPEN_QUESTION.search(questions[-1]))


def lists_appointments(asked: str, appointments: tuple[AppointmentFact, ...]) -> bool:
    return len(appointments) > 1 and all(mentions_time(asked, appointment.start) for appointment in appointments)


# Times and options


def mentions_time(text: str, moment: datetime) -> bool:
    """ "9:30", "09:30", "9h30", "9h" or "9:30 am" in a line of ours, whoever wrote it."""
    return time(moment.hour, moment.minute) in shown_times(text)


CLOCK = re.compile(r"(?<!\d)(\d{1,2})(?::(\d{2})|h(\d{2})?)(?!\d)(?: ?([ap])m\b)?")


def shown_times(text: str) -> list[time]:
    return [moment for match in CLOCK.finditer(text) if (moment := _time_of(match))]


def _time_of(match: re.Match[str]) -> time | None:
    hour, minute = int(match[1]), int(match[2] or match[3] or 0)
    if match[4] and hour <= 12:
        hour = hour % 12 + (12 if match[4] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


MONTHS = (
    "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?",
    "sep(?:t|tember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip
ENGLISH_DATE = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])")
STREET = re.compile(
    r"\b(?:rua|r\.|avenida|av\.?|praca|travessa|alameda|calle|street)[^,;.!?\n]*"
)  # "Rua 7 de Setembro"
WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b")


def names_day(text: str, day: date, *, today: date) -> bool | None:
    """Whether a line of ours is about this day: False when it names others only, None when it names none.

    A weekday alone is any such day; "sexta 18/12" and "amanhã" are the very one.
    """
    plain = fold(in_portuguese(ENGLISH_DATE.sub(_in_digits, STREET.sub(" ", fold(text))), tongue_of(text)))
    named, _ = read_days(plain, today=today)
    if not named:
        return None
    exact, _ = read_days(WEEKDAY.sub(" ", plain), today=today)
    if exact:
        return any(mention.days.start <= day <= mention.days.end for mention in exact)
    return any(mention.days.start.weekday() == day.weekday() for mention in named)


def _in_digits(match: re.Match[str]) -> str:
    return f"{match[2]}/{next(number for number, name in enumerate(MONTHS, 1) if re.fullmatch(name, match[1]))}"


def tells_of(text: str, start: datetime, *, today: date) -> bool:
    """Whether a line of ours may be about this start: its time is told, and no other day."""
    return mentions_time(text, start) and names_day(text, start.date(), today=today) is not False


OPTION = re.compile(r"(?<![\d,.])(\d{1,2})\)\s*(.+?)(?=\s*(?<!\d)\d{1,2}\)|\n|[.?!](?:\s|$)|$)", re.S)


def shown_options(text: str) -> dict[int, str]:
    """The numbered options of a line of ours: {1: "9:00 com Carlos", …}."""
    return {int(match[1]): match[2].strip() for match in OPTION.finditer(text)}


def shown_option(text: str, number: int) -> str:
    options = shown_options(text)
    if not options:
        return ""
    return options.get(max(options) if number == -1 else number, "")


LISTS_SERVICES = re.compile(
    r"Qual (?:serviço )?você quer\?|Qual deles: [a-z]|Which (?:service )?would you like\?|Which of them: [a-z]"
    r"|¿(?:Qué servicio|Cuál) quieres\?|¿Cuál de ellos: [a-z]"
)
ABOUT_OPENING = re.compile(r"\b(?:abrimos|fechamos|abertos|open|closed|cerramos|abiertos)\b")


def asks_service(asked: str) -> bool:
    return bool(LISTS_SERVICES.search(asked))


def tells_opening(asked: str) -> bool:
    return bool(ABOUT_OPENING.search(asked))
