//! Postal codes with letters.

use super::kind::{Form, Hidden, Post};

const SHORTEST: usize = 5;
const LONGEST: usize = 8;

/// `SW1A 1AA`, `K1A 0B1`, `1234 AB`, `D-12345`, each in capitals or not.
#[inline]
pub(super) fn read(bytes: &[u8]) -> Option<Form> {
    if !(SHORTEST..=LONGEST).contains(&bytes.len()) {
        return None;
    }
    let mut shape = [0; LONGEST];
    for (to, byte) in shape.iter_mut().zip(bytes) {
        *to = match byte {
            b'A'..=b'Z' | b'a'..=b'z' => b'A',
            b'0'..=b'9' => b'9',
            b' ' | b'-' => *byte,
            _ => return None,
        };
    }
    by_shape(&shape[..bytes.len()])
}

fn by_shape(shape: &[u8]) -> Option<Form> {
    Some(match shape {
        b"A9 9AA" | b"A99 9AA" | b"AA9 9AA" | b"AA99 9AA" | b"A9A 9AA" | b"AA9A 9AA" => Post::British.form(),
        b"A9A 9A9" => Post::Canadian.form(),
        b"9999 AA" => Post::Dutch.form(),
        b"A99AA" | b"A999AA" | b"AA99AA" | b"AA999AA" | b"A9A9AA" | b"AA9A9AA" => Hidden::PostalLike.form(),
        b"A9A9A9" | b"A9A-9A9" | b"9999AA" => Hidden::PostalLike.form(),
        b"A-99999" | b"AA-9999" | b"AA-99999" | b"A-9999" => Hidden::PostalLike.form(),
        // Ireland's Eircode and Argentina's code.
        b"A99 AAAA" | b"A99 A9A9" | b"A99 AA99" | b"A99 9AA9" | b"A9999AAA" => Hidden::PostalLike.form(),
        _ => return None,
    })
}
