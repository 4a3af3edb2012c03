//! AMQP 1.0 encoding, as far as frames must be changed on their way out (specification part 1.6).

/// Bytes that are no AMQP value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed AMQP value")]
pub(crate) struct Malformed;

const NULL: u8 = 0x40;
const LIST0: u8 = 0x45;
const LIST8: u8 = 0xc0;
const LIST32: u8 = 0xd0;

/// How many fields the specification gives a described list.
fn fields_of(code: u64) -> Option<usize> {
    Some(match code {
        0x10 => 10,        // open
        0x11 => 8,         // begin
        0x12 => 14,        // attach
        0x13 | 0x14 => 11, // flow, transfer
        0x15 => 6,         // disposition
        0x16 => 3,         // detach
        0x17 | 0x18 => 1,  // end, close
        0x1d => 3,         // error
        0x28 => 11,        // source
        0x29 => 7,         // target
        _ => return None,
    })
}

/// Copies one value from the front of `input` to `out`, appending the trailing nulls that an encoder may leave out
/// of performatives, and returns how long the value was. The Python client reads fields by position without looking
/// at how many there are.
pub(crate) fn pad(input: &[u8], out: &mut Vec<u8>) -> Result<usize, Malformed> {
    let length = length_of(input)?;
    let value = &input[..length];
    if let Some((descriptor, code)) = descriptor(value)
        && let Some(wanted) = fields_of(code)
        && let Some((count, fields)) = list(&value[descriptor..])?
    {
        out.extend_from_slice(&value[..descriptor]);
        pad_list(count, fields, wanted, out)?;
    } else {
        out.extend_from_slice(value);
    }
    Ok(length)
}

fn pad_list(count: usize, fields: &[u8], wanted: usize, out: &mut Vec<u8>) -> Result<(), Malformed> {
    let mut body = Vec::with_capacity(fields.len() + wanted);
    let mut rest = fields;
    for _ in 0..count {
        let used = pad(rest, &mut body)?;
        rest = &rest[used..];
    }
    body.resize(body.len() + wanted.saturating_sub(count), NULL);
    let count = count.max(wanted);
    match (u8::try_from(body.len() + 1), u8::try_from(count)) {
        (Ok(size), Ok(count)) => out.extend_from_slice(&[LIST8, size, count]),
        _ => {
            let number = |value: usize| u32::try_from(value).map(u32::to_be_bytes).map_err(|_| Malformed);
            out.push(LIST32);
            out.extend_from_slice(&number(body.len() + 4)?);
            out.extend_from_slice(&number(count)?);
        }
    }
    out.extend_from_slice(&body);
    Ok(())
}

/// The length of the descriptor of a described value, its 0x00 included, and its numeric code.
fn descriptor(value: &[u8]) -> Option<(usize, u64)> {
    match *value {
        [0x00, 0x53, code, ..] => Some((3, u64::from(code))),
        [0x00, 0x80, a, b, c, d, e, f, g, h, ..] => Some((10, u64::from_be_bytes([a, b, c, d, e, f, g, h]))),
        _ => None,
    }
}

/// The number of fields of a list, and their bytes; `None` for other values.
fn list(value: &[u8]) -> Result<Option<(usize, &[u8])>, Malformed> {
    match *value {
        [LIST0, ..] => Ok(Some((0, &[]))),
        [LIST8, _, count, ref fields @ ..] => Ok(Some((usize::from(count), fields))),
        [LIST32, ..] => {
            let count = be32(value, 5)?;
            Ok(Some((count, value.get(9..).ok_or(Malformed)?)))
        }
        _ => Ok(None),
    }
}

/// How many bytes the value at the front of `input` takes.
pub(crate) fn length_of(input: &[u8]) -> Result<usize, Malformed> {
    let code = *input.first().ok_or(Malformed)?;
    let length = match code >> 4 {
        0x0 if code == 0 => {
            let descriptor = length_of(&input[1..])?;
            1 + descriptor + length_of(input.get(1 + descriptor..).ok_or(Malformed)?)?
        }
        0x4 => 1,
        0x5 => 2,
        0x6 => 3,
        0x7 => 5,
        0x8 => 9,
        0x9 => 17,
        0xa | 0xc | 0xe => 2 + usize::from(*input.get(1).ok_or(Malformed)?),
        0xb | 0xd | 0xf => 5 + be32(input, 1)?,
        _ => return Err(Malformed),
    };
    if length <= input.len() { Ok(length) } else { Err(Malformed) }
}

fn be32(bytes: &[u8], at: usize) -> Result<usize, Malformed> {
    let field: [u8; 4] = bytes.get(at..at + 4).and_then(|field| field.try_into().ok()).ok_or(Malformed)?;
    usize::try_from(u32::from_be_bytes(field)).map_err(|_| Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fe2o3_amqp::types::{
        messaging::{Source, Target},
        performatives::{Attach, Detach},
    };

    fn attach() -> Attach {
        Attach {
            name: "link".into(),
            handle: 0.into(),
            role: fe2o3_amqp::types::definitions::Role::Receiver,
            snd_settle_mode: Default::default(),
            rcv_settle_mode: Default::default(),
            source: Some(Box::new(Source::builder().address("a".repeat(300)).build())),
            target: Some(Box::new(Target::builder().address("t").build().into())),
            unsettled: None,
            incomplete_unsettled: false,
            initial_delivery_count: None,
            max_message_size: None,
            offered_capabilities: None,
            desired_capabilities: None,
            properties: None,
        }
    }

    fn padded(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        assert_eq!(pad(bytes, &mut out), Ok(bytes.len()));
        out
    }

    #[test]
    fn padding_adds_every_field_and_changes_no_value() {
        let out = padded(&serde_amqp::to_vec(&attach()).unwrap());
        assert_eq!(list(&out[3..]).unwrap().map(|(count, _)| count), Some(14));
        assert_eq!(serde_amqp::from_slice::<Attach>(&out).unwrap(), attach());
    }

    #[test]
    fn a_list_that_grows_past_255_bytes_gets_the_long_form() {
        let detach = Detach { handle: 0.into(), closed: true, error: None };
        let short = padded(&serde_amqp::to_vec(&detach).unwrap());
        assert_eq!(short[3], LIST8);
        let long = padded(&serde_amqp::to_vec(&attach()).unwrap());
        assert_eq!(long[3], LIST32);
    }

    #[test]
    fn padding_twice_changes_nothing_more() {
        let once = padded(&serde_amqp::to_vec(&attach()).unwrap());
        assert_eq!(padded(&once), once);
    }

    #[test]
    fn cut_or_unknown_values_are_refused() {
        let whole = serde_amqp::to_vec(&attach()).unwrap();
        for end in 0..whole.len() {
            assert_eq!(length_of(&whole[..end]), Err(Malformed));
        }
        assert_eq!(length_of(&[0x13]), Err(Malformed));
    }
}
