-- expect: parse-bad-limit.sql:3:24: SQL46010
-- SQLite's way to page is no T-SQL.
SELECT [id] FROM [run] LIMIT 10;
