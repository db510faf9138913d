"""Sending: each answer of Meta's acted on as its table says, in order, never blindly twice, never too late."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.models import Tenant
from apps.chat import channels, conversations, delivery, handoff, inbound, outbound, statuses
from apps.chat.adapters.base import InboundStatus
from apps.chat.due import Due
from apps.chat.locking import locked
from apps.chat.models import Channel, Conversation, Message
from apps.lib import tenancy
from apps.lib.tenancy import tenant_context
from apps.work import runner
from apps.work.models import DueWork
from simulators import whatsapp
from simulators.faults import Fault
from tests.conftest import Customer, post_webhook

OTHER_PHONE = "5541999990002"


@pytest.fixture
def talk(customer, ana):
    """Davi's conversation, in Ana's hands: she wrote nothing yet."""
    customer.sends(whatsapp.text("oi"))
    customer.work.run(kinds="webhook")
    DueWork.objects.all().delete()
    return handoff.take_over(customer.conversation, by=ana)


@pytest.fixture
def writes(talk, ana):
    """`writes("Olá")`: Ana writes to Davi; nothing is sent yet."""
    return lambda text, to=None: outbound.reply(to or talk, by=ana, text=text)


@pytest.fixture
def other(channel, graph, work, ana, talk):
    """Another customer's conversation, in Ana's hands too."""
    other = Customer(channel, graph, work, phone=OTHER_PHONE, name="Eva")
    other.sends(whatsapp.text("oi"))
    work.run(kinds="webhook")
    return handoff.take_over(other.conversation, by=ana)


@pytest.fixture
def send(work):
    """Perform what is due now, and nothing that waits."""
    return lambda: work.run(ahead=False, kinds="chat.deliver")


def wait_of(talk):
    """Seconds until this conversation's queue is looked at again."""
    row = DueWork.objects.get(kind="chat.deliver", key=str(talk.pk))
    return (row.due_at - timezone.now()).total_seconds()


def later(talk):
    """That time has come."""
    DueWork.objects.filter(kind="chat.deliver", key=str(talk.pk)).update(due_at=timezone.now() - timedelta(minutes=1))


def texts(graph, to=""):
    return [message.text for message in (graph.messages_to(to) if to else graph.messages)]


def age(message, **change):
    """Make it older."""
    Message.objects.filter(pk=message.pk).update(**change)


# What Meta answers ---------------------------------------------------------------------------------


def test_131056_waits_longer_each_time_for_this_customer_only(talk, other, writes, send, graph):
    graph.script(Fault.error(131056, to=talk.identity.value, times=3))
    message = writes("um")
    writes("para a outra", other)

    waits = []
    for _ in range(3):
        send()
        waits.append(round(wait_of(talk)))
        later(talk)

    assert waits == [4, 16, 64]
    assert texts(graph) == ["para a outra"]
    send()
    message.refresh_from_db()
    assert message.status == "sent" and not message.maybe_duplicate


def test_130429_holds_the_whole_number_as_long_as_meta_asks(talk, other, writes, send, graph):
    graph.script(Fault.error(130429, to=talk.identity.value, retry_after=7))
    writes("um")
    send()
    assert 6 < wait_of(talk) <= 7

    writes("para a outra", other)
    send()
    assert texts(graph) == [] and 5 < wait_of(other) <= 7

    Channel.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    later(talk)
    later(other)
    send()
    assert sorted(texts(graph)) == ["para a outra", "um"]


def test_a_server_error_backs_off(talk, writes, send, graph):
    graph.script(Fault.server_error(times=2))
    message = writes("um")

    waits = []
    for _ in range(2):
        send()
        waits.append(round(wait_of(talk)))
        later(talk)
    send()

    message.refresh_from_db()
    assert waits == [2, 5] and message.status == "sent" and texts(graph) == ["um"]


def test_190_marks_the_channel_and_keeps_the_queue_until_it_is_checked(
    talk, other, writes, send, graph, channel, as_ana
):
    graph.script(Fault.error(190, details="Error validating access token"))
    writes("um")
    send()
    channel.refresh_from_db()
    assert channel.status == "unhealthy"
    assert channel.status_reason.startswith("Erro 190: O WhatsApp recusou o token de acesso")

    writes("para a outra", other)
    send()
    assert texts(graph) == []

    answer = as_ana.post(f"/api/v1/channels/{channel.pk}/check")
    assert answer.status_code == 200 and answer.json()["status"] == "active"
    send()
    assert sorted(texts(graph)) == ["para a outra", "um"]
    assert set(Message.objects.filter(sender="attendant").values_list("status", flat=True)) == {"sent"}


def test_131026_marks_the_customer_as_unreachable_until_they_write(talk, writes, send, graph, customer, work):
    graph.script(Fault.error(131026))
    message = writes("um")
    send()

    message.refresh_from_db()
    talk.identity.refresh_from_db()
    assert (message.status, message.error_code) == ("failed", 131026) and not talk.identity.is_reachable
    customer.sends(whatsapp.text("estou aqui"))
    work.run(kinds="webhook")
    talk.identity.refresh_from_db()
    assert talk.identity.is_reachable


@pytest.mark.parametrize("code", [131047, 100])
def test_what_no_retry_can_mend_fails_at_once_and_frees_the_queue(talk, writes, send, graph, code):
    graph.script(Fault.error(code))
    message = writes("um")
    writes("dois")
    send()

    message.refresh_from_db()
    assert (message.status, message.error_code, message.attempt) == ("failed", code, 1) and message.error
    assert texts(graph) == ["dois"]


def test_a_refused_connection_is_tried_again_and_is_no_duplicate(talk, writes, send, graph):
    message = writes("um")
    with graph.down():
        send()
        assert round(wait_of(talk)) == 2
    later(talk)
    send()

    message.refresh_from_db()
    assert (message.status, message.maybe_duplicate) == ("sent", False) and texts(graph) == ["um"]


def test_a_failure_told_by_status_is_shown_and_delivered_wins_over_it(talk, writes, send, graph, customer, work):
    message = writes("um")
    send()
    [sent] = graph.messages
    for state, expected in (("failed", "failed"), ("delivered", "delivered"), ("sent", "delivered")):
        tell(customer, work, sent, state)
        message.refresh_from_db()
        assert message.status == expected


def tell(customer, work, sent, state, *, callback=""):
    """Meta's status of a message comes in and is read."""
    post_status(customer, sent, state, callback=callback)
    work.run(kinds="webhook")


def post_status(customer, sent, state, *, callback=""):
    errors = [whatsapp.failure(131000, "Something went wrong")] if state == "failed" else None
    item = whatsapp.status(sent.id, state, to=sent.to, callback=callback or sent.callback, errors=errors)
    assert post_webhook(customer.client, whatsapp.statuses(customer.number, item)).status_code == 200


# Order ---------------------------------------------------------------------------------------------


def test_the_second_message_waits_for_the_first(talk, writes, send, graph):
    graph.script(Fault.server_error())
    writes("um")
    writes("dois")
    send()
    assert texts(graph) == []

    later(talk)
    send()
    assert texts(graph) == ["um", "dois"]


def test_nothing_passes_a_message_whose_fate_is_unknown(talk, writes, send, graph, customer, work):
    graph.script(Fault.drop())
    writes("um")
    send()
    writes("dois")
    later(talk)
    send()
    assert texts(graph) == ["um"]

    tell(customer, work, graph.messages[0], "delivered")
    send()
    assert texts(graph) == ["um", "dois"]


# Silence -------------------------------------------------------------------------------------------


@pytest.fixture
def silent(talk, writes, send, graph):
    """A message Meta took without an answer, longer ago than we wait for news."""
    graph.script(Fault.lost_status())
    message = writes("um")
    send()
    age(message, sending_since=timezone.now() - timedelta(seconds=46))
    later(talk)
    return message


def test_after_45_silent_seconds_it_is_sent_once_more_and_marked(silent, talk, send, graph):
    graph.script(Fault.lost_status())
    send()
    silent.refresh_from_db()
    assert silent.maybe_duplicate and texts(graph) == ["um", "um"]

    age(silent, sending_since=timezone.now() - timedelta(seconds=46))
    later(talk)
    send()
    silent.refresh_from_db()
    assert silent.status == "failed" and len(texts(graph)) == 2


def test_before_that_it_waits(talk, writes, send, graph):
    graph.script(Fault.lost_status())
    writes("um")
    send()
    assert 40 < wait_of(talk) <= 45

    later(talk)
    send()
    assert texts(graph) == ["um"] and 40 < wait_of(talk) <= 45


def test_a_refusal_before_the_silence_does_not_use_up_its_retry(talk, writes, send, graph):
    graph.script(Fault.server_error(times=2), Fault.lost_status())
    message = writes("um")
    for _ in range(3):
        send()
        later(talk)
    age(message, sending_since=timezone.now() - timedelta(seconds=46))
    send()

    message.refresh_from_db()
    assert message.status == "sent" and message.maybe_duplicate


def test_news_that_is_here_but_unread_is_read_before_sending_again(silent, talk, send, graph, customer, work):
    """After an outage of the workers both are due at once: the status, and the retry."""
    post_status(customer, graph.messages[0], "delivered")
    DueWork.objects.filter(kind="webhook.receive").update(first_at=timezone.now() - timedelta(seconds=40))
    send()
    assert texts(graph) == ["um"] and wait_of(talk) <= 1

    work.run(kinds="webhook")
    later(talk)
    send()
    silent.refresh_from_db()
    assert silent.status == "delivered" and texts(graph) == ["um"]


def test_a_webhook_that_cannot_be_read_holds_no_retry_up(silent, send, graph, customer):
    post_status(customer, graph.messages[0], "delivered")
    past = timezone.now() - timedelta(seconds=40)
    DueWork.objects.filter(kind="webhook.receive").update(first_at=past, state="dead")
    send()

    assert texts(graph) == ["um", "um"]


def test_a_worker_that_died_in_mid_send_is_silence_too(talk, writes, send, graph):
    message = writes("um")
    age(message, status="sending", attempt=1, sending_since=timezone.now())
    send()
    message.refresh_from_db()
    assert message.status == "unknown" and texts(graph) == [] and 40 < wait_of(talk) <= 45


def test_an_answer_that_makes_no_sense_is_silence_too(talk, writes, send, graph, customer, work):
    graph.script(Fault.malformed())
    message = writes("um")
    send()
    message.refresh_from_db()
    assert message.status == "unknown"

    tell(customer, work, graph.messages[0], "delivered")
    message.refresh_from_db()
    assert message.status == "delivered" and message.provider_id == graph.messages[0].id


def test_a_silent_ai_message_stays_in_the_thread_after_a_takeover(customer, work, graph, ana, send):
    graph.script(Fault.lost_status(to=customer.phone))
    customer.says("oi")
    message = Message.objects.get(sender="ai")
    handoff.take_over(customer.conversation, by=ana)
    age(message, sending_since=timezone.now() - timedelta(seconds=46))
    later(customer.conversation)
    send()

    message.refresh_from_db()
    assert message.status == "failed" and len(graph.messages) == 1


# Takeover ------------------------------------------------------------------------------------------


def test_a_queued_ai_message_dies_with_the_takeover(customer, work, graph, ana, send):
    queue_ai_message(customer, work)
    handoff.take_over(customer.conversation, by=ana)
    assert not Message.objects.filter(sender="ai").exists()

    send()
    assert graph.messages == []


def test_the_ai_mode_is_checked_again_at_the_moment_of_sending(customer, work, graph, send):
    queue_ai_message(customer, work)
    Conversation.objects.update(is_ai_active=False)
    send()

    assert graph.messages == [] and not Message.objects.filter(sender="ai").exists()


def queue_ai_message(customer, work):
    customer.sends(whatsapp.text("oi"))
    work.run(kinds="webhook")
    with locked(customer.conversation) as conversation:
        outbound.say(conversation, text="Olá!", effect_key="turn:1")


# Time ----------------------------------------------------------------------------------------------


def test_the_24_hour_window_is_enforced_at_the_moment_of_sending(talk, writes, send, graph):
    message = writes("um")
    talk.identity.last_inbound_at = timezone.now() - timedelta(hours=24, seconds=1)
    talk.identity.save()
    send()

    message.refresh_from_db()
    assert (message.status, message.error_code) == ("failed", 131047) and graph.messages == []


def test_what_could_not_be_sent_in_time_is_not_sent_late(talk, writes, send, graph):
    message = writes("um")
    age(message, expires_at=timezone.now() - timedelta(seconds=1))
    send()

    message.refresh_from_db()
    assert message.status == "failed" and message.error and graph.messages == []


def test_many_slow_sends_share_several_leases_and_are_never_given_up(talk, writes, send, graph, monkeypatch):
    monkeypatch.setattr(delivery, "DEADLINE_SECONDS", 0)
    for number in range(8):
        writes(str(number))
    for _ in range(10):
        send()
        later(talk)

    row = DueWork.objects.filter(kind="chat.deliver", key=str(talk.pk)).first()
    assert row is None or row.attempts == 0


# Suspension ----------------------------------------------------------------------------------------


def test_a_suspended_business_hears_but_does_not_speak(customer, work, graph, tenant, ana):
    suspend(tenant)
    customer.sends(whatsapp.text("oi"))
    work.run()
    outbound.reply(customer.conversation, by=ana, text="Olá")
    work.run()
    said = Message.objects.exclude(sender="system").order_by("id")
    assert [message.content for message in said] == ["oi", "Olá"]
    assert graph.messages == []

    suspend(tenant, status="active")
    later(customer.conversation)
    work.run(kinds="chat.deliver")
    assert texts(graph) == ["Olá"]


def test_its_customers_are_answered_once_it_is_back(customer, work, graph, tenant):
    suspend(tenant)
    customer.sends(whatsapp.text("oi"))
    work.run()
    assert graph.messages == []

    suspend(tenant, status="active")
    work.run()
    assert len(graph.messages_to(customer.phone)) == 1


def test_its_stale_messages_expire_meanwhile(talk, writes, send, graph, tenant):
    suspend(tenant)
    message = writes("um")
    send()
    age(message, expires_at=timezone.now() - timedelta(seconds=1))
    suspend(tenant, status="active")
    later(talk)
    send()

    message.refresh_from_db()
    assert message.status == "failed" and graph.messages == []


def suspend(tenant, *, status="suspended"):
    Tenant.objects.filter(pk=tenant.pk).update(status=status)
    tenancy.forget()
    connection.set_tenant(Tenant.objects.get(pk=tenant.pk))


# Locks ---------------------------------------------------------------------------------------------


@pytest.mark.committed
def test_a_status_and_the_next_send_do_not_deadlock(talk, writes, tenant, together):
    message = writes("um")
    age(message, status="unknown", sending_since=timezone.now())
    work_id = DueWork.objects.get(kind="chat.deliver").pk

    results = meet(
        together,
        tenant,
        message,
        lambda: hear_of(message, "delivered"),
        lambda: runner.run(work_id),
    )

    assert results == [None, None]
    message.refresh_from_db()
    assert message.status == "delivered"


@pytest.mark.committed
def test_two_statuses_of_a_send_whose_answer_was_lost_both_count(talk, writes, tenant, together):
    message = writes("um")
    age(message, status="unknown", sending_since=timezone.now())

    meet(
        together,
        tenant,
        message,
        lambda: hear_of(message, "sent"),
        transaction.atomic(lambda: hear_of(message, "delivered")),
    )

    message.refresh_from_db()
    assert message.status == "delivered"


@pytest.mark.committed
@pytest.mark.parametrize("is_answer_lost", [False, True])
def test_two_groups_of_statuses_do_not_deadlock(talk, other, writes, tenant, together, customer, is_answer_lost):
    um, dois = writes("um"), writes("dois", to=other)
    for message in (um, dois):
        known_as = None if is_answer_lost else f"wamid.{message.content}"
        age(message, status="unknown", sending_since=timezone.now(), provider_id=known_as)
    told = [(um, "sent"), (dois, "sent"), (dois, "delivered"), (um, "delivered")]
    for message, state in told:
        item = whatsapp.status(f"wamid.{message.content}", state, to=customer.phone, callback=f"m{message.pk}")
        post_webhook(customer.client, whatsapp.statuses(customer.number, item))
    jobs = runner.claim(*DueWork.objects.filter(kind="webhook.receive").order_by("id").values_list("pk", flat=True))

    results = meet(together, tenant, dois, lambda: inbound.receive(*jobs[2:]), lambda: inbound.receive(*jobs[:2]))

    assert results == [None, None]
    assert {message.status for message in Message.objects.filter(pk__in=[um.pk, dois.pk])} == {"delivered"}


@pytest.mark.committed
def test_a_message_taken_back_while_it_is_read_does_not_deadlock(asked, customer, tenant, together):
    said, is_locked = asked.messages.get(), threading.Event()
    payload = whatsapp.inbound(customer.number, whatsapp.Customer(customer.phone, "Davi"), whatsapp.text("x"))
    revoke = {"type": "revoke", "revoke": {"original_message_id": said.provider_id}}
    payload["entry"][0]["changes"][0]["value"]["messages"][0] |= revoke
    post_webhook(customer.client, payload)
    jobs = runner.claim(DueWork.objects.get(kind="webhook.receive").pk)

    def reads():
        with tenant_context(tenant), locked(asked):
            is_locked.set()
            wait_for_waiter()
            conversations.read(asked)

    def takes_back():
        is_locked.wait(10)
        inbound.receive(*jobs)

    assert together(reads, takes_back) == [None, None]
    said.refresh_from_db()
    assert said.data == {"revoked": True} and said.read_at


def hear_of(message, state):
    due = Due()
    statuses.apply(message.channel, [news(message, state)], due)
    due.wake()


def meet(together, tenant, message, first, second):
    """`first` holds the message's lock already when `second` wants it."""
    is_locked = threading.Event()

    def holds():
        with tenant_context(tenant), transaction.atomic():
            Message.objects.select_for_update().get(pk=message.pk)
            is_locked.set()
            wait_for_waiter()
            first()

    def waits():
        is_locked.wait(10)
        with tenant_context(tenant):
            second()

    return together(holds, waits)


def wait_for_waiter():
    """Until another transaction waits for one of our locks."""
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute(
                "SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                "AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return


def news(message, state):
    return InboundStatus(provider_id="wamid.X", status=state, at=timezone.now(), callback=f"m{message.pk}")


def test_connecting_again_sends_what_waited(talk, writes, send, graph, channel):
    Channel.objects.update(status="unhealthy")
    writes("um")
    send()
    assert graph.messages == []

    channels.check(channel)
    send()
    assert texts(graph) == ["um"]


def test_what_meta_says_is_told_in_the_teams_language(talk, writes, send, graph, browser_for, ana, tenant):
    graph.script(Fault.error(131026, details="Message Undeliverable."))
    writes("um")
    send()

    page = browser_for(ana, tenant).get(f"/conversas/{talk.pk}").content.decode()
    assert "Não é possível falar com esta pessoa pelo WhatsApp." in page and "Undeliverable" not in page
