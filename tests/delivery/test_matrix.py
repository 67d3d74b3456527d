"""The crash matrix, in part: the rest is `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import Databases, Kind
from tests.delivery.matrix import Blow, Cell, Point, Setup, try_cell
from tests.delivery.post_office import TOKEN
from tests.slack import SlackWorkspace

IN_EVERY_RUN = (
    Cell(Point.CLAIMED, Blow.KILL, Setup.SQLITE),
    Cell(Point.SENDING, Blow.DATABASE, Setup.SQLITE),
    Cell(Point.ANSWERED, Blow.KILL, Setup.FOUR),
    Cell(Point.CLAIMING, Blow.STALL, Setup.FOUR),
    Cell(Point.FENCED, Blow.STALL, Setup.FOUR),
    Cell(Point.ANSWERED, Blow.DATABASE, Setup.ONE),
    Cell(Point.REQUEST, Blow.SILENCE, Setup.ONE),
    Cell(Point.MATERIALISING, Blow.KILL, Setup.FOUR),
    Cell(Point.ANNOUNCING, Blow.KILL, Setup.SQLITE),
    Cell(Point.FOUND, Blow.STALL, Setup.ONE),
)


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(
            cell, id=str(cell), marks=[] if cell.setup is Setup.SQLITE else pytest.mark.postgres
        )
        for cell in IN_EVERY_RUN
    ],
)
def test_whatever_strikes_a_process_everybody_has_every_message_once(
    cell: Cell,
    databases: Databases,
    workspace: SlackWorkspace,
    tmp_path: Path,
) -> None:
    url = databases.fresh(Kind.SQLITE if cell.setup is Setup.SQLITE else Kind.POSTGRES)
    found = try_cell(cell, url, workspace, tmp_path, TOKEN)
    databases.drop(url)
    assert found.wanted > 0
    assert found.flawless, found
