"""What several tests click: the steps of AWS's console, by its labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from playwright.sync_api import Page

# Of the tutorial: access levels and the actions to select.
READ = {
    "List": ("DescribeImages", "ListImages"),
    "Read": (
        "BatchGetImage",
        "DescribeRegistry",
        "DescribeRepositories",
        "GetAccountSetting",
        "GetAuthorizationToken",
    ),
}
WRITE = {
    "Read": ("BatchCheckLayerAvailability", "GetAuthorizationToken"),
    "Write": ("CompleteLayerUpload", "InitiateLayerUpload", "PutImage", "UploadLayerPart"),
}


def select(page: Page, label: str, option: str) -> None:
    """Choose from a list."""
    page.get_by_role("button", name=label).click()
    page.get_by_role("option", name=option).first.click()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Next", exact=True).click()


def select_service(page: Page, name: str = "Elastic Container Registry") -> None:
    """Of the block that has none yet."""
    page.get_by_role("button", name="Select a service Search for a service").click()
    page.get_by_role("combobox", name="Search for a service").fill(name)
    page.get_by_role("option", name=re.compile(f"^{re.escape(name)}( [a-z0-9-]+)?$")).first.click()


def select_actions(page: Page, levels: Mapping[str, Sequence[str]]) -> None:
    """Open each access level and check its actions."""
    for level, actions in levels.items():
        page.get_by_role("button", name=re.compile(rf"^{level} \(Selected ")).click()
        for action in actions:
            page.get_by_role("checkbox", name=action, exact=True).check()


def any_in_this_account(page: Page) -> None:
    """*Resources*: *Specific*, *Any in this account*."""
    page.get_by_role("radio", name="Specific", exact=True).check()
    page.get_by_role("checkbox", name="Any in this account").check()
