//! The answer of a call that gives a value, as the user copied it: the value in it, and until when that works.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Call;
use crate::secret::{SecretBytes, SecretText};

/// A value from an answer.
#[derive(Debug)]
pub struct Answered {
    /// The value.
    pub value: SecretBytes,
    /// Until when it works, where the answer says so.
    pub until: Option<Timestamp>,
}

impl Call {
    /// What an answer gives. `None` where the text is no answer of this call, as where the value was copied alone.
    pub fn answered(&self, text: &[u8]) -> Option<Answered> {
        let mut object: Map<String, Value> = serde_json::from_slice(text).ok()?;
        let until = self.until.as_ref().and_then(|name| moment(object.get(name)?));
        let Value::String(value) = object.remove(self.gives.as_ref()?)? else { return None };
        Some(Answered { value: SecretText::new(value).into_bytes(), until })
    }
}

/// A moment as providers write it: by RFC 3339, or in seconds or milliseconds since 1970.
fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => match number.as_i64()? {
            seconds @ ..LEAST_MS => Timestamp::from_second(seconds).ok(),
            milliseconds => Timestamp::from_millisecond(milliseconds).ok(),
        },
        _ => None,
    }
}

/// From here on a number counts milliseconds: as seconds it would be in the year 5138.
const LEAST_MS: i64 = 100_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::provider::SlotVersion;

    fn read(text: &str) -> Option<(String, Option<i64>)> {
        let with: SlotVersion = "own@current".parse().unwrap();
        let (gives, until) = (Some("key".to_owned()), Some("end".to_owned()));
        let call =
            Call { curl: String::new(), with, fields: Vec::new(), alive: Vec::new(), dead: Vec::new(), gives, until };
        let answered = call.answered(text.as_bytes())?;
        let value = answered.value.into_text().unwrap().expose().to_owned();
        Some((value, answered.until.map(Timestamp::as_second)))
    }

    #[test]
    fn the_end_is_read_as_providers_write_it() {
        let end = Some(("k".to_owned(), Some(1_795_771_500)));
        assert_eq!(read(r#"{"key": "k", "end": "2026-11-27T09:25:00Z"}"#), end);
        assert_eq!(read(r#"{"end": 1795771500, "key": "k"}"#), end);
        assert_eq!(read(r#"{"key": "k", "end": 1795771500000}"#), end);
        assert_eq!(read(r#"{"key": "k", "end": "soon"}"#), Some(("k".to_owned(), None)));
        assert_eq!(read(r#"{"end": 1}"#), None);
        assert_eq!(read("k"), None);
    }
}
