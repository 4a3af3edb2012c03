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

    pub fn life(&self) -> i64 {
        self.life
    }

    /// A new token.
    pub fn issue(&self, now: i64) -> anyhow::Result<String> {
        let token = random_text(96)?;
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.retain(|_, end| *end > now);
        ends.insert(token.clone(), now + self.life);
        Ok(token)
    }

    pub fn is_valid(&self, token: &str, now: i64) -> bool {
        let ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.get(token).is_some_and(|end| *end > now)
    }

    /// Ends every token before its time.
    pub fn expire_all(&self) {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
