//! What `paykeep add` is given on standard input: one value, or a JSON object of fields.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::io::Outcome;
use crate::catalog::Catalog;
use crate::catalog::naming::is_value;
use crate::domain::{clean, field_name};
use crate::error::{Exit, Problem};
use crate::secret::{SecretBytes, SecretText};

/// Values on their way into the vault.
#[derive(Debug)]
pub(super) enum Given {
    /// One value; which field it is for is said elsewhere.
    One(SecretBytes),
    /// Fields by name.
    Fields(Fields),
}

/// A JSON object of texts.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Of the credential.
    pub(super) own: Vec<(String, SecretBytes)>,
    /// Of the account: the names that started with `account.`.
    pub(super) account: BTreeMap<String, String>,
}

/// Reads the object. Errors say where, never what stands there; the name of a field only if it can be no value.
pub(super) fn fields(json: &SecretBytes, catalog: &Catalog) -> Outcome<Fields> {
    let from_utf16 = json.utf16().map(SecretText::into_bytes);
    let text = from_utf16.as_ref().unwrap_or(json).expose();
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let refused = |message: String| Problem::new(Exit::Usage, message).hint(HINT);
    let Members(members) = serde_json::from_slice(text).map_err(|error| {
        // serde's own message would quote the text.
        refused(format!("standard input is no JSON object of texts: line {}, column {}", error.line(), error.column()))
    })?;
    let mut fields = Fields::default();
    for (name, value) in members {
        let (own, of_account) = match name.strip_prefix("account.") {
            Some(rest) => (rest, true),
            None => (name.as_str(), false),
        };
        let name = field_name(own).ok().filter(|name| is_name(name) && !is_value(catalog, name));
        let Some(name) = name else {
            return Err(refused(
                "a name in the JSON object is no field's name: lower-case letters, digits and `_`".into(),
            )
            .into());
        };
        let again = if of_account {
            fields.account.insert(name.clone(), value.expose().trim().to_owned()).is_some()
        } else {
            let again = fields.own.iter().any(|(known, _)| *known == name);
            fields.own.push((name.clone(), value.into_bytes()));
            again
        };
        if again {
            return Err(refused(format!("the field {} stands there twice", clean(&name))).into());
        }
    }
    if fields.own.is_empty() {
        return Err(refused("there is no value in the JSON object".into()).into());
    }
    Ok(fields)
}

/// Whether a name can be printed: one that no field has may be a value, in the place of its name.
fn is_name(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let longest = text.split('_').map(str::len).max().unwrap_or_default();
    text.len() <= LONGEST_NAME && longest <= LONGEST_WORD && digits <= MOST_DIGITS
}

/// Every member, in order: a map would drop the first of two with the same name unseen.
struct Members(Vec<(String, SecretText)>);

/// A text that goes straight into its wiped buffer.
struct Text(SecretText);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(SecretText::new(text)))
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members, M::Error> {
                let mut members = Vec::new();
                while let Some((name, Text(value))) = map.next_entry::<String, Text>()? {
                    if members.len() == MAX_MEMBERS {
                        return Err(de::Error::custom("too many members"));
                    }
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// No credential has more fields than a few.
const MAX_MEMBERS: usize = 100;
/// No field's name is longer, has a longer word or more digits in it.
const LONGEST_NAME: usize = 40;
const LONGEST_WORD: usize = 20;
const MOST_DIGITS: usize = 4;
const HINT: &str =
    r#"give an object of fields: {"client_id": "…", "client_secret": "…"}; `paykeep catalog list` names them"#;

#[cfg(test)]
mod tests {
    use super::super::io::Stop;
    use super::*;

    fn read(json: &str) -> Outcome<Fields> {
        fields(&SecretBytes::copied(json.as_bytes()), Catalog::builtin())
    }

    #[test]
    fn fields_of_credential_and_account_are_told_apart() {
        let read = read(r#"{"client_id": "a", "client_secret": "b\u0063", "account.merchant_id": " m "}"#).unwrap();
        let own: Vec<_> = read.own.iter().map(|(name, value)| (name.as_str(), value.expose())).collect();
        assert_eq!(own, [("client_id", &b"a"[..]), ("client_secret", b"bc")]);
        assert_eq!(read.account, [("merchant_id".to_owned(), "m".to_owned())].into());
    }

    #[test]
    fn an_object_in_utf_16_is_read_too() {
        let bytes: Vec<u8> = "\u{feff}{\"value\": \"a\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let read = fields(&SecretBytes::new(bytes), Catalog::builtin()).unwrap();
        assert_eq!(read.own.first().map(|(name, value)| (name.as_str(), value.expose())), Some(("value", &b"a"[..])));
    }

    #[test]
    fn what_is_no_object_of_texts_is_refused_without_being_repeated() {
        for json in [
            "sk_canary",
            r#""sk_canary""#,
            r#"["sk_canary"]"#,
            r#"{"value": {"x": "sk_canary"}}"#,
            r#"{"value": 12}"#,
            r#"{"value": "sk_canary""#,
            r#"{"value": "sk_canary", "value": "b"}"#,
            r#"{"account.region": "sk_canary"}"#,
            r#"{"sk_canary_6513270e": "value"}"#,
            r#"{"account.canary/5": "value"}"#,
            r#"{"sk_live_AbCanaryhIjKlMnOpQrStUvWx": "value"}"#,
            r#"{"sk_live_abcanaryhijklmnopqrstuvwx": "value"}"#,
            r#"{"account.qwertzuiopasdfghjklyxcvbnmcanary": "value"}"#,
            r#"{"walnut orbit sleepy canary violin": "value"}"#,
            "{}",
        ] {
            match read(json).unwrap_err() {
                Stop::Problem(problem) => {
                    assert_eq!(problem.exit, Exit::Usage);
                    assert!(!format!("{problem:?}").to_lowercase().contains("canary"), "{problem:?}");
                }
                Stop::ReaderGone | Stop::Signal(_) => panic!("{json}"),
            }
        }
    }
}
