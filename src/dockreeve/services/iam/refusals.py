"""IAM's own sentences for what it can't do, one function a reason.

IAM API Reference, the errors of each action; the wording is what the service answers.
"""

from dockreeve.faults import Fault
from dockreeve.storage import InUse, Kind

_IN_USE = {
    "policies": "Cannot delete entity, must detach all policies first.",
    "inline": "Cannot delete entity, must delete policies first.",
    "keys": "Cannot delete entity, must delete access keys first.",
    "login": "Cannot delete entity, must delete login profile first.",
    "profiles": "Cannot delete entity, must remove roles from instance profile first.",
    "roles": "Cannot delete entity, must remove roles from instance profile first.",
    "attachments": "Cannot delete a policy attached to entities.",
    "versions": "This policy has more than one version. Before you delete a policy, you must delete the policy's "
    "versions. The default version is deleted with the policy.",
    "default": "Cannot delete the default version of a policy.",
}


def no_such_principal(kind: Kind, name: str) -> Fault:
    """No user or role has this name."""
    return Fault("NoSuchEntity", f"The {kind} with name {name} cannot be found.")


def no_such_policy(arn: str) -> Fault:
    """The managed policy doesn't exist, or isn't attached to the principal it was to be detached from."""
    return Fault("NoSuchEntity", f"Policy {arn} was not found.")


def not_attachable(arn: str) -> Fault:
    """The policy to attach doesn't exist."""
    return Fault("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.")


def no_such_boundary(arn: str) -> Fault:
    """The policy to set as permissions boundary doesn't exist."""
    return Fault("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.")


def no_such_version(arn: str, version_id: str) -> Fault:
    """The policy exists, the version doesn't."""
    return Fault("NoSuchEntity", f"Policy {arn} version {version_id} does not exist or is not attachable.")


def no_such_inline(kind: Kind, name: str) -> Fault:
    """The principal has no inline policy of this name."""
    return Fault("NoSuchEntity", f"The {kind} policy with name {name} cannot be found.")


def no_such_profile(name: str) -> Fault:
    """No instance profile has this name."""
    return Fault("NoSuchEntity", f"Instance Profile {name} cannot be found.")


def no_such_key(key_id: str) -> Fault:
    """No access key has this id, or it is another user's."""
    return Fault("NoSuchEntity", f"The Access Key with id {key_id} cannot be found")


def no_login(user_name: str) -> Fault:
    """The user has no password."""
    return Fault("NoSuchEntity", f"Login Profile for User {user_name} cannot be found.")


def login_exists(user_name: str) -> Fault:
    """The user has a password already."""
    return Fault("EntityAlreadyExists", f"Login Profile for user {user_name} already exists.")


def login_changing(user_name: str) -> Fault:
    """Another request changed the password at the same moment."""
    return Fault(
        "EntityTemporarilyUnmodifiable",
        f"Login Profile for User {user_name} cannot be modified while another request changes it. Try again.",
    )


def password_policy(sentence: str) -> Fault:
    """The new password is not what the account's password policy asks for."""
    return Fault("PasswordPolicyViolation", sentence)


def principal_exists(kind: Kind, name: str) -> Fault:
    """The name is taken, in whatever case."""
    return Fault("EntityAlreadyExists", f"{kind.capitalize()} with name {name} already exists.")


def policy_exists(name: str) -> Fault:
    """The name is taken, in whatever case and under whatever path."""
    return Fault("EntityAlreadyExists", f"A policy called {name} already exists. Duplicate names are not allowed.")


def profile_exists(name: str) -> Fault:
    """The name is taken, in whatever case."""
    return Fault("EntityAlreadyExists", f"Instance Profile {name} already exists.")


def quota_exceeded(quota: str, limit: int) -> Fault:
    """One more would pass the quota that AWS calls by this name."""
    return Fault("LimitExceeded", f"Cannot exceed quota for {quota}: {limit}")


def inline_too_large(kind: Kind, name: str, limit: int) -> Fault:
    """The inline policies of one principal count together."""
    return Fault("LimitExceeded", f"Maximum policy size of {limit} bytes exceeded for {kind} {name}")


def too_many_versions(limit: int) -> Fault:
    """A managed policy is full of versions."""
    return Fault(
        "LimitExceeded",
        f"A managed policy can have up to {limit} versions. Before you create a new version, you must delete an "
        "existing version.",
    )


def in_use(reason: InUse) -> Fault:
    """It can't go while others need it."""
    return Fault("DeleteConflict", _IN_USE[reason.by])


def bad_arn(arn: str) -> Fault:
    """The text is no ARN of a managed policy."""
    return Fault("InvalidInput", f"ARN {arn} is not valid.")


def aws_managed(arn: str) -> Fault:
    """AWS's own policies can be read and attached, not changed."""
    return Fault("InvalidInput", f"Policy {arn} is managed by AWS and cannot be changed.")


def service_role_policy() -> Fault:
    """Policies under `/aws-service-role/` are for service-linked roles only."""
    return Fault("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.")


def concurrent() -> Fault:
    """Others kept changing the row while we tried to."""
    return Fault("ConcurrentModification", "The entity was changed by another request at the same time. Try again.")


def name_needed() -> Fault:
    """The caller is no user, so an action about "oneself" needs a name."""
    return Fault("ValidationError", "Must specify userName when calling with non-User credentials")
