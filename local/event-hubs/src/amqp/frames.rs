//! Frames on their way through: outgoing performatives are padded, the peer's Open is clamped.

use bytes::{Buf as _, BytesMut};
use fe2o3_amqp::types::performatives::Open;

use super::wire::{Malformed, length_of, pad};

/// The largest frame this server sends or receives.
pub(crate) const MAX_FRAME: u32 = 65_536;
/// What padding can add to a frame. The peer's limit is lowered by it before the AMQP library sees it.
const SLACK: u32 = 64;
/// Size, data offset, type and channel.
const FRAME_HEADER: usize = 8;
const AMQP_FRAME: u8 = 0;
const OPEN: u8 = 0x10;

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

/// Moves what is complete in `input` to `out`, padded.
pub(super) fn pad_outgoing(input: &mut BytesMut, out: &mut Vec<u8>) -> Result<(), Malformed> {
    loop {
        match front(input)? {
            Front::Incomplete => return Ok(()),
            Front::ProtocolHeader => out.extend_from_slice(&input.split_to(FRAME_HEADER)),
            Front::Frame(size) => pad_frame(&input.split_to(size), out)?,
        }
    }
}

fn pad_frame(frame: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
    let body = body_start(frame)?;
    if frame[5] != AMQP_FRAME || body == frame.len() {
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

/// Moves what is complete in `input` to `out` until the peer's Open has passed; then says so.
pub(super) fn clamp_open(input: &mut BytesMut, out: &mut BytesMut) -> Result<bool, Malformed> {
    loop {
        match front(input)? {
            Front::Incomplete => return Ok(false),
            Front::ProtocolHeader => out.extend_from_slice(&input.split_to(FRAME_HEADER)),
            Front::Frame(size) => {
                let frame = input.split_to(size);
                if !is_open(&frame)? {
                    out.extend_from_slice(&frame);
                    continue;
                }
                out.extend_from_slice(&clamped(&frame)?);
                out.extend_from_slice(input);
                input.advance(input.len());
                return Ok(true);
            }
        }
    }
}

fn is_open(frame: &[u8]) -> Result<bool, Malformed> {
    let body = &frame[body_start(frame)?..];
    Ok(frame[5] == AMQP_FRAME
        && matches!(body, [0x00, 0x53, OPEN, ..] | [0x00, 0x80, 0, 0, 0, 0, 0, 0, 0, OPEN, ..]))
}

fn clamped(frame: &[u8]) -> Result<Vec<u8>, Malformed> {
    let body = body_start(frame)?;
    length_of(&frame[body..])?;
    let mut open: Open = serde_amqp::from_slice(&frame[body..]).map_err(|_| Malformed)?;
    open.max_frame_size = (open.max_frame_size.0.min(MAX_FRAME) - SLACK.min(open.max_frame_size.0)).into();
    let mut out = frame[..body].to_vec();
    out.extend_from_slice(&serde_amqp::to_vec(&open).map_err(|_| Malformed)?);
    set_size(&mut out, 0)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        pad_outgoing(&mut input, &mut out).unwrap();
        assert_eq!(out[..4], u32::try_from(out.len()).unwrap().to_be_bytes());
        assert_eq!(out[out.len() - 2..], [0xde, 0xad]);
        assert_eq!(out[8..14], [0x00, 0x53, 0x14, 0xc0, 12, 11]);
    }
    const LIST_OF_ONE: [u8; 1] = [0xc0];

    #[test]
    fn heartbeats_and_partial_frames_pass_as_they_are() {
        let mut input = BytesMut::from(&[&b"AMQP\0\x01\0\0"[..], &frame(&[]), &[0, 0, 0]].concat()[..]);
        let mut out = Vec::new();
        pad_outgoing(&mut input, &mut out).unwrap();
        assert_eq!(out, [&b"AMQP\0\x01\0\0"[..], &frame(&[])].concat());
        assert_eq!(input[..], [0, 0, 0]);
    }

    #[test]
    fn the_peers_frame_size_is_lowered_and_the_rest_follows_unchanged() {
        let mut stream = b"AMQP\0\x01\0\0".to_vec();
        stream.extend(frame(&serde_amqp::to_vec(&open(u32::MAX)).unwrap()));
        stream.extend([1, 2, 3]);
        let (mut input, mut out) = (BytesMut::new(), BytesMut::new());
        let mut seen = false;
        for byte in stream {
            input.extend_from_slice(&[byte]);
            seen = if seen {
                out.extend_from_slice(&input.split());
                true
            } else {
                clamp_open(&mut input, &mut out).unwrap()
            };
        }
        assert!(seen && out.ends_with(&[1, 2, 3]));
        let read: Open = serde_amqp::from_slice(&out[16..out.len() - 3]).unwrap();
        assert_eq!(read, open(MAX_FRAME - SLACK));
    }

    #[test]
    fn a_stream_that_is_not_amqp_is_refused() {
        let mut input = BytesMut::from(&b"GET / HTTP/1.1\r\n\r\n"[..]);
        assert_eq!(clamp_open(&mut input, &mut BytesMut::new()), Err(Malformed));
    }
}
