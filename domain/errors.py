"""Every refusal that Accord foresees: a code, a field if one is to blame, parameters. No words.

`messages/errors.py` finds the words, `handlers/errors.py` the place to show them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from domain.measures import Doubt

Checked = TypeVar("Checked")


class AccordError(Exception):
    """Base of all foreseen refusals.

    `code` names the refusal for words and tests; `field` is the path of the input at fault, if
    any; `params` fill the words and hold nothing that the reader may not see.
    """

    code = "refused"

    def __init__(
        self, code: str | None = None, *, field: str | None = None, **params: object
    ) -> None:
        self.code = code or type(self).code
        self.field = field
        self.params: Mapping[str, object] = params
        super().__init__(self.code)


class NotShared(AccordError):
    """A thing asked for by reference is unknown or not for this person: one answer for both."""

    code = "not_shared"

    def __init__(self, reference: str = "") -> None:
        """`reference` as it was asked for; empty where a button or dialog named the thing."""
        if reference:
            super().__init__(reference=reference)
        else:
            super().__init__("not_shared_here")


class NotAllowed(AccordError):
    """This person may not do this; the code says who can."""

    code = "not_allowed"


class Refused(AccordError):
    """The rules do not allow it now; the code says why and what to do instead."""


class InvalidInput(AccordError):
    """A value cannot be accepted; `field` names it."""


class InvalidInputs(InvalidInput):
    """Several values that cannot be accepted: each is told at its field, at once."""

    def __init__(self, each: Sequence[InvalidInput]) -> None:
        self.each = tuple(each)
        first = self.each[0]
        super().__init__(first.code, field=first.field, **first.params)


class Faults:
    """What is wrong with a form, gathered over several checks of which none needs the others."""

    def __init__(self) -> None:
        self._found: list[InvalidInput] = []

    def of(self, check: Callable[[], Checked]) -> Checked | None:
        """What the check returns; None where something is wrong, which is kept."""
        try:
            return check()
        except InvalidInput as fault:
            self._found.append(fault)
            return None

    def raise_any(self) -> None:
        """Raises what was gathered, if anything was."""
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            raise InvalidInputs(self._found)


class Doubtful(AccordError):
    """Values that may be slips, by field: asked back once, and taken when they come again."""

    code = "far_from_target"

    def __init__(self, doubts: Mapping[str, Doubt]) -> None:
        self.doubts = doubts
        super().__init__()


class AlreadyDone(AccordError):
    """What was asked for has already happened (by whom and when is in `params`)."""

    code = "already_done"


class Changed(AccordError):
    """The record moved on between what the person saw and what they sent."""

    code = "changed_meanwhile"


class Unknown(AccordError):
    """The sender is nobody whom the directory lets act: stranger, bot, guest, left, unlisted."""

    code = "unknown_person"


class Busy(AccordError):
    """The database did not answer within what a Slack request allows; pressing again helps."""

    code = "busy"


class NoRoom(Busy):
    """The database's disk is full; pressing again helps once there is room."""

    code = "no_room"


class Unavailable(AccordError):
    """Slack (or another system) did not answer in time."""

    code = "slack_unavailable"


class SlowDown(Unavailable):
    """Slack takes no more calls of the sort for some `seconds`; what was wanted can be repeated."""

    code = "slack_slow"
