"""sts:GetCallerIdentity: who the credentials belong to."""

from dockreeve.aws.operation import ANYTHING, operation
from dockreeve.services.call import Call


@operation("sts:GetCallerIdentity", touches=ANYTHING)
async def get_caller_identity(call: Call) -> dict[str, str]:
    """The caller's id, account and ARN; the evaluator never denies it (STS API reference, GetCallerIdentity)."""
    return {"UserId": call.caller.user_id, "Account": call.caller.account, "Arn": call.caller.arn}
