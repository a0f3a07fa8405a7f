"""The committed templates are what the checkout synthesises, with nothing but the checkout."""

import json
import os
import subprocess
import sys
from pathlib import Path

from infra.app import STACKS
from infra.export import TEMPLATES, Template

ROOT = Path(__file__).parents[2]

OFFLINE = """
import json, sys

def refuse(event, details):
    if event == "socket.connect":
        raise PermissionError(f"synthesising connected to {details[1]}")

sys.addaudithook(refuse)
from infra.export import rendered, synthesized
print(json.dumps({name: rendered(template) for name, template in synthesized().items()}))
"""
NODE_OFFLINE = """
require('net').Socket.prototype.connect = () => { throw new Error('synthesising connected'); };
require('fs').writeFileSync(process.env.SOUK_OFFLINE_PROOF, 'loaded');
"""


def test_the_committed_templates_are_what_is_synthesised_offline_and_without_credentials(tmp_path: Path) -> None:
    guard, proof = tmp_path / "offline.js", tmp_path / "proof"
    guard.write_text(NODE_OFFLINE)
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "PYTHONPATH": str(ROOT)}
    env |= {"NODE_OPTIONS": f"--require {guard}", "SOUK_OFFLINE_PROOF": str(proof)}
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert proof.exists()
    made = json.loads(done.stdout)
    on_disk = {name: (TEMPLATES / f"{name}.json").read_text(encoding="utf-8") for name in STACKS}
    stale = [name for name in STACKS if made[name] != on_disk[name]]
    assert not stale, f"run `make synth`: {', '.join(stale)} changed"


def test_no_template_is_larger_than_cloudformation_takes(data: Template, api: Template) -> None:
    inline, uploaded = 51_200, 1_000_000  # AWS CloudFormation quotas: template body in a request, in an S3 object
    assert len(json.dumps(data)) < inline
    assert len(json.dumps(api)) < uploaded


def test_templates_hold_no_account_no_region_and_no_hash(data: Template, api: Template) -> None:
    """They are the same for everybody; code and addresses come in as parameters."""
    for template in (data, api):
        assert not {"Mappings", "Rules", "Conditions"} & set(template)
        assert "us-east-1" not in json.dumps(template)
        assert all(
            not made["Type"].startswith(("Custom::", "AWS::CloudFormation::"))
            for made in template["Resources"].values()
        )
