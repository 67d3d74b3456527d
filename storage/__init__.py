"""The audited record: tables, queries, unit of work, audit log, outbox, sealing, migrations."""
