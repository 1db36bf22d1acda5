//! A message as people have it: raw HTTP, or a `curl` line from a terminal, a gateway's page or a browser's tools.

mod curl;
mod raw;
mod shell;

use std::path::Path;

use super::Message;
use crate::error::{Exit, Problem};

/// Reads a file that a `curl` line names, as `-d @body.json`.
pub type Files<'a> = dyn Fn(&Path) -> Result<Vec<u8>, Problem> + 'a;

/// The message, and what has to be told of how it was read.
pub fn read(bytes: &[u8], files: &Files<'_>) -> Result<(Message, Vec<String>), Problem> {
    // A byte order mark, as editors and PowerShell put one before a text.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if curl::is_curl(bytes) { Ok((curl::parse(bytes, files)?, Vec::new())) } else { raw::parse(bytes) }
}

/// Whether the text is a `curl` line, with or without a prompt in front.
pub fn is_curl(bytes: &[u8]) -> bool {
    curl::is_curl(bytes)
}

/// Whether this may be a header's name.
pub fn is_header_name(name: &str) -> bool {
    raw::is_name(name.as_bytes())
}

/// Refuses an address that no request can be sent to as it is written; `what` names where it stands.
pub fn address(url: &str, what: &str) -> Result<(), Problem> {
    let wrong = |why: &str, hint: &str| Err(Problem::new(Exit::Usage, format!("{what} has {why} in it")).hint(hint));
    if url.contains(char::is_whitespace) {
        return wrong("a space", "in an address it is written %20");
    }
    if url.chars().any(char::is_control) {
        return wrong("a control character", "copy it anew");
    }
    Ok(())
}

/// Whether this may be a request's method: they are written in capitals.
pub fn is_method(word: &str) -> bool {
    !word.is_empty() && raw::is_method(word)
}

/// What to give where there is no message.
pub const HINT: &str = "give a raw HTTP message: its first line, its headers, a blank line, its body; or a curl line";

#[cfg(test)]
mod tests;
