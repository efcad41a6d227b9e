"""Who asks, for the matrix of rights: one world with everything in it that a request may be about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.credentials import Credentials

from dockreeve.cli import tutorial
from dockreeve.storage import AccessKey

from .wire import ACCOUNT, OTHER_ACCOUNT
from .world import ADMINISTRATOR, AWS_POLICY, World, allow, document, granting, temporary, trusting

REPOSITORY, BUILD = "app", "build-role"
CUSTOMER_POLICY = f"arn:aws:iam::{ACCOUNT}:policy/{tutorial.READ}"
SUBJECT, SUBJECT_KEY = "subject", "AKIASUBJECTSUBJECTSU"
_PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability")


@dataclass(frozen=True, slots=True)
class Persona:
    """One column of the matrix."""

    name: str
    sentence: str


PERSONAS = (
    Persona("root", "the account's root user"),
    Persona("admin", "a user with AdministratorAccess"),
    Persona("reader", "a user with ReadOnlyAccess"),
    Persona("tutorial", "a session of the tutorial's role, CustomRWECRRole with both its policies"),
    Persona("puller", "a user with AmazonEC2ContainerRegistryPullOnly"),
    Persona("pusher", "a user with AmazonEC2ContainerRegistryPowerUser"),
    Persona("bounded", "a user with AdministratorAccess, bounded by AmazonEC2ContainerRegistryReadOnly"),
    Persona("narrowed", "a session of a role with AdministratorAccess, its session policy allows ecr:Get* only"),
    Persona("denied", "a user with AdministratorAccess, denied everything by the repository's policy"),
    Persona("guest", "a user without policies, whom the repository's policy lets pull"),
    Persona("stranger", "an administrator of another account: what isn't about the repository is about that account"),
    Persona("partner", "another one of that account, whom the repository's policy lets pull"),
    Persona("nobody", "a user without policies"),
)


async def peopled(world: World) -> Mapping[str, Credentials]:
    """Make the personas and what they ask about; the keys of each persona, by its name."""
    other = await world.account(OTHER_ACCOUNT)
    keys = {
        "root": world.root,
        "admin": await world.user("admin", arns=(ADMINISTRATOR,)),
        "reader": await world.user("reader", arns=(AWS_POLICY + "ReadOnlyAccess",)),
        "puller": await world.user("puller", arns=(AWS_POLICY + "AmazonEC2ContainerRegistryPullOnly",)),
        "pusher": await world.user("pusher", arns=(AWS_POLICY + "AmazonEC2ContainerRegistryPowerUser",)),
        "bounded": await world.user(
            "bounded", arns=(ADMINISTRATOR,), PermissionsBoundary=AWS_POLICY + "AmazonEC2ContainerRegistryReadOnly"
        ),
        "denied": await world.user("denied", arns=(ADMINISTRATOR,)),
        "guest": await world.user("guest"),
        "stranger": await world.user("stranger", by=other, arns=(ADMINISTRATOR,)),
        "partner": await world.user("partner", by=other, arns=(ADMINISTRATOR,)),
        "nobody": await world.user("nobody"),
        "tutorial": await _tutorial(world),
    }
    role = await world.role("administrator", trusting(f"arn:aws:iam::{ACCOUNT}:user/admin"), arns=(ADMINISTRATOR,))
    keys["narrowed"] = await world.assume(role, keys["admin"], Policy=document(allow("ecr:Get*")))
    await _subjects(world)
    return keys


async def _tutorial(world: World) -> Credentials:
    """Everything the tutorial makes, and the credentials that an instance gets of it."""
    for name, text in ((tutorial.READ, tutorial.READ_DOCUMENT), (tutorial.WRITE, tutorial.WRITE_DOCUMENT)):
        await world.do("iam:CreatePolicy", PolicyName=name, PolicyDocument=json.dumps(text))
    arns = tuple(f"arn:aws:iam::{ACCOUNT}:policy/{name}" for name in (tutorial.READ, tutorial.WRITE))
    await world.role(tutorial.ROLE, json.dumps(tutorial.TRUST_DOCUMENT), arns=arns)
    await world.do("iam:CreateInstanceProfile", InstanceProfileName=tutorial.ROLE)
    await world.do("iam:AddRoleToInstanceProfile", InstanceProfileName=tutorial.ROLE, RoleName=tutorial.ROLE)
    asked = {"InstanceProfileName": tutorial.ROLE, "InstanceId": "i-0123456789abcdef0"}
    made = (await world.api("POST", "/api/instance-sessions", body=asked)).json["Credentials"]
    return temporary(made)


async def _subjects(world: World) -> None:
    """What the requests are about: a user, a role that trusts its account, a repository with a policy."""
    user = await world.do("iam:CreateUser", UserName=SUBJECT)
    key = AccessKey(SUBJECT_KEY, ACCOUNT, user["User"]["UserId"], "subject/secret", datetime.now(UTC))
    await world.records.identity.add_key(key, limit=2)
    account = f"arn:aws:iam::{ACCOUNT}:root"
    await world.role(BUILD, trusting(account))
    await world.do("ecr:CreateRepository", repositoryName=REPOSITORY)
    policy = document(
        granting({"AWS": f"arn:aws:iam::{ACCOUNT}:user/denied"}, "ecr:*", effect="Deny"),
        granting({"AWS": [f"arn:aws:iam::{ACCOUNT}:user/guest", f"arn:aws:iam::{OTHER_ACCOUNT}:user/partner"]}, *_PULL),
    )
    await world.do("ecr:SetRepositoryPolicy", repositoryName=REPOSITORY, policyText=policy)
