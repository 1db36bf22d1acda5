//! Making a vault: the passphrase and how strong it is, what is offered instead, and what to know once.

use super::canvas::{Area, Part};
use super::chrome;
use super::sheet::Sheet;
use super::theme::Ink;
use super::unlock::passphrase;
use super::widgets::bar::strength;
use super::widgets::field::{Field, field};
use super::widgets::status::{prose, status};
use super::{reveal, text};
use crate::app::model::{FirstField, FirstRun};
use crate::app::msg::Target;
use crate::domain::passphrase::Strength;

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, first: &FirstRun) {
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    let w = (width - 4).min(BLOCK);
    let air = i32::from(height >= 34);
    let page = Page { x: ((width - w) / 2 + 6 * air).min(width - 2 - w).max(2), w, air };
    let room = height - 3;
    // Where the page is longer than the terminal, it follows the focus.
    let long = page.lines();
    let top = if long > room {
        match first.focus {
            FirstField::Passphrase | FirstField::Again => 0,
            FirstField::Tick => room - long,
        }
    } else {
        air * 3
    };
    let lines = Area::new(0, 0, width, room);
    let hits = sheet.canvas.within(lines, |canvas| page.draw(canvas, first, top));
    for (area, target) in hits {
        if area.y < room {
            sheet.hit(area, target);
        }
    }
    let todo = still_to_do(first);
    let notice = first.error.as_ref().or(sheet.model.notice.as_ref());
    let words = match (notice, &first.busy) {
        (_, Some(busy)) => chrome::life(sheet, busy),
        (Some(notice), None) => chrome::words(notice),
        (None, None) => vec![(todo, Ink::DIM).into()],
    };
    status(&mut sheet.canvas, &words, &[]);
    chrome::footer(sheet);
}

/// The block: its first column, its width, and 1 where there is room for empty lines.
struct Page {
    x: i32,
    w: i32,
    air: i32,
}

impl Page {
    fn lines(&self) -> i32 {
        19 + self.intro().len() + self.advice().len() + self.air * 8
    }

    fn intro(&self) -> Wrapped {
        Wrapped::new(INTRO, self.w)
    }

    fn advice(&self) -> Wrapped {
        Wrapped::new(ADVICE, self.w.min(72))
    }

    fn draw(&self, canvas: &mut super::canvas::Canvas<'_>, first: &FirstRun, top: i32) -> Vec<(Area, Target)> {
        let (x, air) = (self.x, self.air);
        let mut hits = Vec::new();
        let fields = (self.w - 16).min(47);
        canvas.put(x, top, "paykeep", Ink::STRONG);
        let mut y = self.intro().put(canvas, x, top + 1, Ink::DIM) + air * 2;
        canvas.put(x, y, "Passphrase", Ink::TEXT);
        let has = |place| first.focus == place && first.busy.is_none();
        let content = Field { focus: has(FirstField::Passphrase), ..passphrase(&first.passphrase, false) };
        field(canvas, x, y + 1, fields, &content);
        hits.push((Area::new(x, y + 1, fields, 1), Target::Field(0)));
        meter(canvas, x, y + 1, fields, &first.strength);
        y += 4 + air;
        canvas.put(x, y, "Again", Ink::TEXT);
        let content = Field { focus: has(FirstField::Again), ..passphrase(&first.again, false) };
        field(canvas, x, y + 1, fields, &content);
        hits.push((Area::new(x, y + 1, fields, 1), Target::Field(1)));
        canvas.row(x, y + 2, compared(first));
        y += 3 + air * 2;
        if !first.offers.is_empty() {
            hits.extend(offers(canvas, x, y, first));
        }
        y += 4 + air * 2;
        canvas.rule(x, y, self.w);
        canvas.put(x, y + 1, "Read this once", Ink::WARNING.bold());
        y = self.advice().put(canvas, x, y + 2, Ink::TEXT) + air;
        let tick = Area::new(x - 2, y, 24, 1);
        let focus = has(FirstField::Tick);
        let (sign, ink) = if first.ticked { ("[✓]", Ink::SUCCESS) } else { ("[ ]", Ink::DIM) };
        canvas.row(x, y, [(sign, ink), (" I wrote it down", if focus { Ink::STRONG } else { Ink::TEXT })]);
        if focus {
            canvas.select(tick.x, y, tick.w, true);
        }
        hits.push((tick, Target::Field(2)));
        hits
    }
}

fn meter(canvas: &mut super::canvas::Canvas<'_>, x: i32, y: i32, fields: i32, of: &Strength) {
    let ink = match of.parts {
        0 | 1 => Ink::ERROR,
        2 => Ink::WARNING,
        _ => Ink::SUCCESS,
    };
    canvas.put(x + fields + 2, y, of.word(), ink.bold());
    strength(canvas, x, y + 1, fields + 1, of.parts, ink);
    if of.parts > 0 {
        let guess = match &of.why {
            Some(why) => format!("{}. ", sentence(why)),
            None => format!("Guessing it would take {}. ", of.time),
        };
        let advice = if of.parts < 4 { LONGER } else { "" };
        canvas.row(x, y + 2, [(guess.as_str(), Ink::TEXT), (advice, Ink::DIM)]);
    } else {
        canvas.put(x, y + 2, LONGER, Ink::DIM);
    }
}

fn compared(first: &FirstRun) -> Vec<Part<'static>> {
    if first.again.is_empty() {
        Vec::new()
    } else if first.again.is_same(&first.passphrase) {
        vec![("✓ ", Ink::SUCCESS).into(), ("The same.", Ink::DIM).into()]
    } else if first.again.begins(&first.passphrase) {
        vec![("Not the same yet.", Ink::DIM).into()]
    } else {
        vec![("✗ ", Ink::ERROR).into(), ("This differs from the passphrase above.", Ink::ERROR).into()]
    }
}

fn offers(canvas: &mut super::canvas::Canvas<'_>, x: i32, y: i32, first: &FirstRun) -> Vec<(Area, Target)> {
    let mut hits = Vec::new();
    canvas.put(x, y, "Or take one of these, made for you just now", Ink::TEXT);
    for (n, (key, offer)) in ["F2", "F3"].into_iter().zip(&first.offers).enumerate() {
        let line = y + 1 + i32::try_from(n).unwrap_or(0);
        let at = canvas.put(x, line, key, Ink::KEY) + 2;
        let ink = if first.taken == Some(n) { Ink::STRONG } else { Ink::TEXT };
        let end = canvas.row(at, line, [reveal::part(offer, ink)]);
        hits.push((Area::new(x, line, end - x, 1), Target::Offer(n)));
    }
    canvas.row(x, y + 3, [("F4", Ink::KEY), ("  other words", Ink::DIM)]);
    hits.push((Area::new(x, y + 3, 15, 1), Target::Action(crate::app::action::ActionId::OtherOffers)));
    hits
}

/// What keeps the vault from being made, in words.
fn still_to_do(first: &FirstRun) -> String {
    let mut missing = Vec::new();
    if !first.strength.is_enough() {
        missing.push("a stronger passphrase");
    }
    if first.passphrase.is_empty() || !first.again.is_same(&first.passphrase) {
        missing.push(if missing.is_empty() { "the passphrase the same twice" } else { "the same twice" });
    }
    if !first.ticked {
        missing.push("the box ticked");
    }
    if missing.is_empty() { String::new() } else { format!("still to do: {}", missing.join(", ")) }
}

fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A text in lines.
struct Wrapped(Vec<&'static str>);

impl Wrapped {
    fn new(words: &'static str, room: i32) -> Self {
        Self(text::wrap(words, room))
    }

    fn len(&self) -> i32 {
        i32::try_from(self.0.len()).unwrap_or(i32::MAX)
    }

    fn put(&self, canvas: &mut super::canvas::Canvas<'_>, x: i32, y: i32, ink: Ink) -> i32 {
        self.0.iter().fold(y, |y, line| prose(canvas, x, y, i32::MAX, line, ink))
    }
}

const INTRO: &str = "Make your vault: two encrypted files on this computer, opened by one passphrase.";
const ADVICE: &str = "Nobody can open the vault without the passphrase: there is no reset.\n\
    Write it on paper and keep that where you keep contracts. A copy of the two vault files is a backup; \
    stock age opens them, without paykeep.";
const LONGER: &str = "Longer is better than stranger.";
/// Of the block, in cells.
const BLOCK: i32 = 80;
