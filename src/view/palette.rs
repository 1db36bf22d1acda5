//! Every action, as the model found them.

use super::canvas::Part;
use super::sheet::Sheet;
use super::text;
use super::theme::Ink;
use super::widgets::palette::{Line, Palette as Box, palette};
use super::widgets::sign;
use crate::app::action;
use crate::app::model::Palette;
use crate::app::msg::Target;

/// Draws it above what recedes.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, from: &Palette) {
    let keys: Vec<String> = from
        .rows
        .iter()
        .map(|row| action::action(row.action).and_then(action::Action::key).unwrap_or_default())
        .collect();
    let mut lines = Vec::new();
    let mut about = None;
    for (row, key) in from.rows.iter().zip(&keys) {
        if about != Some(row.about_chosen) {
            if about.is_some() {
                lines.push(Line::Blank);
            }
            about = Some(row.about_chosen);
            lines.push(Line::Title(title(from, row.about_chosen)));
        }
        lines.push(Line::Action {
            label: action::action(row.action).map_or("", |action| action.name),
            matched: row.letters.clone(),
            key,
            why: row.disabled.as_deref(),
        });
    }
    if from.rows.is_empty() {
        lines.push(Line::Title(vec![("Nothing matches.", Ink::DIM).into()]));
    }
    let before = from.input.text().get(..from.input.cursor()).unwrap_or_default();
    let content = Box {
        query: from.input.text(),
        cursor: text::width(before),
        count: format!("{} of {} actions", from.rows.len(), from.total),
        lines,
        chosen: from.list.row,
    };
    let (area, places) = palette(&mut sheet.canvas, &content);
    sheet.cover();
    sheet.hit(area, Target::Field(0));
    for (n, place) in places {
        sheet.hit(place, Target::PaletteRow(n));
    }
}

fn title(from: &Palette, about_chosen: bool) -> Vec<Part<'_>> {
    match &from.subject {
        Some((reference, environment)) if about_chosen => {
            vec![sign::badge(*environment), ("  ", Ink::DIM).into(), (reference.as_str(), Ink::DIM).into()]
        }
        _ if about_chosen => vec![("This credential", Ink::DIM).into()],
        _ => vec![("Everywhere", Ink::DIM).into()],
    }
}
