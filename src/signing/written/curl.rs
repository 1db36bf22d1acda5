//! A `curl` line as a shell would read it, and the request that it would send.

use std::path::Path;

use base64ct::{Base64, Encoding};

use super::shell::Unread;
use super::{Files, shell};
use crate::domain::clean;
use crate::error::{Exit, Problem};
use crate::signing::coding::uri_encode;
use crate::signing::written::address;
use crate::signing::{Message, split_scheme};

/// Whether the text is a `curl` line, with or without a prompt in front.
pub(super) fn is_curl(bytes: &[u8]) -> bool {
    let line = bytes.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    without_prompt(&String::from_utf8_lossy(line)).is_some()
}

/// What follows a prompt: `$`, `%`, `PS C:\>`, or none.
fn without_prompt(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let at = text.find("curl")?;
    let (prompt, line) = text.split_at(at);
    let prompt = prompt.trim_end();
    let name_ends = line.strip_prefix("curl.exe").or_else(|| line.strip_prefix("curl"));
    let is_prompt = prompt.is_empty() || (prompt.len() < LONGEST_PROMPT && prompt.ends_with(['$', '%', '>', '#', '❯']));
    (is_prompt && name_ends.is_some_and(|rest| rest.starts_with(char::is_whitespace))).then_some(line)
}

/// The request.
pub(super) fn parse(bytes: &[u8], files: &Files<'_>) -> Result<Message, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| problem("the curl line is not text"))?;
    let words = shell::words(text.trim_start(), without_prompt(text).unwrap_or(text)).map_err(unread)?;
    let mut given = Given::default();
    let mut words = words.into_iter().skip(1);
    while let Some(word) = words.next() {
        let Some(options) = options(&word) else {
            given.address(word)?;
            continue;
        };
        for (option, attached) in options {
            if !takes_value(&option) {
                given.flag(&option)?;
                continue;
            }
            let value = match attached {
                Some(value) => value,
                None => words.next().ok_or_else(|| problem(&format!("the curl line ends after {option}")))?,
            };
            given.option(&option, value, files)?;
        }
    }
    given.message()
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of curl's own")]
struct Given {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<(String, String)>,
    /// Headers that curl is told not to send by itself.
    without: Vec<String>,
    /// What `--url-query` puts behind the address.
    query: Vec<String>,
    data: Option<Vec<u8>>,
    json: bool,
    get: bool,
    /// `--path-as-is`: `..` stays in the path.
    path_as_is: bool,
    /// `--globoff`: braces and brackets stay in the address.
    glob_off: bool,
    /// What `--request-target` sends in the path's and query's place.
    target: Option<String>,
    /// What some options make of it where no method is named.
    usual: Option<&'static str>,
}

impl Given {
    fn address(&mut self, address: String) -> Result<(), Problem> {
        match self.url.replace(address) {
            None => Ok(()),
            Some(_) => Err(problem("the curl line has two addresses, or an option's value where none is known")),
        }
    }

    fn flag(&mut self, option: &str) -> Result<(), Problem> {
        match option {
            "-G" | "--get" => self.get = true,
            "-g" | "--globoff" => self.glob_off = true,
            "--path-as-is" => self.path_as_is = true,
            "-I" | "--head" => self.usual = Some("HEAD"),
            "-:" | "--next" => return Err(problem("the curl line sends several requests")),
            _ => {}
        }
        Ok(())
    }

    fn option(&mut self, option: &str, value: String, files: &Files<'_>) -> Result<(), Problem> {
        match option {
            "-X" | "--request" => self.method = Some(value),
            "--url" => self.address(value)?,
            "--request-target" => self.target = Some(value),
            "-T" | "--upload-file" => {
                self.usual = Some(UPLOAD);
                self.data = Some(from_file(&format!("@{value}"), files)?);
            }
            "-H" | "--header" if value.starts_with('@') => {
                let lines = String::from_utf8(from_file(&value, files)?)
                    .map_err(|_| problem("a file of headers is not text"))?;
                lines.lines().for_each(|line| self.header(line));
            }
            "-H" | "--header" => self.header(&value),
            "--oauth2-bearer" => self.headers.push(("Authorization".into(), format!("Bearer {value}"))),
            "--url-query" => {
                let pair = match value.strip_prefix('+') {
                    Some(encoded) => encoded.to_owned(),
                    None => named(&value, files)?,
                };
                self.query.push(pair);
            }
            "-d" | "--data" | "--data-ascii" => {
                let mut data = from_file(&value, files)?;
                // curl leaves line breaks out of a file, not out of an argument.
                if value.starts_with('@') {
                    data.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
                }
                self.add(data);
            }
            "--data-raw" => self.add(value.into_bytes()),
            "--data-binary" => self.add(from_file(&value, files)?),
            "--json" => {
                let data = from_file(&value, files)?;
                self.json = true;
                match &mut self.data {
                    Some(known) => known.extend(data),
                    None => self.data = Some(data),
                }
            }
            "--data-urlencode" => self.add(named(&value, files)?.into_bytes()),
            "-u" | "--user" => {
                if !value.contains(':') {
                    return Err(problem("curl would ask for the password that -u lacks"));
                }
                let basic = format!("Basic {}", Base64::encode_string(value.as_bytes()));
                self.headers.push(("Authorization".into(), basic));
            }
            "-K" | "--config" => {
                let words = format!("the curl line takes more from a file, which {option} names and nobody reads here");
                return Err(Problem::new(Exit::Usage, words).hint("write what stands in the file into the line"));
            }
            "-A" | "--user-agent" => self.headers.push(("User-Agent".into(), value)),
            "-F" | "--form" | "--form-string" => {
                return Err(problem("the curl line sends a form in parts, whose boundary curl makes anew each time"));
            }
            _ => {}
        }
        Ok(())
    }

    /// `Name: value`; `Name;` sends it empty, and `Name:` takes one away that curl would send by itself.
    fn header(&mut self, line: &str) {
        match line.split_once(':') {
            Some((name, text)) if text.trim().is_empty() => self.without.push(name.trim().to_owned()),
            Some((name, text)) => self.headers.push((name.trim().to_owned(), text.trim().to_owned())),
            None => {
                if let Some(name) = line.trim().strip_suffix(';') {
                    self.headers.push((name.to_owned(), String::new()));
                }
            }
        }
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

    fn message(self) -> Result<Message, Problem> {
        let Some(url) = self.url else { return Err(problem("the curl line has no address")) };
        address(&url, "the curl line's address")?;
        let url = if self.glob_off { Some(url) } else { one_of(&url) };
        let url = url.ok_or_else(|| {
            problem("the curl line's address has { or [ in it, which curl takes for several addresses")
                .hint("write the one that is meant; with -g curl takes them as they stand")
        })?;
        let mut message = Message { headers: self.headers, ..Message::default() };
        // curl itself takes http for what has no scheme; the path is the same.
        message.set_url(&if url.contains("://") || url.starts_with('/') { url } else { format!("http://{url}") });
        if !self.path_as_is {
            message.path = message.path.as_deref().map(without_dots);
        }
        for pair in self.query {
            message.query = Some(match message.query.take().filter(|query| !query.is_empty()) {
                Some(query) => format!("{query}&{pair}"),
                None => pair,
            });
        }
        let sends = self.data.is_some() && !self.get;
        message.method = Some(match self.method {
            Some(method) => method,
            None => self.usual.unwrap_or(if sends { "POST" } else { "GET" }).into(),
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
        if let Some(target) = &self.target {
            let (path, query) =
                target.split_once('?').map_or((target.as_str(), None), |(path, query)| (path, Some(query)));
            (message.path, message.query) = (Some(path.to_owned()), query.map(str::to_owned));
        }
        address(message.query.as_deref().unwrap_or_default(), "the query that the curl line makes")?;
        let default = if self.json { "application/json" } else { "application/x-www-form-urlencoded" };
        let by_itself = |name: &str| !self.without.iter().any(|known| known.eq_ignore_ascii_case(name));
        // Of an upload curl names no type.
        if sends && self.usual != Some(UPLOAD) && message.header("content-type")?.is_none() && by_itself("content-type")
        {
            message.headers.push(("Content-Type".into(), default.into()));
        }
        if self.json && message.header("accept")?.is_none() && by_itself("accept") {
            message.headers.push(("Accept".into(), "application/json".into()));
        }
        Ok(message)
    }
}

/// The value, or what stands in the file that `@` names.
fn from_file(value: &str, files: &Files<'_>) -> Result<Vec<u8>, Problem> {
    match value.strip_prefix('@') {
        Some("-") => Err(problem("the curl line reads its body from standard input, which gave the line itself")),
        Some(file) => files(Path::new(file)),
        None => Ok(value.as_bytes().to_vec()),
    }
}

/// `name=text`, `=text`, `text` and `name@file`, with the text URL-encoded, a space as `+`: so curl has it since 7.49.
fn named(value: &str, files: &Files<'_>) -> Result<String, Problem> {
    let (name, text) = match (value.find('='), value.find('@')) {
        (equals, Some(at)) if equals.is_none_or(|equals| at < equals) => {
            (&value[..at], from_file(&value[at..], files)?)
        }
        (Some(equals), _) => (&value[..equals], value.as_bytes()[equals + 1..].to_vec()),
        (None, _) => ("", value.as_bytes().to_vec()),
    };
    let text = uri_encode(&text).replace("%20", "+");
    Ok(if name.is_empty() { text } else { format!("{name}={text}") })
}

/// The address as curl sends it, which takes `\[` for `[`; browsers copy it so. `None`: curl makes several addresses of it. The brackets
/// of an IPv6 host are none of that.
fn one_of(url: &str) -> Option<String> {
    let begin = split_scheme(url).map_or(0, |(_, rest)| url.len() - rest.len());
    let end = url[begin..].find(['/', '?']).map_or(url.len(), |at| begin + at);
    let mut one = String::with_capacity(url.len());
    let mut signs = url.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\\' => {
                one.push(
                    signs.next_if(|(_, next)| matches!(next, '{' | '}' | '[' | ']')).map_or(sign, |(_, next)| next),
                );
            }
            '{' | '}' => return None,
            '[' | ']' if at >= end => return None,
            _ => one.push(sign),
        }
    }
    Some(one)
}

/// A path without `.` and `..`, as RFC 3986 (5.2.4) takes them out and curl does before it sends.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            other => {
                kept.push(other);
                continue;
            }
        }
        if is_last {
            kept.push("");
        }
    }
    kept.iter().flat_map(|segment| ["/", segment]).collect()
}

/// `-HName: value`, `--request=PUT`, `-sGd`: the options, the last of which may have its value attached. `None`: it is none.
fn options(word: &str) -> Option<Vec<(String, Option<String>)>> {
    if let Some(long) = word.strip_prefix("--").filter(|long| !long.is_empty()) {
        return Some(vec![match long.split_once('=') {
            Some((option, value)) => (format!("--{option}"), Some(value.to_owned())),
            None => (word.to_owned(), None),
        }]);
    }
    let letters = word.strip_prefix('-').filter(|letters| !letters.is_empty())?;
    let mut found = Vec::new();
    for (at, letter) in letters.char_indices() {
        let option = format!("-{letter}");
        if takes_value(&option) {
            let rest = &letters[at + letter.len_utf8()..];
            found.push((option, (!rest.is_empty()).then(|| rest.to_owned())));
            break;
        }
        found.push((option, None));
    }
    Some(found)
}

fn takes_value(option: &str) -> bool {
    VALUED.split(' ').any(|known| known == option)
}

/// What curl takes a value for, by its own list (`curl --help all`); the rest are switches.
const VALUED: &str = "\
    --abstract-unix-socket --alt-svc --aws-sigv4 --cacert --capath -E --cert --cert-type --ciphers -K --config \
    --connect-timeout --connect-to -C --continue-at -b --cookie -c --cookie-jar --create-file-mode --crlfile --curves -d \
    --data --data-ascii --data-binary --data-raw --data-urlencode --delegation --dns-interface --dns-ipv4-addr \
    --dns-ipv6-addr --dns-servers --doh-url -D --dump-header --egd-file --engine --etag-compare --etag-save \
    --expect100-timeout -F --form --form-string --ftp-account --ftp-alternative-to-user --ftp-method -P --ftp-port \
    --ftp-ssl-ccc-mode --happy-eyeballs-timeout-ms -H --header --haproxy-clientip --hostpubmd5 --hostpubsha256 --hsts \
    --interface --ip-tos --ipfs-gateway --json --keepalive-cnt --keepalive-time --key --key-type --krb --libcurl \
    --limit-rate --local-port --login-options --mail-auth --mail-from --mail-rcpt --max-filesize --max-redirs -m --max-time \
    --netrc-file --noproxy --oauth2-bearer -o --output --output-dir --parallel-max --pass --pinnedpubkey --preproxy --proto \
    --proto-default --proto-redir -x --proxy --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers \
    --proxy-crlfile --proxy-header --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-service-name \
    --proxy-tls13-ciphers --proxy-tlsauthtype --proxy-tlspassword --proxy-tlsuser -U --proxy-user --proxy1.0 --pubkey -Q \
    --quote --random-file -r --range --rate -e --referer -X --request --request-target --resolve --retry --retry-delay \
    --retry-max-time --sasl-authzid --service-name --socks4 --socks4a --socks5 --socks5-gssapi-service --socks5-hostname -Y \
    --speed-limit -y --speed-time --stderr -t --telnet-option --tftp-blksize -z --time-cond --tls-max --tls13-ciphers \
    --tlsauthtype --tlspassword --tlsuser --trace --trace-ascii --trace-config --unix-socket -T --upload-file --url \
    --url-query -u --user -A --user-agent --variable --vlan-priority -w --write-out";

/// The method of `-T`.
const UPLOAD: &str = "PUT";
/// What is longer is no prompt.
const LONGEST_PROMPT: usize = 80;

fn unread(why: Unread) -> Problem {
    match why {
        Unread::OpenQuote => problem("the curl line has a quote that is never closed"),
        Unread::Variable(name) => {
            let name = clean(&name).into_owned();
            let quotes = if name.starts_with('%') { "" } else { "; within single quotes it is taken as it stands" };
            Problem::new(Exit::Usage, format!("the curl line has {name} in it, whose value only its shell knew"))
                .hint(format!("write the value in its place{quotes}"))
        }
        Unread::NoText => problem("the curl line has an escape within $'…' that makes no text")
            .hint("put the body into a file, as --data-binary @FILE"),
        Unread::Typographic(quote) => {
            Problem::new(Exit::Usage, format!("the curl line has the quote {quote}, which no shell reads"))
                .hint("a word processor put it there: write \" or ' in its place")
        }
    }
}

fn problem(message: &str) -> Problem {
    Problem::new(Exit::Usage, message).hint("give the whole line, or the message as raw HTTP")
}
