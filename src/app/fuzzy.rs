//! Finding by letters: which texts fit what was typed, how well, and which of their letters to show as found.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str, Utf32String};

/// Compares texts with what was typed. It owns the comparer's memory, so keep one and use it again.
pub struct Finder {
    matcher: Matcher,
    letters: Vec<u32>,
    text: Vec<char>,
}

/// What was typed, ready to compare: each word has to fit.
#[derive(Clone, Debug, Default)]
pub struct Query(Pattern);

impl Finder {
    /// A new one.
    pub fn new() -> Self {
        Self { matcher: Matcher::new(Config::DEFAULT), letters: Vec::new(), text: Vec::new() }
    }

    /// How well a text fits; `None` when it doesn't.
    pub fn score(&mut self, query: &Query, text: &Utf32String) -> Option<u32> {
        query.0.score(text.slice(..), &mut self.matcher)
    }

    /// How well a text fits, and which of its characters do, in order and without doubles.
    pub fn letters(&mut self, query: &Query, text: &str) -> Option<(u32, Vec<u32>)> {
        self.letters.clear();
        let score = query.0.indices(Utf32Str::new(text, &mut self.text), &mut self.matcher, &mut self.letters)?;
        self.letters.sort_unstable();
        self.letters.dedup();
        Some((score, self.letters.clone()))
    }
}

impl Default for Finder {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Finder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Finder")
    }
}

impl Query {
    /// Words of letters in order, without regard to case and accents.
    pub fn new(typed: &str) -> Self {
        Self(Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy))
    }

    /// Words as they stand somewhere in a text of lower case, without regard to accents. What is typed may be of any case: a search that
    /// need not look for two letters at once takes a fraction of the time.
    pub fn words(typed: &str) -> Self {
        Self(Pattern::new(&typed.to_lowercase(), CaseMatching::Respect, Normalization::Smart, AtomKind::Substring))
    }
}

/// The characters of `text` to show as found: of each word of `typed`, where it stands in the text as it is, else its letters in
/// order. The filter compares whole rows; this tells of one cell what a reader would look for. Indices of characters.
pub fn found_letters(typed: &str, text: &str) -> Vec<usize> {
    let lower: Vec<char> = text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
    let mut found = Vec::new();
    for word in typed.split_whitespace() {
        let word: Vec<char> = word.to_lowercase().chars().collect();
        if let Some(at) = lower.windows(word.len()).position(|w| w == word) {
            found.extend(at..at + word.len());
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether all letters of `small` stand in `large`, in their order.
pub fn is_subsequence(small: &str, large: &str) -> bool {
    let mut rest = large.chars();
    small.chars().filter(|c| !c.is_whitespace()).all(|c| rest.any(|l| l == c))
}
