CREATE TABLE dbo.run (tenant NVARCHAR(128) NOT NULL, id INT NOT NULL, CONSTRAINT pk_run PRIMARY KEY (tenant, id));
GO
CREATE TABLE dbo.page (
    tenant NVARCHAR(128) NOT NULL,
    run INT NOT NULL,
    CONSTRAINT fk_page_run FOREIGN KEY (tenant, run) REFERENCES dbo.run (tenant, id)
);
GO
CREATE OR ALTER VIEW dbo.run_pages AS
SELECT r.tenant, r.id, COUNT(*) AS pages FROM dbo.run AS r INNER JOIN dbo.page AS p ON p.tenant = r.tenant AND p.run = r.id
GROUP BY r.tenant, r.id;
