//! Guards that hold the architecture: the layer arrow, who may touch the world, who may open a secret, and no provider in code.
//!
//! Each guard is a function from sources to offences, so that each is also shown to fail on a made-up one.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the sources has failed")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The arrow, outermost first. A module may use itself and whatever stands in a later row; names in one row don't use each other.
const ARROW: [&[&str]; 9] = [
    &["main"],
    &["cli"],
    &["shell"],
    &["view"],
    &["app"],
    &["catalog", "signing", "vault"],
    &["keys"],
    &["domain"],
    &["secret", "error"],
];

/// What a layer never names: below `shell` no files, clock, environment, threads or randomness, and below `view` no terminal.
const BELOW_SHELL: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
    "getrandom::",
    "rustix::",
    "crossterm::",
    "arboard::",
    "x11rb::",
    "wayland_client::",
    "directories::",
];
const BELOW_VIEW: &[&str] = &["ratatui::"];

/// The network, which one file alone may use; sockets of this computer (`std::os::unix::net`) are none.
const NETWORK: &[&str] =
    &["std::net", "ureq", "rustls", "TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs", "rustix::net"];
const MAY_USE_THE_NETWORK: &str = "src/shell/http.rs";

/// The files that may open a secret, and what for.
const MAY_EXPOSE: &[(&str, &str)] = &[
    ("src/secret.rs", "the door itself"),
    ("src/domain/change.rs", "fingerprints of what is stored, and whether a public value has a secret in it"),
    ("src/domain/passphrase.rs", "how hard it is to guess"),
    ("src/keys.rs", "keys read from any encoding, written in each"),
    ("src/keys/unwrap.rs", "the text that UTF-16 or base64 was around"),
    ("src/vault/archive.rs", "the audit log's older entries"),
    ("src/vault/envelope.rs", "what age encrypts and decrypts"),
    ("src/vault/payload.rs", "the inner MAC"),
    ("src/vault/records.rs", "the records' part of the payload"),
    ("src/vault/secrets.rs", "values written to the payload and cut out of it"),
    ("src/vault/text.rs", "the payload's text in pieces"),
    ("src/vault/unlocked.rs", "the payload as a whole"),
    ("src/catalog/detect.rs", "what a pasted text is"),
    ("src/catalog/detect/contradict.rs", "whether a value contradicts what was chosen"),
    ("src/catalog/detect/extract.rs", "the values in a pasted text"),
    ("src/catalog/detect/found.rs", "a value that was found"),
    ("src/catalog/detect/matching.rs", "which shapes a value has"),
    ("src/catalog/detect/stored.rs", "the form in which a value is kept"),
    ("src/cli/convert.rs", "a key read from standard input, and written in another form"),
    ("src/signing/key.rs", "keys that sign and check"),
    ("src/signing/make.rs", "a signature on its way into its header"),
    ("src/signing/compose.rs", "the key in what is hashed or sent"),
    ("src/signing/example.rs", "a throw-away key on its way into an example"),
    ("src/signing/request.rs", "the fields of a token call, encoded"),
    ("src/signing/answer.rs", "the answer to a token call"),
    ("src/signing/explain.rs", "a key altered as a known mistake has it"),
    ("src/app/bench/trial.rs", "a signature and its headers, which may be seen"),
    ("src/app/token.rs", "whether an answer repeats a secret that was sent"),
    ("src/app/input.rs", "editing what is typed unseen"),
    ("src/app/value.rs", "what the core has to look at in a value"),
    ("src/view/reveal.rs", "the value that is revealed"),
    ("src/shell/clipboard/osc52.rs", "the value that is copied through the terminal"),
    ("src/shell/clipboard/timed.rs", "the value that is copied for a while"),
    ("src/shell/clipboard/wayland.rs", "the value that is copied once"),
    ("src/shell/clipboard/x11.rs", "the value that is copied once"),
    ("src/shell/http.rs", "the credentials that are sent to their gateway"),
    ("src/shell/files.rs", "a value that is written to a file of its own"),
    ("src/shell/events/paste.rs", "line ends in what the terminal pastes"),
    ("src/cli/add.rs", "public values that came by standard input"),
    ("src/app/bench/support.rs", "whether an example would hold a value of the vault"),
    ("src/cli/flow/next.rs", "the value that a step hands over, and the one that is read back"),
    ("src/cli/get.rs", "the value that is printed"),
    ("src/cli/given.rs", "values read from standard input"),
    ("src/cli/io.rs", "writing a value to a pipe"),
    ("src/cli/new_passphrase.rs", "whether a passphrase was typed twice the same, and the one that is offered"),
    ("src/cli/sign.rs", "the headers that are printed"),
    ("src/cli/token.rs", "the token that is printed"),
    ("src/cli/values.rs", "the form in which a value is kept"),
    ("src/cli/whose.rs", "whose value it is"),
];

#[test]
fn the_arrow_points_one_way() {
    assert_none(sources().iter().flat_map(against_the_arrow));
}

#[test]
fn only_the_shell_touches_the_world() {
    assert_none(sources().iter().flat_map(touches_the_world));
}

#[test]
fn one_file_uses_the_network() {
    let using: Vec<String> = sources().into_iter().filter(uses_the_network).map(|source| source.path).collect();
    assert_eq!(using, [MAY_USE_THE_NETWORK]);
}

/// Unsafe code is an allocator's alone.
#[test]
fn one_file_is_unsafe() {
    let is_unsafe = |source: &Source| words(&source.code(Strings::Blank)).any(|word| word == "unsafe");
    let found: Vec<String> = sources().into_iter().filter(is_unsafe).map(|source| source.path).collect();
    assert_eq!(found, ["src/shell/pages.rs"]);
}

/// And one crate, which that file uses: what else talks to the network would have to be named here.
#[test]
fn one_dependency_talks_to_the_network() {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let known = [
        "ureq",
        "reqwest",
        "hyper",
        "curl",
        "attohttpc",
        "minreq",
        "isahc",
        "tokio",
        "rustls",
        "native-tls",
        "openssl",
    ];
    let names = manifest.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name.trim());
    assert_eq!(names.filter(|name| known.contains(name)).collect::<Vec<_>>(), ["ureq"]);
}

#[test]
fn only_listed_files_open_a_secret() {
    let listed = MAY_EXPOSE.iter().map(|(path, _)| (*path).to_owned()).collect();
    let opening: BTreeSet<String> = sources().into_iter().filter(opens_a_secret).map(|source| source.path).collect();
    assert_none(opening.symmetric_difference(&listed).map(|path| format!("{path}: MAY_EXPOSE and the code differ")));
}

#[test]
fn no_provider_stands_in_code() {
    let names = provider_names();
    assert!(names.contains("antom"), "the catalogue was not found");
    assert_none(sources().iter().flat_map(|source| names_a_provider(source, &names)));
}

#[test]
fn each_module_has_a_place_in_the_arrow() {
    let strays = sources().into_iter().filter(|source| source.layer() != "lib" && rank(source.layer()).is_none());
    assert_none(strays.map(|source| format!("{}: its layer stands in no row of ARROW", source.path)));
}

/// The guards fail when they should.
mod self_tests {
    use super::*;

    #[test]
    fn a_path_against_the_arrow_is_found_however_it_is_written() {
        for (path, text) in [
            ("src/domain/flow.rs", "use crate::vault::Document;"),
            ("src/domain/flow.rs", "fn f() { crate::shell::files::read(); }"),
            ("src/domain/flow.rs", "use crate::{error::Exit, app::Model};"),
            ("src/domain/flow.rs", "use crate::{error::{Exit, Problem}, keys};"),
            ("src/domain/flow.rs", "use super::super::app::Model;"),
            ("src/domain.rs", "use super::cli;"),
            ("src/domain/flow.rs", "mod inner { use super::super::super::cli::Args; }"),
            ("src/vault.rs", "use crate::catalog::Provider;"),
            ("src/signing/explain.rs", "pub(crate) use crate::vault as safe;"),
            ("src/main.rs", "fn main() { paykeep::shell::run() }"),
        ] {
            let found = against_the_arrow(&Source::new(path, text));
            assert_eq!(found.len(), usize::from(path != "src/main.rs"), "{path}: {text}: {found:?}");
        }
    }

    #[test]
    fn a_path_along_the_arrow_is_let_through() {
        for (path, text) in [
            ("src/cli/add.rs", "use crate::{shell::files, domain::{kind::Kind, reference}, vault::Vault};"),
            ("src/vault/save.rs", "use super::super::keys::Pair; use crate::vault::mac;"),
            ("src/app/screen/x.rs", "use super::super::vault;"), // app::vault
            ("src/domain/flow.rs", "// crate::vault is above us\nlet s = \"crate::vault\";"),
            ("src/domain/flow.rs", "#[cfg(test)]\nmod tests { use crate::vault::Document; }"),
        ] {
            assert_eq!(against_the_arrow(&Source::new(path, text)), Vec::<String>::new(), "{path}: {text}");
        }
    }

    #[test]
    fn a_clock_in_the_core_is_found() {
        for (path, text) in [
            ("src/app/update.rs", "let now = jiff::Timestamp::now();"),
            ("src/app/update.rs", "use ratatui::Frame;"),
            ("src/view/list.rs", "use std::{fs, io};"),
            ("src/domain/due.rs", "let t = std::time::Instant::now();"),
        ] {
            assert_eq!(touches_the_world(&Source::new(path, text)).len(), 1, "{path}: {text}");
        }
        assert!(touches_the_world(&Source::new("src/shell/files.rs", "use std::fs;")).is_empty());
        assert!(touches_the_world(&Source::new("src/view/list.rs", "use ratatui::Frame;")).is_empty());
    }

    #[test]
    fn a_use_of_the_network_is_found() {
        for text in
            ["use std::{fs, net::TcpStream};", "use ureq::Agent;", "fn f() { ureq::get(url); }", "use std::net as n;"]
        {
            assert!(uses_the_network(&Source::new("src/shell/files.rs", text)), "{text}");
        }
        for text in
            ["use std::os::unix::net::UnixStream;", "use core::net::Ipv4Addr;", "// ureq", "let s = \"std::net\";"]
        {
            assert!(!uses_the_network(&Source::new("src/shell/files.rs", text)), "{text}");
        }
    }

    #[test]
    fn an_opened_secret_is_found() {
        for text in ["let s = value.expose();", "names.map(SecretText::expose)", "value\n    .expose()"] {
            assert!(opens_a_secret(&Source::new("src/app.rs", text)), "{text}");
        }
        for text in ["// value.expose()", "expose_nothing()", "#[cfg(test)]\nmod tests { fn f() { x.expose(); } }"] {
            assert!(!opens_a_secret(&Source::new("src/app.rs", text)), "{text}");
        }
    }

    #[test]
    fn a_provider_in_code_is_found() {
        let names = ["antom".to_owned(), "ansa".to_owned()].into();
        for text in ["if id == \"antom\" {}", "struct AntomForm;", "fn ansa_prefix() {}", "const ANSA: u8 = 1;"] {
            assert_eq!(names_a_provider(&Source::new("src/app.rs", text), &names).len(), 1, "{text}");
        }
        for text in [
            "fn transact() {}",
            "\"Kansas\"",
            "// as Antom does",
            "#[cfg(test)]\nconst A: &str = \"antom\";",
            "(\"ansa.toml\", include_str!(\"../../assets/providers/ansa.toml\"))",
        ] {
            assert!(names_a_provider(&Source::new("src/app.rs", text), &names).is_empty(), "{text}");
        }
    }
}

fn against_the_arrow(source: &Source) -> Vec<String> {
    let Some(own) = rank(source.layer()) else { return Vec::new() };
    let allowed = |layer: &str| layer == source.layer() || rank(layer).is_none_or(|used| used > own);
    let used = layers_used(source);
    used.into_iter()
        .filter(|layer| !allowed(layer))
        .map(|layer| format!("{}: `{}` may not use `{layer}`", source.path, source.layer()))
        .collect()
}

fn touches_the_world(source: &Source) -> Vec<String> {
    let Some(own) = rank(source.layer()) else { return Vec::new() };
    let code = flattened(&source.code(Strings::Blank));
    let below = |layer: &str| rank(layer).is_some_and(|limit| own > limit);
    let banned = below("shell").then_some(BELOW_SHELL).into_iter().chain(below("view").then_some(BELOW_VIEW)).flatten();
    banned
        .filter(|path| code.contains(**path))
        .map(|path| format!("{}: `{path}` belongs to the shell or the view", source.path))
        .collect()
}

fn uses_the_network(source: &Source) -> bool {
    let code = source.code(Strings::Blank);
    let flat = flattened(&code);
    NETWORK
        .iter()
        .any(|path| if path.contains("::") { flat.contains(path) } else { words(&code).any(|word| word == *path) })
}

fn opens_a_secret(source: &Source) -> bool {
    let code = source.code(Strings::Blank);
    words(&code).any(|word| word == "expose")
}

fn names_a_provider(source: &Source, names: &BTreeSet<String>) -> Vec<String> {
    let code = source.code(Strings::Keep);
    // A line that compiles a provider's file in has to name it.
    let lines = code.lines().filter(|line| !line.contains("include_str!"));
    let found: BTreeSet<String> = lines.flat_map(words).flat_map(parts).filter(|part| names.contains(part)).collect();
    found.into_iter().map(|name| format!("{}: names the provider `{name}`", source.path)).collect()
}

/// The top-level modules that a source names, through `crate::`, `paykeep::` or as many `super::` as it takes.
fn layers_used(source: &Source) -> BTreeSet<String> {
    let code = source.code(Strings::Blank);
    let tokens: Vec<&str> = tokens(&code).collect();
    let mut used = BTreeSet::new();
    let mut depth = source.depth();
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "{" => {
                let module = at >= 2 && tokens[at - 2] == "mod";
                depth += usize::from(module);
                open.push(module);
            }
            "}" => depth -= usize::from(open.pop().unwrap_or(false)),
            "crate" | "paykeep" if tokens.get(at + 1) == Some(&"::") => used.extend(heads(&tokens[at + 2..])),
            "super" if at == 0 || tokens[at - 1] != "::" => {
                let supers = tokens[at..].chunks(2).take_while(|pair| *pair == ["super", "::"]).count();
                if supers == depth {
                    used.extend(heads(&tokens[at + 2 * supers..]));
                }
            }
            _ => {}
        }
    }
    used
}

/// The first segment of a path, or of each path in a `{…}` group.
fn heads(tokens: &[&str]) -> Vec<String> {
    if tokens.first() != Some(&"{") {
        return tokens.first().map(|head| (*head).to_owned()).into_iter().collect();
    }
    let mut heads = Vec::new();
    let mut depth = 0;
    for pair in tokens.windows(2) {
        match pair[0] {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(pair[0], "{" | ",") && pair[1] != "}" {
            heads.push(pair[1].to_owned());
        }
    }
    heads
}

fn rank(layer: &str) -> Option<usize> {
    ARROW.iter().position(|row| row.contains(&layer))
}

/// The names that providers go by: the first word of each built-in provider file's name.
fn provider_names() -> BTreeSet<String> {
    let files = fs::read_dir("assets/providers").into_iter().flatten();
    let stems = files.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned());
    stems.filter_map(|stem| parts(&stem).next()).filter(|name| name != "other").collect()
}

fn assert_none(offences: impl IntoIterator<Item = String>) {
    let list = offences.into_iter().fold(String::new(), |mut list, offence| {
        let _ = writeln!(list, "  {offence}");
        list
    });
    assert!(list.is_empty(), "the architecture in src/lib.rs says otherwise:\n{list}");
}

struct Source {
    path: String,
    text: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Strings {
    Keep,
    Blank,
}

fn sources() -> Vec<Source> {
    fn walk(folder: &Path, found: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // `mod tests;` stands behind `#[cfg(test)]`, and so does what is below it.
                if path.file_name().is_some_and(|name| name != "tests") {
                    walk(&path, found);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                found.push(Source::new(&path.to_string_lossy(), &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new("src"), &mut found);
    found
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// `src/app/screen/x.rs` and `src/app.rs` belong to `app`.
    fn layer(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap();
        inside.split(['/', '.']).next().unwrap()
    }

    /// How many `super::` lead from the file's own module to the crate.
    fn depth(&self) -> usize {
        if matches!(self.layer(), "lib" | "main") { 0 } else { self.path.matches('/').count() }
    }

    /// The program's own text: no comments, no `#[cfg(test)]` items, and the strings as asked.
    fn code(&self, strings: Strings) -> String {
        // Items are matched by their braces, so the strings are blanked for the search whatever was asked: both texts have
        // the same length.
        let blank = plain(&self.text, Strings::Blank);
        let mut code = plain(&self.text, strings);
        let mut from = 0;
        while let Some(at) = blank[from..].find("#[cfg(test)]").map(|at| from + at) {
            let end = item_end(&blank, at + "#[cfg(test)]".len());
            code.replace_range(at..end, &" ".repeat(end - at));
            from = end;
        }
        code
    }
}

/// Where the item that begins at `from` ends: behind its `;`, or behind the brace that closes its first one.
fn item_end(code: &str, from: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' | b')' | b']' => depth -= 1,
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The text with comments (and, if asked, what stands in strings) turned to spaces, byte for byte.
fn plain(text: &str, strings: Strings) -> String {
    let bytes = text.as_bytes();
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let (length, keep) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with("/*") {
            (block_comment(rest), false)
        } else if let Some(length) = string(rest, at.checked_sub(1).map(|before| bytes[before])) {
            (length, strings == Strings::Keep)
        } else {
            (rest.chars().next().map_or(1, char::len_utf8), true)
        };
        let piece = &bytes[at..at + length];
        kept.extend(piece.iter().map(|byte| if keep || *byte == b'\n' { *byte } else { b' ' }));
        at += length;
    }
    String::from_utf8(kept).unwrap()
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest.as_bytes()[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.as_bytes()[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
        } else {
            at += 1;
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// The length of the string or character literal that begins here, if one does; a lifetime is none.
fn string(rest: &str, before: Option<u8>) -> Option<usize> {
    let in_word = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let raw = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r')).filter(|_| !in_word);
    if let Some(tail) = raw {
        let hashes = tail.len() - tail.trim_start_matches('#').len();
        if let Some(body) = tail[hashes..].strip_prefix('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let end = body.find(&close).map_or(body.len(), |end| end + close.len());
            return Some(rest.len() - body.len() + end);
        }
    }
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut inside = rest.char_indices().skip(1);
    if quote == '\'' {
        let mut ahead = rest.chars().skip(1);
        let (first, second) = (ahead.next()?, ahead.next()?);
        if first != '\\' && second != '\'' {
            return None;
        }
    }
    while let Some((at, c)) = inside.next() {
        match c {
            '\\' => drop(inside.next()),
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

/// `use std::{fs, io};` as `std::fs std::io`, so that a path can be looked for as it is usually written.
fn flattened(code: &str) -> String {
    let tokens: Vec<&str> = tokens(code).collect();
    let mut flat = tokens.concat();
    for (at, window) in tokens.windows(3).enumerate() {
        if let [root, "::", "{"] = window {
            for head in heads(&tokens[at + 2..]) {
                let _ = write!(flat, " {root}::{head}::");
            }
        }
    }
    flat
}

/// Words, braces, commas and `::`; the rest one character each.
fn tokens(code: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = code[at..].trim_start();
        at = code.len() - rest.len();
        let first = rest.chars().next()?;
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let length = if word > 0 {
            word
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        at += length;
        Some(&rest[..length])
    })
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// `AntomForm`, `antom_form` and `ANTOM` in lower-case parts.
fn parts(word: &str) -> impl Iterator<Item = String> {
    let mut parts = vec![String::new()];
    let mut lower_before = false;
    for c in word.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower_before) {
            parts.push(String::new());
        }
        lower_before = c.is_lowercase();
        if c.is_alphanumeric() {
            parts.last_mut().unwrap().extend(c.to_lowercase());
        }
    }
    parts.into_iter().filter(|part| !part.is_empty())
}
