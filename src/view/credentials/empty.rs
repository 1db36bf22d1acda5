//! The list of an empty vault: what this place is for, and the ways to fill it.

use crate::app::action::{self, ActionId};
use crate::app::model::Inside;
use crate::app::msg::Target;
use crate::view::canvas::Area;
use crate::view::chrome;
use crate::view::sheet::Sheet;
use crate::view::theme::Ink;
use crate::view::time;
use crate::view::widgets::sign::joined;
use crate::view::widgets::status::prose;

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside) {
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    let w = 60.min(width - 4);
    let x = if width >= 100 { (width - 52) / 2 } else { (width - w) / 2 };
    let mut y = if height >= 30 { 9 } else { 4 };
    sheet.canvas.put(x, y, "Nothing here yet", Ink::STRONG);
    y = prose(&mut sheet.canvas, x, y + 1, w, INTRO, Ink::DIM) + 2;
    let ways: [(String, &str, &str, Option<ActionId>); 4] = [
        ("paste".into(), "a key, a PEM, an .env line or a curl call", "ctrl-shift-v or your terminal's own", None),
        (key(ActionId::Add), "add one by hand", "when it is on paper, or you want to type", Some(ActionId::Add)),
        (
            key(ActionId::NewFlow),
            "get one from its gateway, step by step",
            "paykeep leads through the page, and keeps what it gives",
            Some(ActionId::NewFlow),
        ),
        (
            key(ActionId::Accounts),
            "accounts",
            "what the merchant has: client ID, merchant ID, region",
            Some(ActionId::Accounts),
        ),
    ];
    for (key, what, why, action) in ways {
        sheet.canvas.put(x, y, &key, Ink::KEY);
        sheet.canvas.put_in(x + 9, y, w - 9, what, Ink::TEXT);
        sheet.canvas.put_in(x + 9, y + 1, width - 2 - x - 9, why, Ink::DIM);
        if let Some(action) = action {
            sheet.hit(Area::new(x, y, w, 2), Target::Action(action));
        }
        y += if height >= 30 { 3 } else { 2 };
    }
    if !sheet.model.demo {
        let parts = [
            ("Just looking?", Ink::DIM),
            ("  paykeep --demo", Ink::TEXT),
            ("  has a vault full of invented keys.", Ink::DIM),
        ];
        sheet.canvas.row_in(x, y + 1, width - 2 - x, parts);
    }
    let now = &sheet.model.now;
    let made = time::moment(inside.unlocked.document.vault.created_at, now.wall, &now.zone);
    let made = if let Some(time) = made.strip_prefix("today ") { format!("at {time}") } else { format!("on {made}") };
    let counts = joined([("0 credentials", Ink::DIM).into(), (format!("the vault was made {made}"), Ink::DIM).into()]);
    chrome::status(sheet, &counts, inside.saving.as_ref());
}

fn key(id: ActionId) -> String {
    action::action(id).and_then(action::Action::key).unwrap_or_default()
}

const INTRO: &str =
    "Paste a key anywhere on this screen. paykeep says what it is and where it belongs before anything is stored.";
