//! Frames on their way through: outgoing performatives are padded, the peer's Open is clamped.

use bytes::{Buf as _, BytesMut};
use fe2o3_amqp::types::{performatives::Open, primitives::Value};

use super::{
    later::{Later, early, is_answer},
    refused::Refused,
    wire::{Malformed, length_of, pad},
};

/// The largest frame this server sends or receives.
pub(crate) const MAX_FRAME: u32 = 65_536;
/// What padding can add to a frame. The peer's limit is lowered by it before the AMQP library sees it.
const SLACK: u32 = 64;
/// Size, data offset, type and channel.
const FRAME_HEADER: usize = 8;
const AMQP_FRAME: u8 = 0;
const OPEN: u8 = 0x10;
const ATTACH: u8 = 0x12;
const FLOW: u8 = 0x13;
const DISPOSITION: u8 = 0x15;
const DETACH: u8 = 0x16;
const END: u8 = 0x17;
const CLOSE: u8 = 0x18;

/// What stands at the front of a byte stream.
enum Front {
    /// A protocol header: `AMQP` and four bytes of version.
    ProtocolHeader,
    /// A whole frame of this many bytes.
    Frame(usize),
    Incomplete,
}

fn front(bytes: &[u8]) -> Result<Front, Malformed> {
    let Some(&[a, b, c, d, _, _, _, _]) = bytes.first_chunk::<FRAME_HEADER>() else {
        return Ok(Front::Incomplete);
    };
    if [a, b, c, d] == *b"AMQP" {
        return Ok(Front::ProtocolHeader);
    }
    let size = usize::try_from(u32::from_be_bytes([a, b, c, d])).map_err(|_| Malformed)?;
    // A peer is held to the frame size it was told only after its Open, and no frame before that is larger.
    if !(FRAME_HEADER..=MAX_FRAME as usize * 2).contains(&size) {
        return Err(Malformed);
    }
    Ok(if size <= bytes.len() { Front::Frame(size) } else { Front::Incomplete })
}

/// What is remembered about the frames of a connection.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    pub later: Later,
    pub refused: Refused,
}

/// Moves what is complete in `input` to `out`, padded. To a client that needs it, outcomes go out unsettled and are
/// kept for later as they were, and answers to a Detach are kept; credit for links that are refused is left out.
pub(super) fn pad_outgoing(
    input: &mut BytesMut,
    outgoing: &mut Outgoing,
    out: &mut Vec<u8>,
) -> Result<(), Malformed> {
    loop {
        match front(input)? {
            Front::Incomplete => return Ok(()),
            Front::ProtocolHeader => out.extend_from_slice(&input.split_to(FRAME_HEADER)),
            Front::Frame(size) => send_frame(&input.split_to(size), outgoing, out)?,
        }
    }
}

fn send_frame(frame: &[u8], outgoing: &mut Outgoing, out: &mut Vec<u8>) -> Result<(), Malformed> {
    let body = body_start(frame)?;
    let channel = [frame[6], frame[7]];
    let Outgoing { later, refused } = outgoing;
    match performative(frame, body) {
        Some(DISPOSITION) if later.needed => {
            if let Some(early) = early(&frame[body..]) {
                later.keep(padded(frame, body)?);
                return pad_frame(&[&frame[..body], &early].concat(), body, out);
            }
        }
        Some(ATTACH) => {
            refused.attach(channel, &frame[body..]);
            // The handle may be that of a link whose Detach is kept.
            later.hurry(out);
        }
        Some(FLOW) if refused.is_credit(channel, &frame[body..]) => return Ok(()),
        Some(DETACH) => {
            refused.detach(channel, &frame[body..]);
            if later.needed && is_answer(&frame[body..]) {
                later.keep_until_end(channel, padded(frame, body)?);
                return Ok(());
            }
            later.hurry(out);
        }
        Some(END) => {
            later.end(channel);
            later.hurry(out);
        }
        Some(CLOSE) => later.hurry(out),
        _ => {}
    }
    pad_frame(frame, body, out)
}

fn padded(frame: &[u8], body: usize) -> Result<Vec<u8>, Malformed> {
    let mut out = Vec::with_capacity(frame.len() + 8);
    pad_frame(frame, body, &mut out)?;
    Ok(out)
}

/// The code of an AMQP frame's performative; `None` for SASL frames and heartbeats.
fn performative(frame: &[u8], body: usize) -> Option<u8> {
    match frame[body..] {
        [0x00, 0x53, code, ..] | [0x00, 0x80, 0, 0, 0, 0, 0, 0, 0, code, ..] if frame[5] == AMQP_FRAME => {
            Some(code)
        }
        _ => None,
    }
}

fn pad_frame(frame: &[u8], body: usize, out: &mut Vec<u8>) -> Result<(), Malformed> {
    if performative(frame, body).is_none() {
        out.extend_from_slice(frame);
        return Ok(());
    }
    let start = out.len();
    out.extend_from_slice(&frame[..body]);
    let performative = pad(&frame[body..], out)?;
    out.extend_from_slice(&frame[body + performative..]);
    set_size(out, start)
}

fn body_start(frame: &[u8]) -> Result<usize, Malformed> {
    let start = usize::from(frame[4]) * 4;
    if (FRAME_HEADER..=frame.len()).contains(&start) { Ok(start) } else { Err(Malformed) }
}

fn set_size(out: &mut [u8], start: usize) -> Result<(), Malformed> {
    let size = u32::try_from(out.len() - start).map_err(|_| Malformed)?;
    out[start..start + 4].copy_from_slice(&size.to_be_bytes());
    Ok(())
}

/// What a peer's Open tells about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peer {
    /// See [`super::later`].
    pub comes_late: bool,
}

/// Moves what is complete in `input` to `out` until the peer's Open has passed; then tells about the peer.
pub(super) fn clamp_open(input: &mut BytesMut, out: &mut BytesMut) -> Result<Option<Peer>, Malformed> {
    loop {
        match front(input)? {
            Front::Incomplete => return Ok(None),
            Front::ProtocolHeader => out.extend_from_slice(&input.split_to(FRAME_HEADER)),
            Front::Frame(size) => {
                let frame = input.split_to(size);
                let body = body_start(&frame)?;
                if performative(&frame, body) != Some(OPEN) {
                    out.extend_from_slice(&frame);
                    continue;
                }
                let (peer, clamped) = clamped(&frame, body)?;
                out.extend_from_slice(&clamped);
                out.extend_from_slice(input);
                input.advance(input.len());
                return Ok(Some(peer));
            }
        }
    }
}

fn clamped(frame: &[u8], body: usize) -> Result<(Peer, Vec<u8>), Malformed> {
    length_of(&frame[body..])?;
    let mut open: Open = serde_amqp::from_slice(&frame[body..]).map_err(|_| Malformed)?;
    let peer = Peer { comes_late: is_rust_client(&open) };
    open.max_frame_size = (open.max_frame_size.0.min(MAX_FRAME) - SLACK.min(open.max_frame_size.0)).into();
    let mut out = frame[..body].to_vec();
    out.extend_from_slice(&serde_amqp::to_vec(&open).map_err(|_| Malformed)?);
    set_size(&mut out, 0)?;
    Ok((peer, out))
}

/// Azure's clients name themselves, such as `azsdk-rust-messaging_eventhubs/0.15.0`.
fn is_rust_client(open: &Open) -> bool {
    let agent = open.properties.as_ref().and_then(|properties| properties.get("user-agent"));
    match agent {
        Some(Value::String(agent)) => agent.contains("azsdk-rust-"),
        Some(Value::Symbol(agent)) => agent.as_str().contains("azsdk-rust-"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use fe2o3_amqp::types::{
        definitions::{self, AmqpError, Role},
        messaging::{Accepted, DeliveryState},
        performatives::{Detach, Disposition, End},
    };

    use super::*;
    use crate::amqp::refused::tests::attach;

    fn frame(body: &[u8]) -> Vec<u8> {
        let mut frame = vec![0, 0, 0, 0, 2, 0, 0, 7];
        frame.extend_from_slice(body);
        let size = u32::try_from(frame.len()).unwrap();
        frame[..4].copy_from_slice(&size.to_be_bytes());
        frame
    }

    fn open(max_frame_size: u32) -> Open {
        Open {
            container_id: "peer".into(),
            hostname: Some("h".into()),
            max_frame_size: max_frame_size.into(),
            channel_max: Default::default(),
            idle_time_out: Some(5),
            outgoing_locales: None,
            incoming_locales: None,
            offered_capabilities: None,
            desired_capabilities: None,
            properties: None,
        }
    }

    #[test]
    fn a_payload_behind_a_padded_performative_is_untouched() {
        let mut input =
            BytesMut::from(&frame(&[0x00, 0x53, 0x14, LIST_OF_ONE[0], 2, 1, 0x43, 0xde, 0xad])[..]);
        let mut out = Vec::new();
        pad_outgoing(&mut input, &mut Outgoing::default(), &mut out).unwrap();
        assert_eq!(out[..4], u32::try_from(out.len()).unwrap().to_be_bytes());
        assert_eq!(out[out.len() - 2..], [0xde, 0xad]);
        assert_eq!(out[8..14], [0x00, 0x53, 0x14, 0xc0, 12, 11]);
    }
    const LIST_OF_ONE: [u8; 1] = [0xc0];

    #[test]
    fn heartbeats_and_partial_frames_pass_as_they_are() {
        let mut input = BytesMut::from(&[&b"AMQP\0\x01\0\0"[..], &frame(&[]), &[0, 0, 0]].concat()[..]);
        let mut out = Vec::new();
        pad_outgoing(&mut input, &mut Outgoing::default(), &mut out).unwrap();
        assert_eq!(out, [&b"AMQP\0\x01\0\0"[..], &frame(&[])].concat());
        assert_eq!(input[..], [0, 0, 0]);
    }

    #[test]
    fn the_peers_frame_size_is_lowered_and_the_rest_follows_unchanged() {
        let mut stream = b"AMQP\0\x01\0\0".to_vec();
        stream.extend(frame(&serde_amqp::to_vec(&open(u32::MAX)).unwrap()));
        stream.extend([1, 2, 3]);
        let (mut input, mut out) = (BytesMut::new(), BytesMut::new());
        let mut seen = None;
        for byte in stream {
            input.extend_from_slice(&[byte]);
            match seen {
                Some(_) => out.extend_from_slice(&input.split()),
                None => seen = clamp_open(&mut input, &mut out).unwrap(),
            }
        }
        assert_eq!(seen, Some(Peer { comes_late: false }));
        assert!(out.ends_with(&[1, 2, 3]));
        let read: Open = serde_amqp::from_slice(&out[16..out.len() - 3]).unwrap();
        assert_eq!(read, open(MAX_FRAME - SLACK));
    }

    #[test]
    fn a_stream_that_is_not_amqp_is_refused() {
        let mut input = BytesMut::from(&b"GET / HTTP/1.1\r\n\r\n"[..]);
        assert_eq!(clamp_open(&mut input, &mut BytesMut::new()), Err(Malformed));
    }

    #[test]
    fn the_rust_client_is_known_by_its_user_agent() {
        let mut named = open(512);
        assert!(!is_rust_client(&named));
        let agent = Value::String("app azsdk-rust-messaging_eventhubs/0.15.0 (x)".into());
        named.properties = Some([("user-agent".into(), agent)].into_iter().collect());
        assert!(is_rust_client(&named));
    }

    #[tokio::test]
    async fn an_outcome_told_twice_goes_out_unsettled_first_and_settled_before_the_link_ends() {
        let mut outgoing = Outgoing::default();
        outgoing.later.needed = true;
        let first = sent(&mut outgoing, &settled());
        let unsettled = Disposition { settled: false, ..settled() };
        assert_eq!(serde_amqp::from_slice::<Disposition>(&first[8..]).unwrap(), unsettled);
        let refused = Some(definitions::Error::new(AmqpError::NotFound, None, None));
        let detach = Detach { handle: 0.into(), closed: true, error: refused };
        let last = sent(&mut outgoing, &detach);
        let (outcome, end) = last.split_at(first.len());
        assert_eq!(serde_amqp::from_slice::<Disposition>(&outcome[8..]).unwrap(), settled());
        assert_eq!(serde_amqp::from_slice::<Detach>(&end[8..]).unwrap(), detach);
    }

    #[tokio::test]
    async fn a_detach_is_answered_later_but_before_another_link_and_not_after_its_session() {
        let detach = Detach { handle: 0.into(), closed: true, error: None };
        let mut outgoing = Outgoing::default();
        let at_once = sent(&mut outgoing, &detach);
        assert!(!at_once.is_empty());
        outgoing.later.needed = true;
        assert!(sent(&mut outgoing, &detach).is_empty());
        assert!(sent_raw(&mut outgoing, &attach(1, None)).starts_with(&at_once));
        assert!(sent(&mut outgoing, &detach).is_empty());
        let ended = sent(&mut outgoing, &End { error: None });
        assert_eq!(performative(&ended, 8), Some(END));
    }

    fn sent(outgoing: &mut Outgoing, performative: &impl serde::Serialize) -> Vec<u8> {
        let body = serde_amqp::to_vec(performative).unwrap();
        sent_raw(outgoing, &body)
    }

    fn sent_raw(outgoing: &mut Outgoing, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        pad_outgoing(&mut BytesMut::from(&frame(body)[..]), outgoing, &mut out).unwrap();
        out
    }

    fn settled() -> Disposition {
        let state = Some(DeliveryState::Accepted(Accepted {}));
        Disposition { role: Role::Receiver, first: 1, last: None, settled: true, state, batchable: false }
    }
}
