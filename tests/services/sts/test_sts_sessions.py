"""A session survives its token whole, and nobody else can make one."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockreeve.services.call import Caller, CallerKind, Session
from dockreeve.services.sts.sessions import (
    caller_claims,
    caller_from,
    issue,
    open_token,
    session_claims,
    session_from,
    session_lasting,
    token_size,
)
from dockreeve.storage import Vault
from dockreeve.storage.vault import BrokenSeal
from laws import examples

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
VAULT = Vault(bytes(range(32)))

words = st.text(max_size=12)
moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))
tags = st.dictionaries(words, words, max_size=3)
sessions = st.builds(
    Session,
    issued=moments,
    expires=moments,
    name=words,
    policies=st.tuples(words),
    policy_arns=st.tuples(words, words),
    tags=tags,
    transitive=st.lists(words, max_size=2).map(tuple),
    source_identity=words,
    mfa_at=st.none() | moments,
    chained=st.booleans(),
    context=tags,
)
callers = st.builds(Caller, st.sampled_from(CallerKind), *[words] * 6, session=st.none() | sessions)


def role_session(**further: object) -> Caller:
    return Caller(
        kind=CallerKind.ROLE,
        account="123456789012",
        arn="arn:aws:sts::123456789012:assumed-role/R/s",
        principal_arn="arn:aws:iam::123456789012:role/team/R",
        unique_id="AROA" + "A" * 17,
        name="R",
        access_key_id="",
        session=session_lasting(NOW, timedelta(hours=1), name="s", **further),
    )


@given(callers)
@settings(max_examples=examples(60), deadline=None)
def test_a_caller_comes_back_from_its_claims_as_it_was(caller: Caller) -> None:
    assert caller_from(json.loads(json.dumps(caller_claims(caller)))) == caller


@given(sessions)
@settings(max_examples=examples(30), deadline=None)
def test_a_session_comes_back_from_its_claims_to_the_microsecond(session: Session) -> None:
    assert session_from(json.loads(json.dumps(session_claims(session)))) == session


def test_a_token_opens_to_its_caller_and_secret() -> None:
    caller = role_session(tags={"team": "blue"}, transitive=("team",), source_identity="alice")
    credentials = issue(VAULT, caller)
    opened, secret = open_token(VAULT, credentials.session_token)
    assert opened == replace(caller, access_key_id=credentials.access_key_id)
    assert secret == credentials.secret_access_key
    assert credentials.expiration == datetime(2026, 1, 2, 4, 4, 5, tzinfo=UTC) == opened.session.expires


def test_temporary_keys_have_the_forms_of_aws() -> None:
    credentials = issue(VAULT, role_session())
    assert credentials.access_key_id.startswith("ASIA")
    assert len(credentials.access_key_id) == 20
    assert credentials.access_key_id.isalnum()
    assert len(credentials.secret_access_key) == 40


def test_no_two_sessions_share_a_key_or_a_secret() -> None:
    issued = [issue(VAULT, role_session()) for _ in range(20)]
    assert len({one.access_key_id for one in issued}) == len({one.secret_access_key for one in issued}) == 20


def test_the_token_shows_nothing_of_what_it_carries() -> None:
    credentials = issue(VAULT, role_session(source_identity="alice"))
    assert credentials.secret_access_key not in credentials.session_token
    assert credentials.secret_access_key not in repr(credentials)
    assert credentials.session_token not in repr(credentials)


def test_every_altered_token_is_broken() -> None:
    token = issue(VAULT, role_session()).session_token
    for at in range(0, len(token) - 1, 5):  # the last character has bits that mean nothing
        other = "B" if token[at] != "B" else "C"
        with pytest.raises(BrokenSeal):
            open_token(VAULT, token[:at] + other + token[at + 1 :])


@pytest.mark.parametrize("token", ["", "a", "AAAA", "A" * 400, "ä" * 40, "FwoGZXIvYXdzEXAMPLE//"])
def test_what_was_never_a_token_is_broken(token: str) -> None:
    with pytest.raises(BrokenSeal):
        open_token(VAULT, token)


def test_the_token_of_another_server_is_broken() -> None:
    token = issue(Vault(bytes(32)), role_session()).session_token
    with pytest.raises(BrokenSeal):
        open_token(VAULT, token)


def test_claims_sealed_for_another_purpose_are_broken() -> None:
    claims = {"c": caller_claims(role_session()), "s": "secret"}
    with pytest.raises(BrokenSeal):
        open_token(VAULT, VAULT.seal(claims, "registry-token"))


@pytest.mark.parametrize("claims", [{}, {"c": {}, "s": "x"}, {"c": "user", "s": "x"}, {"c": {"k": "robot"}, "s": "x"}])
def test_sealed_claims_of_another_form_are_broken(claims: dict[str, object]) -> None:
    with pytest.raises(BrokenSeal):
        open_token(VAULT, VAULT.seal(claims, "session-token"))


@pytest.mark.parametrize("size", [1, 600, 2000, 4096])
def test_a_token_is_as_large_as_was_asked_for(size: int) -> None:
    caller = role_session()
    credentials = issue(VAULT, caller, at_least=size)
    assert size <= len(credentials.session_token) < max(size, 600) + 200
    assert open_token(VAULT, credentials.session_token)[0].arn == caller.arn


def test_a_plain_token_leaves_most_of_the_space() -> None:
    size = token_size(issue(VAULT, role_session()).session_token)
    assert size["SessionTokenSize"] < 600
    assert size["SessionTokenUtilization"] < 15
