//! Bars: how much of a life is over, how strong a passphrase is.

use crate::view::canvas::{Canvas, Part};
use crate::view::theme::Ink;

/// The age bar of `cells` cells as text: heavy for the part that is over, light for the rest.
pub fn life(part: f64, cells: i32, ink: Ink) -> Vec<Part<'static>> {
    let done = share(part, cells);
    let repeat = |sign: &str, n: i32| sign.repeat(usize::try_from(n).unwrap_or(0));
    vec![(repeat("━", done), ink).into(), (repeat("─", cells - done), Ink::LINE).into()]
}

/// How many of `cells` cells a part between 0 and 1 fills.
#[expect(clippy::cast_possible_truncation, reason = "the product is clamped to a few hundred cells")]
pub fn share(part: f64, cells: i32) -> i32 {
    (part.clamp(0.0, 1.0) * f64::from(cells)).round_ties_even() as i32
}

/// The strength meter of a passphrase: four bars, `reached` of them heavy, over `w` columns.
pub fn strength(canvas: &mut Canvas<'_>, x: i32, y: i32, w: i32, reached: u8, ink: Ink) {
    let each = w / 4;
    for n in 0..4 {
        let full = n < i32::from(reached);
        canvas.line(x + n * each, y, each - 1, if full { "━" } else { "─" }, if full { ink } else { Ink::LINE });
    }
}
