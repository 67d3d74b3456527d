"""The 22 abuse cases of the design: what stands in the way of each, and the tests that show it.

`python -m tests.abuse` takes each defence out and sees those tests fail.
"""

from __future__ import annotations

from tests.abuse.defences import Case, Defence, Edit, without

_WHO = "tests/abuse/test_who_may_not.py"
_FORGED = "tests/abuse/test_forged.py"
_NEIGHBOURS = "tests/abuse/test_neighbours.py"
_REPLAYED = "tests/abuse/test_replayed.py::test_every_request_of_a_scene_sent_again_changes_nothing"
_REFUSALS = "tests/scenes/test_refusals.py"
_ADDS = "tests/abuse/test_role_adds_no_content.py"
_STEP_UP = "tests/rules/test_step_up.py"
_ROLES = "tests/scenes/test_roles.py"
_BROKEN = (
    "tests/edge/test_logs.py::"
    "test_when_the_database_breaks_the_person_gets_a_reference_and_the_log_no_words"
)
_AGGREGATES = "tests/rules/test_aggregates.py"
_COMBINED = "tests/rules/test_combined_figures.py"
_EXPORTS = "tests/scenes/test_exports.py"
_CANARY = "tests/abuse/test_canary.py"
_SIGNATURES = "tests/edge/test_signatures.py"

CASES: tuple[Case, ...] = (
    Case(
        1,
        "ids forged in a dialog",
        (
            without(
                "everything named is loaded and authorised again",
                "usecases/goal_cards.py",
                "    return _head_where(work, goal, either(readable, took_part(viewer)))\n",
                "    return _head_where(work, goal, NO_CONDITION)\n",
                f"{_FORGED}::test_ids_forged_in_a_dialog_get_the_one_refusal_and_it_is_logged",
            ),
            without(
                "a state that another form made is refused",
                "messages/form_state.py",
                "        if state.form != form:\n",
                "        if False:\n",
                "tests/messages/test_form_state.py::test_what_is_not_ours_is_refused",
            ),
        ),
    ),
    Case(
        2,
        "a stale dialog or button",
        (
            without(
                "the version seen must be the newest",
                "usecases/negotiation.py",
                "    if head.version != seen:\n",
                "    if False:\n",
                f"{_REFUSALS}::test_an_answer_to_an_older_version_is_refused_and_shows_the_newer_one",
            ),
        ),
    ),
    Case(
        3,
        "guessable ids",
        (
            without(
                "an id gives no right to read",
                "usecases/goal_cards.py",
                "_head_where(work, goal, may_read_goal(viewer, viewer.today(work.now)))\n",
                "_head_where(work, goal, NO_CONDITION)\n",
                f"{_NEIGHBOURS}::test_an_id_that_is_anothers_is_answered_as_one_that_never_was",
            ),
            without(
                "nor does a number",
                "usecases/goal_cards.py",
                "    head = goals.head_by_number(work.connection, number, readable)\n",
                "    head = goals.head_by_number(work.connection, number, NO_CONDITION)\n",
                f"{_REFUSALS}::test_a_colleague_outside_the_audience_hears_the_one_sentence",
            ),
        ),
    ),
    Case(
        4,
        "the manager changed while a dialog stood open",
        (
            without(
                "who manages now is asked when it is sent",
                "storage/visibility.py",
                "            one_of_words(ReportingLine.kind, DECIDING),\n"
                "            line_in_force(TODAY),\n",
                "            one_of_words(ReportingLine.kind, DECIDING),\n",
                f"{_FORGED}::"
                "test_a_manager_who_was_replaced_while_the_dialog_stood_open_is_refused",
            ),
        ),
    ),
    Case(
        5,
        "a stranger from a connected workspace",
        (
            without(
                "team and enterprise are compared",
                "usecases/access.py",
                " or _is_stranger(origin, asker):\n",
                ":\n",
                f"{_WHO}::test_a_stranger_is_refused_even_with_the_id_of_somebody_we_know",
            ),
        ),
    ),
    Case(
        6,
        "a guest",
        (
            without(
                "a guest may act as a contractor only",
                "domain/people.py",
                "            return self.employment is Employment.CONTRACTOR\n",
                "            return True\n",
                f"{_WHO}::test_a_guest_who_is_no_contractor_is_refused",
            ),
            without(
                "a contractor sees their own goals only",
                "storage/visibility.py",
                "    return viewer.employment is Employment.CONTRACTOR\n",
                "    return False\n",
                "tests/rules/test_visibility.py::test_on_sqlite_reads_lists_and_oracle_agree",
            ),
        ),
    ),
    Case(
        7,
        "a deactivated account with a button still in view",
        (
            without(
                "the account's standing is asked at every request",
                "domain/people.py",
                "        return self.standing is Standing.FULL\n",
                "        return True\n",
                f"{_WHO}::test_a_deactivated_account_is_refused",
                f"{_REFUSALS}::test_a_deactivated_person_cannot_act_on_a_button_they_still_see",
            ),
        ),
    ),
    Case(
        8,
        "formulas in CSV",
        (
            without(
                "an apostrophe in front on the way out",
                "domain/tables_of_text.py",
                """        text = f"'{text}"\n""",
                "        pass\n",
                "tests/record/test_archives.py::test_no_cell_begins_a_formula",
                "tests/messages/test_export_files.py::"
                "test_no_cell_of_any_table_that_leaves_accord_begins_a_formula",
            ),
            without(
                "refused on the way in",
                "domain/directory_cells.py",
                '        raise BadCell("formula", text=stripped[:40])\n',
                "        pass\n",
                "tests/directory/test_bad_files.py::test_a_wrong_cell_is_named_with_line_and_column",
            ),
        ),
    ),
    Case(
        9,
        "<!channel> in a title",
        (
            without(
                "& < > are escaped",
                "messages/safe.py",
                ", text).translate(_ENTITIES)",
                ", text)",
                "tests/messages/test_user_text.py::test_no_text_is_ever_read_as_markup",
                "tests/scenes/test_new_goal_dialog.py::test_what_somebody_pastes_into_a_title_stays_text",
            ),
            without(
                "names are no links",
                "scheduler/calls.py",
                '        "link_names": False,\n',
                '        "link_names": True,\n',
                _CANARY,
            ),
        ),
    ),
    Case(
        10,
        "template injection",
        (
            without(
                "templates run in a sandbox",
                "messages/templates.py",
                "from jinja2.sandbox import SandboxedEnvironment\n",
                "from jinja2 import Environment as SandboxedEnvironment\n",
                "tests/messages/test_templates.py::test_a_template_cannot_reach_into_python",
            ),
        ),
    ),
    Case(
        11,
        "leaks by unfurling",
        (
            without(
                "switched off for every message",
                "scheduler/calls.py",
                '            "unfurl_links": False,\n',
                "",
                "tests/delivery/test_delivery.py::test_links_in_a_message_are_not_unfurled",
                _CANARY,
            ),
        ),
    ),
    Case(
        12,
        "what is for one person in a public place",
        (
            without(
                "one gate",
                "domain/notices.py",
                "    if kind not in PUBLIC_KINDS and not is_direct(conversation):\n",
                "    if False:\n",
                "tests/delivery/test_places.py",
            ),
        ),
    ),
    Case(
        13,
        "leaks by logs and traces",
        (
            Defence(
                # PostgreSQL's errors quote the whole row; SQLite's quote nothing.
                "no text of an exception is logged",
                (
                    Edit(
                        "handlers/errors.py",
                        '        "error": type(error).__name__,\n',
                        '        "error": str(error),\n',
                    ),
                ),
                (_BROKEN,),
                on_postgresql=True,
            ),
            without(
                "no request is logged",
                "handlers/edge.py",
                "        listener(ack, body)\n",
                '        log.info("request", all=str(body))\n        listener(ack, body)\n',
                _CANARY,
            ),
        ),
    ),
    Case(
        14,
        "replayed and repeated requests",
        (
            without(
                "a stamp is good for five minutes",
                "bot/slack_route.py",
                "        if abs(self._machine().timestamp() - int(stamp)) > MAX_SKEW_SECONDS:\n",
                "        if False:\n",
                f"{_SIGNATURES}::test_a_stale_request_and_one_from_the_future_are_refused",
            ),
            without(
                "a dialog counts once",
                "storage/requests.py",
                "    if insert_if_new(connection, FormToken, consumed):\n",
                "    if insert_if_new(connection, FormToken, consumed) or True:\n",
                _REPLAYED,
            ),
            without(
                "words count once",
                "storage/inbound.py",
                '    return insert_if_new(connection, Inbound, {"key": key, "at": at})\n',
                '    insert_if_new(connection, Inbound, {"key": key, "at": at})\n    return True\n',
                "tests/delivery/test_outbox.py::test_a_request_that_slack_repeats_is_known",
            ),
        ),
    ),
    Case(
        15,
        "a compromised administrator",
        (
            Defence(
                "nobody approves what they asked for",
                (
                    Edit(
                        "usecases/approvals.py",
                        "    if stored.asker == member.id:\n",
                        "    if False:\n",
                    ),
                    Edit(
                        "usecases/guarded.py",
                        "    barred = set(sides) | _deputies(work, sides)\n",
                        "    barred: set[UUID] = set()\n",
                    ),
                ),
                (f"{_ROLES}::test_neither_side_nor_its_deputy_approves",),
            ),
            without(
                "asking takes a code for exactly that",
                "usecases/approvals.py",
                "        step_up.require(work, asker, stored.asking, challenge)\n",
                "",
                "tests/rules/test_approvals.py::test_a_code_for_one_request_does_not_ask_for_another",
            ),
            without(
                "the role lets nobody read what they would not read without it",
                "storage/visibility.py",
                "    return and_(_role_for_owner(Role.HR), Goal",
                "    return and_(_role_for_owner(Role.ADMINISTRATOR), Goal",
                f"{_ADDS}::test_with_the_role_one_reads_nothing_that_one_would_not_read_without"
                "[/goal show G-12]",
            ),
            without(
                "no role but those that have the content may export it",
                "usecases/exports.py",
                "    ExportContent.GOALS: Role.HR,\n",
                "    ExportContent.GOALS: Role.ADMINISTRATOR,\n",
                f"{_EXPORTS}::test_a_lone_administrator_is_refused_and_so_is_a_lone_hr",
            ),
            without(
                "an export is for the population of the asker's role",
                "usecases/exports.py",
                "        if not _within(work, scopes, parameters):\n",
                "        if False:\n",
                f"{_EXPORTS}::test_a_role_for_a_region_exports_that_region_alone",
            ),
            without(
                "rights are looked at again as the file is fetched",
                "usecases/export_downloads.py",
                "        _require_still(work, owner, parameters)\n        if not bulk",
                "        if not bulk",
                f"{_EXPORTS}::test_rights_are_looked_at_again_when_it_is_fetched",
                f"{_EXPORTS}::test_what_has_grown_beyond_it_is_not_given_out",
            ),
            without(
                "rows are capped",
                "usecases/exports.py",
                "    if rows > most:\n",
                "    if False:\n",
                f"{_EXPORTS}::test_more_rows_than_policy_allows_are_refused_with_the_number",
            ),
            without(
                "and so are exports a day",
                "usecases/exports.py",
                " >= most:\n",
                " < 0:\n",
                f"{_EXPORTS}::test_no_more_than_so_many_a_day",
            ),
            without(
                "compliance and HR hear of it",
                "usecases/exports.py",
                "        if one.id != consent.asker.id:\n",
                "        if False:\n",
                f"{_EXPORTS}::test_hr_that_reads_german_hears_of_it_in_german",
            ),
            without(
                "a file is given out once",
                "storage/bulk_exports.py",
                "            BulkExport.fetched_at.is_(None),\n",
                "",
                f"{_EXPORTS}::test_of_two_links_to_one_export_one_leads_to_it",
            ),
        ),
    ),
    Case(
        16,
        "the database edited directly",
        (
            without(
                "triggers refuse to change an entry",
                "storage/migrations/versions/0001_the_first_schema.py",
                "BEFORE UPDATE ON audit_entry  BEGIN ",
                "BEFORE UPDATE ON audit_entry WHEN 1 = 0 BEGIN ",
                "tests/record/test_guards.py::"
                "test_the_database_refuses_to_change_what_was_recorded",
            ),
            without(
                "every body is hashed again",
                "storage/verify.py",
                ' or sha256(b"\\x00" + body).digest() != leaf:\n',
                ":\n",
                "tests/record/test_tampering.py",
                "tests/record/test_attacks.py",
            ),
            without(
                "a purge is carried out only as the record has it approved",
                "usecases/purges.py",
                "            if not _is_approved(work, stored):\n",
                "            if False:\n",
                "tests/scenes/test_retention_kinds.py"
                "::test_what_only_the_table_says_is_approved_takes_nothing_away",
            ),
            without(
                "a link is for whom and what it was made for",
                "storage/exports.py",
                'f"{hashed.hex()}|{person}|{kind}|{approval}"',
                "hashed.hex()",
                "tests/scenes/test_my_data.py"
                "::test_a_link_changed_in_the_database_leads_nowhere[sqlite-person]",
            ),
            without(
                "and has its passphrase",
                "storage/exports.py",
                " or (row.passphrase is None) != (kind in OPEN):\n",
                ":\n",
                "tests/scenes/test_my_data.py"
                "::test_a_link_changed_in_the_database_leads_nowhere[sqlite-passphrase]",
            ),
        ),
    ),
    Case(
        17,
        "codes replayed or guessed",
        (
            without(
                "a code counts once, and no earlier one after it",
                "storage/step_up.py",
                "update(Mfa).where(Mfa.person_id == person, Mfa.last_step < step)",
                "update(Mfa).where(Mfa.person_id == person)",
                f"{_STEP_UP}::test_of_two_who_type_one_code_at_once_one_is_heard",
            ),
            without(
                "five wrong ones close it",
                "usecases/step_up.py",
                "    if failures < MOST_FAILURES:\n",
                "    if True:\n",
                f"{_STEP_UP}::test_guesses_at_once_are_all_counted",
            ),
        ),
    ),
    Case(
        18,
        "an approval swapped after consent",
        (
            without(
                "what is carried out is what was asked for",
                "usecases/approvals.py",
                "        if not stored.is_as_asked:\n",
                "        if False:\n",
                f"{_ROLES}::test_what_was_altered_after_consent_is_void",
            ),
            without(
                "a code confirms one act",
                "storage/step_up.py",
                "            Challenge.digest == act.digest,\n",
                "",
                "tests/rules/test_approvals.py::test_a_code_for_one_request_does_not_approve_another",
            ),
        ),
    ),
    Case(
        19,
        "delegation that escalates",
        (
            without(
                "a deputy has what the delegator has now",
                "storage/visibility.py",
                "            Person.employment != Employment.CONTRACTOR,\n",
                "",
                "tests/abuse/test_delegation.py",
            ),
        ),
    ),
    Case(
        20,
        "a restored backup revives what was erased",
        (
            without(
                "the ledger of erasures is replayed before anybody is served",
                "bot/running.py",
                "    forget_again(parts)\n    return home\n",
                "    return home\n",
                "tests/abuse/test_restored.py",
            ),
            without(
                "and erases again what it names",
                "usecases/erasures.py",
                "_erase(work, erasure, values, line.sha256, Actor(ActorKind.OPERATOR), FROM",
                "print(work, erasure, values, line.sha256, Actor(ActorKind.OPERATOR), FROM",
                "tests/scenes/test_erasures.py::test_a_restored_backup_does_not_bring_anybody_back",
            ),
            without(
                "and purges again what was purged of a kind",
                "usecases/restored.py",
                "                things += purge_again(work, line)\n",
                "                things += 0\n",
                "tests/rules/test_restored_purges.py::"
                "test_what_was_purged_is_gone_again_once_an_old_backup_is_started",
            ),
            without(
                "which is noted before it goes",
                "usecases/purges.py",
                "    erasure_ledger.append_line(ledger, line)\n",
                "",
                "tests/rules/test_restored_purges.py::"
                "test_what_was_purged_is_gone_again_once_an_old_backup_is_started",
            ),
        ),
    ),
    Case(
        21,
        "inference from small groups",
        (
            without(
                "fewer than five anonymous answers are deleted unread",
                "usecases/rounds.py",
                "    if ballots < FEWEST_FOR_ANONYMITY:\n",
                "    if False:\n",
                "tests/scenes/test_rounds.py::"
                "test_fewer_than_five_anonymous_answers_are_deleted_unread",
            ),
            without(
                "anonymity is not promised where fewer could answer",
                "domain/rounds.py",
                "        return self.eligible >= FEWEST_FOR_ANONYMITY\n",
                "        return True\n",
                "tests/scenes/test_rounds.py::"
                "test_anonymity_is_not_offered_where_fewer_than_five_could_answer",
            ),
            without(
                "figures about four people are blank, and what the parts of a group leave over",
                "domain/aggregates.py",
                "        if rest.is_about_few(self._smallest) or self._is_near(rest, beside):\n",
                "        if self._is_near(rest, beside):\n",
                f"{_AGGREGATES}::test_two_small_ones_are_not_told_together",
                f"{_AGGREGATES}::"
                "test_four_people_are_blank_and_so_is_their_neighbour_and_five_are_not",
            ),
            without(
                "a count that leaves a few over names them, and is blank",
                "domain/aggregates.py",
                "        return any(0 < number < smallest for number in (self.people, *self.of))\n",
                "        return 0 < self.people < smallest\n",
                f"{_AGGREGATES}::"
                "test_six_of_seven_are_not_told_since_they_name_the_seventh_and_neither_are_33_of_34",
                f"{_AGGREGATES}::test_a_part_is_not_told_where_six_of_seven_would_be_left_over",
            ),
            without(
                "and what is not told cannot be told from a count of nobody or everybody",
                "domain/aggregates.py",
                "        return kept and not all(rest.counts)\n",
                "        return False\n",
                f"{_AGGREGATES}::test_where_all_that_was_done_was_done_by_some_"
                "it_is_not_told_that_the_few_did_nothing",
            ),
            Defence(
                # Where the first does not look, the second finds the same, and holds back more.
                "and so is what differs from another grouping by a few",
                (
                    Edit(
                        "domain/aggregates.py",
                        "            if key in shown and self._is_near(self.whole[key], beside):\n",
                        "            if False:\n",
                    ),
                    Edit(
                        "domain/aggregates.py",
                        "    found = few_behind(groups, measures, smallest)\n",
                        "    found = None\n",
                    ),
                ),
                (f"{_AGGREGATES}::test_neither_are_they_where_all_their_teams_are_told",),
            ),
            without(
                "and what all figures together say about a few",
                "domain/aggregates.py",
                "    found = few_behind(groups, measures, smallest)\n",
                "    found = None\n",
                f"{_COMBINED}::test_whoever_solves_all_figures_together_learns_nothing_about_a_few",
                f"{_COMBINED}::test_what_two_figures_leave_of_a_third_is_not_about_one_person",
            ),
            without(
                "or where everybody around a few did the same",
                "domain/aggregates.py",
                "        if known is not None:\n",
                "        if False:\n",
                f"{_COMBINED}::"
                "test_nor_does_it_say_what_a_few_did_that_everybody_around_them_did_the_same",
            ),
        ),
    ),
    Case(
        22,
        "a poisoned feed of people, a stolen SCIM token",
        (
            without(
                "roles of a later import wait for two people",
                "domain/directory_plan.py",
                "GrantState.PENDING if self._now.people else GrantState.ACTIVE\n",
                "GrantState.ACTIVE\n",
                "tests/scenes/test_roles_of_imports.py"
                "::test_administrators_hear_of_them_and_two_people_give_them",
            ),
            without(
                "a file that changes very many people waits for a second person",
                "domain/directory_guard.py",
                "    if count > most:\n",
                "    if False:\n",
                "tests/scenes/test_people.py"
                "::test_very_many_changes_wait_for_a_second_person_who_sees_every_one_of_them",
            ),
        ),
        "SCIM is part of the API (J2 of the requirements), for which no issue is filed yet: its "
        "hashed, scoped tokens, no roles by SCIM, and mass deactivation that waits come with it.",
    ),
)
