//! The keys that work on the screen below, from the one table, with the signs and the mouse.

use super::canvas::Part;
use super::sheet::Sheet;
use super::theme::Ink;
use super::widgets::help::{Group, Line, help};
use super::widgets::sign;
use crate::app::action;
use crate::app::model::Help;
use crate::app::msg::Target;
use crate::domain::Environment::{Live, Sandbox};

/// Draws it above what recedes.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, from: &Help) {
    let found = action::help(sheet.model, from.filter.text());
    let mut groups: Vec<Group<'_>> = found
        .iter()
        .map(|group| Group {
            title: group.group.name(),
            lines: group.lines.iter().map(|(keys, words)| Line::Key(keys, words)).collect(),
        })
        .collect();
    if from.filter.is_empty() {
        if !sheet.model.preferences.mouse_off {
            groups.push(mouse());
        }
        groups.push(signs());
    }
    let typed = from.filter.text();
    let mut keys: Vec<Part<'_>> = vec![("/", Ink::KEY).into()];
    if from.filtering || !from.filter.is_empty() {
        keys.extend([(" ", Ink::TEXT).into(), (typed, Ink::TYPED).into()]);
        if from.filtering {
            keys.push((" ", Ink::CURSOR).into());
        }
    } else {
        keys.push((" find a key", Ink::DIM).into());
    }
    keys.extend([("   ", Ink::DIM).into(), ("esc", Ink::KEY).into(), (" close", Ink::DIM).into()]);
    let (area, _) = help(&mut sheet.canvas, "Keys of this screen", &groups, &keys, from.top);
    sheet.cover();
    sheet.hit(area, Target::Field(0));
}

fn signs() -> Group<'static> {
    let lines = vec![
        Line::Text(vec![sign::badge(Live), ("   moves real money", Ink::TEXT).into()]),
        Line::Text(vec![sign::badge(Sandbox), ("  for trying", Ink::TEXT).into()]),
        Line::Text(vec![
            ("◌", Ink::ACCENT).into(),
            (" waiting   ", Ink::TEXT).into(),
            ("◆", Ink::ERROR).into(),
            (" late   ", Ink::TEXT).into(),
            ("▲", Ink::WARNING).into(),
            (" look here", Ink::TEXT).into(),
        ]),
    ];
    Group { title: "Signs", lines }
}

fn mouse() -> Group<'static> {
    let lines = [
        "Click chooses, a second click opens.",
        "The wheel scrolls what is under it.",
        "Every word in the last line is a button.",
        "Shift and drag selects text as usual.",
    ];
    Group { title: "Mouse", lines: lines.into_iter().map(|line| Line::Text(vec![(line, Ink::TEXT).into()])).collect() }
}
