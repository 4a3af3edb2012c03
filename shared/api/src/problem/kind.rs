use axum::http::StatusCode;

/// The kinds of problem there are: each a stable type, a title and a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    InvalidPath,
    InvalidQuery,
    InvalidBody,
    NotSignedIn,
    UnknownTenant,
    CrossSite,
    NotFound,
    UnknownRoute,
    WebNotBuilt,
    MethodNotAllowed,
    Conflict,
    LimitReached,
    SourceMisconfigured,
    BodyTooLarge,
    UnsupportedMediaType,
    SourceRefused,
    SourceUnavailable,
    SourceThrottled,
    StoreUnavailable,
    ChannelMisconfigured,
    ChannelRefused,
    ChannelUnavailable,
    ChannelThrottled,
    TooManyTests,
    NotReady,
    StoreFull,
    Misconfigured,
    Internal,
}

impl ProblemKind {
    pub const ALL: [ProblemKind; 28] = [
        Self::InvalidPath,
        Self::InvalidQuery,
        Self::InvalidBody,
        Self::NotSignedIn,
        Self::UnknownTenant,
        Self::CrossSite,
        Self::NotFound,
        Self::UnknownRoute,
        Self::WebNotBuilt,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::LimitReached,
        Self::SourceMisconfigured,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::SourceRefused,
        Self::SourceUnavailable,
        Self::SourceThrottled,
        Self::StoreUnavailable,
        Self::ChannelMisconfigured,
        Self::ChannelRefused,
        Self::ChannelUnavailable,
        Self::ChannelThrottled,
        Self::TooManyTests,
        Self::NotReady,
        Self::StoreFull,
        Self::Misconfigured,
        Self::Internal,
    ];

    fn row(self) -> (&'static str, StatusCode, &'static str) {
        use StatusCode as S;
        match self {
            Self::InvalidPath => ("invalid-path", S::BAD_REQUEST, "The address holds what is no identifier"),
            Self::InvalidQuery => ("invalid-query", S::BAD_REQUEST, "A query parameter is not as expected"),
            Self::InvalidBody => ("invalid-body", S::BAD_REQUEST, "The body is not as expected"),
            Self::NotSignedIn => ("not-signed-in", S::UNAUTHORIZED, "The request is not signed in"),
            Self::UnknownTenant => {
                ("unknown-tenant", S::FORBIDDEN, "The signed-in organisation has no tenant here")
            }
            Self::CrossSite => ("cross-site", S::FORBIDDEN, "Another site's page sent the request"),
            Self::NotFound => ("not-found", S::NOT_FOUND, "There is no such thing"),
            Self::UnknownRoute => ("unknown-route", S::NOT_FOUND, "There is no such address"),
            Self::WebNotBuilt => ("web-not-built", S::NOT_FOUND, "The web app is not built"),
            Self::MethodNotAllowed => {
                ("method-not-allowed", S::METHOD_NOT_ALLOWED, "The address does not take this method")
            }
            Self::Conflict => ("conflict", S::CONFLICT, "Something else must end or change first"),
            Self::LimitReached => ("limit-reached", S::CONFLICT, "There are as many as there may be"),
            Self::SourceMisconfigured => {
                ("source-misconfigured", S::CONFLICT, "The source's settings do not work")
            }
            Self::BodyTooLarge => ("body-too-large", S::PAYLOAD_TOO_LARGE, "The body is too large"),
            Self::UnsupportedMediaType => {
                ("unsupported-media-type", S::UNSUPPORTED_MEDIA_TYPE, "The body's media type is not taken")
            }
            Self::SourceRefused => ("source-refused", S::BAD_GATEWAY, "The source refuses us"),
            Self::SourceUnavailable => ("source-unavailable", S::BAD_GATEWAY, "The source failed for now"),
            Self::SourceThrottled => {
                ("source-throttled", S::SERVICE_UNAVAILABLE, "The source limits our requests")
            }
            Self::StoreUnavailable => ("store-unavailable", S::SERVICE_UNAVAILABLE, "A store failed for now"),
            Self::ChannelMisconfigured => {
                ("channel-misconfigured", S::CONFLICT, "The channel's address does not work")
            }
            Self::ChannelRefused => ("channel-refused", S::BAD_GATEWAY, "The channel's receiver refuses us"),
            Self::ChannelUnavailable => {
                ("channel-unavailable", S::BAD_GATEWAY, "The channel's receiver failed for now")
            }
            Self::ChannelThrottled => {
                ("channel-throttled", S::SERVICE_UNAVAILABLE, "The channel's receiver limits our requests")
            }
            Self::TooManyTests => {
                ("too-many-tests", S::TOO_MANY_REQUESTS, "As many tests were sent lately as may be")
            }
            Self::NotReady => ("not-ready", S::SERVICE_UNAVAILABLE, "Not ready to serve"),
            Self::StoreFull => ("store-full", S::INSUFFICIENT_STORAGE, "A store has no room left"),
            Self::Misconfigured => {
                ("misconfigured", S::INTERNAL_SERVER_ERROR, "A setting is missing or wrong")
            }
            Self::Internal => ("internal", S::INTERNAL_SERVER_ERROR, "The request could not be served"),
        }
    }

    pub fn type_uri(self) -> String {
        format!("urn:forebay:problem:{}", self.row().0)
    }

    pub fn status(self) -> StatusCode {
        self.row().1
    }

    pub fn title(self) -> &'static str {
        self.row().2
    }
}
