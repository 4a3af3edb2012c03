-- What tenants demand of their data, what is measured of it over time, and whom to tell. Twin:
-- ../sqlite/0003_quality.sql.

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

-- Row-level security, as on every table that has a tenant.
ALTER SECURITY POLICY [security].[tenant_policy]
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
    ADD BLOCK PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[delivery];
GO
