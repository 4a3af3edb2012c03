//! The queue trigger's request.

use super::envelope::{Invocation, Members, request};
use crate::app::MessageType;
use crate::instant;
use crate::queues::Message;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use time::OffsetDateTime;

/// The body for one message.
///
/// # Errors
/// Never for these values; the serializer's error is passed on all the same.
pub fn queue_request(
    binding: &str,
    data_type: MessageType,
    message: &Message,
    invocation: &Invocation<'_>,
) -> serde_json::Result<Vec<u8>> {
    let data = match data_type {
        MessageType::String => {
            Members::default().encoded(binding, &String::from_utf8_lossy(&message.body))?
        }
        MessageType::Binary => Members::default().object(binding, &BASE64.encode(&message.body))?,
    };
    let metadata = Members::default()
        .encoded("DequeueCount", &message.dequeue_count)?
        .object("ExpirationTime", &seconds(message.expires))?
        .encoded("Id", &message.id)?
        .object("InsertionTime", &seconds(message.inserted))?
        .object("NextVisibleTime", &seconds(message.next_visible))?
        .encoded("PopReceipt", &message.receipt)?;
    request(&data, metadata, invocation)
}

/// The host parses the printed instant again, which drops the fraction.
fn seconds(at: OffsetDateTime) -> String {
    instant::offset_text(at.replace_nanosecond(0).unwrap_or(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;
    use uuid::uuid;

    fn text(data_type: MessageType, body: &[u8]) -> String {
        let message = Message {
            id: "800ae4b3-bdd2-4c08-badd-f08e5a34b865".into(),
            body: body.to_vec(),
            dequeue_count: 1,
            inserted: datetime!(2019-10-09 17:58:31.5 UTC),
            expires: datetime!(2019-10-16 17:58:31 UTC),
            next_visible: datetime!(2019-10-09 18:08:32 UTC),
            receipt: "AgAAAAMAAAAAAAAAAgtnj8x+1QE=".into(),
        };
        let invocation = Invocation {
            function: "QueueTrigger",
            now: datetime!(2019-10-09 17:58:32.220_539_9 UTC),
            rand_guid: uuid!("24ad4c06-24ad-4e5b-8294-3da9714877e9"),
            retry: None,
        };
        String::from_utf8(queue_request("myQueueItem", data_type, &message, &invocation).unwrap()).unwrap()
    }

    #[test]
    fn the_bytes_are_the_recorded_ones() {
        assert_eq!(
            text(MessageType::String, b"HELLO queue"),
            r#"{"Data":{"myQueueItem":"\"HELLO queue\""},"Metadata":{"DequeueCount":"1","ExpirationTime":"2019-10-16T17:58:31+00:00","Id":"\"800ae4b3-bdd2-4c08-badd-f08e5a34b865\"","InsertionTime":"2019-10-09T17:58:31+00:00","NextVisibleTime":"2019-10-09T18:08:32+00:00","PopReceipt":"\"AgAAAAMAAAAAAAAAAgtnj8x+1QE=\"","sys":{"MethodName":"QueueTrigger","UtcNow":"2019-10-09T17:58:32.2205399Z","RandGuid":"24ad4c06-24ad-4e5b-8294-3da9714877e9"}}}"#
        );
    }

    #[test]
    fn a_binary_message_is_base64_and_byte_exact() {
        assert!(text(MessageType::Binary, b"\xff\x00").starts_with(r#"{"Data":{"myQueueItem":"/wA="},"#));
    }
}
