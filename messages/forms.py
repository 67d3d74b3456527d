"""A form is a pydantic model: which input stands for which field, and the modal that shows them.

The way back is in `messages.submissions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, UnionType
from typing import Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from messages.blocks import actions, context, input_block
from messages.elements import Block, button, require
from messages.form_state import FormState
from messages.i18n import N_
from messages.inputs import Asked, Choice, Input, Tick
from messages.reading import Reader
from messages.surfaces import View

M_co = TypeVar("M_co", bound=BaseModel, covariant=True)

MORE_DETAIL = N_("More detail")
CANCEL = N_("Cancel")
NO_VALUES: Mapping[str, object] = MappingProxyType({})
NO_CHOICES: Mapping[str, Sequence[Choice]] = MappingProxyType({})
NO_NOTES: Mapping[str, str] = MappingProxyType({})
NO_HEADINGS: Mapping[str, Block] = MappingProxyType({})


@dataclass(frozen=True)
class Form(Generic[M_co]):
    """Inputs for the fields of a model; `details` wait behind *More detail*.

    `name` is a lower-case word; it is the view's callback id and begins every block and action id.
    Raises BlockError if an input stands for no field of the model.
    """

    name: str
    title: str
    submit: str
    model: type[M_co]
    inputs: Sequence[Input]
    details: Sequence[Input] = ()
    close: str = CANCEL
    renewed: Sequence[str] | None = None
    """The inputs that `FormState.reset` makes anew; None: all. The block ids of the others stay,
    so that the answer to a submission that was under way meanwhile still finds them."""

    def __post_init__(self) -> None:
        names = [each.name for each in self.all_inputs]
        require(len(set(names)) == len(names), f"{self.name}: two inputs for one field")
        for name in names:
            field = _field(self.model, name.split("."))
            require(field is not None, f"{self.name}: {name} is no field of {self.model.__name__}")

    @property
    def all_inputs(self) -> Sequence[Input]:
        return (*self.inputs, *self.details)

    @property
    def more_action(self) -> str:
        """The action id of *More detail*."""
        return f"{self.name}:more"

    def action(self, field: str) -> str:
        """The action id of an input: what a dispatched change and a lookup of options bear."""
        return f"{self.name}.{field}"

    def block(self, field: str, revision: int = 0) -> str:
        """The block id of an input, which changes with the revision so that Slack resets it."""
        return f"{self.name}.{field}" + (f"#{revision}" if revision else "")

    def block_now(self, field: str, state: FormState) -> str:
        """The block id of an input in the dialog of that state."""
        renewed = self.renewed is None or field in self.renewed
        return self.block(field, state.revision if renewed else 0)

    def is_optional(self, one: Input) -> bool:
        """As the input says, else as the model does."""
        if one.optional is not None:
            return one.optional
        field = _field(self.model, one.name.split("."))
        return field is not None and not field.is_required()

    def shows_optional(self, one: Input, value: object) -> bool:
        """Whether the label says *(optional)*: not where something stands that cannot be emptied.

        Slack's own word beside a number that is filled in reads as if it could be left out.
        """
        if value in (None, "", (), []) or one.several or isinstance(one, Tick):
            return self.is_optional(one)
        field = _field(self.model, one.name.split("."))
        stays = field is not None and (field.is_required() or not _may_be_empty(field))
        return self.is_optional(one) and not (one.refilled or stays)


def _may_be_empty(field: FieldInfo) -> bool:
    """Whether nothing, or no text, is a value of its own."""
    default = field.get_default(call_default_factory=True)
    return default in (None, "") or type(None) in get_args(field.annotation)


def _field(model: object, path: Sequence[str]) -> FieldInfo | None:
    """The field at a path, through nested models and past the keys of their dicts and lists."""
    if not path:
        return None
    if isinstance(model, type) and issubclass(model, BaseModel):
        field = model.model_fields.get(path[0])
        if field is None or len(path) == 1:
            return field
        return _field(field.annotation, path[1:]) or _of_key(field, path[1:])
    inside = path if get_origin(model) in {Union, UnionType} else path[1:]
    found = (_field(inner, inside) for inner in get_args(model))
    return next((field for field in found if field), None)


def _of_key(field: FieldInfo, path: Sequence[str]) -> FieldInfo | None:
    """The field of a dict of plain values, for one of its keys."""
    return field if get_origin(field.annotation) is dict and len(path) == 1 else None


def render_form(
    form: Form[BaseModel],
    reader: Reader,
    state: FormState,
    *,
    values: Mapping[str, object] = NO_VALUES,
    choices: Mapping[str, Sequence[Choice]] = NO_CHOICES,
    intro: Sequence[Block] = (),
    notes: Mapping[str, str] = NO_NOTES,
    headings: Mapping[str, Block] = NO_HEADINGS,
    outro: Sequence[Block] = (),
) -> View:
    """The modal for a form as `state` has it: collapsed or expanded.

    `values` fill inputs by field name, with what the model holds or with what `typed_values`
    returned. `choices` replace the options of menus that depend on the record. `notes` stand under
    an input, `headings` above one; text that is not Safe is escaped. Slack keeps what a person
    typed in inputs whose block id stays, whatever `values` say; `state.reset()` gives all of them
    new ones.
    """

    def shown(one: Input) -> list[Block]:
        asked = Asked(form.action(one.name), reader, values.get(one.name), choices.get(one.name))
        block = input_block(
            reader.gettext(one.label),
            one.element(asked),
            block_id=form.block_now(one.name, state),
            hint=reader.gettext(one.hint) if one.hint else None,
            optional=form.shows_optional(one, values.get(one.name)),
            dispatch=one.dispatch,
        )
        above = [headings[one.name]] if one.name in headings else []
        note = notes.get(one.name)
        return [*above, block, context(note)] if note else [*above, block]

    more = button(reader.gettext(MORE_DETAIL), form.more_action)
    inputs = form.all_inputs if state.expanded else form.inputs
    blocks = [*intro, *(block for one in inputs for block in shown(one))]
    if form.details and not state.expanded:
        blocks.append(actions(more, block_id=form.more_action))
    return View.modal(
        reader.gettext(form.title),
        [*blocks, *outro],
        submit=reader.gettext(form.submit),
        close=reader.gettext(form.close),
        callback_id=form.name,
        private_metadata=state.encode(),
    )
