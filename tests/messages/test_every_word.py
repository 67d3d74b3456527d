"""Every word on every screen comes from the catalogue: none is left in English.

Each function that says something to a reader is found by itself and called with anything that its
types allow. One reader's catalogue writes all texts in wide letters; people's own words are Greek
and so are this reader's dates, so a plain Latin letter was never looked up.
"""

from __future__ import annotations

import inspect
import pkgutil
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.messages import Catalog
from babel.messages.pofile import write_po

import messages
from domain.audit import Receipt
from domain.change_requests import What
from domain.cycles import CycleKind
from domain.exports import ExportContent, ExportFile, ExportOffer
from domain.goal_kinds import GoalKind
from domain.goal_status import CHOSEN
from domain.measures import Doubt
from domain.policy import Policy
from domain.policy_local import settings
from domain.rounds import RoundPlace
from domain.screens import GoalMoves, OneNotice
from messages.blocks import section
from messages.catalogues import texts_in_code
from messages.errors import WORDS, error_words
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.goal_forms import FORMS as GOAL_FORMS
from messages.goal_forms import NEW, UPDATE
from messages.help import EXAMPLES, HELP
from messages.inputs import Choice
from messages.names import NAMES
from messages.reading import Reader
from messages.round_forms import ANONYMOUS, PRIVATE
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates
from sandbox.blocks import block_problems
from sandbox.blocks_views import view_problems
from tests.messages.anything import dice, hints_of, made, parameters, words
from tests.messages.test_every_form import FORMS, offered

TODAY = date(2027, 3, 1)
GERMAN = Reader("de", ZoneInfo("Europe/Berlin"), TODAY)
ENGLISH = Reader("en", ZoneInfo("Europe/Lisbon"), TODAY)
TEMPLATES = Templates()
PATHS = [*settings(Policy), *Policy.model_fields.keys() - {"variations", "regions", "units"}]
PLACES = [
    place
    for path in settings(Policy)
    for place in (tuple(path.split(".")), ("variations", path), ("units", "χ", *path.split(".")))
]
TIMES = 20
# Where much is told apart, or a thing is quickly made.
OFTEN = {"messages.goal_notices.goal_message": 120, "messages.directory.problem_line": 300}

# They show parts that others say, or are told in English alone.
NOT_CALLED = {
    "messages.presses.press_button": "its labels are those of every button below",
    "messages.forms.render_form": "called with every form below",
    "messages.submissions.parse_submission": "its words are those of every code below",
    "messages.submissions.field_errors": "its words are those of every code below",
    "messages.errors.error_said": "called with every code below",
    "messages.errors.error_words": "called with every code below",
    "messages.announcement_words.writing_language": "names a language by its code",
    "messages.checkin_forms.check_in_form": "makes a form, which `check_in_view` shows",
    "messages.policy.document_view": "shows the document as it is written",
    "messages.goal_files.refused_view": "tells columns as the file spells them",
    "messages.directory_pages.offer_view": "tells values as the file spells them",
    "messages.directory_pages.waiting_view": "tells values as the file spells them",
    "messages.directory.plan_groups": "tells values as the file spells them, at the command line",
    "messages.directory.plan_summary": "tells values as the file spells them, at the command line",
}
# What a type does not say: which texts an argument may be.
ARGUMENTS: Mapping[str, Mapping[str, Callable[[random.Random], Any]]] = {
    "messages.help.help_message": {"command": lambda rng: rng.choice(list(HELP))},
    "messages.help.not_understood": {
        "command": lambda rng: rng.choice(list(EXAMPLES)),
        "typed": lambda rng: rng.choice(("hlep", "nwe", "snoze", "histroy", "rund", "ωψ")),
    },
    "messages.help.reference_needed": {
        "command": lambda _: "goal",
        "verb": lambda rng: rng.choice(list(EXAMPLES["goal"])),
    },
    "messages.directory_pages.upload_view": {"intro": lambda _: ()},
    "messages.goal_files.upload_view": {"intro": lambda _: ()},
    "messages.goal_files.offer_view": {"file": lambda _: "F1", "digest": lambda _: "0" * 64},
    "messages.directory_pages.working_view": {"external_id": lambda _: "people-1"},
    "messages.help.not_yet": {"command": lambda _: "/review"},
    "messages.goal_forms.new_goal_view": {
        "state": lambda rng: FormState.new(rng.choice(list(NEW.values())).name).expand(),
        "kinds": lambda _: tuple(GoalKind),
    },
    "messages.goal_forms.goal_view": {
        "form": lambda rng: rng.choice(
            [form for form in GOAL_FORMS.values() if form.name != "goal_new"]
        ),
        "state": lambda _: FormState.new("goal_counter"),
    },
    **{
        f"messages.goal_changes.{name}": {
            "state": lambda _: None,
            "typed": lambda rng: {"what": rng.choice(list(What)).value},
        }
        for name in ("ask_view", "counter_view")
    },
    "messages.goal_corrections.correct_goal_view": {
        "state": lambda rng: rng.choice((None, FormState.new("my_correct_goal").expand())),
    },
    "messages.goal_forms.doubted_view": {
        "form": lambda _: UPDATE,
        "state": lambda _: FormState.new("goal_update"),
        "values": lambda _: {"value": "5"},
        "doubts": lambda rng: {"value": made(Doubt, rng)},
    },
    "messages.goal_status.status_view": {
        "found": lambda rng: replace(made(GoalMoves, rng), moves=CHOSEN),
        "state": lambda _: None,
        "typed": lambda rng: {"move": rng.choice(CHOSEN).value},
    },
    "messages.checkin_forms.check_in_view": {
        "values": lambda _: {},
        "sure": lambda _: {},
        "doubts": lambda rng: {"goals.G1.value": made(Doubt, rng)},
    },
    "messages.mornings.morning_message": {
        "parts": lambda rng: [made(OneNotice, rng) for _ in range(rng.randint(2, 30))],
        "tell": lambda _: lambda _part: Message("·", [section("·")]),
    },
    "messages.export_file.about_export": {
        # A fingerprint without letters.
        "file": lambda rng: replace(made(ExportFile, rng), receipt=Receipt(12, bytes(32))),
    },
    "messages.exports.export_view": {
        "offer": lambda rng: replace(
            made(ExportOffer, rng),
            contents=tuple(rng.sample(list(ExportContent), rng.randint(1, len(ExportContent)))),
        ),
        "state": lambda _: None,
        "values": lambda _: {},
    },
    "messages.announcement_forms.announce_view": {
        "state": lambda _: None,
        "typed": lambda _: None,
    },
    "messages.cycle_forms.changed_view": {
        "state": lambda _: FormState.new("cycle_new"),
        "typed": lambda rng: {"starts": TODAY, "ends": TODAY, "kind": rng.choice(list(CycleKind))},
    },
    "messages.cycle_forms.rechanged_view": {
        "state": lambda _: FormState.new("cycle_change"),
        "typed": lambda _: {"starts": TODAY, "ends": TODAY},
    },
    "messages.round_forms.answer_view": {"form": lambda rng: rng.choice((PRIVATE, ANONYMOUS))},
    "messages.evidence.add_view": {name: lambda _: "C0" for name in ("channel", "ts", "sha256")},
    "messages.round_forms.open_view": {
        "place": lambda rng: RoundPlace("C0", words(rng)[:80], (), joined=True)
    },
    "messages.feedback_forms.save_view": {
        name: lambda _: "C0" for name in ("channel", "ts", "author")
    },
    "messages.feedback_forms.give_view": {"about": lambda rng: rng.choice((None, "U0LENA"))},
    "messages.outcomes.refused_submission": {"view": lambda _: {}},
    "messages.policy_settings.setting_name": {"setting": lambda rng: rng.choice(PATHS)},
    "messages.policy_settings.place_and_name": {"path": lambda rng: rng.choice(PLACES)},
    "messages.policy_settings.value_shown": {
        "path": lambda rng: rng.choice(PLACES),
        "value": lambda rng: rng.choice((0, 1, 2, None, [], {}, {"min": 1, "max": 3})),
    },
}


def every_function() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the room that is told who reads."""
    for module in pkgutil.walk_packages(messages.__path__, "messages."):
        for name, function in vars(import_module(module.name)).items():
            if (
                inspect.isfunction(function)
                and function.__module__ == module.name
                and not name.startswith("_")
                and hints_of(function).get("reader") is Reader
            ):
                yield f"{module.name}.{name}", function


FUNCTIONS = dict(every_function())
CALLED = {name: function for name, function in FUNCTIONS.items() if name not in NOT_CALLED}


def answer(name: str, reader: Reader, rng: random.Random) -> Any:
    """What the function says to this reader of something or other."""
    function = FUNCTIONS[name]
    hints = hints_of(function)
    given: dict[str, Any] = {}
    for argument in inspect.signature(function).parameters:
        special = ARGUMENTS.get(name, {}).get(argument)
        kind = hints[argument]
        if special is not None:
            given[argument] = special(rng)
        elif kind is Reader:
            given[argument] = reader
        elif kind is Templates:
            given[argument] = TEMPLATES
        else:
            given[argument] = made(kind, rng)
    positional = [
        given.pop(argument)
        for argument, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is not parameter.KEYWORD_ONLY
    ]
    return function(*positional, **given)


SHOWN = frozenset({"text", "alt_text", "accessibility_label", "initial_value"})
_EXPECTED = re.compile(
    r"<!date\^\d+\^|\{\w+\}"  # Slack's own tokens
    r"|`[^`]*`"  # commands are the same in every language
    r"|(?<![/\w])/[a-z]+( [a-z]+(-[a-z]+)?( 3d)?)?"
    r"|\b[GRCDA]-\d+"  # references
    r"|[a-z@._]+(?:,[^,\n]*){8}"  # a line of a file of people
    r"|@Accord\b|CSV UTF-8|\bUTF-\d+"
)


def shown(said: Any) -> Iterator[str]:
    """Every text in it that people see, hear or find filled in."""
    match said:
        case str():
            yield said
        case Message():
            yield said.text
            yield from _in_blocks(list(said.blocks))
        case View():
            yield from _in_blocks(said.payload())
        case list() | tuple():
            for one in said:
                yield from shown(one) if not isinstance(one, dict) else _in_blocks(one)
        case dict():
            yield from _in_blocks(said)


def _in_blocks(piece: Any) -> Iterator[str]:
    if isinstance(piece, dict):
        for key, value in piece.items():
            if key in SHOWN and isinstance(value, str):
                yield value
            else:
                yield from _in_blocks(value)
    elif isinstance(piece, list):
        for one in piece:
            yield from _in_blocks(one)


def latin(said: Any) -> list[str]:
    """The texts with Latin letters in them."""
    return [text for text in shown(said) if re.search("[A-Za-z]", _EXPECTED.sub("", text))]


_KEPT = re.compile(r"(%\(\w+\)s|%%|\{\w+\}|`[^`]*`|/[a-z]+(?: [a-z]+)?|@Accord|CSV UTF-8|UTF-\d+)")
_WIDE = str.maketrans(
    {chr(code): chr(code + 0xFEE0) for code in range(0x41, 0x7B) if chr(code).isalpha()}
)


def wide(text: str) -> str:
    """The text in wide letters, all that a translator must keep being kept."""
    parts = _KEPT.split(text)
    return "".join(part if _KEPT.fullmatch(part) else part.translate(_WIDE) for part in parts)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Somebody whose catalogue says everything in wide letters."""
    folder = tmp_path_factory.mktemp("locale")
    catalogue = Catalog(locale="el")
    for (meaning, text), forms in texts_in_code().items():
        translated = tuple(map(wide, forms)) if len(forms) > 1 else wide(text)
        catalogue.add(forms if len(forms) > 1 else text, translated, context=meaning)
    path = folder / "el" / "LC_MESSAGES" / "accord.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as target:
        write_po(target, catalogue)
    return Reader("el", ZoneInfo("Europe/Athens"), TODAY, Path(folder))


@pytest.mark.parametrize("name", CALLED)
def test_every_word_is_looked_up(name: str, foreign: Reader) -> None:
    rng = dice(name)
    for _ in range(OFTEN.get(name, TIMES)):
        assert latin(answer(name, foreign, rng)) == []


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_word_of_every_form_is_looked_up(form: Form[Any], foreign: Reader) -> None:
    choices = {name: [Choice("χ", "ψω")] for name in offered(form)}
    state = FormState.new(form.name).expand()
    assert latin(render_form(form, foreign, state, choices=choices)) == []


def test_every_name_of_what_we_store_is_looked_up(foreign: Reader) -> None:
    assert latin([foreign.shown(word) for word in NAMES]) == []


@pytest.mark.parametrize("code", WORDS)
def test_every_word_of_every_refusal_is_looked_up(code: str, foreign: Reader) -> None:
    assert latin(error_words(code, parameters(dice(code)), foreign)) == []


@pytest.mark.parametrize("name", CALLED)
def test_slack_takes_it_in_german_and_nothing_of_it_is_cut(name: str) -> None:
    rng = dice(name)
    for _ in range(OFTEN.get(name, TIMES)):
        said = answer(name, GERMAN, rng)
        if isinstance(said, Message):
            assert block_problems(said.blocks) == []
        if isinstance(said, View):
            assert view_problems(said.payload()) == []
            for text in said.texts.values():
                assert not str(text["text"]).endswith("…")


SIGNS = re.compile(
    r"(?<!\.)\.\.(?!\.)"  # two full stops; three are left out words
    r"|[,;:!?][,;:.!?](?!\w)"  # but not `::` around a name of Slack's
    r"|\.[,;:!?]"
)
# The reference or number of a thing stands a little apart from its title.
SPACES = re.compile(r"(?<!\)s)(?<!\)s\*)  +(?=\S)|\w [,.;!?](?=\s|$)")
_NO_PROSE = re.compile(r"`[^`]*`|(?m:^.*(?:,[^,\n]*){8}$)")  # commands, and lines of a file


@pytest.mark.parametrize("name", CALLED)
def test_no_sign_is_doubled_where_texts_meet(name: str) -> None:
    rng = dice(name)
    for _ in range(OFTEN.get(name, TIMES)):
        for reader in (GERMAN, ENGLISH):
            for text in shown(answer(name, reader, rng)):
                assert not SIGNS.search(_NO_PROSE.sub("", text)), text


def test_no_text_of_ours_has_a_space_or_a_sign_too_many() -> None:
    texts = [text for forms in texts_in_code().values() for text in forms]
    texts += [GERMAN.gettext(text) for text in texts]
    told = [_NO_PROSE.sub("`", text) for text in texts]
    assert [text for text in told if SPACES.search(text) or SIGNS.search(text)] == []
    assert SPACES.search("two  words") and SIGNS.search("an end..")  # noqa: PT018 - both are found


def test_a_text_that_is_not_looked_up_is_found() -> None:
    assert latin(section(Safe("αβγ G-12 `/goal new`"))) == []
    assert latin(section("αβγ and δ")) == ["αβγ and δ"]
    kept = wide("Read by %(name)s: `/goal`")
    assert kept.endswith(" %(name)s: `/goal`")
    assert latin(kept.replace("%(name)s", "αβγ")) == []
