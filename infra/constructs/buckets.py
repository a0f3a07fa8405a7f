"""The S3 buckets: the domains' own, one for what is deployed, one for the access logs of them all."""

from collections.abc import Iterable
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.domains import Domain, logical
from infra.policies import Statement, document

LOG_DAYS: Final = 90
"""Access logs are for looking into an incident, and one is rarely noticed after a quarter."""
SUPERSEDED_DAYS: Final = 90
"""How long an overwritten or deleted object of a versioned bucket can be brought back."""
UPLOAD_DAYS: Final = 7
"""A multipart upload may take seven days (S3 gives signed URLs no longer life); then its parts are waste."""
LOGS: Final = "AccessLogs"


class Buckets:
    """Private, encrypted, TLS only, logged; versioned unless the objects are declared to expire."""

    def __init__(self, scope: Construct, *, domains: Iterable[Domain]) -> None:
        logs = _bucket(scope, LOGS, expire_days=LOG_DAYS)
        delivery = _policy(scope, LOGS, logs, _log_delivery(logs))
        for bucket in (bucket for domain in domains for bucket in domain.buckets):
            _logged(scope, logical(bucket), logs=logs, expire_days=bucket.expire_days).add_resource_dependency(delivery)
        _logged(scope, "ArtifactBucket", logs=logs, expire_days=None).add_resource_dependency(delivery)


def _logged(scope: Construct, name: str, *, logs: s3.CfnBucket, expire_days: int | None) -> s3.CfnBucket:
    made = _bucket(scope, name, expire_days=expire_days)
    made.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
        destination_bucket_name=logs.ref, log_file_prefix=f"{name}/"
    )
    _policy(scope, name, made)
    cdk.CfnOutput(scope, f"{name}Name", value=made.ref)
    return made


def _bucket(scope: Construct, name: str, *, expire_days: int | None) -> s3.CfnBucket:
    made = s3.CfnBucket(
        scope,
        name,
        public_access_block_configuration=s3.CfnBucket.PublicAccessBlockConfigurationProperty(
            block_public_acls=True, block_public_policy=True, ignore_public_acls=True, restrict_public_buckets=True
        ),
        ownership_controls=s3.CfnBucket.OwnershipControlsProperty(
            rules=[s3.CfnBucket.OwnershipControlsRuleProperty(object_ownership="BucketOwnerEnforced")]
        ),
        bucket_encryption=s3.CfnBucket.BucketEncryptionProperty(
            server_side_encryption_configuration=[
                s3.CfnBucket.ServerSideEncryptionRuleProperty(
                    server_side_encryption_by_default=s3.CfnBucket.ServerSideEncryptionByDefaultProperty(
                        sse_algorithm="AES256"
                    )
                )
            ]
        ),
        versioning_configuration=None
        if expire_days
        else s3.CfnBucket.VersioningConfigurationProperty(status="Enabled"),
        lifecycle_configuration=s3.CfnBucket.LifecycleConfigurationProperty(rules=_rules(expire_days)),
    )
    made.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return made


def _rules(expire_days: int | None) -> list[s3.CfnBucket.RuleProperty]:
    rule = s3.CfnBucket.RuleProperty
    unfinished = s3.CfnBucket.AbortIncompleteMultipartUploadProperty(days_after_initiation=UPLOAD_DAYS)
    superseded = s3.CfnBucket.NoncurrentVersionExpirationProperty(noncurrent_days=SUPERSEDED_DAYS)
    return [
        rule(id="Unfinished", status="Enabled", abort_incomplete_multipart_upload=unfinished),
        rule(id="Expired", status="Enabled", expiration_in_days=expire_days)
        if expire_days
        else rule(id="Superseded", status="Enabled", noncurrent_version_expiration=superseded),
    ]


def _policy(scope: Construct, name: str, bucket: s3.CfnBucket, *more: Statement) -> s3.CfnBucketPolicy:
    tls_only = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket.attr_arn, f"{bucket.attr_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return s3.CfnBucketPolicy(scope, f"{name}Policy", bucket=bucket.ref, policy_document=document(tls_only, *more))


def _log_delivery(logs: s3.CfnBucket) -> Statement:
    return {
        "Sid": "AccessLogDelivery",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{logs.attr_arn}/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
    }
