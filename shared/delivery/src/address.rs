//! What an address may be. Errors name the part that is wrong and never repeat it.

use std::net::IpAddr;

use forebay_ports::PortError;
use url::{Host, Url};

/// An address of one of these schemes. Plain text is for this machine only.
pub(crate) fn parse(address: &str, encrypted: &[&str], plain: &[&str]) -> Result<Url, PortError> {
    let url = Url::parse(address.trim()).map_err(|error| {
        misconfigured(format!("the secret holds no address ({error}); {}", expected(encrypted)))
    })?;
    if url.host().is_none() {
        return Err(misconfigured(format!("the address names no host; {}", expected(encrypted))));
    }
    let scheme = url.scheme();
    if encrypted.contains(&scheme) || (plain.contains(&scheme) && is_this_machine(&url)) {
        return Ok(url);
    }
    Err(misconfigured(format!("the address's scheme is `{scheme}`; {}", expected(encrypted))))
}

pub(crate) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        // Of schemes that browsers do not know, numbers stay names.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|at| at.is_loopback())
        }
        Some(Host::Ipv4(at)) => at.is_loopback(),
        Some(Host::Ipv6(at)) => at.is_loopback(),
        None => false,
    }
}

pub(crate) fn misconfigured(detail: String) -> PortError {
    PortError::Misconfigured { service: "alert channel", detail }
}

fn expected(schemes: &[&str]) -> String {
    let schemes: Vec<String> = schemes.iter().map(|scheme| format!("{scheme}://")).collect();
    format!("store one that begins with {}", schemes.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(address: &str) -> String {
        parse(address, &["https"], &["http"]).unwrap_err().to_string()
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_plain_text() {
        for fine in
            ["https://hooks.example.com/T1", "http://127.0.0.1:9/a", "http://localhost/a", "http://[::1]:8/"]
        {
            assert!(parse(fine, &["https"], &["http"]).is_ok(), "{fine}");
        }
        // The last is where a cloud machine hands out its identity's tokens.
        for refused in ["http://hooks.example.com/T1", "ftp://example.com", "http://169.254.169.254/metadata"]
        {
            assert!(fault(refused).contains("begins with https://"), "{refused}");
        }
    }

    #[test]
    fn an_error_never_holds_the_address() {
        for secret in ["nonsense-s3cret", "http://hooks.example.com/s3cret", "mailto:s3cret@example.com"] {
            assert!(!fault(secret).contains("s3cret"), "{}", fault(secret));
        }
    }
}
