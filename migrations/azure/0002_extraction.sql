-- What extraction shares between processes and runs, what a page replaces, and pages that can never be
-- applied. Twin: ../sqlite/0002_extraction.sql.

-- Who reads a run, and until when without saying so again.
CREATE TABLE [dbo].[run_claim] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [holder] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [until] DATETIME2(6) NOT NULL,
    CONSTRAINT [pk_run_claim] PRIMARY KEY CLUSTERED ([tenant], [run])
);
GO

-- What part of an account's concurrency each process holds. One that got nothing yet is here too, so that
-- the others make room when they ask again.
CREATE TABLE [dbo].[account_share] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [account] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [holder] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [wanted] INT NOT NULL,
    [granted] INT NOT NULL,
    [until] DATETIME2(6) NOT NULL,
    CONSTRAINT [pk_account_share] PRIMARY KEY CLUSTERED ([tenant], [account], [holder])
);
GO

CREATE TABLE [dbo].[account_pause] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [account] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [until] DATETIME2(6) NOT NULL,
    [reason] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_account_pause] PRIMARY KEY CLUSTERED ([tenant], [account])
);
GO

-- What discovery last found of a stream; the schema itself is in stream_schema.
CREATE TABLE [dbo].[discovery] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [schema_version] INT NOT NULL,
    [at] DATETIME2(6) NOT NULL,
    [settings] NVARCHAR(MAX) NOT NULL,
    [rejected_json] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_discovery] PRIMARY KEY CLUSTERED ([tenant], [source], [stream])
);
GO

-- That the source refused a stream when it was last asked for, and what it said.
CREATE TABLE [dbo].[refusal] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [at] DATETIME2(6) NOT NULL,
    [settings] NVARCHAR(MAX) NOT NULL,
    [detail] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_refusal] PRIMARY KEY CLUSTERED ([tenant], [source], [stream])
);
GO

-- An empty stream stands for the whole source.
CREATE TABLE [dbo].[run_notice] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [kind] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [occurrences] BIGINT NOT NULL,
    [detail] NVARCHAR(MAX) NOT NULL,
    [last] DATETIME2(6) NOT NULL,
    CONSTRAINT [pk_run_notice] PRIMARY KEY NONCLUSTERED ([tenant], [run], [stream], [kind])
);
GO

-- The id is a hash of the rest: the same fetch recorded twice is one.
CREATE TABLE [dbo].[secret_fetch] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [at] DATETIME2(6) NOT NULL,
    [id] CHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [secret] NVARCHAR(MAX) NOT NULL,
    [version] NVARCHAR(MAX) NULL,
    [failure] NVARCHAR(MAX) NULL,
    CONSTRAINT [pk_secret_fetch] PRIMARY KEY CLUSTERED ([tenant], [source], [at], [id])
);
GO

-- Parents whose children were read whole, as of each modification of theirs.
CREATE TABLE [dbo].[child_mark] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [table_name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [parent] NVARCHAR(450) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [modified] DATETIME2(6) NOT NULL,
    [observed] DATETIME2(6) NOT NULL,
    CONSTRAINT [pk_child_mark] PRIMARY KEY NONCLUSTERED ([tenant], [source], [table_name], [parent], [modified])
);
GO

ALTER TABLE [dbo].[page] ADD [replaces_json] NVARCHAR(MAX) NULL;
GO
ALTER TABLE [dbo].[page] ADD [failed] DATETIME2(6) NULL;
GO
ALTER TABLE [dbo].[page] ADD [failure_code] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NULL;
GO
ALTER TABLE [dbo].[page] ADD [failure_reason] NVARCHAR(MAX) NULL;
GO

-- How a typed table is built: 1 has no parents in its current records.
ALTER TABLE [dbo].[stream_table] ADD [build] INT NOT NULL CONSTRAINT [df_stream_table_build] DEFAULT (1);
GO

-- Row-level security, as on every table that has a tenant.
ALTER SECURITY POLICY [security].[tenant_policy]
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[run_claim],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[run_claim],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[account_share],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[account_share],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[account_pause],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[account_pause],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[discovery],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[discovery],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[refusal],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[refusal],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[run_notice],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[run_notice],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[secret_fetch],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[secret_fetch],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[child_mark],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[child_mark];
GO
