//! JSON web tokens: what one of them says of itself, once its signature fits.

use base64ct::{Base64UrlUnpadded, Encoding};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::check::composer;
use super::{Context, Message, SignError, time};
use crate::domain::provider::{Algorithm, Recipe, TimeFormat};

/// A token's text and its signature; `None`: it has not three parts.
pub(super) fn split(token: &str) -> Option<(&str, &str)> {
    let (text, signature) = token.rsplit_once('.')?;
    (text.split('.').count() == 2).then_some((text, signature))
}

/// What is wrong with a token whose signature fits, in words.
///
/// Its header has to name the recipe's own algorithm, its time must not be over, and what it claims has to be what the recipe
/// makes of the message. Of a claim that changes with the clock or with chance, it is enough that it is there and of the same kind.
pub(super) fn amiss(
    recipe: &Recipe,
    message: &Message,
    context: &Context<'_>,
    token: &[u8],
    now: Timestamp,
) -> Result<Option<String>, SignError> {
    let Some([header, claims]) = parts(token) else {
        return Ok(Some("the token's parts are no JSON objects in base64url".into()));
    };
    let wanted = name(recipe.sign.algorithm);
    let named = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    if wanted != Some(named) {
        let wanted = wanted.unwrap_or("none that tokens have");
        return Ok(Some(format!("the token's header names the algorithm {named:?}, the recipe's is {wanted}")));
    }
    // RFC 7515 (4.1.11): who does not know what is critical refuses the token, and nothing of the kind is known here.
    if header.contains_key("crit") {
        return Ok(Some("the token's header has `crit`, which asks for what no recipe has".into()));
    }
    let leeway = i64::from(recipe.tolerance_s.as_ref().map_or(0, |stated| stated.value));
    #[expect(clippy::cast_precision_loss, reason = "seconds of this age fit a double")]
    let (now_s, leeway) = (now.as_second() as f64, leeway as f64);
    for name in ["exp", "nbf"] {
        let Some(claim) = claims.get(name) else { continue };
        let Some(at) = claim.as_f64() else {
            return Ok(Some(format!("the token's claim `{name}` is {}, not a number of seconds", kind(claim))));
        };
        if at >= MILLISECONDS {
            return Ok(Some(format!("the token's claim `{name}` is in milliseconds: tokens have seconds")));
        }
        if name == "exp" && now_s >= at + leeway {
            return Ok(Some(format!("the token expired {:.0} s ago", now_s - at)));
        }
        if name == "nbf" && now_s < at - leeway {
            return Ok(Some(format!("the token is good only in {:.0} s", at - now_s)));
        }
    }
    if recipe.text.is_empty() {
        return Ok(None);
    }
    let [one, other] = [expected(recipe, message, context, now, '0')?, expected(recipe, message, context, now, '1')?];
    let (Some(one), Some(other)) = (one, other) else { return Ok(None) };
    Ok(one.iter().find_map(|(name, value)| {
        let Some(claimed) = claims.get(name) else { return Some(format!("the token lacks the claim `{name}`")) };
        if other.get(name) == Some(value) {
            let words = || format!("the token is genuine, but its claim `{name}` is not what the message says");
            return (!same(claimed, value)).then(words);
        }
        let (is, wanted) = (kind(claimed), kind(value));
        (is != wanted).then(|| format!("the token's claim `{name}` is {is}, the recipe's is {wanted}"))
    }))
}

/// What the recipe would claim at another time and with another nonce.
fn expected(
    recipe: &Recipe,
    message: &Message,
    context: &Context<'_>,
    now: Timestamp,
    digit: char,
) -> Result<Option<Map<String, Value>>, SignError> {
    let second = i64::from(digit.to_digit(10).unwrap_or(0));
    let now = Timestamp::from_second(now.as_second().saturating_add(second)).unwrap_or(now);
    let format = recipe.time.as_ref().map_or(TimeFormat::UnixS, |time| time.format);
    let nonce = Some(digit.to_string().repeat(32));
    let context = Context { time: Some(time::write(format, now)), nonce, ..context.clone() };
    let text = composer(recipe, message, &context).all(&recipe.text)?;
    Ok(parts(&text).map(|[_, claims]| claims))
}

fn parts(token: &[u8]) -> Option<[Map<String, Value>; 2]> {
    let (header, claims) = std::str::from_utf8(token).ok()?.split_once('.')?;
    let read = |part| serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).ok()?).ok();
    Some([read(header)?, read(claims)?])
}

/// Whether both say the same: JSON can stand in a claim as it is or as text.
fn same(one: &Value, other: &Value) -> bool {
    let read = |value: &Value| value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let as_json = |text: &Value, value: &Value| read(text).is_some_and(|read| read == *value);
    one == other
        || as_json(one, other)
        || as_json(other, one)
        || read(one).is_some_and(|one| read(other).is_some_and(|other| one == other))
}

/// What sort of value it is, in words.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The name of an algorithm in a token's header.
fn name(algorithm: Algorithm) -> Option<&'static str> {
    match algorithm {
        Algorithm::HmacSha256 => Some("HS256"),
        Algorithm::HmacSha512 => Some("HS512"),
        Algorithm::RsaPkcs1v15Sha256 => Some("RS256"),
        Algorithm::RsaPssSha256Salt32 => Some("PS256"),
        _ => None,
    }
}

/// So many seconds are the year 5138: who writes this means milliseconds.
const MILLISECONDS: f64 = 1e11;
