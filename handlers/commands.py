"""Words typed to Accord: `/goal …`, `/accord goal …`, or plain words in its own conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from handlers.desk import Desk, Reply
from handlers.features import Asking, Feature
from handlers.home import home_words
from handlers.payloads import Command
from messages.help import help_message, not_understood, not_yet
from messages.verbs import in_english

WORDS_TO_COME = frozenset(
    {
        "exceptions",
    }
)
COMMANDS_TO_COME = frozenset({"contract", "review"})


class Words:
    """Finds the feature that a command is meant for."""

    def __init__(self, desk: Desk, features: Sequence[Feature]) -> None:
        self._desk = desk
        self._features: Mapping[str, Feature] = {feature.name: feature for feature in features}
        self._accord_words = {
            word: answer for feature in features for word, answer in feature.accord_words.items()
        }

    def answer(self, command: Command, asking: Asking) -> Reply:
        """The answer to a command, whose first word may stand in any language that we know."""
        command = replace(command, words=in_english(command.command, command.words))
        feature = self._features.get(command.command)
        if feature is not None:
            return feature.words(command, asking)
        if command.command in COMMANDS_TO_COME:
            return not_yet(f"/{command.command}", asking.reader)
        return self._accord(command, asking)

    def _accord(self, command: Command, asking: Asking) -> Reply:
        verb, _, rest = command.words.strip().partition(" ")
        verb = verb.casefold()
        inner = replace(command, command=verb, words=rest)
        if not verb:
            return home_words(self._desk, command.origin)
        if verb == "help":
            return help_message("accord", asking.reader)
        if verb in self._features or verb in COMMANDS_TO_COME:
            return self.answer(inner, asking)
        if verb in self._accord_words:
            return self._accord_words[verb](inner, asking)
        if verb in WORDS_TO_COME:
            return not_yet(f"/accord {verb}", asking.reader)
        return not_understood("accord", verb, asking.reader)
