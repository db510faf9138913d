"""Prepared querysets find what the ordinary ones find, in whatever business and thread they run."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from apps.chat.models import Contact, ContactIdentity, Conversation, Message
from apps.lib.prepared import Prepared, store
from apps.lib.tenancy import tenant_context


def named(name):
    return Contact.objects.create(name=name, search=name)


by_name = Prepared(lambda name: Contact.objects.filter(name=name).order_by("id"))


def test_each_call_has_its_own_arguments(tenant):
    ana, bia = named("Ana"), named("Bia")

    assert by_name("Ana") == [ana] and by_name("Bia") == [bia] and by_name("Caio") == []
    assert by_name.first("Bia") == bia and by_name.first("Caio") is None


def test_a_second_call_sees_what_changed_since(tenant):
    assert by_name("Ana") == []
    ana = named("Ana")
    assert by_name("Ana") == [ana]


def test_it_follows_the_business(tenant, rival):
    named("Ana")
    assert len(by_name("Ana")) == 1
    with tenant_context(rival):
        assert by_name("Ana") == []
    assert len(by_name("Ana")) == 1


def test_constants_related_rows_and_columns_are_as_ever(asked):
    mine = Prepared(lambda pk: Conversation.objects.select_related("identity__contact").filter(pk=pk, status="active"))
    keys = Prepared(lambda pk: Conversation.objects.filter(pk=pk).values_list("pk", "status"))

    with CaptureQueriesContext(connection) as queries:
        found = mine.first(asked.pk)
        assert found is not None and found.identity.contact.phone
    assert len(queries) == 1
    assert keys(asked.pk) == [(asked.pk, "active")]


@pytest.mark.committed
def test_rows_are_locked_only_inside_a_transaction(tenant):
    locking = Prepared(lambda name: Contact.objects.select_for_update().filter(name=name))

    for _ in range(2):  # as it is put into SQL, and ever after
        with pytest.raises(TransactionManagementError):
            locking("Ana")
        with transaction.atomic():
            assert locking("Ana") == []


def test_a_list_may_have_any_length(tenant):
    ana, bia = named("Ana"), named("Bia")
    among = Prepared(lambda names: Contact.objects.filter(name__among=names).order_by("id"))

    assert among(["Bia", "Ana", "Caio"]) == [ana, bia] and among(["Bia"]) == [bia] and among([]) == []


def test_values_are_read_as_ever(asked):
    """A JSON column needs reading, whichever call comes first."""
    data = Prepared(lambda conversation: Message.objects.filter(conversation=conversation, sender="customer"))

    for _ in range(2):
        [message] = data(asked.pk)
        assert isinstance(message.data, dict) and message.provider_ts.tzinfo is not None


def test_two_threads_may_put_it_into_sql_at_once(tenant, together, monkeypatch):
    """One has done with its statement when the other has just joined the related tables to its own."""
    mine = Prepared(lambda pk: ContactIdentity.objects.select_related("contact").filter(pk=pk))
    _ = mine._queryset
    have_begun, have_joined, is_first_done = threading.Barrier(2), threading.Barrier(2), threading.Event()
    set_up = SQLCompiler.pre_sql_setup

    def meet(compiler, **options):
        have_begun.wait(10)
        made = set_up(compiler, **options)
        if have_joined.wait(10):  # 0 for one of them, 1 for the other
            is_first_done.wait(10)
        return made

    def put_into_sql():
        _compiler, sql, _parameters = Prepared._statement.func(mine)  # until Python 3.12 threads queue up before it
        is_first_done.set()
        return sql

    monkeypatch.setattr(SQLCompiler, "pre_sql_setup", meet)
    [one, other] = together(put_into_sql, put_into_sql)

    assert one == other and "JOIN" in one


# Changed rows --------------------------------------------------------------------------------------


def test_only_the_named_columns_are_stored_and_moments_kept_by_themselves(asked):
    before = Conversation.objects.get(pk=asked.pk)
    asked.snippet, asked.unread, asked.tags = "oi", 7, ["vip"]
    store(asked, "snippet", "tags", "updated_at")

    after = Conversation.objects.get(pk=asked.pk)
    assert (after.snippet, after.tags, after.unread) == ("oi", ["vip"], before.unread)
    assert after.updated_at == asked.updated_at > before.updated_at


def test_nothing_and_data_are_stored_as_such(asked):
    message = Message.objects.get(sender="customer")
    for code in (131026, None):
        message.error_code, message.data = code, {"a": [1, "ç", None]}
        store(message, "error_code", "data")
        found = Message.objects.get(pk=message.pk)
        assert (found.error_code, found.data) == (code, {"a": [1, "ç", None]})


def test_a_row_that_is_gone_cannot_be_stored(tenant):
    ana = named("Ana")
    Contact.objects.filter(pk=ana.pk).delete()

    with pytest.raises(DatabaseError):
        store(ana, "name")
