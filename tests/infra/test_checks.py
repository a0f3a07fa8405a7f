"""Others' rules for CloudFormation and for AWS, and what we say to what they find."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.export import TEMPLATES, Template
from infra.nag import EXCUSES, Finding, excuse, findings


def test_cfn_lint_finds_nothing() -> None:
    lint = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run([lint, *sorted(TEMPLATES.glob("*.json"))], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    return findings()


def test_whatever_cdk_nag_finds_has_its_reason(found: list[Finding], data: Template, api: Template) -> None:
    templates = {"SoukData": data, "SoukApi": api}
    assert [finding for finding in found if excuse(finding, templates) is None] == []


def test_no_reason_outlives_what_it_excuses(found: list[Finding], data: Template, api: Template) -> None:
    templates = {"SoukData": data, "SoukApi": api}
    used = {
        (each.rule, templates[stack]["Resources"][name]["Type"])
        for each in found
        for stack, name in [each.path.split("/")]
    }
    assert set(EXCUSES) <= used


def test_a_finding_without_a_reason_is_not_excused(data: Template, api: Template) -> None:
    templates = {"SoukData": data, "SoukApi": api}
    assert excuse(Finding("AwsSolutions-DDB3", "SoukData/CatalogTable"), templates) is None
    assert excuse(Finding("AwsSolutions-IAM5", "SoukApi/CatalogFunctionRole", "arn:aws:s3:::all/*"), templates) is None
