"""Somebody sets up one-time codes, in the app's dialog alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app import machine_now
from tests.phone import phone_code
from tests.scenes.conftest import Company
from tests.scenes.phones import MachineTime, Phone, key_shown, set_up_codes
from tests.slack import Person


def test_codes_are_set_up_with_a_first_code(company: Company, machine_time: MachineTime) -> None:
    lena = company.person("Lena")
    lena.command("/accord security")
    assert "otpauth://totp/Accord:Lena%20Novak" in lena.dialog.text
    phone = Phone(key_shown(lena), machine_time)

    lena.dialog.fill({"Code": "12 34"}).submit()
    assert "six digits" in lena.dialog.errors["Code"]
    wrong = str((int(phone.code()) + 1) % 10**6).zfill(6)
    lena.dialog.fill({"Code": wrong}).submit()
    assert "isn't the code of this key" in lena.dialog.errors["Code"]
    assert lena.dialog.value("Code") == wrong

    lena.dialog.fill({"Code": phone.code()}).submit()
    assert "Your codes are set up" in lena.dialog.text
    assert company.acts("codes.set_up") != []

    lena.dialog.close()
    lena.command("/accord security")
    assert "set up since" in lena.dialog.text
    assert "otpauth" not in lena.dialog.text


def test_the_key_is_in_no_message_and_a_dialog_opened_before_is_refused(company: Company) -> None:
    lena = company.person("Lena")
    lena.say("security")
    lena.wait_for("Ready when you are").press("One-time codes")
    first = key_shown(lena)
    lena.say("security")
    assert not lena.sees(first)

    lena.command("/accord security")
    second = key_shown(lena)
    assert second != first
    now = machine_now().timestamp()
    lena.dialog.fill({"Code": phone_code(first, now)}).submit()
    assert "isn't the code of this key" in lena.dialog.errors["Code"]


def test_a_dialog_sent_twice_sets_them_up_once(company: Company, machine_time: MachineTime) -> None:
    lena = company.person("Lena")
    company.slack.fault("duplicate", method="view_submission", times=1)
    set_up_codes(lena, machine_time)
    company.slack.settle()
    assert len(company.acts("codes.set_up")) == 1


def test_in_german(company: Company, machine_time: MachineTime) -> None:
    emil = company.person("Emil")
    emil.command("/accord security")
    assert emil.dialog.title == "Einmalcodes"
    phone = Phone(key_shown(emil), machine_time)
    emil.dialog.fill({"Code": phone.code()}).submit()
    assert "eingerichtet" in emil.dialog.text


@pytest.mark.parametrize("who", ["Ulla Unlisted", "Gerd Guest"])
def test_only_people_of_the_directory_have_codes(company: Company, who: str) -> None:
    person: Person = company.person(who)
    person.command("/accord security")
    assert not person.has_dialog


def test_time_of_the_phone_is_machine_time(company: Company, machine_time: MachineTime) -> None:
    """Whoever moves the business clock does not move people's phones."""
    company.move_to(company.parts.clock.business() + timedelta(days=3))
    lena = company.person("Lena")
    set_up_codes(lena, machine_time)
    assert len(company.acts("codes.set_up")) == 1
