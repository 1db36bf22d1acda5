//! The line that says what a copy reached: no more than what is known.

use crate::app::model::{Notice, Tone};
use crate::app::msg::{Now, Released, Turn, Way};
use crate::app::status::sentence;
use crate::domain::provider::KeyForm;
use crate::error::{Problem, clause};

/// What became of a copy. Known of it, unless the vault was locked meanwhile: how it got to the clipboard, whether its time is over,
/// and of how many seconds that was.
pub fn notice(how: &Released, known: Option<(Option<Way>, bool, u32)>, now: &Now) -> Notice {
    let once = matches!(known, Some((Some(Way::Once { .. }), ..)));
    let line = |tone, text: String| Notice { tone, text, hint: None };
    let taken_back = || line(Tone::Plain, "○ Taken back.".into());
    match how {
        Released::Served { to, by_manager: true, .. } => Notice {
            tone: Tone::Warning,
            text: match to {
                Some(name) => format!("A clipboard manager read it first: {name}."),
                None => "A clipboard manager may have read it first: something did, at once.".into(),
            },
            hint: Some("It is no longer on the clipboard; look into that program's history.".into()),
        },
        Released::Served { to, by_manager: false, is_empty } => {
            let at = now.wall.to_zoned(now.zone.clone()).strftime("%H:%M:%S");
            let to = to.as_deref().map_or_else(String::new, |name| format!(", to {name}"));
            let then = if *is_empty { "The clipboard is empty again." } else { "Something else is on it by now." };
            line(Tone::Done, format!("Served once at {at}{to}. {then}"))
        }
        Released::Unfinished { to } => {
            let who = to.as_deref().map_or_else(String::new, |name| format!(": {name}"));
            line(
                Tone::Warning,
                format!("A program began to paste it and did not finish{who}. It is no longer on the clipboard."),
            )
        }
        Released::Cleared => match known {
            Some((_, true, seconds)) if once => {
                line(Tone::Done, format!("Cleared after {seconds} s, nobody pasted it."))
            }
            Some((_, true, seconds)) => line(Tone::Done, format!("Cleared after {seconds} s.")),
            Some((_, false, _)) => taken_back(),
            None => line(Tone::Done, "The clipboard was cleared.".into()),
        },
        Released::TakenBack => taken_back(),
        Released::Replaced if once => {
            line(Tone::Plain, "○ Something else was copied before it was pasted, and was left alone.".into())
        }
        Released::Replaced => line(Tone::Done, "The clipboard no longer held it, and was left alone.".into()),
        Released::OnlyId => {
            let text =
                "○ The ID was pasted, then something else was copied, and was left alone. The secret was not offered.";
            line(Tone::Plain, text.into())
        }
        Released::Lost => line(Tone::Warning, "The display went away, and what was copied with it.".into()),
        Released::CannotTell => line(Tone::Warning, "Sent by OSC 52: cannot be verified or cleared.".into()),
        Released::Failed(why) => Notice {
            tone: Tone::Warning,
            text: format!("It may still be on the clipboard: {}", sentence_end(why)),
            hint: Some("Copy something else over it, and look at your clipboard manager.".into()),
        },
    }
}

/// What is said while it can still be pasted, when something asked for it the moment it was offered.
pub fn watched(who: Option<&str>) -> Notice {
    let who = who.unwrap_or(SOMETHING);
    let text = format!("The clipboard is watched: {who} asked at once and got nothing. It can still be pasted.");
    Notice { tone: Tone::Warning, text, hint: None }
}

/// What the audit log says when a copy has its place, in few words. `form`: the one that a key was copied in.
pub fn begun(way: Way, form: Option<KeyForm>, seconds: u32) -> String {
    let words = match way {
        Way::Once { turn: Turn::Only } => format!("offered for one paste, for {seconds} s"),
        Way::Once { turn: Turn::Id } => "offered for one paste: the ID, then the secret".into(),
        Way::Once { turn: Turn::Secret } => "the ID was pasted; the secret is offered for one paste".into(),
        Way::Timed { .. } => format!("on the clipboard for {seconds} s"),
        Way::Osc52 { .. } => "sent by OSC 52".into(),
    };
    form.map_or_else(|| words.clone(), |form| format!("as {}, {words}", form.as_str()))
}

/// What the audit log says of a copy that is given up by a lock, when what comes of that can no longer be written down.
pub fn at_lock(way: Option<Way>) -> &'static str {
    match way {
        None => "asked for; the vault was locked before the display answered",
        Some(Way::Once { .. }) => "given up when the vault was locked",
        Some(Way::Timed { .. }) => "to be cleared, since the vault was locked",
        Some(Way::Osc52 { .. }) => "the vault was locked; whether the terminal cleared it is not known",
    }
}

/// How a copy ended, for the audit log. `watched`: what had asked for it at once.
pub fn ended(how: &Released, is_over: bool, seconds: u32, watched: Option<&str>) -> String {
    let words = in_the_log(how, is_over, seconds);
    watched.map_or_else(|| words.clone(), |who| format!("{words}; {who} had asked at once and got nothing"))
}

/// `is_over`: its time was over; `seconds`: of how many.
fn in_the_log(how: &Released, is_over: bool, seconds: u32) -> String {
    match how {
        Released::Served { to, by_manager: true, .. } => {
            format!("a clipboard manager may have read it: {}", to.as_deref().unwrap_or("unknown"))
        }
        Released::Served { to: Some(to), .. } => format!("pasted once, to {to}"),
        Released::Served { to: None, .. } => "pasted once".into(),
        Released::Unfinished { to: Some(to) } => format!("{to} began to paste it and did not finish"),
        Released::Unfinished { to: None } => "a program began to paste it and did not finish".into(),
        Released::Cleared if is_over => format!("cleared after {seconds} s"),
        Released::Cleared | Released::TakenBack => "taken back".into(),
        Released::Replaced => "the clipboard held something else by then".into(),
        Released::OnlyId => "the ID was pasted; something else was copied before the secret was offered".into(),
        Released::Lost => "the display went away".into(),
        Released::CannotTell => "sent by OSC 52: what became of it is not known".into(),
        Released::Failed(_) => "it may still be on the clipboard".into(),
    }
}

/// A program whose name isn't known.
pub const SOMETHING: &str = "something";

fn sentence_end(why: &Problem) -> String {
    clause(&sentence(&why.message))
}
