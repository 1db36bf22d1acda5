//! What is odd about a key's text although the key can be read: what another program may refuse it for.

use std::fmt;

use super::{Structure, blocks};

/// One thing that is odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The label around it is that of another structure.
    Label(String),
    /// The `BEGIN` line was lost.
    NoBegin,
    /// The `END` line was lost.
    NoEnd,
    /// Line breaks are written as a backslash and a letter, as in JSON and `.env` files.
    EscapedBreaks,
    /// Lines end with a carriage return.
    CarriageReturns,
    /// All of it stands on one line, though it is PEM.
    OneLine,
    /// Quotes stand around it.
    Quoted,
    /// It begins with a byte-order mark.
    ByteOrderMark,
    /// A mail or a comment stands its marks before the lines.
    LineMarks,
    /// The dashes of its first and last line are other ones.
    Dashes,
    /// It is PEM, written in base64 once more.
    Encoded,
    /// It is UTF-16, as some Windows programs write text.
    Utf16,
    /// It went through a form: blanks stood for its plus signs, or codes for its signs.
    Form,
    /// Another text stands before or after it.
    Surrounded,
}

/// What is odd about the dressing of the one key in `text`: `before` it, `inside` and `after` it.
pub(super) fn flaws(before: &str, inside: &str, after: &str) -> Vec<Flaw> {
    let (begin, end) = blocks::lines(inside);
    let is_pem = begin || end;
    let marked = |line: &str| line.trim_start().starts_with(blocks::is_line_mark);
    let bare = |text: &str| text.replace("\\r", "").replace("\\n", "");
    let dressing = |c: char| c.is_whitespace() || is_quote(c) || matches!(c, '\u{feff}' | '\u{200b}');
    let outside = format!("{}{}", bare(before), bare(after));
    let escaped = ["\\n", "\\r", "\\u000"].iter().any(|escape| inside.contains(escape));
    let broken = inside.trim().contains(['\n', '\r']);
    let flaws = [
        (before.starts_with('\u{feff}') || inside.starts_with('\u{feff}'), Flaw::ByteOrderMark),
        (is_pem && !begin, Flaw::NoBegin),
        (is_pem && !end, Flaw::NoEnd),
        (inside.contains(blocks::is_long_dash), Flaw::Dashes),
        (escaped, Flaw::EscapedBreaks),
        (inside.contains('\r'), Flaw::CarriageReturns),
        (is_pem && !broken && !escaped, Flaw::OneLine),
        (outside.contains(is_quote) || inside.contains(is_quote), Flaw::Quoted),
        (inside.lines().skip(1).any(marked), Flaw::LineMarks),
        (!outside.chars().all(|c| dressing(c) || blocks::is_line_mark(c)), Flaw::Surrounded),
    ];
    flaws.into_iter().filter_map(|(found, flaw)| found.then_some(flaw)).collect()
}

/// Whether a label promises something else than is there.
pub(super) fn label(label: Option<&str>, structure: Structure) -> Option<Flaw> {
    label.filter(|label| !structure.labels().contains(label)).map(|label| Flaw::Label(label.to_owned()))
}

impl fmt::Display for Flaw {
    /// As the end of a sentence about the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Label(label) => return write!(f, "its label says «{label}»"),
            Self::NoBegin => "its BEGIN line is missing",
            Self::NoEnd => "its END line is missing",
            Self::EscapedBreaks => "its line breaks are written as \\n",
            Self::CarriageReturns => "its lines end with carriage returns",
            Self::OneLine => "it stands on one line",
            Self::Quoted => "it stands in quotes",
            Self::ByteOrderMark => "it begins with a byte-order mark",
            Self::LineMarks => "its lines begin with marks, as in a mail or a comment",
            Self::Dashes => "its BEGIN and END lines have other dashes",
            Self::Encoded => "it is PEM in base64 once more",
            Self::Utf16 => "it is UTF-16",
            Self::Form => "it went through a form: its plus signs had become blanks, or its signs codes",
            Self::Surrounded => "other text stands around it",
        })
    }
}

pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '“' | '”' | '‘' | '’' | '«' | '»')
}
