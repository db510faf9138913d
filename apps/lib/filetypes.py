"""What a file really is, by its bytes, and whether it may come in.

Names and declared types are only claims: the bytes decide. Nothing is ever unpacked or rendered;
of an archive only the names in its directory are read.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile

MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|img|a |xsl)", re.I)
MOST_DIRECTORY_BYTES = 1_000_000
BEFORE_MARKUP = ((b"<?xml", b">"), (b"<!--", b"-->"))
HIDDEN_CODE = re.compile(rb"<script|<\?php|javascript:|<svg[\s>]|<html[\s>]", re.I)
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!/",
    b"#! ",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"dex\n",
    b"\x00asm",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
)
ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"ITSF")
DANGEROUS_NAMES = frozenset(
    "ade apk app appx bat bin cab chm class cmd com cpl deb dll dmg docm dotm exe gadget hta htm html img inf ins iso "
    "jar js jse jsp lnk mht mhtml msc msi msp php pif potm ppam ppsm pptm ps1 py rb reg rpm scf scr sct sh shtml svg "
    "svgz swf url vb vbe vbs vhd wasm ws wsc wsf wsh xbap xhtml xlam xlsm xltm xml xsl".split()
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_MACROS = ("_VBA_PROJECT".encode("utf-16-le"), b"Attribut\x00e VB_")
OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OLD_OFFICE = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
MP4_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"3gp": "video/3gpp", b"3g2": "video/3gpp2"}
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # makes "gpj.exe" read as "exe.jpg"
_FORBIDDEN_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


class NotAllowed(Exception):
    """A file that may not come in; `reason` is a stable word."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(f"{reason} {what}".strip())
        self.reason = reason
        self.what = what


def sniff(content: bytes) -> str:
    """The MIME type of these bytes; "" for anything we don't know. Raises NotAllowed for what is dangerous."""
    if content.startswith(PROGRAMS):
        raise NotAllowed("program")
    if content.startswith(ARCHIVES):
        raise NotAllowed("archive")
    if _is_web_page(content[:4096]):
        raise NotAllowed("web_page")
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if content.startswith(OLE):
        return _old_office(content)
    found = _by_magic(content)
    if found and (zipfile.is_zipfile(io.BytesIO(content)) or HIDDEN_CODE.search(content)):
        raise NotAllowed("two_in_one", found)
    return found or _text(content)


def _is_web_page(start: bytes) -> bool:
    """Whether markup comes first, after a byte-order mark, an XML declaration and comments, whole or cut off."""
    rest = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    while ends := next((closes for opens, closes in BEFORE_MARKUP if rest[:5].lower().startswith(opens)), None):
        _, _, rest = rest.partition(ends)
        rest = rest.lstrip()
        if not rest:
            return True
    return bool(MARKUP.match(rest))


def _by_magic(content: bytes) -> str:
    for magic, mime_type in (
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"%PDF-", "application/pdf"),
        (b"OggS", "audio/ogg"),
        (b"ID3", "audio/mpeg"),
        (b"#!AMR", "audio/amr"),
        (b"\x1a\x45\xdf\xa3", "video/webm"),
    ):
        if content.startswith(magic):
            return mime_type
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12], "")
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return MP4_BRANDS.get(brand) or MP4_BRANDS.get(brand[:3]) or "video/mp4"
    if len(content) > 3 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0:
        return "audio/aac" if content[1] & 0xF6 == 0xF0 else "audio/mpeg"
    return ""


def _office(content: bytes) -> str:
    """Of a zip only the directory is read: nothing is unpacked, so a bomb stays one file."""
    if _directory_bytes(content) > MOST_DIRECTORY_BYTES:
        raise NotAllowed("archive")
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()[:10_000]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise NotAllowed("archive") from None
    if any(name.rpartition("/")[2].lower() in ("vbaproject.bin", "vbadata.xml") for name in names):
        raise NotAllowed("macros")
    if "[Content_Types].xml" not in names:
        raise NotAllowed("archive")
    return next((kind for folder, kind in OFFICE.items() if any(name.startswith(folder) for name in names)), "")


def _directory_bytes(content: bytes) -> int:
    """How long a zip says its directory is; reading one of millions of names would take seconds and gigabytes."""
    end = content.rfind(b"PK\x05\x06", -65_557)
    return int.from_bytes(content[end + 12 : end + 16], "little") if end >= 0 else 0


def _old_office(content: bytes) -> str:
    if any(mark in content for mark in OLE_MACROS):
        raise NotAllowed("macros")
    return next((kind for name, kind in OLD_OFFICE.items() if name.encode("utf-16-le") in content), "")


def _text(content: bytes) -> str:
    """Plain text, if it is nothing else: no control characters, no code a browser would run."""
    if not content or re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", content):
        return ""
    if HIDDEN_CODE.search(content):
        raise NotAllowed("web_page")
    try:
        content.decode()
    except UnicodeDecodeError:
        try:
            content.decode("cp1252")
        except UnicodeDecodeError:
            return ""
    return "text/plain"


def family(mime_type: str) -> str:
    """image, audio, video or document: what a claim and the bytes must agree on."""
    kind = mime_type.partition("/")[0].strip().lower()
    return kind if kind in ("image", "audio", "video") else "document"


def inspect(content: bytes, *, declared: str = "", name: str = "") -> str:
    """The type of a file that may come in. Raises NotAllowed: dangerous, unknown, or not what it says it is.

    Audio and video share containers (mp4, ogg, webm): between those two the claim decides.
    """
    extensions = [part.strip().lower() for part in name.split(".")[1:]]
    if bad := next((one for one in extensions[-2:] if one in DANGEROUS_NAMES), ""):
        raise NotAllowed("dangerous_name", bad)
    found = sniff(content)
    if not found:
        raise NotAllowed("unknown", declared)
    claimed = declared.partition(";")[0].strip().lower()
    if not claimed or claimed == "application/octet-stream" or family(claimed) == family(found):
        return found
    if {family(claimed), family(found)} == {"audio", "video"} and found in ("video/mp4", "audio/mp4", "audio/ogg"):
        return {"audio": {"video/mp4": "audio/mp4"}, "video": {"audio/mp4": "video/mp4", "audio/ogg": "video/ogg"}}[
            family(claimed)
        ].get(found, found)
    raise NotAllowed("not_what_it_says", found)


def tidy_name(name: str, *, limit: int = 120) -> str:
    """A file name fit to show and to save: no folders, no control or direction characters, no leading dots."""
    base = re.split(r"[/\\]", _BIDI.sub("", unicodedata.normalize("NFC", name)))[-1]
    base = " ".join(_FORBIDDEN_IN_NAMES.sub("", base).split()).strip(". ")
    stem, dot, extension = base.rpartition(".")
    if len(base) <= limit or not dot or len(extension) > 10:
        return base[:limit]
    return f"{stem[: limit - len(extension) - 1]}.{extension}"
