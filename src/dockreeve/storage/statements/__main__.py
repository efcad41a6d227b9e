"""Write the compiled statements into the adapters: `python -m dockreeve.storage.statements`."""

from pathlib import Path

from dockreeve.storage.statements.compiled import SQLITE, modules_for

if __name__ == "__main__":
    package = Path(__file__).parent.parent / "sqlite" / "sql"
    for name, source in modules_for(SQLITE).items():
        (package / f"{name}.py").write_text(source)
