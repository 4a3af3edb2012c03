//! An account's concurrency, divided among the processes that ask for it, and its pause.

use async_trait::async_trait;
use forebay_model::{Instant, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{AccountStore, Share, ShareRequest};

use super::SqlRepository;
use super::retry::again;
use crate::driver::{Transaction, WriteKind};
use crate::table::{ACCOUNT_PAUSE, ACCOUNT_SHARE};
use crate::value::Row;

pub(super) const SHARES: &str = "SELECT [holder], [wanted], [granted], [until] FROM [account_share] \
    WHERE [tenant] = ?1 AND [account] = ?2";

/// A holder that went without giving back.
pub(super) const EXPIRE: &str =
    "DELETE FROM [account_share] WHERE [tenant] = ?1 AND [account] = ?2 AND [until] <= ?3";

pub(super) const GIVE_BACK: &str =
    "DELETE FROM [account_share] WHERE [tenant] = ?1 AND [account] = ?2 AND [holder] = ?3";

pub(super) const PAUSE: &str =
    "SELECT [until], [reason] FROM [account_pause] WHERE [tenant] = ?1 AND [account] = ?2";

/// One process's wish, and what it was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    holder: String,
    wanted: u32,
    granted: u32,
    until: Instant,
}

/// What the asking holder gets: no more than it wants, than is free, and than its even share, where
/// nobody's even share is more than it wants (max-min fairness).
///
/// Others that hold more than their even share give way when they ask again; until then the sum of what is
/// granted stays within the limit because only what is free is given. A holder that reads keeps 1 of it
/// also where there are more holders than there is to share, rather than stop in the middle.
fn granted(others: &[Held], holder: &str, wanted: u32, limit: u32) -> u32 {
    let taken: u32 = others.iter().map(|o| o.granted).sum();
    let free = limit.saturating_sub(taken);
    let mut wishes: Vec<(&str, u32)> = others.iter().map(|o| (o.holder.as_str(), o.wanted)).collect();
    wishes.push((holder, wanted));
    even_share(wishes, holder, limit).max(1).min(wanted).min(free)
}

/// Shares the limit out from the smallest wish to the largest; what a small wish leaves goes to the others,
/// and the remainder to the first by name.
fn even_share(mut wishes: Vec<(&str, u32)>, holder: &str, limit: u32) -> u32 {
    wishes.sort_by_key(|(name, wanted)| (*wanted, *name));
    let mut left = limit;
    let mut open = u32::try_from(wishes.len()).unwrap_or(u32::MAX);
    let mut large: Vec<&str> = Vec::new();
    for (name, wanted) in wishes {
        if large.is_empty() && wanted <= left / open.max(1) {
            if name == holder {
                return wanted;
            }
            left -= wanted;
            open -= 1;
        } else {
            large.push(name);
        }
    }
    large.sort_unstable();
    let place = large.iter().position(|name| *name == holder).unwrap_or(0);
    let (even, remainder) = (left / open.max(1), left % open.max(1));
    even + u32::from(u32::try_from(place).is_ok_and(|place| place < remainder))
}

fn read_held(rows: &[Row]) -> Result<Vec<Held>, PortError> {
    let read = |row: &Row| {
        let mut reader = row.reader();
        Ok(Held {
            holder: reader.text()?,
            wanted: reader.small()?,
            granted: reader.small()?,
            until: reader.instant()?,
        })
    };
    rows.iter().map(read).collect()
}

impl SqlRepository {
    /// Whoever changes an account's shares or its pause follows the one before.
    async fn begin_account(
        &self,
        tenant: &TenantId,
        account: &str,
    ) -> Result<Box<dyn Transaction>, PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("account/{tenant}/{account}")).await?;
        Ok(tx)
    }

    async fn pause(
        &self,
        tx: &mut dyn Transaction,
        tenant: &TenantId,
        account: &str,
    ) -> Result<Option<(Instant, String)>, PortError> {
        let rows = tx.query(&self.text(PAUSE), &[tenant.into(), account.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut reader = row.reader();
        Ok(Some((reader.instant()?, reader.text()?)))
    }

    async fn share_once(&self, request: &ShareRequest<'_>) -> Result<Share, PortError> {
        let ShareRequest { tenant, account, holder, wanted, in_flight, limit, now, until } = *request;
        let mut tx = self.begin_account(tenant, account).await?;
        let key = [tenant.into(), account.into()];
        let held = read_held(&tx.query(&self.text(SHARES), &key).await?)?;
        if held.iter().any(|h| h.until <= now) {
            tx.execute(&self.text(EXPIRE), &[tenant.into(), account.into(), now.into()]).await?;
        }
        let (mine, others): (Vec<Held>, Vec<Held>) =
            held.into_iter().filter(|h| h.until > now).partition(|h| h.holder == holder);
        let granted = granted(&others, holder, wanted, limit);
        // What is under way of the last grant cannot be another's yet.
        let under_way = mine.first().map_or(0, |mine| mine.granted.min(in_flight));
        let counts = granted.max(under_way);
        let row =
            vec![tenant.into(), account.into(), holder.into(), wanted.into(), counts.into(), until.into()];
        ACCOUNT_SHARE.write(tx.as_mut(), WriteKind::Upsert, vec![row]).await?;
        let paused = self.pause(tx.as_mut(), tenant, account).await?.filter(|(until, _)| *until > now);
        tx.commit().await?;
        Ok(Share { granted, paused })
    }

    async fn give_back_once(&self, tenant: &TenantId, account: &str, holder: &str) -> Result<(), PortError> {
        let mut tx = self.begin_account(tenant, account).await?;
        tx.execute(&self.text(GIVE_BACK), &[tenant.into(), account.into(), holder.into()]).await?;
        tx.commit().await
    }

    async fn pause_once(
        &self,
        tenant: &TenantId,
        account: &str,
        until: Instant,
        reason: &str,
    ) -> Result<(), PortError> {
        let mut tx = self.begin_account(tenant, account).await?;
        let known = self.pause(tx.as_mut(), tenant, account).await?;
        if known.is_some_and(|(known, _)| known >= until) {
            return Ok(());
        }
        let row = vec![tenant.into(), account.into(), until.into(), reason.into()];
        ACCOUNT_PAUSE.write(tx.as_mut(), WriteKind::Upsert, vec![row]).await?;
        tx.commit().await
    }
}

#[async_trait]
impl AccountStore for SqlRepository {
    async fn take_share(&self, request: ShareRequest<'_>) -> Result<Share, PortError> {
        let request = &request;
        again(|| self.share_once(request)).await
    }

    async fn give_share_back(&self, tenant: &TenantId, account: &str, holder: &str) -> Result<(), PortError> {
        again(|| self.give_back_once(tenant, account, holder)).await
    }

    async fn pause_account(
        &self,
        tenant: &TenantId,
        account: &str,
        until: Instant,
        reason: &str,
    ) -> Result<(), PortError> {
        again(|| self.pause_once(tenant, account, until, reason)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn held(holder: usize, wanted: u32, granted: u32) -> Held {
        Held { holder: format!("h{holder}"), wanted, granted, until: Instant::MAX }
    }

    /// Everybody asks in turn, again and again.
    fn rounds(wishes: &[u32], limit: u32, rounds: usize) -> Vec<u32> {
        let mut all: Vec<Held> = wishes.iter().enumerate().map(|(n, w)| held(n, *w, 0)).collect();
        for _ in 0..rounds {
            for n in 0..all.len() {
                let others: Vec<Held> =
                    all.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, h)| h.clone()).collect();
                all[n].granted = granted(&others, &all[n].holder, all[n].wanted, limit);
                assert!(all.iter().map(|h| h.granted).sum::<u32>() <= limit);
            }
        }
        all.iter().map(|h| h.granted).collect()
    }

    #[test]
    fn a_small_wish_leaves_its_rest_to_the_others() {
        assert_eq!(rounds(&[10], 10, 1), [10]);
        assert_eq!(rounds(&[10, 2], 10, 2), [8, 2]);
        assert_eq!(rounds(&[10, 2, 10], 10, 3), [4, 2, 4]);
        assert_eq!(rounds(&[10, 10], 5, 3), [3, 2]);
        assert_eq!(rounds(&[10, 10, 10], 2, 3), [1, 1, 0], "more holders than there is");
    }

    proptest! {
        #[test]
        fn nothing_wanted_is_left_and_nobody_keeps_more_than_an_even_share_of_what_another_lacks(
            wishes in proptest::collection::vec(0u32..12, 1..6), limit in 0u32..20,
        ) {
            let end = rounds(&wishes, limit, 4);
            let wanted: u32 = wishes.iter().sum();
            prop_assert_eq!(end.iter().sum::<u32>(), wanted.min(limit));
            for (mine, wish) in end.iter().zip(&wishes) {
                if mine < wish {
                    prop_assert!(end.iter().all(|other| *other <= mine + 1), "{:?} of {:?}", end, wishes);
                }
            }
        }
    }
}
