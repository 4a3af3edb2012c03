-- expect: [dbo].[nowhere]
CREATE TABLE dbo.page (run INT NOT NULL REFERENCES dbo.nowhere (id));
