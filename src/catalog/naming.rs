//! Whether a text is a value where a name is wanted: the one rule for names that are typed, given and pasted, and for what an error
//! may repeat of a command line.

use super::Catalog;
use super::detect::secret_in;

/// Whether a text is a value, or has one in it.
pub fn is_value(catalog: &Catalog, text: &str) -> bool {
    !values_in(catalog, text).is_empty()
}

/// The values in a text, and the text itself where all of it is one: what detection takes for a secret, what has the head of one, and a
/// long run of letters and digits that nobody has written by hand. What looks like a hash or like words is none, and so is an ID
/// that a provider's file does not take for a secret.
pub fn values_in<'a>(catalog: &Catalog, text: &'a str) -> Vec<&'a str> {
    let is_secret = |text: &str| text.len() >= SHORTEST && secret_in(catalog, text.as_bytes()).is_some();
    let mut values: Vec<&str> =
        pieces(text).filter(|piece| has_head(piece) || is_run(piece) || is_secret(piece)).collect();
    if !values.contains(&text) && (text.trim().contains(['\n', '\r']) || is_secret(text)) {
        values.push(text);
        values.extend(text.split_once('=').map(|(_, value)| value).filter(|value| !value.is_empty()));
    }
    values
}

/// The long runs of letters and digits in a text, hashes and IDs too. A name may be one, and so may a gateway's secret: where there is no
/// need to repeat it, it is not repeated.
pub fn doubtful(text: &str) -> impl Iterator<Item = &str> {
    let has = |run: &str, class: fn(&u8) -> bool| run.bytes().any(|b| class(&b));
    let alone = |run: &str| run.bytes().all(|b| b.is_ascii_alphanumeric());
    pieces(text).filter(move |run| {
        run.len() >= DOUBTFUL && alone(run) && has(run, u8::is_ascii_digit) && has(run, u8::is_ascii_alphabetic)
    })
}

/// What stands between the signs of a reference, an address, a quotation.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let between = |c: char| c.is_whitespace() || "/:#@=,;&?\"'`«»()[]{}".contains(c);
    text.split(between).filter(|piece| !piece.is_empty())
}

/// Whether it has the head of a secret in it, as many gateways write it, and enough behind it; or behind the word for an environment what
/// is no word.
fn has_head(piece: &str) -> bool {
    let small = piece.to_ascii_lowercase();
    let sign = |c: char| !c.is_ascii_alphanumeric();
    let words: Vec<&str> = small.split('_').collect();
    words.windows(3).any(|three| {
        let [before, environment, behind] = three else { return false };
        let head = before.rsplit(sign).next().unwrap_or_default();
        let run = behind.split(sign).next().unwrap_or_default();
        ENVIRONMENTS.contains(environment) && (HEADS.contains(&head) && run.len() >= SHORTEST || is_mixed(run))
    })
}

/// Whether letters and digits take turns in it as they do in no word with a number.
fn is_mixed(run: &str) -> bool {
    let digit: Vec<bool> = run.bytes().map(|b| b.is_ascii_digit()).collect();
    let turns = digit.windows(2).filter(|two| two.first() != two.last()).count();
    run.len() >= MIXED && turns >= TURNS && !is_hash(run)
}

/// Whether it is letters and digits only, too many of them, and neither a hash nor `CamelCase`.
fn is_run(piece: &str) -> bool {
    let has = |class: fn(&u8) -> bool| piece.bytes().any(|b| class(&b));
    piece.len() >= LONG
        && piece.bytes().all(|b| b.is_ascii_alphanumeric())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && !is_hash(piece)
        && in_words(piece) * 2 < piece.len()
}

/// Whether it is written as SHA-1 and SHA-256 are: a commit, an image.
fn is_hash(run: &str) -> bool {
    matches!(run.len(), 40 | 64) && run.bytes().all(|b| b.is_ascii_hexdigit())
}

/// How many of its letters stand in words: small letters in a row, with or without a capital before them.
fn in_words(run: &str) -> usize {
    let (mut all, mut word) = (0, 0);
    for b in run.bytes().chain([b'0']) {
        if !b.is_ascii_lowercase() {
            all += if word >= SHORTEST_WORD { word } else { 0 };
            word = 0;
        }
        word += usize::from(b.is_ascii_alphabetic());
    }
    all
}

/// What secret keys begin with, before the word for their environment.
const HEADS: [&str; 2] = ["sk", "rk"];
const ENVIRONMENTS: [&str; 4] = ["live", "test", "sandbox", "prod"];
/// A shorter text is no secret, in bytes.
const SHORTEST: usize = 8;
/// So much follows the word for an environment in a key.
const MIXED: usize = 16;
/// And so often do letters and digits take turns in it.
const TURNS: usize = 4;
/// A mixed run of so many letters and digits is a value.
const LONG: usize = 24;
/// A run of so many, mixed or not, may be one.
const DOUBTFUL: usize = 32;
/// So many letters make a word.
const SHORTEST_WORD: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        values_in(Catalog::builtin(), text)
    }

    #[test]
    fn names_that_people_and_programs_give_are_no_values() {
        for name in [
            "PaymentServiceV2",
            "CheckoutApiV2Production",
            "CheckoutLambda2024",
            "CheckoutFunctionA1B2C3D4",
            "acme_prod_checkoutbackend2024",
            "shop_test_storefrontberlin2",
            "acme_live_shop2024",
            "key_live_2026",
            "acct_1032D82eZvKYlo2C",
            "prj_8sKq2LmN4pQrStUv",
            "9e0e99f396e74838aeb583d1f06bc03d",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6513270e-269e-4d37-b2a7-4de452e6b438",
            "/srv/PaykeepVaults2026/backups",
            "Müller & Söhne, Berlin",
            "store20261127eu01",
        ] {
            assert!(!is_value(Catalog::builtin(), name), "{name}");
        }
    }

    #[test]
    fn a_value_is_found_wherever_it_stands() {
        for value in [
            "ansa_sk_live_6513270e-269e-4d37-b2a7-4de452e6b438",
            "sk_live_51H8x2eKZvKYlo2C4aQxYgT3Zb9RkLm",
            "sk_live_51h8x2ekzvkylo2c4aqxygt3zb9rklm",
            "sk_live_AbCdEfGhIjKlMnOpQrStUvWx",
            "xx_live_ab_live_51h8x2ekzvkylo2c4aqx",
            "aR2822Y6XbehWMclnB0Y2NJK",
        ] {
            for text in [value.to_owned(), format!("other/live/{value}/k#x"), format!("old key ({value})")] {
                assert!(found(&text).contains(&value), "{text}: {:?}", found(&text));
            }
        }
    }

    #[test]
    fn a_text_that_is_a_value_as_a_whole_is_one_with_what_its_name_says() {
        let pem = include_str!("../../tests/keys/rsa2048.txt").replace("TESTING KEY", "PRIVATE KEY");
        assert!(found(&pem).contains(&&*pem));
        assert_eq!(found("CLIENT_SECRET=hunter2-abc"), ["CLIENT_SECRET=hunter2-abc", "hunter2-abc"]);
    }
}
