//! OAuth access tokens in circulation. They live in memory only: after a restart none is known.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use forebay_simulation::secrets::random_text;

/// How a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Valid,
    /// It was good until this millisecond.
    Expired(i64),
    Unknown,
}

/// Tokens and the millisecond each ends at.
pub struct Tokens {
    life_seconds: i64,
    ends: Mutex<HashMap<String, i64>>,
}

impl Tokens {
    pub fn new(life_seconds: i64) -> Self {
        Self { life_seconds, ends: Mutex::new(HashMap::new()) }
    }

    pub fn life_seconds(&self) -> i64 {
        self.life_seconds
    }

    /// A new token; those before it stay good.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn issue(&self, now: i64) -> anyhow::Result<String> {
        let token = random_text(72)?;
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.insert(token.clone(), now + self.life_seconds * 1_000);
        Ok(token)
    }

    pub fn standing(&self, token: &str, now: i64) -> Standing {
        let ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        match ends.get(token) {
            None => Standing::Unknown,
            Some(end) if *end > now => Standing::Valid,
            Some(end) => Standing::Expired(*end),
        }
    }

    /// Ends every token that has not ended yet.
    pub fn expire_all(&self, now: i64) {
        for end in self.ends.lock().unwrap_or_else(PoisonError::into_inner).values_mut() {
            *end = (*end).min(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_ended_is_told_from_one_never_issued() {
        let tokens = Tokens::new(10);
        let token = tokens.issue(1_000).unwrap();
        assert_eq!(tokens.standing(&token, 10_999), Standing::Valid);
        assert_eq!(tokens.standing(&token, 11_000), Standing::Expired(11_000));
        assert_eq!(tokens.standing("other", 1_000), Standing::Unknown);
        tokens.expire_all(2_000);
        assert_eq!(tokens.standing(&token, 2_000), Standing::Expired(2_000));
    }
}
