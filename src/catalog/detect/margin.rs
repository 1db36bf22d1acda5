//! What stands before each line of a key that was copied out of a diff, or with the numbers of its lines.

use zeroize::Zeroizing;

/// What all lines of one block begin with.
#[derive(Clone, Copy)]
enum Margin {
    /// The sign of a diff.
    Sign(char),
    /// A number, and blanks or a stroke behind it.
    Number,
}

impl Margin {
    /// Told by what stands before the first line's dashes: a sign may have the indentation behind it.
    fn of(before: &str) -> Option<Self> {
        if let Some(sign) = ['+', '-'].into_iter().find(|sign| before.starts_with(*sign)) {
            return before.get(1..)?.trim().is_empty().then_some(Self::Sign(sign));
        }
        Self::Number.without(before)?.trim().is_empty().then_some(Self::Number)
    }

    /// The line behind it.
    fn without(self, line: &str) -> Option<&str> {
        match self {
            Self::Sign(sign) => line.strip_prefix(sign),
            Self::Number => {
                let behind = line.trim_start_matches([' ', '\t']).trim_start_matches(|c: char| c.is_ascii_digit());
                let is_number = line.len() > behind.len() && line.trim_start().len() > behind.len();
                let rest = behind.trim_start_matches([' ', '\t', '|', ':', '│']);
                (is_number && rest.len() < behind.len()).then_some(rest)
            }
        }
    }
}

/// The text without the margins of its keys; `None` where no key has one. A plus is base64 too: it goes only where each line of the
/// block has it, the first and the last with their dashes as well.
pub(super) fn without(text: &str) -> Option<Zeroizing<String>> {
    let mut out: Option<Zeroizing<String>> = None;
    let mut copied = 0;
    for (at, _) in text.match_indices(BEGIN) {
        let start = text.get(..at)?.rfind('\n').map_or(0, |n| n + 1);
        let Some(margin) = text.get(start..at).filter(|_| start >= copied).and_then(Margin::of) else { continue };
        let Some((block, end)) = block(text.get(start..)?, margin) else { continue };
        let out = out.get_or_insert_with(|| Zeroizing::new(String::with_capacity(text.len())));
        out.push_str(text.get(copied..start)?);
        out.extend(block);
        copied = start + end;
    }
    out.as_mut()?.push_str(text.get(copied..)?);
    out
}

/// The lines of the block that `text` begins with, and where it ends.
fn block(text: &str, margin: Margin) -> Option<(Vec<&str>, usize)> {
    let mut lines = Vec::new();
    let mut end = 0;
    for line in text.split_inclusive('\n').take(MOST_LINES) {
        lines.push(margin.without(line)?);
        end += line.len();
        if line.contains(END) {
            return Some((lines, end));
        }
    }
    None
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
/// A key of 16384 bits in PEM has fewer.
const MOST_LINES: usize = 250;

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "-----BEGIN X-----\n+abc\n12de\n-----END X-----\n";

    fn with(margin: impl Fn(usize) -> String) -> String {
        KEY.lines().enumerate().map(|(n, line)| [&margin(n + 1), line, "\n"].concat()).collect()
    }

    #[test]
    fn signs_and_numbers_before_each_line_of_a_key_go() {
        for text in
            [with(|_| "+".into()), with(|_| "-".into()), with(|n| format!("  {n}  ")), with(|n| format!("{n} | "))]
        {
            let text = format!("a key:\n{text}+ more\n");
            assert_eq!(without(&text).map(|text| text.to_string()), Some(format!("a key:\n{KEY}+ more\n")), "{text}");
        }
        let two = with(|_| "+".into()).repeat(2);
        assert_eq!(without(&two).map(|text| text.to_string()), Some(KEY.repeat(2)));
    }

    #[test]
    fn what_not_all_lines_have_stays() {
        for text in
            [KEY.to_owned(), format!("+{KEY}"), format!("1 {KEY}"), with(|_| "> ".into()), "+-----BEGIN X".into()]
        {
            assert!(without(&text).is_none(), "{text}");
        }
    }
}
