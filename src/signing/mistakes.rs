//! The known mistakes. Each alters the recipe's own parts or the message, and says whether there was anything to alter.

mod alter;
mod json;

use About::{
    Account, Algorithm as Algo, Body, Encoding, End, Escapes, Frame, Key, Layout, Method, Numbers, Order, Pairs, Path,
    Query, Rewrite, Time, Twice,
};

use super::check::{BEARER, Spoiled};
use super::coding::minified;
use super::explain::{Attempt, Hashed};
use super::time;
use crate::domain::provider::{Algorithm, Coding, Filter, KeyDecode, Piece, Template, TimeFormat, What};
use alter::{
    add_filter, add_first, algorithm, as_header_says, behind, body, decoded_as, drop_filters, edit, encoded, hashed,
    host, key_within, path, spoiled, text_of_body, time_as, unrewritten, without_first_slash,
};
use json::{escaped, escaped_for_pages, indented, latin1, numbers, replaced, sorted, spaced};

/// A known mistake.
pub(super) struct Mistake {
    /// What was done, as a clause: «the query was left out».
    pub(super) words: &'static str,
    /// What to do instead, as a sentence; lines of a program may follow it.
    pub(super) fix: &'static str,
    /// What it concerns: two mistakes of one pair never concern the same.
    pub(super) about: About,
    /// Makes it. `false`: there is nothing to make it on.
    pub(super) make: Make,
}

/// Alters an attempt; `false`: there is nothing to alter.
type Make = fn(&mut Attempt) -> bool;

/// What a mistake concerns. Of two that are made together the one whose concern stands first here is made first: what writes the JSON
/// anew would undo what was done to it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    Order,
    Numbers,
    Layout,
    Escapes,
    Body,
    Query,
    Pairs,
    Path,
    Rewrite,
    Method,
    Account,
    Time,
    End,
    Key,
    Encoding,
    Frame,
    Algorithm,
    Twice,
}

/// All of them, the commonest first.
pub(super) fn mistakes() -> Vec<Mistake> {
    LIST.iter().map(|&(about, words, fix, make)| Mistake { words, fix, about, make }).collect()
}

/// How many mistakes are known.
pub fn known_mistakes() -> usize {
    LIST.len()
}

pub(super) const BYTES: &str = "Sign the very bytes that are sent.";
const ONCE: &str =
    "Write the JSON once, and sign the very bytes that you send:\nbody = json.dumps(data, separators=(',', ':'))";
pub(super) const NO_SPACE: &str = "Write the JSON without spaces, and sign the very bytes that you send:\nbody = json.dumps(data, separators=(',', ':'))";
const PATH: &str = "Sign the path alone, as it stands in the request's first line.";
const QUERY: &str = "Take the query as it is sent, and do to it what the recipe says, nothing else.";
const TIME: &str = "Sign the time letter for letter as its header has it.";
const DECODE: &str = "Decode the key's text to bytes before it is used.";
const AS_TEXT: &str = "Use the key's text as it is.";
const ENCODING: &str = "Write the signature's own bytes in the encoding that the recipe has.";
const ALGORITHM: &str = "Take the algorithm that the recipe names.";
const HASH: &str = "Hand the text itself to what signs it: that hashes it already.";

const LIST: &[(About, &str, &str, Make)] = &[
    // What alters least stands first: written anew, the JSON would lose a line break at its end too.
    (Body, "the body was signed with a line break at its end", BYTES, |it| {
        body(it, |body| Some([body, b"\n"].concat()))
    }),
    (Body, "the body was signed without the line break at its end", BYTES, |it| {
        body(it, |body| Some(body.strip_suffix(b"\n").map(|body| body.strip_suffix(b"\r").unwrap_or(body))?.to_vec()))
    }),
    (Body, "the body was signed with a line break, CRLF, at its end", BYTES, |it| {
        body(it, |body| Some([body, b"\r\n"].concat()))
    }),
    (Layout, "the body was signed with its white space", NO_SPACE, |it| {
        drop_filters(it, &[Filter::Minified, Filter::NoSpace])
    }),
    (Layout, "the body was signed without its white space", BYTES, |it| body(it, |body| minified(body).ok())),
    (Layout, "white space inside the JSON's strings was taken away too", BYTES, |it| {
        // Only where there are such strings: a body of blanks alone has none.
        body(it, |body| {
            let json = minified(body).ok()?;
            let bare: Vec<u8> = json.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            (bare != json).then_some(bare)
        })
    }),
    (Layout, "the JSON was written anew, with a space behind each comma and colon", ONCE, |it| body(it, spaced)),
    (Layout, "the JSON was written anew, indented", ONCE, |it| body(it, |body| indented(body, 2))),
    (Layout, "the JSON was written anew, indented by four spaces", ONCE, |it| body(it, |body| indented(body, 4))),
    (Order, "the JSON was written anew, its keys sorted", ONCE, |it| body(it, sorted)),
    (Escapes, "the JSON was written anew, with / as \\/", ONCE, |it| {
        text_of_body(it, |body| replaced(body, "/", "\\/"))
    }),
    (Escapes, "the JSON was written anew, with other than ASCII as \\u escapes", ONCE, |it| text_of_body(it, escaped)),
    (
        Escapes,
        "the JSON was written anew, with / as \\/ and other than ASCII as \\u escapes, as PHP does by itself",
        "Write the JSON once, and sign the very bytes that you send:\n$body = json_encode($data, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);",
        |it| text_of_body(it, |body| escaped(&replaced(body, "/", "\\/")?)),
    ),
    (
        Layout,
        "the JSON was written anew, with a space behind each comma and colon and \\u escapes, as Python does by itself",
        "Write the JSON once, and sign the very bytes that you send:\nbody = json.dumps(data, separators=(',', ':'), ensure_ascii=False)",
        |it| body(it, |body| escaped(&spaced(body)?)),
    ),
    (
        Escapes,
        "the JSON was written anew, with <, > and & as \\u escapes, as Go does by itself",
        "Write the JSON once, and sign the very bytes that you send:\nencoder.SetEscapeHTML(false)",
        |it| text_of_body(it, |body| escaped_for_pages(body, "<>&")),
    ),
    (
        Escapes,
        "the JSON was written anew, with <, >, &, = and ' as \\u escapes, as Gson does by itself",
        "Write the JSON once, and sign the very bytes that you send:\nnew GsonBuilder().disableHtmlEscaping().create()",
        |it| text_of_body(it, |body| escaped_for_pages(body, "<>&='")),
    ),
    (Numbers, "the JSON was written anew, its numbers as 10 for 10.00, as JavaScript and PHP do", ONCE, |it| {
        body(it, |body| numbers(body, false))
    }),
    (Numbers, "the JSON was written anew, its numbers as 10.0 for 10.00, as Python does", ONCE, |it| {
        body(it, |body| numbers(body, true))
    }),
    (Body, "the body's line breaks were LF, not CRLF", BYTES, |it| body(it, |body| replaced(body, "\r\n", "\n"))),
    (Body, "the body's line breaks were CRLF, not LF", BYTES, |it| body(it, |body| replaced(body, "\n", "\r\n"))),
    (Body, "the body was signed with a byte order mark before it", BYTES, |it| {
        body(it, |body| Some([b"\xef\xbb\xbf", body].concat()))
    }),
    (Body, "the body was signed as ISO 8859-1, not as UTF-8", "Name UTF-8 where the text becomes bytes.", |it| {
        body(it, latin1)
    }),
    (Body, "the body was left out", "Put the body into the string to sign.", |it| body(it, |_| Some(Vec::new()))),
    (Query, "the query was signed as it was sent, still URL-encoded", "Decode the query before it is signed.", |it| {
        drop_filters(it, &[Filter::Decoded, Filter::FormDecoded])
    }),
    (
        Query,
        "the query was signed as it was sent, not encoded anew",
        "Encode each key and value anew, as RFC 3986 has it: %2F in capitals, + as %2B, = also behind a key alone.",
        |it| drop_filters(it, &[Filter::EncodedPairs]),
    ),
    (Query, "the query was signed URL-decoded", QUERY, |it| add_filter(it, &What::Query, &Filter::Decoded)),
    (Query, "the query was decoded with + as a space", "Leave a + as it is.", |it| {
        add_filter(it, &What::Query, &Filter::FormDecoded)
    }),
    (Query, "the query was signed without its ?", "Put the ? in front of the query.", |it| {
        drop_filters(it, &[Filter::QuestionMark])
    }),
    (Query, "the query was signed with a ? in front", "Leave the ? in front of the query out.", |it| {
        add_filter(it, &What::Query, &Filter::QuestionMark)
    }),
    (Query, "the query was signed encoded anew, not as it was sent", QUERY, |it| {
        add_filter(it, &What::Query, &Filter::EncodedPairs)
    }),
    (Pairs, "the query was not sorted", "Sort the query's pairs before they are signed.", |it| {
        drop_filters(it, &[Filter::SortedPairs])
    }),
    (Pairs, "the query was sorted", "Sign the query in the order in which it is sent.", |it| {
        add_first(it, &What::Query, &Filter::SortedPairs)
    }),
    (Query, "the query was left out", "Put the query into the string to sign.", |it| {
        it.message.query.take().is_some_and(|query| !query.is_empty())
    }),
    (
        Rewrite,
        "the path was signed before it was rewritten for the environment",
        "Rewrite the path for the environment first, then sign it.",
        unrewritten,
    ),
    (Path, "the whole address was signed, not the path", PATH, |it| {
        let Some(host) = host(it) else { return false };
        let scheme = it.message.scheme.clone().unwrap_or_else(|| "https".into());
        path(it, |path| format!("{scheme}://{host}{path}"))
    }),
    (Path, "the path was signed with the host in front", PATH, |it| {
        let Some(host) = host(it) else { return false };
        path(it, |path| format!("{host}{path}"))
    }),
    (Path, "the path was signed with the query behind it", PATH, |it| {
        let Some(query) = it.message.query.clone().filter(|query| !query.is_empty()) else { return false };
        path(it, |path| format!("{path}?{query}"))
    }),
    (
        Path,
        "the query was signed as a part of the path, and its own place left empty",
        "Sign path and query each in its own place.",
        |it| {
            let Some(query) = it.message.query.take().filter(|query| !query.is_empty()) else { return false };
            path(it, |path| format!("{path}?{query}"))
        },
    ),
    (Path, "the path was signed with a slash at its end", PATH, |it| path(it, |path| format!("{path}/"))),
    (Path, "the path was signed without the slash at its end", PATH, |it| {
        path(it, |path| path.trim_end_matches('/').into())
    }),
    (Path, "the path was signed without its first slash", PATH, |it| {
        // What is rewritten in it has lost its slash too.
        edit(it, |_, filters| filters.iter_mut().for_each(without_first_slash));
        path(it, |path| path.trim_start_matches('/').into())
    }),
    (Path, "the path was signed URL-decoded", PATH, |it| add_first(it, &What::Path, &Filter::Decoded)),
    (Method, "the method was signed in lower case", "Write the method in capitals.", |it| {
        add_filter(it, &What::Method, &Filter::Lower)
    }),
    (
        Account,
        "what was signed is what a header of the message says, which is not the account's own",
        "Send and sign what the account has, or take the key of the account that the header names.",
        as_header_says,
    ),
    (Time, "the time was signed in seconds", TIME, |it| time_as(it, |at| time::write(TimeFormat::UnixS, at))),
    (Time, "the time was signed in milliseconds", TIME, |it| time_as(it, |at| time::write(TimeFormat::UnixMs, at))),
    (Time, "the time was signed as RFC 3339", TIME, |it| time_as(it, |at| time::write(TimeFormat::Rfc3339, at))),
    (Time, "the time was signed as RFC 3339 with milliseconds", TIME, |it| {
        time_as(it, |at| at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string())
    }),
    (Time, "the time was signed as RFC 3339 with +00:00 for Z", TIME, |it| {
        time_as(it, |at| at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string())
    }),
    (Time, "the time was left out", "Put the time into the string to sign.", |it| {
        it.time.replace(String::new()).is_some_and(|time| !time.is_empty())
    }),
    (End, "the string to sign had a line break at its end", "End the string to sign with its last part.", |it| {
        it.recipe.text.push(Template::of(vec![Piece::Literal("\n".into())]));
        true
    }),
    (Key, "the key was used as text, not decoded", DECODE, |it| {
        std::mem::replace(&mut it.recipe.key_decode, KeyDecode::Utf8) != KeyDecode::Utf8
            && !it.recipe.sign.algorithm.is_rsa()
    }),
    (Key, "the key was used as text without its prefix, not decoded", DECODE, |it| {
        let KeyDecode::Base64After(prefix) = it.recipe.key_decode.clone() else { return false };
        it.key_prefix = Some(prefix);
        it.recipe.key_decode = KeyDecode::Utf8;
        true
    }),
    (Key, "the key was decoded as base64, not used as text", AS_TEXT, |it| decoded_as(it, KeyDecode::Base64)),
    (Key, "the key was decoded as hexadecimal, not used as text", AS_TEXT, |it| decoded_as(it, KeyDecode::Hex)),
    (
        Key,
        "the key was used with a line break at its end",
        "Cut off what stands behind the key where it is read.",
        |it| key_within(it, ("", "\n")),
    ),
    (Key, "the key was used with quotes around it", "Take the quotes off where the key is read.", |it| {
        key_within(it, ("\"", "\""))
    }),
    (Encoding, "the signature was not URL-encoded", "URL-encode the signature's base64.", |it| {
        it.recipe.sign.encode.contains(&Coding::FormUrl) && encoded(it, &[Coding::Base64])
    }),
    (Encoding, "the signature is in base64", ENCODING, |it| encoded(it, &[Coding::Base64])),
    (Encoding, "the signature is in hexadecimal", ENCODING, |it| encoded(it, &[Coding::Hex])),
    (Encoding, "the signature is in base64url", ENCODING, |it| encoded(it, &[Coding::Base64url])),
    (Encoding, "the signature is URL-encoded", ENCODING, |it| encoded(it, &[Coding::Base64, Coding::FormUrl])),
    (Encoding, "the signature is hexadecimal that was put into base64", ENCODING, |it| {
        encoded(it, &[Coding::Hex, Coding::Base64])
    }),
    (Encoding, "the signature was URL-encoded twice", "URL-encode the signature's base64 once.", |it| {
        it.recipe.sign.encode.contains(&Coding::FormUrl)
            && encoded(it, &[Coding::Base64, Coding::FormUrl, Coding::FormUrl])
    }),
    (
        Encoding,
        "the signature's base64 lacks the = at its end",
        "Keep the = at the end of the signature's base64.",
        |it| spoiled(it, Spoiled::Unpadded),
    ),
    (Encoding, "the signature's base64 is broken into lines", "Write the signature as one line.", |it| {
        spoiled(it, Spoiled::Broken)
    }),
    (Encoding, "the signature has quotes around it", "Write the signature without quotes.", |it| {
        spoiled(it, Spoiled::Quoted)
    }),
    (Frame, "Bearer stands before it in its header", "Leave the word Bearer out.", |it| behind(it, Some(BEARER))),
    (
        Frame,
        "the signature stands in its header without what belongs before it",
        "Write the header as the recipe has it, with what stands before the signature.",
        |it| behind(it, None),
    ),
    (Algo, "it was signed with HMAC-SHA1", ALGORITHM, |it| algorithm(it, Algorithm::HmacSha1)),
    (Algo, "it was signed with HMAC-SHA256", ALGORITHM, |it| algorithm(it, Algorithm::HmacSha256)),
    (Algo, "it was signed with HMAC-SHA512", ALGORITHM, |it| algorithm(it, Algorithm::HmacSha512)),
    (Algo, "it was hashed with SHA-256", ALGORITHM, |it| algorithm(it, Algorithm::Sha256)),
    (Algo, "it was hashed with SHA-512", ALGORITHM, |it| algorithm(it, Algorithm::Sha512)),
    (Algo, "it was hashed with MD5", ALGORITHM, |it| algorithm(it, Algorithm::Md5)),
    (Algo, "it was signed with PSS and 20 bytes of salt", ALGORITHM, |it| algorithm(it, Algorithm::RsaPssSha256Salt20)),
    (Algo, "it was signed with PSS and 32 bytes of salt", ALGORITHM, |it| algorithm(it, Algorithm::RsaPssSha256Salt32)),
    (Algo, "it was signed with RSA PKCS#1 v1.5", ALGORITHM, |it| algorithm(it, Algorithm::RsaPkcs1v15Sha256)),
    // Behind the two lengths that recipes have.
    (
        Algo,
        "it was signed with PSS and a salt of another length, as the longest, which OpenSSL takes by itself",
        "Name the salt's length where it is signed.",
        |it| algorithm(it, Algorithm::RsaPssSha256AnySalt),
    ),
    (
        Algo,
        "it was signed with PKCS#1 padding around the bare hash, without the name of the hash before it",
        HASH,
        |it| algorithm(it, Algorithm::RsaPkcs1v15Bare),
    ),
    (Algo, "it was signed with RSA PKCS#1 v1.5 and SHA-1", ALGORITHM, |it| algorithm(it, Algorithm::RsaPkcs1v15Sha1)),
    (Algo, "it was signed with RSA PKCS#1 v1.5 and SHA-512", ALGORITHM, |it| {
        algorithm(it, Algorithm::RsaPkcs1v15Sha512)
    }),
    (Twice, "what was signed is the text's SHA-256 in hexadecimal, not the text", HASH, |it| hashed(it, Hashed::Hex)),
    (Twice, "what was signed is the text's SHA-256, not the text: it was hashed twice", HASH, |it| {
        hashed(it, Hashed::Bytes)
    }),
];
