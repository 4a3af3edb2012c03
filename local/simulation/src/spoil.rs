//! Damages answers the way networks and overloaded front ends do.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures::StreamExt as _;

use crate::faults::Damage;

const NOTICE: &str = "<!DOCTYPE html><html><title>Notice</title><body>Our apologies.</body></html>";

/// Damages a good answer; its status stays.
pub async fn spoil(response: Response, damage: Damage) -> Response {
    let (mut head, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    let body = match damage {
        Damage::Cut => {
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
            let broken = async {
                // The half that is sent has to be on its way before the connection breaks.
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err(std::io::Error::new(std::io::ErrorKind::ConnectionReset, "ordered fault"))
            };
            let sent = futures::stream::iter([Ok::<Bytes, std::io::Error>(half)]);
            Body::from_stream(sent.chain(futures::stream::once(broken)))
        }
        Damage::Truncate => {
            head.headers.remove(header::CONTENT_LENGTH);
            Body::from(half)
        }
        Damage::Html => {
            head.headers.remove(header::CONTENT_LENGTH);
            head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            Body::from(NOTICE)
        }
    };
    Response::from_parts(head, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn body(damage: Damage) -> Result<Bytes, axum::Error> {
        let spoiled = spoil(Response::new(Body::from("0123456789")), damage).await;
        axum::body::to_bytes(spoiled.into_body(), 1_000).await
    }

    #[tokio::test]
    async fn each_damage_leaves_what_it_is_named_for() {
        assert!(body(Damage::Cut).await.is_err());
        assert_eq!(body(Damage::Truncate).await.unwrap(), "01234");
        assert!(body(Damage::Html).await.unwrap().starts_with(b"<!DOCTYPE"));
    }
}
