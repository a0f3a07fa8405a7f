"""Others' rules for CloudFormation and for AWS, and what we say to what they find."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.export import TEMPLATES, Template
from infra.nag import EXCUSES, Finding, excuse, findings
from tests.infra.everything import everything, synthesized


def test_cfn_lint_finds_nothing() -> None:
    lint = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run([lint, *sorted(TEMPLATES.glob("*.json"))], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@dataclass(frozen=True)
class Checked:
    """An app's templates, and what the checks find in them."""

    templates: dict[str, Template]
    found: list[Finding]


@pytest.fixture(scope="module")
def ours(data: Template, api: Template) -> Checked:
    return Checked({"SoukData": data, "SoukApi": api}, findings())


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """A shop that declares what ours need not."""
    return Checked(synthesized(str(tmp_path_factory.mktemp("cdk"))), findings(everything))


def test_whatever_cdk_nag_finds_has_its_reason(ours: Checked, others: Checked) -> None:
    for checked in (ours, others):
        assert [finding for finding in checked.found if excuse(finding, checked.templates) is None] == []


def test_no_reason_outlives_what_it_excuses(ours: Checked, others: Checked) -> None:
    used = {
        (each.rule, checked.templates[stack]["Resources"][name]["Type"])
        for checked in (ours, others)
        for each in checked.found
        for stack, name in [each.path.split("/")]
    }
    assert set(EXCUSES) <= used


def test_a_finding_without_a_reason_is_not_excused(data: Template, api: Template) -> None:
    templates = {"SoukData": data, "SoukApi": api}
    assert excuse(Finding("AwsSolutions-DDB3", "SoukData/CatalogTable"), templates) is None
    assert excuse(Finding("AwsSolutions-IAM5", "SoukApi/CatalogFunctionRole", "arn:aws:s3:::all/*"), templates) is None
