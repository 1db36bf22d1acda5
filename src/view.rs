//! Drawing: what the model holds, put on the terminal's cells. Nothing here changes anything.
//!
//! [`view`] draws a frame. [`target`] says what a click hit, by drawing the same frame once more on scratch cells: so nothing
//! has to be remembered between frames, and a stale map can't exist.

mod accounts;
mod add;
mod audit;
mod bench;
pub mod canvas;
mod chrome;
mod credentials;
mod detail;
mod dialog;
mod edit;
mod facts;
mod first_run;
mod flow;
mod form;
mod help;
mod palette;
mod reveal;
mod rotations;
mod settings;
mod sheet;
pub mod small;
pub mod text;
pub mod theme;
pub mod time;
mod token;
mod unlock;
mod unseal;
pub mod widgets;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::model::{Inside, Model, Overlay, Page, Screen};
use crate::app::msg::Target;
use sheet::{Hits, Sheet};
use theme::Theme;

/// Draws a frame. `terminal` is what the terminal can do and how its ground looks; the user's preferences go before it.
pub fn view(model: &Model, terminal: Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    draw(model, terminal, frame.buffer_mut(), area);
}

/// What lies at a cell of a frame of that size.
pub fn target(model: &Model, area: Rect, column: u16, line: u16) -> Option<Target> {
    let mut scratch = Buffer::empty(area);
    draw(model, Theme::default(), &mut scratch, area).at(column, line)
}

fn draw(model: &Model, terminal: Theme, buffer: &mut Buffer, area: Rect) -> Hits {
    let mut sheet = Sheet::new(model, terminal, buffer, area);
    if small::is_too_small(&sheet.canvas) {
        let (key, word) = if model.inside().is_some() { ("q", "lock") } else { ("ctrl-q", "quit") };
        small::draw(&mut sheet.canvas, key, word);
        return sheet.finish();
    }
    match &model.screen {
        Screen::Starting => starting(&mut sheet),
        Screen::FirstRun(first) => first_run::draw(&mut sheet, first),
        Screen::Unlock(unlock) => unlock::draw(&mut sheet, unlock),
        Screen::Inside(inside) => page(&mut sheet, inside),
    }
    if let Some(clip) = &model.clip {
        chrome::clip(&mut sheet, clip);
    }
    match &model.overlay {
        Some(Overlay::Dialog(of)) => dialog::draw(&mut sheet, of),
        Some(Overlay::Palette(of)) => palette::draw(&mut sheet, of),
        Some(Overlay::Help(of)) => help::draw(&mut sheet, of),
        Some(Overlay::Later(of)) => rotations::later(&mut sheet, of),
        Some(Overlay::Unseal(of)) => unseal::draw(&mut sheet, of),
        None => {}
    }
    sheet.finish()
}

fn page(sheet: &mut Sheet<'_, '_>, inside: &Inside) {
    match &inside.page {
        Page::Credentials => credentials::draw(sheet, inside),
        Page::Detail(of) => detail::draw(sheet, inside, of),
        Page::Add(of) => add::draw(sheet, of),
        Page::Edit(of) => edit::draw(sheet, inside, "Edit", of.credential, &of.form, of.busy.as_ref()),
        Page::Rotations => rotations::draw(sheet, inside),
        Page::Accounts => accounts::draw(sheet, inside),
        Page::Audit => audit::draw(sheet, inside),
        Page::Bench => bench::draw(sheet, inside),
        Page::Account(of) => accounts::account(sheet, inside, of),
        Page::Settings => settings::draw(sheet, inside),
        Page::Passphrase(of) => settings::passphrase(sheet, of),
        Page::Flow(of) => flow::draw(sheet, inside, of),
        Page::Begin(of) => flow::begin::draw(sheet, inside, of),
        Page::Place(of) => edit::draw(sheet, inside, "Add a place", of.credential, &of.form, of.busy.as_ref()),
        Page::Token(of) => token::draw(sheet, inside, of),
        Page::Flows(of) => flow::list::draw(sheet, inside, of),
    }
}

/// Before anything is known of the vault: the name, and what went wrong, if something did.
fn starting(sheet: &mut Sheet<'_, '_>) {
    let x = (sheet.canvas.width() - 44) / 2 + 2;
    let y = (sheet.canvas.height() - 14) / 2;
    sheet.canvas.put(x, y, "paykeep", theme::Ink::STRONG);
    chrome::status(sheet, &[], None);
    chrome::footer(sheet);
}
