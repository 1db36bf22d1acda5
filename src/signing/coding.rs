//! Encodings of signatures and of what stands in a query, and JSON without its white space.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};

use super::SignError;
pub(super) use crate::domain::hex;
use crate::domain::provider::Coding;

/// Bytes as the recipe writes them.
pub(super) fn encode(bytes: &[u8], codings: &[Coding]) -> String {
    let mut text: Option<String> = None;
    for coding in codings {
        let input = text.as_ref().map_or(bytes, |text| text.as_bytes());
        text = Some(match coding {
            Coding::Base64 => Base64::encode_string(input),
            Coding::Base64url => Base64UrlUnpadded::encode_string(input),
            Coding::Hex => hex(input),
            Coding::FormUrl => form_encode(input),
        });
    }
    text.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

/// What the recipe's decodings make of a text. The error says which of them could not.
pub(super) fn decode(text: &str, codings: &[Coding]) -> Result<Vec<u8>, &'static str> {
    let mut bytes = text.as_bytes().to_vec();
    for coding in codings {
        let text = || std::str::from_utf8(&bytes).map_err(|_| "it is not text");
        bytes = match coding {
            Coding::Base64 => Base64::decode_vec(text()?).map_err(|_| "it is not base64")?,
            Coding::Base64url => {
                Base64UrlUnpadded::decode_vec(text()?.trim_end_matches('=')).map_err(|_| "it is not base64url")?
            }
            Coding::Hex => unhex(text()?).ok_or("it is not hexadecimal")?,
            Coding::FormUrl => percent_decode(&bytes, true),
        };
    }
    Ok(bytes)
}

/// Hexadecimal in either case.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    bytes.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// As in an HTML form, the way `URLEncoder` and `quote_plus` agree on for base64.
pub(super) fn form_encode(bytes: &[u8]) -> String {
    percent_encode(bytes, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')).replace("%20", "+")
}

/// RFC 3986: all but the unreserved characters.
pub(super) fn uri_encode(bytes: &[u8]) -> String {
    percent_encode(bytes, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~'))
}

fn percent_encode(bytes: &[u8], stays: impl Fn(u8) -> bool) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, &byte| {
        if stays(byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// Percent-encoding undone; what is no encoding stays as it is.
pub(super) fn percent_decode(bytes: &[u8], plus_is_space: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok()).and_then(unhex);
        match (byte, pair.as_deref()) {
            (b'%', Some([decoded])) => {
                out.push(*decoded);
                at += 3;
                continue;
            }
            (b'+', _) if plus_is_space => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    out
}

/// A query's pairs as the canonical requests of AWS have them: decoded and encoded anew, in their order.
///
/// A plus is taken as itself: what a form writes as `+` has to come as `%20`.
pub(super) fn encoded_pairs(query: &[u8]) -> String {
    let anew = |part| uri_encode(&percent_decode(part, false));
    let pairs = query.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = key_and_value(pair);
        format!("{}={}", anew(key), anew(value))
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// A query's pairs as they are written, sorted by key and value.
pub(super) fn sorted_pairs(query: &[u8]) -> Vec<u8> {
    let mut pairs: Vec<&[u8]> = query.split(|byte| *byte == b'&').collect();
    pairs.sort_by_key(|pair| key_and_value(pair));
    pairs.join(&b'&')
}

fn key_and_value(pair: &[u8]) -> (&[u8], &[u8]) {
    let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
    (&pair[..at], pair.get(at + 1..).unwrap_or_default())
}

/// As a string of JSON, in its quotes; bytes that are no UTF-8 are replaced.
pub(super) fn json_string(bytes: &[u8]) -> String {
    serde_json::Value::from(&*String::from_utf8_lossy(bytes)).to_string()
}

/// Without its backslash escapes: `\/` is `/`, `\n` a line break, and any other letter itself.
pub(super) fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(&byte) = rest.next() {
        out.extend(if byte == b'\\' {
            rest.next().map(|escaped| match escaped {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'a' => 0x07,
                b'b' => 0x08,
                b'v' => 0x0b,
                b'f' => 0x0c,
                other => *other,
            })
        } else {
            Some(byte)
        });
    }
    out
}

/// 32 hexadecimal digits as a UUID of version 4; anything else as it is.
pub(super) fn uuid(digits: &[u8]) -> String {
    let text = String::from_utf8_lossy(digits).to_ascii_lowercase();
    if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return text;
    }
    // The variant is the two upper bits of its digit, 10.
    let variant = match &text[16..17] {
        "0" | "4" | "8" | "c" => "8",
        "1" | "5" | "9" | "d" => "9",
        "2" | "6" | "a" | "e" => "a",
        _ => "b",
    };
    format!("{}-{}-4{}-{variant}{}-{}", &text[..8], &text[8..12], &text[13..16], &text[17..20], &text[20..])
}

/// JSON without the white space outside of its strings; every other byte as it stands. An empty body stays empty.
pub(super) fn minified(json: &[u8]) -> Result<Vec<u8>, SignError> {
    if json.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_slice::<serde::de::IgnoredAny>(json)
        .map_err(|error| SignError::NoJson { line: error.line(), column: error.column() })?;
    let mut out = Vec::with_capacity(json.len());
    let (mut inside, mut escaped) = (false, false);
    for &byte in json {
        if !inside && matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            continue;
        }
        out.push(byte);
        if byte == b'"' && !escaped {
            inside = !inside;
        }
        escaped = inside && byte == b'\\' && !escaped;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_survives_each_way_of_writing_it() {
        for codings in [&[Coding::Base64, Coding::FormUrl][..], &[Coding::Base64url], &[Coding::Hex]] {
            let bytes: Vec<u8> = (0..=255).collect();
            let back: Vec<Coding> = codings.iter().rev().copied().collect();
            assert_eq!(decode(&encode(&bytes, codings), &back).unwrap(), bytes);
        }
        assert_eq!(encode(&[0xfb, 0xff], &[Coding::Base64, Coding::FormUrl]), "%2B%2F8%3D");
    }

    #[test]
    fn white_space_leaves_json_but_not_its_strings() {
        let json = br#" { "a b" : "c\" d\\" , "e" : [ 1 , 2 ] } "#;
        assert_eq!(minified(json).unwrap(), br#"{"a b":"c\" d\\","e":[1,2]}"#);
        assert!(matches!(minified(b"{"), Err(SignError::NoJson { .. })));
        assert_eq!(minified(b"").unwrap(), b"");
    }

    #[test]
    fn pairs_are_sorted_and_encoded_once() {
        let both = |query: &[u8]| String::from_utf8(sorted_pairs(encoded_pairs(query).as_bytes())).unwrap();
        assert_eq!(both(b"foo=b&foo=a"), "foo=a&foo=b");
        assert_eq!(both(b"A.1=foo&A.2=foo&A.10=foo"), "A.1=foo&A.10=foo&A.2=foo");
        assert_eq!(both(b"a-b=1&a=2"), "a=2&a-b=1", "a key goes before another that begins with it");
        assert_eq!(both(b"&b=x%20y&&a"), "a=&b=x%20y");
        assert_eq!(both(b"a=%7e+"), "a=~%2B");
        assert_eq!(sorted_pairs(b"b=%2f&a"), b"a&b=%2f", "what is sorted stays as it is written");
    }
}
