"""Searching what was said: whole words and their beginnings, without accents, by an index.

`unaccent` is an extension, and none is required; `translate` folds what Portuguese writes. The
constants stand in the statement itself, because a parameter would hide the index from the planner.
"""

from __future__ import annotations

import re

from django.db.models import BooleanField, Func, TextField

from apps.lib.text import fold

_ACCENTED, _PLAIN = "áàâãäéèêëíìîïóòôõöúùûüçñ", "aaaaaeeeeiiiiooooouuuucn"
_WORD = re.compile(r"\w+")
_LIMIT = 8


_VECTOR = f"to_tsvector('simple'::regconfig, translate(lower(%(expressions)s), '{_ACCENTED}', '{_PLAIN}'))"


class Words(Func):
    """The words of a text column, as the index keeps them."""

    template = _VECTOR
    output_field = TextField()


class Says(Func):
    """Whether all these words, each perhaps only begun, are said: `Says("content", query=query_of("horár"))`."""

    template = f"{_VECTOR} @@ to_tsquery('simple'::regconfig, '%(query)s')"
    output_field = BooleanField()


def query_of(typed: str) -> str:
    """What `to_tsquery` takes for what a person typed; "" when there is no word in it. Only letters and digits."""
    return " & ".join(f"{word}:*" for word in _WORD.findall(fold(typed))[:_LIMIT])
