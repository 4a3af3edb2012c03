-- The whole schema as it is after all migrations of this folder, for the model check (DacFx): CREATE
-- statements only. A test keeps it equal to the migrations; a migration that alters something states
-- the result here.

CREATE TABLE [dbo].[migration] (
    [number] INT NOT NULL,
    [name] NVARCHAR(128) NOT NULL,
    [checksum] CHAR(32) NOT NULL,
    [applied] DATETIME2(6) NOT NULL,
    CONSTRAINT [pk_migration] PRIMARY KEY CLUSTERED ([number])
);
GO

CREATE TABLE [dbo].[source] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_source] PRIMARY KEY CLUSTERED ([tenant], [id])
);
GO

CREATE TABLE [dbo].[stream_schema] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [version] INT NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_stream_schema] PRIMARY KEY CLUSTERED ([tenant], [source], [stream], [version])
);
GO

CREATE TABLE [dbo].[run] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [trigger] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [state] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [started] DATETIME2(6) NOT NULL,
    [bound] DATETIME2(6) NOT NULL,
    [ended] DATETIME2(6) NULL,
    CONSTRAINT [pk_run] PRIMARY KEY CLUSTERED ([tenant], [id])
);
GO

CREATE INDEX [run_of_source] ON [dbo].[run] ([tenant], [source], [id]);
GO

-- Two extractions of one source can never be open at once, whatever the code does.
CREATE UNIQUE INDEX [run_open] ON [dbo].[run] ([tenant], [source]) WHERE [state] = N'extracting';
GO

CREATE TABLE [dbo].[stream_run] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [state] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [start_json] NVARCHAR(MAX) NULL,
    [cursor_json] NVARCHAR(MAX) NULL,
    [expected] BIGINT NULL,
    [evidence] NVARCHAR(MAX) NULL,
    [started] DATETIME2(6) NULL,
    [ended] DATETIME2(6) NULL,
    [profile_revision] BIGINT NOT NULL,
    CONSTRAINT [pk_stream_run] PRIMARY KEY CLUSTERED ([tenant], [run], [stream])
);
GO

CREATE TABLE [dbo].[stream_cursor] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [cursor_json] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_stream_cursor] PRIMARY KEY CLUSTERED ([tenant], [source], [stream])
);
GO

-- A page may be applied before it is landed: it was announced, and the cursor is saved a moment later.
-- Only landed pages count.
CREATE TABLE [dbo].[page] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [connector] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [sequence] INT NOT NULL,
    [blob] NVARCHAR(1024) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [records] BIGINT NOT NULL,
    [bytes] BIGINT NOT NULL,
    [schema_version] INT NOT NULL,
    [observed] DATETIME2(6) NOT NULL,
    [landed] DATETIME2(6) NULL,
    [applied] DATETIME2(6) NULL,
    [profiled] BIT NOT NULL CONSTRAINT [df_page_profiled] DEFAULT (0),
    [rows_read] BIGINT NOT NULL CONSTRAINT [df_page_rows_read] DEFAULT (0),
    [rows_inserted] BIGINT NOT NULL CONSTRAINT [df_page_rows_inserted] DEFAULT (0),
    [rows_updated] BIGINT NOT NULL CONSTRAINT [df_page_rows_updated] DEFAULT (0),
    [rows_unchanged] BIGINT NOT NULL CONSTRAINT [df_page_rows_unchanged] DEFAULT (0),
    [rows_superseded] BIGINT NOT NULL CONSTRAINT [df_page_rows_superseded] DEFAULT (0),
    [rows_dead_lettered] BIGINT NOT NULL CONSTRAINT [df_page_rows_dead_lettered] DEFAULT (0),
    [rows_deleted] BIGINT NOT NULL CONSTRAINT [df_page_rows_deleted] DEFAULT (0),
    [replaces_json] NVARCHAR(MAX) NULL,
    [failed] DATETIME2(6) NULL,
    [failure_code] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NULL,
    [failure_reason] NVARCHAR(MAX) NULL,
    CONSTRAINT [pk_page] PRIMARY KEY CLUSTERED ([tenant], [id])
);
GO

-- Two extractors can never both land a page at the same place.
CREATE UNIQUE INDEX [page_place] ON [dbo].[page] ([tenant], [run], [stream], [sequence]) WHERE [landed] IS NOT NULL;
GO

CREATE INDEX [page_unfinished] ON [dbo].[page] ([tenant], [source], [landed])
    WHERE [landed] IS NOT NULL AND [profiled] = 0;
GO

CREATE TABLE [dbo].[dead_letter] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [page] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [blob] NVARCHAR(1024) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [ordinal] INT NOT NULL,
    [code] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [reason] NVARCHAR(MAX) NOT NULL,
    [state] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [created] DATETIME2(6) NOT NULL,
    CONSTRAINT [pk_dead_letter] PRIMARY KEY CLUSTERED ([tenant], [id])
);
GO

CREATE INDEX [dead_letter_of_run] ON [dbo].[dead_letter] ([tenant], [run], [id]);
GO

CREATE INDEX [dead_letter_of_stream] ON [dbo].[dead_letter] ([tenant], [source], [stream], [id]);
GO

CREATE TABLE [dbo].[profile_state] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [column_name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [ordinal] INT NOT NULL,
    [state] VARBINARY(MAX) NOT NULL,
    CONSTRAINT [pk_profile_state] PRIMARY KEY NONCLUSTERED ([tenant], [run], [stream], [column_name])
);
GO

CREATE INDEX [profile_state_of_stream] ON [dbo].[profile_state] ([tenant], [source], [stream], [run]);
GO

CREATE TABLE [dbo].[lineage_edge] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [from_namespace] NVARCHAR(450) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [from_name] NVARCHAR(450) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [to_namespace] NVARCHAR(450) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [to_name] NVARCHAR(450) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    [first_run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [first_at] DATETIME2(6) NOT NULL,
    [last_run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [last_at] DATETIME2(6) NOT NULL,
    CONSTRAINT [pk_lineage_edge] PRIMARY KEY CLUSTERED ([tenant], [id])
);
GO

CREATE INDEX [lineage_edge_from] ON [dbo].[lineage_edge] ([tenant], [from_name]);
GO

CREATE INDEX [lineage_edge_to] ON [dbo].[lineage_edge] ([tenant], [to_name]);
GO

CREATE TABLE [dbo].[lineage_run] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [edge] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT [pk_lineage_run] PRIMARY KEY CLUSTERED ([tenant], [run], [edge])
);
GO

-- Live records per typed table, moved by the transaction that changes them: counting is one row.
CREATE TABLE [dbo].[stream_total] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [table_name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [live] BIGINT NOT NULL,
    CONSTRAINT [pk_stream_total] PRIMARY KEY CLUSTERED ([tenant], [source], [table_name])
);
GO

-- What typed tables exist. They are shared by all tenants, so these two have no tenant.
CREATE TABLE [dbo].[stream_table] (
    [table_name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [connector] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [parent_table] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NULL,
    [build] INT NOT NULL CONSTRAINT [df_stream_table_build] DEFAULT (1),
    CONSTRAINT [pk_stream_table] PRIMARY KEY CLUSTERED ([table_name])
);
GO

CREATE INDEX [stream_table_of_parent] ON [dbo].[stream_table] ([parent_table]);
GO

CREATE TABLE [dbo].[stream_column] (
    [table_name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [ordinal] INT NOT NULL,
    [column_name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [column_type] NVARCHAR(450) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [revision] INT NOT NULL,
    CONSTRAINT [pk_stream_column] PRIMARY KEY CLUSTERED ([table_name], [ordinal])
);
GO

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

-- What tenants demand of their data. Versions are never changed; the newest holds, unless it is retired.
CREATE TABLE [dbo].[quality_rule] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [rule] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [version] INT NOT NULL,
    [since] DATETIME2(6) NOT NULL,
    [author] NVARCHAR(MAX) NOT NULL,
    [retired] BIT NOT NULL,
    [asks_tables] BIT NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_quality_rule] PRIMARY KEY NONCLUSTERED ([tenant], [source], [stream], [rule], [version])
);
GO

-- Values that rules refer to by name, in versions.
CREATE TABLE [dbo].[reference_list] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [version] INT NOT NULL,
    [since] DATETIME2(6) NOT NULL,
    [author] NVARCHAR(MAX) NOT NULL,
    [retired] BIT NOT NULL,
    [items] BIGINT NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_reference_list] PRIMARY KEY CLUSTERED ([tenant], [name], [version])
);
GO

-- What a rule came to in a run.
CREATE TABLE [dbo].[rule_outcome] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [rule] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [at] DATETIME2(6) NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_rule_outcome] PRIMARY KEY NONCLUSTERED ([tenant], [run], [stream], [rule])
);
GO

CREATE INDEX [rule_outcome_of_rule] ON [dbo].[rule_outcome] ([tenant], [source], [stream], [rule], [run]);
GO

-- For those that have grown old.
CREATE INDEX [rule_outcome_at] ON [dbo].[rule_outcome] ([tenant], [source], [at]);
GO

-- Profile states of several runs, merged when they grew old. The run is the newest of them.
CREATE TABLE [dbo].[profile_rollup] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [state_name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [ordinal] INT NOT NULL,
    [from_started] DATETIME2(6) NOT NULL,
    [to_started] DATETIME2(6) NOT NULL,
    [runs] INT NOT NULL,
    [revision] BIGINT NOT NULL,
    [state] VARBINARY(MAX) NOT NULL,
    CONSTRAINT [pk_profile_rollup] PRIMARY KEY NONCLUSTERED ([tenant], [source], [stream], [run], [state_name])
);
GO

-- What was measured, once per run. An empty column stands for the stream as a whole.
CREATE TABLE [dbo].[series_point] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [column_name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [metric] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [at] DATETIME2(6) NOT NULL,
    [value] FLOAT(53) NOT NULL,
    [false_alarm] BIT NOT NULL CONSTRAINT [df_series_point_false_alarm] DEFAULT (0),
    CONSTRAINT [pk_series_point] PRIMARY KEY NONCLUSTERED ([tenant], [source], [stream], [column_name], [metric], [run])
);
GO

-- Series are read in this order and from here alone.
CREATE INDEX [series_point_at] ON [dbo].[series_point] ([tenant], [source], [stream], [column_name], [metric], [at], [run]) INCLUDE ([value], [false_alarm]);
GO

-- What is still to be measured is looked for in the runs of the last days.
CREATE INDEX [run_started] ON [dbo].[run] ([tenant], [source], [started]);
GO

-- Up to which revision of its profile a stream's part of a run was measured.
CREATE TABLE [dbo].[stream_measure] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [revision] BIGINT NOT NULL,
    CONSTRAINT [pk_stream_measure] PRIMARY KEY CLUSTERED ([tenant], [run], [stream])
);
GO

-- An empty column stands for the stream as a whole.
CREATE TABLE [dbo].[anomaly] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [column_name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [metric] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [at] DATETIME2(6) NOT NULL,
    [false_alarm] BIT NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_anomaly] PRIMARY KEY CLUSTERED ([tenant], [id])
);
GO

CREATE INDEX [anomaly_at] ON [dbo].[anomaly] ([tenant], [at] DESC, [id]);
GO

CREATE INDEX [anomaly_of_stream] ON [dbo].[anomaly] ([tenant], [source], [stream], [at]);
GO

-- Times that are neither judged nor learned from.
CREATE TABLE [dbo].[exclusion] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [begins] DATETIME2(6) NOT NULL,
    [ends] DATETIME2(6) NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_exclusion] PRIMARY KEY CLUSTERED ([tenant], [id])
);
GO

-- An empty stream stands for the whole source.
CREATE TABLE [dbo].[alert] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [kind] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [severity] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [state] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [opened] DATETIME2(6) NOT NULL,
    [last_seen] DATETIME2(6) NOT NULL,
    [resolved_at] DATETIME2(6) NULL,
    [version] BIGINT NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_alert] PRIMARY KEY CLUSTERED ([tenant], [id])
);
GO

CREATE INDEX [alert_opened] ON [dbo].[alert] ([tenant], [opened], [id]);
GO

CREATE INDEX [alert_seen] ON [dbo].[alert] ([tenant], [source], [last_seen]);
GO

CREATE INDEX [alert_resolved] ON [dbo].[alert] ([tenant], [source], [resolved_at]) WHERE [state] = N'resolved';
GO

-- Of one cause, one alert at most is not resolved, whatever the code does.
CREATE UNIQUE INDEX [alert_unresolved] ON [dbo].[alert] ([tenant], [source], [stream], [kind]) WHERE [state] <> N'resolved';
GO

-- What was taken into the alerts of a stream of each run. An empty stream stands for the whole source.
CREATE TABLE [dbo].[alert_fold] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [run] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [revision] BIGINT NOT NULL,
    [at] DATETIME2(6) NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_alert_fold] PRIMARY KEY NONCLUSTERED ([tenant], [source], [stream], [run])
);
GO

CREATE TABLE [dbo].[silence] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [until] DATETIME2(6) NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_silence] PRIMARY KEY CLUSTERED ([tenant], [id])
);
GO

-- Where alerts go. The address is a secret, and only its name is here.
CREATE TABLE [dbo].[alert_channel] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_alert_channel] PRIMARY KEY CLUSTERED ([tenant], [id])
);
GO

-- Alerts on their way to channels. A lease that ran out is anybody's.
CREATE TABLE [dbo].[delivery] (
    [tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [channel] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [alert] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [stream] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [kind] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [severity] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [due] DATETIME2(6) NOT NULL,
    [state] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [attempts] INT NOT NULL,
    [holder] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NULL,
    [lease] DATETIME2(6) NULL,
    [asked] DATETIME2(6) NULL,
    [error] NVARCHAR(MAX) NULL,
    [done] DATETIME2(6) NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [pk_delivery] PRIMARY KEY CLUSTERED ([tenant], [id])
);
GO

CREATE INDEX [delivery_pending] ON [dbo].[delivery] ([tenant], [due]) WHERE [state] = N'pending';
GO

CREATE INDEX [delivery_of_alert] ON [dbo].[delivery] ([tenant], [alert], [due]);
GO

CREATE INDEX [delivery_of_cause] ON [dbo].[delivery] ([tenant], [source], [stream], [kind], [channel], [due]);
GO

-- Row-level security: whoever asks sees the rows of the tenant that its connection works for, and
-- writes no other tenant's. Typed tables join the policy when they are created.
CREATE SCHEMA [security];
GO
CREATE FUNCTION [security].[tenant_predicate] (@tenant NVARCHAR(128))
RETURNS TABLE
WITH SCHEMABINDING
AS
RETURN
    SELECT 1 AS [allowed]
    WHERE @tenant = CAST(SESSION_CONTEXT(N'tenant') AS NVARCHAR(128)) COLLATE Latin1_General_100_BIN2;
GO

CREATE SECURITY POLICY [security].[tenant_policy]
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[source],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[source],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[stream_schema],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[stream_schema],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[run],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[run],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[stream_run],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[stream_run],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[stream_cursor],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[stream_cursor],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[page],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[page],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[dead_letter],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[dead_letter],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[profile_state],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[profile_state],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[lineage_edge],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[lineage_edge],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[lineage_run],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[lineage_run],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[stream_total],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[stream_total],
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
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[child_mark],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[quality_rule],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[quality_rule],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[reference_list],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[reference_list],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[rule_outcome],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[rule_outcome],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[profile_rollup],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[profile_rollup],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[series_point],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[series_point],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[stream_measure],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[stream_measure],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[anomaly],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[anomaly],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[exclusion],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[exclusion],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[alert],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[alert],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[alert_fold],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[alert_fold],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[silence],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[silence],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[alert_channel],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[alert_channel],
    ADD FILTER PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[delivery],
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[delivery]
    WITH (STATE = ON);
GO
