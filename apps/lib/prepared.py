"""Querysets put into SQL once, for what runs many times a second.

    _waiting = Prepared(lambda conversation: Message.objects.filter(conversation=conversation, status="queued"))
    messages = _waiting(conversation.pk)

Putting an ordinary queryset into SQL takes Django two to four times what running it takes. Rows, models,
`select_related` and locks are as ever; arguments go to the driver as they are: ids, text, moments, no None;
and a list for `column__among`, which is `column__in` for however many. `store` does the same for changed rows.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import copy
from functools import cache, cached_property, partial
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.models import Expression, Field, Lookup, Model, QuerySet
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")


@Field.register_lookup
class Among(Lookup):
    lookup_name = "among"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, before = self.process_lhs(compiler, connection)
        array, after = self.process_rhs(compiler, connection)
        return f"{column} = ANY({array})", (*before, *after)


class _Argument(Expression):
    """Stands in the statement's parameters for a value that comes with each call."""

    def __init__(self, position: int) -> None:
        super().__init__(output_field=Field())
        self.position = position

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Prepared(Generic[Row]):
    """`build` gets as many placeholders as it has parameters, to compare columns with, and gives the queryset."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build

    def __call__(self, *values: Any) -> list[Row]:
        """The rows. Raises TransactionManagementError when rows would be locked outside a transaction."""
        queryset = self._queryset._clone()  # type: ignore[attr-defined]
        queryset.query.get_compiler = partial(self._compiler, values)
        return list(queryset)

    def first(self, *values: Any) -> Row | None:
        return next(iter(self(*values)), None)

    @cached_property
    def _queryset(self) -> QuerySet[Any, Row]:
        count = len(inspect.signature(self._build).parameters)
        return self._build(*(_Argument(position) for position in range(count)))

    @cached_property
    def _statement(self) -> tuple[Any, str, tuple[Any, ...]]:
        """(a compiler that knows which columns it selects and how to read them, the statement, its parameters)"""
        query = self._queryset.query.chain()  # which is changed meanwhile: another thread may be doing the same
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        compiler.get_converters = lambda _columns: converters
        return compiler, sql, tuple(parameters)

    def _compiler(self, values: tuple[Any, ...], using: str, **_options: Any) -> Any:
        known, sql, parameters = self._statement
        given = [values[each.position] if isinstance(each, _Argument) else each for each in parameters]
        compiler = copy(known)
        compiler.connection = connections[using]
        if self._queryset.query.select_for_update and not compiler.connection.in_atomic_block:
            raise TransactionManagementError("FOR UPDATE outside a transaction locks nothing")
        compiler.as_sql = lambda: (sql, given)
        return compiler


def store(row: Model, *names: str) -> None:
    """`row.save(update_fields=names)`, without signals. Raises DatabaseError when the row is gone, as that does."""
    statement, fields = _update(type(row), names)
    values = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, row.pk])
        if not cursor.rowcount:
            raise DatabaseError(f"{type(row).__name__} {row.pk} is gone")


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[Any]]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    key = model._meta.pk
    assert key is not None
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)
    return f'UPDATE "{model._meta.db_table}" SET {changes} WHERE "{key.column}" = %s', fields
