//! Starts a portal.

use anyhow::Result;
use forebay_simulation::Start;

use crate::account::Account;
use crate::http::router;
use crate::settings::Settings;

/// A portal that answers requests until it is stopped or dropped.
pub type Running = forebay_simulation::Running<Account>;

/// Opens or makes the portal and answers requests.
///
/// # Errors
/// When the address is taken or not this machine's, or the data folder cannot be used.
pub async fn start(settings: Settings) -> Result<Running> {
    let how = Start {
        listen: settings.listen,
        public_url: settings.public_url.clone(),
        port_file: settings.port_file.clone(),
        changes_per_minute: settings.changes_per_minute,
    };
    forebay_simulation::start(how, move |base_url| Account::open(&settings, base_url), router).await
}
