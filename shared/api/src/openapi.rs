//! The API's description, OpenAPI 3.1, gathered from the handlers and views.

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ArrayBuilder, Schema};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, Ref, RefOr, SecurityRequirement};
use utoipa::{Modify, OpenApi};

use crate::problem::{MEDIA_TYPE, Problem, ProblemKind, ProblemView};
use crate::resources::{
    alerts, anomalies, channels, columns, dead_letters, docs, exclusions, health, lineage, lineage_events,
    metrics, outcomes, pages, profile_comparison, profiles, records, reference_lists, relations, rules, runs,
    series, silences, sources, streams, summary, whoami,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Forebay",
        description = "What was read from a tenant's source systems: sources, streams, columns with their \
            profiles, records with their history, lineage, runs with their accounting, dead letters.\n\n\
            Lists come in slices: give an answer's `next` as `after`. Errors are problem details (RFC 9457).",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "This installation")),
    tags(
        (name = "sources", description = "Configured source systems"),
        (name = "streams", description = "Kinds of record, their columns and records"),
        (name = "profiles", description = "What columns look like"),
        (name = "lineage", description = "Where columns come from and where they go"),
        (name = "runs", description = "Extractions and their accounting"),
        (name = "dead letters", description = "Records that could not be loaded"),
        (name = "rules", description = "What a tenant demands of its data, and what came of it"),
        (name = "anomalies", description = "What is measured of streams and columns, and what is unusual"),
        (name = "alerts", description = "What people are told, where, and what they made of it"),
        (name = "summary", description = "Numbers across sources"),
        (name = "health", description = "The app itself"),
    ),
    paths(
        sources::list, sources::get, sources::start_run, sources::check,
        streams::list, streams::get, columns::list, records::list,
        profiles::list, profiles::history, profile_comparison::get, relations::get,
        lineage::of_stream, lineage::get, lineage_events::list,
        runs::list, runs::get, pages::list,
        dead_letters::list, dead_letters::get, dead_letters::replay,
        rules::list, rules::get, rules::put, rules::retire, rules::versions,
        outcomes::of_rule, outcomes::of_run,
        reference_lists::list, reference_lists::get, reference_lists::put, reference_lists::retire,
        series::of_stream, anomalies::list, anomalies::get, anomalies::mark, anomalies::unmark,
        exclusions::list, exclusions::create, exclusions::remove,
        alerts::list, alerts::get, alerts::deliveries, alerts::acknowledge, alerts::resolve,
        silences::list, silences::create, silences::end,
        channels::list, channels::put, channels::remove, channels::test,
        summary::get, whoami::get, metrics::get,
        health::live, health::ready, docs::openapi,
    ),
    components(schemas(ProblemView)),
    modifiers(&Lists, &Problems, &SignIn),
)]
struct Description;

/// The description as the API serves it and as it is committed: JSON with a line end.
pub fn document() -> Result<String, serde_json::Error> {
    Ok(Description::openapi().to_pretty_json()? + "\n")
}

/// Lists name the schema of their items instead of repeating it; answers are described by what was asked.
struct Lists;

impl Modify for Lists {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        for (name, schema) in openapi.components.iter_mut().flat_map(|components| &mut components.schemas) {
            let Some(item) = name.strip_prefix("Listing_") else { continue };
            let RefOr::T(Schema::Object(list)) = schema else { continue };
            let items = ArrayBuilder::new().items(Ref::from_schema_name(item)).build();
            list.properties.insert("items".into(), RefOr::T(Schema::Array(items)));
        }
        for item in openapi.paths.paths.values_mut() {
            for operation in operations(item) {
                describe_answers(operation);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.delete].into_iter().flatten()
}

fn describe_answers(operation: &mut Operation) {
    let summary = operation.summary.clone().unwrap_or_default();
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            response.description.clone_from(&summary);
        }
    }
}

/// Paths that anybody may ask.
const OPEN: [&str; 3] = ["/api/v1/health/live", "/api/v1/health/ready", "/api/v1/openapi.json"];

const SCHEME: &str = "entra";

/// Adds to every operation the problems it can answer with, each with an example.
struct Problems;

impl Modify for Problems {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_with(Components::new);
        for (name, kind, detail) in EXAMPLES {
            let problem = Problem::new(kind, detail);
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("Problem")))
                .example(serde_json::to_value(problem.view()).ok())
                .build();
            let response =
                ResponseBuilder::new().description(kind.title()).content(MEDIA_TYPE, content).build();
            components.responses.insert(name.into(), RefOr::T(response));
        }
        for (path, item) in &mut openapi.paths.paths {
            for operation in operations(item) {
                add_problems(path, operation);
            }
        }
    }
}

const EXAMPLES: [(&str, ProblemKind, &str); 17] = [
    (
        "Changed",
        ProblemKind::Conflict,
        "rule known-status was changed by somebody else meanwhile; read it and try again",
    ),
    (
        "LimitReached",
        ProblemKind::LimitReached,
        "there are 1000 excluded times, and 1000 is the most; remove one first",
    ),
    (
        "BadRequest",
        ProblemKind::InvalidQuery,
        "query parameter limit: text of 3 characters; expected a number from 1 to 1000",
    ),
    (
        "NotSignedIn",
        ProblemKind::NotSignedIn,
        "the request names no identity: sign in with Microsoft Entra ID",
    ),
    (
        "UnknownTenant",
        ProblemKind::UnknownTenant,
        "the signed-in organisation has no tenant here; an administrator must add it to this installation's tenants",
    ),
    (
        "NotFound",
        ProblemKind::NotFound,
        "source `netsuit` was not found; GET /api/v1/sources lists the sources there are",
    ),
    (
        "Conflict",
        ProblemKind::SourceMisconfigured,
        "the source is misconfigured: setting `account` is missing; \
      correct the setting, then send the same request again",
    ),
    (
        "BodyTooLarge",
        ProblemKind::BodyTooLarge,
        "the body is larger than 1048576 bytes; send fewer items at a time",
    ),
    (
        "UnsupportedMediaType",
        ProblemKind::UnsupportedMediaType,
        "the header Content-Type does not say application/json; send the body as JSON and say so",
    ),
    (
        "Internal",
        ProblemKind::Internal,
        "repository cannot serve this request, however often it is sent; the log has \
      the cause",
    ),
    (
        "SourceUnavailable",
        ProblemKind::SourceRefused,
        "the source refused the credentials: invalid_grant; check the credentials the source's secrets hold",
    ),
    (
        "ChannelMisconfigured",
        ProblemKind::ChannelMisconfigured,
        "the vault has no secret of the name that the channel gives; nothing was sent. Store the address under \
      this name, or correct the channel's `secret`",
    ),
    (
        "ChannelRefused",
        ProblemKind::ChannelRefused,
        "it answered 404 Not Found: no_team, after 132 ms. Look whether the receiver still exists under this \
      address and takes messages of the channel's kind; an alert would be given up",
    ),
    (
        "TooManyTests",
        ProblemKind::TooManyTests,
        "5 tests were sent within a minute; nothing was sent now, try again in so long",
    ),
    (
        "Unavailable",
        ProblemKind::StoreUnavailable,
        "repository failed for now; send the same request again in a moment",
    ),
    (
        "StoreFull",
        ProblemKind::StoreFull,
        "repository has no room left; free space, then work goes on where it stopped",
    ),
    (
        "NotReady",
        ProblemKind::NotReady,
        "repository cannot be reached now; if it stays so, check that it runs and that the network lets us through",
    ),
];

fn add_problems(path: &str, operation: &mut Operation) {
    let mut add = |status: &str, name: &str| {
        let reference = RefOr::Ref(Ref::from_response_name(name));
        operation.responses.responses.insert(status.into(), reference);
    };
    if path == "/api/v1/health/ready" {
        add("503", "NotReady");
    }
    if OPEN.contains(&path) {
        return;
    }
    add("400", "BadRequest");
    add("401", "NotSignedIn");
    add("403", "UnknownTenant");
    add("500", "Internal");
    add("503", "Unavailable");
    if path.contains('{') || path.starts_with("/api/v1/lineage") {
        add("404", "NotFound");
    }
    if operation.request_body.is_some() {
        add("413", "BodyTooLarge");
        add("415", "UnsupportedMediaType");
    }
    const CHANGED: [&str; 6] = [
        "put_rule",
        "retire_rule",
        "put_reference_list",
        "retire_reference_list",
        "acknowledge_alert",
        "resolve_alert",
    ];
    if operation.operation_id.as_deref().is_some_and(|id| CHANGED.contains(&id)) {
        add("409", "Changed");
    }
    if operation.operation_id.as_deref() == Some("create_exclusion") {
        add("409", "LimitReached");
    }
    if operation.operation_id.as_deref() == Some("start_run") {
        add("409", "Conflict");
        add("502", "SourceUnavailable");
    }
    if operation.operation_id.as_deref() == Some("test_alert_channel") {
        add("409", "ChannelMisconfigured");
        add("429", "TooManyTests");
        add("502", "ChannelRefused");
    }
    if matches!(operation.operation_id.as_deref(), Some("start_run" | "replay_dead_letters")) {
        add("507", "StoreFull");
    }
}

/// In Azure, App Service Authentication checks the token; on one machine nothing is asked.
struct SignIn;

impl Modify for SignIn {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("A Microsoft Entra ID token. Not asked for on one machine."))
            .build();
        let components = openapi.components.get_or_insert_with(Components::new);
        components.add_security_scheme(SCHEME, SecurityScheme::Http(scheme));
        for (path, item) in &mut openapi.paths.paths {
            for operation in operations(item) {
                let open = OPEN.contains(&path.as_str());
                operation.security = (!open).then(|| {
                    vec![
                        SecurityRequirement::default(),
                        SecurityRequirement::new(SCHEME, Vec::<String>::new()),
                    ]
                });
            }
        }
    }
}
