"""A file of goals: which columns it has, and what its rows ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.errors import AccordError
from domain.goal_commands import ProposeGoal
from domain.goals import GoalContent
from domain.people import Member
from domain.uploads import UploadedFile

MOST_ROWS = 100


class GoalColumn(StrEnum):
    TITLE = "title"
    DUE_DATE = "due_date"
    METRIC = "metric"
    TARGET = "target"
    KIND = "kind"
    PARTS = "key_results"
    OWNER = "owner_email"
    ALIGNED = "aligned_to"
    WHY = "why"
    MEASURE_UNIT = "measure_unit"
    DIRECTION = "direction"
    BASELINE = "baseline"
    THRESHOLD = "threshold"
    STRETCH = "stretch"
    START_DATE = "start_date"
    RHYTHM = "check_in_every"
    AUDIENCE = "visible_to"


REQUIRED_COLUMNS = (GoalColumn.TITLE, GoalColumn.DUE_DATE)


class UploadGoals(BaseModel):
    """A file of goals to look at."""

    model_config = ConfigDict(frozen=True)

    file: tuple[UploadedFile, ...]


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A row that reads as a goal. `owner` is an email address, `aligned_to` a reference."""

    line: int
    command: ProposeGoal
    owner: str | None = None
    aligned_to: str | None = None


@dataclass(frozen=True, slots=True)
class RowTrouble:
    """Why a row cannot become a goal, for whoever sent the file."""

    line: int
    error: AccordError


class BadGoals(AccordError):
    """The file was refused as a whole; `troubles` names the first of each row at fault."""

    code = "goals_refused"

    def __init__(self, troubles: list[RowTrouble]) -> None:
        super().__init__(count=len(troubles))
        self.troubles = tuple(troubles)


@dataclass(frozen=True, slots=True)
class OfferedGoal:
    """A goal that the file would propose, and for whom."""

    line: int
    content: GoalContent
    owner: Member
