"""The message shortcut *Add to a goal*."""

from __future__ import annotations

import hashlib
from functools import partial

from domain.errors import InvalidInput, Refused
from domain.evidence import AddEvidence, EvidenceSource
from handlers.channels import permalink
from handlers.desk import Desk, Reply
from handlers.features import AckBody, Asking, Feature
from handlers.payloads import Command, Lookup, Pressed, Shortcut, Submission
from handlers.sent_forms import carry_out_form
from messages.evidence import ADD, add_view, added_words, how_to_add, no_goals
from messages.form_state import FormState
from messages.options import goal_options
from messages.outcomes import message_view, outcome_view
from messages.surfaces import View
from usecases import evidence


def evidence_feature(desk: Desk) -> Feature:
    return Feature(
        name="evidence",
        words=_words,
        press=_press,
        submit=partial(_submit, desk),
        look_up=partial(_look_up, desk),
        shortcuts={"add_to_goal": partial(_from_shortcut, desk)},
    )


def _words(_command: Command, asking: Asking) -> Reply:
    return how_to_add(asking.reader)


def _press(_pressed: Pressed, _asking: Asking) -> None:
    raise InvalidInput("form_state")


def _from_shortcut(desk: Desk, shortcut: Shortcut, asking: Asking) -> View:
    chosen = shortcut.message
    if chosen is None:
        raise Refused("message_not_visible")
    if not evidence.own_goals(desk.store, shortcut.origin):
        return message_view(no_goals(asking.reader), asking.reader)
    # Asked now, so that nobody fills a dialog in vain; asked again when it is sent.
    permalink(desk, chosen.channel, chosen.ts)
    fingerprint = hashlib.sha256(chosen.words.encode()).hexdigest()
    return add_view(asking.reader, chosen.channel, chosen.ts, fingerprint)


def _look_up(desk: Desk, lookup: Lookup, _asking: Asking) -> AckBody:
    return goal_options(evidence.own_goals(desk.store, lookup.origin, lookup.words))


def _submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def act(command: AddEvidence, state: FormState) -> AckBody:
        source = _source(desk, state)
        card = evidence.add_evidence(desk.store, submission.origin, command, source, state.token)
        return outcome_view(added_words(card, asking.reader), asking.reader)

    return carry_out_form(ADD, submission, asking, act)


def _source(desk: Desk, state: FormState) -> EvidenceSource:
    try:
        channel, ts, sha256 = (state.refs[name] for name in ("channel", "ts", "sha256"))
    except KeyError:
        raise InvalidInput("form_state") from None
    return EvidenceSource(permalink(desk, channel, ts), sha256)
