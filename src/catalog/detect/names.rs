//! Names of variables and keys, compared; and the texts that only stand for a value.

use std::collections::HashSet;

use crate::catalog::Catalog;
use crate::domain::Environment;
use crate::domain::provider::Provider;

/// A name without case and without what joins its words: `CLIENT_ID`, `client-id`, `clientId` and «Client ID» are one.
pub(super) fn canon(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(LONGEST_NAME).collect()
}

/// What stands before a value: its own name, and the names of what it stands in, as `client.credentials`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    pub(super) own: &'a str,
    pub(super) within: &'a str,
}

impl Name<'_> {
    /// All of it without what joins its words, for comparing it with others of the same text.
    pub(super) fn whole(self) -> String {
        canon(self.within) + &canon(self.own)
    }

    /// Its words in small letters, with `clientId` as two.
    pub(super) fn words(self) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut last = ' ';
        for c in self.within.chars().chain(['.']).chain(self.own.chars()).take(2 * LONGEST_NAME) {
            if !c.is_alphanumeric() || c.is_uppercase() && last.is_lowercase() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
                word.extend(c.to_lowercase());
            }
            last = c;
        }
        words
    }
}

/// Whether one or several of a name's words in a row are `hint`, compared without what joins words.
pub(super) fn has_words(words: &[String], hint: &str) -> bool {
    let hint = canon(hint);
    (0..words.len()).any(|first| {
        let mut rest = hint.as_str();
        for word in words.iter().skip(first) {
            match rest.strip_prefix(word.as_str()) {
                Some(after) => rest = after,
                None => return false,
            }
            if rest.is_empty() {
                return true;
            }
        }
        false
    }) && !hint.is_empty()
}

/// How well a name fits a hint. Ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Fit {
    /// Not at all.
    #[default]
    No,
    /// It says no more than that it is a secret, as `APP_SECRET`.
    Secret,
    /// It says the half that is left when the rest is understood, as `secret` beside `id`.
    Part,
    /// It ends with it, as `SHOP_CLIENT_ID` with `client_id`.
    Tail,
    /// It is the same.
    Same,
}

/// Compares a name with a hint.
pub(super) fn fit(name: Name, hint: &str) -> Fit {
    let above = name.within.rsplit('.').next().unwrap_or_default();
    let (name, hint) = (canon(name.own), canon(hint));
    if hint.is_empty() {
        Fit::No
    } else if name == hint || canon(above) + &name == hint {
        Fit::Same
    } else if hint.len() >= SHORTEST_TAIL && name.ends_with(&hint) {
        Fit::Tail
    } else {
        Fit::No
    }
}

/// Whether a name says that its value is a secret, whoever's: `CLIENT_SECRET`, «API password», `privateKey`. The ID of one is none.
pub(super) fn says_secret(name: Name) -> bool {
    if name.words().last().is_some_and(|word| word == "id") {
        return false;
    }
    let own = canon(name.own);
    ["secret", "password", "passwd", "passphrase", "private"].iter().any(|word| own.contains(word))
}

/// Whether a name says that its value is this provider's word for an environment: `environment`, `PAYNET_ENV` with its name before it. All
/// things have a mode, so that this word counts only behind its name: `PAYNET_MODE`, `paynet.mode`. `APP_ENV` says how a program
/// runs, and `SENTRY_ENVIRONMENT` is another product's.
pub(super) fn says_environment(name: Name, provider: &Provider) -> bool {
    let (own, above) = (canon(name.own), canon(name.within.rsplit('.').next().unwrap_or_default()));
    let is_providers = |head: &str| [canon(&provider.id), canon(&provider.name)].iter().any(|own| own == head);
    match own.strip_suffix(MODE) {
        Some(head) => is_providers(if head.is_empty() { &above } else { head }),
        None => ENVIRONMENT
            .iter()
            .filter_map(|word| own.strip_suffix(word))
            .any(|head| head.is_empty() || is_providers(head)),
    }
}

/// Whether a name ends as one that says an environment does.
pub(super) fn may_say_environment(own: &str) -> bool {
    let own = canon(own);
    ENVIRONMENT.iter().chain([&MODE]).any(|word| own.ends_with(word))
}

/// Whether a word is the one for an environment.
pub(super) fn is_environment(word: &str) -> bool {
    ENVIRONMENT.contains(&canon(word).as_str())
}

/// The environment that a word is for this provider behind this name. What is a mode may have other words than an environment, so that
/// there only the provider's own count.
pub(super) fn environment_named(name: Name, word: &str, provider: &Provider) -> Option<Environment> {
    let is_own = |own: &String| own.eq_ignore_ascii_case(word);
    let mut own = provider.environments.iter().flat_map(|spec| spec.words.iter().chain(&spec.stages));
    let is_heard = says_environment(name, provider) && (!canon(name.own).ends_with(MODE) || own.any(is_own));
    provider.environment_called(word).filter(|_| is_heard)
}

/// All names by which the providers' files call a field.
pub(super) fn known_names(catalog: &Catalog) -> HashSet<String> {
    let mut known = HashSet::new();
    for provider in catalog.providers() {
        let shapes = provider.shapes.iter().flat_map(|shape| &shape.names);
        let fields = provider.credentials.iter().flat_map(|spec| &spec.fields);
        let fields = fields.flat_map(|field| {
            [field.name.as_str(), &field.label].into_iter().chain(field.names.iter().map(String::as_str))
        });
        let account = provider.account.iter();
        let account = account.flat_map(|field| {
            [field.name.as_str(), &field.label].into_iter().chain(field.names.iter().map(String::as_str))
        });
        known.extend(shapes.map(String::as_str).chain(fields).chain(account).map(canon));
    }
    known.remove("value");
    known
}

/// Whether a text can be the name of a variable.
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
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
    wrapped || variable || holes || said || is_masked(text)
}

/// Whether signs stand in place of some of a value's characters, or of its end: `sk_live_••••1234`, `sk_live_9f3a…`, `xxxxxxxx`.
pub(super) fn is_masked(text: &str) -> bool {
    let signs = text.contains(['•', '●', '…']) || text.contains("***") || text.contains("...");
    !text.contains(char::is_whitespace) && (signs || is_filler(text))
}

/// The same sign again and again, after what may be a prefix: `sk_live_xxxxxxxx`, `••••••`, `***`.
fn is_filler(text: &str) -> bool {
    let Some(last) = text.chars().next_back() else { return true };
    let run = text.chars().rev().take_while(|c| c.eq_ignore_ascii_case(&last)).count();
    match last {
        'x' | 'X' => run >= 6 || run >= 3 && run == text.chars().count() || dashed(text),
        '*' | '.' | '·' => run >= 3,
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

/// How a name ends that says an environment.
const ENVIRONMENT: [&str; 2] = ["environment", "env"];
/// The same, and much else.
const MODE: &str = "mode";
const LONGEST_NAME: usize = 80;
/// A shorter hint says too little at the end of a longer name.
const SHORTEST_TAIL: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_a_name_are_one() {
        let alone = |own, hint| fit(Name { own, within: "" }, hint);
        for name in ["CLIENT_ID", "client-id", "clientId", "Client ID"] {
            assert_eq!(alone(name, "client_id"), Fit::Same, "{name}");
        }
        assert_eq!(alone("SHOP_CLIENT_ID", "client_id"), Fit::Tail);
        assert_eq!(alone("CLIENT_SECRET", "client_id"), Fit::No);
        assert_eq!(alone("STRIPE_KEY", "key"), Fit::No);
        assert_eq!(fit(Name { own: "id", within: "shop.client" }, "client_id"), Fit::Same);
    }

    #[test]
    fn a_name_has_words_however_they_are_joined() {
        for own in ["SHOP_LIVE_ID", "shop-live-id", "shopLiveId", "shop.live.id"] {
            let words = Name { own, within: "a" }.words();
            assert_eq!(words, ["a", "shop", "live", "id"], "{own}");
        }
    }

    #[test]
    fn a_name_says_whose_it_is_in_whole_words() {
        let says = |own, hint| has_words(&Name { own, within: "app.lemon-squeezy" }.words(), hint);
        for (own, hint) in
            [("ACME_KEY", "acme"), ("acmePayKey", "acme-pay"), ("KEY", "Lemon Squeezy"), ("GITHUB_X", "GitHub")]
        {
            assert!(says(own, hint), "{own} {hint}");
        }
        for (own, hint) in [("TRANSACTION_ID", "ansa"), ("ACMES_KEY", "acme"), ("ACME_KEY", "acme-pay"), ("KEY", "")] {
            assert!(!says(own, hint), "{own} {hint}");
        }
    }

    #[test]
    fn a_name_says_that_its_value_is_a_secret() {
        let says = |own| says_secret(Name { own, within: "secret" });
        for own in ["CLIENT_SECRET", "clientsecret", "API Password", "private-key", "passwd"] {
            assert!(says(own), "{own}");
        }
        for own in ["CLIENT_ID", "key", "publicKey", "private_key_id", "SECRET_SHOP_CLIENT_ID", "clientSecretId"] {
            assert!(!says(own), "{own}");
        }
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
            "ansa_sk_live_••••••••355e",
            "sk_***_355e",
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
