//! Choosing a flow: the form at the left, what will happen at the right.

use super::paragraph;
use crate::app::form::FieldId;
use crate::app::model::{BeginPage, Inside};
use crate::app::screen::flow::begin::chosen;
use crate::domain::Environment;
use crate::domain::provider::{Act, Cutover, Flow, Step};
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
        let run: Vec<&Step> = match environment.or_else(|| flow.environments.first().copied()) {
            Some(environment) => flow.run(reason, environment).collect(),
            None => Vec::new(),
        };
        let old = what_becomes_of_the_old(flow, &run);
        let steps: Vec<&str> = run.iter().map(|step| step.title.as_str()).collect();
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

/// When the old key stops, by the steps of the run.
fn what_becomes_of_the_old(flow: &Flow, run: &[&Step]) -> &'static str {
    let kill = run.iter().position(|step| step.kills.is_some());
    let live = run.iter().position(|step| step.act == Act::Promote);
    let revokes = |at: usize| run.get(at).is_some_and(|step| step.act != Act::Confirm);
    match (kill, live, flow.cutover) {
        (Some(_), None, _) => "It is stopped for good, and nothing takes its place.",
        (Some(kill), Some(live), _) if kill < live && revokes(kill) => {
            "The old one is stopped first: what uses it fails until the new one is in its place."
        }
        (Some(kill), Some(live), Cutover::AtGateway) if live < kill => {
            "The old one is switched off at the end; nobody says that it works until then."
        }
        (_, _, Cutover::AtGateway) => {
            "The gateway stops the old key when it takes the new one; the step that does it says so."
        }
        (_, _, Cutover::Overlap) => "Old and new work side by side; the old one is stopped at the end.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::domain::provider::Reason;

    #[test]
    fn what_becomes_of_the_old_key_is_said_by_the_steps_and_the_reason() {
        let said = |provider: &str, flow: &str, reason| {
            let flow = Catalog::builtin().get(provider).unwrap().flow(flow).unwrap();
            let run: Vec<&Step> = flow.run(Some(reason), Environment::Live).collect();
            what_becomes_of_the_old(flow, &run).split([',', ';']).next().unwrap()
        };
        let (scheduled, compromised) = (Reason::Scheduled, Reason::Compromised);
        assert_eq!(said("anexpay", "replace", scheduled), "The old one is switched off at the end");
        assert_eq!(
            said("anexpay", "replace", compromised),
            "The old one is stopped first: what uses it fails until the new one is in its place."
        );
        assert_eq!(said("paynet", "rotate", scheduled), "Old and new work side by side");
        assert_eq!(said("paynet", "rotate", compromised), said("anexpay", "replace", compromised));
        assert_eq!(said("paynet", "revoke", scheduled), "It is stopped for good");
        for reason in [scheduled, compromised] {
            assert_eq!(
                said("antom", "replace-own-pair", reason),
                "The gateway stops the old key when it takes the new one"
            );
        }
    }
}
