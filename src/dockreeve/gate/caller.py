"""Who asks: from a signature or a registry login to a living principal with its compiled policies."""

import binascii
from base64 import b64decode
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from dockreeve.aws.sigv4 import Kind as Unproven
from dockreeve.aws.sigv4 import Signature, Unverified
from dockreeve.faults import Fault
from dockreeve.gate.context import Keys, principal_keys
from dockreeve.policy import Document, Kind, Malformed, Policy, PolicySet, aws_managed, parse
from dockreeve.services.call import Caller, CallerKind
from dockreeve.services.ecr.authorization import RegistryClaims, open_registry_token
from dockreeve.services.sts.sessions import open_token
from dockreeve.storage import AccessKey, Holdings, Principal, Records, Vault
from dockreeve.storage import Kind as PrincipalKind
from dockreeve.storage.vault import BrokenSeal

_CACHED = 4096  # callers, and registry logins, remembered at a time
_LOGIN = 16 * 1024  # bytes of a Basic header at most

_OWN_PASSWORD = parse(
    '{"Version": "2012-10-17", "Statement": {"Sid": "OwnPassword", "Effect": "Allow", "Resource": "*",'
    ' "Action": ["iam:ChangePassword", "iam:GetAccountPasswordPolicy"]}}',
    Kind.IDENTITY,
)

INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 (a sentence)
EXPIRED_LOGIN = "Your authorization token has expired. Reauthenticate and try again."


class Unauthenticated(Exception):
    """No credential, or none that this server gave out: the door answers with a challenge."""


class Gone(Exception):
    """The credential was good, but its key, user, role or session is no more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A living caller and what it holds, true for one version of its account."""

    caller: Caller
    version: int
    keys: Keys
    identity: PolicySet
    boundary: PolicySet | None
    session: PolicySet | None


class Callers:
    """Finds callers; keeps what is expensive to build, under the account's version, so a change holds at once."""

    def __init__(self, records: Records, vault: Vault) -> None:
        self._records = records
        self._vault = vault
        self._standing: OrderedDict[tuple[str, str], Standing] = OrderedDict()
        self._logins: OrderedDict[bytes, RegistryClaims] = OrderedDict()
        self._signers: OrderedDict[str, tuple[int, Caller, str]] = OrderedDict()

    async def of_signature(self, signature: Signature, now: datetime) -> tuple[Caller, str]:
        """The caller a signature claims, and the secret to verify that with. Raise `Unverified`."""
        if signature.token is not None:
            try:
                caller, secret = open_token(self._vault, signature.token)
            except BrokenSeal:
                raise Unverified(Unproven.UNKNOWN_KEY, INVALID_TOKEN) from None
            if caller.access_key_id != signature.access_key_id or caller.session is None:
                raise Unverified(Unproven.UNKNOWN_KEY, INVALID_TOKEN)
            if caller.session.expires <= now:
                raise Unverified(Unproven.EXPIRED_TOKEN, "The security token included in the request is expired")
            return caller, secret
        return await self._signer(signature.access_key_id)

    async def _signer(self, key_id: str) -> tuple[Caller, str]:
        """The caller of a long-term key and its secret, true for one version of its account. Raise `Unverified`."""
        identity = self._records.identity
        if (known := self._signers.get(key_id)) is not None:
            version, caller, secret = known
            if version == await identity.version(caller.account):
                self._signers.move_to_end(key_id)
                return caller, secret
        key = await identity.find_key(key_id)
        if key is None or not key.active:
            raise Unverified(Unproven.UNKNOWN_KEY, INVALID_TOKEN)
        # INVARIANT: before the key and its user are read again, so that a change meanwhile makes this one too old.
        version = await identity.version(key.account)
        key = await identity.find_key(key_id)
        found = await self._of_key(key) if key is not None and key.active else None
        if key is None or found is None:
            raise Unverified(Unproven.UNKNOWN_KEY, INVALID_TOKEN)
        self._signers[key_id] = version, found, key.secret
        if len(self._signers) > _CACHED:
            self._signers.popitem(last=False)
        return found, key.secret

    async def of_login(self, authorization: bytes | None, now: datetime) -> Caller:
        """The caller of `Authorization: Basic base64(AWS:TOKEN)`.

        Raise `Unauthenticated`, or `Fault` DENIED when the login is past its 12 hours.
        """
        claims = self._login(authorization)
        if claims.expires <= now:
            raise Fault("DENIED", EXPIRED_LOGIN, status=403)
        return claims.caller

    def _login(self, authorization: bytes | None) -> RegistryClaims:
        if authorization is None or len(authorization) > _LOGIN:
            raise Unauthenticated
        if claims := self._logins.get(authorization):
            self._logins.move_to_end(authorization)
            return claims
        scheme, _, encoded = authorization.partition(b" ")
        try:
            user, colon, password = b64decode(encoded.strip(), validate=True).partition(b":")
            if scheme.lower() != b"basic" or user != b"AWS" or not colon:
                raise Unauthenticated
            claims = open_registry_token(self._vault, password.decode("ascii"))
        except (binascii.Error, UnicodeDecodeError, BrokenSeal):
            raise Unauthenticated from None
        self._logins[authorization] = claims
        if len(self._logins) > _CACHED:
            self._logins.popitem(last=False)
        return claims

    async def standing(self, caller: Caller, now: datetime) -> Standing:
        """The caller with its policies as they are now. Raise `Gone`."""
        session = caller.session
        if session is not None and session.expires <= now:
            raise Gone
        version = await self._records.identity.version(caller.account)
        cached = self._standing.get((caller.unique_id, caller.access_key_id))
        if cached is not None and cached.version == version:
            self._standing.move_to_end((caller.unique_id, caller.access_key_id))
            return cached
        standing = await self._build(caller, version)
        self._standing[caller.unique_id, caller.access_key_id] = standing
        if len(self._standing) > _CACHED:
            self._standing.popitem(last=False)
        return standing

    async def _build(self, caller: Caller, version: int) -> Standing:
        session = caller.session
        if session is None:
            key = await self._records.identity.find_key(caller.access_key_id)
            if key is None or not key.active:
                raise Gone
        if caller.kind is CallerKind.ROOT:
            empty = PolicySet(())
            return Standing(caller, version, principal_keys(caller, {}), empty, None, await self._session(caller))
        holdings = await self._records.identity.holdings(caller.unique_id)
        if holdings is None or _revoked(caller, holdings.principal):
            raise Gone
        return Standing(
            caller=caller,
            version=version,
            keys=principal_keys(caller, holdings.principal.tags),
            identity=PolicySet([*_identity(holdings), *await self._own_password(holdings.principal)]),
            boundary=PolicySet(_boundary(holdings)) if holdings.boundary else None,
            session=await self._session(caller),
        )

    async def _own_password(self, principal: Principal) -> list[Policy]:
        """What lets a user change the own password: the account's password policy, or that it must be changed.

        AWS gives the first without a policy of the user too (IAM API Reference, UpdateAccountPasswordPolicy). The
        second is ours: whoever asked for the change allowed it. A Deny, and a boundary, count as ever.
        """
        if principal.kind is not PrincipalKind.USER:
            return []
        policy = await self._records.identity.password_policy(principal.account)
        if not (policy and policy.users_may_change):
            login = await self._records.identity.find_login(principal.unique_id)
            if login is None or not login.reset_required:
                return []
        return [Policy(_OWN_PASSWORD, "account-password-policy", inline=True, attached_to=principal.arn)]

    async def _session(self, caller: Caller) -> PolicySet | None:
        session = caller.session
        if session is None or not (session.policies or session.policy_arns):
            return None
        policies = [
            Policy(_document(text), f"session-policy:{number}", inline=True, attached_to=caller.arn)
            for number, text in enumerate(session.policies, 1)
        ]
        for arn in session.policy_arns:
            text = aws_managed.text(arn)
            if text is None and (found := await self._records.identity.find_policy(arn)):
                text = found.default.text
            if text is not None:  # a session policy that was deleted grants nothing
                policies.append(Policy(_document(text), arn, inline=False, attached_to=caller.arn))
        return PolicySet(policies)

    async def _of_key(self, key: AccessKey) -> Caller | None:
        if key.owner == key.account:
            arn = f"arn:aws:iam::{key.account}:root"
            return Caller(CallerKind.ROOT, key.account, arn, arn, key.account, "", key.id)
        user = await self._records.identity.principal_by_id(key.owner)
        if user is None or user.kind is not PrincipalKind.USER:
            return None
        return Caller(CallerKind.USER, user.account, user.arn, user.arn, user.unique_id, user.name, key.id)


def _revoked(caller: Caller, principal: Principal) -> bool:
    after = principal.sessions_valid_after
    return caller.session is not None and after is not None and caller.session.issued < after


def _document(text: str) -> Document:
    """Documents were checked when they were stored; one that no longer parses must not grant anything."""
    try:
        return parse(text, Kind.IDENTITY)
    except Malformed as malformed:
        raise RuntimeError(f"a stored policy document is malformed: {malformed.sentence}") from malformed


def _identity(holdings: Holdings) -> list[Policy]:
    owner = holdings.principal.arn
    managed = [
        Policy(_document(text or aws_managed.text(arn) or ""), arn, inline=False, attached_to=owner)
        for arn, text in holdings.managed
    ]
    inline = [
        Policy(_document(policy.text), f"inline:{policy.name}", inline=True, attached_to=owner)
        for policy in holdings.inline
    ]
    return managed + inline


def _boundary(holdings: Holdings) -> list[Policy]:
    if holdings.boundary is None:
        return []
    arn, text = holdings.boundary
    return [
        Policy(_document(text or aws_managed.text(arn) or ""), arn, inline=False, attached_to=holdings.principal.arn)
    ]
