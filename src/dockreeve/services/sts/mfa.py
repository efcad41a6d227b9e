"""MFA codes: this server keeps no devices, so there is none that a code could be checked against."""

from dockreeve.faults import Fault


def refuse_mfa(serial_number: str, token_code: str) -> None:
    """Raise `Fault` AccessDenied when a device or a code is named: a code is never taken unchecked."""
    if serial_number or token_code:
        raise Fault(
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is "
            "valid and associated with this user.",
        )
