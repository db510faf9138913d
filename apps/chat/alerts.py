"""When a channel needs its owner: marked, shown, and told by e-mail, once an hour and channel at most."""

from __future__ import annotations

from datetime import timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts import hosts
from apps.accounts.models import Membership
from apps.audit import trail
from apps.chat import live
from apps.chat.models import Channel
from apps.lib.tenancy import current_tenant
from apps.work.handlers import Job, Later
from apps.work.wake import wake

KIND = "chat.alert"
AT_MOST_EVERY = timedelta(hours=1)
Role = Membership.Role


def mark_down(channel: Channel, *, reason: str) -> None:
    """The channel needs its owner: no more sends, the queue is kept, the reason is shown."""
    with transaction.atomic():
        changed = Channel.objects.filter(pk=channel.pk, status=Channel.Status.ACTIVE).update(
            status=Channel.Status.UNHEALTHY, status_reason=reason[:300], updated_at=timezone.now()
        )
        if changed:
            trail.record("channel.unhealthy", on=channel, reason=reason[:300])
            live.channel_changed(channel)
            ask(channel)


def ask(channel: Channel) -> None:
    """Have the owner told how the channel is. Call inside a transaction, last."""
    wake(KIND, key=channel.pk)


def send(job: Job) -> None:
    """Write to the owners what is wrong now; nothing when it is mended meanwhile."""
    channel = Channel.objects.filter(pk=int(job.key)).exclude(external_id="").first()
    if channel is None:
        return
    defects = list(channel.templates.exclude(defect="", status__in=("APPROVED", "PENDING")).order_by("name")[:20])
    if channel.is_active and not channel.note and not defects:
        return
    if channel.alerted_at and (again := channel.alerted_at + AT_MOST_EVERY) > timezone.now():
        raise Later((again - timezone.now()).total_seconds(), "told within the hour")
    for member in _owners():
        with translation.override(member.user.language or current_tenant().language):
            context = {
                "channel": channel,
                "templates": defects,
                "name": member.user.short_name,
                "business": current_tenant().name,
                "url": hosts.url_of(hosts.host_of(current_tenant()), "/canais"),
            }
            subject = _("%(business)s: WhatsApp needs your attention") % {"business": current_tenant().name}
            send_mail(
                " ".join(subject.split()),
                render_to_string("emails/channel_alert.txt", context),
                None,
                [member.user.email],
            )
    Channel.objects.filter(pk=channel.pk).update(alerted_at=timezone.now())


def _owners() -> list[Membership]:
    run_it = Membership.objects.active().filter(tenant=current_tenant(), role__in=(Role.OWNER, Role.ADMIN))
    return list(run_it.select_related("user").order_by("id")[:20])
