//! Where alerts go.

use axum::Json;
use axum::extract::State;
use forebay_model::TenantId;
use forebay_model::alert::{AlertChannel, ChannelKind, may_name_secret, secret_prefix};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{Author, BodyOf, PathOf, Scope, Shared, Tenant};
use crate::paging::Listing;
use crate::problem::{Problem, ProblemKind};
use crate::views::{ChannelRequest, ChannelTestView, ChannelView};

/// A delivery is named by its alert, its version and its channel, in 128 characters.
const MOST_ID: usize = 64;
const MOST_SECRET: usize = 127;
const MOST_RECIPIENTS: usize = 50;
const MOST_COOL_DOWN: u32 = 30 * 86_400;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ChannelPath {
    /// A channel's id: 1 to 64 of `a-z A-Z 0-9 _ - .`.
    #[param(example = "data-team")]
    pub channel: String,
}

/// Channels, in order of id.
#[utoipa::path(get, path = "/api/v1/alert-channels", tag = "alerts", operation_id = "list_alert_channels",
    responses((status = 200, body = Listing<ChannelView>)))]
pub async fn list(scope: Scope) -> Result<Listing<ChannelView>, Problem> {
    let found = scope.repository.channels(&scope.tenant).await?;
    Ok(Listing::whole(found.into_iter().map(Into::into).collect()))
}

/// Writes a channel. Its address is a secret of the vault, which is read for each delivery.
#[utoipa::path(put, path = "/api/v1/alert-channels/{channel}", tag = "alerts",
    operation_id = "put_alert_channel", params(ChannelPath), request_body = ChannelRequest,
    responses((status = 200, body = ChannelView)))]
pub async fn put(
    scope: Scope,
    PathOf(path): PathOf<ChannelPath>,
    BodyOf(request): BodyOf<ChannelRequest>,
) -> Result<Json<ChannelView>, Problem> {
    let channel = request.into_channel(path.channel);
    check(&scope.tenant, &channel)?;
    scope.repository.put_channel(&scope.tenant, &channel).await?;
    Ok(Json(channel.into()))
}

/// Removes a channel; what was to be sent there is given up.
#[utoipa::path(delete, path = "/api/v1/alert-channels/{channel}", tag = "alerts",
    operation_id = "remove_alert_channel", params(ChannelPath), responses((status = 200, body = ChannelView)))]
pub async fn remove(
    scope: Scope,
    State(state): State<Shared>,
    PathOf(path): PathOf<ChannelPath>,
) -> Result<Json<ChannelView>, Problem> {
    let channels = scope.repository.channels(&scope.tenant).await?;
    let channel = channels.into_iter().find(|channel| channel.id == path.channel).ok_or_else(|| {
        Problem::not_found("a channel with this id", "GET /api/v1/alert-channels lists those there are")
    })?;
    scope.repository.remove_channel(&scope.tenant, &channel.id, state.clock.now()).await?;
    Ok(Json(channel.into()))
}

/// Sends a message to a channel that says that it is a test, and answers with what the receiver said.
///
/// It goes the way that alerts go, is tried once, and counts for no alert. A tenant may send 5 a minute and 20 an
/// hour, over all its channels.
#[utoipa::path(post, path = "/api/v1/alert-channels/{channel}/test", tag = "alerts",
    operation_id = "test_alert_channel", params(ChannelPath),
    responses((status = 200, body = ChannelTestView)))]
pub async fn test(
    Tenant(tenant): Tenant,
    State(state): State<Shared>,
    Author(by): Author,
    PathOf(path): PathOf<ChannelPath>,
) -> Result<Json<ChannelTestView>, Problem> {
    let test = state.commands.test_channel(&tenant, &path.channel, &by).await?;
    Ok(Json(test.into()))
}

fn check(tenant: &TenantId, channel: &AlertChannel) -> Result<(), Problem> {
    let invalid = |detail: String| Err(Problem::new(ProblemKind::InvalidBody, detail));
    let plain =
        |text: &str, others: &[u8]| text.bytes().all(|b| b.is_ascii_alphanumeric() || others.contains(&b));
    if channel.id.is_empty() || channel.id.len() > MOST_ID || !plain(&channel.id, b"_-.") {
        let found = channel.id.chars().count();
        let expected = "expected 1 to 64 of a-z, A-Z, 0-9, '_', '-' and '.'";
        let detail = format!("`channel` in the address: text of {found} characters; {expected}");
        return Err(Problem::new(ProblemKind::InvalidPath, detail));
    }
    let named = may_name_secret(tenant, &channel.secret);
    if !named || channel.secret.len() > MOST_SECRET || !plain(&channel.secret, b"-") {
        return invalid(format!(
            "field `secret` is text of {} characters; expected the name of a secret that begins with `{}`, \
             of a-z, A-Z, 0-9 and '-'; store the address under such a name",
            channel.secret.chars().count(),
            secret_prefix(tenant)
        ));
    }
    let recipients = channel.recipients.len();
    let email = channel.kind == ChannelKind::Email;
    if email != (1..=MOST_RECIPIENTS).contains(&recipients) {
        let expected = format!("expected 1 to {MOST_RECIPIENTS} for `email` and none for the others");
        return invalid(format!("field `recipients` is an array of {recipients}; {expected}"));
    }
    if let Some(at) = channel.recipients.iter().position(|each| !each.contains('@')) {
        return invalid(format!("field `recipients[{at}]` is no e-mail address; expected name@example.com"));
    }
    if channel.cool_down_seconds > MOST_COOL_DOWN {
        let expected = format!("expected at most {MOST_COOL_DOWN} (30 days)");
        return invalid(format!("field `cool_down_seconds` is out of range; {expected}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::rule::Severity;

    fn acme() -> TenantId {
        TenantId::new("acme").unwrap()
    }

    fn channel(kind: ChannelKind, secret: &str, recipients: &[&str]) -> AlertChannel {
        AlertChannel {
            id: "ops".into(),
            kind,
            secret: secret.into(),
            recipients: recipients.iter().map(ToString::to_string).collect(),
            least_severity: Severity::Warning,
            cool_down_seconds: 0,
        }
    }

    #[test]
    fn a_channel_never_names_the_secret_of_a_source() {
        assert!(check(&acme(), &channel(ChannelKind::Webhook, "alert-acme--ops", &[])).is_ok());
        for secret in ["netsuite-private-key", "alert-bolt--teams", "", "alert-acme--../x"] {
            let problem = check(&acme(), &channel(ChannelKind::Webhook, secret, &[])).unwrap_err();
            assert!(problem.detail.contains("begins with `alert-acme--`"), "{}", problem.detail);
            assert!(secret.is_empty() || !problem.detail.contains(secret));
        }
    }

    #[test]
    fn a_channels_id_leaves_room_for_what_deliveries_are_named_by() {
        let named = |length: usize| AlertChannel {
            id: "c".repeat(length),
            ..channel(ChannelKind::Webhook, "alert-acme--ops", &[])
        };
        assert!(check(&acme(), &named(MOST_ID)).is_ok() && check(&acme(), &named(MOST_ID + 1)).is_err());
        let alert = "0".repeat(32);
        assert!(format!("{alert}.{}.{}", u64::MAX, named(MOST_ID).id).len() <= 128);
    }

    #[test]
    fn e_mail_has_recipients_and_nothing_else_has() {
        assert!(check(&acme(), &channel(ChannelKind::Email, "alert-acme--ops", &["a@example.com"])).is_ok());
        assert!(check(&acme(), &channel(ChannelKind::Email, "alert-acme--ops", &[])).is_err());
        assert!(check(&acme(), &channel(ChannelKind::Email, "alert-acme--ops", &["nobody"])).is_err());
        assert!(check(&acme(), &channel(ChannelKind::Teams, "alert-acme--ops", &["a@example.com"])).is_err());
    }
}
