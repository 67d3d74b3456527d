"""`accord roles ask`: the way back when no two people can give roles in Slack any more."""

from __future__ import annotations

import sys
from typing import TextIO
from uuid import uuid4

from rich.console import Console
from rich.prompt import Confirm
from rich.text import Text

from domain.errors import AccordError
from domain.origin import Origin, Via
from domain.people import Role
from messages.errors import error_words
from messages.reading import Reader
from storage.unit_of_work import Store
from usecases.role_rescue import ask_for_role, plan_rescue

DONE, REFUSED, WRONG_USAGE = range(3)


def ask_for_role_command(
    store: Store,
    email: str,
    role: Role,
    reason: str,
    *,
    yes: bool,
    out: Console,
    errors: Console,
    answers: TextIO | None = None,
) -> int:
    """The exit code: 0 asked, 1 refused by us or by the operator, 2 nobody to ask."""
    origin = Origin(Via.CLI, store.clock.business(), request=uuid4().hex)
    reader, typed = Reader.of_nobody(origin.now), answers or sys.stdin
    try:
        planned = plan_rescue(store, origin, email, role)
        names = reader.listed([one.name for one in planned.confirming])
        words = (
            f"{planned.person.name} is to get the role {reader.shown(role)} for the whole "
            f"organisation. It waits until one person confirms it in Slack: {names}. They, and "
            "everybody in HR, compliance and administration, are told that you asked."
        )
        out.print(Text(words), soft_wrap=True)
        if not yes and not typed.isatty():
            errors.print("accord: nobody is there to confirm; add --yes to ask", soft_wrap=True)
            return WRONG_USAGE
        if not yes and not _confirmed(out, typed):
            out.print("Nothing was changed.")
            return REFUSED
        ask_for_role(store, origin, email, role, reason)
    except AccordError as refusal:
        words = error_words(refusal.code, refusal.params, reader).replace("`", "")
        errors.print(Text(f"accord: {words}"), soft_wrap=True)
        return REFUSED
    out.print("Asked. It is on record as an operator's act, and waits for seven days.")
    return DONE


def _confirmed(out: Console, answers: TextIO) -> bool:
    try:
        return Confirm.ask("Ask for it?", console=out, default=False, stream=answers)
    except (EOFError, KeyboardInterrupt):
        return False
