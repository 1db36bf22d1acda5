//! The first two lines: the program's name, the tabs, whose vault it is and when it locks; and the rule below them.

use crate::view::canvas::{Area, Canvas, Part};
use crate::view::theme::Ink;

/// One screen that a number leads to.
#[derive(Clone, Debug)]
pub struct Tab<'a> {
    /// The key that leads there.
    pub key: char,
    /// Its name.
    pub name: &'a str,
    /// How much is to do there; nothing is shown for 0.
    pub count: usize,
    /// Whether it is the one that is open.
    pub active: bool,
}

/// Draws the header; `right` ends at the margin. Returns where each tab stands.
pub fn header(canvas: &mut Canvas<'_>, tabs: &[Tab<'_>], right: &[Part<'_>]) -> Vec<Area> {
    let width = canvas.width();
    let wide = width >= 100;
    let gap = if wide { 3 } else { 2 };
    canvas.rule(0, 1, width);
    let end = canvas.right(width - 2, 0, right);
    let name = canvas.put(2, 0, "paykeep", Ink::HEADING);
    let needed: i32 = tabs.iter().map(|tab| canvas.measure(&label(tab)) + gap).sum();
    let mut x = name + gap + i32::from(wide);
    // A little too wide: they stand closer to the name.
    if x + needed > end {
        x = name + 1;
    }
    // Where not all names fit, the tabs that are not open keep their numbers.
    let short = x + needed > end;
    let mut places = Vec::with_capacity(tabs.len());
    for tab in tabs {
        let start = x;
        let key = tab.key.to_string();
        x = canvas.put(x, 0, &key, if tab.active { Ink::KEY } else { Ink::DIM });
        if tab.active || !short {
            x = canvas.put(x + 1, 0, tab.name, if tab.active { Ink::STRONG } else { Ink::DIM });
        }
        if tab.count > 0 {
            x = canvas.put(x + 1, 0, &tab.count.to_string(), Ink::WARNING.bold());
        }
        if tab.active {
            canvas.line(start, 1, x - start, "━", Ink::ACCENT);
        }
        places.push(Area::new(start, 0, x - start, 1));
        x += gap;
    }
    places
}

fn label(tab: &Tab<'_>) -> String {
    if tab.count > 0 { format!("1 {} {}", tab.name, tab.count) } else { format!("1 {}", tab.name) }
}
