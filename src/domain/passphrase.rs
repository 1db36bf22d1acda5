//! How strong a passphrase has to be, how strong one is, and why.

use std::fmt;

use zxcvbn::{Score, zxcvbn};

use crate::error::{Exit, Explain, clause};
use crate::secret::SecretText;

/// What an attacker who has the vault's files would make of a passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strength {
    /// Four parts of a meter: 0 (nothing typed) to 4.
    pub parts: u8,
    /// How long guessing takes at 10,000 tries a second, what 2^18 rounds of scrypt leave to a large attacker («centuries»).
    pub time: String,
    /// Why it is weak, in words, where it is.
    pub why: Option<String>,
}

/// A passphrase below the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooWeak(Strength);

/// Measures a passphrase. Only its first 100 characters count, which bounds the time it takes.
pub fn strength(passphrase: &SecretText) -> Strength {
    let text = passphrase.expose();
    if text.is_empty() {
        return Strength { parts: 0, time: String::new(), why: None };
    }
    let end = text.char_indices().nth(100).map_or(text.len(), |(at, _)| at);
    let estimate = zxcvbn(&text[..end], &["paykeep", "vault", "passphrase"]);
    let parts = match estimate.score() {
        Score::Zero | Score::One => 1,
        Score::Two => 2,
        Score::Three => 3,
        _ => 4,
    };
    let why = estimate.feedback().and_then(zxcvbn::feedback::Feedback::warning).map(|w| {
        let words = w.to_string();
        words.trim_end_matches('.').to_owned()
    });
    Strength { parts, time: estimate.crack_times().offline_slow_hashing_1e4_per_second().to_string(), why }
}

/// Checks the floor: the third part of the meter.
pub fn check(passphrase: &SecretText) -> Result<Strength, TooWeak> {
    let strength = strength(passphrase);
    if strength.parts < FLOOR { Err(TooWeak(strength)) } else { Ok(strength) }
}

/// Five words of the EFF's long list (7,776 words, eff.org/dice): 64 bits. `pick` gives a uniform number below its argument.
pub fn generate(mut pick: impl FnMut(usize) -> usize) -> SecretText {
    let words: [&str; WORDS] = std::array::from_fn(|_| LIST[pick(LIST.len())]);
    let mut text = SecretText::with_capacity(words.iter().map(|w| w.len() + 1).sum());
    for (n, word) in words.iter().enumerate() {
        for c in n.checked_sub(1).map(|_| ' ').into_iter().chain(word.chars()) {
            text.insert(text.len(), c);
        }
    }
    text
}

impl Strength {
    /// The word beside the meter.
    pub fn word(&self) -> &'static str {
        match self.parts {
            0 => "",
            1 => "too easy",
            2 => "weak",
            3 => "strong enough",
            _ => "very strong",
        }
    }

    /// Whether it reaches the floor.
    pub fn is_enough(&self) -> bool {
        self.parts >= FLOOR
    }
}

impl fmt::Display for TooWeak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.why {
            _ if self.0.parts == 0 => f.write_str("an empty passphrase guards nothing"),
            Some(why) => write!(f, "the passphrase is {}: {}", self.0.word(), clause(why)),
            None => write!(f, "the passphrase is {}: guessing it takes {}", self.0.word(), self.0.time),
        }
    }
}

impl std::error::Error for TooWeak {}

impl Explain for TooWeak {
    fn hint(&self) -> Option<String> {
        Some("longer is better than stranger: five unrelated words, or let paykeep make one (`--generate`, F2 on the screen)".into())
    }

    fn exit(&self) -> Exit {
        Exit::Refused
    }
}

/// The part of the meter that a passphrase has to reach; zxcvbn's score 3.
const FLOOR: u8 = 3;
const WORDS: usize = 5;
use diceware_wordlists::EFF_LONG_WORDLIST as LIST;

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> u8 {
        strength(&SecretText::copied(text)).parts
    }

    #[test]
    fn what_everybody_uses_is_below_the_floor_and_the_reason_is_told() {
        for text in ["", "password", "qwertyuiop", "Tr0ub4dour", "summer2024", "aaaaaaaaaaaa", "paykeep1"] {
            assert!(parts(text) < FLOOR, "{text}");
            let error = check(&SecretText::copied(text)).unwrap_err();
            let words = error.to_string();
            assert!(text.len() < 9 || !words.contains(text), "{words}");
        }
        assert!(strength(&SecretText::copied("qwertyuiop")).why.is_some());
    }

    #[test]
    fn a_generated_one_is_very_strong_and_different_each_time() {
        let mut n = 0;
        let mut pick = |below: usize| {
            n += 1231;
            n % below
        };
        let (one, two) = (generate(&mut pick), generate(&mut pick));
        assert_eq!(strength(&one).parts, 4);
        assert_eq!(one.expose().split(' ').count(), WORDS);
        assert_ne!(one.expose(), two.expose());
    }

    #[test]
    fn a_very_long_one_is_measured_in_time() {
        assert_eq!(parts(&"correct horse battery staple ".repeat(4000)), 4);
    }
}
