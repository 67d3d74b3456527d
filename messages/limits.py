"""Slack's limits on what is shown, counted in UTF-16 units unless a name says otherwise.

Sources: slack_sdk 3.47 models, docs.slack.dev block pages. Slack does not say how it counts; UTF-16
units are never fewer than code points, so what fits here fits either way.
"""

from __future__ import annotations

from typing import Final

MESSAGE_TEXT: Final = 3_900
"""chat.update rejects more than 4,000; the rest is room for entities Slack may add."""
MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
VIEW_BYTES: Final = 250_000
VIEW_TITLE: Final = 24
PRIVATE_METADATA: Final = 3_000
IDENTIFIER: Final = 255
"""block_id, action_id, callback_id, external_id."""

SECTION_TEXT: Final = 3_000
FIELD_TEXT: Final = 2_000
FIELDS: Final = 10
HEADER_TEXT: Final = 150
CONTEXT_ELEMENTS: Final = 10
CONTEXT_TEXT: Final = 2_000
ACTIONS_ELEMENTS: Final = 25
RICH_TEXT: Final = 3_000
"""Our own bound for one piece of rich text; Slack names none."""

INPUT_LABEL: Final = 2_000
INPUT_HINT: Final = 2_000
PLACEHOLDER: Final = 150
INPUT_TEXT: Final = 3_000
FIELD_ERROR: Final = 300
"""Our own bound for the words under a field; Slack names none."""

BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2_000
URL: Final = 3_000
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
SELECT_OPTIONS: Final = 100
CHECK_OPTIONS: Final = 10
"""Checkboxes and radio buttons alike."""
OVERFLOW_OPTIONS: Final = 5
FILES: Final = 10
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30
ALT_TEXT: Final = 2_000

INLINE: Final = 300
"""Our own bound for one value inside a sentence; longer texts belong into rich text."""
