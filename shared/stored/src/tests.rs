use super::*;
use proptest::prelude::*;

const TWO: Envelope = Envelope { magic: *b"TST", version: 2, name: "test" };

proptest! {
    #[test]
    fn numbers_come_back_as_written(a: u64, b: i64, c: i128, d: u128, x: f64, e: u32, hash: u64) {
        let bytes = TWO.seal(|to| {
            to.u64(a);
            to.i64(b);
            to.i128(c);
            to.u128(d);
            to.f64(x);
            to.u64(e.into());
            to.hash(hash);
        });
        let mut from = TWO.open(&bytes)?;
        prop_assert_eq!(from.u64()?, a);
        prop_assert_eq!(from.i64()?, b);
        prop_assert_eq!(from.i128()?, c);
        prop_assert_eq!(from.u128()?, d);
        prop_assert_eq!(from.f64()?.to_bits(), x.to_bits());
        prop_assert_eq!(from.u32()?, e);
        prop_assert_eq!(from.hash()?, hash);
        from.end()?;
    }

    #[test]
    fn texts_come_back_as_written(text: String, other: Option<String>, flag: bool) {
        let bytes = TWO.seal(|to| {
            to.text(&text);
            to.optional(other.as_deref());
            to.u64(flag.into());
        });
        let mut from = TWO.open(&bytes)?;
        prop_assert_eq!(from.text(text.len())?, text);
        prop_assert_eq!(from.optional(usize::MAX)?, other.as_deref());
        prop_assert_eq!(from.flag()?, flag);
        from.end()?;
    }

    /// Both widths of an integer are one form, so that a field can grow.
    #[test]
    fn an_integer_has_one_form_whatever_its_width(n: u64, signed: i64) {
        let (mut narrow, mut wide) = (Writer::default(), Writer::default());
        narrow.u64(n);
        narrow.i64(signed);
        wide.u128(n.into());
        wide.i128(signed.into());
        prop_assert_eq!(narrow.into_bytes(), wide.into_bytes());
    }

    #[test]
    fn any_changed_byte_and_any_cut_is_noticed(body: Vec<u8>, at: prop::sample::Index, change in 1_u8..) {
        let bytes = TWO.seal(|to| to.raw(&body));
        let at = at.index(bytes.len());
        prop_assert!(TWO.open(&bytes[..at]).is_err());
        let mut changed = bytes;
        changed[at] ^= change;
        // A lower version is told only by the body, which the checksum covers.
        prop_assert!(TWO.open(&changed).is_err());
    }
}

#[test]
fn earlier_versions_are_read_and_later_ones_told_apart_from_damage() {
    let one = Envelope { version: 1, ..TWO };
    let three = Envelope { version: 3, ..TWO };
    assert_eq!(TWO.open(&one.seal(|_| ())).unwrap().version(), 1);
    assert_eq!(TWO.open(&three.seal(|_| ())).unwrap_err(), StateError::NewerVersion(3));
    let other = Envelope { magic: *b"OTH", ..TWO };
    assert_eq!(TWO.open(&other.seal(|_| ())).unwrap_err(), StateError::Damaged("header"));
}

#[test]
fn a_length_beyond_its_limit_is_refused() {
    let reader = |bytes| Reader::new(bytes, "test");
    const DAMAGED: StateError = StateError::Damaged("test");
    assert_eq!(reader(&[0xff; 40]).u128(), Err(DAMAGED));
    assert_eq!(reader(&[0xff; 40]).u64(), Err(DAMAGED));
    assert_eq!(reader(&[200, 1]).length(100), Err(DAMAGED));
    assert_eq!(reader(&[5, b'a']).text(100), Err(DAMAGED));
    assert_eq!(reader(&[2]).flag(), Err(DAMAGED));
    assert_eq!(reader(&[1]).end(), Err(DAMAGED));
}
