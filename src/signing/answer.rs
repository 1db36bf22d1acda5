//! The answer to a token call, as OAuth 2.0 has it (RFC 6749, 5.1 and 5.2). Who answers is not trusted: of what it says only a token, a
//! lifetime and an error's code are taken.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::error::{Exit, Explain};
use crate::secret::{SecretBytes, SecretText};

/// What came back of a call.
#[derive(Debug)]
pub struct Answer {
    /// The status: 200, 401.
    pub status: u16,
    /// After how many seconds the host wants to be asked again, if it says so.
    pub retry_after_s: Option<u64>,
    /// The body. It may hold a secret.
    pub body: SecretBytes,
}

/// What a call gave.
#[derive(Debug)]
pub struct Token {
    /// The token: printable ASCII without a space.
    pub value: SecretText,
    /// How many seconds it lives, counted from the call, as far as the answer says so.
    pub lives_s: Option<u64>,
}

/// Why an answer gives no token. It quotes nothing of it but a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerError {
    /// It sends to another address: its status.
    Redirects(u16),
    /// It refuses: the status, and the code if it says one.
    Refuses(u16, Option<String>),
    /// It takes no more calls for now, and perhaps says for how many seconds.
    Busy(Option<u64>),
    /// The other side has trouble of its own: its status, and perhaps for how many seconds.
    Trouble(u16, Option<u64>),
    /// There is nothing in it.
    Empty(u16),
    /// It is no JSON object.
    NoJson(u16),
    /// It has no text under this name.
    NoToken(String),
    /// What it has is no token: no text, empty, too long, or with characters that none has.
    BadToken,
    /// The token has ended already: its lifetime is of no second.
    Ended,
}

/// Reads the answer. `gives` is the name of what is wanted; `is_secret` tells a text that must not be repeated.
pub fn token(answer: &Answer, gives: &str, is_secret: &dyn Fn(&str) -> bool) -> Result<Token, AnswerError> {
    let (status, body) = (answer.status, answer.body.expose());
    match status {
        300..400 => return Err(AnswerError::Redirects(status)),
        429 => return Err(AnswerError::Busy(answer.retry_after_s)),
        500.. => return Err(AnswerError::Trouble(status, answer.retry_after_s)),
        _ => {}
    }
    let object = serde_json::from_slice::<Map<String, Value>>(body).ok();
    let code = object.as_ref().and_then(|object| object.get("error")?.as_str());
    let code = code.filter(|code| is_code(code) && !is_secret(code)).map(str::to_owned);
    let is_good = (200..300).contains(&status);
    match object {
        Some(object) if is_good && !object.contains_key("error") => read(object, gives),
        None if is_good && body.trim_ascii().is_empty() => Err(AnswerError::Empty(status)),
        None if is_good => Err(AnswerError::NoJson(status)),
        _ => Err(AnswerError::Refuses(status, code)),
    }
}

fn read(mut object: Map<String, Value>, gives: &str) -> Result<Token, AnswerError> {
    let lives_s = match object.get("expires_in") {
        Some(Value::Number(number)) => number.as_f64().and_then(whole_seconds),
        // Some write it as a text.
        Some(Value::String(text)) => text.trim().parse().ok().and_then(whole_seconds),
        _ => None,
    };
    let value = match object.remove(gives) {
        Some(Value::String(value)) => value,
        None | Some(Value::Null) => return Err(AnswerError::NoToken(gives.to_owned())),
        Some(_) => return Err(AnswerError::BadToken),
    };
    if lives_s == Some(0) {
        return Err(AnswerError::Ended);
    }
    if value.is_empty() || value.len() > LONGEST || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(AnswerError::BadToken);
    }
    Ok(Token { value: SecretText::new(value), lives_s })
}

/// A lifetime in whole seconds, `3600.0` too; what is longer than a century is one. `None`: it is none.
fn whole_seconds(seconds: f64) -> Option<u64> {
    let lasts = seconds.is_finite() && !seconds.is_sign_negative();
    lasts.then(|| Duration::try_from_secs_f64(seconds).map_or(CENTURY_S, |lives| lives.as_secs()).min(CENTURY_S))
}

/// Whether it looks like a code, as `invalid_client`, and not like a sentence that somebody else wrote.
fn is_code(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.'))
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redirects(status) => {
                write!(f, "the gateway sends the call to another address ({status}), and paykeep does not follow")
            }
            Self::Refuses(status, Some(code)) => write!(f, "the gateway gives no token: {status}, {code}"),
            Self::Refuses(status, None) => {
                write!(f, "the gateway gives no token: {status}, without a code that says why")
            }
            Self::Busy(_) => f.write_str("the gateway takes no more calls for now: 429"),
            Self::Trouble(status, _) => write!(f, "the gateway has trouble of its own: {status}"),
            Self::Empty(status) => write!(f, "the gateway's answer ({status}) is empty"),
            Self::NoJson(status) => write!(f, "the gateway's answer ({status}) is no JSON object"),
            Self::NoToken(name) => write!(f, "the gateway's answer has no `{name}`"),
            Self::BadToken => {
                f.write_str("what the gateway's answer gives as a token has characters or a length that no token has")
            }
            Self::Ended => f.write_str("the gateway's token has ended already: it says that it lives for 0 s"),
        }
    }
}

impl std::error::Error for AnswerError {}

impl Explain for AnswerError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Refuses(_, Some(code)) if code == "invalid_client" => {
                "ID or secret is wrong, of another environment, or was revoked: compare them with the gateway's page"
                    .into()
            }
            Self::Refuses(400 | 401 | 403, _) => "are ID and secret of this environment, and still valid?".into(),
            Self::Busy(Some(seconds)) | Self::Trouble(_, Some(seconds)) => {
                let wait = match seconds {
                    ..=7_200 => format!("{seconds} s"),
                    ..=172_800 => format!("{} h", seconds.div_ceil(3_600)),
                    _ => format!("{} d", seconds.div_ceil(86_400)),
                };
                format!("it wants to be asked again after {wait}; nothing was stored")
            }
            Self::Busy(None) | Self::Trouble(_, None) => "try again later; nothing was stored".into(),
            Self::Ended => "nothing was stored; ask the gateway why".into(),
            Self::BadToken => "nothing was stored; ask the gateway what it answers there".into(),
            _ => "the address in the provider's file may be out of date".into(),
        })
    }

    fn exit(&self) -> Exit {
        if matches!(self, Self::Refuses(..)) { Exit::No } else { Exit::Failed }
    }
}

/// Nobody lives by a token for longer.
const CENTURY_S: u64 = 100 * 365 * 24 * 60 * 60;
/// In bytes; a token of signed claims has some 2 KiB.
const LONGEST: usize = 32 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Result<(String, Option<u64>), AnswerError> {
        let answer = Answer { status, retry_after_s: Some(30), body: SecretBytes::copied(body.as_bytes()) };
        let token = token(&answer, "access_token", &|text| "s3cret-of-ours".contains(text))?;
        Ok((token.value.expose().to_owned(), token.lives_s))
    }

    #[test]
    fn a_token_comes_with_its_lifetime() {
        let ok = |lives| Ok(("tok.3n".to_owned(), lives));
        assert_eq!(read(200, r#"{"access_token":"tok.3n","token_type":"bearer","expires_in":86400}"#), ok(Some(86400)));
        assert_eq!(read(201, r#"{"access_token":"tok.3n","expires_in":"1800"}"#), ok(Some(1800)));
        let with = |lives: &str| read(200, &format!(r#"{{"access_token":"tok.3n","expires_in":{lives}}}"#));
        for (odd, lives) in [("3600.0", 3600), ("1.5", 1), ("\"3600.0\"", 3600)] {
            assert_eq!(with(odd), ok(Some(lives)), "{odd}");
        }
        for huge in ["1000000000000000000", "99999999999999999999999", "1e300"] {
            assert_eq!(with(huge), ok(Some(CENTURY_S)), "{huge}");
        }
        for odd in ["-5", "\"soon\"", "\"inf\"", "null", "[1]"] {
            assert_eq!(with(odd), ok(None), "{odd}");
        }
        for over in ["0", "0.0", "\"0\"", "0.5"] {
            assert_eq!(with(over), Err(AnswerError::Ended), "{over}");
        }
    }

    #[test]
    fn of_a_refusal_the_code_alone_is_told() {
        let refused = |code: Option<&str>| Err(AnswerError::Refuses(401, code.map(str::to_owned)));
        assert_eq!(read(401, r#"{"error":"invalid_client","error_description":"x"}"#), refused(Some("invalid_client")));
        for body in [
            r#"{"error":"a sentence, with \u001b[2J"}"#,
            r#"{"error":"s3cret-of-ours"}"#,
            r#"{"error":{"code":1}}"#,
            "<html>",
            "",
        ] {
            assert_eq!(read(401, body), refused(None), "{body}");
        }
        assert_eq!(
            read(200, r#"{"error":"invalid_scope"}"#),
            Err(AnswerError::Refuses(200, Some("invalid_scope".into())))
        );
    }

    #[test]
    fn what_is_no_token_is_said_to_be_none() {
        assert_eq!(read(302, r#"{"access_token":"tok.3n"}"#), Err(AnswerError::Redirects(302)));
        assert_eq!(read(429, r#"{"access_token":"tok.3n"}"#), Err(AnswerError::Busy(Some(30))));
        assert_eq!(read(503, "{}"), Err(AnswerError::Trouble(503, Some(30))));
        assert_eq!(read(200, " \n"), Err(AnswerError::Empty(200)));
        assert_eq!(read(200, "<html>"), Err(AnswerError::NoJson(200)));
        assert_eq!(read(200, r#"["access_token"]"#), Err(AnswerError::NoJson(200)));
        assert_eq!(read(200, r#"{"token":"tok.3n"}"#), Err(AnswerError::NoToken("access_token".into())));
        assert_eq!(read(200, r#"{"access_token":null}"#), Err(AnswerError::NoToken("access_token".into())));
        assert_eq!(read(200, r#"{"access_token":12345}"#), Err(AnswerError::BadToken));
        assert!(!AnswerError::BadToken.hint().unwrap().contains("address"));
        let long = "x".repeat(LONGEST + 1);
        for bad in ["", "two words", "line\\nbreak", "\\u001b[2J", "tök", &long] {
            assert_eq!(read(200, &format!(r#"{{"access_token":"{bad}"}}"#)), Err(AnswerError::BadToken), "{bad:.20}");
        }
    }
}
