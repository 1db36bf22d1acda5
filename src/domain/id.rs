//! Identities of records: made once, joined on, never reused.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A ULID (github.com/ulid/spec): 48 bits of milliseconds and 80 random bits, as 26 characters of Crockford's base 32, so that
/// IDs sort by their time and two machines never make the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u128);

impl Id {
    /// An ID made at `now` from 80 bits of `entropy` (the upper bits are dropped). Times before 1970 count as 1970.
    pub fn new(now: Timestamp, entropy: u128) -> Self {
        let millis = u128::try_from(now.as_millisecond()).unwrap_or(0) & ((1 << 48) - 1);
        Self((millis << 80) | (entropy & ((1 << 80) - 1)))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'0'; LENGTH as usize];
        let mut rest = self.0;
        for digit in text.iter_mut().rev() {
            *digit = DIGITS[usize::try_from(rest & 31).unwrap_or(0)];
            rest >>= 5;
        }
        f.pad(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Id {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let not_an_id = || format!("`{}` is not an ID", super::clean(text));
        if text.len() != LENGTH as usize || text.as_bytes()[0] > b'7' {
            return Err(not_an_id());
        }
        let digit = |b: u8| VALUES.get(usize::from(b)).copied().filter(|n| *n < 32);
        text.bytes()
            .try_fold(0, |sum: u128, b| digit(b).map(|n| (sum << 5) | u128::from(n)))
            .map(Self)
            .ok_or_else(not_an_id)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Without a `String` for each: a vault holds tens of thousands.
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an ID")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Id, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// What each ASCII character counts; 32 for those that are no digits.
const VALUES: [u8; 128] = {
    let mut values = [32; 128];
    let mut n: u8 = 0;
    while n < 32 {
        values[DIGITS[n as usize] as usize] = n;
        n += 1;
    }
    values
};
const LENGTH: u32 = 26;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_reads_back_and_sorts_by_time() {
        let early = Id::new(Timestamp::from_millisecond(1_469_918_176_385).unwrap(), u128::MAX);
        let late = Id::new(Timestamp::from_millisecond(1_469_918_176_386).unwrap(), 0);
        assert_eq!(early.to_string(), "01ARYZ6S41ZZZZZZZZZZZZZZZZ");
        assert_eq!(early.to_string().parse(), Ok(early));
        assert!(early < late && early.to_string() < late.to_string());
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in
            ["", "01ARYZ6S41", "81ARYZ6S41ZZZZZZZZZZZZZZZZ", "01ARYZ6S41ZZZZZZZZZZZZZZZI", "01ARYZ6S41ZZZZZZZZZZZZZZé"]
        {
            assert!(text.parse::<Id>().is_err(), "{text}");
        }
    }
}
