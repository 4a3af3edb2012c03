//! Access tokens in circulation. They live in memory only: a restart ends them all.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::random_text;

/// Tokens and the UTC second each ends at.
pub struct Tokens {
    life: i64,
    ends: Mutex<HashMap<String, i64>>,
}

impl Tokens {
    /// `life` is in seconds.
    pub fn new(life: i64) -> Self {
        Self { life, ends: Mutex::new(HashMap::new()) }
    }

    /// Seconds a token lives.
    pub fn life(&self) -> i64 {
        self.life
    }

    /// A new token.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn issue(&self, now: i64) -> anyhow::Result<String> {
        let token = random_text(96)?;
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.retain(|_, end| *end > now);
        ends.insert(token.clone(), now + self.life);
        Ok(token)
    }

    /// Whether the token was issued here and has not ended; `now` in UTC seconds.
    pub fn is_valid(&self, token: &str, now: i64) -> bool {
        let ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.get(token).is_some_and(|end| *end > now)
    }

    /// Ends every token before its time.
    pub fn expire_all(&self) {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_ends_with_its_life_or_when_all_are_ended() {
        let tokens = Tokens::new(10);
        let token = tokens.issue(100).unwrap();
        assert!(tokens.is_valid(&token, 109) && !tokens.is_valid(&token, 110) && !tokens.is_valid("", 100));
        tokens.expire_all();
        assert!(!tokens.is_valid(&token, 100));
    }
}
