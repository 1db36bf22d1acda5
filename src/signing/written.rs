//! A message as people have it: raw HTTP, or a `curl` line from a terminal, a gateway's page or a browser's tools.

mod curl;
mod raw;
mod shell;

use std::path::Path;

use super::Message;
use crate::error::Problem;

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

/// What to give where there is no message.
pub const HINT: &str = "give a raw HTTP message: its first line, its headers, a blank line, its body; or a curl line";

#[cfg(test)]
mod tests;
