"""What may come in as a file: the bytes decide, whatever the name and the sender say."""

from __future__ import annotations

import pytest

from apps.lib.filetypes import NotAllowed, inspect, sniff, tidy_name
from tests import files as samples

GOOD = {
    "jpeg": (samples.JPEG, "image/jpeg", "foto.jpg", "image/jpeg"),
    "png": (samples.png(), "image/png", "foto.png", "image/png"),
    "png said to be a jpeg": (samples.png(), "image/jpeg", "foto.jpg", "image/png"),
    "webp": (samples.WEBP, "image/webp", "", "image/webp"),
    "voice note": (samples.OGG, "audio/ogg; codecs=opus", "", "audio/ogg"),
    "mp3": (samples.MP3, "audio/mpeg", "a.mp3", "audio/mpeg"),
    "aac": (b"\xff\xf1\x50\x80" + bytes(60), "audio/aac", "", "audio/aac"),
    "amr": (b"#!AMR\n" + bytes(60), "audio/amr", "", "audio/amr"),
    "mp4": (samples.MP4, "video/mp4", "v.mp4", "video/mp4"),
    "audio in an mp4": (samples.MP4, "audio/mp4", "", "audio/mp4"),
    "m4a": (samples.M4A, "audio/mp4", "", "audio/mp4"),
    "pdf": (samples.PDF, "application/pdf", "nota.pdf", "application/pdf"),
    "text": ("Preço: R$ 45,00\n".encode(), "text/plain", "lista.txt", "text/plain"),
    "word": (
        samples.docx(),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "a.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "no type said": (samples.PDF, "", "", "application/pdf"),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_people_send_comes_in_as_what_it_is(case: str) -> None:
    content, declared, name, expected = GOOD[case]
    assert inspect(content, declared=declared, name=name) == expected


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
BOMB = samples.zipped(**{"[Content_Types].xml": "<Types/>", "word__document.xml": b"0" * 30_000_000})
ATTACKS = {
    "svg with script": (samples.SVG, "image/svg+xml", "logo.svg", "dangerous_name"),
    "svg said to be a png": (samples.SVG, "image/png", "logo.png", "web_page"),
    "svg behind an xml declaration": (b'<?xml version="1.0"?>\n<!-- x -->' + samples.SVG, "image/png", "", "web_page"),
    "svg after spaces": (b"\n\n   " + samples.SVG, "text/plain", "a.txt", "web_page"),
    "html said to be text": (b"<!DOCTYPE html><script>1</script>", "text/plain", "nota.txt", "web_page"),
    "html in capitals": (b"<HTML><BODY onload=x>", "text/plain", "", "web_page"),
    "html with a mark before": (b"\xef\xbb\xbf<html>", "text/plain", "", "web_page"),
    "script far into a text": (b"oi\n" * 3000 + b"<ScRiPt>alert(1)</script>", "text/plain", "", "web_page"),
    "windows program": (b"MZ\x90\x00" + bytes(100), "application/pdf", "nota.pdf", "program"),
    "linux program": (b"\x7fELF" + bytes(100), "application/octet-stream", "", "program"),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", "text/plain", "a.txt", "program"),
    "java class": (b"\xca\xfe\xba\xbe" + bytes(50), "", "", "program"),
    "mac program": (b"\xcf\xfa\xed\xfe" + bytes(50), "", "", "program"),
    "shortcut": (b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(50), "", "", "program"),
    "zip": (samples.zipped(a="b"), "application/zip", "fotos.zip", "archive"),
    "rar": (b"Rar!\x1a\x07" + bytes(50), "application/pdf", "a.pdf", "archive"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(50), "", "", "archive"),
    "gzip": (b"\x1f\x8b\x08" + bytes(50), "", "", "archive"),
    "apk as word": (samples.zipped(AndroidManifest="x", classes="y"), "application/msword", "a.doc", "archive"),
    "damaged zip": (b"PK\x03\x04" + bytes(50), "", "a.docx", "archive"),
    "word with macros": (samples.docx(word__vbaProject="x", **{"word__vbaProject.bin": b"x"}), "", "a.docx", "macros"),
    "old word with macros": (OLE + "_VBA_PROJECT".encode("utf-16-le"), "application/msword", "a.doc", "macros"),
    "macro by name": (samples.docx(), "", "planilha.xlsm", "dangerous_name"),
    "picture that is a zip too": (samples.png() + samples.zipped(a="b"), "image/png", "a.png", "two_in_one"),
    "picture that is a page too": (samples.JPEG + b"<script>alert(1)</script>", "image/jpeg", "", "two_in_one"),
    "picture with php": (samples.JPEG[:30] + b"<?php system($_GET[0]);", "image/jpeg", "", "two_in_one"),
    "gif that is a script": (b"GIF89a/*<svg onload=alert(1)>*/=1;", "image/gif", "", "two_in_one"),
    "pdf that is a page": (samples.PDF + b"<html><script>x</script>", "application/pdf", "", "two_in_one"),
    "pdf said to be a picture": (samples.PDF, "image/jpeg", "foto.jpg", "not_what_it_says"),
    "picture said to be a document": (samples.png(), "application/pdf", "nota.pdf", "not_what_it_says"),
    "audio said to be a picture": (samples.OGG, "image/png", "", "not_what_it_says"),
    "double extension": (samples.PDF, "application/pdf", "nota.pdf.exe", "dangerous_name"),
    "hidden extension": (samples.PDF, "application/pdf", "nota.exe.pdf", "dangerous_name"),
    "extension in capitals": (samples.PDF, "application/pdf", "nota.HTML", "dangerous_name"),
    "extension with a space": (samples.PDF, "application/pdf", "nota.exe ", "dangerous_name"),
    "nothing": (b"", "image/png", "a.png", "unknown"),
    "noise": (bytes(range(256)) * 4, "image/png", "a.png", "unknown"),
}


@pytest.mark.parametrize("case", ATTACKS)
def test_what_may_do_harm_stays_out(case: str) -> None:
    content, declared, name, reason = ATTACKS[case]
    with pytest.raises(NotAllowed) as refused:
        inspect(content, declared=declared, name=name)
    assert refused.value.reason == reason


def test_a_bomb_is_never_unpacked() -> None:
    assert len(BOMB) < 100_000
    assert inspect(BOMB, name="bomba.docx").endswith("wordprocessingml.document")


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/etc/shadow", "shadow"),
        ("...", ""),
        (".htaccess", "htaccess"),
        ("nota\x00.pdf", "nota.pdf"),
        ("nota\r\nSet-Cookie: x.pdf", "notaSet-Cookie x.pdf"),
        ('a";filename="b.exe', "a;filename=b.exe"),
        ("foto\u202egnp.exe", "fotognp.exe"),
        ("orc\u0327amento.pdf", "orçamento.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_leads_nowhere(name: str, tidy: str) -> None:
    assert tidy_name(name) == tidy


def test_a_zip_that_says_its_directory_is_endless_is_not_read() -> None:
    bomb = b"PK\x03\x04" + b"0" * 100 + b"PK\x05\x06" + b"\0" * 8 + (25_000_000).to_bytes(4, "little") + b"\0" * 6

    with pytest.raises(NotAllowed, match="archive"):
        sniff(bomb)
