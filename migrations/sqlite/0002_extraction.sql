-- What extraction shares between processes and runs, what a page replaces, and pages that can never be
-- applied. Twin: ../azure/0002_extraction.sql.

-- Who reads a run, and until when without saying so again.
CREATE TABLE [run_claim] (
    [tenant] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [holder] TEXT NOT NULL,
    [until] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [run])
) WITHOUT ROWID;

-- What part of an account's concurrency each process holds. One that got nothing yet is here too, so that
-- the others make room when they ask again.
CREATE TABLE [account_share] (
    [tenant] TEXT NOT NULL,
    [account] TEXT NOT NULL,
    [holder] TEXT NOT NULL,
    [wanted] INTEGER NOT NULL,
    [granted] INTEGER NOT NULL,
    [until] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [account], [holder])
) WITHOUT ROWID;

CREATE TABLE [account_pause] (
    [tenant] TEXT NOT NULL,
    [account] TEXT NOT NULL,
    [until] TEXT NOT NULL,
    [reason] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [account])
) WITHOUT ROWID;

-- What discovery last found of a stream; the schema itself is in stream_schema.
CREATE TABLE [discovery] (
    [tenant] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [schema_version] INTEGER NOT NULL,
    [at] TEXT NOT NULL,
    [settings] TEXT NOT NULL,
    [rejected_json] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [source], [stream])
) WITHOUT ROWID;

-- That the source refused a stream when it was last asked for, and what it said.
CREATE TABLE [refusal] (
    [tenant] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [at] TEXT NOT NULL,
    [settings] TEXT NOT NULL,
    [detail] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [source], [stream])
) WITHOUT ROWID;

-- An empty stream stands for the whole source.
CREATE TABLE [run_notice] (
    [tenant] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [kind] TEXT NOT NULL,
    [occurrences] INTEGER NOT NULL,
    [detail] TEXT NOT NULL,
    [last] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [run], [stream], [kind])
) WITHOUT ROWID;

-- The id is a hash of the rest: the same fetch recorded twice is one.
CREATE TABLE [secret_fetch] (
    [tenant] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [at] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [secret] TEXT NOT NULL,
    [version] TEXT,
    [failure] TEXT,
    PRIMARY KEY ([tenant], [source], [at], [id])
) WITHOUT ROWID;

-- Parents whose children were read whole, as of each modification of theirs.
CREATE TABLE [child_mark] (
    [tenant] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [table_name] TEXT NOT NULL,
    [parent] TEXT NOT NULL,
    [modified] TEXT NOT NULL,
    [observed] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [source], [table_name], [parent], [modified])
) WITHOUT ROWID;

ALTER TABLE [page] ADD COLUMN [replaces_json] TEXT NULL;
ALTER TABLE [page] ADD COLUMN [failed] TEXT NULL;
ALTER TABLE [page] ADD COLUMN [failure_code] TEXT NULL;
ALTER TABLE [page] ADD COLUMN [failure_reason] TEXT NULL;

-- How a typed table is built: 1 has no parents in its current records.
ALTER TABLE [stream_table] ADD COLUMN [build] INTEGER NOT NULL DEFAULT 1;
