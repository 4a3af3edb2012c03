//! The process's TLS arithmetic.

/// Chooses rustls' cryptography for the whole process, once.
///
/// Two providers (ring and aws-lc-rs) are linked, because dependencies disagree; asked for a default,
/// rustls then panics instead of choosing. Every constructor of this crate calls this first; calling it
/// again, or after somebody else chose, changes nothing.
pub fn install_crypto_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Losing this race means that another thread installed one, which is all we need.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tls_configuration_is_built_without_panic_though_two_providers_are_linked() {
        install_crypto_provider();
        install_crypto_provider();
        let config = rustls::ClientConfig::builder()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        assert!(!config.crypto_provider().cipher_suites.is_empty());
    }
}
