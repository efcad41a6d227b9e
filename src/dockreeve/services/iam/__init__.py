"""AWS Identity and Access Management: who there is, and what they hold. Importing this package declares the operations.

One module per kind of thing; `touched.py` says what each operation is authorized on, `refusals.py` what it answers
when it can't.
"""

from dockreeve.services.iam import (
    account,
    entities,
    keys,
    logins,
    password_rules,
    policies,
    profiles,
    role_policies,
    roles,
    simulation,
    tagging,
    user_policies,
    users,
    versions,
)

__all__ = [
    "account",
    "entities",
    "keys",
    "logins",
    "password_rules",
    "policies",
    "profiles",
    "role_policies",
    "roles",
    "simulation",
    "tagging",
    "user_policies",
    "users",
    "versions",
]
