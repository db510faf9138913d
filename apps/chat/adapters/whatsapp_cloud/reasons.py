"""Meta's error codes in words of ours, for the people of a business. Meta's own text stays with the message."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.chat.adapters.whatsapp_cloud import codes

TOKEN_REFUSED = _("WhatsApp refused the access token: it is wrong, expired or was revoked.")
NUMBER_UNKNOWN = _("WhatsApp does not know this number, or the token has no access to it.")
_MAY_NOT = _("The access token has no permission to write from this number.")
_RESTRICTED = _("WhatsApp has restricted this account.")
_UNREACHABLE = _("This person can’t be reached on WhatsApp.")
_NO_MARKETING = _("WhatsApp delivers no more marketing to this person for now.")
_REFUSED = _("WhatsApp refused this message.")
_BUSY = _("WhatsApp is not taking messages at the moment.")
_TEMPLATE = _("WhatsApp refused this template.")

_REASONS: dict[int, Promise] = (
    dict.fromkeys((0, 190), TOKEN_REFUSED)
    | dict.fromkeys((3, 10, 131005, *range(200, 300)), _MAY_NOT)
    | dict.fromkeys((368, 130497, 131031), _RESTRICTED)
    | dict.fromkeys(codes.UNREACHABLE, _UNREACHABLE)
    | dict.fromkeys(codes.NO_MARKETING, _NO_MARKETING)
    | dict.fromkeys(codes.OUR_BUGS | {131051}, _REFUSED)
    | dict.fromkeys(codes.BACK_OFF | codes.SLOW_DOWN, _BUSY)
    | dict.fromkeys(codes.TEMPLATE_DEFECT, _TEMPLATE)
    | {
        33: NUMBER_UNKNOWN,
        131037: _("WhatsApp has not approved this number’s display name yet."),
        131042: _("WhatsApp has a problem with the payment of this account."),
        131045: _("This number is not registered with WhatsApp."),
        131047: _("The 24-hour window is closed."),
    }
)


def reason(code: int | None, told: str) -> str:
    """A sentence; what we were `told` where the code is unknown, or there is none."""
    known = _REASONS.get(code) if code is not None else None
    if known is not None:
        return str(known)
    return told if not told or told[-1] in ".!?…" else f"{told}."


def trouble(code: int | None, told: str) -> str:
    """Why a number no longer works: with the code, which Meta's support asks for."""
    why = reason(code, told)
    return why if code is None else gettext("Error %(code)d: %(reason)s") % {"code": code, "reason": why}
