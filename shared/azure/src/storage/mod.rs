//! What the services of a storage account share: which account, and how it is entered.

mod account;
mod shared_key;

pub(crate) use account::{Account, Entrance, Service};
