//! The repository's whole suite on a real SQL Server, given as an ADO.NET connection string in
//! `FOREBAY_TEST_MSSQL`. The database should be one that may be written to; tables stay behind.

#[tokio::test]
async fn azure_sql_keeps_the_ports_guarantees() {
    let Ok(connection_string) = std::env::var("FOREBAY_TEST_MSSQL") else {
        eprintln!(
            "skipped: the repository's suite did not run on Azure SQL, because FOREBAY_TEST_MSSQL holds no connection string"
        );
        return;
    };
    let repository = forebay_azure::open_repository(&connection_string).unwrap();
    forebay_ports::contract::repository(&repository).await;
}
