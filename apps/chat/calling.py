"""Calling people by e-mail when a customer waits and nobody of the team is there to hear the screens.

Once per wait: somebody online hears the tone instead, and is given time to take it; when the last of
them leaves, the others are written to.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import hosts, presence
from apps.accounts.models import Membership
from apps.accounts.roles import MATRIX, Permission
from apps.chat.models import Conversation, Message
from apps.chat.models.message import SILENT
from apps.lib.tenancy import current_tenant, release_connection
from apps.lib.text import shorten
from apps.work.handlers import Job, Later
from apps.work.wake import wake

KIND = "chat.call_people"
PATIENCE = timedelta(seconds=60)
LOOK_AGAIN_SECONDS = 120
WORDS = (Message.Type.TEXT, Message.Type.INTERACTIVE, Message.Type.BUTTON)
GIVE_UP_AFTER = timedelta(hours=12)  # the AI answers again then: handoff.HAND_BACK_AFTER


def soon(conversation: Conversation) -> None:
    """The customer waits from now on. The caller's transaction holds the conversation's lock."""
    wake(KIND, key=conversation.pk, after_seconds=PATIENCE.total_seconds())


def call_people(job: Job) -> None:
    """Raises Later while it is too early, or while somebody who may answer is online."""
    conversation = _waiting(int(job.key))
    if conversation is None:
        return
    assert conversation.needs_human_since
    early = conversation.needs_human_since + PATIENCE - timezone.now()
    if early > timedelta(0):
        raise Later(early.total_seconds(), "somebody may still take it")
    tenant = current_tenant()
    if presence.online(tenant).filter(role__in=MATRIX[Permission.ANSWER]).exists():
        raise Later(LOOK_AGAIN_SECONDS, "somebody is online")
    addresses = list(_people().values_list("user__email", flat=True))
    messages = [_letter(conversation, to=address) for address in addresses]
    release_connection()  # nothing is held while the mail server answers
    with get_connection() as mail:
        mail.send_messages(messages)
    Conversation.objects.filter(pk=conversation.pk).update(people_called_at=timezone.now())


def _waiting(pk: int) -> Conversation | None:
    """The conversation, if it waits and nobody was called for this wait."""
    uncalled = Q(people_called_at=None) | Q(people_called_at__lt=F("needs_human_since"))
    recent = timezone.now() - GIVE_UP_AFTER
    return (
        Conversation.objects.select_related("identity__contact", "channel")
        .filter(uncalled, pk=pk, assignee=None, status__in=Conversation.OPEN, needs_human_since__gt=recent)
        .first()
    )


def _people() -> QuerySet[Membership]:
    """The business's members who may answer, whether there or not."""
    may = Membership.objects.active().filter(tenant=current_tenant(), role__in=MATRIX[Permission.ANSWER])
    return may.exclude(user__email="").order_by("user__email")


def _last_words(conversation: Conversation) -> str:
    """What the customer said last, in one line; the kind of what has no words. Nothing that was taken back."""
    said = conversation.messages.exclude(SILENT).filter(sender=Message.Sender.CUSTOMER).order_by("-id").first()
    if said is None or said.data.get("revoked"):
        return ""
    kind = "" if said.message_type in WORDS else said.get_message_type_display()
    return shorten(" ".join(": ".join(filter(None, [kind, said.content])).split()), 160)


def _letter(conversation: Conversation, *, to: str) -> EmailMultiAlternatives:
    """One letter each: nobody reads the others' addresses."""
    tenant, contact = current_tenant(), conversation.identity.contact
    context = {
        "tenant": tenant,
        "name": contact.display_name,
        "reason": conversation.needs_human_reason,
        "snippet": _last_words(conversation),
        "since": conversation.needs_human_since,
        "url": hosts.url_of(
            hosts.host_of(tenant), reverse("chat:conversation", args=[conversation.pk], urlconf="config.urls.tenant")
        ),
    }
    subject = _("%(name)s is waiting for a person · %(business)s") % {
        "name": contact.display_name,
        "business": tenant.name,
    }
    letter = EmailMultiAlternatives(
        " ".join(subject.split()), render_to_string("emails/person_needed.txt", context), to=[to]
    )
    letter.attach_alternative(render_to_string("emails/person_needed.html", context), "text/html")
    return letter
