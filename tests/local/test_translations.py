"""Extraction from templates and the check that pt_BR is complete."""

from __future__ import annotations

import pytest

from local import translations

TEMPLATE = """{% load i18n %}
<p title="{% translate "Take over" %}">{{ _("Agenda") }}
    {% blocktranslate count n=items trimmed %}
      {{ n }} message
    {% plural %}
      {{ n }} messages
    {% endblocktranslate %} don't (worry
</p>
{# Translators: the month #}
{% translate "May" context "month" %}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project with one string in code and one in a template."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "LOCALE", tmp_path / "locale")
    for name, text in {"apps/a.py": 'x = _("Hello %(name)s")', "templates/b.html": '{% translate "Bye" %}'}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_way_of_marking_a_template_is_found():
    found = [(text, context) for _, text, _, context in translations.extract_template(TEMPLATE, origin="t.html")]

    assert found == [
        ("Take over", None),
        ("Agenda", None),
        (("%(n)s message", "%(n)s messages"), None),
        ("May", "month"),
    ]


def test_new_strings_fail_the_check_until_they_are_translated(project, capsys):
    translations.update()
    assert translations.check() == 1
    assert "not translated: 'Bye' (templates/b.html)" in capsys.readouterr().out

    translate(project, {"Bye": "Tchau", "Hello %(name)s": "Olá %(name)s"})
    assert translations.check() == 0


def test_a_string_missing_from_the_catalogue_fails_the_check(project, capsys):
    translations.update()
    translate(project, {"Bye": "Tchau", "Hello %(name)s": "Olá %(name)s"})
    (project / "templates/b.html").write_text('{% translate "Bye" %}{% translate "New" %}')

    assert translations.check() == 1
    assert "missing: 'New'" in capsys.readouterr().out


def test_a_lost_placeholder_fails_the_check(project, capsys):
    translations.update()
    translate(project, {"Bye": "Tchau", "Hello %(name)s": "Olá %(nome)s"})

    assert translations.check() == 1
    assert "Hello %(name)s" in capsys.readouterr().out


def test_compiled_catalogues_follow_their_source(project):
    translations.update()
    translate(project, {"Bye": "Tchau", "Hello %(name)s": "Olá %(name)s"})
    translations.compile_stale()

    assert b"Tchau" in (project / "locale/pt_BR/LC_MESSAGES/django.mo").read_bytes()


def translate(project, texts: dict[str, str]) -> None:
    path = project / "locale/pt_BR/LC_MESSAGES/django.po"
    source = path.read_text()
    for text, translated in texts.items():
        source = source.replace(f'msgid "{text}"\nmsgstr ""', f'msgid "{text}"\nmsgstr "{translated}"')
    path.write_text(source)
