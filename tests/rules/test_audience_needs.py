"""What an announcement needs is asked for by the model too, whatever a dialog lets through."""

from __future__ import annotations

from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.announcements import Announce


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"audience": "unit"}, "audience_needs_unit"),
        ({"audience": "region"}, "audience_needs_region"),
        ({"send_at": "at"}, "announcement_needs_time"),
    ],
)
def test_what_was_chosen_needs_its_field(chosen: dict[str, str], code: str) -> None:
    usual = {"phase": UUID(int=1), "audience": "everyone", "message": "Go", "send_at": "now"}
    Announce.model_validate(usual)
    with pytest.raises(ValidationError) as refused:
        Announce.model_validate({**usual, **chosen})
    assert [error["type"] for error in refused.value.errors()] == [code]
