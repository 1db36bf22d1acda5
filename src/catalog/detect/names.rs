//! Names of variables and keys, compared; and the texts that only stand for a value.

/// A name without case and without what joins its words: `CLIENT_ID`, `client-id`, `clientId` and «Client ID» are one.
pub(super) fn canon(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(LONGEST_NAME).collect()
}

/// How well a name fits a hint. Ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Fit {
    /// Not at all.
    #[default]
    No,
    /// It ends with it, as `SHOP_CLIENT_ID` with `client_id`.
    Tail,
    /// It is the same.
    Same,
}

/// Compares a name with a hint.
pub(super) fn fit(name: &str, hint: &str) -> Fit {
    let (name, hint) = (canon(name), canon(hint));
    if hint.is_empty() {
        Fit::No
    } else if name == hint {
        Fit::Same
    } else if hint.len() >= SHORTEST_TAIL && name.ends_with(&hint) {
        Fit::Tail
    } else {
        Fit::No
    }
}

/// Whether a text stands where a value should be put: `<client_secret>`, `${SECRET}`, `your_key_here`, `xxxx`.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let pairs = [('<', '>'), ('{', '}'), ('[', ']'), ('%', '%')];
    let wrapped = pairs.iter().any(|(open, close)| text.len() > 2 && text.starts_with(*open) && text.ends_with(*close));
    let variable = text.starts_with("${") || text.strip_prefix('$').is_some_and(is_variable);
    let holes = ["{", "<", "..."].iter().any(|hole| text.contains(hole)) && !text.contains('"') && text.len() < 100;
    let lower = text.to_ascii_lowercase();
    let words = [
        "your",
        "changeme",
        "change_me",
        "change-me",
        "redacted",
        "placeholder",
        "replace_me",
        "insert_",
        "secret_here",
        "key_here",
        "todo",
    ];
    let said = lower == "todo"
        || text.len() < 60 && words.iter().any(|word| lower.starts_with(word) || lower.ends_with(word))
        || (lower.contains("your_") || lower.contains("your-")) && text.len() < 80;
    wrapped || variable || holes || said || is_filler(text)
}

/// The same sign again and again, after what may be a prefix: `sk_live_xxxxxxxx`, `••••••`, `***`.
fn is_filler(text: &str) -> bool {
    let Some(last) = text.chars().next_back() else { return true };
    let run = text.chars().rev().take_while(|c| c.eq_ignore_ascii_case(&last)).count();
    match last {
        'x' | 'X' => run >= 6 || run >= 3 && run == text.chars().count() || dashed(text),
        '*' | '•' | '…' | '.' | '●' | '·' => run >= 3 || last == '…',
        _ => run >= 12 && run == text.chars().count(),
    }
}

/// `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`
fn dashed(text: &str) -> bool {
    text.chars().filter(|c| matches!(c, 'x' | 'X')).count() >= 8
        && text.chars().all(|c| matches!(c, 'x' | 'X' | '-' | '_'))
}

fn is_variable(rest: &str) -> bool {
    !rest.is_empty() && rest.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

const LONGEST_NAME: usize = 80;
/// A shorter hint says too little at the end of a longer name.
const SHORTEST_TAIL: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_a_name_are_one() {
        for name in ["CLIENT_ID", "client-id", "clientId", "Client ID"] {
            assert_eq!(fit(name, "client_id"), Fit::Same, "{name}");
        }
        assert_eq!(fit("SHOP_CLIENT_ID", "client_id"), Fit::Tail);
        assert_eq!(fit("CLIENT_SECRET", "client_id"), Fit::No);
        assert_eq!(fit("STRIPE_KEY", "key"), Fit::No);
    }

    #[test]
    fn what_only_stands_for_a_value_is_none() {
        for text in [
            "<client_secret>",
            "${SECRET}",
            "$SECRET",
            "{{secret}}",
            "xxx",
            "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
            "your_key_here",
            "YOUR_API_KEY",
            "ansa_sk_live_{identifier}",
            "ansa_sk_live_xxxxxxxxxxxx",
            "********",
            "••••••",
            "[redacted]",
            "changeme",
            "MIIE...",
            "abc…",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "9e0e99f396e74838aeb583d1f06bc03d",
            "aR2822Y6XbehWMclnB0Y2NJK",
            "SANDBOX_5X00000000000000",
            "$2b$10$abcdef",
            "pass word",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
