"""`/media`: files of messages."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files import File
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.access import Permission, TenantView
from apps.chat import attachments, fetching
from apps.chat import media as files
from apps.chat.api import examples
from apps.chat.api.messages import MediaSerializer
from apps.chat.models import Media
from apps.lib.errors import NotFound
from apps.lib.parsers import BodyTooLarge
from apps.lib.rest import InputSerializer, ProblemSerializer

SHOWN = ("image/", "audio/", "video/")  # the rest is downloaded, never opened in a page
CHUNK = 64 * 1024
FORM_BYTES = 64 * 1024  # what a form adds around its file


class AnyAccept(DefaultContentNegotiation):
    """A picture's tag asks for pictures; errors still leave as JSON."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


@examples.UPLOAD
class UploadSerializer(InputSerializer):
    file = serializers.FileField(allow_empty_file=True)
    is_voice = serializers.BooleanField(required=False, default=False)


class MediaUploadView(TenantView):
    """Upload a file to send: the answer's `id` goes into `media_id` of `POST /messages`."""

    write_permission = Permission.ANSWER
    parser_classes = [MultiPartParser]

    def idempotent_body(self, request: Request) -> bytes:
        """The whole body would have to fit in memory twice; what the file holds is what makes it the same."""
        digest = hashlib.sha256()
        for file in request.FILES.getlist("file"):
            digest.update(file.read())
            file.seek(0)
        return digest.digest()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        length = request.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > settings.MEDIA_MAX_BYTES + FORM_BYTES:
            raise BodyTooLarge
        super().initial(request, *args, **kwargs)

    @extend_schema(
        request={"multipart/form-data": UploadSerializer},
        responses={201: MediaSerializer, 413: ProblemSerializer, 422: ProblemSerializer},
    )
    def post(self, request: Request) -> Response:
        data = UploadSerializer.parse(request.data)
        media = attachments.take(data["file"], by=self.member.user, is_voice=data["is_voice"])
        return Response(MediaSerializer(media).data, status=201)


class MediaFileView(TenantView):
    """A file, by the signed link a message gave. Understands Range, so that audio and video can seek."""

    read_permission = Permission.VIEW_INBOX
    content_negotiation_class = AnyAccept

    @extend_schema(
        parameters=[
            OpenApiParameter("expires", str, required=True),
            OpenApiParameter("signature", str, required=True),
            OpenApiParameter("download", bool, description="Save instead of showing."),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, 404: ProblemSerializer},
    )
    def get(self, request: Request, pk: str) -> HttpResponseBase:
        query = request.query_params
        media = files.opened(pk, expires=query.get("expires", ""), signature=query.get("signature", ""))
        response = _whole_or_part(media, request.headers.get("Range", ""))
        is_shown = media.mime_type.startswith(SHOWN) and not query.get("download")
        response["Content-Disposition"] = content_disposition_header(not is_shown, _name(media)) or "inline"
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Accept-Ranges"] = "bytes"
        patch_cache_control(response, private=True, max_age=files.LINK_SECONDS)
        return response


class MediaFetchView(TenantView):
    """Have a customer's file that could not be fetched asked for once more: it is `pending` again.

    WhatsApp keeps customers' files for seven days. What it says is gone, and what was refused, stays so.
    """

    write_permission = Permission.ANSWER

    @extend_schema(request=None, responses={200: MediaSerializer, 404: ProblemSerializer, 409: ProblemSerializer})
    def post(self, request: Request, pk: str) -> Response:
        return Response(MediaSerializer(fetching.ask_again(_customers_file(pk), by=self.member.user)).data)


def _customers_file(pk: str) -> Media:
    """Raises NotFound."""
    try:
        return Media.objects.get(pk=uuid.UUID(pk), message__isnull=False)
    except (ValueError, Media.DoesNotExist):
        raise NotFound(_("There is no such file.")) from None


def _name(media: Media) -> str:
    return media.file_name or f"{media.get_kind_display()}.{_extension(media.mime_type)}"


def _extension(mime_type: str) -> str:
    known = {"image/jpeg": "jpg", "audio/mpeg": "mp3", "audio/mp4": "m4a", "text/plain": "txt"}
    return known.get(mime_type) or mime_type.partition("/")[2].partition("+")[0]


def _whole_or_part(media: Media, wanted: str) -> HttpResponseBase:
    """200 with everything, 206 with one range, or 416; a header we can't read is ignored, as RFC 9110 says."""
    size = media.size_bytes
    span = _span(wanted, size)
    if span is None:
        return FileResponse(media.file.open("rb"), content_type=media.mime_type)
    start, end = span
    if start >= size or end < start:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}, content_type="text/plain")
    response = FileResponse(_slice(media.file.open("rb"), start, end - start + 1), content_type=media.mime_type)
    response.status_code = 206
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Content-Length"] = str(end - start + 1)
    return response


def _span(wanted: str, size: int) -> tuple[int, int] | None:
    """(first, last byte) of `bytes=a-b`, `bytes=a-` or `bytes=-n`; None for anything else."""
    found = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", wanted.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(size - int(found[2]), 0), size - 1
    return int(found[1]), min(int(found[2]), size - 1) if found[2] else size - 1


def _slice(file: File[Any], start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
