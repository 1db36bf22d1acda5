//! A `curl` line as a shell would read it, and the request that it would send.

use std::path::Path;

use base64ct::{Base64, Encoding};

use super::read_file;
use crate::cli::io::Outcome;
use crate::error::{Exit, Problem};
use crate::signing::Message;

/// Whether the text is a `curl` line, with or without a prompt in front.
pub(super) fn is_curl(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    let text = text.strip_prefix(b"$").unwrap_or(text).trim_ascii_start();
    [&b"curl"[..], b"curl.exe"]
        .iter()
        .any(|name| text.strip_prefix(*name).is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_whitespace)))
}

/// The request.
pub(super) fn parse(bytes: &[u8]) -> Outcome<Message> {
    let text = std::str::from_utf8(bytes).map_err(|_| problem("the curl line is not text"))?;
    let text = text.trim_start().trim_start_matches('$').trim_start();
    // As Windows' own shell has it, where ^ stands before each special character.
    let unescaped = text.contains("^\"").then(|| without_carets(text));
    let words = words(unescaped.as_deref().unwrap_or(text))?;
    let mut given = Given::default();
    let mut words = words.into_iter().skip(1);
    while let Some(word) = words.next() {
        let (option, attached) = split(&word);
        let Some(option) = option else {
            given.url = Some(word);
            continue;
        };
        if !takes_value(&option) {
            given.flag(&option);
            continue;
        }
        let value = match attached {
            Some(value) => value,
            None => words.next().ok_or_else(|| problem(&format!("the curl line ends after {option}")))?,
        };
        given.option(&option, value)?;
    }
    given.message()
}

#[derive(Default)]
struct Given {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<(String, String)>,
    data: Option<Vec<u8>>,
    json: bool,
    get: bool,
    head: bool,
}

impl Given {
    fn flag(&mut self, option: &str) {
        match option {
            "-G" | "--get" => self.get = true,
            "-I" | "--head" => self.head = true,
            _ => {}
        }
    }

    fn option(&mut self, option: &str, value: String) -> Outcome {
        match option {
            "-X" | "--request" => self.method = Some(value),
            "--url" => self.url = Some(value),
            "-H" | "--header" => {
                let Some((name, text)) = value.split_once(':') else { return Ok(()) };
                self.headers.push((name.trim().to_owned(), text.trim().to_owned()));
            }
            "-d" | "--data" | "--data-ascii" => {
                let mut data = from_file(&value)?;
                // curl leaves line breaks out of a file, not out of an argument.
                if value.starts_with('@') {
                    data.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
                }
                self.add(data);
            }
            "--data-raw" => self.add(value.into_bytes()),
            "--data-binary" => self.add(from_file(&value)?),
            "--json" => {
                let data = from_file(&value)?;
                self.json = true;
                match &mut self.data {
                    Some(known) => known.extend(data),
                    None => self.data = Some(data),
                }
            }
            "--data-urlencode" => {
                let (name, text) = value.split_once('=').unwrap_or(("", &value));
                let encoded = encoded(text);
                self.add(if name.is_empty() { encoded } else { format!("{name}={encoded}") }.into_bytes());
            }
            "-u" | "--user" => {
                let basic = format!("Basic {}", Base64::encode_string(value.as_bytes()));
                self.headers.push(("Authorization".into(), basic));
            }
            "-A" | "--user-agent" => self.headers.push(("User-Agent".into(), value)),
            "-F" | "--form" => {
                return Err(
                    problem("the curl line sends a form in parts, whose boundary curl makes anew each time").into()
                );
            }
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, data: Vec<u8>) {
        match &mut self.data {
            Some(known) => {
                known.push(b'&');
                known.extend(data);
            }
            None => self.data = Some(data),
        }
    }

    fn message(self) -> Outcome<Message> {
        let Some(url) = self.url else { return Err(problem("the curl line has no address").into()) };
        let mut message = Message { headers: self.headers, ..Message::default() };
        // curl itself takes http for what has no scheme; the path is the same.
        message.set_url(&if url.contains("://") || url.starts_with('/') { url } else { format!("http://{url}") });
        let sends = self.data.is_some() && !self.get;
        message.method = Some(match self.method {
            Some(method) => method,
            None if self.head => "HEAD".into(),
            None => if sends { "POST" } else { "GET" }.into(),
        });
        match self.data {
            Some(data) if self.get => {
                let data = String::from_utf8(data).map_err(|_| problem("the query that -G makes is not text"))?;
                message.query = Some(match message.query.filter(|query| !query.is_empty()) {
                    Some(query) => format!("{query}&{data}"),
                    None => data,
                });
            }
            data => message.body = data.unwrap_or_default(),
        }
        let default = if self.json { "application/json" } else { "application/x-www-form-urlencoded" };
        if sends && message.header("content-type")?.is_none() {
            message.headers.push(("Content-Type".into(), default.into()));
        }
        if self.json && message.header("accept")?.is_none() {
            message.headers.push(("Accept".into(), "application/json".into()));
        }
        Ok(message)
    }
}

/// The value, or what stands in the file that `@` names.
fn from_file(value: &str) -> Outcome<Vec<u8>> {
    match value.strip_prefix('@') {
        Some("-") => {
            Err(problem("the curl line reads its body from standard input, which gave the line itself").into())
        }
        Some(file) => read_file(Path::new(file)),
        None => Ok(value.as_bytes().to_vec()),
    }
}

fn encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// `-HName: value`, `--request=PUT`, `-d`: the option, and what is attached to it.
fn split(word: &str) -> (Option<String>, Option<String>) {
    if word.starts_with("--") && word.len() > 2 {
        return match word.split_once('=') {
            Some((option, value)) => (Some(option.to_owned()), Some(value.to_owned())),
            None => (Some(word.to_owned()), None),
        };
    }
    let mut letters = word.char_indices().skip(1);
    match letters.next() {
        Some((_, letter)) if word.starts_with('-') => {
            let option = format!("-{letter}");
            let rest = letters.next().map(|(at, _)| word[at..].to_owned());
            // `-sSX POST`: flags that stand together, the last of which may take a value.
            match rest {
                Some(rest) if !takes_value(&option) => {
                    let (next, value) = split(&format!("-{rest}"));
                    if option == "-G" || option == "-I" { (Some(option), None) } else { (next, value) }
                }
                rest => (Some(option), rest),
            }
        }
        _ => (None, None),
    }
}

fn takes_value(option: &str) -> bool {
    VALUED.contains(&option)
}

/// What curl takes a value for; the rest are switches.
const VALUED: &[&str] = &[
    "-X",
    "--request",
    "--url",
    "-H",
    "--header",
    "-d",
    "--data",
    "--data-ascii",
    "--data-raw",
    "--data-binary",
    "--json",
    "--data-urlencode",
    "-u",
    "--user",
    "-A",
    "--user-agent",
    "-F",
    "--form",
    "-o",
    "--output",
    "-b",
    "--cookie",
    "-e",
    "--referer",
    "-m",
    "--max-time",
    "--connect-timeout",
    "-w",
    "--write-out",
    "-x",
    "--proxy",
    "--cacert",
    "-E",
    "--cert",
    "--key",
    "--retry",
    "-T",
    "--upload-file",
    "-c",
    "--cookie-jar",
    "--resolve",
    "-D",
    "--dump-header",
];

fn without_carets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '^' => out.extend(chars.next().map(|next| if next == '\n' { ' ' } else { next })),
            c => out.push(c),
        }
    }
    out
}

/// The words of the line: single, double and `$'…'` quotes, and line breaks behind a backslash, caret or backtick.
fn words(text: &str) -> Result<Vec<String>, Problem> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' | '^' | '`' if matches!(chars.peek(), None | Some('\n' | '\r')) => {
                while chars.next_if(|c| matches!(c, '\r' | '\n')).is_some() {}
                words.extend(word.take());
            }
            '\n' if chars.clone().find(|c| !c.is_whitespace()).is_none_or(|c| c != '-') => break,
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' => quoted(&mut chars, word.get_or_insert_default())?,
            '"' => double_quoted(&mut chars, word.get_or_insert_default())?,
            '$' if chars.peek() == Some(&'\'') => {
                chars.next();
                escaped(&mut chars, word.get_or_insert_default())?;
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            ';' | '|' | '>' => break,
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn quoted(chars: &mut Chars<'_>, word: &mut String) -> Result<(), Problem> {
    loop {
        match chars.next() {
            Some('\'') => return Ok(()),
            Some(c) => word.push(c),
            None => return Err(open_quote()),
        }
    }
}

fn double_quoted(chars: &mut Chars<'_>, word: &mut String) -> Result<(), Problem> {
    loop {
        match chars.next() {
            Some('"') => return Ok(()),
            Some('\\') => match chars.next() {
                Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                Some('\n') => {}
                Some(c) => word.extend(['\\', c]),
                None => return Err(open_quote()),
            },
            Some(c) => word.push(c),
            None => return Err(open_quote()),
        }
    }
}

fn escaped(chars: &mut Chars<'_>, word: &mut String) -> Result<(), Problem> {
    loop {
        match chars.next() {
            Some('\'') => return Ok(()),
            Some('\\') => match chars.next() {
                Some('n') => word.push('\n'),
                Some('r') => word.push('\r'),
                Some('t') => word.push('\t'),
                Some('u') => word.extend(code(chars, 4)),
                Some('x') => word.extend(code(chars, 2)),
                Some(c) => word.push(c),
                None => return Err(open_quote()),
            },
            Some(c) => word.push(c),
            None => return Err(open_quote()),
        }
    }
}

fn code(chars: &mut Chars<'_>, most: usize) -> Option<char> {
    let mut value = 0;
    for _ in 0..most {
        let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)) else { break };
        value = value * 16 + digit;
        chars.next();
    }
    char::from_u32(value)
}

fn open_quote() -> Problem {
    problem("the curl line has a quote that is never closed")
}

fn problem(message: &str) -> Problem {
    Problem::new(Exit::Usage, message).hint("give the whole line, or the message as raw HTTP")
}
