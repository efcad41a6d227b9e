"""The store starts without what only building and migrating it needs, and another database can follow."""

import subprocess
import sys

from sqlalchemy.dialects.postgresql.base import PGDialect

from dockreeve.storage.statements.compiled import modules_for

OPEN = """
import sys
from dockreeve.storage import Vault
from dockreeve.storage.files import FileBlobs
from dockreeve.storage.memory import memory_records
memory_records(Vault(bytes(32)))
print(*sorted({"sqlalchemy", "alembic"} & set(sys.modules)))
"""


def test_opening_the_store_loads_neither_sqlalchemy_nor_alembic() -> None:
    ran = subprocess.run([sys.executable, "-c", OPEN], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


def test_every_statement_is_also_one_of_postgresql() -> None:
    sources = modules_for(PGDialect(paramstyle="named"))
    assert "BIGSERIAL" in sources["tables"]
    assert 'COLLATE "C"' in sources["tables"]
