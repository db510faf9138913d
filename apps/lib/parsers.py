"""Reading request bodies. Apart from `rest`: REST framework imports its parsers while its own views load."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


class BodyTooLarge(APIException):
    status_code = 413
    default_code = "too_large"

    def __init__(self) -> None:
        super().__init__(_("The request is too large."))


class BoundedJSONParser(JSONParser):
    """Bodies beyond DATA_UPLOAD_MAX_MEMORY_SIZE are 413 (REST framework reads past Django's limit).

    Nesting deeper than Python can follow is the caller's mistake: 400, not 500. What is wrong is said in
    the caller's language, with the place where Python says it is.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge
        try:
            return super().parse(BytesIO(raw), media_type, parser_context)
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        except ParseError as error:
            place = getattr(error.__context__, "pos", None)
            where = "" if place is None else _(" (at character %(place)d)") % {"place": place + 1}
            raise ParseError(_("The body is not valid JSON%(where)s.") % {"where": where}) from None
