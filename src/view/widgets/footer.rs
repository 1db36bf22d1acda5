//! The last line: the keys that work here and now. Every word in it is a target of the mouse.

use crate::view::canvas::{Area, Canvas};
use crate::view::theme::Ink;

/// A key and the word for what it does.
#[derive(Clone, Debug)]
pub struct Key<'a> {
    /// The key, as it is called on screen.
    pub key: &'a str,
    /// Its deed, in at most three words.
    pub word: &'a str,
}

/// Draws the footer: `keys` from the left, most used first, `right` at the right margin. What doesn't fit drops from the
/// right, `?` last. Returns where each key stands, first `keys`, then `right`; `None` for what was dropped.
pub fn footer(canvas: &mut Canvas<'_>, keys: &[Key<'_>], right: &[Key<'_>]) -> Vec<Option<Area>> {
    let (width, y) = (canvas.width(), canvas.height() - 1);
    let gap = if width >= 100 { 3 } else { 2 };
    let size = |canvas: &Canvas<'_>, key: &Key<'_>| canvas.measure(key.key) + 1 + canvas.measure(key.word);
    let left_sizes: Vec<i32> = keys.iter().map(|key| size(canvas, key)).collect();
    let right_sizes: Vec<i32> = right.iter().map(|key| size(canvas, key)).collect();
    let mut shown = vec![true; keys.len()];
    let mut right_shown = vec![true; right.len()];
    let needed = |shown: &[bool], right_shown: &[bool]| {
        let sum = |sizes: &[i32], shown: &[bool], gap: i32| -> i32 {
            sizes.iter().zip(shown).filter(|(_, shown)| **shown).map(|(size, _)| size + gap).sum()
        };
        4 + sum(&left_sizes, shown, gap) + sum(&right_sizes, right_shown, 3) - 3
    };
    let last = |key: &Key<'_>| match key.key {
        "?" | "F1" => 2,
        ":" => 1,
        _ => 0,
    };
    for patience in 0..=2 {
        let mut at = keys.len();
        while needed(&shown, &right_shown) > width && at > 0 {
            at -= 1;
            if last(&keys[at]) == patience && patience < 2 {
                shown[at] = false;
            }
        }
        if patience == 0 {
            // Leaving and locking: the last of them stays.
            for at in 0..right.len().saturating_sub(1) {
                if needed(&shown, &right_shown) > width {
                    right_shown[at] = false;
                }
            }
        }
    }
    let mut places = Vec::with_capacity(keys.len() + right.len());
    let mut x = 2;
    for (key, shown) in keys.iter().zip(shown) {
        if !shown {
            places.push(None);
            continue;
        }
        let start = x;
        x = one(canvas, x, y, key);
        places.push(Some(Area::new(start, y, x - start, 1)));
        x += gap;
    }
    let total: i32 = right_sizes.iter().zip(&right_shown).filter(|(_, shown)| **shown).map(|(size, _)| size + 3).sum();
    let mut x = width - 2 - (total - 3);
    for (key, shown) in right.iter().zip(right_shown) {
        if !shown {
            places.push(None);
            continue;
        }
        let start = x;
        x = one(canvas, x, y, key);
        places.push(Some(Area::new(start, y, x - start, 1)));
        x += 3;
    }
    places
}

fn one(canvas: &mut Canvas<'_>, x: i32, y: i32, key: &Key<'_>) -> i32 {
    let x = canvas.put(x, y, key.key, Ink::KEY);
    canvas.put(x + 1, y, key.word, Ink::DIM)
}
