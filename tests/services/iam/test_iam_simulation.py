"""The policy simulator: every member of its answers, by the same evaluator as every request, and what it refuses."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dockreeve.cli import tutorial
from dockreeve.policy.catalogue import catalogue
from dockreeve.services.iam import simulation

from .asking import ACCOUNT, Iam, document

APP, WEB = (f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/{name}" for name in ("app", "web"))
OTHER = "210987654321"
ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"
REPOSITORY = "arn:${Partition}:ecr:${Region}:${Account}:repository/${RepositoryName}"


def policy(*statements: Mapping[str, Any], indent: int | None = None) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=indent)


def allow(*actions: str, on: str | Sequence[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def deny(*actions: str, on: str | Sequence[str] = "*", **more: Any) -> dict[str, Any]:
    return {**allow(*actions, on=on, **more), "Effect": "Deny"}


def entry(name: str, *values: str, kind: str | None = None) -> dict[str, Any]:
    return {"ContextKeyName": name, "ContextKeyValues": list(values), **({"ContextKeyType": kind} if kind else {})}


async def custom(iam: Iam, *policies: str, action: str = "ecr:PutImage", **params: Any) -> dict[str, Any]:
    """The result for one action."""
    answer = await iam("SimulateCustomPolicy", policy_input_list=policies, action_names=[action], **params)
    assert answer["IsTruncated"] is False
    (result,) = answer["EvaluationResults"]
    assert result["EvalActionName"] == action
    return dict(result)


async def of(iam: Iam, arn: str, action: str = "ecr:PutImage", **params: Any) -> dict[str, Any]:
    """The result for one action of a stored principal."""
    answer = await iam("SimulatePrincipalPolicy", policy_source_arn=arn, action_names=[action], **params)
    (result,) = answer["EvaluationResults"]
    return dict(result)


def sources(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one["SourcePolicyId"], one["SourcePolicyType"]) for one in result["MatchedStatements"]]


@pytest.mark.parametrize(
    ("statements", "decision"),
    [
        ([allow("ecr:*")], "allowed"),
        ([allow("ecr:Get*")], "implicitDeny"),
        ([allow("ecr:*"), deny("ecr:Put*")], "explicitDeny"),
    ],
)
async def test_the_three_decisions(iam: Iam, statements: list[dict[str, Any]], decision: str) -> None:
    result = await custom(iam, policy(*statements))
    assert (result["EvalDecision"], result["EvalResourceName"]) == (decision, "*")
    assert len(result["MatchedStatements"]) == (decision != "implicitDeny")
    assert "EvalDecisionDetails" not in result and not result.get("ResourceSpecificResults")


async def test_a_matched_statement_has_its_place_in_the_text(iam: Iam) -> None:
    text = policy(allow("ecr:Get*"), allow("ecr:*"), indent=2)
    result = await custom(iam, policy(allow("s3:*")), text)
    (matched,) = result["MatchedStatements"]
    assert (matched["SourcePolicyId"], matched["SourcePolicyType"]) == ("PolicyInputList.2", "none")
    lines = text.splitlines()
    begin, end = matched["StartPosition"], matched["EndPosition"]
    assert lines[begin["Line"] - 1][begin["Column"] - 1 :] == "{"
    assert lines[end["Line"] - 1][: end["Column"] - 1].strip() == "}"
    assert '"ecr:*"' in "".join(lines[begin["Line"] - 1 : end["Line"]])
    (tight,) = (await custom(iam, policy(allow("ecr:*"))))["MatchedStatements"]
    assert tight["StartPosition"] == {"Line": 1, "Column": 41}  # as AWS answers for a document in one line


async def test_a_deny_is_the_only_statement_of_its_result(iam: Iam) -> None:
    result = await custom(iam, policy(allow("*")), policy(deny("ecr:*")))
    assert sources(result) == [("PolicyInputList.2", "none")]


async def test_each_resource_has_its_own_result(iam: Iam) -> None:
    text = policy(allow("ecr:PutImage", on=APP))
    result = await custom(iam, text, resource_arns=[APP, WEB])
    assert result["EvalDecision"] == "implicitDeny"  # the most restrictive one
    assert result["EvalResourceName"] == REPOSITORY
    assert [(one["EvalResourceName"], one["EvalResourceDecision"]) for one in result["ResourceSpecificResults"]] == [
        (APP, "allowed"),
        (WEB, "implicitDeny"),
    ]
    assert sources(result) == [("PolicyInputList.1", "none")]
    assert result["EvalDecisionDetails"] == {}  # one account


async def test_an_action_without_resource_types_has_no_arn_format(iam: Iam) -> None:
    result = await custom(iam, policy(allow("ecr:*")), action="ecr:GetAuthorizationToken", resource_arns=[APP])
    assert result["EvalResourceName"] == "*"


async def test_an_unknown_action_is_allowed_by_wildcards_only_and_fills_no_memory(iam: Iam) -> None:
    assert (await custom(iam, policy(allow("ecr:*")), action="nowhere:Nothing"))["EvalDecision"] == "implicitDeny"
    assert "nowhere" not in catalogue()._loaded


async def test_missing_context_values_are_the_keys_of_statements_about_the_action(iam: Iam) -> None:
    text = policy(
        allow("ecr:PutImage", Condition={"StringEquals": {"aws:RequestedRegion": "x", "ecr:ResourceTag/team": "a"}}),
        allow("ecr:PutImage", on="arn:aws:ecr:*:*:repository/${aws:username}/*"),
        allow("ecr:PutImage", on="arn:aws:ecr:*:*:repository/${aws:PrincipalTag/t, 'none'}/${*}"),
        allow("ecr:ListImages", Condition={"Bool": {"aws:SecureTransport": "true"}}),
    )
    result = await custom(iam, text, context_entries=[entry("AWS:requestedregion", "x")], resource_arns=[APP])
    (specific,) = result["ResourceSpecificResults"]
    assert set(specific["MissingContextValues"]) == {"ecr:ResourceTag/team", "aws:username"}
    assert result["MissingContextValues"] == specific["MissingContextValues"]


async def test_a_boundary_is_told_apart(iam: Iam) -> None:
    for bound, allowed, decision in (("ecr:Put*", True, "allowed"), ("ecr:Get*", False, "implicitDeny")):
        result = await custom(
            iam, policy(allow("*")), permissions_boundary_policy_input_list=[policy(allow(bound))], resource_arns=[APP]
        )
        assert result["EvalDecision"] == decision
        assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": allowed}
        (specific,) = result["ResourceSpecificResults"]
        assert specific["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": allowed}
    result = await custom(iam, policy(allow("*")), permissions_boundary_policy_input_list=[policy(deny("*"))])
    assert sources(result) == [("PermissionsBoundaryPolicyInputList.1", "none")]
    assert "PermissionsBoundaryDecisionDetail" not in await custom(iam, policy(allow("*")))


async def test_an_organization_must_allow_at_every_level_and_its_statements_are_not_told(iam: Iam) -> None:
    def level(*policies: str) -> dict[str, Any]:
        return {"ServiceControlPolicyInputList": list(policies)}

    everything = level(policy(allow("*")))
    for levels, allowed, decision in (
        ([everything, everything], True, "allowed"),
        ([everything, level(policy(allow("s3:*")))], False, "implicitDeny"),
        ([level(policy(allow("*"), deny("ecr:*"))), everything], False, "explicitDeny"),
    ):
        result = await custom(iam, policy(allow("*")), ordered_organization_policy_input_list=levels)
        assert result["EvalDecision"] == decision
        assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": allowed}
        assert len(result["MatchedStatements"]) == (decision == "allowed")
    assert "OrganizationsDecisionDetail" not in await custom(iam, policy(allow("*")))


async def test_a_resource_policy_allows_in_its_own_account(iam: Iam) -> None:
    grant = policy({"Effect": "Allow", "Principal": {"AWS": ANN}, "Action": "ecr:PutImage"})
    result = await custom(iam, policy(allow("s3:*")), caller_arn=ANN, resource_policy=grant, resource_arns=[APP])
    assert (result["EvalDecision"], sources(result)) == ("allowed", [("ResourcePolicy", "resource")])
    bob = ANN.replace("ann", "bob")
    result = await custom(iam, policy(allow("s3:*")), caller_arn=bob, resource_policy=grant, resource_arns=[APP])
    assert result["EvalDecision"] == "implicitDeny"


async def test_across_accounts_both_sides_must_allow_and_the_details_say_which_does(iam: Iam) -> None:
    theirs = APP.replace(ACCOUNT, OTHER)
    grant = policy({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "ecr:PutImage"})
    ask: dict[str, Any] = {"caller_arn": ANN, "resource_arns": [theirs]}
    result = await custom(iam, policy(allow("ecr:*")), resource_policy=grant, **ask)
    assert result["EvalDecision"] == "allowed"
    assert result["EvalDecisionDetails"] == {"IAM Policy": "allowed", "Resource Policy": "allowed"}
    assert {kind for _, kind in sources(result)} == {"none", "resource"}
    result = await custom(iam, policy(allow("s3:*")), resource_policy=grant, **ask)
    assert result["EvalDecision"] == "implicitDeny"
    assert result["EvalDecisionDetails"] == {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}
    result = await custom(iam, policy(allow("ecr:*")), **ask)
    assert result["EvalDecisionDetails"] == {"IAM Policy": "allowed", "Resource Policy": "implicitDeny"}


async def test_an_owner_is_said_for_what_names_none(iam: Iam) -> None:
    bucket = "arn:aws:s3:::bucket/key"
    ask: dict[str, Any] = {"action": "s3:GetObject", "caller_arn": ANN, "resource_arns": [bucket]}
    assert (await custom(iam, policy(allow("s3:*")), **ask))["EvalDecision"] == "allowed"
    for owner in (OTHER, f"arn:aws:iam::{OTHER}:root"):
        result = await custom(iam, policy(allow("s3:*")), resource_owner=owner, **ask)
        assert result["EvalDecision"] == "implicitDeny"


async def test_without_a_caller_nothing_crosses_accounts(iam: Iam) -> None:
    result = await custom(iam, policy(allow("ecr:*")), resource_arns=[APP.replace(ACCOUNT, OTHER)])
    assert (result["EvalDecision"], result["EvalDecisionDetails"]) == ("allowed", {})


async def test_a_roles_resource_policy_is_its_trust_policy(iam: Iam) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/R"
    trust = policy({"Effect": "Deny", "Principal": {"AWS": ANN}, "Action": "sts:AssumeRole"})
    ask: dict[str, Any] = {"action": "sts:AssumeRole", "caller_arn": ANN, "resource_arns": [role]}
    assert (await custom(iam, policy(allow("*")), resource_policy=trust, **ask))["EvalDecision"] == "explicitDeny"
    silent = trust.replace("Deny", "Allow").replace("user/ann", "user/bob")
    assert (await custom(iam, policy(allow("*")), resource_policy=silent, **ask))["EvalDecision"] == "implicitDeny"


@pytest.mark.parametrize(
    ("operator", "wanted", "given"),
    [
        ("StringEquals", "a", entry("aws:x", "a", kind="string")),
        ("StringEquals", "a", entry("aws:x", "a")),
        ("ForAnyValue:StringEquals", "a", entry("aws:x", "b", "a", kind="stringList")),
        ("ForAnyValue:StringEquals", "a", entry("aws:x", "b", "a")),
        ("NumericLessThan", "10", entry("aws:x", "9.5", kind="numeric")),
        ("Bool", "true", entry("aws:x", "TRUE", kind="boolean")),
        ("IpAddress", "10.0.0.0/8", entry("aws:x", "10.1.2.3", kind="ip")),
        ("BinaryEquals", "YQ==", entry("aws:x", "YQ==", kind="binary")),
        ("DateGreaterThan", "2018-08-16T12:00:00Z", entry("aws:x", "2019-04-25T11:00:00Z", kind="date")),
        ("ForAllValues:StringEquals", "a", entry("aws:x", kind="stringList")),
    ],
)
async def test_context_entries_of_every_type_are_met(
    iam: Iam, operator: str, wanted: str, given: dict[str, Any]
) -> None:
    text = policy(allow("ecr:*", Condition={operator: {"aws:X": wanted}}))
    assert (await custom(iam, text, context_entries=[given]))["EvalDecision"] == "allowed"


async def test_a_principals_own_policies_are_named_as_they_are_attached(iam: Iam) -> None:
    user = await iam.user("ann", path="/team/", tags=[{"Key": "team", "Value": "docks"}])
    await iam("PutUserPolicy", user_name="ann", policy_name="own", policy_document=document("ecr:PutImage"))
    await iam("AttachUserPolicy", user_name="ann", policy_arn=await iam.policy("Shared"))
    await iam("AttachUserPolicy", user_name="ann", policy_arn="arn:aws:iam::aws:policy/AdministratorAccess")
    result = await of(iam, user["Arn"], policy_input_list=[document("ecr:*")])
    assert sorted(sources(result)) == [
        ("AdministratorAccess", "aws-managed"),
        ("PolicyInputList.1", "none"),
        ("Shared", "user-managed"),
        ("own", "user"),
    ]


async def test_what_a_principal_settles_is_in_the_context(iam: Iam) -> None:
    user = await iam.user("ann", tags=[{"Key": "team", "Value": "docks"}])
    tagged = policy(
        allow("ecr:*", on="arn:aws:ecr:*:*:repository/${aws:username}/*", Condition={
            "StringEquals": {"aws:PrincipalTag/team": "docks", "aws:userid": user["UserId"]},
            "ArnEquals": {"aws:PrincipalArn": user["Arn"]},
        })
    )  # fmt: skip
    mine = APP.replace("/app", "/ann/app")
    result = await of(iam, user["Arn"], policy_input_list=[tagged], resource_arns=[mine])
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", [])
    result = await of(
        iam, user["Arn"], policy_input_list=[tagged], resource_arns=[mine],
        context_entries=[entry("aws:principaltag/team", "other")],
    )  # fmt: skip
    assert result["EvalDecision"] == "implicitDeny"  # what the request says comes first
    result = await of(iam, user["Arn"], policy_input_list=[tagged], resource_arns=[mine], caller_arn=ANN + "e")
    assert result["EvalDecision"] == "implicitDeny"  # as anne with ann's policies


async def test_an_attached_boundary_bounds_until_another_is_given_or_it_is_excluded(iam: Iam) -> None:
    role = await iam.role()
    await iam("PutRolePolicy", role_name="R", policy_name="own", policy_document=document("ecr:*"))
    bound = await iam.policy("Bound", document("ecr:Get*"))
    await iam("PutRolePermissionsBoundary", role_name="R", permissions_boundary=bound)
    assert (await of(iam, role["Arn"]))["EvalDecision"] == "implicitDeny"
    wider = {"permissions_boundary_policy_input_list": [document("ecr:*")]}
    assert (await of(iam, role["Arn"], **wider))["EvalDecision"] == "allowed"
    without = {"policy_exclusion_list": [{"PolicyType": "permission-boundary"}]}
    result = await of(iam, role["Arn"], **without)
    assert (result["EvalDecision"], sources(result)) == ("allowed", [("own", "role")])
    assert "PermissionsBoundaryDecisionDetail" not in result


@pytest.mark.parametrize(
    ("excluded", "left"),
    [
        ([], {"own", "Shared", "AdministratorAccess"}),
        ([{"PolicyType": "inline"}], {"Shared", "AdministratorAccess"}),
        ([{"PolicyType": "aws-managed"}, {"PolicyType": "user-managed"}], {"own"}),
        ([{"PolicyType": "scp"}, {"PolicyType": "rcp"}], {"own", "Shared", "AdministratorAccess"}),
        ([{"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Sha*"}], {"own", "AdministratorAccess"}),
        ([{"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Share?"}], {"own", "AdministratorAccess"}),
        ([{"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Other"}], {"own", "Shared", "AdministratorAccess"}),
        (
            [{"InlinePolicyIdentifier": {"PolicyName": "own", "AttachmentType": "user", "AttachmentName": "an?"}}],
            {"Shared", "AdministratorAccess"},
        ),
        (
            [{"InlinePolicyIdentifier": {"PolicyName": "own", "AttachmentType": "role", "AttachmentName": "*"}}],
            {"own", "Shared", "AdministratorAccess"},
        ),
    ],
)
async def test_excluded_policies_are_left_out(iam: Iam, excluded: list[dict[str, Any]], left: set[str]) -> None:
    user = await iam.user("ann")
    await iam("PutUserPolicy", user_name="ann", policy_name="own", policy_document=document("ecr:*"))
    await iam("AttachUserPolicy", user_name="ann", policy_arn=await iam.policy("Shared"))
    await iam("AttachUserPolicy", user_name="ann", policy_arn="arn:aws:iam::aws:policy/AdministratorAccess")
    result = await of(iam, user["Arn"], policy_exclusion_list=excluded)
    assert {name for name, _ in sources(result)} == left


@pytest.mark.parametrize(
    "identifier",
    [
        {},
        {"PolicyType": "inline", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/P"},
        {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/*/*"},
        {"PolicyArn": f"arn:aws:iam::*:policy/{'P' * 20}"},
        {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:role/RRRRRRRRRR"},
        {"InlinePolicyIdentifier": {"PolicyName": "p", "AttachmentType": "user", "AttachmentName": "a*b*"}},
    ],
)
async def test_an_identifier_that_is_none_is_refused(iam: Iam, identifier: dict[str, Any]) -> None:
    user = await iam.user("ann")
    code, _ = await iam.fault(
        "SimulatePrincipalPolicy",
        policy_source_arn=user["Arn"],
        action_names=["ecr:PutImage"],
        policy_exclusion_list=[identifier],
    )
    assert code == "InvalidInput"


async def test_the_simulator_and_the_gate_never_disagree_about_a_role_and_its_pull(iam: Iam) -> None:
    role = await iam.role(tutorial.ROLE)
    read = await iam.policy(tutorial.READ, json.dumps(tutorial.READ_DOCUMENT))
    await iam("AttachRolePolicy", role_name=tutorial.ROLE, policy_arn=read)
    answer = await iam(
        "SimulatePrincipalPolicy",
        policy_source_arn=role["Arn"],
        action_names=["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken"],
        resource_arns=[APP],
    )
    assert [one["EvalDecision"] for one in answer["EvaluationResults"]] == ["allowed", "implicitDeny", "allowed"]


async def test_pages_hold_as_many_actions_as_wanted(iam: Iam) -> None:
    actions = [f"ecr:Action{number}" for number in range(7)]
    whole = await iam("SimulateCustomPolicy", policy_input_list=[document("ecr:*")], action_names=actions)
    assert [one["EvalActionName"] for one in whole["EvaluationResults"]] == actions
    one_by_one = await iam.pages(
        "SimulateCustomPolicy", "EvaluationResults", policy_input_list=[document("ecr:*")], action_names=actions
    )
    assert one_by_one == whole["EvaluationResults"]
    ask = {"policy_input_list": [document("ecr:*")], "action_names": actions}
    for marker in ("nonsense!", "MTp4", "MTo5OQ", "MTo5OTk5OTk5OTk5OTk"):
        assert await iam.fault("SimulateCustomPolicy", marker=marker, **ask) == ("ValidationError", "Invalid Marker.")


async def test_a_page_ends_where_the_work_would_get_long(iam: Iam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "_LOOKS", 4)
    ask: dict[str, Any] = {"policy_input_list": [policy(allow("ecr:*"))], "action_names": ["ecr:A", "ecr:B", "ecr:C"]}
    page = await iam("SimulateCustomPolicy", resource_arns=[APP, WEB], **ask)
    assert (len(page["EvaluationResults"]), page["IsTruncated"]) == (2, True)
    rest = await iam("SimulateCustomPolicy", resource_arns=[APP, WEB], marker=page["Marker"], **ask)
    assert [one["EvalActionName"] for one in rest["EvaluationResults"]] == ["ecr:C"]
    monkeypatch.setattr(simulation, "_MOST_LOOKS", 1)
    code, _ = await iam.fault("SimulateCustomPolicy", resource_arns=[APP, WEB], **ask)
    assert code == "InvalidInput"


async def test_context_keys_come_from_conditions_and_variables_each_once(iam: Iam) -> None:
    text = policy(
        allow(
            "s3:*", on="arn:aws:s3:::b/${aws:username}/${*}", Condition={"StringLike": {"s3:prefix": "${AWS:UserName}"}}
        ),
        deny("*", Condition={"Bool": {"aws:SecureTransport": "false"}, "Null": {"S3:Prefix": "true"}}),
    )
    answer = await iam("GetContextKeysForCustomPolicy", policy_input_list=[text, text])
    assert answer["ContextKeyNames"] == ["s3:prefix", "aws:username", "aws:SecureTransport"]
    old = json.dumps({"Statement": allow("s3:*", on="arn:aws:s3:::b/${aws:username}")})
    assert (await iam("GetContextKeysForCustomPolicy", policy_input_list=[old]))["ContextKeyNames"] == []


async def test_context_keys_of_a_principal_are_those_of_all_it_holds(iam: Iam) -> None:
    user = await iam.user("ann")
    for number, key in enumerate(("aws:SourceIp", "aws:CurrentTime")):
        text = document("ecr:*", Condition={"Null": {key: "true"}})
        arn = await iam.policy(f"P{number}", text)
        if number:
            await iam("PutUserPermissionsBoundary", user_name="ann", permissions_boundary=arn)
        else:
            await iam("AttachUserPolicy", user_name="ann", policy_arn=arn)
    more = document("ecr:*", Condition={"Null": {"aws:Referer": "true"}})
    answer = await iam("GetContextKeysForPrincipalPolicy", policy_source_arn=user["Arn"], policy_input_list=[more])
    assert answer["ContextKeyNames"] == ["aws:SourceIp", "aws:CurrentTime", "aws:Referer"]


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"action_names": ["ecr:*"]}, "Invalid action name: ecr:*."),
        ({"action_names": ["PutImage"]}, "Invalid action name: PutImage."),
        ({"policy_input_list": ["{"]}, "PolicyInputList.1 is not a valid policy document (line 1"),
        ({"policy_input_list": [policy(allow("*", Principal="*"))]}, "should not specify a principal"),
        ({"resource_arns": ["app"]}, "ResourceNames are not in a valid ARN format: app."),
        ({"resource_owner": "1234"}, "'1234' is not a valid as a Resource Owner."),
        ({"resource_owner": f"{ACCOUNT}:root"}, "is not a valid as a Resource Owner."),
        ({"caller_arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/R/s"}, "does not clearly define entity type and name."),
        ({"caller_arn": f"arn:aws:iam::{ACCOUNT}:root"}, "does not clearly define entity type and name."),
        ({"resource_policy": policy(allow("*", Principal="*"))}, "CallerArn must be"),
        ({"permissions_boundary_policy_input_list": [document("*")] * 2}, "Only one permissions boundary"),
        ({"context_entries": [entry("aws:x", "many", kind="numeric")]}, "of type numeric, which many is not"),
        ({"context_entries": [entry("aws:x", "a", "b", kind="string")]}, "must have one value"),
        ({"context_entries": [entry("aws:x", "1", "x", kind="numericList")]}, "which x is not"),
        ({"context_entries": [entry("aws:x", "1"), entry("AWS:X", "2")]}, "is given twice"),
        ({"context_entries": [{"ContextKeyValues": ["1"]}]}, "no ContextKeyName"),
        ({"resource_handling_option": "EC2-Moon"}, "Invalid ResourceHandlingOption: EC2-Moon."),
        ({"resource_handling_option": "EC2-VPC-EBS"}, "needs resources of the types instance, image"),
    ],
)
async def test_bad_input_is_refused_in_a_sentence(iam: Iam, params: dict[str, Any], sentence: str) -> None:
    ask: dict[str, Any] = {"policy_input_list": [document("ecr:*")], "action_names": ["ecr:PutImage"], **params}
    code, said = await iam.fault("SimulateCustomPolicy", **ask)
    assert code == "InvalidInput"
    assert sentence in said and "\n" not in said


@pytest.mark.parametrize("name", ["SimulatePrincipalPolicy", "GetContextKeysForPrincipalPolicy"])
@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/nobody", "NoSuchEntity"),
        (f"arn:aws:iam::{ACCOUNT}:user/elsewhere/ann", "NoSuchEntity"),
        (f"arn:aws:iam::{ACCOUNT}:group/people", "NoSuchEntity"),
        (f"arn:aws:iam::{OTHER}:user/ann", "NoSuchEntity"),
        (f"arn:aws:iam::{ACCOUNT}:policy/Policy", "InvalidInput"),
        ("x" * 20, "InvalidInput"),
    ],
)
async def test_a_source_that_is_not_there_is_not_found(iam: Iam, name: str, arn: str, code: str) -> None:
    await iam.user("ann")
    actions = {"action_names": ["ecr:PutImage"]} if name.startswith("Simulate") else {}
    assert (await iam.fault(name, policy_source_arn=arn, **actions))[0] == code


async def test_a_principals_simulation_is_a_right_on_that_principal(iam: Iam) -> None:
    user = await iam.user("ann", tags=[{"Key": "team", "Value": "docks"}])
    (need,) = await iam.needs("SimulatePrincipalPolicy", policy_source_arn=user["Arn"], action_names=["ecr:PutImage"])
    assert (need.action, need.touched.arn) == ("iam:SimulatePrincipalPolicy", user["Arn"])
    assert need.touched.tags == {"team": "docks"}
    (need,) = await iam.needs("SimulateCustomPolicy", policy_input_list=["{}"], action_names=["ecr:PutImage"])
    assert need.touched.arn == "*"
