# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Three years of 500 certificates, across the days on which their longest validity becomes 99 and 46 days.

The simulator's clock moves a day at a time; every plan, order, reissue and download is a call of the real client, which
the simulator answers in this process. Validations are kept valid ahead of their end, as the playbook ``prevalidate``
does.
"""

from __future__ import annotations

import collections
import datetime as dt
import sys
import time
from dataclasses import dataclass, field

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client
from ansible_collections.community.digicert.tests.years.fleet import Host, run_day
from ansible_collections.community.digicert.tests.years.service import SimulatorHere

_DAYS = 3 * 365
_FIRST_DAY = dt.date(2026, 11, 21)
# the daily job runs at night
_HOUR = dt.time(3, tzinfo=dt.timezone.utc)
_DAY = dt.timedelta(days=1)
# hosts are set up over the time before the first rule changes
_ARRIVAL_DAYS = 100
_ORDER_YEARS = 3
_HOSTS = 500
# of ten hosts one asks on each day on which it may, see run_day()
_ASKING_DAILY = 10
_LIMITS = ((dt.date(2029, 3, 15), 46), (dt.date(2027, 3, 15), 99), (_FIRST_DAY, 199))


@dataclass
class Course:
    """What happened."""

    hosts: list[Host]
    lapses: list[str] = field(default_factory=list)
    """Hosts that had no valid certificate, with the day."""
    longest: dict[dt.date, int] = field(default_factory=dict)
    """The longest lifetime in days of a certificate, by the day on which it was installed."""
    billed: list[dict[str, object]] = field(default_factory=list)


def _hosts() -> list[Host]:
    return [
        Host(f"host{number:03}.valid.example", 1 + number % _ORDER_YEARS, _FIRST_DAY + number % _ARRIVAL_DAYS * _DAY)
        for number in range(_HOSTS)
    ]


def _play(simulator: SimulatorHere, client: Client, course: Course) -> None:
    asking = {host.name for host in course.hosts[::_ASKING_DAILY]}
    for number in range(_DAYS):
        now = dt.datetime.combine(_FIRST_DAY + number * _DAY, _HOUR)
        simulator.set_clock(now.isoformat())
        if number % 9 == 0:
            simulator.set_domain("valid.example", "valid")
        if number % 300 == 0:
            simulator.set_organization(112233, ov="valid")
        for host in course.hosts:
            if host.needs_a_run(now):
                run_day(client, host, now, asks_daily=host.name in asking)
        _look(course, now)
        if number % 100 == 99:
            installed = sum(len(host.actions) for host in course.hosts)
            print(f"day {number + 1}: {installed} certificates installed", file=sys.stderr, flush=True)


def _look(course: Course, now: dt.datetime) -> None:
    """Note who would be without a valid certificate at some time of the day that begins now."""
    for host in course.hosts:
        if host.starts > now.date():
            continue
        if not host.is_valid(now) or not host.is_valid(now + _DAY - dt.timedelta(seconds=1)):
            course.lapses.append(f"{host.name} on {now.date()}")
        if host.not_before is not None and host.not_after is not None and host.not_before.date() == now.date():
            lifetime = (host.not_after - host.not_before).days + 1
            course.longest[now.date()] = max(lifetime, course.longest.get(now.date(), 0))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Return what happened in three years."""
    began = time.monotonic()
    happened = Course(_hosts())
    start = dt.datetime.combine(_FIRST_DAY, _HOUR)
    with SimulatorHere(tmp_path_factory.mktemp("simulator"), start) as simulator:
        client = simulator.client()
        _play(simulator, client, happened)
        happened.billed = simulator.billed_orders()
        calls = sum(client.api_calls.values())
    print(f"three years in {time.monotonic() - began:.0f} s, {calls} calls", file=sys.stderr, flush=True)
    return happened


def _renewals(course: Course) -> list[tuple[Host, int]]:
    return [(host, number) for host in course.hosts for number, order in host.orders.items() if order.renewal_of]


def test_no_certificate_ever_expired(course: Course) -> None:
    assert course.lapses == []
    assert min(len(host.actions) for host in course.hosts) > 10


def test_the_rules_of_each_time_were_met(course: Course) -> None:
    for day, longest in course.longest.items():
        assert longest <= next(days for start, days in _LIMITS if day >= start), day
    assert set(course.longest.values()) >= {days for _start, days in _LIMITS}


def test_no_paid_order_could_have_been_a_reissue(course: Course) -> None:
    for host, number in _renewals(course):
        placed = host.orders[number]
        replaced = host.orders[placed.renewal_of or 0]
        # a reissue would have ended with the order, as the installed certificate does
        assert placed.installed_till == replaced.valid_till, host.name
    for host in course.hosts:
        assert host.actions.count("order") == 1, host.name


def test_no_more_than_two_days_of_an_order_are_stranded(course: Course) -> None:
    stranded = collections.Counter(
        (host.orders[host.orders[number].renewal_of or 0].valid_till - host.orders[number].ordered_on).days
        for host, number in _renewals(course)
    )
    assert stranded
    assert max(stranded) <= 2
    assert min(stranded) >= 0


def test_the_service_billed_what_the_hosts_know_of(course: Course) -> None:
    placed = {number for host in course.hosts for number in host.orders}
    assert {entry["order_id"] for entry in course.billed} == placed
    assert len(course.billed) == len(placed)
    for host in course.hosts:
        age = (_FIRST_DAY + (_DAYS - 1) * _DAY - host.starts).days
        # each order serves its whole time, leap day included, but two days
        assert 1 + age // (host.years * 366) <= len(host.orders) <= 1 + age // (host.years * 365 - 2), host.name
