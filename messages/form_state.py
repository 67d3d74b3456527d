"""What a dialog carries to itself in `private_metadata`. Nothing in it is trusted: it names what
was on the screen, and everything it names is loaded and authorised again."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StringConstraints,
    ValidationError,
)

from domain.errors import InvalidInput
from messages.elements import require
from messages.limits import PRIVATE_METADATA

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
SlackId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
Count = Annotated[int, Field(ge=0, le=2**53)]

KEPT_LIMIT = 2_200


def fresh_token() -> str:
    """A random token, for one dialog or for one act without a dialog."""
    return secrets.token_urlsafe(16)


class FormState(BaseModel):
    """The state of one open dialog.

    `token` is random and consumed in the transaction that writes, so that a second press returns
    the first outcome. `version` is the version of the record that the person saw. `ids` are keys of
    ours by name, `refs` Slack's own (a channel, a message's ts). `revision` grows when inputs shall
    forget what was typed and show new initial values. `sure` are numbers that were asked back
    about, by input: sent once more, they were meant. `kept` is what was typed in inputs that the
    dialog does not show now.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=True)

    format: Literal[1] = Field(alias="v")
    form: Name = Field(alias="f")
    token: Token = Field(alias="t")
    version: Count | None = Field(None, alias="n")
    ids: Mapping[Name, UUID] = Field({}, alias="i")
    refs: Mapping[Name, SlackId] = Field({}, alias="r")
    expanded: bool = Field(False, alias="x")
    revision: Count = Field(0, alias="e")
    sure: Mapping[Name, FiniteFloat] = Field({}, alias="s")
    kept: Mapping[Name, str] = Field({}, alias="k")

    @classmethod
    def new(
        cls,
        form: str,
        *,
        version: int | None = None,
        ids: Mapping[str, UUID] = MappingProxyType({}),
        refs: Mapping[str, str] = MappingProxyType({}),
        expanded: bool = False,
    ) -> Self:
        """A state with a fresh token for a dialog that opens."""
        return cls(
            format=1,
            form=form,
            token=fresh_token(),
            version=version,
            ids=dict(ids),
            refs=dict(refs),
            expanded=expanded,
        )

    def id_of(self, name: str) -> UUID:
        """The id by this name. Raises InvalidInput with the code `form_state` without it."""
        try:
            return self.ids[name]
        except KeyError:
            raise InvalidInput("form_state") from None

    def number_of(self, name: str) -> int:
        """The whole number kept by this name. Raises InvalidInput as `id_of` does."""
        try:
            return int(self.refs[name])
        except (KeyError, ValueError):
            raise InvalidInput("form_state") from None

    def expand(self) -> Self:
        return self.model_copy(update={"expanded": True})

    def reset(self) -> Self:
        """Inputs get new block ids, so that Slack shows what we give instead of what it keeps."""
        return self.model_copy(update={"revision": self.revision + 1})

    def asked_about(self, numbers: Mapping[str, float]) -> Self:
        """These numbers, besides those before, are asked back about in the dialog."""
        return self.model_copy(update={"sure": {**self.sure, **numbers}})

    def keeping(self, form: str, typed: Mapping[str, str]) -> Self:
        """The state of another form in this dialog's place, with what it does not show.

        What would not fit is not kept, the longest first.
        """
        kept = dict(typed)
        while sum(map(len, map(json.dumps, kept.values()))) > KEPT_LIMIT:
            del kept[max(kept, key=lambda name: len(kept[name]))]
        return self.model_copy(update={"form": form, "kept": kept})

    def encode(self) -> str:
        encoded = self.model_dump_json(by_alias=True, exclude_defaults=True)
        require(len(encoded) <= PRIVATE_METADATA, "a form's state takes 3,000 characters")
        return encoded

    @classmethod
    def parse(cls, private_metadata: str, form: str) -> Self:
        """The state that a view of this form came back with.

        Raises InvalidInput with the code `form_state` for anything else: an older version, another
        form, something forged.
        """
        try:
            state = cls.model_validate_json(private_metadata[: PRIVATE_METADATA + 1])
        except ValidationError:
            raise InvalidInput("form_state") from None
        if state.form != form:
            raise InvalidInput("form_state")
        return state
