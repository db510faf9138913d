"""The catalogues under locale/: extracted, compared and compiled with Babel (a bare machine has no gettext tools).

python -m local.translations update    write new source strings into every django.po
python -m local.translations compile   make every django.mo
python -m local.translations --check   fail unless pt_BR is complete and every catalogue is well-formed
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
COMPLETE = "pt_BR"  # what people see by default: never half-translated
PYTHON_FOLDERS = ("apps", "config")
TEMPLATE_FOLDERS = ("templates", "apps")
TEMPLATE_ENDINGS = (".html", ".txt")
PLURAL = (1, 2)
CONTEXT = ((1, "c"), 2)
CONTEXT_PLURAL = ((1, "c"), 2, 3)
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": PLURAL,
    "ngettext_lazy": PLURAL,
    "pgettext": CONTEXT,
    "pgettext_lazy": CONTEXT,
    "npgettext": CONTEXT_PLURAL,
    "npgettext_lazy": CONTEXT_PLURAL,
}

Found = tuple[int, Any, list[str], str | None]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("deed", nargs="?", choices=["update", "compile"])
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.deed == "update":
        update()
    if chosen.deed in ("update", "compile"):
        compile_stale()
    return check() if chosen.check else 0


def update() -> None:
    """Bring every catalogue in line with the sources; translations of strings that are gone are dropped."""
    template = source_strings()
    for path in _catalogues() or [_path(COMPLETE)]:
        catalogue = _read(path)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, sort_output=True, include_lineno=False, ignore_obsolete=True, width=110)
        missing = sum(1 for message in _entries(catalogue) if not _is_translated(message))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} strings, {missing} to translate")


def compile_stale() -> None:
    """Make the .mo of every .po that changed since."""
    for path in _catalogues():
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
        with unfinished.open("wb") as file:
            write_mo(file, _read(path))
        unfinished.replace(compiled)


def check() -> int:
    """Print what is wrong with the catalogues; the number of problems, capped for an exit code."""
    problems = [problem for path in _catalogues() for problem in _faults(path)]
    problems += list(_gaps(_read(_path(COMPLETE))))
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} problems. `make messages` brings the catalogues up to date; then translate.")
    return min(len(problems), 1)


def source_strings() -> Catalog:
    """Every string marked for translation in Python code and templates."""
    found = Catalog()
    for path in _files(PYTHON_FOLDERS, (".py",)):
        _add(found, path, extract_from_file("python", path, keywords=KEYWORDS, comment_tags=("Translators:",)))
    for path in _files(TEMPLATE_FOLDERS, TEMPLATE_ENDINGS):
        _add(found, path, extract_template(path.read_text(encoding="utf-8"), origin=str(path)))
    return found


def extract_template(source: str, *, origin: str) -> Iterator[Found]:
    """The strings of a Django template.

    Django's templatize() writes each as a call of gettext on its own line and blanks out the rest;
    without their indentation those lines are Python enough for Babel.
    """
    calls = "\n".join(line.strip() for line in templatize(source, origin=origin).split("\n"))
    yield from _combined(extract_python(io.BytesIO(calls.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}))


def _combined(calls: Iterable[tuple[Any, ...]]) -> Iterator[Found]:
    """Calls as extract_python() yields them, in the shape of extract_from_file(): (line, id, comments, context)."""
    for line, function, arguments, comments in calls:
        spec = KEYWORDS[function] or (1,)
        texts = arguments if isinstance(arguments, tuple) else (arguments,)
        context = next((texts[place[0] - 1] for place in spec if isinstance(place, tuple)), None)
        ids = tuple(texts[place - 1] for place in spec if isinstance(place, int))
        if all(ids):
            yield line, ids if len(ids) > 1 else ids[0], comments, context


def _add(catalogue: Catalog, path: Path, strings: Iterable[Found]) -> None:
    for line, text, comments, context in strings:
        location = (path.relative_to(ROOT).as_posix(), line)
        catalogue.add(text, None, [location], auto_comments=comments, context=context)


def _files(folders: Iterable[str], endings: tuple[str, ...]) -> list[Path]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in endings)
    return sorted(path for path in found if "migrations" not in path.parts)


def _catalogues() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def _path(locale: str) -> Path:
    return LOCALE / locale / "LC_MESSAGES" / "django.po"


def _read(path: Path) -> Catalog:
    locale = path.parent.parent.name
    if not path.exists():
        return Catalog(locale=locale, project="IA-ATT", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def _entries(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(texts)


def _gaps(catalogue: Catalog) -> Iterator[str]:
    """Where the complete catalogue is not: strings missing, untranslated, in doubt, or no longer used."""
    sources = source_strings()
    for message in _entries(sources):
        mine = catalogue.get(message.id, context=message.context)
        where = ", ".join(sorted({name for name, _ in message.locations}))
        if mine is None:
            yield f"{COMPLETE}: missing: {message.id!r} ({where})"
        elif mine.fuzzy or not _is_translated(mine):
            yield f"{COMPLETE}: not translated: {message.id!r} ({where})"
    for message in _entries(catalogue):
        if sources.get(message.id, context=message.context) is None:
            yield f"{COMPLETE}: no longer used: {message.id!r}"


def _faults(path: Path) -> Iterator[str]:
    """Translations whose placeholders or plurals disagree with their source."""
    for message, errors in _read(path).check():
        yield from (f"{path.relative_to(ROOT)}: {error}: {message.id!r}" for error in errors)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
