//! What frames every screen of the open vault: header, status line, footer, and the strip of a copy.

use std::time::Duration;

use super::canvas::{Area, Part};
use super::sheet::Sheet;
use super::theme::Ink;
use super::widgets::footer::{Key, footer as keys};
use super::widgets::header::{self, header as tabs};
use super::widgets::sign;
use super::widgets::status::{Mark, spinner, status as line};
use super::widgets::strip::{self, Strip, strip as copy_strip};
use crate::app::action::{self, ActionId};
use crate::app::model::{Busy, Clip, ClipState, Notice, SIGN_OF_LIFE, Tab, Tone};
use crate::app::msg::{Target, Turn, Way};

/// The part of the canvas that a screen has for itself: below the header, above status line and footer.
pub(super) fn content(sheet: &Sheet<'_, '_>) -> Area {
    Area::new(0, 3, sheet.canvas.width(), sheet.canvas.height() - 7)
}

/// Draws the header.
pub(super) fn header(sheet: &mut Sheet<'_, '_>) {
    let open = sheet.model.tab();
    let due = sheet.model.inside().map_or(0, |inside| inside.rotations.due);
    let count = |tab: Tab| if tab == Tab::Rotations { due } else { 0 };
    let all: Vec<header::Tab<'_>> = ('1'..)
        .zip(Tab::ALL)
        .filter(|(_, tab)| *tab != Tab::Settings || open == Some(Tab::Settings))
        .map(|(key, tab)| header::Tab { key, name: tab.name(), count: count(tab), active: Some(tab) == open })
        .collect();
    let right = whose(sheet);
    for (n, place) in tabs(&mut sheet.canvas, &all, &right).into_iter().enumerate() {
        sheet.hit(Area { h: 2, ..place }, Target::Tab(n));
    }
}

/// Whose vault it is, and when it locks: in minutes, so that an idle screen sleeps; in seconds in the last one.
fn whose(sheet: &Sheet<'_, '_>) -> Vec<Part<'static>> {
    let model = sheet.model;
    let left = model.locks_in();
    let (time, ink) = match left {
        Some(left) if left <= Duration::from_mins(1) => (format!("{} s", seconds(left)), Ink::WARNING),
        Some(left) => (format!("{} min", left.as_secs().div_ceil(60)), Ink::TEXT),
        None => (String::new(), Ink::TEXT),
    };
    let name = if model.demo { "demo vault".to_owned() } else { model.vault_name.clone() };
    if sheet.canvas.width() < 100 {
        // No room for both beside the names of the pages; and when a demo locks matters to nobody.
        let ink = if ink == Ink::TEXT { Ink::DIM } else { ink };
        return vec![if model.demo { ("demo", Ink::WARNING).into() } else { (time, ink).into() }];
    }
    let name = Part::from((name, if model.demo { Ink::WARNING } else { Ink::TEXT }));
    if left.is_none() {
        return vec![name];
    }
    vec![name, sign::separator(), ("locks in ", Ink::DIM).into(), (time, ink).into()]
}

/// Draws the status line: what just happened, else `counts`; at its right what is being done.
pub(super) fn status(sheet: &mut Sheet<'_, '_>, counts: &[Part<'_>], busy: Option<&Busy>) {
    let tail = busy.map(|busy| life(sheet, busy)).unwrap_or_default();
    match &sheet.model.notice {
        Some(notice) => line(&mut sheet.canvas, &words(notice), &tail),
        None => line(&mut sheet.canvas, counts, &tail),
    }
}

/// What the model has to say of the present place, where no notice takes its line.
pub(super) fn stated(sheet: &Sheet<'_, '_>) -> Vec<Part<'static>> {
    let words = sheet.model.status();
    vec![(words.text, Ink::DIM).into()]
}

/// A sign of life for what takes longer than a moment.
pub(super) fn life(sheet: &Sheet<'_, '_>, busy: &Busy) -> Vec<Part<'static>> {
    let since = sheet.model.now.boot.saturating_sub(busy.since);
    if since < SIGN_OF_LIFE {
        return Vec::new();
    }
    let frame = usize::try_from(since.as_millis() / 250).unwrap_or(0);
    vec![(spinner(frame), Ink::ACCENT).into(), (" ", Ink::DIM).into(), (busy.what, Ink::DIM).into()]
}

/// A notice as a line.
pub(super) fn words(notice: &Notice) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    parts.extend(mark(notice.tone).map(Mark::sign));
    let ink = if notice.tone == Tone::Error { Ink::ERROR } else { Ink::TEXT };
    parts.push((notice.text.as_str(), ink).into());
    if let Some(hint) = &notice.hint {
        parts.push((" ", Ink::DIM).into());
        parts.push((hint.as_str(), Ink::DIM).into());
    }
    parts
}

/// The sign of a tone.
pub(super) fn mark(tone: Tone) -> Option<Mark> {
    match tone {
        Tone::Plain => None,
        Tone::Done => Some(Mark::Done),
        Tone::Warning => Some(Mark::Look),
        Tone::Error => Some(Mark::Wrong),
    }
}

/// Draws the footer: what works here and now, from the one table.
pub(super) fn footer(sheet: &mut Sheet<'_, '_>) {
    let foot = action::footer(sheet.model);
    let names: Vec<(String, &str, ActionId)> = foot
        .left
        .iter()
        .chain(&foot.right)
        .map(|action| (action.key().unwrap_or_default(), action.word, action.id))
        .collect();
    let all: Vec<Key<'_>> = names.iter().map(|(key, word, _)| Key { key, word }).collect();
    let (left, right) = all.split_at(foot.left.len());
    for (place, (_, _, id)) in keys(&mut sheet.canvas, left, right).into_iter().zip(&names) {
        if let Some(place) = place {
            sheet.hit(place, Target::Action(*id));
        }
    }
}

/// Draws the strip of a copy that is on the clipboard, over the last lines of the page.
pub(super) fn clip(sheet: &mut Sheet<'_, '_>, clip: &Clip) {
    let left = seconds(clip.until.saturating_sub(sheet.model.now.boot));
    let held = matches!(clip.state, ClipState::Held { .. });
    let mut what: Vec<Part<'_>> = vec![(clip.subject.as_str(), Ink::TEXT).into()];
    let once = ("once", Ink::STRONG);
    match clip.state {
        ClipState::Asked => what.push((" goes on the clipboard", Ink::TEXT).into()),
        ClipState::Leaving { .. } => what.push((" is being taken back", Ink::TEXT).into()),
        ClipState::Held { way: Way::Once { turn: Turn::Only } } => {
            what.extend([(" can be pasted ", Ink::TEXT).into(), once.into()]);
        }
        ClipState::Held { way: Way::Once { turn: Turn::Id } } => what.push(("  1 of 2", Ink::TEXT).into()),
        ClipState::Held { way: Way::Once { turn: Turn::Secret } } => what.push(("  2 of 2", Ink::TEXT).into()),
        ClipState::Held { way: Way::Timed { .. } } => what.push((" is on the clipboard", Ink::TEXT).into()),
        ClipState::Held { way: Way::Osc52 { .. } } => what.push((" went to the terminal", Ink::TEXT).into()),
    }
    let (ends, ink) = if clip.is_unanswered(sheet.model.now.boot) {
        let words = match clip.state {
            ClipState::Leaving { .. } => "The display doesn't answer. What is on it goes with paykeep at the latest.",
            _ => "The display doesn't answer. esc gives the copy up.",
        };
        (words.to_owned(), Ink::WARNING)
    } else {
        ends(clip, sheet.canvas.width())
    };
    let back = action::action(ActionId::TakeBack).map(|row| (row.key().unwrap_or_default(), row.word));
    let content = Strip {
        environment: clip.environment,
        what,
        left: held.then_some((left, clip.seconds)),
        ends: (ends, ink).into(),
        back: back.as_ref().filter(|_| held).map(|(key, word)| (key.as_str(), *word)),
    };
    let top = sheet.canvas.height() - 2 - strip::LINES;
    sheet.hit(Area::new(0, top, sheet.canvas.width(), strip::LINES), Target::Preview);
    if let Some(place) = copy_strip(&mut sheet.canvas, &content) {
        sheet.hit(place, Target::Action(ActionId::TakeBack));
    }
}

/// The ways in which a copy ends, from how it got there.
fn ends(clip: &Clip, width: i32) -> (String, Ink) {
    let seconds = clip.seconds;
    let text = match clip.way() {
        Some(Way::Once { turn: Turn::Id }) => {
            "1 of 2, the ID can be pasted once; then the secret. Gone on lock and quit.".into()
        }
        Some(Way::Once { turn: Turn::Secret }) => {
            format!("2 of 2, the secret can be pasted once. Emptied after {seconds} s, on lock and quit.")
        }
        Some(Way::Once { turn: Turn::Only }) | None if width < 100 => {
            format!("Emptied by the first paste, after {seconds} s, on lock and on quit.")
        }
        Some(Way::Once { turn: Turn::Only }) | None => {
            format!("The clipboard is emptied by the first paste, after {seconds} s, on lock and on quit.")
        }
        Some(Way::Timed { marked: true }) => {
            format!("It can't be had for one paste here: cleared after {seconds} s, on lock and on quit.")
        }
        Some(Way::Timed { marked: false }) => {
            format!("Cleared after {seconds} s, on lock and on quit. A clipboard history may keep it.")
        }
        Some(Way::Osc52 { in_tmux: true }) => {
            format!(
                "OSC 52 through tmux, only where allow-passthrough is on. Can't be verified; asked to clear after {seconds} s."
            )
        }
        Some(Way::Osc52 { in_tmux: false }) => {
            format!("OSC 52: cannot be verified or cleared. The terminal is asked to, after {seconds} s.")
        }
    };
    let doubtful = matches!(clip.way(), Some(Way::Timed { marked: false } | Way::Osc52 { .. }));
    (text, if doubtful { Ink::WARNING } else { Ink::DIM })
}

/// Whole seconds, rounded up: what is shown never ends before its time.
pub(super) fn seconds(left: Duration) -> u32 {
    u32::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}
