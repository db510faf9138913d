"""Who speaks to the customer: the AI or a person.

The conversation's row lock is the arbiter. Taking over and handing an AI message to the channel
(`delivery`) both hold it, so no AI message leaves after a takeover.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Membership, Tenant, User
from apps.accounts.roles import Permission, allows
from apps.audit import trail
from apps.chat import calling, conversations, live, responders
from apps.chat.errors import AlreadyTaken, NotAMemberHere
from apps.chat.locking import locked
from apps.chat.models import Channel, Conversation, Message, Transfer
from apps.lib.tenancy import current_tenant, in_each
from apps.work.handlers import Job
from apps.work.wake import wake, wake_all

_WHO_ANSWERS = ("is_ai_active", "needs_human_since", "needs_human_reason", "awaits_ai", "human_since")
HAND_BACK_AFTER = timedelta(hours=12)
HAND_BACK = "chat.hand_back"
RESUME = "chat.ai_is_on"
LOOK_AGAIN_SECONDS = 5  # an agent that was just switched on may not have been seen yet
HANDED_AT_ONCE = 500


def take_over(conversation: Conversation, *, by: User, reason: str = "", instead_of: int | None = None) -> Conversation:
    """Put a person in charge and silence the AI. Taking over twice changes nothing.

    `instead_of` is the colleague from whom it is taken knowingly. Raises AlreadyTaken, naming the
    person, when anyone else is in charge.
    """
    with locked(conversation) as conversation:
        if conversation.assignee_id == by.pk:
            return conversation
        if conversation.assignee_id not in (None, instead_of):
            raise AlreadyTaken(by=conversation.assignee)
        names = {"name": by.short_name, "other": _name(conversation.assignee)}
        says = _("%(name)s took over from %(other)s.") if conversation.assignee_id else _("%(name)s took over.")
        _assign(conversation, to=by, reason=reason)
        _tell(conversation, says % names, reason=reason, icon="user")
        trail.record("conversation.taken_over", on=conversation, by=by)
    return conversation


def _tell(conversation: Conversation, says: str, *, reason: str = "", **data: str) -> None:
    """A line in the thread: who speaks from here on."""
    conversations.note(conversation, text=" · ".join(filter(None, [says, reason])), data=data)


def _name(person: User | None) -> str:
    return person.short_name if person else _("Someone else")


def person_writes(conversation: Conversation, *, by: User) -> None:
    """Writing is taking over; the bubble tells by whom. The caller holds the lock. Raises AlreadyTaken."""
    if conversation.assignee_id and conversation.assignee_id != by.pk:
        raise AlreadyTaken(by=conversation.assignee)
    if conversation.assignee_id is None:
        _assign(conversation, to=by, reason="")
        trail.record("conversation.taken_over", on=conversation, by=by)
        return
    conversation.human_since = timezone.now()
    conversation.save(update_fields=["human_since", "updated_at"])


def owner_spoke(conversation: Conversation) -> None:
    """The owner answered on the phone: the AI pauses. The caller holds the lock."""
    _silence(conversation)
    conversation.human_since = timezone.now()
    conversation.save(update_fields=[*_WHO_ANSWERS, "updated_at"])
    live.conversation_changed(conversation)


def ask_for_person(conversation: Conversation, *, reason: str, awaits_ai: bool = False) -> None:
    """The customer, or the AI's own limits, want a person: flag it and pause the AI. Lock held by the caller.

    `awaits_ai`: only until the AI can: an agent is switched on, or the customer writes what it can read.
    """
    if conversation.needs_human or conversation.assignee_id:
        return
    conversation.is_ai_active = False
    conversation.needs_human_since = timezone.now()
    conversation.needs_human_reason = reason[:300]
    conversation.awaits_ai = awaits_ai
    conversation.human_since = timezone.now()
    conversation.save(update_fields=[*_WHO_ANSWERS, "updated_at"])
    Transfer.objects.create(conversation=conversation, reason=reason[:300])
    trail.record("conversation.needs_human", on=conversation, by="ai", reason=reason[:300])
    live.conversation_changed(conversation)
    calling.soon(conversation)


def release(conversation: Conversation, *, by: User) -> Conversation:
    """Give the conversation back to the AI, which answers what is still unanswered.

    Raises AlreadyTaken when a colleague is in charge, unless `by` leads the team.
    """
    with locked(conversation) as conversation:
        if not may_release(conversation, member=_member(by)):
            raise AlreadyTaken(by=conversation.assignee)
        if not conversation.is_ai_active:
            says = _("%(name)s gave the conversation back to the AI.") % {"name": _name(by)}
            _release(conversation, by=by, says=says)
    return conversation


def may_release(conversation: Conversation, *, member: Membership | None) -> bool:
    """Whether this person may give it to the AI: it is theirs, nobody's, or they lead the team."""
    if conversation.assignee_id is None or (member and conversation.assignee_id == member.user_id):
        return True
    return allows(member, Permission.LEAD_TEAM)


def _release(conversation: Conversation, *, by: User | None, says: str) -> None:
    """The caller holds the lock."""
    Transfer.objects.create(conversation=conversation, from_user=conversation.assignee, reason=_("Back to the AI"))
    conversations.let_ai_answer(conversation)
    conversation.save()
    _tell(conversation, says, icon="sparkles")
    trail.record("conversation.released", on=conversation, by=by)
    live.conversation_changed(conversation)
    _wake_responder(conversation)


def transfer(conversation: Conversation, *, to: User | None, by: User, reason: str = "") -> Conversation:
    """Hand the conversation to another person, or to the queue with `to=None`. Raises NotAMemberHere."""
    if to is not None and not allows(_member(to), Permission.ANSWER):
        raise NotAMemberHere
    with locked(conversation) as conversation:
        if to is not None:
            _assign(conversation, to=to, reason=reason)
            says = _("%(name)s handed the conversation to %(other)s.") % {"name": _name(by), "other": _name(to)}
            _tell(conversation, says, reason=reason, icon="user")
        else:
            Transfer.objects.create(conversation=conversation, from_user=conversation.assignee, reason=reason)
            _silence(conversation)
            conversation.assignee = None
            conversation.needs_human_since = timezone.now()
            conversation.needs_human_reason = reason[:300]
            conversation.save()
            says = _("%(name)s put the conversation back in the queue.") % {"name": _name(by)}
            _tell(conversation, says, reason=reason, icon="hand")
            live.conversation_changed(conversation)
        trail.record("conversation.transferred", on=conversation, by=by, to=to.pk if to else None)
        if to is None:
            calling.soon(conversation)
    return conversation


def _member(person: User) -> Membership | None:
    return Membership.objects.active().filter(user=person, tenant=current_tenant()).first()


def ai_may_say(message: Message, conversation: Conversation) -> bool:
    """In AI mode; the one sentence that announces a person, as long as nobody took over; or what no one thinks up."""
    if conversation.ai_answers or message.data.get("automatic"):
        return True
    return bool(message.data.get("farewell")) and conversation.assignee_id is None and conversation.is_open


def hand_back(job: Job) -> None:
    """Twelve hours without a sign of a person: the AI answers again. Periodic, for every business.

    A business where it fails is logged and asked again in the next round; the others go on.
    """
    in_each(Tenant.objects.filter(status="active"), _hand_back, what="handing back")


def _hand_back() -> None:
    _release_all(_forgotten, says=_("12 hours without a person: the AI answers."))


def _release_all(which: Callable[[], QuerySet[Conversation]], *, says: str) -> None:
    for pk in which().values_list("pk", flat=True)[:HANDED_AT_ONCE]:
        with locked(pk) as conversation:
            if which().filter(pk=pk).exists():  # still, now that we have the lock
                _release(conversation, by=None, says=says)


def nobody_answers(conversation: Conversation) -> None:
    """No agent is on for this channel: people are asked, until one is.

    The caller holds the lock, and wakes RESUME as its last step.
    """
    ask_for_person(conversation, reason=_("No assistant is on for this channel."), awaits_ai=True)


def ai_goes_on(conversation: Conversation) -> None:
    """The customer wrote what the AI can answer before any person came. The caller holds the lock, and wakes it."""
    _release(conversation, by=None, says=_("The customer goes on in writing: the AI answers."))


def an_agent_came(channels: Iterable[int]) -> None:
    """Have those answered who wait on these channels for an agent to be on. The caller's transaction decides."""
    waiting = Conversation.objects.filter(channel__in=channels, awaits_ai=True)
    wake_all(RESUME, keys=set(waiting.values_list("channel_id", flat=True)))


def ai_is_on(job: Job) -> None:
    """If an agent is on for the channel, it answers those who waited for one."""
    channel, responder = Channel.objects.filter(pk=job.key).first(), responders.current()
    if channel is None or responder.debounce(channel) is None:
        return
    unanswered = Conversation.objects.filter(awaits_ai=True, snippet_sender=Message.Sender.CUSTOMER)
    waiting = unanswered.filter(channel=channel, status__in=Conversation.OPEN)
    _release_all(waiting.all, says=_("An assistant is on again: it answers."))


def _forgotten() -> QuerySet[Conversation]:
    quiet_since = timezone.now() - HAND_BACK_AFTER
    return Conversation.objects.filter(
        is_ai_active=False, awaits_ai=False, status__in=Conversation.OPEN, human_since__lt=quiet_since
    )


def _assign(conversation: Conversation, *, to: User, reason: str) -> None:
    Transfer.objects.create(conversation=conversation, from_user=conversation.assignee, to_user=to, reason=reason[:300])
    _silence(conversation)
    conversation.assignee = to
    conversation.human_since = timezone.now()
    conversation.save(update_fields=["assignee", *_WHO_ANSWERS, "updated_at"])
    live.conversation_changed(conversation)


def _silence(conversation: Conversation) -> None:
    """The AI stops: also what it had queued and not begun to send."""
    conversation.is_ai_active = False
    conversation.needs_human_since = None
    conversation.needs_human_reason = ""
    conversation.awaits_ai = False
    conversations.drop_thought_up(conversation)


def _wake_responder(conversation: Conversation) -> None:
    responder = responders.current()
    if responder.debounce(conversation.channel) is not None:
        wake(responder.work_kind, key=conversation.pk)
