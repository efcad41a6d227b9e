"""The journal: every refusal by its id at once and for a day, bounded, and unmoved by a full disk."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dockreeve.gate import Asked, Journal
from dockreeve.gate import journal as module
from dockreeve.policy import Decision, Held, Kind, Policy, PolicySet, Request, evaluate, parse
from dockreeve.services.call import Caller, CallerKind
from dockreeve.storage import AccessKey, DecisionFilter, Records, StoredDecision, Vault
from dockreeve.storage.memory import memory_records

ACCOUNT, OTHER = "123456789012", "210987654321"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ANY = DecisionFilter(limit=100)


def caller(name: str = "dev", account: str = ACCOUNT) -> Caller:
    arn = f"arn:aws:iam::{account}:user/{name}"
    return Caller(CallerKind.USER, account, arn, arn, f"AIDA{name}", name, f"AKIA{name}")


def asked(seconds: float = 0) -> Asked:
    return Asked(NOW + timedelta(seconds=seconds), "us-east-1", "192.0.2.7", secure=False)


def decision(by: Caller, action: str = "ecr:ListImages", resource: str = "*", effect: str = "") -> Decision:
    """A decision: of no policy at all, or of one with the effect."""
    text = f'{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"*","Resource":"*"}}}}'
    policies = [Policy(parse(text, Kind.IDENTITY), "inline:own", inline=True)] if effect else []
    ask = Request(by.arn, action, resource, {}, resource_account=by.account)
    return evaluate(ask, Held(identity=PolicySet(policies)), trace=True)


def refuse(journal: Journal, by: Caller | None = None, at: float = 0, **about: str) -> str:
    by = by or caller()
    refused = decision(by, **about)
    return journal.refused(refused, by, asked(at), refused.sentence())


@pytest.fixture
async def records() -> AsyncIterator[Records]:
    kept = memory_records(Vault(bytes(32)))
    await kept.identity.ensure_account(ACCOUNT, NOW)
    yield kept
    await kept.close()


@pytest.fixture
def journal(records: Records) -> Journal:
    return Journal(records, keep=timedelta(hours=24), most=5)


async def test_an_id_is_25_lower_case_letters_and_digits_and_never_twice(journal: Journal) -> None:
    ids = [refuse(journal) for _ in range(500)]
    assert len(set(ids)) == 500
    assert all(re.fullmatch("[a-z0-9]{25}", one) for one in ids)


async def test_a_refusal_is_found_before_it_is_stored_and_after(journal: Journal, records: Records) -> None:
    one = refuse(journal)
    assert await records.decisions.find(ACCOUNT, one) is None
    before = await journal.find(ACCOUNT, one)
    await journal.flush()
    assert before is not None
    assert await records.decisions.find(ACCOUNT, one) == before == await journal.find(ACCOUNT, one)


async def test_storing_twice_stores_once(journal: Journal, records: Records) -> None:
    refuse(journal)
    await asyncio.gather(journal.flush(), journal.flush())
    await journal.flush()
    assert len(await records.decisions.latest(ACCOUNT, ANY)) == 1


@pytest.mark.parametrize("stored", [False, True])
async def test_another_account_never_sees_a_decision(journal: Journal, stored: bool) -> None:
    one = refuse(journal)
    journal.allowed(decision(caller(), effect="Allow"), caller(), asked())
    if stored:
        await journal.flush()
    assert await journal.find(OTHER, one) is None
    assert await journal.latest(OTHER, ANY) == []


async def test_an_unknown_id_finds_nothing(journal: Journal) -> None:
    refuse(journal)
    assert await journal.find(ACCOUNT, "a" * 25) is None


async def test_the_latest_come_newest_first_allowed_ones_among_them(journal: Journal) -> None:
    for second, effect in enumerate(["", "Allow", "Deny", "Allow"]):
        made = decision(caller(), effect=effect)
        if made:
            journal.allowed(made, caller(), asked(second))
        else:
            journal.refused(made, caller(), asked(second), made.sentence())
    found = await journal.latest(ACCOUNT, ANY)
    assert [one.verdict for one in found] == ["Allowed", "ExplicitlyDenied", "Allowed", "ImplicitlyDenied"]
    assert [bool(one.id) for one in found] == [False, True, False, True]


async def test_the_latest_are_as_many_as_wanted_and_the_newest(journal: Journal) -> None:
    for second in range(6):
        journal.allowed(decision(caller(), effect="Allow"), caller(), asked(2 * second))
        refuse(journal, at=2 * second + 1)
    found = await journal.latest(ACCOUNT, DecisionFilter(limit=3))
    assert [int((one.at - NOW).total_seconds()) for one in found] == [11, 10, 9]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (DecisionFilter(principal="dev"), 3),
        (DecisionFilter(principal=caller().arn), 3),
        (DecisionFilter(principal="DEV"), 3),  # names are the same in any case
        (DecisionFilter(action="ecr:PutImage"), 2),
        (DecisionFilter(resource="arn:aws:ecr:us-east-1:123456789012:repository/app"), 2),
        (DecisionFilter(verdict="Allowed"), 2),
        (DecisionFilter(verdict="ImplicitlyDenied"), 2),
        (DecisionFilter(principal="dev", action="ecr:PutImage", verdict="Allowed"), 1),
        (DecisionFilter(principal="nobody"), 0),
    ],
)
async def test_the_latest_are_those_that_were_asked_for(journal: Journal, wanted: DecisionFilter, count: int) -> None:
    app = "arn:aws:ecr:us-east-1:123456789012:repository/app"
    refuse(journal)
    refuse(journal, resource=app)
    for action, by, resource in (("ecr:PutImage", caller(), app), ("ecr:PutImage", caller("other"), "*")):
        journal.allowed(decision(by, action, resource, "Allow"), by, asked())
    assert len(await journal.latest(ACCOUNT, wanted)) == count


async def test_what_is_too_old_or_too_much_is_forgotten(journal: Journal) -> None:
    old = [refuse(journal, at=second) for second in range(4)]
    new = [refuse(journal, at=3600 * 23 + second) for second in range(7)]
    await journal.flush()
    later = NOW + timedelta(hours=24, seconds=4)
    assert await journal.forget(later) == len(old) + 2  # all that is past a day, and of the rest what is beyond 5
    assert [one.id for one in await journal.latest(ACCOUNT, ANY)] == new[:1:-1]


async def test_refusals_that_come_too_fast_push_out_the_oldest_and_the_log_says_so(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_WAITING", 3)
    ids = [refuse(journal) for _ in range(5)]
    with caplog.at_level(logging.WARNING, "dockreeve.journal"):
        await journal.flush()
    assert [await journal.find(ACCOUNT, one) is not None for one in ids] == [False, False, True, True, True]
    assert "2 refusals were dropped" in caplog.text


class Disk:
    """The port of decisions, and the disk beneath it that may be full."""

    def __init__(self, records: Records) -> None:
        self._note = records.decisions.note
        self.full = True
        self.asked, self.stored = asyncio.Event(), asyncio.Event()

    async def note(self, decisions: Sequence[StoredDecision]) -> None:
        self.asked.set()
        if self.full:
            raise OSError(28, "No space left on device")
        await self._note(decisions)
        self.stored.set()


@pytest.fixture
def disk(records: Records, monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk(records)
    monkeypatch.setattr(records.decisions, "note", made.note)
    return made


async def test_a_full_disk_loses_nothing_that_waits(
    journal: Journal, records: Records, disk: Disk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(module, "_FLUSH_SECONDS", 0.01)
    running = asyncio.create_task(journal.run())
    one = refuse(journal)
    await asyncio.wait_for(disk.asked.wait(), 5)
    assert await journal.find(ACCOUNT, one) is not None
    disk.full = False
    await asyncio.wait_for(disk.stored.wait(), 5)
    assert await records.decisions.find(ACCOUNT, one) is not None
    assert not running.done()
    assert "decisions can't be stored" in caplog.text
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_refusal_that_no_store_takes_keeps_no_other_from_it(
    journal: Journal, records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    before, broken, after = refuse(journal), refuse(journal, resource="half a character: \ud800"), refuse(journal)
    await journal.flush()
    assert await records.decisions.find(ACCOUNT, before) is not None
    assert await records.decisions.find(ACCOUNT, after) is not None
    assert await journal.find(ACCOUNT, broken) is None
    assert f"the refusal {broken} can't be stored" in caplog.text


async def test_the_use_of_a_key_is_not_lost_to_a_full_disk(journal: Journal, records: Records, disk: Disk) -> None:
    await records.identity.add_key(AccessKey("AKIAROOT", ACCOUNT, ACCOUNT, "s", NOW), limit=2)
    refuse(journal)
    journal.key_used("AKIAROOT", NOW, "us-east-1", "iam")
    with pytest.raises(OSError, match="No space"):
        await journal.flush()
    disk.full = False
    await journal.flush()
    key = await records.identity.find_key("AKIAROOT")
    assert key is not None and key.last_used == NOW


async def test_the_use_of_a_key_is_kept_every_quarter_of_an_hour_and_when_it_changes(
    journal: Journal, records: Records
) -> None:
    await records.identity.add_key(AccessKey("AKIAROOT", ACCOUNT, ACCOUNT, "s", NOW), limit=2)
    kept = []
    for minutes, service in ((0, "iam"), (14, "iam"), (14.5, "ecr"), (29, "ecr"), (30, "ecr")):
        journal.key_used("AKIAROOT", NOW + timedelta(minutes=minutes), "us-east-1", service)
        await journal.flush()
        key = await records.identity.find_key("AKIAROOT")
        assert key is not None and key.last_used is not None
        kept.append(((key.last_used - NOW) / timedelta(minutes=1), key.last_used_service))
    assert kept == [(0, "iam"), (0, "iam"), (14.5, "ecr"), (14.5, "ecr"), (30, "ecr")]


async def test_a_record_shows_the_policies_as_they_were(journal: Journal) -> None:
    one = refuse(journal, effect="Deny")
    found = await journal.find(ACCOUNT, one)
    assert found is not None
    record = found.record
    assert record["verdict"] == "ExplicitlyDenied"
    assert record["decidedBy"] == "PRINCIPAL"
    assert [policy["uri"] for policy in record["policies"]] == ["inline:own"]
    assert '"Effect":"Deny"' in record["policies"][0]["document"]
    assert [check["type"] for check in record["checks"] if check["effect"] == "EXPLICIT_DENY"] == ["PRINCIPAL"]
    assert record["missing"] is None  # a deny can't be mended by one more statement


async def test_a_role_session_is_found_by_its_own_arn_and_by_its_roles(journal: Journal) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/team/R"
    session = replace(
        caller(),
        kind=CallerKind.ROLE,
        arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/R/build-7",
        principal_arn=role,
        name="R",
    )
    refuse(journal, session)
    allowed = decision(session, effect="Allow")
    journal.allowed(allowed, session, asked())
    refuse(journal, caller("R"))  # a user of the same name
    for name in (session.arn, role):
        assert len(await journal.latest(ACCOUNT, DecisionFilter(principal=name))) == 2, name


async def test_whoever_follows_is_answered_at_once_when_the_server_stops(journal: Journal) -> None:
    begun = await journal.follow(ACCOUNT, ANY, "", 0)
    waiting = asyncio.create_task(journal.follow(ACCOUNT, ANY, begun.cursor, 60))
    await asyncio.sleep(0)
    journal.dismiss_followers()
    async with asyncio.timeout(5):
        assert (await waiting).decisions == []
        assert (await journal.follow(ACCOUNT, ANY, begun.cursor, 60)).decisions == []
