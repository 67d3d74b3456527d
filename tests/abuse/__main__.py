"""`python -m tests.abuse [N…]`: each defence of the abuse cases taken out, and who notices.

Exit code 1 if the tests of a defence pass without it, 2 if the table no longer fits the code.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.abuse.cases import CASES
from tests.abuse.defences import Case, Defence, NotFound
from tests.abuse.taking_out import copy_of_the_tree, failing, noticed

SURVIVED, TABLE_IS_OLD = 1, 2


def main(
    arguments: list[str],
    cases: Sequence[Case] = CASES,
    title: str = "Abuse cases",
    module: str = "tests.abuse",
    description: str | None = __doc__,
) -> int:
    """Take out what stands in the way in these cases, one by one; other tables have other cases."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("number", nargs="*", type=int, help="cases to look at; all without")
    asked = parser.parse_args(arguments).number
    unknown = set(asked) - {case.number for case in cases}
    if unknown:
        parser.error(f"there is no case {min(unknown)}: they are 1 to {len(cases)}")
    chosen = [case for case in cases if case.number in asked or not asked]
    console = Console()
    table = Table("case", "", "defence", "noticed by", "killed", title=title)
    with tempfile.TemporaryDirectory(prefix="accord-abuse-") as folder:
        worst = _all(chosen, Path(folder), table, console)
    console.print(table)
    return worst


def _all(cases: list[Case], folder: Path, table: Table, console: Console) -> int:
    tree, worst = copy_of_the_tree(folder), 0
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("untouched", total=1 + sum(len(case.defences) for case in cases))
        broken = _broken_anyway(tree, [one for case in cases for one in case.defences])
        if broken is not None:
            console.print(f"{escape(broken)} fails with all defences in place.")
            return TABLE_IS_OLD
        progress.advance(bar)
        for case in cases:
            for defence in case.defences:
                progress.update(bar, description=f"{case.number} {case.name}")
                worst = max(worst, _one(case, defence, tree, table))
                progress.advance(bar)
            if case.to_come:
                table.add_row(str(case.number), case.name, case.to_come, "", "to come")
    return worst


def _broken_anyway(tree: Path, defences: list[Defence]) -> str | None:
    """What fails with every defence in place would show nothing; None if all pass."""
    for on_postgresql in (False, True):
        tests = {
            test for one in defences if one.on_postgresql is on_postgresql for test in one.tests
        }
        broken = failing(tree, sorted(tests), on_postgresql=on_postgresql) if tests else None
        if broken is not None:
            return broken
    return None


def _one(case: Case, defence: Defence, tree: Path, table: Table) -> int:
    head = (str(case.number), case.name, defence.what)
    try:
        told = noticed(tree, defence)
    except (NotFound, RuntimeError) as error:
        table.add_row(*head, escape(str(error)), "[red]error")
        return TABLE_IS_OLD
    for test, failed in told:
        where = test.partition("::")[0].removeprefix("tests/")
        shown = f"{where}: {failed or test.partition('::')[2]}"
        table.add_row(*head, escape(shown), "[red]no" if failed is None else "yes")
    return 0 if all(failed for _, failed in told) else SURVIVED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
