//! Rules, anomalies and alerts, as the API shows and takes them.

mod alert;
mod anomaly;
mod channel;
mod exclusion;
mod expectation;
mod list;
mod rule;

pub use alert::{
    AlertStateView, AlertView, CauseKindView, DeliveryView, FindingView, SilenceRequest, SilenceView,
};
pub use anomaly::{AnomalyView, ExpectedView, MetricView, PointView, SeriesView};
pub use channel::{ChannelKindView, ChannelRequest, ChannelTestView, ChannelView};
pub use exclusion::{ExclusionRequest, ExclusionView};
pub use expectation::{ComparisonView, ConditionView, ExpectationView};
pub use list::{ListRequest, ListView};
pub use rule::{OutcomeView, RuleRequest, RuleView, SeverityView, ViolationView};
