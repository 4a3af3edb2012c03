//! Headers that every answer has.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::paging::NextToken;
use crate::problem::{Problem, ProblemKind};

/// The page loads nothing but its own files. Styles may be inline because charts size their parts.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

const STRICT: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

pub(crate) async fn strict(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in STRICT {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What the API says is a tenant's own and true for this moment; the pages say how long they keep.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A page of another site may make a browser send a request with its user's session, but the browser says
/// so (W3C Fetch Metadata Request Headers). Such a request may look, since it cannot read the answer, and
/// may set nothing in motion.
pub(crate) async fn refuse_cross_site(request: Request, next: Next) -> Response {
    let from = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let foreign = matches!(from, Some("cross-site" | "same-site"));
    if foreign && !request.method().is_safe() {
        let detail = "a page of another site sent this request; only this app's own pages may, \
                      and programs, which send no Sec-Fetch-Site header";
        return Problem::new(ProblemKind::CrossSite, detail).into_response();
    }
    next.run(request).await
}

/// Adds `Link: <...>; rel="next"` (RFC 8288) to a list that goes on.
pub(crate) async fn link_next(request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let mut response = next.run(request).await;
    let Some(NextToken(token)) = response.extensions_mut().remove::<NextToken>() else { return response };
    let link = format!("<{}>; rel=\"next\"", next_address(&uri, &token));
    if let Ok(value) = HeaderValue::from_str(&link) {
        response.headers_mut().insert(header::LINK, value);
    }
    response
}

fn next_address(uri: &Uri, token: &str) -> String {
    let others = uri.query().unwrap_or_default().split('&');
    let others = others.filter(|pair| !pair.is_empty() && !pair.starts_with("after="));
    let query: Vec<String> = others.map(str::to_string).chain([format!("after={token}")]).collect();
    format!("{}?{}", uri.path(), query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_address_keeps_the_filters_and_moves_the_place() {
        let uri = Uri::from_static("/api/v1/runs?after=old&source=a%20b&limit=2");
        assert_eq!(next_address(&uri, "new"), "/api/v1/runs?source=a%20b&limit=2&after=new");
        assert_eq!(next_address(&Uri::from_static("/x"), "t"), "/x?after=t");
    }
}
