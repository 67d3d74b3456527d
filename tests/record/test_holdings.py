"""Nothing is held on a person that nobody has decided about: every table and column is named."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import Table

from domain.sensitivity import Sensitivity
from storage.holdings import ELSEWHERE, HOLDINGS, LEFT_OUT, NOBODYS
from storage.schema import complete_metadata
from storage.tables.base import SENSITIVITY, Base

ME = uuid4()
# A person's id that need not lead to the row, since another of its columns does.
NOT_BY = {
    "goal_case.person_id",
    "check_in_asked.check_in_id",
}
# Tables without a person's file whose columns name people all the same, with the reason there.
NAMED_ALL_THE_SAME = {"data_key", "delivery"}


def classes() -> dict[Table, type[Base]]:
    complete_metadata()
    return {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[misc] # all ours are tables


def test_every_table_is_given_out_told_of_elsewhere_or_nobodys() -> None:
    held = {one.table for one in HOLDINGS}
    assert held | set(ELSEWHERE) | set(NOBODYS) == set(classes().values())
    assert not held & set(NOBODYS)
    assert not held & set(ELSEWHERE)


def test_every_column_of_what_is_held_is_given_out_or_left_out_for_a_reason() -> None:
    for table, kind in classes().items():
        shown = {name for one in HOLDINGS if one.table is kind for name in one.shown}
        if not shown:
            continue
        left_out = LEFT_OUT.get(kind, {})
        assert shown.isdisjoint(left_out), table.name
        assert shown | set(left_out) == set(table.columns.keys()), table.name
        assert all(left_out.values())


def test_every_column_that_names_a_person_leads_to_their_rows() -> None:
    for table, kind in classes().items():
        conditions = " ".join(str(one.of(ME)) for one in HOLDINGS if one.table is kind)
        for column in table.columns:
            to_people = any(key.column.table.name == "person" for key in column.foreign_keys)
            if not to_people or f"{table.name}.{column.name}" in NOT_BY:
                continue
            if kind in NOBODYS or kind in ELSEWHERE:
                assert table.name in NAMED_ALL_THE_SAME, column
            else:
                assert f"{table.name}.{column.name} =" in conditions, column


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda one: f"{one.section}-{one.table.__name__}")
def test_a_sealed_column_is_shown_only_where_it_can_be_opened(holding: object) -> None:
    from storage.holdings import Holding  # noqa: PLC0415 - for the type alone

    assert isinstance(holding, Holding)
    columns = holding.table.__table__.c
    sealed = [
        name
        for name in holding.shown
        if columns[name].info[SENSITIVITY] is not Sensitivity.INTERNAL
    ]
    assert len(sealed) <= 1
    assert bool(sealed) == (holding.place is not None)
