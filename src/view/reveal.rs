//! Secrets that are shown: the one file of the view that opens their door.

use std::time::Duration;

use super::canvas::{Area, Canvas, Part};
use super::chrome::seconds;
use super::text;
use super::theme::{Ground, Ink};
use crate::secret::SecretText;

/// A secret as a piece of text. It borrows, so that nothing is copied.
pub(super) fn part(secret: &SecretText, ink: Ink) -> Part<'_> {
    (secret.expose(), ink).into()
}

/// A secret in lines of at most `room` cells, its own line breaks kept.
pub(super) fn lines(secret: &SecretText, room: i32) -> Vec<&str> {
    text::wrap(secret.expose(), room)
}

/// Draws a secret on surface, from column `x` on; returns the line after. What has more than `most` lines ends with how many more.
pub(super) fn block(canvas: &mut Canvas<'_>, area: Area, secret: &SecretText, most: usize) -> i32 {
    let lines = lines(secret, area.w - 2);
    let shown = if lines.len() > most { most.saturating_sub(1) } else { lines.len() };
    let rest = lines.len() - shown;
    let height = i32::try_from(shown + usize::from(rest > 0)).unwrap_or(1);
    canvas.fill(Area::new(area.x, area.y, area.w, height), Ground::Surface);
    let mut y = area.y;
    for line in lines.into_iter().take(shown) {
        canvas.put(area.x + 1, y, line, Ink::TEXT);
        y += 1;
    }
    if rest > 0 {
        canvas.put_in(area.x + 1, y, area.w - 2, &format!("… {rest} more lines"), Ink::DIM);
        y += 1;
    }
    y
}

/// When a shown secret is hidden again.
pub(super) fn hides(until: Duration, now: Duration) -> Part<'static> {
    (format!("◉ hides in {} s", seconds(until.saturating_sub(now))), Ink::WARNING).into()
}
