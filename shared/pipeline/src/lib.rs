#![doc = include_str!("../README.md")]

mod budget;
mod check;
mod claim;
mod codec;
mod deliver;
mod ended;
mod engine;
mod extract;
mod finish;
mod inbound;
mod judge;
mod land;
mod measure;
mod profile;
mod quality;
mod replay;
mod rules;
mod secrets;
mod stream;
mod sweep;
mod transform;
mod watch;

pub use budget::{AccountGate, Pace};
pub use check::{CheckItem, CheckReport, CheckVerdict, check, check_within};
pub use deliver::{Deliverer, DeliveryReport};
pub use engine::{Engine, NamespacesOf};
pub use extract::{ExtractReport, begin_run};
pub use finish::finish_profile;
pub use forebay_transform::lineage::{Namespaces, datasets};
pub use inbound::{Inbound, PoisonMessage, keep_poison, keep_undelivered};
pub use profile::ProfileReport;
pub use replay::Replayed;
pub use rules::check_rule;
pub use secrets::AuditedSecrets;
pub use transform::TransformReport;
pub use watch::Watched;
