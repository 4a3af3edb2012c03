-- expect: [dbo].[run].[nothing]
CREATE TABLE dbo.run (id INT NOT NULL PRIMARY KEY);
GO
CREATE VIEW dbo.broken AS SELECT r.nothing FROM dbo.run AS r;
