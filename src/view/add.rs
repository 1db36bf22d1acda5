//! Storing a credential: the form, and beside it what the value is taken for, why, and what to mind.

use super::canvas::{Area, Canvas, Part};
use super::chrome;
use super::facts;
use super::form;
use super::sheet::Sheet;
use super::text;
use super::theme::Ink;
use super::widgets::field::finding;
use super::widgets::sign;
use super::widgets::status::{Mark, crumbs, prose};
use super::widgets::table::{Column, Table, table};
use crate::app::Candidate;
use crate::app::action::{self, ActionId};
use crate::app::model::{Add, AddStage, Finding, Found, Model, Tone};
use crate::app::msg::Target;
use crate::domain::Kind;
use crate::domain::provider::{CredentialSpec, Strength};

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, add: &Add) {
    chrome::header(sheet);
    let several =
        if add.found.len() > 1 { format!("Add {} of {}", add.at + 1, add.found.len()) } else { "Add".to_owned() };
    let width = sheet.canvas.width();
    crumbs(&mut sheet.canvas, 3, width - 4, &["Credentials", &several]);
    sheet.hit(Area::new(2, 3, 11, 1), Target::Action(ActionId::LeaveAdd));
    match &add.stage {
        AddStage::Looking(busy) => {
            let life = chrome::life(sheet, busy);
            sheet.canvas.row(2, 6, &life);
        }
        AddStage::Table(row) => several_found(sheet, add, *row),
        AddStage::Form => the_form(sheet, add),
    }
    chrome::status(sheet, &chrome::stated(sheet), add.busy.as_ref());
    chrome::footer(sheet);
}

fn the_form(sheet: &mut Sheet<'_, '_>, add: &Add) {
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    let indent = form::indent(&add.form).max(16);
    let mut notes: Vec<Finding> =
        add.notes.iter().map(|note| Finding { tone: Tone::Done, text: note.clone() }).collect();
    if width >= 110 {
        let edge = 70 + (width - 120).max(0) / 2;
        let area = Area::new(0, 6, edge - 4, height - 10);
        sheet.canvas.vrule(edge, 5, height - 9);
        form::draw(sheet, &add.form, area, indent, (edge - 4 - indent).min(62), &notes);
        beside(sheet, add, Area::new(edge + 4, 6, (width - 2 - edge - 4).min(72), height - 10));
    } else {
        notes.extend(in_short(sheet.model, add));
        let air = i32::from(height >= 20);
        let area = Area::new(0, 4 + air, width, height - 8 - air);
        form::draw(sheet, &add.form, area, indent, (width - 2 - indent).min(62), &notes);
    }
}

/// What the right side says, in a line under the value.
fn in_short(model: &Model, add: &Add) -> Option<Finding> {
    // What contradicts stands under the field that it is about.
    if add.contradiction.is_some() {
        return None;
    }
    if !add.undecided().is_empty() {
        return Some(Finding { tone: Tone::Plain, text: undecided(model, add) });
    }
    let candidate = add.best()?;
    let why = in_few(&candidate.reasons);
    let strength = first_upper(&strength(candidate, add.candidates.len()).0);
    let what = name(model, candidate);
    let text = match (candidate.strength, why.is_empty()) {
        (Strength::Certain, false) => format!("{strength}: {}", why.join("; ")),
        (_, false) => format!("{strength}: {what}, for {}", why.join("; ")),
        (_, true) => format!("{strength}: {what}"),
    };
    // A reason may be a question.
    let end = if text.ends_with('?') { "" } else { "." };
    Some(Finding { tone: Tone::Done, text: text + end })
}

fn beside(sheet: &mut Sheet<'_, '_>, add: &Add, area: Area) {
    let Area { x, y, w, .. } = area;
    let model = sheet.model;
    let candidate = add.candidate.and_then(|at| add.candidates.get(at));
    sheet.canvas.put(x, y, "What this is", Ink::HEADING);
    let hits = sheet.canvas.within(area, |canvas| {
        let mut at = y + 2;
        match candidate {
            Some(candidate) => {
                at = chosen(canvas, model, add, candidate, x, at, w);
            }
            None if add.candidates.is_empty() && has_value(add) => {
                at = prose(canvas, x, at, w, UNKNOWN, Ink::TEXT) + 1;
            }
            None if add.candidates.is_empty() => at = prose(canvas, x, at, w, NOTHING_YET, Ink::DIM) + 1,
            None if !add.undecided().is_empty() => {
                at = prose(canvas, x, at, w, &undecided(model, add), Ink::TEXT) + 1;
            }
            None => {}
        }
        at = others(canvas, model, add, x, at, w);
        if let Some(words) = &add.contradiction {
            at = contradiction(canvas, words, add.overruled, x, at, w);
        }
        let key = action::action(ActionId::ClearClipboard).and_then(action::Action::key).filter(|_| add.was_pasted);
        // Advice stands whole or not at all, and never takes the place of what can be done.
        let end = area.bottom() - if key.is_some() { CLIPBOARD } else { 0 };
        let spec = spec(model, add, candidate);
        for advice in spec.iter().flat_map(|spec| &spec.advice) {
            let lines = i32::try_from(text::wrap(&advice.text, w).len()).unwrap_or(i32::MAX);
            if at.saturating_add(3).saturating_add(lines) > end {
                break;
            }
            canvas.rule(x, at, w);
            canvas.put_in(x, at + 2, w, &advice.title, Ink::WARNING.bold());
            at = prose(canvas, x, at + 3, w, &advice.text, Ink::TEXT) + 1;
        }
        let key = key?;
        canvas.rule(x, at, w);
        canvas.put(x, at + 2, "Where it was", Ink::HEADING);
        canvas.put_in(x, at + 3, w, "The clipboard still holds this key.", Ink::TEXT);
        let end = canvas.row(x, at + 4, [(key.as_str(), Ink::KEY), (" clear the clipboard", Ink::DIM)]);
        Some(Area::new(x, at + 4, end - x, 1))
    });
    if let Some(place) = hits {
        sheet.hit(place, Target::Action(ActionId::ClearClipboard));
    }
}

fn has_value(add: &Add) -> bool {
    add.form.fields.iter().filter_map(|field| field.value()).any(|value| !value.is_empty())
}

fn chosen(canvas: &mut Canvas<'_>, model: &Model, add: &Add, candidate: &Candidate, x: i32, y: i32, w: i32) -> i32 {
    canvas.row_in(x, y, w, [("▸ ", Ink::KEY), (name(model, candidate).as_str(), Ink::STRONG)]);
    let (word, ink) = strength(candidate, add.candidates.len());
    let mut parts: Vec<Part<'_>> = Vec::new();
    if let Some(environment) = candidate.environment {
        parts.extend([sign::badge(environment), ("   ", Ink::TEXT).into()]);
    }
    parts.push((word, ink).into());
    canvas.row_in(x + 2, y + 1, w - 2, &parts);
    if candidate.reasons.is_empty() {
        return y + 3;
    }
    canvas.put(x + 2, y + 3, "because", Ink::DIM);
    candidate.reasons.iter().fold(y + 4, |at, reason| prose(canvas, x + 2, at, w - 2, reason, Ink::TEXT)) + 1
}

/// The other candidates, best first.
fn others(canvas: &mut Canvas<'_>, model: &Model, add: &Add, x: i32, y: i32, w: i32) -> i32 {
    let rest: Vec<&Candidate> =
        add.candidates.iter().enumerate().filter(|(at, _)| Some(*at) != add.candidate).map(|(_, one)| one).collect();
    if rest.is_empty() {
        return y;
    }
    let key = action::action(ActionId::NextCandidate).and_then(action::Action::key).unwrap_or_default();
    let mut at = y;
    let or = if add.undecided().is_empty() { "or   " } else { "" };
    canvas.row_in(x + 2, at, w - 2, [(or, Ink::DIM), (key.as_str(), Ink::KEY), (" goes through them", Ink::DIM)]);
    at += 1;
    let seen = rest.len().min(4);
    for candidate in rest.iter().take(seen) {
        let environment = candidate.environment.map(sign::badge);
        let end = canvas.right(x + w, at, environment.iter()) - 1;
        // Of one credential it is the field that differs.
        let same = |best: &Candidate| best.provider == candidate.provider && best.credential == candidate.credential;
        let field = candidate.fields.first().filter(|_| add.best().is_some_and(same));
        let label =
            field.and_then(|(name, _)| Some(spec(model, add, Some(candidate))?.field(name.as_str())?.label.clone()));
        canvas.put_in(x + 2, at, end - x - 2, &label.unwrap_or_else(|| name(model, candidate)), Ink::TEXT);
        at += 1;
    }
    if rest.len() > seen {
        canvas.put(x + 2, at, &format!("and {} more", rest.len() - seen), Ink::DIM);
        at += 1;
    }
    at + 1
}

fn contradiction(canvas: &mut Canvas<'_>, words: &str, overruled: bool, x: i32, y: i32, w: i32) -> i32 {
    let mut lines: Vec<Part<'_>> = vec![(words, if overruled { Ink::WARNING } else { Ink::ERROR }).into()];
    if overruled {
        lines.push(("You overruled this.", Ink::DIM).into());
    }
    let mark = if overruled { Mark::Look } else { Mark::Wrong };
    let at = finding(canvas, x, y, w, mark, &lines);
    let key = action::action(ActionId::Overrule).and_then(action::Action::key);
    if let (Some(key), false) = (key, overruled) {
        canvas.row_in(x + 2, at, w - 2, [(key.as_str(), Ink::KEY), (" overrule it, if you know better", Ink::DIM)]);
        return at + 2;
    }
    at + 1
}

/// The first reason, of the shape, and the last two: those of what stands around it, which made it likely, or speak against it.
fn in_few(reasons: &[String]) -> Vec<&str> {
    let last = reasons.len().saturating_sub(2).max(1);
    let few = reasons.iter().enumerate().filter(|(at, _)| *at == 0 || *at >= last);
    few.map(|(_, reason)| reason.as_str()).collect()
}

/// «It may be of Antom or PayNet, for such a key says nothing of provider or environment.»: only what each of them says.
fn undecided(model: &Model, add: &Add) -> String {
    let equals = add.undecided();
    let mut names: Vec<String> =
        equals.iter().filter_map(|one| Some(facts::provider_name(model, one.provider.as_deref()?))).collect();
    names.dedup();
    let last = names.pop().unwrap_or_default();
    let names = if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) };
    let reasons = equals.first().map(|one| one.reasons.as_slice()).unwrap_or_default();
    let shared: Vec<&str> = reasons
        .iter()
        .filter(|reason| equals.iter().all(|one| one.reasons.contains(reason)))
        .map(String::as_str)
        .collect();
    let why = if shared.is_empty() { String::new() } else { format!(", for {}", shared.join("; ")) };
    format!("It may be of {names}{why}. Choose the provider.")
}

/// What the catalogue says of what the form is about.
fn spec<'a>(model: &'a Model, add: &Add, candidate: Option<&Candidate>) -> Option<&'a CredentialSpec> {
    use crate::app::form::FieldId;
    let chosen = add.form.text(&FieldId::Provider);
    let provider = if chosen.is_empty() { candidate?.provider.as_deref()? } else { chosen };
    let provider = model.catalog.get(provider)?;
    let kind = add.form.text(&FieldId::Kind);
    provider.credential(kind).or_else(|| provider.credential(candidate?.credential.as_deref()?))
}

/// «Ansa merchant secret key», «Antom public key».
fn name(model: &Model, candidate: &Candidate) -> String {
    let kind = candidate.kind.map_or("account's field", Kind::as_str);
    let Some(provider) = candidate.provider.as_deref() else { return kind.to_owned() };
    let spec = candidate.credential.as_deref().and_then(|id| model.catalog.get(provider)?.credential(id));
    let kind = spec.map_or(kind, |spec| &*spec.title);
    let provider = facts::provider_name(model, provider);
    // A title may say whose it is by itself.
    if kind.starts_with(&provider) { kind.to_owned() } else { format!("{provider} {kind}") }
}

fn strength(candidate: &Candidate, of: usize) -> (String, Ink) {
    match candidate.strength {
        Strength::Certain => ("certain".into(), Ink::SUCCESS),
        Strength::Likely => ("likely".into(), Ink::TEXT),
        Strength::Possible if of > 1 => (format!("one of {of}"), Ink::WARNING),
        Strength::Possible => ("possible".into(), Ink::WARNING),
    }
}

fn first_upper(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A paste of several: one row each, space leaves out.
fn several_found(sheet: &mut Sheet<'_, '_>, add: &Add, chosen: usize) {
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    let area = Area::new(2, 5, width - 4, height - 9);
    let room = width - 4;
    let what = (room - 4 - 22 - 9 - 10 - 8).clamp(12, 60);
    let column = |title, width| Column { title, width, right: false };
    let columns = [column("", 2), column("Found", 22), column("What it is", what), column("Env", 9), column("", 10)];
    let lines = usize::try_from(area.h - super::widgets::table::title_lines(height)).unwrap_or(0);
    let first = (chosen + 1).saturating_sub(lines);
    let list = Table { area, columns: &columns, total: add.found.len(), first, chosen, focus: true };
    let model = sheet.model;
    let rows = table(&mut sheet.canvas, &list, |n, column| {
        add.found.get(n).map_or_else(Vec::new, |found| cell(model, found, column, n == chosen))
    });
    for (n, y) in (rows.first..rows.first + rows.count).zip(rows.area.y..) {
        sheet.hit(Area::new(rows.area.x, y, rows.area.w, 1), Target::Row(n));
    }
}

fn cell<'a>(model: &Model, found: &'a Found, column: usize, on: bool) -> Vec<Part<'a>> {
    let best = found.candidates.first();
    let ink = match (found.left_out || found.done, on) {
        (true, _) => Ink::DIM,
        (false, true) => Ink::STRONG,
        (false, false) => Ink::TEXT,
    };
    match column {
        0 if found.done => vec![("✓", Ink::SUCCESS).into()],
        0 if found.left_out => vec![("–", Ink::DIM).into()],
        0 => vec![("▸", Ink::ACCENT).into()],
        1 if found.title.is_empty() => vec![(found.prefix.as_str(), ink).into(), sign::mask()],
        1 => vec![(found.title.as_str(), ink).into()],
        2 => match best {
            Some(best) if found.leading(&model.catalog).is_none() => {
                vec![(best.kind.map_or("account's field", Kind::as_str), ink).into()]
            }
            Some(best) => vec![(name(model, best), ink).into()],
            None => vec![(format!("unknown, {} characters", found.count), ink).into()],
        },
        3 => best.and_then(|best| best.environment).map(sign::badge).into_iter().collect(),
        _ if found.done => vec![("stored", Ink::DIM).into()],
        _ if found.left_out => vec![("left out", Ink::DIM).into()],
        _ => best.map(|best| strength(best, found.candidates.len())).map(Part::from).into_iter().collect(),
    }
}

/// The lines of the part about the clipboard.
const CLIPBOARD: i32 = 5;
const UNKNOWN: &str = "No provider claims this shape. Choose one, or keep it as it is.";
const NOTHING_YET: &str = "Paste or type the value: paykeep says what it is, and why.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_reasons_has_what_made_it_likely() {
        let reasons =
            ["it is a key", "such a key says nothing", "it is named X", "an ID is beside it", "that says sandbox"];
        let reasons = reasons.map(str::to_owned);
        assert_eq!(in_few(&reasons), ["it is a key", "an ID is beside it", "that says sandbox"]);
        assert_eq!(in_few(&reasons[..2]), ["it is a key", "such a key says nothing"]);
        assert_eq!(in_few(&reasons[..1]), ["it is a key"]);
    }
}
