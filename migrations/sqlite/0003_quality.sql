-- What tenants demand of their data, what is measured of it over time, and whom to tell. Twin:
-- ../azure/0003_quality.sql.

-- What tenants demand of their data. Versions are never changed; the newest holds, unless it is retired.
CREATE TABLE [quality_rule] (
    [tenant] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [rule] TEXT NOT NULL,
    [version] INTEGER NOT NULL,
    [since] TEXT NOT NULL,
    [author] TEXT NOT NULL,
    [retired] INTEGER NOT NULL,
    [asks_tables] INTEGER NOT NULL,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [source], [stream], [rule], [version])
);

-- Values that rules refer to by name, in versions.
CREATE TABLE [reference_list] (
    [tenant] TEXT NOT NULL,
    [name] TEXT NOT NULL,
    [version] INTEGER NOT NULL,
    [since] TEXT NOT NULL,
    [author] TEXT NOT NULL,
    [retired] INTEGER NOT NULL,
    [items] INTEGER NOT NULL,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [name], [version])
);

-- What a rule came to in a run.
CREATE TABLE [rule_outcome] (
    [tenant] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [rule] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [at] TEXT NOT NULL,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [run], [stream], [rule])
);

CREATE INDEX [rule_outcome_of_rule] ON [rule_outcome] ([tenant], [source], [stream], [rule], [run]);

-- For those that have grown old.
CREATE INDEX [rule_outcome_at] ON [rule_outcome] ([tenant], [source], [at]);

-- Profile states of several runs, merged when they grew old. The run is the newest of them.
CREATE TABLE [profile_rollup] (
    [tenant] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [state_name] TEXT NOT NULL,
    [ordinal] INTEGER NOT NULL,
    [from_started] TEXT NOT NULL,
    [to_started] TEXT NOT NULL,
    [runs] INTEGER NOT NULL,
    [revision] INTEGER NOT NULL,
    [state] BLOB NOT NULL,
    PRIMARY KEY ([tenant], [source], [stream], [run], [state_name])
);

-- What was measured, once per run. An empty column stands for the stream as a whole.
CREATE TABLE [series_point] (
    [tenant] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [column_name] TEXT NOT NULL,
    [metric] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [at] TEXT NOT NULL,
    [value] REAL NOT NULL,
    [false_alarm] INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ([tenant], [source], [stream], [column_name], [metric], [run])
) WITHOUT ROWID;

-- Series are read in this order and from here alone.
CREATE INDEX [series_point_at] ON [series_point] ([tenant], [source], [stream], [column_name], [metric], [at], [run], [value], [false_alarm]);

-- What is still to be measured is looked for in the runs of the last days.
CREATE INDEX [run_started] ON [run] ([tenant], [source], [started]);

-- Up to which revision of its profile a stream's part of a run was measured.
CREATE TABLE [stream_measure] (
    [tenant] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [revision] INTEGER NOT NULL,
    PRIMARY KEY ([tenant], [run], [stream])
) WITHOUT ROWID;

-- An empty column stands for the stream as a whole.
CREATE TABLE [anomaly] (
    [tenant] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [column_name] TEXT NOT NULL,
    [metric] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [at] TEXT NOT NULL,
    [false_alarm] INTEGER NOT NULL,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [id])
);

CREATE INDEX [anomaly_at] ON [anomaly] ([tenant], [at] DESC, [id]);

CREATE INDEX [anomaly_of_stream] ON [anomaly] ([tenant], [source], [stream], [at]);

-- Times that are neither judged nor learned from.
CREATE TABLE [exclusion] (
    [tenant] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [begins] TEXT NOT NULL,
    [ends] TEXT NOT NULL,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [id])
) WITHOUT ROWID;

-- An empty stream stands for the whole source.
CREATE TABLE [alert] (
    [tenant] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [kind] TEXT NOT NULL,
    [severity] TEXT NOT NULL,
    [state] TEXT NOT NULL,
    [opened] TEXT NOT NULL,
    [last_seen] TEXT NOT NULL,
    [resolved_at] TEXT,
    [version] INTEGER NOT NULL,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [id])
);

CREATE INDEX [alert_opened] ON [alert] ([tenant], [opened], [id]);

CREATE INDEX [alert_seen] ON [alert] ([tenant], [source], [last_seen]);

CREATE INDEX [alert_resolved] ON [alert] ([tenant], [source], [resolved_at]) WHERE [state] = 'resolved';

-- Of one cause, one alert at most is not resolved, whatever the code does.
CREATE UNIQUE INDEX [alert_unresolved] ON [alert] ([tenant], [source], [stream], [kind]) WHERE [state] <> 'resolved';

-- What was taken into the alerts of a stream of each run. An empty stream stands for the whole source.
CREATE TABLE [alert_fold] (
    [tenant] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [revision] INTEGER NOT NULL,
    [at] TEXT NOT NULL,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [source], [stream], [run])
) WITHOUT ROWID;

CREATE TABLE [silence] (
    [tenant] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [until] TEXT NOT NULL,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [id])
) WITHOUT ROWID;

-- Where alerts go. The address is a secret, and only its name is here.
CREATE TABLE [alert_channel] (
    [tenant] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [id])
) WITHOUT ROWID;

-- Alerts on their way to channels. A lease that ran out is anybody's.
CREATE TABLE [delivery] (
    [tenant] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [channel] TEXT NOT NULL,
    [alert] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [kind] TEXT NOT NULL,
    [severity] TEXT NOT NULL,
    [due] TEXT NOT NULL,
    [state] TEXT NOT NULL,
    [attempts] INTEGER NOT NULL,
    [holder] TEXT,
    [lease] TEXT,
    [asked] TEXT,
    [error] TEXT,
    [done] TEXT,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [id])
);

CREATE INDEX [delivery_pending] ON [delivery] ([tenant], [due]) WHERE [state] = 'pending';

CREATE INDEX [delivery_of_alert] ON [delivery] ([tenant], [alert], [due]);

CREATE INDEX [delivery_of_cause] ON [delivery] ([tenant], [source], [stream], [kind], [channel], [due]);
