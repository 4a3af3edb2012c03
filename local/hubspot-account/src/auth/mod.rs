//! What clients log in with.

mod credentials;
mod tokens;

pub use credentials::{Credentials, private_app_token};
pub use tokens::{Standing, Tokens};

/// Where OAuth tokens are refreshed.
pub const TOKEN_PATH: &str = "/oauth/v1/token";

/// Who asks: the two kinds of app have different rights and different headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum App {
    /// A private app, by its token.
    Private,
    /// An app that was installed through OAuth, by an access token.
    OAuth,
}
