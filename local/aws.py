"""boto3 clients for the embedded AWS: its region, and credentials that are no secret."""

from typing import Final

import boto3
from botocore.config import Config

REGION: Final = "us-east-1"
ACCESS_KEY: Final = "test"
SECRET_KEY: Final = "test"  # noqa: S105 - the emulator takes any

QUICK: Final = Config(connect_timeout=2, read_timeout=60, retries={"total_max_attempts": 2}, proxies={})
"""Seconds and attempts that suit a server on this machine; a proxy is never asked for it."""


def session() -> boto3.Session:
    """A session that knows nothing of the user's own AWS configuration."""
    return boto3.Session(aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY, region_name=REGION)
