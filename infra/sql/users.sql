-- Gives the app's managed identity its place in the database. Run once after the deployment, as the Entra
-- administrator, connected to the database `forebay` (not `master`); README.md has the command. $(identity)
-- is the name of the managed identity, output `identityName` of the deployment. Running it again changes
-- nothing.
IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'$(identity)')
    CREATE USER [$(identity)] FROM EXTERNAL PROVIDER;
GO

-- The app migrates its own schema and creates a table for each stream, so it needs data definition too. It is
-- no owner: it can neither add users nor hand out rights.
ALTER ROLE db_datareader ADD MEMBER [$(identity)];
ALTER ROLE db_datawriter ADD MEMBER [$(identity)];
ALTER ROLE db_ddladmin ADD MEMBER [$(identity)];
GO

-- Row-level security: the app puts its predicate function on every table it creates.
GRANT ALTER ANY SECURITY POLICY TO [$(identity)];
GRANT REFERENCES TO [$(identity)];
GRANT SELECT TO [$(identity)];
GRANT EXECUTE TO [$(identity)];
GO
