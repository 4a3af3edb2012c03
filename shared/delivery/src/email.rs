//! E-mail by SMTP.

use std::time::Duration;

use forebay_ports::{PortError, Receipt};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError};
use lettre::{AsyncTransport, Message, Tokio1Executor};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::address::{self, misconfigured};
use crate::said;

const SERVICE: &str = "alert channel";
const COMMAND_WITHIN: Duration = Duration::from_secs(20);
const SMTPS_PORT: u16 = 465;
const SUBMISSION_PORT: u16 = 587;

pub(crate) struct Mail<'a> {
    pub id: &'a str,
    pub recipients: &'a [String],
    pub subject: &'a str,
    pub text: &'a str,
    pub html: &'a str,
}

pub(crate) async fn send(mail: &Mail<'_>, address: &str) -> Result<Receipt, PortError> {
    let url = address::parse(address, &["smtps", "smtp"], &[])?;
    let message = message(mail, &url)?;
    let taken = transport(&url)?.send(message).await.map_err(|error| judge(&error, address))?;
    let said = said::shown(&taken.message().collect::<Vec<_>>().join(" "), address);
    Ok(Receipt { status: format!("SMTP code {}", taken.code()), said })
}

fn message(mail: &Mail<'_>, url: &Url) -> Result<Message, PortError> {
    if mail.recipients.is_empty() {
        return Err(misconfigured("an e-mail channel needs recipients".to_owned()));
    }
    let from: Mailbox = url
        .query_pairs()
        .find_map(|(name, value)| (name == "from").then(|| value.parse().ok()).flatten())
        .ok_or_else(|| {
            misconfigured("the SMTP address says no sender; add ?from=name@example.com".to_owned())
        })?;
    let id = format!("<{}@forebay.invalid>", mail.id.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    let mut builder = Message::builder().from(from).subject(mail.subject).message_id(Some(id));
    for (at, recipient) in mail.recipients.iter().enumerate() {
        let mailbox: Mailbox =
            recipient.parse().map_err(|_| misconfigured(format!("recipients[{at}] is no e-mail address")))?;
        builder = builder.to(mailbox);
    }
    let parts = MultiPart::alternative_plain_html(mail.text.to_owned(), mail.html.to_owned());
    builder.multipart(parts).map_err(|error| misconfigured(format!("no message can be made: {error}")))
}

fn transport(url: &Url) -> Result<AsyncSmtpTransport<Tokio1Executor>, PortError> {
    let host = url.host_str().unwrap_or_default();
    let parameters = || {
        TlsParameters::new(host.to_owned())
            .map_err(|error| misconfigured(format!("no TLS to this host: {error}")))
    };
    let (tls, port) = match (url.scheme(), address::is_this_machine(url)) {
        // A mail catcher on a developer's machine speaks no TLS.
        ("smtp", true) => (Tls::None, SUBMISSION_PORT),
        ("smtp", false) => (Tls::Required(parameters()?), SUBMISSION_PORT),
        _ => (Tls::Wrapper(parameters()?), SMTPS_PORT),
    };
    let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(url.port().unwrap_or(port))
        .tls(tls)
        .timeout(Some(COMMAND_WITHIN));
    Ok(match credentials(url)? {
        Some(credentials) => builder.credentials(credentials).build(),
        None => builder.build(),
    })
}

fn credentials(url: &Url) -> Result<Option<Credentials>, PortError> {
    let Some(password) = url.password() else { return Ok(None) };
    let decoded = |text| percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
    match (decoded(url.username()), decoded(password)) {
        (Ok(user), Ok(password)) if !user.is_empty() => Ok(Some(Credentials::new(user, password))),
        _ => Err(misconfigured("the SMTP address needs user and password, percent-encoded UTF-8".to_owned())),
    }
}

fn judge(error: &SmtpError, address: &str) -> PortError {
    let status = error.status().map(u16::from);
    let code = error.status().map_or_else(|| "no SMTP answer".to_owned(), |code| format!("SMTP code {code}"));
    // A server may repeat what we signed in with, in a form of its own.
    let signs_in = matches!(status, Some(334 | 501 | 503 | 504 | 530..=538));
    let words = std::error::Error::source(error).filter(|_| status.is_some() && !signs_in);
    let words = words.and_then(|words| said::shown(&words.to_string(), address));
    let code = said::with(code, words.as_deref());
    match status {
        Some(530 | 534 | 535 | 538) => PortError::Unauthorized { service: SERVICE, detail: code },
        // What the server cannot do, such as STARTTLS: the words are the client's own.
        _ if error.is_client() => {
            misconfigured(std::error::Error::source(error).map_or(code, ToString::to_string))
        }
        _ if error.is_permanent() => PortError::Rejected { service: SERVICE, detail: code },
        _ => PortError::Transient { service: SERVICE, detail: code },
    }
}
