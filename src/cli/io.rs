//! The world as the commands see it: standard input, output and error, so that tests can put buffers in their place.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Read, Write};

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use crate::app::msg::Ending;
use crate::catalog::Catalog;
use crate::domain::Document;
use crate::domain::{MalformedReference, clean};
use crate::error::{Exit, Explain, Problem};
use crate::secret::SecretBytes;

/// The three streams, and what else every command needs: the time at which it began, and the providers.
pub(super) struct Io<'a> {
    /// Values and JSON come in here.
    pub(super) input: &'a mut dyn Read,
    /// Whether a person would have to type them.
    pub(super) input_is_terminal: bool,
    /// Whether something stands in it that nobody has read yet, as far as that can be seen without taking it.
    pub(super) input_waits: &'a dyn Fn() -> bool,
    /// Data only.
    pub(super) output: &'a mut dyn Write,
    /// Whether it stays in a scrollback.
    pub(super) output_is_terminal: bool,
    /// Notes, errors and hints.
    pub(super) notes: &'a mut dyn Write,
    /// Now.
    pub(super) now: Timestamp,
    /// The providers that are known.
    pub(super) catalog: &'a Catalog,
    /// The vault's records as it was opened, once it is: an error repeats what they call things. Without the secrets: a copy waits long.
    pub(super) known: Option<Document>,
}

/// Why a command stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something is wrong, and here is what to try.
    Problem(Problem),
    /// Nobody reads standard output any more: no reason to say anything.
    ReaderGone,
    /// A signal ended it.
    Signal(Ending),
}

/// What commands return.
pub(super) type Outcome<T = ()> = Result<T, Stop>;

impl Io<'_> {
    /// Prints data as it is, at once and unbuffered: it may be a secret.
    pub(super) fn print(&mut self, data: &[u8]) -> Outcome {
        self.output.write_all(data).and_then(|()| self.output.flush()).map_err(Stop::from)
    }

    /// Prints a value as JSON, and a line break.
    pub(super) fn print_json(&mut self, value: &impl serde::Serialize) -> Outcome {
        let mut text = serde_json::to_string_pretty(value)
            .map_err(|error| Problem::new(Exit::Failed, format!("the JSON could not be written: {error}")))?;
        text.push('\n');
        self.print(escaped(&text).as_bytes())
    }

    /// Prints rows under their titles, in columns; a column without any entry is left out.
    pub(super) fn print_table(&mut self, titles: &[&str], rows: &[Vec<String>]) -> Outcome {
        self.print(table(titles, rows).as_bytes())
    }

    /// Tells the user something that is no data. That nobody hears it is no error.
    pub(super) fn note(&mut self, text: impl AsRef<str>) {
        let _ = writeln!(self.notes, "paykeep: note: {}", clean(text.as_ref()));
    }

    /// Refuses a value that would be passed over. It is not read, so that nothing of it is lost.
    pub(super) fn takes_no_input(&self, why: &str) -> Outcome {
        if self.input_is_terminal || !(self.input_waits)() {
            return Ok(());
        }
        Err(Problem::new(Exit::Usage, format!("there is something on standard input, and {why}"))
            .hint("nothing was read or done; leave it away, in a script with < /dev/null")
            .into())
    }

    /// Reads all of standard input into a buffer of its own, sized beforehand.
    pub(super) fn read_secret(&mut self, what: &str) -> Outcome<SecretBytes> {
        if self.input_is_terminal {
            return Err(Problem::new(Exit::Usage, format!("{what} is read from standard input, which is a terminal"))
                .hint("pipe it in or name a file: paykeep … < FILE; the screen (`paykeep`) takes pasted values")
                .into());
        }
        let mut bytes = vec![0; MAX_INPUT + 1];
        let mut filled = 0;
        while filled < bytes.len() {
            match self.input.read(&mut bytes[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    drop(SecretBytes::new(bytes));
                    return Err(Problem::new(Exit::Failed, format!("standard input could not be read: {error}")).into());
                }
            }
        }
        // Copied into a buffer of its size, since truncating would keep the large one alive for as long as the secret.
        let bytes = SecretBytes::new(bytes);
        if filled > MAX_INPUT {
            return Err(Problem::new(Exit::Usage, format!("{what} is larger than {} KiB", MAX_INPUT / 1024))
                .hint("give the one value alone")
                .into());
        }
        Ok(SecretBytes::copied(&bytes.expose()[..filled]))
    }
}

/// Prints a problem the way all of them look: what is wrong, and what to try.
pub(super) fn report(notes: &mut dyn Write, problem: &Problem) {
    let _ = writeln!(notes, "paykeep: error: {}", clean(&problem.message));
    if let Some(hint) = &problem.hint {
        let _ = writeln!(notes, "paykeep: hint: {}", clean(hint));
    }
}

/// Standard output without a buffer that keeps a copy of what went through it.
pub(super) struct Unbuffered;

impl Write for Unbuffered {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(rustix::stdio::stdout(), data)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether bytes wait in standard input: what was piped in by now, or the rest of a file.
pub(super) fn waits() -> bool {
    rustix::io::ioctl_fionread(rustix::stdio::stdin()).is_ok_and(|bytes| bytes > 0)
}

/// Whether standard input and standard output are terminals.
pub(super) fn terminals() -> (bool, bool) {
    (io::stdin().is_terminal(), io::stdout().is_terminal())
}

/// JSON in which what could turn or hide text on a terminal is written as an escape: the same value to whoever parses it.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || matches!(clean(c.encode_utf8(&mut [0; 4])), std::borrow::Cow::Borrowed(_)) {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// Rows under their titles, cleaned, each column as wide as its widest entry and two blanks apart.
fn table(titles: &[&str], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| clean(cell).into_owned()).collect()).collect();
    let widest = |n: usize| rows.iter().filter_map(|row| row.get(n)).map(|cell| cell.width()).max().unwrap_or(0);
    let columns: Vec<(usize, usize)> =
        titles.iter().enumerate().filter(|(n, _)| widest(*n) > 0).map(|(n, t)| (n, widest(n).max(t.width()))).collect();
    let heading: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
    let head = titles.iter().any(|title| !title.is_empty()).then_some(&heading);
    let mut text = String::new();
    for row in head.into_iter().chain(&rows) {
        let mut line = String::new();
        for &(n, width) in &columns {
            let cell = row.get(n).map_or("", String::as_str);
            let _ = write!(line, "{cell}{:blank$}", "", blank = width - cell.width() + 2);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

impl<E: Explain> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<MalformedReference> for Stop {
    fn from(error: MalformedReference) -> Self {
        Problem::new(Exit::Usage, error.to_string())
            .hint("a reference looks like provider/environment/account/name, a field's name like client_secret")
            .into()
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ReaderGone
        } else {
            Problem::new(Exit::Failed, format!("standard output could not be written: {error}")).into()
        }
    }
}

/// The largest input in bytes. An RSA key of 8192 bits takes 7 KiB in PEM, a certificate chain some more.
const MAX_INPUT: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let rows = [vec!["東京".into(), String::new(), "x".into()], vec!["a".into(), String::new(), "y".into()]];
        assert_eq!(table(&["City", "None", "Z"], &rows), "City  Z\n東京  x\na     y\n");
        assert_eq!(table(&["", ""], &[vec!["a\u{1b}[2J".into(), "b".into()]]), "a\u{fffd}[2J  b\n");
    }
}
