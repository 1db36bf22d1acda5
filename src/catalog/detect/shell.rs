//! A `curl` line as a shell would read it: its words, and what each option carries.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::json;
use super::pairs::is_scheme;

/// A name and a value from a command line; a word without an option has no name.
pub(super) type Named = (Option<String>, Zeroizing<String>);

/// Where commands begin in `text`.
pub(super) fn next_curl(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let start = at + text.get(at..)?.find("curl")?;
        at = start + 4;
        let before = text.get(..start)?.chars().next_back();
        let after = text.get(at..)?.chars().next();
        let begins = before.is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | '`' | '$' | '>'));
        if begins && after.is_some_and(|c| c.is_whitespace() || c == '.') {
            return Some(start);
        }
    }
}

/// The words of the command at `from`, and where it ends.
pub(super) fn words(text: &str, from: usize) -> (Vec<Zeroizing<String>>, usize) {
    let mut words = Vec::new();
    let mut word: Option<Zeroizing<String>> = None;
    let mut at = from;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()).filter(|_| words.len() < MOST_WORDS) {
        let rest = text.get(at..).unwrap_or_default();
        let mut length = c.len_utf8();
        match c {
            '\\' | '^' | '`' if continues(rest) => {
                length = rest.find('\n').map_or(rest.len(), |n| n + 1);
                words.extend(word.take());
            }
            '\n' => {
                words.extend(word.take());
                // A copied command often lost its backslashes: a line that begins with an option belongs to it.
                let next = rest.trim_start();
                if !next.starts_with('-') {
                    return (words, at);
                }
                length = rest.len() - next.len();
            }
            ';' | '|' => return (finish(words, word), at),
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' => length = quoted(rest, 1, Quote::Single, room(&mut word, rest)),
            '"' => length = quoted(rest, 1, Quote::Double, room(&mut word, rest)),
            '$' if rest.starts_with("$'") => length = quoted(rest, 2, Quote::Escaped, room(&mut word, rest)),
            '\\' => {
                let next = rest.chars().nth(1);
                room(&mut word, rest).extend(next);
                length += next.map_or(0, char::len_utf8);
            }
            c => room(&mut word, rest).push(c),
        }
        at += length;
    }
    (finish(words, word), at)
}

fn finish(mut words: Vec<Zeroizing<String>>, word: Option<Zeroizing<String>>) -> Vec<Zeroizing<String>> {
    words.extend(word);
    words
}

/// The word that is being read; a new one has room enough that it does not grow.
fn room<'a>(word: &'a mut Option<Zeroizing<String>>, rest: &str) -> &'a mut String {
    word.get_or_insert_with(|| {
        let quoted = rest.starts_with(['"', '\'', '$']);
        let length = if quoted { rest.len() } else { rest.find(char::is_whitespace).unwrap_or(rest.len()) };
        Zeroizing::new(String::with_capacity(length.min(LONGEST)))
    })
}

/// Whether the line ends with the sign at the start of `rest`.
fn continues(rest: &str) -> bool {
    rest.chars().skip(1).take(80).find(|c| !matches!(c, ' ' | '\t')).is_none_or(|c| c == '\n')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    Single,
    Double,
    Escaped,
}

/// Reads a quoted part into `word`; returns how many bytes it takes. A quote that is never closed ends with the text.
fn quoted(rest: &str, open: usize, quote: Quote, word: &mut String) -> usize {
    let close = if quote == Quote::Double { '"' } else { '\'' };
    let mut chars = rest.char_indices().skip(open);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == close => return at + 1,
            '\\' if quote == Quote::Double => match chars.next() {
                Some((_, c @ ('"' | '\\' | '$' | '`'))) => word.push(c),
                Some((_, '\n')) | None => {}
                Some((_, c)) => word.extend(['\\', c]),
            },
            '\\' if quote == Quote::Escaped => match chars.next() {
                Some((_, 'n')) => word.push('\n'),
                Some((_, 't')) => word.push('\t'),
                Some((_, 'r')) | None => {}
                Some((_, c)) => word.push(c),
            },
            c => word.push(c),
        }
    }
    rest.len()
}

/// The text with what a shell falls back on in place of `${VAR:-value}`, `${VAR-value}`, `${VAR:=value}` and `${VAR=value}`. A fallback that is a
/// variable itself, or empty, stays as it is: it is no value.
pub(super) fn with_defaults(text: Zeroizing<String>) -> Zeroizing<String> {
    if !text.contains("${") {
        return text;
    }
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text.as_str();
    while let Some(start) = rest.find("${") {
        out.push_str(rest.get(..start).unwrap_or_default());
        rest = rest.get(start..).unwrap_or_default();
        let (instead, length) = default(rest).unwrap_or(("${", 2));
        out.push_str(instead);
        rest = rest.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The fallback of the variable that `text` begins with, and how many bytes it all takes.
fn default(text: &str) -> Option<(&str, usize)> {
    let inside = text.strip_prefix("${")?;
    let name = inside.bytes().take(LONGEST_VARIABLE).take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let after = inside.get(name..)?;
    let (sign, value) = [":-", ":=", "-", "="].iter().find_map(|sign| Some((sign, after.strip_prefix(sign)?)))?;
    let end = value.get(..value.floor_char_boundary(LONGEST_DEFAULT))?.find(['}', '$', '\n'])?;
    let is_value = name > 0 && end > 0 && value.get(end..)?.starts_with('}');
    let length = "${".len() + name + sign.len() + end + "}".len();
    is_value.then_some((value.get(..end)?.trim_matches(['"', '\'']), length))
}

/// What a command's words carry: headers, credentials, bodies, the parameters of addresses.
pub(super) fn arguments(words: &[Zeroizing<String>]) -> Vec<Named> {
    let mut found = Vec::new();
    let mut words = words.iter().skip(1);
    while let Some(word) = words.next() {
        let (option, attached) = split_option(word);
        let Some(option) = option else {
            address(word, &mut found);
            continue;
        };
        let mut next = || attached.or_else(|| words.next().map(|word| word.as_str())).unwrap_or_default();
        match option {
            "-H" | "--header" | "--proxy-header" => header(next(), &mut found),
            "-u" | "--user" => user(next(), &mut found),
            "--oauth2-bearer" => found.push((Some("Authorization".into()), Zeroizing::new(next().to_owned()))),
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii" | "--data-urlencode" | "--json"
            | "-F" | "--form" | "--form-string" => body(next(), &mut found),
            "--url" => address(next(), &mut found),
            "-X" | "--request" | "-o" | "--output" | "-A" | "--user-agent" | "-m" | "--max-time" | "-w"
            | "--write-out" => {
                next();
            }
            _ => {}
        }
    }
    found
}

/// An option, and its value when it is written together with it: `-HName: value`.
fn split_option(word: &str) -> (Option<&str>, Option<&str>) {
    if word.starts_with("--") {
        return (Some(word), None);
    }
    match word.get(..2) {
        Some(option) if word.starts_with('-') => (Some(option), word.get(2..).filter(|value| !value.is_empty())),
        _ => (None, None),
    }
}

/// `Name: value`, without the scheme that an `Authorization` begins with.
pub(super) fn header(text: &str, found: &mut Vec<Named>) {
    let Some((name, value)) = text.split_once(':') else { return };
    let value = value.trim();
    let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
    if scheme.eq_ignore_ascii_case("basic") {
        let mut bytes = Zeroizing::new(vec![0; rest.len()]);
        let decoded = Base64::decode(rest.trim(), &mut bytes).ok().and_then(|bytes| std::str::from_utf8(bytes).ok());
        if let Some(pair) = decoded.filter(|pair| pair.contains(':')) {
            return user(pair, found);
        }
    }
    let value = if is_scheme(scheme) { rest.trim() } else { value };
    for part in value.split([',', ' ']) {
        if let Some((name, value)) = part.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty())
        {
            found.push((Some(name.to_owned()), Zeroizing::new(value.to_owned())));
        }
    }
    found.push((Some(name.trim().to_owned()), Zeroizing::new(value.to_owned())));
}

/// `user:password`; either can be missing.
fn user(text: &str, found: &mut Vec<Named>) {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    for (name, value) in [("user", user), ("password", password)] {
        if !value.is_empty() {
            found.push((Some(name.to_owned()), Zeroizing::new(value.to_owned())));
        }
    }
}

/// JSON, or a form.
fn body(text: &str, found: &mut Vec<Named>) {
    let members = json::members(text);
    if members.is_empty() {
        form(text, found);
    } else {
        found.extend(members.into_iter().map(|member| (Some(member.name), member.value)));
    }
}

/// `a=1&b=2`, with `%41` decoded. A plus stays: tokens have them, and people don't encode what they paste.
pub(super) fn form(text: &str, found: &mut Vec<Named>) {
    for (name, value) in text.split('&').filter_map(|part| part.split_once('=')) {
        found.push((Some(name.trim().to_owned()), percent_decoded(value)));
    }
}

fn address(text: &str, found: &mut Vec<Named>) {
    if !text.contains("://") {
        return found.push((None, Zeroizing::new(text.to_owned())));
    }
    if let Some((_, query)) = text.split_once('?') {
        form(query.split('#').next().unwrap_or_default(), found);
    }
}

fn percent_decoded(text: &str) -> Zeroizing<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = tail.get(..2).filter(|_| byte == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        let decoded = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        rest = if decoded.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
        bytes.push(decoded.unwrap_or(byte));
    }
    Zeroizing::new(String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned()))
}

const LONGEST: usize = 64 * 1024;
const LONGEST_VARIABLE: usize = 80;
const LONGEST_DEFAULT: usize = 4096;
const MOST_WORDS: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let (words, _) = words(text, 0);
        arguments(&words).into_iter().map(|(name, value)| (name.unwrap_or_default(), value.to_string())).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn every_quoting_gives_the_same_header() {
        let expected = pairs(&[("Authorization", "tok3n")]);
        for text in [
            "curl -H 'Authorization: tok3n' https://h",
            "curl -H \"Authorization: tok3n\" https://h",
            "curl -H $'Authorization: tok3n' https://h",
            "curl -H Authorization:\\ tok3n https://h",
            "curl -H'Authorization: tok3n' https://h",
            "curl --location -X POST https://h --header 'Authorization: Bearer tok3n'",
            "curl https://h \\\n  -H \"Authorization: Bearer tok3n\" \\\n",
            "curl https://h ^\r\n -H \"Authorization: tok3n\"",
            "curl https://h\n  -H 'Authorization: tok3n'",
        ] {
            assert_eq!(read(&text.replace('\r', "")), expected, "{text}");
        }
    }

    #[test]
    fn forms_json_and_credentials_are_taken_apart() {
        let expected = pairs(&[("client_id", "a1"), ("client_secret", "b/2")]);
        for text in [
            "curl https://h -d client_id=a1 -d client_secret=b%2F2",
            "curl https://h --data 'client_id=a1&client_secret=b%2F2'",
            "curl https://h --data-urlencode 'client_id=a1' --data-urlencode 'client_secret=b/2'",
            "curl https://h --data-raw '{\"client_id\": \"a1\", \"client_secret\": \"b/2\"}'",
            "curl https://h -d \"{\\\"client_id\\\": \\\"a1\\\", \\\"client_secret\\\": \\\"b/2\\\"}\"",
            "curl 'https://h/x?client_id=a1&client_secret=b%2F2'",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("curl -u a1:b2 https://h"), pairs(&[("user", "a1"), ("password", "b2")]));
        assert_eq!(
            read("curl -H 'Authorization: Basic YTE6YjI=' https://h"),
            pairs(&[("user", "a1"), ("password", "b2")])
        );
    }
}
