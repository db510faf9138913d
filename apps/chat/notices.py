"""What WhatsApp tells about a number, an account or a template: kept, shown, and told to the owner when it hurts."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit import trail
from apps.chat import alerts, live, templates
from apps.chat.adapters.base import Notice
from apps.chat.models import Channel, MessageTemplate

TEMPLATE_TROUBLE = frozenset(("REJECTED", "PAUSED", "DISABLED", "FLAGGED", "IN_APPEAL", "LIMIT_EXCEEDED"))
ACCOUNT_DOWN = frozenset(("DISABLED_UPDATE", "ACCOUNT_DELETED", "PARTNER_REMOVED", "ACCOUNT_OFFBOARDED"))
ACCOUNT_TROUBLE = frozenset(("ACCOUNT_RESTRICTION", "ACCOUNT_VIOLATION", "REJECTED")) | ACCOUNT_DOWN


def apply(channel: Channel, notice: Notice) -> None:
    """Act on a notice for one channel of the account; saying it twice changes nothing."""
    mine = Channel.objects.select_for_update().get(pk=channel.pk)
    if notice.kind in ("template", "template_quality"):
        _template(mine, notice)
    elif notice.kind == "number":
        _number(mine, notice)
    else:
        _account(mine, notice)


def _template(channel: Channel, notice: Notice) -> None:
    name, language = notice.about
    known = MessageTemplate.objects.filter(channel=channel, name=name, language=language)
    if notice.kind == "template_quality":
        known.update(quality=notice.event[:20], updated_at=timezone.now())
    elif notice.event and notice.event.upper() not in ("UTILITY", "MARKETING", "AUTHENTICATION"):
        told = {"status": notice.event.upper()[:40], "reason": notice.reason}
        if notice.event.upper() == "APPROVED":
            told["defect"] = ""
        known.update(**told, updated_at=timezone.now())
    trail.record("template.changed", on=channel, template=name, event=notice.event, reason=notice.reason)
    templates.ask_sync(channel)
    if notice.event.upper() in TEMPLATE_TROUBLE:
        alerts.ask(channel)


def _number(channel: Channel, notice: Notice) -> None:
    if notice.about[0] and channel.display_number and notice.about[0] != channel.display_number:
        return  # another number of the same account
    texts = {
        "FLAGGED": _("WhatsApp rates this number's quality as low: customers block or report its messages."),
        "DOWNGRADE": _("WhatsApp lowered how many customers this number may write to first."),
        "UNFLAGGED": "",
        "UPGRADE": "",
    }
    if notice.event in texts:
        _note(channel, texts[notice.event], is_trouble=bool(texts[notice.event]))
    trail.record("channel.told", on=channel, event=notice.event, reason=notice.reason)


def _account(channel: Channel, notice: Notice) -> None:
    trail.record("channel.told", on=channel, event=notice.event, reason=notice.reason)
    if notice.event in ACCOUNT_TROUBLE:
        text = _("WhatsApp restricted this account: %(what)s") % {"what": notice.reason or notice.event}
        _note(channel, text, is_trouble=True)
    if notice.event in ACCOUNT_DOWN and notice.reason != "REINSTATE":
        alerts.mark_down(channel, reason=channel.note)


def _note(channel: Channel, text: str, *, is_trouble: bool) -> None:
    channel.note = text[:300]
    channel.save(update_fields=["note", "updated_at"])
    live.channel_changed(channel)
    if is_trouble:
        alerts.ask(channel)
