"""The conformance API itself: what is committed is what is meant, and it fits through CloudFormation's door."""

import json
import subprocess
import sys
from pathlib import Path

from graphql import ObjectTypeDefinitionNode, parse

from tests.conformance.template import FILE, HERE, NESTED, WITHOUT_RESOLVER, resolved, template, text

BODY_LIMIT = 51_200
"""Bytes of a template in a request (AWS CloudFormation quotas); above it an account needs a bucket for it."""
INLINE_LIMIT = 4_096
"""Characters of a function's code in a template, in regions that have not got the larger limit."""


def test_the_committed_template_is_in_step() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run `.venv/bin/python -m tests.conformance.template`"


def test_it_needs_no_bucket() -> None:
    assert len(text().encode()) <= BODY_LIMIT
    assert len((HERE / "index.py").read_text(encoding="utf-8")) <= INLINE_LIMIT


def test_cfn_lint_finds_nothing_wrong() -> None:
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([linter, FILE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_function_needs_nothing_that_lambda_has_not_got() -> None:
    lines = (HERE / "index.py").read_text(encoding="utf-8").splitlines()
    names = {line.split()[1].split(".")[0] for line in lines if "import " in line}
    assert names <= set(sys.stdlib_module_names)


def test_what_is_said_about_resolvers_is_about_fields_that_exist() -> None:
    fields = {
        f"{kind.name.value}.{field.name.value}"
        for kind in parse((HERE / "api.graphql").read_text(encoding="utf-8")).definitions
        if isinstance(kind, ObjectTypeDefinitionNode)
        for field in kind.fields
    }
    assert fields >= {*WITHOUT_RESOLVER, *NESTED, *resolved()}
    made = [one for one in template()["Resources"].values() if one["Type"] == "AWS::AppSync::Resolver"]
    assert len(made) == len(resolved())
    assert json.dumps(made)
