//! The XML of the Queue service.

use super::source::Message;
use crate::app::MessageEncoding;
use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

/// RFC 1123, as the service prints instants.
const INSTANT: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

#[derive(Deserialize)]
struct List {
    #[serde(rename = "QueueMessage", default)]
    messages: Vec<Received>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Received {
    message_id: String,
    insertion_time: String,
    expiration_time: String,
    pop_receipt: String,
    time_next_visible: String,
    dequeue_count: u32,
    #[serde(default)]
    message_text: String,
}

#[derive(Serialize)]
#[serde(rename = "QueueMessage", rename_all = "PascalCase")]
struct Sent<'a> {
    message_text: &'a str,
}

/// The answer to Get Messages.
pub fn received(xml: &str, encoding: MessageEncoding) -> anyhow::Result<Vec<Message>> {
    let list: List =
        quick_xml::de::from_str(xml.trim_start_matches('\u{feff}')).context("no list of messages")?;
    list.messages.into_iter().map(|message| read(message, encoding)).collect()
}

fn read(message: Received, encoding: MessageEncoding) -> anyhow::Result<Message> {
    Ok(Message {
        body: decode(&message.message_text, encoding),
        dequeue_count: message.dequeue_count,
        inserted: instant(&message.insertion_time)?,
        expires: instant(&message.expiration_time)?,
        next_visible: instant(&message.time_next_visible)?,
        receipt: message.pop_receipt,
        id: message.message_id,
    })
}

/// A text that is not what `messageEncoding` says cannot be decoded by the real host either, which then
/// sends it to the poison queue as it is; here the function sees it as it is.
fn decode(text: &str, encoding: MessageEncoding) -> Vec<u8> {
    match encoding {
        MessageEncoding::None => text.into(),
        MessageEncoding::Base64 => BASE64.decode(text).unwrap_or_else(|_| text.into()),
    }
}

fn instant(text: &str) -> anyhow::Result<OffsetDateTime> {
    Ok(PrimitiveDateTime::parse(text, INSTANT)
        .with_context(|| format!("'{text}' is no instant"))?
        .assume_utc())
}

/// The body of Put Message.
pub fn sent(body: &[u8], encoding: MessageEncoding) -> anyhow::Result<String> {
    let text = match encoding {
        MessageEncoding::None => String::from_utf8_lossy(body).into_owned(),
        MessageEncoding::Base64 => BASE64.encode(body),
    };
    Ok(quick_xml::se::to_string(&Sent { message_text: &text })?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    /// The example of "Get Messages", with another text.
    const EXAMPLE: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><QueueMessagesList><QueueMessage>\
        <MessageId>5974b586-0df3-4e2d-ad0c-18e3892bfca2</MessageId>\
        <InsertionTime>Fri, 09 Oct 2009 21:04:30 GMT</InsertionTime>\
        <ExpirationTime>Fri, 16 Oct 2009 21:04:30 GMT</ExpirationTime>\
        <PopReceipt>YzQ4Yzg1MDIGM0MDFiZDAwYzEw</PopReceipt>\
        <TimeNextVisible>Fri, 09 Oct 2009 23:29:20 GMT</TimeNextVisible>\
        <DequeueCount>1</DequeueCount><MessageText>YSAmIGI=</MessageText></QueueMessage></QueueMessagesList>";

    #[test]
    fn messages_are_read() {
        let messages = received(EXAMPLE, MessageEncoding::Base64).unwrap();
        assert_eq!(messages.len(), 1);
        assert_eq!((messages[0].body.as_slice(), messages[0].dequeue_count), (b"a & b".as_slice(), 1));
        assert_eq!(messages[0].inserted, datetime!(2009-10-09 21:04:30 UTC));
        let plain = received(&EXAMPLE.replace("YSAmIGI=", "a &amp; b"), MessageEncoding::None).unwrap();
        assert_eq!(plain[0].body, b"a & b");
        assert!(received("<QueueMessagesList />", MessageEncoding::Base64).unwrap().is_empty());
        assert!(received("<html>", MessageEncoding::Base64).is_err());
    }

    #[test]
    fn a_message_is_escaped() {
        let text = sent(b"<&>", MessageEncoding::None).unwrap();
        assert_eq!(text, "<QueueMessage><MessageText>&lt;&amp;&gt;</MessageText></QueueMessage>");
        assert!(sent(b"<&>", MessageEncoding::Base64).unwrap().contains("PCY+"));
    }
}
