"""*Create policy* in the browser: two editors of one document, what it means beside it, and what is saved."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from cli.commands import Serving, environment

from .asked import ACCOUNT, arn_of, document_of
from .browser import ROOT, Watched, assert_sound, settle
from .clicking import READ, any_in_this_account, go_on, select, select_actions, select_service

TUTORIAL = ROOT / "docs" / "tutorial"
CREATE = "/iam/policies/create"
SignIn = Callable[..., None]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2)


def show(page: Page, editor: str) -> None:
    page.get_by_role("button", name=editor, exact=True).click()


def write(page: Page, document: str) -> None:
    """Put a document in the place of the JSON editor's."""
    page.get_by_role("textbox", name="Policy document").press("Control+a")
    page.keyboard.insert_text(document)


def line(page: Page, verb: str) -> Locator:
    """What the card says of a verb."""
    return page.get_by_role("definition").filter(
        has=page.locator(f"xpath=preceding-sibling::dt[1][normalize-space()='{verb}']")
    )


def create(page: Page, name: str) -> None:
    go_on(page)
    page.get_by_label("Policy name").fill(name)
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_text(f"Policy {name} created.")).to_be_visible()


def test_what_is_missing_is_told_while_one_clicks_and_added_by_one_click(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    sign_in("/iam/policies")
    page.get_by_role("button", name="Create policy").first.click()
    expect(page.get_by_text("Nothing is allowed yet.")).to_be_visible()
    assert_sound(watched)
    select_service(page)
    select_actions(page, READ)
    any_in_this_account(page)
    expect(page.get_by_role("button", name="Add it: docker login")).to_have_count(0)
    expect(page.get_by_role("button", name="Add it: docker pull")).to_be_visible()
    expect(page.get_by_text("ecr:GetDownloadUrlForLayer is missing")).to_be_visible()
    expect(page.get_by_text("docker pull needs one action more")).to_be_visible()
    assert_sound(watched)
    page.get_by_role("button", name="Add it: docker pull").click()
    expect(page.get_by_role("checkbox", name="GetDownloadUrlForLayer", exact=True)).to_be_checked()
    expect(page.get_by_text("ecr:GetDownloadUrlForLayer is missing")).to_have_count(0)
    expect(page.get_by_text("docker pull needs one action more")).to_have_count(0)
    create(page, "CreateMended")
    mended = json.loads((TUTORIAL / "MendedReadECRRepositoryContent.json").read_text())
    assert json.dumps(document_of(iam, "CreateMended")) == json.dumps(mended)


def test_details_are_reviewed_and_saved_with_it(page: Page, iam: Any, sign_in: SignIn, watched: Watched) -> None:
    sign_in(CREATE)
    go_on(page)
    expect(page.get_by_text("Select a service.", exact=True)).to_be_visible()
    expect(page.get_by_text("Fill in every block of permissions, or remove it.")).to_be_visible()
    select_service(page)
    expect(page.get_by_text("Select at least one action.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Tagging")).click()
    page.get_by_role("checkbox", name="All tagging actions").check()
    expect(page.get_by_text("Specify resources, or choose All.")).to_be_visible()
    page.get_by_role("button", name="Add ARNs of repository").click()
    dialog = page.get_by_role("dialog", name="Add ARNs of repository")
    dialog.get_by_label("Region").fill("eu-west-1")
    dialog.get_by_label("RepositoryName").fill("team/*")
    expect(dialog.get_by_label("Resource ARN")).to_have_value(f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/*")
    assert_sound(watched)
    dialog.get_by_role("button", name="Add ARNs").click()
    page.get_by_role("button", name="Request conditions").click()
    page.get_by_role("button", name="Add another condition").click()
    page.get_by_role("combobox", name="Condition key").fill("aws:SourceIp")
    page.get_by_role("combobox", name="Operator").fill("IpAddress")
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Value").fill("10.0.0.0/8\n192.168.0.0/16")
    assert_sound(watched)
    go_on(page)
    expect(page.get_by_role("heading", name="Review and create", level=1)).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Elastic Container Registry")
    expect(row).to_contain_text("Full: Tagging")
    expect(row).to_contain_text(f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/*")
    expect(row).to_contain_text("aws:SourceIp IpAddress 10.0.0.0/8, 192.168.0.0/16")
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_label("Policy name")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Policy name").fill("CreateTagging")
    page.get_by_label("Description").fill("Tags what team has")
    page.get_by_role("button", name="Add new tag").click()
    page.get_by_role("textbox", name="Key").fill("team")
    page.get_by_role("textbox", name="Value").last.fill("web")
    assert_sound(watched)
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_text("Policy CreateTagging created.")).to_be_visible()
    made = iam.get_policy(PolicyArn=arn_of("CreateTagging"))["Policy"]
    assert (made["Description"], made["Tags"]) == ("Tags what team has", [{"Key": "team", "Value": "web"}])
    assert document_of(iam, "CreateTagging")["Statement"] == [
        {
            "Sid": "VisualEditor0",
            "Effect": "Allow",
            "Action": ["ecr:TagResource", "ecr:UntagResource"],
            "Resource": f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/*",
            "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}},
        }
    ]


def test_what_the_visual_editor_cannot_show_is_kept_between_its_blocks(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    kept = {"Sid": "Boundary", "Effect": "Deny", "NotAction": ["ecr:*", "sts:*"], "Resource": "*"}
    shown = {"Effect": "Allow", "Action": "ecr:Describe*", "Resource": "*"}
    sign_in(CREATE)
    show(page, "JSON")
    write(page, policy(kept, shown))
    show(page, "Visual")
    expect(page.get_by_text("The visual editor can't show this statement")).to_be_visible()
    expect(page.get_by_role("region", name="Kept as JSON")).to_contain_text('"Boundary"')
    expect(page.get_by_text("ecr:Describe*", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^List \(Selected 2")).click()
    expect(page.get_by_role("checkbox", name="DescribeImages", exact=True)).to_be_disabled()
    page.get_by_role("checkbox", name="ListImages", exact=True).check()
    page.get_by_role("button", name="Add more permissions").click()
    select_service(page, "S3")
    page.get_by_role("checkbox", name="All S3 actions (s3:*)").check()
    page.get_by_role("radio", name="Deny").last.check()
    page.get_by_role("radio", name="All", exact=True).last.check()
    assert_sound(watched)
    show(page, "JSON")
    show(page, "Visual")
    create(page, "CreateKept")
    assert document_of(iam, "CreateKept")["Statement"] == [
        kept,
        {"Sid": "VisualEditor0", "Effect": "Allow", "Action": ["ecr:Describe*", "ecr:ListImages"], "Resource": "*"},
        {"Sid": "VisualEditor1", "Effect": "Deny", "Action": "s3:*", "Resource": "*"},
    ]


def test_a_document_that_cannot_be_saved_goes_no_further_and_says_where_it_is_wrong(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    sign_in(CREATE)
    show(page, "JSON")
    write(page, '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"')
    expect(page.get_by_text("The document can't be read yet.")).to_be_visible()
    expect(page.get_by_role("status", name="Findings in Policy document")).to_contain_text("Ln 1")
    go_on(page)
    expect(page.get_by_text("Mend the document first")).to_be_visible()
    show(page, "Visual")
    expect(page.get_by_text("This document can't be shown in the visual editor.")).to_be_visible()
    assert_sound(watched)
    write(page, policy({"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}))
    expect(page.get_by_text("Mend the document first")).to_have_count(0)
    create(page, "CreateByHand")
    assert document_of(iam, "CreateByHand")["Statement"][0]["Action"] == "ecr:GetAuthorizationToken"


def test_whoever_is_quicker_than_the_verdict_is_led_back_to_what_is_wrong(
    page: Page, iam: Any, sign_in: SignIn
) -> None:
    sign_in(CREATE)
    show(page, "JSON")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("/api/verdict"), hold)
    with page.expect_request(lambda request: "/api/verdict" in request.url and ": 7}" in (request.post_data or "")):
        write(page, '{"Version": "2012-10-17", "Statement": 7}')
    go_on(page)
    page.get_by_label("Policy name").fill("CreateQuick")
    for route in held:
        route.continue_()
    settle(page)
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("heading", name="Specify permissions", level=1)).to_be_visible()
    expect(page.get_by_text("Mend the document first")).to_be_visible()


def test_what_the_json_lacks_is_added_to_it_too(page: Page, iam: Any, sign_in: SignIn) -> None:
    own = {"Sid": "Mine", "Effect": "Allow", "Action": "ecr:BatchGetImage", "Resource": "*"}
    sign_in(CREATE)
    show(page, "JSON")
    write(page, policy(own))
    page.get_by_role("button", name="Add it: docker pull").click()
    expect(page.get_by_role("button", name="Add it: docker pull")).to_have_count(0)
    page.get_by_role("button", name="Add it: Delete an image").click()
    expect(page.get_by_role("button", name="Add it: Delete an image")).to_have_count(0)
    create(page, "CreateAdded")
    statement = document_of(iam, "CreateAdded")["Statement"][0]
    assert statement["Sid"] == "Mine"
    assert {"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchDeleteImage"} <= set(statement["Action"])


def test_what_copy_as_shows_makes_the_same_policy(
    page: Page, iam: Any, server: Serving, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in(CREATE)
    select_service(page)
    select_actions(page, READ)
    any_in_this_account(page)
    go_on(page)
    page.get_by_label("Description").fill('It\'s "quoted" $HOME')
    page.get_by_role("button", name="Copy as").click()
    told = environment(
        AWS_ENDPOINT_URL=server.url,
        AWS_REGION="us-east-1",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_ACCESS_KEY_ID=server.root.access_key,
        AWS_SECRET_ACCESS_KEY=server.root.secret_key,
        PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin",
    )
    for name, tab, command in (
        ("CreateByCli", "aws CLI", ["sh", "-ec"]),
        ("CreateByBoto3", "boto3", [sys.executable, "-c"]),
    ):
        page.get_by_label("Policy name").fill(name)
        page.get_by_role("tab", name=tab).click()
        text = page.get_by_role("region", name=tab).inner_text()
        done = subprocess.run([*command, text], env=told, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert document_of(iam, name) == json.loads((TUTORIAL / "ReadECRRepositoryContent.json").read_text())
        assert iam.get_policy(PolicyArn=arn_of(name))["Policy"]["Description"] == 'It\'s "quoted" $HOME'
    page.get_by_role("tab", name="CloudFormation").click()
    expect(page.get_by_role("region", name="CloudFormation")).to_contain_text("AWS::IAM::ManagedPolicy")
    page.get_by_role("tab", name="Terraform").click()
    expect(page.get_by_role("region", name="Terraform")).to_contain_text('resource "aws_iam_policy"')


def test_a_document_that_was_only_looked_at_by_blocks_is_saved_as_it_was_written(
    page: Page, iam: Any, sign_in: SignIn
) -> None:
    text = '{"Statement": {"Resource": "*", "Effect": "Allow", "Action": ["ecr:ListImages"]}, "Version": "2012-10-17"}'
    sign_in(CREATE)
    show(page, "JSON")
    write(page, text)
    show(page, "Visual")
    expect(page.get_by_role("button", name=re.compile(r"^List \(Selected 1"))).to_be_visible()
    create(page, "CreateLookedAt")
    assert json.dumps(document_of(iam, "CreateLookedAt")) == text


def test_a_policy_is_edited_by_clicking(page: Page, iam: Any, sign_in: SignIn, watched: Watched) -> None:
    text = (TUTORIAL / "ReadECRRepositoryContent.json").read_text()
    iam.create_policy(PolicyName="CreateEdited", PolicyDocument=text)
    sign_in(f"/iam/policies/{arn_of('CreateEdited').replace('/', '%2F')}/edit")
    page.get_by_role("button", name="Add it: docker pull").wait_for()
    show(page, "Visual")
    select_actions(page, {"Read": ["GetDownloadUrlForLayer"]})
    expect(page.get_by_role("button", name="Add it: docker pull")).to_have_count(0)
    assert_sound(watched)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("A new version of CreateEdited was saved.")).to_be_visible()
    mended = json.loads((TUTORIAL / "MendedReadECRRepositoryContent.json").read_text())
    assert document_of(iam, "CreateEdited") == mended


def test_the_list_is_filtered_by_type_and_the_filter_is_in_the_address(page: Page, iam: Any, sign_in: SignIn) -> None:
    iam.create_policy(
        PolicyName="CreateListed", PolicyDocument=(TUTORIAL / "ReadECRRepositoryContent.json").read_text()
    )
    sign_in("/iam/policies")
    aws = page.get_by_role("link", name="AdministratorAccess", exact=True)
    expect(aws).to_be_visible()
    select(page, "Filter by Type", "Customer managed")
    expect(aws).to_have_count(0)
    expect(page.get_by_role("link", name="CreateListed")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="CreateListed")).to_be_visible()
    expect(aws).to_have_count(0)
    select(page, "Filter by Type", "AWS managed")
    expect(aws).to_be_visible()
    expect(page.get_by_role("link", name="CreateListed")).to_have_count(0)


def test_a_refused_or_failed_creation_leads_back_to_what_was_filled_in(
    page: Page, server: Serving, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    reading = ("iam:List*", "iam:Get*", "dockreeve:*")
    sign_in(CREATE, server.user("create-reader", *reading))
    select_service(page)
    select_actions(page, {"List": ["ListImages"]})
    any_in_this_account(page)
    go_on(page)
    page.get_by_label("Policy name").fill("CreateTwice")
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_text("is not authorized to perform: iam:CreatePolicy")).to_be_visible()
    expect(page.get_by_role("link", name="Why was this refused?")).to_be_visible()
    page.get_by_role("button", name="Back to the form").click()
    expect(page.get_by_label("Policy name")).to_have_value("CreateTwice")
    allowed = policy({"Effect": "Allow", "Action": "iam:CreatePolicy", "Resource": "*"})
    iam.put_user_policy(UserName="create-reader", PolicyName="more", PolicyDocument=allowed)
    iam.create_policy(PolicyName="CreateTwice", PolicyDocument=allowed)
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_text("A policy called CreateTwice already exists.")).to_be_visible()
    watched.forget("403", "409")
    assert_sound(watched)
    page.get_by_role("button", name="Back to the form").click()
    page.get_by_label("Policy name").fill("CreateOnce")
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_text("Policy CreateOnce created.")).to_be_visible()


def test_a_verdict_that_is_refused_leaves_the_editor_usable(
    page: Page, server: Serving, iam: Any, sign_in: SignIn
) -> None:
    sign_in(CREATE, server.user("create-narrow", "iam:*", "dockreeve:ListServices", "dockreeve:GetService"))
    select_service(page)
    select_actions(page, {"Read": ["GetAuthorizationToken"]})
    expect(page.get_by_text("is not authorized to perform: dockreeve:GetVerdict")).to_be_visible()
    expect(page.get_by_text("is not authorized to perform: dockreeve:LintPolicy")).to_be_visible()
    create(page, "CreateUnjudged")
    assert document_of(iam, "CreateUnjudged")["Statement"][0]["Resource"] == "*"


def test_what_a_role_will_lack_is_added_as_one_more_policy(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    text = (TUTORIAL / "ReadECRRepositoryContent.json").read_text()
    iam.create_policy(PolicyName="CreateForRole", PolicyDocument=text)
    sign_in("/iam/roles/create")
    select(page, "Service or use case", "EC2")
    go_on(page)
    select(page, "Filter by Type", "Customer managed")
    page.get_by_role("checkbox", name="CreateForRole").check()
    page.get_by_role("button", name="Add it: docker pull").click()
    dialog = page.get_by_role("dialog", name="Create policy")
    dialog.get_by_label("Policy name").fill("CreateDownload")
    assert_sound(watched)
    dialog.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("checkbox", name="CreateDownload")).to_be_checked()
    expect(page.get_by_role("button", name="Add it: docker pull")).to_have_count(0)
    assert document_of(iam, "CreateDownload")["Statement"][0]["Action"] == "ecr:GetDownloadUrlForLayer"


def test_a_policy_is_made_by_keyboard_alone(page: Page, iam: Any, sign_in: SignIn) -> None:
    def tab_to(target: Locator) -> None:
        target.wait_for()
        for _ in range(60):
            if target.evaluate("(each) => each === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached")

    sign_in()
    tab_to(page.get_by_role("combobox", name="Search for pages"))
    page.keyboard.type("Policies")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page.get_by_role("button", name="Create policy").first)
    page.keyboard.press("Enter")
    tab_to(page.get_by_role("button", name="Select a service Search for a service"))
    page.keyboard.press("Enter")
    page.keyboard.type("Elastic Container Registry")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page.get_by_role("searchbox", name="Filter Actions"))
    page.keyboard.type("GetAuthorizationToken")
    tab_to(page.get_by_role("checkbox", name="GetAuthorizationToken", exact=True))
    page.keyboard.press("Space")
    tab_to(page.get_by_role("button", name="Next", exact=True))
    page.keyboard.press("Enter")
    tab_to(page.get_by_label("Policy name"))
    page.keyboard.type("CreateByKeyboard")
    tab_to(page.get_by_role("button", name="Create policy"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Policy CreateByKeyboard created.")).to_be_visible()
    assert document_of(iam, "CreateByKeyboard")["Statement"][0]["Action"] == "ecr:GetAuthorizationToken"
