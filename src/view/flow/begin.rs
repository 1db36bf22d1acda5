//! Choosing a flow: the form at the left, what will happen at the right.

use super::paragraph;
use crate::app::form::FieldId;
use crate::app::model::{BeginPage, Inside};
use crate::app::screen::flow::begin::chosen;
use crate::domain::Environment;
use crate::domain::provider::Cutover;
use crate::view::canvas::Area;
use crate::view::chrome;
use crate::view::form;
use crate::view::sheet::Sheet;
use crate::view::theme::Ink;
use crate::view::widgets::sign;
use crate::view::widgets::status::crumbs;

/// Draws it.
pub(in crate::view) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside, page: &BeginPage) {
    chrome::header(sheet);
    let width = sheet.canvas.width();
    let environment: Option<Environment> = page.form.text(&FieldId::Environment).parse().ok();
    let mut end = width - 2;
    if let Some(environment) = environment {
        end = sheet.canvas.right(end, 3, [sign::filled(environment)]) - 2;
    }
    crumbs(&mut sheet.canvas, 3, end - 2, &["Credentials", "Begin a flow"]);
    let (height, top) = (sheet.canvas.height(), if sheet.canvas.height() >= 30 { 6 } else { 5 });
    let indent = form::indent(&page.form).max(16);
    let w = if width >= 110 { 44 } else { (width - 2 - indent).min(62) };
    let area = Area::new(0, top, width, height - 4 - top);
    let used = form::draw(sheet, &page.form, area, indent, w, &[]);
    let fields = Area::new(indent, top, w, used.min(area.h));
    let model = sheet.model;
    if let Some((_, flow, reason)) = chosen(model) {
        let steps: Vec<&str> = match environment.or_else(|| flow.environments.first().copied()) {
            Some(environment) => flow.run(reason, environment).map(|step| step.title.as_str()).collect(),
            None => Vec::new(),
        };
        let old = match flow.cutover {
            Cutover::AtGateway => {
                "The gateway stops the old key when it takes the new one; the step that does it says so."
            }
            Cutover::Overlap => "Old and new work side by side; the old one is stopped at the end.",
        };
        let (x, y, w) = if width >= 110 {
            (fields.right() + 4, fields.y, width - 2 - fields.right() - 4)
        } else {
            (2, fields.bottom() + 1, width - 4)
        };
        let bottom = sheet.canvas.height() - 4;
        if w >= 24 && y < bottom {
            sheet.canvas.put_in(x, y, w, &format!("{} steps", steps.len()), Ink::HEADING);
            let mut at = y + 1;
            if !flow.reasons.is_empty() {
                at = paragraph(sheet, x, at, w, old);
            }
            at += 1;
            let room = usize::try_from(bottom - at).unwrap_or(0);
            // The last line says how many there are no lines for.
            let shown = if steps.len() > room { room.saturating_sub(1) } else { steps.len() };
            for (n, title) in steps.iter().enumerate().take(shown) {
                let number = format!("{:<3}", n + 1);
                sheet.canvas.row_in(x, at, w, [(number.as_str(), Ink::DIM), (title, Ink::TEXT)]);
                at += 1;
            }
            if shown < steps.len() && at < bottom {
                let more = format!("and {} more", steps.len() - shown);
                sheet.canvas.put_in(x, at, w, &more, Ink::DIM);
            }
        }
    }
    let counts = chrome::stated(sheet);
    chrome::status(sheet, &counts, page.busy.as_ref().or(inside.saving.as_ref()));
    chrome::footer(sheet);
}
