#![doc = include_str!("../README.md")]

mod codec;
mod engine;
mod extract;
mod finish;
mod inbound;
mod land;
mod profile;
mod replay;
mod stream;
mod sweep;
mod transform;

pub use engine::{Engine, NamespacesOf};
pub use extract::{ExtractReport, begin_run};
pub use finish::finish_profile;
pub use forebay_transform::lineage::{Namespaces, datasets};
pub use inbound::{Inbound, keep_undelivered};
pub use profile::ProfileReport;
pub use replay::Replayed;
pub use transform::TransformReport;
