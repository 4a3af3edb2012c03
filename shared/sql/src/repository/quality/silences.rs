//! What is not delivered for a while.

use forebay_model::alert::Silence;
use forebay_model::{Instant, TenantId};
use forebay_ports::PortError;

use super::super::{SqlRepository, to_json};
use crate::driver::{Transaction, WriteKind};
use crate::table::SILENCE;

const ONE: &str = "SELECT [body] FROM [silence] WHERE [tenant] = ?1 AND [id] = ?2";

const FROM: &str = "SELECT [body] FROM [silence] WHERE [tenant] = ?1 AND [until] > ?2 ORDER BY [until], [id]";

pub(super) fn statements() -> Vec<(&'static str, String)> {
    vec![("silence_one", ONE.into()), ("silence_from", FROM.into())]
}

async fn write(tx: &mut dyn Transaction, tenant: &TenantId, silence: &Silence) -> Result<(), PortError> {
    let row = vec![tenant.into(), silence.id.as_str().into(), silence.until.into(), to_json(silence)?.into()];
    SILENCE.write(tx, WriteKind::Upsert, vec![row]).await
}

impl SqlRepository {
    pub(super) async fn put_silence_once(
        &self,
        tenant: &TenantId,
        silence: &Silence,
    ) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        write(tx.as_mut(), tenant, silence).await?;
        tx.commit().await
    }

    pub(super) async fn read_silences(
        &self,
        tenant: &TenantId,
        from: Instant,
    ) -> Result<Vec<Silence>, PortError> {
        let rows = self.query(tenant, FROM, &[tenant.into(), from.into()]).await?;
        rows.iter().map(|row| row.reader().json()).collect()
    }

    pub(super) async fn end_silence_once(
        &self,
        tenant: &TenantId,
        id: &str,
        at: Instant,
    ) -> Result<Silence, PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("silence/{tenant}/{id}")).await?;
        let rows = tx.query(&self.text(ONE), &[tenant.into(), id.into()]).await?;
        let found: Option<Silence> = rows.first().map(|row| row.reader().json()).transpose()?;
        let mut silence = found.ok_or_else(|| PortError::NotFound { what: format!("silence {id}") })?;
        if silence.until > at {
            silence.until = at;
            write(tx.as_mut(), tenant, &silence).await?;
            tx.commit().await?;
        }
        Ok(silence)
    }
}
