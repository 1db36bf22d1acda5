//! A raw HTTP message: first line, headers, a blank line, the body's bytes as they are. Lines end with CRLF or LF. A response may have
//! its request's first line above its own.

use super::HINT;
use crate::error::{Exit, Problem};
use crate::signing::Message;

/// The message, and what has to be told of it.
pub(super) fn parse(bytes: &[u8]) -> Result<(Message, Vec<String>), Problem> {
    let mut notes = Vec::new();
    let mut message = Message::default();
    let mut rest = bytes;
    if [&b"\xff\xfe"[..], b"\xfe\xff"].iter().any(|mark| rest.starts_with(mark)) {
        return Err(Problem::new(Exit::Usage, "the message is written as UTF-16").hint("save it as UTF-8"));
    }
    let mut number = 0;
    let mut ended = false;
    let mut begun = false;
    while let Some((line, after)) = next_line(rest) {
        number += 1;
        rest = after;
        if line.is_empty() && begun {
            ended = true;
            break;
        }
        if line.is_empty() {
            continue;
        }
        let text = std::str::from_utf8(line).map_err(|_| wrong(number, "it is not text"))?;
        if text.contains('\r') {
            return Err(wrong(number, "it has a carriage return in it: lines end with CRLF or LF"));
        }
        if text.chars().any(|c| c.is_control() && c != '\t') {
            return Err(wrong(number, "it has a control character in it"));
        }
        let answers = message.headers.is_empty() && message.status.is_none() && text.starts_with("HTTP/");
        if !std::mem::replace(&mut begun, true) || answers {
            first_line(text, number, &mut message)?;
        } else {
            header(text, number, &mut message)?;
        }
    }
    if !ended {
        notes.push("there is no blank line after the headers, so the message has no body".into());
        rest = &[];
    }
    if message
        .header("transfer-encoding")
        .ok()
        .flatten()
        .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"))
    {
        return Err(Problem::new(Exit::Usage, "the body is sent in chunks, which are no part of what is signed")
            .hint("leave Transfer-Encoding away and give the body as a whole, or with --body-file"));
    }
    message.body = body(&message, rest, &mut notes)?;
    Ok((message, notes))
}

/// The line without its end, and what follows; `None` at the end of the text.
fn next_line(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    if rest.is_empty() {
        return None;
    }
    let (line, after) = match rest.iter().position(|byte| *byte == b'\n') {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &rest[rest.len()..]),
    };
    Some((line.strip_suffix(b"\r").unwrap_or(line), after))
}

fn first_line(text: &str, number: usize, message: &mut Message) -> Result<(), Problem> {
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let (first, second, more) = (words.next(), words.next(), words.collect::<Vec<_>>());
    match (first, second) {
        (Some(version), Some(status)) if version.starts_with("HTTP/") => {
            if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong(number, "a response begins with HTTP/1.1 and its status"));
            }
            message.status = status.parse().ok();
        }
        (Some(method), Some(target)) if is_method(method) && (target.starts_with('/') || target.contains("://")) => {
            if let [end] = more[..]
                && "HTTP/".starts_with(end)
            {
                let why = format!(
                    "it ends with {end}: it is cut off there, or its address has a space, which is written %20"
                );
                return Err(wrong(number, &why));
            }
            if more.len() > 1 || more.first().is_some_and(|version| !version.starts_with("HTTP/")) {
                return Err(wrong(number, "its address has a space in it, which is written %20"));
            }
            message.method = Some(method.to_owned());
            message.set_url(target);
        }
        _ => {
            let words = format!("line {number} is neither a request's nor a response's first line");
            return Err(Problem::new(Exit::Usage, words).hint(HINT));
        }
    }
    Ok(())
}

fn header(text: &str, number: usize, message: &mut Message) -> Result<(), Problem> {
    if text.starts_with([' ', '\t']) {
        // A folded header, as mail has them: one value in two lines.
        let Some((_, value)) = message.headers.last_mut() else {
            return Err(wrong(number, "it begins with a blank"));
        };
        *value = format!("{value} {}", text.trim());
        return Ok(());
    }
    let Some((name, value)) = text.split_once(':').filter(|(name, _)| is_name(name.as_bytes())) else {
        return Err(wrong(number, "it is no header, as Name: value"));
    };
    message.headers.push((name.to_owned(), value.trim().to_owned()));
    Ok(())
}

/// The body, held against what the message says of its length.
fn body(message: &Message, rest: &[u8], notes: &mut Vec<String>) -> Result<Vec<u8>, Problem> {
    let Some(said) = message.header("content-length")? else { return Ok(rest.to_vec()) };
    let Ok(said) = said.parse::<usize>() else {
        return Err(Problem::new(Exit::Usage, "Content-Length is no number").hint("leave it away"));
    };
    if let Some(extra) = rest.get(said..).filter(|extra| !extra.is_empty() && extra.trim_ascii().is_empty()) {
        notes
            .push(format!("{} bytes of line breaks after the body were left out, as Content-Length says", extra.len()));
        return Ok(rest[..said].to_vec());
    }
    if rest.len() != said {
        let message = format!("the body has {} bytes, Content-Length says {said}", rest.len());
        let hint = if rest.len() < said { "is it cut off?" } else { "did something get behind it?" };
        return Err(Problem::new(Exit::Usage, message)
            .hint(format!("{hint} Leave the header away to take the body as it stands")));
    }
    Ok(rest.to_vec())
}

/// Whether this may be a header's name.
pub(super) fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

pub(super) fn is_method(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
}

fn wrong(line: usize, why: &str) -> Problem {
    Problem::new(Exit::Usage, format!("line {line} of the message can't be read: {why}")).hint(HINT)
}
