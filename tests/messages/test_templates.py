"""Templates hold words; what is put into them stays text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from messages.reading import Reader
from messages.safe import Safe
from messages.templates import Rendered, Templates
from tests.messages.slack_markup import UNESCAPED, commands, formatted
from tests.messages.texts import user_texts

READER = Reader("en", ZoneInfo("Europe/Lisbon"), date(2027, 3, 1))
Render = Callable[..., Rendered]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """Render the words of one block `text` with values."""

    def rendered(words: str, **values: object) -> Rendered:
        (tmp_path / "one.j2").write_text(words, encoding="utf-8")
        return Templates(folder=tmp_path).render("one", READER, **values)

    return rendered


def text_block(words: str) -> str:
    return f"{{% block text %}}{words}{{% endblock %}}"


EVERY_WAY_IN = """
{% block text %}
{{ it }} {{ it|short(40) }} {{ it|long }} {{ [it, it]|listed }} {{ it ~ it }} {{ it|upper }}
{{ "%s"|format(it) }} {{ _("%(x)s", x=it) }} {{ _("{0} {x}").format(it, x=it) }} {{ _("%%s") % it }}
{% trans %}{{ it }}{% endtrans %}
{% trans n=2 %}{{ it }} one{% pluralize %}{{ it }} many{% endtrans %}
{% set other = it %}{{ other }} {{ (it, it)|join(", ") }} {{ it|replace("a", "<a>") }}
{{ {"a": it} }} {{ [it] }}
{% for one in [it] %}{{ one }}{% endfor %}
{% endblock %}
"""


@pytest.fixture(scope="module")
def every_way_in(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    folder = tmp_path_factory.mktemp("templates")
    (folder / "every_way_in.j2").write_text(EVERY_WAY_IN, encoding="utf-8")
    return Templates(folder=folder)


@given(it=user_texts)
def test_there_is_no_way_into_a_message_that_does_not_escape(
    every_way_in: Templates, it: str
) -> None:
    rendered = every_way_in.render("every_way_in", READER, it=it)
    assert not UNESCAPED.search(rendered.text)
    assert not commands(rendered.text)
    assert not formatted(rendered.text)


def test_what_python_built_is_not_escaped(render: Render) -> None:
    words = text_block("{{ who }} and {% trans %}{{ who }} answers{% endtrans %}")
    assert render(words, who=Safe("<@U1>")).text == "<@U1> and <@U1> answers"


def test_a_percent_sign_in_the_words_stays_one(render: Render) -> None:
    words = "50% {% trans %}50% of {{ x }}{% endtrans %} {% trans %}100%{% endtrans %}"
    assert render(text_block(words), x="5%s").text == "50% 50% of 5%s 100%"


def test_words_over_several_lines_are_one_text_for_translators(render: Render) -> None:
    words = "{% trans %}\n  It counts once\n  you both agree.\n{% endtrans %}"
    assert render(text_block(words)).text == "It counts once you both agree."


def test_values_are_told_as_the_reader_writes_them(render: Render) -> None:
    words = "{{ n|number }} {{ share|percent }} {{ day|day }} {{ names|listed }} {{ at|moment }}"
    rendered = render(
        text_block(words),
        n=Decimal("1234.5"),
        share=0.5,
        day=date(2027, 3, 31),
        names=["<a>", "b"],
        at=datetime(2027, 3, 31, 9, tzinfo=UTC),
    )
    assert rendered.text == (
        "1,234.5 50% 31 March &lt;a&gt; and b "
        "<!date^1806483600^{date_long} at {time}|31 March, 10:00 (Lisbon)>"
    )


def test_lines_stay_as_written_and_lines_of_logic_leave_none(render: Render) -> None:
    words = """
        {% block text %}
            *{% trans %}One{% endtrans %}*
            {% if true %}
            {% trans %}Two{% endtrans %}
            {% else %}
            never
            {% endif %}

            {% for x in [1, 2] %}
            line {{ x }}
            {% endfor %}
        {% endblock %}
    """
    assert render(words).text == "*One*\nTwo\n\nline 1\nline 2"


def test_a_condition_on_one_line_is_a_line_if_it_is_met_and_none_if_not(render: Render) -> None:
    words = """
        {% block text %}
            {% if yes %}{% trans %}One{% endtrans %}{% else %}never{% endif %}
            {% if no %}{{ 7 }}{% endif %}
            {% if yes %}{{ said|long(100) }}{% endif %}
            {% if yes %}Last{% endif %}
        {% endblock %}
    """
    assert render(words, yes=True, no=False, said="a\n\nb").text == "One\na\n\nb\nLast"


def test_nothing_is_shown_for_no_value(render: Render) -> None:
    assert render(text_block("a{{ none }}b"), none=None).text == "ab"


def test_a_value_that_nobody_gave_is_an_error(render: Render) -> None:
    with pytest.raises(UndefinedError, match="owner"):
        render(text_block("{{ owner }}"))


def test_a_template_cannot_reach_into_python(render: Render) -> None:
    with pytest.raises(SecurityError):
        render(text_block("{{ x.__class__.__mro__ }}"), x="")


def test_a_long_text_may_keep_its_lines_and_a_value_in_a_sentence_may_not(render: Render) -> None:
    rendered = render(text_block("{{ x }}|{{ x|long(50) }}"), x="one\ntwo")
    assert rendered.text == "one two|one\ntwo"


def test_an_override_comes_first(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder, words in ((ours, "Ours"), (theirs, "Theirs")):
        folder.mkdir()
        (folder / "one.j2").write_text(text_block(words), encoding="utf-8")
    (ours / "two.j2").write_text(text_block("Second"), encoding="utf-8")
    templates = Templates(override=theirs, folder=ours)
    assert templates.render("one", READER).text == "Theirs"
    assert templates.render("two", READER).text == "Second"


def test_a_message_has_its_body_then_more_then_the_small_print(render: Render) -> None:
    words = text_block("T") + "{% block body %}B{% endblock %}{% block context %}C{% endblock %}"
    message = render(words).message({"type": "divider"}, title="Header")
    assert message.text == "T"
    assert [block["type"] for block in message.blocks] == [
        "header",
        "section",
        "divider",
        "context",
    ]
