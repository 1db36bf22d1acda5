//! A request as text that can be edited, and the message that it is.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use crate::domain::clean_lines;
use crate::domain::provider::Vector;
use crate::error::{Exit, Problem};
use crate::signing::Message;
use crate::signing::written;

/// A request on the screen: what can be edited, and a body that can't be.
pub(super) struct Written {
    /// Its first line and headers; and its body, where that can be edited.
    pub(super) text: String,
    /// The body, where it is long or holds what is not seen.
    pub(super) body: Option<Arc<Vec<u8>>>,
    /// What was told while it was read.
    pub(super) notes: Vec<String>,
}

/// A paste: raw HTTP, a `curl` line, a webhook with its headers.
pub(super) fn pasted(bytes: &[u8]) -> Result<Written, Problem> {
    let (message, notes) = written::read(bytes, &no_file)?;
    // A response and what its gateway wrote in it keep their first line.
    let first = match &message.method {
        Some(_) => first_line(&message),
        None => {
            String::from_utf8_lossy(bytes.split(|byte| *byte == b'\n').next().unwrap_or_default()).trim().to_owned()
        }
    };
    Ok(put_together(&first, &message.headers, message.body, notes))
}

/// The message in place of the one that is written there, whose first line stays where the message has none.
pub(super) fn of(message: &Message, there: &str) -> Written {
    let first = match &message.method {
        Some(_) => first_line(message),
        None => there.split('\n').next().unwrap_or_default().to_owned(),
    };
    let mut headers = message.headers.clone();
    for (_, value) in headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
        *value = message.body.len().to_string();
    }
    put_together(&first, &headers, message.body.clone(), Vec::new())
}

/// A paste that can't be read, as it is: to be put right on the screen. `None`: it could not stand there without being altered.
pub(super) fn unread(text: &str) -> Option<Written> {
    let ends =
        |end: &'static str| text.find(end).filter(|_| !written::is_curl(text.as_bytes())).map(|at| (at, end.len()));
    let blank = ends("\r\n\r\n").into_iter().chain(ends("\n\n")).min();
    let (head, body) = blank.map_or((text, ""), |(at, len)| (&text[..at], &text[at + len..]));
    let head = head.trim_end().replace("\r\n", "\n");
    let fits = !head.is_empty() && head.len() <= EDITED && clean_lines(&head) == head;
    fits.then(|| put_together(&head, &[], body.as_bytes().to_vec(), Vec::new()))
}

/// Whether a paste that can't be read is a request nevertheless: its first line is one's.
pub(super) fn begins(text: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    written::is_curl(text.as_bytes()) || written::read(format!("{first}\n\n").as_bytes(), &no_file).is_ok()
}

/// A provider's published example.
pub(super) fn example(vector: &Vector, time_header: Option<&str>) -> Written {
    let from = &vector.message;
    let query = if from.query.is_empty() { String::new() } else { format!("?{}", from.query) };
    let first = format!("{} {}{query}", from.method, from.path);
    let mut headers = from.headers.clone();
    if let (Some(time), Some(name)) = (&from.time, time_header)
        && !headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    {
        headers.push((name.to_owned(), time.clone()));
    }
    put_together(&first, &headers, from.body.clone().into_bytes(), Vec::new())
}

fn first_line(message: &Message) -> String {
    let host = message.host.as_ref().map(|host| format!("{}://{host}", message.scheme.as_deref().unwrap_or("https")));
    let query = message.query.as_ref().map_or_else(String::new, |query| format!("?{query}"));
    let method = message.method.as_deref().unwrap_or_default();
    // A response stands below what it answers.
    let answers = message.status.map_or_else(String::new, |status| format!("\nHTTP/1.1 {status}"));
    format!("{method} {}{}{query}{answers}", host.unwrap_or_default(), message.path.as_deref().unwrap_or("/"))
}

fn put_together(first: &str, headers: &[(String, String)], body: Vec<u8>, notes: Vec<String>) -> Written {
    let mut text = clean_lines(first);
    for (name, value) in headers {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{}: {}", clean_lines(name), clean_lines(value));
    }
    if body.is_empty() {
        return Written { text, body: None, notes };
    }
    match std::str::from_utf8(&body) {
        Ok(plain) if plain.len() + text.len() <= EDITED && clean_lines(plain) == plain => {
            text.push_str("\n\n");
            text.push_str(plain);
            Written { text, body: None, notes }
        }
        _ => Written { text, body: Some(Arc::new(body)), notes },
    }
}

/// The message that stands there; `None`: nothing does.
pub(super) fn message(text: &str, body: Option<&[u8]>) -> Option<Result<Arc<Message>, Problem>> {
    if text.trim().is_empty() && body.is_none() {
        return None;
    }
    let bytes: Cow<'_, [u8]> = match body {
        Some(body) => [head(text).as_bytes(), b"\n\n", body].concat().into(),
        None if text.contains("\n\n") => text.as_bytes().into(),
        None => [text.trim_end().as_bytes(), b"\n\n"].concat().into(),
    };
    Some(written::read(&bytes, &no_file).map(|(message, _)| Arc::new(message)))
}

/// The part before the blank line.
pub(super) fn head(text: &str) -> &str {
    text.split("\n\n").next().unwrap_or_default().trim_end()
}

fn no_file(file: &Path) -> Result<Vec<u8>, Problem> {
    Err(Problem::new(Exit::Usage, format!("the curl line takes its body from the file {}", file.display()))
        .hint("put the file's text in its place: the bench reads no files"))
}

/// How long a request may be that is edited as a whole, in bytes.
const EDITED: usize = 8 * 1024;
