//! The known mistakes. Each alters the recipe's own parts or the message, and says whether there was anything to alter.

use jiff::Timestamp;

use About::{Algorithm as Algo, Body, Encoding, End, Key, Method, Path, Query, Time, Twice};

use super::check::{is_decoded, signature_at};
use super::coding::minified;
use super::explain::{Attempt, Hashed};
use super::time;
use crate::domain::provider::{Algorithm, Coding, Filter, KeyDecode, Piece, Template, TimeFormat, What};

/// A known mistake.
pub(super) struct Mistake {
    /// What was done, as a clause: «the query was left out».
    pub(super) words: &'static str,
    /// What it concerns: two mistakes of one pair never concern the same.
    pub(super) about: About,
    /// Makes it. `false`: there is nothing to make it on.
    pub(super) make: Make,
}

/// Alters an attempt; `false`: there is nothing to alter.
type Make = fn(&mut Attempt) -> bool;

/// What a mistake concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Body,
    Query,
    Path,
    Method,
    Time,
    End,
    Key,
    Encoding,
    Algorithm,
    Twice,
}

/// All of them, the commonest first.
pub(super) fn mistakes() -> Vec<Mistake> {
    LIST.iter().map(|&(about, words, make)| Mistake { words, about, make }).collect()
}

const LIST: &[(About, &str, Make)] = &[
    // What alters least stands first: written anew, the JSON would lose a line break at its end too.
    (Body, "the body was signed with a line break at its end", |it| body(it, |body| Some([body, b"\n"].concat()))),
    (Body, "the body was signed without the line break at its end", |it| {
        body(it, |body| Some(body.strip_suffix(b"\n").map(|body| body.strip_suffix(b"\r").unwrap_or(body))?.to_vec()))
    }),
    (Body, "the body was signed with its white space", |it| drop_filters(it, &[Filter::Minified, Filter::NoSpace])),
    (Body, "the body was signed without its white space", |it| body(it, |body| minified(body).ok())),
    (Body, "white space inside the JSON's strings was taken away too", |it| {
        body(it, |body| Some(body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()))
    }),
    (Body, "the JSON was written anew, with a space behind each comma and colon", |it| body(it, spaced)),
    (Body, "the JSON was written anew, indented", |it| body(it, indented)),
    (Body, "the JSON was written anew, its keys sorted", |it| body(it, sorted)),
    (Body, "the JSON was written anew, with / as \\/", |it| text_of_body(it, |body| replaced(body, "/", "\\/"))),
    (Body, "the JSON was written anew, with other than ASCII as \\u escapes", |it| text_of_body(it, escaped)),
    (
        Body,
        "the JSON was written anew, with / as \\/ and other than ASCII as \\u escapes, as PHP does by itself",
        |it| text_of_body(it, |body| escaped(&replaced(body, "/", "\\/")?)),
    ),
    (
        Body,
        "the JSON was written anew, with a space behind each comma and colon and \\u escapes, as Python does by itself",
        |it| body(it, |body| escaped(&spaced(body)?)),
    ),
    (Body, "the body's line breaks were LF, not CRLF", |it| body(it, |body| replaced(body, "\r\n", "\n"))),
    (Body, "the body's line breaks were CRLF, not LF", |it| body(it, |body| replaced(body, "\n", "\r\n"))),
    (Body, "the body was left out", |it| body(it, |_| Some(Vec::new()))),
    (Query, "the query was signed as it was sent, still URL-encoded", |it| {
        drop_filters(it, &[Filter::Decoded, Filter::FormDecoded])
    }),
    (Query, "the query was signed URL-decoded", |it| add_filter(it, &What::Query, &Filter::Decoded)),
    (Query, "the query was decoded with + as a space", |it| add_filter(it, &What::Query, &Filter::FormDecoded)),
    (Query, "the query was signed without its ?", |it| drop_filters(it, &[Filter::QuestionMark])),
    (Query, "the query was signed with a ? in front", |it| add_filter(it, &What::Query, &Filter::QuestionMark)),
    (Query, "the query was not sorted", |it| drop_filters(it, &[Filter::SortedPairs])),
    (Query, "the query was sorted", |it| add_first(it, &What::Query, &Filter::SortedPairs)),
    (Query, "the query was left out", |it| it.message.query.take().is_some_and(|query| !query.is_empty())),
    (Path, "the path was signed before it was rewritten for the environment", |it| {
        edit(it, |_, filters| filters.retain(|filter| !matches!(filter, Filter::Rewrite { .. })))
    }),
    (Path, "the whole address was signed, not the path", |it| {
        let Some(host) = host(it) else { return false };
        let scheme = it.message.scheme.clone().unwrap_or_else(|| "https".into());
        path(it, |path| format!("{scheme}://{host}{path}"))
    }),
    (Path, "the path was signed with the host in front", |it| {
        let Some(host) = host(it) else { return false };
        path(it, |path| format!("{host}{path}"))
    }),
    (Path, "the path was signed with the query behind it", |it| {
        let Some(query) = it.message.query.clone().filter(|query| !query.is_empty()) else { return false };
        path(it, |path| format!("{path}?{query}"))
    }),
    (Path, "the path was signed with a slash at its end", |it| path(it, |path| format!("{path}/"))),
    (Path, "the path was signed without the slash at its end", |it| path(it, |path| path.trim_end_matches('/').into())),
    (Path, "the path was signed without its first slash", |it| path(it, |path| path.trim_start_matches('/').into())),
    (Method, "the method was signed in lower case", |it| add_filter(it, &What::Method, &Filter::Lower)),
    (Time, "the time was signed in seconds", |it| time_as(it, TimeFormat::UnixS)),
    (Time, "the time was signed in milliseconds", |it| time_as(it, TimeFormat::UnixMs)),
    (Time, "the time was signed as RFC 3339", |it| time_as(it, TimeFormat::Rfc3339)),
    (Time, "the time was left out", |it| it.time.replace(String::new()).is_some_and(|time| !time.is_empty())),
    (End, "the string to sign had a line break at its end", |it| {
        it.recipe.text.push(Template::of(vec![Piece::Literal("\n".into())]));
        true
    }),
    (Key, "the key was used as text, not decoded", |it| {
        std::mem::replace(&mut it.recipe.key_decode, KeyDecode::Utf8) != KeyDecode::Utf8
            && !it.recipe.sign.algorithm.is_rsa()
    }),
    (Key, "the key was used as text without its prefix, not decoded", |it| {
        let KeyDecode::Base64After(prefix) = it.recipe.key_decode.clone() else { return false };
        it.key_prefix = Some(prefix);
        it.recipe.key_decode = KeyDecode::Utf8;
        true
    }),
    (Key, "the key was decoded as base64, not used as text", |it| decoded_as(it, KeyDecode::Base64)),
    (Key, "the key was decoded as hexadecimal, not used as text", |it| decoded_as(it, KeyDecode::Hex)),
    (Key, "the key was used with a line break at its end", |it| {
        it.key_suffix = "\n";
        !it.recipe.sign.algorithm.is_rsa() && !is_decoded(&it.recipe.key_decode)
    }),
    (Encoding, "the signature was not URL-encoded", |it| {
        it.recipe.sign.encode.contains(&Coding::FormUrl) && encoded(it, &[Coding::Base64])
    }),
    (Encoding, "the signature is in base64", |it| encoded(it, &[Coding::Base64])),
    (Encoding, "the signature is in hexadecimal", |it| encoded(it, &[Coding::Hex])),
    (Encoding, "the signature is in base64url", |it| encoded(it, &[Coding::Base64url])),
    (Encoding, "the signature is URL-encoded", |it| encoded(it, &[Coding::Base64, Coding::FormUrl])),
    (Encoding, "the signature is hexadecimal that was put into base64", |it| {
        encoded(it, &[Coding::Hex, Coding::Base64])
    }),
    (Algo, "it was signed with HMAC-SHA1", |it| algorithm(it, Algorithm::HmacSha1)),
    (Algo, "it was signed with HMAC-SHA256", |it| algorithm(it, Algorithm::HmacSha256)),
    (Algo, "it was signed with HMAC-SHA512", |it| algorithm(it, Algorithm::HmacSha512)),
    (Algo, "it was hashed with SHA-256", |it| algorithm(it, Algorithm::Sha256)),
    (Algo, "it was hashed with SHA-512", |it| algorithm(it, Algorithm::Sha512)),
    (Algo, "it was hashed with MD5", |it| algorithm(it, Algorithm::Md5)),
    (Algo, "it was signed with PSS and 20 bytes of salt", |it| algorithm(it, Algorithm::RsaPssSha256Salt20)),
    (Algo, "it was signed with PSS and 32 bytes of salt", |it| algorithm(it, Algorithm::RsaPssSha256Salt32)),
    (Algo, "it was signed with RSA PKCS#1 v1.5", |it| algorithm(it, Algorithm::RsaPkcs1v15Sha256)),
    // Behind the two lengths that recipes have.
    (
        Algo,
        "it was signed with PSS and a salt of another length, as the longest, which OpenSSL takes by itself",
        |it| algorithm(it, Algorithm::RsaPssSha256AnySalt),
    ),
    (Algo, "it was signed with PKCS#1 padding around the bare hash, without the name of the hash before it", |it| {
        algorithm(it, Algorithm::RsaPkcs1v15Bare)
    }),
    (Algo, "it was signed with RSA PKCS#1 v1.5 and SHA-1", |it| algorithm(it, Algorithm::RsaPkcs1v15Sha1)),
    (Algo, "it was signed with RSA PKCS#1 v1.5 and SHA-512", |it| algorithm(it, Algorithm::RsaPkcs1v15Sha512)),
    (Twice, "what was signed is the text's SHA-256 in hexadecimal, not the text", |it| hashed(it, Hashed::Hex)),
    (Twice, "what was signed is the text's SHA-256, not the text: it was hashed twice", |it| hashed(it, Hashed::Bytes)),
];

/// Alters the filters of every slot of text and canonical request; says whether any changed.
fn edit(attempt: &mut Attempt, alter: impl Fn(&What, &mut Vec<Filter>)) -> bool {
    let mut changed = false;
    for template in attempt.recipe.text.iter_mut().chain(&mut attempt.recipe.canonical) {
        let mut pieces = template.pieces().to_vec();
        for piece in &mut pieces {
            if let Piece::Slot(what, filters) = piece {
                alter(what, filters);
            }
        }
        let altered = Template::of(pieces);
        changed |= altered != *template;
        *template = altered;
    }
    changed
}

fn drop_filters(attempt: &mut Attempt, dropped: &[Filter]) -> bool {
    edit(attempt, |_, filters| filters.retain(|filter| !dropped.contains(filter)))
}

/// Puts a filter behind the others, in place of one of its family.
fn add_filter(attempt: &mut Attempt, slot: &What, filter: &Filter) -> bool {
    edit(attempt, |what, filters| {
        if what == slot && !filters.contains(filter) {
            if *filter == Filter::QuestionMark {
                filters.push(filter.clone());
            } else {
                filters.retain(|known| !matches!(known, Filter::Decoded | Filter::FormDecoded));
                filters.insert(0, filter.clone());
            }
        }
    })
}

fn add_first(attempt: &mut Attempt, slot: &What, filter: &Filter) -> bool {
    edit(attempt, |what, filters| {
        if what == slot && !filters.contains(filter) {
            filters.insert(0, filter.clone());
        }
    })
}

/// Another body, signed as it is; says whether it is another one.
fn body(attempt: &mut Attempt, alter: impl Fn(&[u8]) -> Option<Vec<u8>>) -> bool {
    let Some(altered) = alter(&attempt.message.body) else { return false };
    if altered == attempt.message.body {
        return false;
    }
    attempt.message.body = altered;
    drop_filters(attempt, &[Filter::Minified, Filter::NoSpace]);
    true
}

/// The same with what else the recipe does to a body left as it is.
fn text_of_body(attempt: &mut Attempt, alter: impl Fn(&[u8]) -> Option<Vec<u8>>) -> bool {
    let Some(altered) = alter(&attempt.message.body) else { return false };
    let changed = altered != attempt.message.body;
    attempt.message.body = altered;
    changed
}

fn host(attempt: &Attempt) -> Option<String> {
    let message = &attempt.message;
    message.host.clone().or_else(|| message.header("host").ok()?.map(str::to_owned))
}

fn path(attempt: &mut Attempt, alter: impl Fn(&str) -> String) -> bool {
    let Some(path) = &mut attempt.message.path else { return false };
    let altered = alter(path);
    let changed = altered != *path;
    *path = altered;
    changed
}

fn time_as(attempt: &mut Attempt, format: TimeFormat) -> bool {
    let Some(text) = &attempt.time else { return false };
    let read: Option<Timestamp> = time::read(TimeFormat::AsReceived, text);
    let Some(altered) = read.map(|at| time::write(format, at)).filter(|altered| altered != text) else { return false };
    attempt.time = Some(altered);
    true
}

fn decoded_as(attempt: &mut Attempt, how: KeyDecode) -> bool {
    std::mem::replace(&mut attempt.recipe.key_decode, how) == KeyDecode::Utf8
}

fn encoded(attempt: &mut Attempt, codings: &[Coding]) -> bool {
    let recipe = &mut attempt.recipe;
    let decode: Vec<Coding> = codings.iter().rev().copied().collect();
    let at = signature_at(recipe);
    let was = at.as_ref().map_or_else(|| recipe.sign.encode.iter().rev().copied().collect(), |at| at.decode.clone());
    recipe.signature = at.map(|at| crate::domain::provider::SignatureAt { decode: decode.clone(), ..at });
    recipe.sign.encode = codings.to_vec();
    was != decode
}

fn algorithm(attempt: &mut Attempt, algorithm: Algorithm) -> bool {
    let was = std::mem::replace(&mut attempt.recipe.sign.algorithm, algorithm);
    was != algorithm
        && was != Algorithm::Token
        && was.is_rsa() == algorithm.is_rsa()
        && was.is_hash() == algorithm.is_hash()
}

fn hashed(attempt: &mut Attempt, how: Hashed) -> bool {
    attempt.hashed = Some(how);
    attempt.recipe.sign.algorithm != Algorithm::Token
}

fn replaced(body: &[u8], from: &str, to: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    // What is so already must not become so twice.
    let plain = if to.contains(from) { text.replace(to, from) } else { text.to_owned() };
    Some(plain.replace(from, to).into_bytes())
}

/// As Python's `json.dumps` writes it.
fn spaced(body: &[u8]) -> Option<Vec<u8>> {
    rewritten(body, |out, byte, _| {
        out.push(byte);
        if matches!(byte, b',' | b':') {
            out.push(b' ');
        }
    })
}

/// As `JSON.stringify(…, null, 2)` and its likes write it.
fn indented(body: &[u8]) -> Option<Vec<u8>> {
    let text = rewritten(body, |out, byte, depth| {
        let line = |out: &mut Vec<u8>, depth: usize| {
            out.push(b'\n');
            out.resize(out.len() + 2 * depth, b' ');
        };
        match byte {
            b'{' | b'[' => {
                out.push(byte);
                line(out, depth + 1);
            }
            b'}' | b']' => {
                line(out, depth.saturating_sub(1));
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                line(out, depth);
            }
            b':' => out.extend(b": "),
            _ => out.push(byte),
        }
    })?;
    Some(text)
}

/// The minified JSON with each byte outside of its strings written anew; told how deep it stands.
fn rewritten(body: &[u8], write: impl Fn(&mut Vec<u8>, u8, usize)) -> Option<Vec<u8>> {
    let json = minified(body).ok().filter(|json| !json.is_empty())?;
    let mut out = Vec::with_capacity(2 * json.len());
    let (mut inside, mut escaped, mut depth) = (false, false, 0usize);
    for byte in json {
        let quote = byte == b'"' && !escaped;
        escaped = inside && byte == b'\\' && !escaped;
        if inside || quote {
            out.push(byte);
            inside ^= quote;
            continue;
        }
        write(&mut out, byte, depth);
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Some(out)
}

fn sorted(body: &[u8]) -> Option<Vec<u8>> {
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    serde_json::to_vec(&json).ok()
}

/// As writers do that keep to ASCII.
fn escaped(body: &[u8]) -> Option<Vec<u8>> {
    use std::fmt::Write;
    let mut out = String::with_capacity(body.len());
    for c in std::str::from_utf8(body).ok()?.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    Some(out.into_bytes())
}
