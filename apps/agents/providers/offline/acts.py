"""The acts a sentence can perform."""

from __future__ import annotations

from enum import StrEnum, auto


class Act(StrEnum):
    GREETING = auto()
    HOW_ARE_YOU = auto()
    THANKS = auto()
    BYE = auto()
    ABOUT_PERSON = auto()
    WAIT = auto()
    YES = auto()
    NO = auto()
    NOT_SURE = auto()
    GIVE_UP = auto()
    BOOK = auto()
    RESCHEDULE = auto()
    CANCEL = auto()
    OWN_BOOKING = auto()
    PERSON = auto()
    COMPLAINT = auto()
    EMERGENCY = auto()
    UNREADABLE = auto()
    RUNNING_LATE = auto()
    ASK_APPOINTMENTS = auto()
    ASK_CANCELLING = auto()
    ASK_PRICE = auto()
    ASK_DURATION = auto()
    ASK_IF_OFFERED = auto()
    ASK_HOURS = auto()
    ASK_SERVICES = auto()
    ASK_ADDRESS = auto()
    ASK_PROFESSIONALS = auto()
    ASK_WHO = auto()
    ASK_IF_WORKS = auto()
    DISCOUNT = auto()
    MANIPULATION = auto()
    OFF_TOPIC = auto()
    OTHER_CUSTOMER = auto()
    GROUP = auto()
    AFTERWARDS = auto()
    REPEAT = auto()
    ALL = auto()
    ADD = auto()
    ANOTHER = auto()
    ONLY = auto()
    REMOVE = auto()
    SAME_TIME = auto()
    SAME_PERSON = auto()
    ANYBODY = auto()
    WHATEVER = auto()
    EARLIER = auto()
    LATER = auto()
    SOONEST = auto()
    LAST_OF_DAY = auto()
    MORE_OPTIONS = auto()
    OTHER_DAY = auto()
    OTHER_PERSON = auto()
    EXCEPT = auto()
    CORRECTION = auto()
    QUESTION = auto()


ASKS = frozenset(
    {
        Act.ASK_PRICE, Act.ASK_DURATION, Act.ASK_IF_OFFERED, Act.ASK_HOURS, Act.ASK_SERVICES, Act.ASK_ADDRESS,
        Act.ASK_PROFESSIONALS, Act.ASK_WHO, Act.ASK_APPOINTMENTS, Act.DISCOUNT, Act.MANIPULATION, Act.OTHER_CUSTOMER,
        Act.ASK_IF_WORKS, Act.ASK_CANCELLING,
    }
)  # fmt: skip

# Said beside the matter: alone they leave a sentence with unread words not understood.
MANNERS = frozenset(
    {
        Act.GREETING, Act.HOW_ARE_YOU, Act.THANKS, Act.BYE, Act.QUESTION, Act.CORRECTION, Act.ABOUT_PERSON,
        Act.OWN_BOOKING, Act.ONLY, Act.ADD, Act.ANOTHER, Act.REPEAT,
    }
)  # fmt: skip
