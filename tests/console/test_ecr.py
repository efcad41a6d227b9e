"""The pages of Elastic Container Registry: what is done there is what boto3 finds, and the other way round."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cli.commands import Serving
from clients.layout import write_layout
from clients.server import Keys
from clients.tools import Tool, container_tool

from .browser import Watched, assert_sound
from .pushed import HELLO, Pusher, created, ecr_of, tags_of

SignIn = Callable[..., None]
SBOM = "application/vnd.example.sbom+json"
LIST = "/ecr/repositories"


def at(name: str, more: str = "") -> str:
    """The address of a repository, or of something below it."""
    return f"{LIST}/{name.replace('/', '%2F')}{more}"


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))


def short(digest: str) -> str:
    return digest[: len("sha256:") + 12]


def confirm(page: Page, word: str) -> None:
    """Delete, as the dialog wants it confirmed."""
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Delete")).to_be_disabled()
    dialog.get_by_label(f"To confirm, type {word}").fill(word)
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_have_count(0)


def write_policy(page: Page, text: str) -> None:
    """Put a text in the place of all that is in the editor."""
    page.get_by_role("textbox", name="Policy JSON").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def ran(commands: Sequence[str], tool: Tool, server: Serving, folder: Path) -> None:
    """Run the lines in a shell that knows root's key and nothing else of the server."""
    (folder / "registries.conf").write_text("")  # that of other tests knows this host as insecure
    mine = Keys(server.root.access_key, server.root.secret_key).environment()
    bare = {"CONTAINERS_REGISTRIES_CONF": str(folder / "registries.conf"), "AWS_CONFIG_FILE": str(folder / "none")}
    path = f"{Path(sys.executable).parent}:{tool.environment.get('PATH', '')}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(commands)],
        cwd=folder,
        env={**tool.environment, **mine, **bare, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def team(server: Serving) -> Pusher:
    """A repository that the tests only look at: an index of two images, one of which an SBOM refers to."""
    pusher = created(server, "console-team/app")
    amd, arm = pusher.image("amd"), pusher.image("arm", config={**HELLO, "architecture": "arm64"})
    pusher.index("both", {"linux/amd64": amd, "linux/arm64": arm})
    pusher.artifact(amd, SBOM)
    return pusher


def digest_of(pusher: Pusher, tag: str) -> str:
    found = pusher.ecr.describe_images(repositoryName=pusher.repository, imageIds=[{"imageTag": tag}])
    digest: str = found["imageDetails"][0]["imageDigest"]
    return digest


def test_a_repository_is_created_with_what_was_typed(
    page: Page, server: Serving, sign_in: SignIn, watched: Watched
) -> None:
    sign_in(LIST)
    page.get_by_role("button", name="Create repository").first.click()
    name = page.get_by_label("Repository name")
    for typed, said in (
        ("Team", "The name has lowercase letters only."),
        ("team/", "The name neither begins nor ends with /"),
        ("te..am", "Between letters and digits stand one ."),
    ):
        name.fill(typed)
        expect(page.get_by_text(said)).to_be_visible()
    name.fill("console-made/app")
    page.get_by_role("radio", name="Immutable").click()
    page.get_by_label("Immutable tag exclusions").fill("dev-*, latest")
    page.get_by_role("button", name="Add tag").click()
    page.get_by_role("textbox", name="Key").fill("team")
    page.get_by_role("textbox", name="Value").fill("blue")
    page.get_by_role("button", name="Copy as").click()
    expect(page.get_by_role("region", name="aws CLI")).to_contain_text("aws ecr create-repository")
    expect(page.get_by_role("region", name="aws CLI")).to_contain_text("console-made/app")
    assert_sound(watched)
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_text("The repository console-made/app was created.")).to_be_visible()
    expect(page.get_by_role("heading", name="console-made/app", level=1)).to_be_visible()
    ecr = ecr_of(server)
    [made] = ecr.describe_repositories(repositoryNames=["console-made/app"])["repositories"]
    assert made["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert [each["filter"] for each in made["imageTagMutabilityExclusionFilters"]] == ["dev-*", "latest"]
    tags = ecr.list_tags_for_resource(resourceArn=made["repositoryArn"])["tags"]
    assert tags == [{"Key": "team", "Value": "blue"}]


def test_a_name_that_is_taken_is_refused_in_awss_words(page: Page, server: Serving, sign_in: SignIn) -> None:
    created(server, "console-taken")
    sign_in("/ecr/create-repository")
    page.get_by_label("Repository name").fill("console-taken")
    page.get_by_label("Repository name").press("Enter")
    expect(page.get_by_text("The repository with name 'console-taken' already exists")).to_be_visible()


@pytest.mark.parametrize(
    "tool",
    ["skopeo", pytest.param("podman", marks=pytest.mark.slow), pytest.param("buildah", marks=pytest.mark.slow)],
)
def test_the_push_commands_work_as_they_stand_there(
    page: Page, server: Serving, sign_in: SignIn, watched: Watched, tmp_path: Path, tool: str
) -> None:
    found = container_tool(tool, tmp_path / "home")
    if found is None:
        pytest.skip(f"{tool} is not installed: run scripts/clients.")
    name = f"console-push/{tool}"
    created(server, name)
    write_layout(tmp_path / tool)
    (tmp_path / "Dockerfile").write_text(f"FROM scratch\nCOPY {tool}/oci-layout /\n")
    sign_in(at(name))
    expect(page.get_by_text("No images", exact=True)).to_be_visible()
    page.get_by_role("button", name="View push commands").last.click()
    page.get_by_role("tab", name=tool).click()
    expect(page.get_by_role("list", name=tool)).to_be_visible()
    assert_sound(watched)
    commands = page.get_by_role("list", name=tool).get_by_role("code").all_inner_texts()
    ran(commands, found, server, tmp_path)
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Refresh").click()
    expect(row(page, "latest")).to_be_visible()


def test_images_are_listed_filtered_and_deleted_with_the_index_that_names_them(
    page: Page, server: Serving, sign_in: SignIn, watched: Watched
) -> None:
    pusher = created(server, "console-images")
    amd, arm = pusher.image(), pusher.image(config={**HELLO, "architecture": "arm64"})
    pusher.index("both", {"linux/amd64": amd, "linux/arm64": arm})
    pusher.image("kept", files={"kept": b"kept"})
    sign_in(at("console-images"))
    expect(row(page, "both")).to_contain_text("Image index")
    expect(row(page, f"Untagged {short(amd).removeprefix('sha256:')}")).to_be_visible()
    assert_sound(watched)
    page.get_by_role("button", name="Tag status").click()
    page.get_by_role("option", name="Untagged").click()
    expect(page).to_have_url(re.compile(r"status=UNTAGGED"))
    expect(page.get_by_role("rowheader")).to_have_count(2)
    page.get_by_role("button", name="Tag status").click()
    page.get_by_role("option", name="All images").click()
    expect(page.get_by_role("rowheader")).to_have_count(4)
    for name in (short(amd), "both", short(arm)):
        page.get_by_role("checkbox", name=f"Select {name}").click()
    page.get_by_role("button", name="Delete").last.click()
    confirm(page, "3 images")
    expect(page.get_by_text("3 images were deleted.")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(1)
    assert tags_of(pusher.ecr, "console-images") == ["kept"]


def test_an_image_that_an_index_needs_stays_and_the_reason_is_told(
    page: Page, server: Serving, sign_in: SignIn
) -> None:
    pusher = created(server, "console-needed")
    image = pusher.image("one")
    pusher.index("all", {"linux/amd64": image})
    sign_in(at("console-needed", f"/images/{image}"))
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To confirm, type").fill(short(image))
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog.get_by_text("manifest list")).to_be_visible()
    assert tags_of(pusher.ecr, "console-needed") == ["all", "one"]


def test_an_image_shows_its_layers_configuration_manifest_and_what_refers_to_it(
    page: Page, team: Pusher, sign_in: SignIn, watched: Watched
) -> None:
    amd = digest_of(team, "amd")
    sign_in(at(team.repository))
    page.get_by_role("link", name="amd", exact=True).click()
    expect(page.get_by_role("heading", name="console-team/app:amd", level=1)).to_be_visible()
    expect(page.get_by_text("application/vnd.oci.image.layer.v1.tar+gzip", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Environment")).to_contain_text("GREETING=hello")
    expect(page.get_by_text("--name 'the world'")).to_be_visible()
    page.get_by_role("button", name="History").click()
    expect(page.get_by_text("COPY hello /bin/hello # buildkit", exact=True)).to_be_visible()
    page.get_by_role("button", name="Manifest").click()
    shown = json.loads(page.get_by_role("region", name="Manifest").inner_text())
    assert shown == json.loads(team.text(amd))
    assert_sound(watched)
    page.get_by_role("row").filter(has_text=SBOM).get_by_role("link").click()
    expect(page.get_by_text("Refers to", exact=True)).to_be_visible()
    expect(page.get_by_text(f"Artifact type: {SBOM}")).to_be_visible()
    page.get_by_role("link", name=short(amd)).click()
    expect(page.get_by_role("heading", name="console-team/app:amd", level=1)).to_be_visible()


def test_an_index_leads_to_the_image_of_each_platform(
    page: Page, team: Pusher, sign_in: SignIn, watched: Watched
) -> None:
    sign_in(at(team.repository, f"/images/{digest_of(team, 'both')}"))
    expect(page.get_by_role("link", name="linux/amd64")).to_be_visible()
    assert_sound(watched)
    page.get_by_role("link", name="linux/arm64").click()
    expect(page.get_by_role("heading", name="console-team/app:arm", level=1)).to_be_visible()
    expect(page.get_by_text("linux/arm64")).to_be_visible()
    page.get_by_role("link", name="console-team/app", exact=True).click()
    expect(page.get_by_role("rowheader", name="both")).to_be_visible()


def test_a_repositorys_policy_is_checked_while_it_is_written_saved_and_deleted(
    page: Page, server: Serving, sign_in: SignIn, watched: Watched
) -> None:
    ecr = created(server, "console-policy").ecr
    sign_in(at("console-policy", "?tab=permissions"))
    page.get_by_role("button", name="Create policy").click()
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "ecr:BatchGetImage"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*"}]})
    write_policy(page, document)
    findings = page.get_by_role("status", name="Findings in Policy JSON")
    expect(findings).to_contain_text("Resource is no element of a repository policy.")
    watched.forget("400")  # there was no policy
    assert_sound(watched)
    fixed = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    write_policy(page, fixed)
    expect(findings).not_to_contain_text("is no element")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The policy was saved.")).to_be_visible()
    assert json.loads(ecr.get_repository_policy(repositoryName="console-policy")["policyText"]) == json.loads(fixed)
    page.get_by_role("tabpanel").get_by_role("button", name="Delete").click()
    confirm(page, "policy")
    expect(page.get_by_text("There is no policy yet")).to_be_visible()
    with pytest.raises(ecr.exceptions.RepositoryPolicyNotFoundException):
        ecr.get_repository_policy(repositoryName="console-policy")


def test_the_registrys_policy_is_written_and_deleted(
    page: Page, server: Serving, sign_in: SignIn, watched: Watched
) -> None:
    ecr = ecr_of(server)
    sign_in("/ecr/registry/permissions")
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("textbox", name="Policy JSON")).to_have_count(1)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The policy was saved.")).to_be_visible()
    assert json.loads(ecr.get_registry_policy()["policyText"])["Statement"][0]["Sid"] == "AllowPull"
    watched.forget("400")  # there was no policy
    assert_sound(watched)
    page.get_by_role("button", name="Delete").click()
    confirm(page, "policy")
    expect(page.get_by_text("There is no policy yet")).to_be_visible()


def test_tags_and_settings_are_saved(page: Page, server: Serving, sign_in: SignIn, watched: Watched) -> None:
    ecr = created(server, "console-set", tags=[{"Key": "old", "Value": "1"}, {"Key": "kept", "Value": "1"}]).ecr
    sign_in(at("console-set", "?tab=tags"))
    page.get_by_role("button", name="Remove tag old").click()
    page.get_by_role("textbox", name="Value").fill("2")
    page.get_by_role("button", name="Add tag").click()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Enter a key.")).to_be_visible()
    page.get_by_role("textbox", name="Key").last.fill("new")
    assert_sound(watched)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("The tags were saved.")).to_be_visible()
    page.get_by_role("tab", name="Settings").click()
    page.get_by_role("radio", name="Immutable").click()
    assert_sound(watched)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("The settings were saved.")).to_be_visible()
    [found] = ecr.describe_repositories(repositoryNames=["console-set"])["repositories"]
    assert found["imageTagMutability"] == "IMMUTABLE"
    tags = ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"kept": "2", "new": ""}


def test_who_can_pull_is_told_with_the_statements_by_which_they_can(
    page: Page, server: Serving, team: Pusher, sign_in: SignIn, watched: Watched
) -> None:
    server.user("console-puller", "ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    server.user("console-lister", "ecr:ListImages")
    aws_own = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"
    server.user("console-aws-reader")
    assert server.ask("iam:AttachUserPolicy", UserName="console-aws-reader", PolicyArn=aws_own).status == 200
    sign_in(at(team.repository, "?tab=who"))
    puller = row(page, "user console-puller")
    expect(puller).to_contain_text("Yes")
    expect(puller).to_contain_text("identity policy own, statement 1")
    expect(row(page, "user console-lister")).to_have_count(0)
    assert_sound(watched)
    page.get_by_role("button", name="What is to be done").click()
    page.get_by_role("option", name="Push").click()
    expect(page).to_have_url(re.compile("verb=push"))
    expect(puller).to_have_count(0)
    page.go_back()
    row(page, "user console-aws-reader").get_by_role("link", name="AWS managed policy AmazonEC2Container").click()
    expect(page.get_by_role("heading", name="AmazonEC2ContainerRegistryReadOnly", level=1)).to_be_visible()


def test_a_repository_is_deleted_with_its_images_once_that_was_said(
    page: Page, server: Serving, sign_in: SignIn, watched: Watched
) -> None:
    pusher = created(server, "console-gone/full")
    pusher.image("1")
    created(server, "console-gone/empty")
    sign_in(f"{LIST}?q=console-gone")
    page.get_by_role("radio", name="Select console-gone/empty").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The repository is empty.")).to_be_visible()
    confirm(page, "console-gone/empty")
    page.get_by_role("radio", name="Select console-gone/full").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("This repository holds images. ALL of them are deleted with it")).to_be_visible()
    assert_sound(watched)
    confirm(page, "console-gone/full")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    names = [each["repositoryName"] for each in pusher.ecr.describe_repositories()["repositories"]]
    assert not [name for name in names if name.startswith("console-gone")]


def test_a_reader_sees_everything_and_is_told_what_is_refused(
    page: Page, server: Serving, team: Pusher, sign_in: SignIn, watched: Watched
) -> None:
    keys = server.user("console-reader", "ecr:Describe*", "ecr:List*", "ecr:Get*", "ecr:BatchGet*")
    sign_in(at(team.repository), keys)
    page.get_by_role("checkbox", name="Select arm").click()
    page.get_by_role("button", name="Delete").last.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To confirm, type 1 image").fill("1 image")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog.get_by_text("is not authorized to perform: ecr:BatchDeleteImage")).to_be_visible()
    expect(dialog.get_by_role("link", name="Why was this refused?")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("tab", name="Permissions").click()
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_text("is not authorized to perform: dockreeve:LintPolicy")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is not authorized to perform: ecr:SetRepositoryPolicy")).to_be_visible()
    page.get_by_role("tab", name="Settings").click()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("is not authorized to perform: ecr:PutImageTagMutability")).to_be_visible()
    page.get_by_role("tab", name="Who can pull this").click()
    expect(page.get_by_text("is not authorized to perform: dockreeve:GetAccess")).to_be_visible()
    page.goto(f"{server.url}/console" + at(team.repository, f"/images/{digest_of(team, 'amd')}"))
    expect(page.get_by_role("region", name="Environment")).to_contain_text("GREETING=hello")
    watched.forget("400", "403")
    assert_sound(watched)
    assert "arm" in tags_of(team.ecr, team.repository)


def test_who_may_list_but_not_describe_sees_tags_and_digests(
    page: Page, server: Serving, team: Pusher, sign_in: SignIn, watched: Watched
) -> None:
    sign_in(at(team.repository), server.user("console-list-only", "ecr:ListImages"))
    expect(page.get_by_text("Only tags and digests are shown")).to_be_visible()
    expect(page.get_by_text("is not authorized to perform: ecr:DescribeImages")).to_be_visible()
    expect(row(page, "amd")).to_contain_text(short(digest_of(team, "amd")))
    page.get_by_role("link", name="amd", exact=True).click()
    expect(page.get_by_text("is not authorized to perform: ecr:BatchGetImage").first).to_be_visible()
    watched.forget("400", "403")
    assert_sound(watched)


def test_a_repository_that_is_not_there_says_so(page: Page, sign_in: SignIn, watched: Watched) -> None:
    sign_in(at("console-no-such"))
    expect(page.get_by_text("The repository with name 'console-no-such' does not exist").first).to_be_visible()
    watched.forget("400")
    assert_sound(watched)


@pytest.mark.slow
def test_a_large_repository_comes_in_pages_of_the_server(
    page: Page, server: Serving, sign_in: SignIn, watched: Watched
) -> None:
    pusher = created(server, "console-large")
    base = json.loads(pusher.text(pusher.image("base")))
    made = {
        pusher.manifest({**base, "annotations": {"number": str(number)}}, f"v{number}"): number
        for number in range(1100)
    }
    last = made[max(made)]  # by digest, hence not on the first page of 1,000
    sign_in(at("console-large"))
    expect(page.get_by_text("The first 1,000 images by digest are loaded")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(20)
    page.get_by_role("searchbox", name="Find images").fill(f"v{last}")
    expect(page.get_by_role("rowheader", name=f"v{last}", exact=True)).to_be_visible()
    page.get_by_role("searchbox", name="Find images").fill("")
    assert_sound(watched)
    page.get_by_role("button", name="Load all").click()
    expect(page.get_by_text("(1101)")).to_be_visible()
    expect(page.get_by_role("button", name="Load all")).to_have_count(0)
