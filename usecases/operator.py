"""Acts of whoever runs Accord, at the command line, where Slack knows nobody."""

from __future__ import annotations

from domain.audit import Actor, ActorKind
from domain.errors import NotAllowed
from domain.origin import Origin, Via


def require_operator(origin: Origin) -> Actor:
    """The operator as the record names them. Raises NotAllowed for a request through Slack."""
    if origin.via is not Via.CLI or origin.slack_user is not None:
        raise NotAllowed("operator_needed")
    return Actor(ActorKind.OPERATOR)
