"""Every query and change as a SQLAlchemy Core statement, one module per part of the store.

`python -m dockreeve.storage.statements` compiles them to text once, for each database, into packages such as
`storage.sqlite.sql`; the adapters run that text on the raw driver. A statement is a module attribute in capitals.
"""
