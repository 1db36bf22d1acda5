//! The line that says what a copy reached: no more than what is known.

use crate::app::model::{Notice, Tone};
use crate::app::msg::{Now, Released, Way};
use crate::app::status::sentence;
use crate::error::Problem;

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
            let who = to.as_deref().unwrap_or("A program");
            line(
                Tone::Warning,
                format!("{who} began to paste it and did not finish. It is no longer on the clipboard."),
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
        Released::Lost => line(Tone::Warning, "The display went away, and what was copied with it.".into()),
        Released::CannotTell => line(Tone::Warning, "Sent by OSC 52: cannot be verified or cleared.".into()),
        Released::Failed(why) => Notice {
            tone: Tone::Warning,
            text: format!("It may still be on the clipboard: {}", sentence_end(why)),
            hint: Some("Copy something else over it, and look at your clipboard manager.".into()),
        },
    }
}

/// The same for the audit log, in few words. `is_over`: its time was over; `seconds`: of how many.
pub fn in_the_log(how: &Released, is_over: bool, seconds: u32) -> String {
    match how {
        Released::Served { to, by_manager: true, .. } => {
            format!("a clipboard manager may have read it: {}", to.as_deref().unwrap_or("unknown"))
        }
        Released::Served { to: Some(to), .. } => format!("pasted once, to {to}"),
        Released::Served { to: None, .. } => "pasted once".into(),
        Released::Unfinished { .. } => "a program began to paste it".into(),
        Released::Cleared if is_over => format!("cleared after {seconds} s"),
        Released::Cleared | Released::TakenBack => "taken back".into(),
        Released::Replaced => "the clipboard held something else by then".into(),
        Released::Lost => "the display went away".into(),
        Released::CannotTell => "sent by OSC 52: what became of it is not known".into(),
        Released::Failed(_) => "it may still be on the clipboard".into(),
    }
}

fn sentence_end(why: &Problem) -> String {
    let whole = sentence(&why.message);
    let mut chars = whole.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}
