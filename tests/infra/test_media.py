"""What people send comes in by a form alone, and what is shown goes out by CloudFront alone."""

import zipfile
from pathlib import Path

from infra import zips
from infra.export import Template
from resolvers._kit.settings import Machine, resources
from resolvers.media.settings import Reacting
from tests.infra.templates import of_type

BUCKET = "MediaBucket"


def test_the_bucket_takes_forms_from_any_page_tells_eventbridge_and_keeps_nothing_that_is_deleted(
    data: Template,
) -> None:
    bucket = of_type(data, "AWS::S3::Bucket")[BUCKET]
    [rule] = bucket["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedMethods"], rule["AllowedOrigins"]) == (["POST"], ["*"])
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert "VersioningConfiguration" not in bucket
    assert {one["Id"] for one in bucket["LifecycleConfiguration"]["Rules"]} == {"Unfinished"}
    others = {name: one for name, one in of_type(data, "AWS::S3::Bucket").items() if name != BUCKET}
    assert not any("CorsConfiguration" in one or "NotificationConfiguration" in one for one in others.values())


def test_cloudfront_alone_reads_what_is_shown_and_nothing_else(data: Template) -> None:
    [distribution] = of_type(data, "AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    [origin] = config["Origins"]
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["DeliveryAccess", "Id"]}
    assert config["DefaultCacheBehavior"]["AllowedMethods"] == ["GET", "HEAD", "OPTIONS"]
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    [access] = of_type(data, "AWS::CloudFront::OriginAccessControl").values()
    assert access["OriginAccessControlConfig"]["SigningBehavior"] == "always"
    policy = of_type(data, "AWS::S3::BucketPolicy")[f"{BUCKET}Policy"]["PolicyDocument"]["Statement"]
    [reading] = [one for one in policy if one["Effect"] == "Allow"]
    assert reading["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert reading["Action"] == "s3:GetObject"
    assert reading["Resource"] == {"Fn::Join": ["", [{"Fn::GetAtt": [BUCKET, "Arn"]}, "/public/*"]]}
    [own] = reading["Condition"]["StringEquals"].values()
    assert "distribution/${Delivery}" in own["Fn::Sub"]
    blocked = of_type(data, "AWS::S3::Bucket")[BUCKET]["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}


def test_what_comes_and_what_is_wanted_is_told_to_the_reactions_which_have_a_machine_of_their_own(
    api: Template,
) -> None:
    [rule] = [one for one in of_type(api, "AWS::Events::Rule").values() if one.get("Name") == "souk-media-media"]
    assert rule["EventPattern"]["source"] == ["aws.s3"]
    assert rule["EventPattern"]["detail"]["object"]["key"] == [{"prefix": "originals/"}, {"prefix": "wanted/"}]
    assert rule["EventPattern"]["detail"]["bucket"]["name"] == [{"Ref": f"{BUCKET}Name"}]
    [target] = rule["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": ["MediaReactionsFunction", "Arn"]}
    dead_letters = {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    assert target["DeadLetterConfig"] == {"Arn": dead_letters}
    invocations = of_type(api, "AWS::Lambda::EventInvokeConfig")["MediaReactionsFunctionInvocations"]
    assert invocations["DestinationConfig"] == {"OnFailure": {"Destination": dead_letters}}
    statements = of_type(api, "AWS::IAM::Role")["MediaReactionsFunctionRole"]["Policies"][0]["PolicyDocument"][
        "Statement"
    ]
    assert {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": dead_letters} in statements
    [machine] = [one for one in resources(Reacting).values() if isinstance(one, Machine)]
    function = of_type(api, "AWS::Lambda::Function")["MediaReactionsFunction"]
    assert (function["MemorySize"], function["Timeout"]) == (machine.memory, machine.seconds) == (1769, 900)


def test_pictures_are_fetched_from_the_internet_alone_by_a_function_outside_of_our_network(api: Template) -> None:
    function = of_type(api, "AWS::Lambda::Function")["MediaReactionsFunction"]
    assert function["Environment"]["Variables"]["PICTURES_FROM"] == "internet"
    assert "VpcConfig" not in function
    others = [
        name
        for name, one in of_type(api, "AWS::Lambda::Function").items()
        if "PICTURES_FROM" in one.get("Environment", {}).get("Variables", {})
    ]
    assert others == ["MediaReactionsFunction"]


def test_the_library_of_pictures_is_in_medias_zip_for_arm(tmp_path: Path) -> None:
    """In no other: an import contract holds it, and so do the locks."""
    with zipfile.ZipFile(zips.build("media", into=tmp_path).path) as archive:
        native = {name for name in archive.namelist() if name.startswith("PIL/") and name.endswith(".so")}
    assert native
    assert all("aarch64" in name for name in native)
    locks = {file.stem for file in (zips.ROOT / "requirements").glob("*.txt") if "pillow==" in file.read_text()}
    assert locks == {"media", "dev"}
