-- Forebay's own tables. Every key begins with the tenant; instants are RFC 3339 text in UTC with six
-- digits, which sorts as time does. Twin: ../azure/0001_base.sql.

CREATE TABLE [source] (
    [tenant] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [id])
) WITHOUT ROWID;

CREATE TABLE [stream_schema] (
    [tenant] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [version] INTEGER NOT NULL,
    [body] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [source], [stream], [version])
);

CREATE TABLE [run] (
    [tenant] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [trigger] TEXT NOT NULL,
    [state] TEXT NOT NULL,
    [started] TEXT NOT NULL,
    [bound] TEXT NOT NULL,
    [ended] TEXT,
    PRIMARY KEY ([tenant], [id])
) WITHOUT ROWID;

CREATE INDEX [run_of_source] ON [run] ([tenant], [source], [id]);

-- Two extractions of one source can never be open at once, whatever the code does.
CREATE UNIQUE INDEX [run_open] ON [run] ([tenant], [source]) WHERE [state] = 'extracting';

CREATE TABLE [stream_run] (
    [tenant] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [state] TEXT NOT NULL,
    [start_json] TEXT,
    [cursor_json] TEXT,
    [expected] INTEGER,
    [evidence] TEXT,
    [started] TEXT,
    [ended] TEXT,
    [profile_revision] INTEGER NOT NULL,
    PRIMARY KEY ([tenant], [run], [stream])
) WITHOUT ROWID;

CREATE TABLE [stream_cursor] (
    [tenant] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [cursor_json] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [source], [stream])
) WITHOUT ROWID;

-- A page may be applied before it is landed: it was announced, and the cursor is saved a moment later.
-- Only landed pages count.
CREATE TABLE [page] (
    [tenant] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [connector] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [sequence] INTEGER NOT NULL,
    [blob] TEXT NOT NULL,
    [records] INTEGER NOT NULL,
    [bytes] INTEGER NOT NULL,
    [schema_version] INTEGER NOT NULL,
    [observed] TEXT NOT NULL,
    [landed] TEXT,
    [applied] TEXT,
    [profiled] INTEGER NOT NULL DEFAULT 0,
    [rows_read] INTEGER NOT NULL DEFAULT 0,
    [rows_inserted] INTEGER NOT NULL DEFAULT 0,
    [rows_updated] INTEGER NOT NULL DEFAULT 0,
    [rows_unchanged] INTEGER NOT NULL DEFAULT 0,
    [rows_superseded] INTEGER NOT NULL DEFAULT 0,
    [rows_dead_lettered] INTEGER NOT NULL DEFAULT 0,
    [rows_deleted] INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ([tenant], [id])
);

-- Two extractors can never both land a page at the same place.
CREATE UNIQUE INDEX [page_place] ON [page] ([tenant], [run], [stream], [sequence]) WHERE [landed] IS NOT NULL;

CREATE INDEX [page_unfinished] ON [page] ([tenant], [source], [landed])
    WHERE [landed] IS NOT NULL AND [profiled] = 0;

CREATE TABLE [dead_letter] (
    [tenant] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [page] TEXT NOT NULL,
    [blob] TEXT NOT NULL,
    [ordinal] INTEGER NOT NULL,
    [code] TEXT NOT NULL,
    [reason] TEXT NOT NULL,
    [state] TEXT NOT NULL,
    [created] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [id])
);

CREATE INDEX [dead_letter_of_run] ON [dead_letter] ([tenant], [run], [id]);
CREATE INDEX [dead_letter_of_stream] ON [dead_letter] ([tenant], [source], [stream], [id]);

CREATE TABLE [profile_state] (
    [tenant] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [column_name] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [ordinal] INTEGER NOT NULL,
    [state] BLOB NOT NULL,
    PRIMARY KEY ([tenant], [run], [stream], [column_name])
);

CREATE INDEX [profile_state_of_stream] ON [profile_state] ([tenant], [source], [stream], [run]);

CREATE TABLE [lineage_edge] (
    [tenant] TEXT NOT NULL,
    [id] TEXT NOT NULL,
    [from_namespace] TEXT NOT NULL,
    [from_name] TEXT NOT NULL,
    [to_namespace] TEXT NOT NULL,
    [to_name] TEXT NOT NULL,
    [body] TEXT NOT NULL,
    [first_run] TEXT NOT NULL,
    [first_at] TEXT NOT NULL,
    [last_run] TEXT NOT NULL,
    [last_at] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [id])
);

CREATE INDEX [lineage_edge_from] ON [lineage_edge] ([tenant], [from_name]);
CREATE INDEX [lineage_edge_to] ON [lineage_edge] ([tenant], [to_name]);

CREATE TABLE [lineage_run] (
    [tenant] TEXT NOT NULL,
    [run] TEXT NOT NULL,
    [edge] TEXT NOT NULL,
    PRIMARY KEY ([tenant], [run], [edge])
) WITHOUT ROWID;

-- Live records per typed table, moved by the transaction that changes them: counting is one row.
CREATE TABLE [stream_total] (
    [tenant] TEXT NOT NULL,
    [source] TEXT NOT NULL,
    [table_name] TEXT NOT NULL,
    [live] INTEGER NOT NULL,
    PRIMARY KEY ([tenant], [source], [table_name])
) WITHOUT ROWID;

-- What typed tables exist. They are shared by all tenants, so these two have no tenant.
CREATE TABLE [stream_table] (
    [table_name] TEXT NOT NULL PRIMARY KEY,
    [connector] TEXT NOT NULL,
    [stream] TEXT NOT NULL,
    [parent_table] TEXT
) WITHOUT ROWID;

CREATE INDEX [stream_table_of_parent] ON [stream_table] ([parent_table]);

CREATE TABLE [stream_column] (
    [table_name] TEXT NOT NULL,
    [ordinal] INTEGER NOT NULL,
    [column_name] TEXT NOT NULL,
    [column_type] TEXT NOT NULL,
    [revision] INTEGER NOT NULL,
    PRIMARY KEY ([table_name], [ordinal])
) WITHOUT ROWID;
