//! The question before a sealed secret is given out again: passphrase and reason.

use super::canvas::{Area, Part};
use super::chrome;
use super::form::typed;
use super::sheet::Sheet;
use super::theme::Ink;
use super::unlock::passphrase;
use super::widgets::dialog::{Dialog, Line, Way, Weight, dialog};
use super::widgets::field::Field;
use super::widgets::sign;
use crate::app::model::Unseal;
use crate::app::msg::Target;
use crate::domain::Environment;

/// Draws it above what recedes.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, of: &Unseal) {
    let roomy = sheet.canvas.height() >= 30;
    let busy = of.busy.is_some();
    let subject = vec![Part::from((of.subject.as_str(), Ink::STRONG))];
    let mut lines = vec![
        Line::Row(subject, vec![sign::filled(of.environment)]),
        Line::Blank,
        Line::Prose(
            ("It was handed over once, and sealed. Give the passphrase, and say why it is needed again.", Ink::TEXT)
                .into(),
        ),
        Line::Blank,
    ];
    let label = |words: &'static str, on: bool| {
        Line::Row(vec![(words, if on { Ink::STRONG } else { Ink::TEXT }).into()], Vec::new())
    };
    lines.push(label("Passphrase", !of.on_reason && !busy));
    lines.push(Line::Field(Field { focus: !of.on_reason && !busy, ..passphrase(&of.passphrase, busy) }));
    if roomy {
        lines.push(Line::Blank);
    }
    lines.push(label("Reason", of.on_reason && !busy));
    let on_reason = of.on_reason && !busy;
    lines.push(Line::Field(Field { focus: on_reason, ..typed(&of.reason, on_reason) }));
    lines.push(Line::Blank);
    lines.push(match (&of.busy, &of.error) {
        (Some(busy), _) => Line::Row(chrome::life(sheet, busy), Vec::new()),
        (None, Some(error)) => Line::Marked(("✗", Ink::ERROR).into(), (error.as_str(), Ink::ERROR).into()),
        (None, None) => Line::Prose(("The audit log keeps the deed and the reason.", Ink::DIM).into()),
    });
    let verb = if of.reveals { "show it" } else { "copy it" };
    let ways = vec![Way { key: "⏎", verb, open: !busy }, Way { key: "esc", verb: "keep it sealed", open: true }];
    let weight = if of.environment == Environment::Live { Weight::Live } else { Weight::Normal };
    let title = if of.reveals { "Show a sealed secret" } else { "Copy a sealed secret" };
    let places = dialog(&mut sheet.canvas, &Dialog { title, weight, lines, top: 0, ways });
    sheet.cover();
    let Area { x, y, w, h } = places.area;
    sheet.hit(Area::new(x, y, w, h), Target::Preview);
    for (n, place) in places.fields.into_iter().enumerate() {
        sheet.hit(place, Target::Field(n));
    }
    for (place, target) in places.ways.into_iter().zip([Target::DialogDeed, Target::DialogOut]) {
        sheet.hit(place, target);
    }
}
