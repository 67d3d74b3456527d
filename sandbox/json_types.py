"""The one place that says what a JSON object is here."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[
    str, Any
]  # Slack's payloads are open-ended: their shape is checked at run time
