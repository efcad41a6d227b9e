"""A second evaluator, slow and obvious: straight from the rules, on a case's JSON, sharing nothing with the first."""

# ruff: noqa: PLR0911, PLR0912 - one rule after the other, in one place, is what makes it obvious

from __future__ import annotations

import base64
import ipaddress
import re
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

Json = Any
ANY, ONE = object(), object()  # wildcards in a pattern, which is a list of characters and these


def decide(case: Json) -> str:
    ask, held = case["request"], case["policies"]
    ask = {**ask, "context": {key.lower(): value for key, value in ask["context"].items()}}
    if ask["action"].lower() == "sts:getcalleridentity":
        return "Allowed"  # rule 10
    account, who = account_and_names(ask)
    owner = ask["resource_account"] or owner_of(ask["resource"]) or account
    linked = any(":role/aws-service-role/" in name for name, _ in who)

    sets: dict[str, list[list[Json]]] = {  # layer -> groups of documents, each of which must allow
        "scp": [level["policies"] for level in held["scp"]] if account and not linked else [],
        "rcp": [level["policies"] for level in held["rcp"]],
        "endpoint": [held["endpoint"]] if held["endpoint"] else [],
        "boundary": [held["boundary"]] if held["boundary"] and account else [],
        "session": [[held["session"]]] if held["session"] and account else [],
        "resource": [[held["resource"]]] if held["resource"] else [],
        "trust": [[held["trust"]]] if held.get("trust") else [],
        "identity": [held["identity"]] if account else [],
    }

    def matching(documents: list[Json], effect: str, layer: str) -> list[Json]:
        found = []
        for document in documents:
            new = document.get("Version") == "2012-10-17"
            for statement in listed(document["Statement"]):
                if (
                    statement["Effect"] == effect
                    and names_action(statement, ask["action"])
                    and names_resource(statement, ask, new)
                    and conditions_met(statement.get("Condition", {}), ask["context"], new)
                    and concerns(statement, layer, effect, ask, account, who, bool(held["boundary"]))
                ):
                    found.append(statement)
        return found

    for layer, groups in sets.items():  # rule 1
        for documents in groups:
            if matching(documents, "Deny", layer):
                return "ExplicitlyDenied"

    for layer in ("scp", "rcp", "endpoint"):  # rule 7
        for documents in sets[layer]:
            if not matching(documents, "Allow", layer):
                return "ImplicitlyDenied"

    def all_allow(layer: str) -> bool:
        return all(matching(documents, "Allow", layer) for documents in sets[layer])

    granting_layer = "trust" if held.get("trust") else "resource"
    grants = [
        grade(statement, ask, account, who)
        for documents in sets[granting_layer]
        for statement in matching(documents, "Allow", granting_layer)
    ]
    is_root = ask["principal"].endswith(":root") and bool(account)
    identity_allows = is_root or all_allow("identity")
    limits_allow = all_allow("boundary") and all_allow("session")
    if not account:  # a service, or an identity from outside: only the resource can say yes
        allowed = bool(grants)
    elif account != owner:  # rule 4
        allowed = bool(grants) and identity_allows and limits_allow
    elif "direct" in grants:  # rules 11, 12, 15
        allowed = True
    elif "role" in grants:  # rule 13
        allowed = limits_allow
    elif granting_layer == "trust" and not grants:  # rule 3
        allowed = False
    else:  # rules 3, 16
        allowed = identity_allows and limits_allow
    return "Allowed" if allowed else "ImplicitlyDenied"


def listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def owner_of(resource: str) -> str:
    parts = resource.split(":")
    return parts[4] if len(parts) >= 6 and parts[0] == "arn" else ""


def account_and_names(ask: Json) -> tuple[str, list[tuple[str, str]]]:
    """The caller's account and its names with their grade, from the narrowest to the account."""
    principal, context = ask["principal"], ask["context"]
    parts = principal.split(":")
    if len(parts) < 6 or not re.fullmatch(r"\d{12}", parts[4]):
        return "", [(principal, "direct")]
    account, kind = parts[4], parts[5].split("/")[0]
    if kind not in ("root", "user", "role", "assumed-role", "federated-user"):
        return "", [(principal, "direct")]
    userid = context.get("aws:userid", "")
    arn = context.get("aws:principalarn", "")
    names: list[tuple[str, str]] = []
    if kind == "user":
        names = [(principal, "direct"), (userid, "direct")]
    elif kind == "role":
        names = [(principal, "role"), (userid.split(":")[0], "role")]
    elif kind == "assumed-role":
        name = parts[5].split("/")[1]
        role = f"arn:{parts[1]}:iam::{account}:role/{name}"
        if arn.startswith(f"arn:{parts[1]}:iam::{account}:role/") and arn.split("/")[-1] == name:
            role = arn
        names = [(principal, "direct"), (role, "role")]
        if ":" in userid:
            names += [(userid, "direct"), (userid.split(":")[0], "role")]
    elif kind == "federated-user":
        names = [(principal, "direct")]
        if f"::{account}:user/" in arn:
            names.append((arn, "role"))
    return account, [(name, grade_) for name, grade_ in names if name] + [(account, "account")]


def principals_of(element: Json) -> dict[str, list[str]]:
    return {"AWS": ["*"]} if element == "*" else {kind: listed(values) for kind, values in element.items()}


def same_account_name(value: str) -> str:
    found = re.fullmatch(r"arn:[^:]+:iam::(\d{12}):root", value)
    return found.group(1) if found else value  # rule 17


def grades_named(element: Json, ask: Json, account: str, who: list[tuple[str, str]]) -> set[str]:
    kinds = principals_of(element)
    if "*" in kinds.get("AWS", []):
        return {"direct"}
    if not account:
        principal, provider = ask["principal"], ask["context"].get("aws:federatedprovider")
        if provider or principal.startswith("arn:"):
            found = (provider or principal) in kinds.get("Federated", [])
        else:
            found = principal in kinds.get("Service", []) + kinds.get("CanonicalUser", [])
        return {"direct"} if found else set()  # rule 21
    aws = {same_account_name(value) for value in kinds.get("AWS", [])}
    return {grade_ for name, grade_ in who if name in aws}


def grade(statement: Json, ask: Json, account: str, who: list[tuple[str, str]]) -> str:
    if "NotPrincipal" in statement:
        return "direct"
    grades = grades_named(statement["Principal"], ask, account, who)
    return next(name for name in ("direct", "role", "account") if name in grades)


def concerns(
    statement: Json, layer: str, effect: str, ask: Json, account: str, who: list[tuple[str, str]], bounded: bool
) -> bool:
    if "NotPrincipal" in statement:
        element = statement["NotPrincipal"]
        named = grades_named(element, ask, account, who)
        if effect == "Allow":
            return not named
        if bounded and account:
            return True  # rule 22
        if "*" in principals_of(element).get("AWS", []):
            return False
        if not account:
            return not named
        aws = {same_account_name(value) for value in principals_of(element).get("AWS", [])}
        levels: dict[str, list[str]] = {}
        for name, grade_ in who:
            levels.setdefault(grade_, []).append(name)
        return not all(any(name in aws for name in names) for names in levels.values())
    if "Principal" in statement:
        return bool(grades_named(statement["Principal"], ask, account, who))
    return layer not in ("resource", "trust")


def glob(pattern: str, text: str) -> bool:
    regex = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(regex, text, re.DOTALL) is not None


def names_action(statement: Json, action: str) -> bool:
    inverted = "NotAction" in statement
    patterns = listed(statement["NotAction" if inverted else "Action"])
    return any(glob(pattern.lower(), action.lower()) for pattern in patterns) != inverted


def names_resource(statement: Json, ask: Json, new: bool) -> bool:
    name = "NotResource" if "NotResource" in statement else "Resource"
    if name not in statement:
        return True
    hit = any(
        pattern is not None and arn_glob(pattern, ask["resource"], strict=False)
        for pattern in (filled(text, ask["context"], new, wild=True) for text in listed(statement[name]))
    )
    return hit != (name == "NotResource")


def filled(text: str, context: Json, new: bool, *, wild: bool) -> list[Any] | None:
    """The text as characters and wildcards, with variables put in as characters; None if one has no value."""
    out: list[Any] = []
    at = 0
    while at < len(text):
        found = re.compile(r"\$\{([^{}]*)\}").match(text, at) if new else None
        if found:
            inside = found.group(1)
            if inside in ("*", "?", "$"):
                out += inside
            else:
                key, comma, default = inside.partition(",")
                value = context.get(key.lower()) if not re.search(r"[\s']", key) and key else None
                if isinstance(value, list):
                    value = value[0] if len(value) == 1 else None
                if value is None and comma:
                    quoted = re.fullmatch(r"\s*'([^']*)'", default)
                    value = quoted.group(1) if quoted else None
                if value is None:
                    return None
                out += value
            at = found.end()
            continue
        character = text[at]
        out.append({"*": ANY, "?": ONE}.get(character, character) if wild else character)
        at += 1
    return out


def arn_glob(pattern: list[Any], text: str, *, strict: bool) -> bool:
    """`strict`: in a full ARN no wildcard before the resource crosses a colon (rule 52)."""
    colons = pattern.count(":")
    candidates = [pattern]
    if colons < 5:
        candidates.append(pattern + [":", ANY] * (5 - colons))  # rule 32
        strict = False
    return any(re.fullmatch(arn_regex(candidate, strict), text, re.DOTALL) for candidate in candidates)


def arn_regex(pattern: list[Any], strict: bool) -> str:
    regex, segment = "", 0
    for index, unit in enumerate(pattern):
        at_end = index + 1 == len(pattern) or pattern[index + 1] == ":"
        within = segment < 5
        if unit is ANY:
            regex += "[^:]*" if within and (strict or not at_end) else ".*"  # rule 31
        elif unit is ONE:
            regex += "[^:]" if within else "."
        else:
            segment += unit == ":"
            regex += re.escape(unit)
    return regex


def conditions_met(conditions: Json, context: Json, new: bool) -> bool:
    return all(
        condition_met(operator, [as_text(value) for value in listed(values)], context.get(key.lower()), context, new)
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def as_text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def condition_met(operator: str, values: list[str], found: Json, context: Json, new: bool) -> bool:
    each, _, rest = operator.rpartition(":")
    if rest == "Null":
        return any(value.lower() == str(found in (None, [])).lower() for value in values)
    if_exists = rest.endswith("IfExists")
    name = rest.removesuffix("IfExists")
    negated = "Not" in name
    name = name.replace("Not", "")

    def met(value: str) -> bool:
        hit = one_hit(name, values, value, context, new)
        return hit is not None and hit != negated

    if each == "ForAllValues":
        return all(met(value) for value in listed(found)) if found is not None else True
    if each == "ForAnyValue":
        return any(met(value) for value in listed(found)) if found is not None else if_exists
    if found in (None, []):
        return negated or if_exists
    if isinstance(found, list):
        return len(found) == 1 and met(found[0])
    return met(found)


def one_hit(name: str, values: list[str], found: str, context: Json, new: bool) -> bool | None:
    """Whether one of the values takes in what was found; None if that is not of the operator's type."""
    texts = [filled(value, context, new, wild=False) for value in values]
    plain = ["".join(text) for text in texts if text is not None]
    patterns = [p for p in (filled(value, context, new, wild=True) for value in values) if p is not None]
    if name == "StringEquals":
        return found in plain
    if name == "StringEqualsIgnoreCase":
        return found.lower() in [value.lower() for value in plain]
    if name == "StringLike":
        return any(loose_glob(pattern, found) for pattern in patterns)
    if name in ("ArnEquals", "ArnLike"):
        if not found.startswith("arn:") or found.count(":") < 5:
            return None
        return any(arn_glob(pattern, found, strict=True) for pattern in patterns)
    if name == "IpAddress":
        return ip_hit(values, found)
    if name == "BinaryEquals":
        return compared("Equals", octets(found), [octets(value) for value in values])
    if name == "Bool":
        return compared("Equals", boolean(found), [boolean(value) for value in plain])
    family, read = ("Numeric", number) if name.startswith("Numeric") else ("Date", date)
    return compared(name.removeprefix(family), read(found), [read(value) for value in plain])


def loose_glob(pattern: list[Any], text: str) -> bool:
    regex = "".join(".*" if unit is ANY else "." if unit is ONE else re.escape(unit) for unit in pattern)
    return re.fullmatch(regex, text, re.DOTALL) is not None


def compared(how: str, found: Any, limits: list[Any]) -> bool | None:
    if found is None:
        return None
    tests = {
        "Equals": lambda a, b: a == b,
        "LessThan": lambda a, b: a < b,
        "LessThanEquals": lambda a, b: a <= b,
        "GreaterThan": lambda a, b: a > b,
        "GreaterThanEquals": lambda a, b: a >= b,
    }
    return any(tests[how](found, limit) for limit in limits if limit is not None)


def ip_hit(values: list[str], found: str) -> bool | None:
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return None
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in ipaddress.ip_network(value, strict=False) for value in values)


def octets(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def boolean(text: str) -> bool | None:
    return text.lower() == "true" if text.lower() in ("true", "false") else None


def number(text: str) -> Fraction | None:
    return Fraction(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None


def date(text: str) -> Fraction | None:
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return Fraction(text)
    fraction = re.search(r"\.(\d+)", text)
    try:
        at = datetime.fromisoformat(re.sub(r"\.\d+", "", text))
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Fraction(int(at.timestamp())) + (Fraction(f"0.{fraction.group(1)}") if fraction else 0)
