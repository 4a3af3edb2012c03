CREATE TABLE [run] ([tenant] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL, [id] INT NOT NULL);
GO
UPDATE t SET t.[id] = j.[id]
FROM [run] AS t INNER JOIN OPENJSON(@P1) WITH ([tenant] NVARCHAR(128) '$[0]', [id] INT '$[1]') AS j
    ON t.[tenant] = j.[tenant] COLLATE Latin1_General_100_BIN2
WHERE t.[id] IS NOT DISTINCT FROM j.[id];
SELECT [id] FROM [run] ORDER BY [id] OFFSET 0 ROWS FETCH NEXT @P2 ROWS ONLY;
