"""What delivery promises: what keeps each promise, and the tests that show it.

`python -m tests.delivery` takes each of them out and sees those tests fail.
"""

from __future__ import annotations

from tests.abuse.defences import Case, Defence, Edit, without

_CLAIMS = "tests/delivery/test_claims.py"
_CRASHES = "tests/delivery/test_crashes.py"
_DELIVERY = "tests/delivery/test_delivery.py"
_FAULTS = "tests/delivery/test_faults.py"
_HOURS = "tests/delivery/test_hours.py"
_OUTBOX = "tests/delivery/test_outbox.py"
_PACING = "tests/delivery/test_pacing.py"
_MORNINGS = "tests/rules/test_mornings.py"
_RENDERING = "tests/rules/test_rendering.py"

PROMISES: tuple[Case, ...] = (
    Case(
        1,
        "the fence",
        (
            without(
                "who stood still for too long does not send",
                "scheduler/courier.py",
                "        if self._monotonic() - claimed_at > "
                "self._settings.fence.total_seconds():\n",
                "        if False:\n",
                f"{_FAULTS}::test_a_process_that_slept_too_long_does_not_send",
            ),
            without(
                "a lease is as good as its token",
                "storage/deliveries.py",
                "    return and_(Delivery.id == held.id, Delivery.lease_token == held.token, "
                "any_of(*states))\n",
                "    return and_(Delivery.id == held.id, any_of(*states))\n",
                f"{_CLAIMS}::test_who_was_given_up_settles_nothing_while_another_sends",
            ),
            without(
                "a duplicate of our own is taken back",
                "storage/deliveries.py",
                "    insert_if_new(connection, Delivery, "
                '{**deletion, "duplicate_ts": message.ts})\n',
                "",
                f"{_FAULTS}::test_a_process_that_slept_after_the_fence_retracts_its_duplicate",
                f"{_FAULTS}::test_a_duplicate_is_deleted_however_often_slack_fails_at_it",
            ),
            without(
                "and where its answer was lost, looked for",
                "scheduler/courier.py",
                "                deliveries.seek_copies(\n"
                "                    connection, held, "
                "look_at=look_at + self._settings.second_look\n"
                "                )\n",
                "                pass\n",
                f"{_FAULTS}::test_a_duplicate_whose_answer_was_lost_too_is_found_and_retracted",
            ),
            without(
                "and where its sender died of it",
                "storage/doubts.py",
                "        lease_token=None,\n        reconcile_at=look_at,\n    )\n\n\ndef no_more",
                "        lease_token=None,\n        reconcile_at=None,\n    )\n\n\ndef no_more",
                f"{_FAULTS}::test_a_duplicate_of_a_process_that_died_of_it_is_found_and_retracted",
            ),
        ),
    ),
    Case(
        2,
        "unique keys",
        (
            Defence(
                "a notice is stored once per key",
                (
                    Edit(
                        "storage/tables/outbox.py",
                        "    dedup_key: Mapped[str] = internal(String(200), unique=True)\n",
                        "    dedup_key: Mapped[str] = internal(String(200))\n",
                    ),
                    Edit(
                        "storage/migrations/versions/0001_the_first_schema.py",
                        '        sa.UniqueConstraint("dedup_key", '
                        'name=op.f("uq_notice_dedup_key")),\n',
                        "",
                    ),
                ),
                (f"{_OUTBOX}::test_a_notice_with_a_known_key_is_not_stored_again",),
            ),
            Defence(
                "whoever stands still in the middle of a claim is ended, and holds up nobody",
                (
                    Edit(
                        "storage/stalled.py",
                        "    ended: int = connection.execute(_END, asked).scalar_one()\n",
                        "    ended = len(asked) - len(asked)\n",
                    ),
                ),
                (f"{_CLAIMS}::test_a_transaction_of_a_process_that_stands_still_is_ended",),
                on_postgresql=True,
            ),
            Defence(
                "claims take their turn",
                (
                    Edit(
                        "storage/deliveries.py",
                        "        connection.execute(select("
                        "func.pg_advisory_xact_lock(_CLAIMING)))\n",
                        "        pass\n",
                    ),
                ),
                (f"{_PACING}::test_slots_are_handed_out_once_however_many_ask",),
                on_postgresql=True,
            ),
        ),
    ),
    Case(
        3,
        "the settle time",
        (
            without(
                "history is given time after a lost answer",
                "scheduler/courier.py",
                "        look_at = now + self._settings.settle\n",
                "        look_at = now\n",
                f"{_FAULTS}::test_nothing_is_sent_again_before_the_second_look",
            ),
            without(
                "and after a lost lease",
                "storage/deliveries.py",
                "            look_at = machine_now + settle\n",
                "            look_at = machine_now\n",
                f"{_CLAIMS}::test_a_doubt_is_looked_into_by_one_process_at_a_time",
            ),
            without(
                "one look proves nothing",
                "scheduler/reconciler.py",
                "        elif doubt.looks == 0:\n",
                "        elif False:\n",
                f"{_FAULTS}::test_a_history_that_lags_is_waited_for",
            ),
            without(
                "what was being sent is in doubt, not unsent",
                "storage/deliveries.py",
                "        if row.state is DeliveryState.SENDING and lost.op is Op.POST:\n",
                "        if False:\n",
                f"{_CLAIMS}::test_a_message_that_was_being_sent_is_never_simply_sent_again",
                f"{_CRASHES}::test_a_process_killed_while_it_sends_loses_nothing_and_repeats_nothing",
            ),
            without(
                "that it is being sent is committed before",
                "storage/deliveries.py",
                "            state=DeliveryState.SENDING,\n",
                "            state=DeliveryState.CLAIMED,\n",
                f"{_CRASHES}::test_a_process_killed_while_it_sends_loses_nothing_and_repeats_nothing",
            ),
            without(
                "the SDK does not send again by itself",
                "scheduler/slack.py",
                "        retry_handlers=[],\n",
                "",
                f"{_FAULTS}::test_an_unclear_answer_is_cleared_up_by_history",
            ),
        ),
    ),
    Case(
        4,
        "the order of lanes",
        (
            without(
                "what is urgent is claimed first",
                "storage/deliveries.py",
                "        .order_by(Delivery.lane, Delivery.not_before, Delivery.id)\n",
                "        .order_by(Delivery.not_before, Delivery.id)\n",
                f"{_CLAIMS}::test_what_is_urgent_overtakes_what_waits_longer",
            ),
            without(
                "and is ahead in its conversation",
                "storage/deliveries.py",
                "            tuple_(ahead.lane, ahead.not_before, ahead.id)\n"
                "            < tuple_(Delivery.lane, Delivery.not_before, Delivery.id),\n",
                "            tuple_(ahead.not_before, ahead.id)\n"
                "            < tuple_(Delivery.not_before, Delivery.id),\n",
                f"{_CLAIMS}::test_what_is_urgent_is_first_in_its_conversation",
            ),
            without(
                "announcements leave room for what is urgent",
                "domain/pacing.py",
                "        names = (method, BULK) if bulk and method == POSTS else (method,)\n",
                "        names = (method,)\n",
                "tests/rules/test_pacing.py::"
                "test_bulk_leaves_a_quarter_of_the_budget_to_what_is_urgent",
            ),
            without(
                "a reminder that has waited long is more urgent",
                "storage/paces.py",
                "        .values(lane=int(Lane.DEVIATION))\n",
                "        .values(lane=int(Lane.REMINDER))\n",
                f"{_PACING}::test_a_reminder_that_has_waited_an_hour_goes_with_the_deviations",
            ),
        ),
    ),
    Case(
        5,
        "quiet hours",
        (
            without(
                "delivery asks whether its reader is at work",
                "scheduler/calls.py",
                "            within_hours=errand.op is Op.POST "
                "and errand.lane is not Lane.INTERACTIVE,\n",
                "            within_hours=False,\n",
                f"{_HOURS}::test_what_nobody_caused_waits_for_its_readers_hours",
            ),
            without(
                "what another person caused asks nobody's leave",
                "scheduler/calls.py",
                "            within_hours=errand.op is Op.POST "
                "and errand.lane is not Lane.INTERACTIVE,\n",
                "            within_hours=errand.op is Op.POST,\n",
                f"{_HOURS}::test_what_a_person_caused_comes_at_once",
            ),
            without(
                "outside of their hours it is put off",
                "bot/renderer.py",
                "            if at_work.day is None or "
                "wanted.morning not in (None, at_work.day):\n",
                "            if False:\n",
                f"{_RENDERING}::test_in_their_quiet_hours_it_is_put_off_until_these_are_over",
            ),
            without(
                "what is put off comes back",
                "scheduler/courier.py",
                "                put_off(connection, errand.post.id, until)\n",
                "                pass\n",
                f"{_HOURS}::test_what_nobody_caused_waits_for_its_readers_hours",
            ),
        ),
    ),
    Case(
        6,
        "folding",
        (
            without(
                "a morning is one message",
                "storage/mornings.py",
                "    return hand_over("
                "connection, parts.values(), business_now, machine_now, days)\n",
                "    alone = [[one] for group in parts.values() for one in group]\n"
                "    return hand_over(connection, alone, business_now, machine_now, days)\n",
                f"{_MORNINGS}::test_a_check_in_and_a_reminder_of_one_morning_are_one_message",
            ),
            without(
                "yesterday's goes with today's",
                "storage/mornings.py",
                "    take_back_mornings(connection, people, business_now)\n",
                "",
                f"{_MORNINGS}::test_what_was_not_sent_yesterday_goes_with_what_today_brings",
            ),
        ),
    ),
    Case(
        7,
        "looking again before sending",
        (
            without(
                "what has expired is not sent",
                "scheduler/calls.py",
                "    if errand.expires_at is not None and errand.expires_at <= business_now:\n",
                "    if False:\n",
                f"{_DELIVERY}::test_what_expires_before_it_is_sent_is_not_sent",
            ),
            without(
                "who has left gets nothing",
                "scheduler/calls.py",
                "    if person is not None and person.left:\n",
                "    if False:\n",
                f"{_DELIVERY}::test_who_has_left_or_was_never_in_slack_gets_nothing",
            ),
            without(
                "what became pointless is void",
                "bot/renderer.py",
                "        if isinstance(notice, NothingToTell):\n"
                "            return Pointless(notice.reason)\n",
                "        if isinstance(notice, NothingToTell):\n"
                '            return Rendered("It is over.", [])\n',
                f"{_RENDERING}::test_what_is_over_by_now_is_not_told",
            ),
        ),
    ),
    Case(
        8,
        "Retry-After",
        (
            without(
                "Slack says how long",
                "scheduler/gate.py",
                "                pause = timedelta(seconds=outcome.retry_after or 1)\n",
                "                pause = timedelta()\n",
                f"{_FAULTS}::test_slow_down_is_obeyed_and_costs_the_message_nothing",
            ),
            without(
                "one process tells all",
                "scheduler/courier.py",
                "                    self._tell_all(held.op.method, pause)\n",
                "                    pass\n",
                f"{_PACING}::test_one_retry_after_stops_every_process",
            ),
            without(
                "it stops what was claimed already",
                "storage/deliveries.py",
                ", ~blocked_now(held.op.method, machine_now))\n",
                ")\n",
                f"{_PACING}::test_retry_after_stops_what_was_claimed_already",
            ),
            without(
                "it costs no attempt",
                "scheduler/courier.py",
                "                    held, outcome.code, self._clock.machine() + pause, "
                "counts=False\n",
                "                    held, outcome.code, self._clock.machine() + pause, "
                "counts=True\n",
                f"{_FAULTS}::test_slow_down_is_obeyed_and_costs_the_message_nothing",
            ),
            without(
                "unknown outcomes in a row stop new posts",
                "domain/pacing.py",
                "    if unknown_in_a_row < TRIPS_AT:\n",
                "    if True:\n",
                f"{_PACING}::test_unknown_outcomes_in_a_row_stop_new_posts_until_one_succeeds",
            ),
        ),
    ),
    Case(
        9,
        "one message at a time to a conversation",
        (
            without(
                "what is in flight holds up the next",
                "storage/deliveries.py",
                "        ~exists().where(\n"
                "            flying.destination == Delivery.destination,\n"
                "            flying.state.in_([literally(state) for state in _IN_FLIGHT]),\n"
                "        ),\n",
                "",
                f"{_CLAIMS}::test_one_message_at_a_time_goes_to_a_person_in_order",
            ),
            without(
                "a second apart",
                "storage/deliveries.py",
                "        ~and_(Delivery.op == literally(Op.POST), "
                "resting(Delivery.destination, now)),\n",
                "",
                f"{_PACING}::test_two_posts_to_one_person_are_more_than_a_second_apart",
            ),
        ),
    ),
    Case(
        10,
        "people take turns",
        (
            without(
                "who has just had one goes behind the others",
                "storage/paces.py",
                "    _BEHIND_THE_OTHERS.run(connection, "
                '{"to": destination, "of_lane": int(lane), "free": free_at})\n',
                "",
                f"{_PACING}::test_people_take_turns_within_a_lane",
            ),
        ),
    ),
)
