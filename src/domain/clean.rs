//! Text from outside, made harmless once, where it enters: labels, notes, provider files, other programs' output.

use std::borrow::Cow;

/// Replaces what could move a cursor, hide text or turn its direction by `�`: control characters (a tab or line break
/// becomes a space), bidirectional overrides and isolates, zero-width and other invisible formatting characters.
///
/// ratatui drops control characters on two of its paths only and none of the others, and what is printed outside of it is
/// not filtered at all; so this runs before text is stored or shown.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let harmless = |c: char| match c {
        '\t' | '\n' | '\r' => ' ',
        c if is_harmless(c) => c,
        _ => '\u{fffd}',
    };
    Cow::Owned(text.chars().map(harmless).collect())
}

/// Like [`clean`], but line breaks stay: for notes and other text of several lines.
pub fn clean_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, line) in text.lines().enumerate() {
        if n > 0 {
            out.push('\n');
        }
        out.push_str(&clean(line));
    }
    out
}

/// The longest text that people write into a field, label or note, in bytes. What is pasted there by mistake is longer: a file, a log.
pub const MAX_TEXT: usize = 16 * 1024;

fn is_harmless(c: char) -> bool {
    !c.is_control() && !is_invisible(c)
}

/// Unicode's general category Cf as far as it hides or reorders text, the line and paragraph separators, variation
/// selectors and the Hangul fillers (Unicode 16, `DerivedGeneralCategory.txt`; UTS 39, "Identifier profile").
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_not_copied() {
        assert!(matches!(clean("ACME Sdn Bhd, 東京 é"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_could_move_the_cursor_or_hide_text_is_shown_as_a_sign() {
        assert_eq!(clean("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
        assert_eq!(clean("abc\u{202e}cba"), "abc\u{fffd}cba");
        assert_eq!(clean("a\u{200b}b\u{feff}"), "a\u{fffd}b\u{fffd}");
        assert_eq!(clean("\u{9b}31m"), "\u{fffd}31m");
    }

    #[test]
    fn breaks_become_spaces_and_stay_in_notes() {
        assert_eq!(clean("a\nb\tc"), "a b c");
        assert_eq!(clean_lines("a\r\nb\u{7}\n"), "a\nb\u{fffd}");
    }
}
