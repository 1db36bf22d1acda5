//! Trying the clipboard out: an invented value is copied, and pasted as another program would.

use std::sync::mpsc::{Receiver, channel};
use std::thread::sleep;
use std::time::Duration;

use super::super::thread;
use super::{Clipboard, Places, Wanted};
use crate::app::msg::{Answer, Held, Released, Ticket, Way};
use crate::secret::SecretBytes;

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Tried {
    /// It could be pasted once, and no second time.
    Once,
    /// It could be pasted, and was gone after it was taken back.
    Timed,
    /// Something was otherwise than it was told.
    Lies(String),
    /// It could not be copied.
    Failed(String),
}

/// Copies an invented value and pastes it. A display that stops answering is not waited for.
pub fn try_out(places: &Places) -> Tried {
    let (tell, told) = channel();
    let places = places.clone();
    let began = thread::spawn("clipboard test", move || {
        // Nobody waits any more when it took too long.
        let _late = tell.send(copy_and_paste(places));
    });
    let tried = if began.is_ok() { told.recv_timeout(ALTOGETHER).ok() } else { None };
    tried.unwrap_or_else(|| Tried::Failed("the display doesn't answer".into()))
}

fn copy_and_paste(places: Places) -> Tried {
    let (tell, told) = channel();
    let line = move |_, answer| {
        let _over = tell.send(answer);
    };
    // Nothing goes through the terminal: what comes of that can't be seen anyway.
    let mut clipboard = Clipboard::new(places, |_| false, line);
    let secret = Box::new(|| Some(SecretBytes::copied(INVENTED.as_bytes())));
    clipboard.copy(Ticket(1), Wanted { first: None, secret, osc52: false, time: PATIENCE });
    let way = match told.recv_timeout(PATIENCE) {
        Ok(Answer::Copied(Ok(Held { way }))) => way,
        Ok(Answer::Copied(Err(problem))) => return Tried::Failed(problem.message),
        _ => return Tried::Failed("the display doesn't answer".into()),
    };
    // Later than anything that watches, which must not be taken for the paste.
    sleep(WATCHED);
    let pasted = paste();
    let how = if matches!(way, Way::Once { .. }) { released(&told) } else { None };
    let left = if how.is_some() {
        paste()
    } else {
        clipboard.take_back(Ticket(1));
        let _said = released(&told);
        paste()
    };
    match (pasted.as_deref() == Some(INVENTED), left.as_deref() == Some(INVENTED), how) {
        (_, true, _) => Tried::Lies("the value was still there after it should have been gone".into()),
        (true, false, Some(Released::Served { .. })) => Tried::Once,
        (true, false, None) if !matches!(way, Way::Once { .. }) => Tried::Timed,
        (false, false, Some(Released::Served { to, .. })) => {
            let who = to.as_deref().unwrap_or("another program");
            Tried::Lies(format!("{who} read it first: look into its history"))
        }
        (pasted, false, _) => Tried::Lies(if pasted {
            "it was pasted, and the clipboard did not tell".into()
        } else {
            "it could not be pasted".into()
        }),
    }
}

fn released(told: &Receiver<Answer>) -> Option<Released> {
    match told.recv_timeout(PATIENCE) {
        Ok(Answer::Released(how)) => Some(how),
        _ => None,
    }
}

/// What another program would get.
fn paste() -> Option<String> {
    arboard::Clipboard::new().ok()?.get_text().ok()
}

const INVENTED: &str = "invented-by-paykeep-doctor";
const PATIENCE: Duration = Duration::from_secs(8);
const ALTOGETHER: Duration = Duration::from_secs(12);
const WATCHED: Duration = Duration::from_millis(700);
