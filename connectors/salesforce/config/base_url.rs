//! Where the org is, and where its credentials may go.

use std::fmt;

use crate::settings::{Origin, Remedy};

/// Where an org's services are: scheme, host and port, nothing behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Origin);

/// The domains under which Salesforce runs orgs. Hosts under the same one belong to the same service.
const FAMILIES: [&str; 6] =
    ["salesforce.com", "force.com", "salesforce.mil", "cloudforce.com", "database.com", "sfcrmproducts.cn"];

impl BaseUrl {
    /// Takes `https://host[:port]`; plain `http` only where the host is this machine, since the
    /// credentials travel with each request.
    pub fn parse(setting: &str, text: &str) -> Result<Self, String> {
        let instead = "https://<name>.my.salesforce.com";
        Origin::parse(setting, text, Remedy { instead, travels: "the credentials" }).map(Self)
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.0.is_loopback()
    }

    pub fn host(&self) -> &str {
        self.0.host()
    }

    pub fn is_sandbox(&self) -> bool {
        self.host().contains(".sandbox.") || self.host().contains("--")
    }

    /// The address of a path, which starts with `/`.
    pub fn join(&self, path: &str) -> String {
        self.0.join(path)
    }

    /// Whether what is sent here may be sent to `other` too: this machine to this machine, the same host, or
    /// another host of the same Salesforce service. Anything else would hand the credentials to a stranger.
    pub fn trusts(&self, other: &BaseUrl) -> bool {
        if self.is_loopback() || other.is_loopback() {
            return self.is_loopback() && other.is_loopback();
        }
        let within = |host: &str, family: &str| {
            host.strip_suffix(family).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let related = |family: &str| within(self.host(), family) && within(other.host(), family);
        self.0 == other.0 || FAMILIES.iter().any(|family| related(family))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> BaseUrl {
        BaseUrl::parse("base_url", text).unwrap()
    }

    #[test]
    fn credentials_stay_within_the_service() {
        let org = url("https://acme.my.salesforce.com");
        for fine in
            ["https://acme.my.salesforce.com", "https://na1.salesforce.com", "https://login.salesforce.com"]
        {
            assert!(org.trusts(&url(fine)), "{fine}");
        }
        for strange in [
            "https://salesforce.com.evil.example",
            "https://evilsalesforce.com",
            "https://acme.force.com",
            "http://127.0.0.1:80",
            "https://acme.my.salesforce.com:8443.example",
        ] {
            let trusted = BaseUrl::parse("x", strange).is_ok_and(|strange| org.trusts(&strange));
            assert!(!trusted, "{strange}");
        }
        assert!(url("http://127.0.0.1:80").trusts(&url("http://localhost:81")));
        let own = url("https://proxy.example");
        assert!(own.trusts(&own) && !own.trusts(&url("https://other.example")));
    }

    #[test]
    fn a_sandbox_is_known_by_its_host() {
        assert!(url("https://acme--uat.sandbox.my.salesforce.com").is_sandbox());
        assert!(!url("https://acme.my.salesforce.com").is_sandbox());
    }
}
