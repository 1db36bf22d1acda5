//! One credential: its values, its versions, its rule, and the places that use it.

mod overlap;

use super::canvas::{Area, Part};
use super::chrome;
use super::credentials::urgency;
use super::facts;
use super::reveal;
use super::sheet::Sheet;
use super::text;
use super::theme::{Ground, Ink};
use super::time;
use super::widgets::bar;
use super::widgets::sign::{self, joined};
use super::widgets::status::{crumbs, thumb};
use crate::app::action::{self, ActionId};
use crate::app::model::{Detail, Inside, Item};
use crate::app::msg::Target;
use crate::domain::due::is_short_lived;
use crate::domain::provider::CredentialSpec;
use crate::domain::{Account, Credential, Environment, Life, State, Version};

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside, detail: &Detail) {
    chrome::header(sheet);
    let document = &inside.unlocked.document;
    let credential = document.credential(detail.credential);
    let account = credential.and_then(|credential| document.account(credential.account));
    if let (Some(credential), Some(account)) = (credential, account) {
        let about = About {
            inside,
            detail,
            credential,
            account,
            provider: facts::provider_name(sheet.model, account.provider.as_str()),
            spec: facts::spec(sheet.model, inside, credential),
            version: credential.versions.iter().find(|version| Some(version.id) == detail.version),
        };
        title(sheet, &about);
        let width = sheet.canvas.width();
        let content = Area { y: 6, h: sheet.canvas.height() - 10, ..chrome::content(sheet) };
        if width >= 110 {
            let edge = width - 46;
            let left = rows(sheet, &about, edge - 4);
            column(sheet, &left, Area::new(0, content.y, edge - 2, content.h), detail);
            sheet.canvas.vrule(edge, content.y, content.h);
            let right = places(sheet, &about, edge + 4, width - 2);
            column(sheet, &right, Area::new(edge + 2, content.y, 44, content.h), detail);
        } else {
            let mut all = rows(sheet, &about, width - 2);
            all.push(Row::default());
            all.extend(places(sheet, &about, 2, width - 2));
            column(sheet, &all, Area::new(0, content.y, width, content.h + 1), detail);
        }
    }
    chrome::status(sheet, &[], inside.saving.as_ref());
    chrome::footer(sheet);
}

/// What the page is about.
struct About<'a> {
    inside: &'a Inside,
    detail: &'a Detail,
    credential: &'a Credential,
    account: &'a Account,
    provider: String,
    spec: Option<&'a CredentialSpec>,
    version: Option<&'a Version>,
}

/// A line of a column: pieces from some columns on, and pieces that end at the column's end.
#[derive(Default)]
struct Row<'a> {
    cells: Vec<(i32, Vec<Part<'a>>)>,
    right: (i32, Vec<Part<'a>>),
    item: Option<usize>,
    shown_secret: bool,
}

impl<'a> Row<'a> {
    fn of(cells: Vec<(i32, Vec<Part<'a>>)>, end: i32, right: Vec<Part<'a>>) -> Self {
        Self { cells, right: (end, right), ..Self::default() }
    }

    fn item(self, n: usize) -> Self {
        Self { item: Some(n), ..self }
    }
}

fn title(sheet: &mut Sheet<'_, '_>, about: &About<'_>) {
    let (width, account) = (sheet.canvas.width(), about.account);
    let badge = sheet.canvas.right(width - 2, 3, [sign::filled(account.environment)]);
    let bin = if about.credential.binned_at.is_some() { "Bin" } else { "Credentials" };
    let names = [bin, &about.provider, account.slug.as_str(), about.credential.name.as_str()];
    crumbs(&mut sheet.canvas, 3, badge - 4, &names);
    sheet.hit(Area::new(2, 3, text::width(bin), 1), Target::Action(ActionId::Back));
    let kind = about.spec.map_or_else(|| about.credential.kind.to_string(), |spec| spec.title.clone());
    let label = &about.credential.label;
    let words = [about.provider.as_str(), &kind, label];
    let line: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    sheet.canvas.put_in(2, 4, width - 4, &line.join(" · "), Ink::DIM);
}

/// The rows about the credential itself; they end before column `end`.
fn rows<'a>(sheet: &Sheet<'_, '_>, about: &About<'a>, end: i32) -> Vec<Row<'a>> {
    let labels = about.detail.items.iter().filter_map(|item| match item {
        Item::Field(name) => Some(facts::label(name, about.spec)),
        _ => None,
    });
    let longest = labels.map(|label| text::width(&label)).chain([FINGERPRINT]).max().unwrap_or(FINGERPRINT);
    let indent = 2 + longest.min(20) + 3;
    let mut rows = values(sheet, about, indent, end);
    rows.push(Row::default());
    rows.extend(versions(sheet, about, end));
    rows.extend(overlap::rows(sheet, about, indent, end));
    rows.extend(flow(about, indent, end));
    rows.extend(rotation(sheet, about, indent, end));
    rows.extend(notes(about, indent, end));
    rows
}

fn values<'a>(sheet: &Sheet<'_, '_>, about: &About<'a>, indent: i32, end: i32) -> Vec<Row<'a>> {
    let key = |id: ActionId, word: &'static str| -> Vec<Part<'a>> {
        let key = action::action(id).and_then(action::Action::key).unwrap_or_default();
        vec![(key, Ink::KEY).into(), (word, Ink::DIM).into()]
    };
    let focused = |n: usize| n == about.detail.chosen;
    let in_versions = matches!(about.detail.items.get(about.detail.chosen), Some(Item::Version(_)));
    let which = match about.version {
        Some(version) if about.credential.version(None).map(|v| v.id) != Some(version.id) => {
            format!("Values of v{}", version.n)
        }
        _ => "Values".to_owned(),
    };
    let mut rows = vec![Row::of(vec![(2, vec![(which, heading(!in_versions)).into()])], end, Vec::new())];
    for (n, item) in about.detail.items.iter().enumerate() {
        match item {
            Item::Field(name) => {
                let Some(field) = about.version.and_then(|version| version.fields.get(name)) else { continue };
                let label = (2, vec![(facts::label(name, about.spec), Ink::TEXT).into()]);
                if let Some(shown) = facts::shown(about.inside, about.credential, field) {
                    rows.extend(secret(sheet, shown, label, n, indent, end));
                    continue;
                }
                // What no longer works is not offered.
                let offered = action::action(ActionId::Copy).is_some_and(|copy| (copy.disabled)(sheet.model).is_none());
                let keys = match (focused(n) && offered, field.is_secret()) {
                    (true, true) => [key(ActionId::Copy, " copy   "), key(ActionId::Reveal, " reveal")].concat(),
                    (true, false) => key(ActionId::Copy, " copy"),
                    (false, _) => Vec::new(),
                };
                let sealed = about.version.is_some_and(|version| version.sealed_at.is_some()) && field.is_secret();
                let mut value = facts::value(field);
                if sealed {
                    value.push(("  sealed", Ink::DIM).into());
                }
                rows.push(Row::of(vec![label, (indent, value)], end, keys).item(n));
            }
            Item::Reference => {
                let fingerprint = about.version.and_then(|version| version.fingerprint(about.credential.kind));
                if let Some(fingerprint) = fingerprint {
                    let label = (2, vec![("fingerprint", Ink::TEXT).into()]);
                    rows.push(Row::of(
                        vec![label, (indent, vec![(facts::grouped(fingerprint), Ink::TEXT).into()])],
                        end,
                        Vec::new(),
                    ));
                }
                let reference = about.inside.unlocked.document.reference(about.credential).map(|r| r.to_string());
                let reference = (reference.unwrap_or_default(), Ink::TEXT).into();
                let label = (2, vec![("reference", Ink::TEXT).into()]);
                rows.push(
                    Row::of(vec![label, (indent, vec![reference])], end, key(ActionId::CopyReference, " copy")).item(n),
                );
            }
            Item::Version(_) | Item::Place(_) => {}
        }
    }
    if let Some(sent) = about.spec.and_then(|spec| spec.sent_as.as_ref()) {
        let label = (2, vec![("sent as", Ink::TEXT).into()]);
        rows.push(Row::of(vec![label, (indent, vec![(sent.value.as_str(), Ink::TEXT).into()])], end, Vec::new()));
    }
    rows
}

/// A secret that is shown: in its row where it fits, else below it over the whole column.
fn secret<'a>(
    sheet: &Sheet<'_, '_>,
    shown: &'a crate::app::model::Revealed,
    label: (i32, Vec<Part<'a>>),
    item: usize,
    indent: i32,
    end: i32,
) -> Vec<Row<'a>> {
    let hides = reveal::hides(shown.until, sheet.model.now.boot);
    let room = end - indent - text::width(&hides.text) - 2;
    let one = reveal::lines(&shown.text, room);
    if let [line] = one[..] {
        let value = (indent, vec![(line, Ink::TEXT).into()]);
        return vec![Row { shown_secret: true, ..Row::of(vec![label, value], end, vec![hides]).item(item) }];
    }
    let mut rows = vec![Row::of(vec![label], end, vec![hides]).item(item)];
    rows.extend(
        reveal::lines(&shown.text, end - 4).into_iter().map(|line| Row {
            shown_secret: true,
            ..Row::of(vec![(4, vec![(line, Ink::TEXT).into()])], end, Vec::new())
        }),
    );
    rows
}

fn versions<'a>(sheet: &Sheet<'_, '_>, about: &About<'a>, end: i32) -> Vec<Row<'a>> {
    let now = &sheet.model.now;
    let focused = matches!(about.detail.items.get(about.detail.chosen), Some(Item::Version(_)));
    let mut rows = vec![Row::of(vec![(2, vec![("Versions", heading(focused)).into()])], end, Vec::new())];
    for (n, item) in about.detail.items.iter().enumerate() {
        let Item::Version(id) = item else { continue };
        let Some(version) = about.credential.versions.iter().find(|version| version.id == *id) else { continue };
        let state = about.credential.state(version, now.wall);
        let word = facts::state(state);
        let dead = word.ink == Ink::DIM;
        let number = if word.ink == Ink::SUCCESS {
            Ink::STRONG
        } else if dead {
            Ink::DIM
        } else {
            Ink::TEXT
        };
        let mut when = facts::since(version, state)
            .map(|(word, at)| format!("{word} {}", time::moment(at, now.wall, &now.zone)))
            .unwrap_or_default();
        if let (State::Current, Some(end)) = (state, version.expires_at)
            && is_short_lived(about.credential.kind, about.spec)
        {
            when = format!("{} left, {when}", time::duration(end.duration_since(now.wall)));
        }
        let fingerprint = version.fingerprint(about.credential.kind).map(facts::short).unwrap_or_default();
        let mut third: Vec<Part<'_>> = facts::leak(version, state).into_iter().collect();
        if !third.is_empty() {
            third.push(("  ", Ink::DIM).into());
        }
        third.push((when, if dead { Ink::DIM } else { Ink::TEXT }).into());
        let cells = vec![(2, vec![(format!("v{}", version.n), number).into()]), (7, vec![word]), (17, third)];
        rows.push(Row::of(cells, end, vec![(fingerprint, Ink::DIM).into()]).item(n));
    }
    rows
}

/// The flow that is in progress for it.
fn flow<'a>(about: &About<'a>, indent: i32, end: i32) -> Vec<Row<'a>> {
    let flow = about.inside.unlocked.document.flow_of(about.credential.id);
    let Some((flow, at)) = flow.and_then(|flow| Some((flow, flow.now()?))) else { return Vec::new() };
    let key = action::action(ActionId::Resume).and_then(action::Action::key).unwrap_or_default();
    let goes_on = vec![(key, Ink::KEY).into(), (" goes on", Ink::DIM).into()];
    let words = format!("step {} of {}, {}", at + 1, flow.steps.len(), flow.title);
    let cells = vec![(2, vec![("Flow", Ink::HEADING).into()]), (indent, vec![(words, Ink::TEXT).into()])];
    vec![Row::default(), Row::of(cells, end, goes_on)]
}

fn rotation<'a>(sheet: &Sheet<'_, '_>, about: &About<'a>, indent: i32, end: i32) -> Vec<Row<'a>> {
    let Some(rule) = facts::rule(sheet.model, about.inside, about.credential) else { return Vec::new() };
    let words = rule.words(&about.provider);
    let now = &sheet.model.now;
    let title = (2, vec![("Rotate", Ink::HEADING).into()]);
    let rule_row = Row::of(vec![(indent, vec![(words, Ink::DIM).into()])], end, Vec::new());
    let Some(due) = about.credential.rotate_by(Some(rule.days)) else {
        let died = about.credential.current().is_some_and(|version| version.life > Life::Active);
        let leaked = about.credential.current().is_some_and(|version| version.compromised_at.is_some());
        let instead = about.inside.unlocked.document.works_instead(about.credential.id);
        let (words, ink) = match about.account.environment {
            _ if let Some((_, new)) = instead => (format!("▲ v{} works, and is not current yet", new.n), Ink::WARNING),
            Environment::Live if died => ("✗ no working key: replace it, or put it in the bin".into(), Ink::ERROR),
            _ if leaked && !died => ("◆ it leaked: replace it now".into(), Ink::ERROR),
            _ => ("nothing is current, so nothing is due".into(), Ink::DIM),
        };
        let none = vec![(words, ink).into()];
        return vec![Row::default(), Row::of(vec![title, (indent, none)], end, Vec::new()), rule_row];
    };
    let left = due.duration_since(now.wall);
    let date = time::date(due, now.wall, &now.zone);
    let when = if left.is_negative() {
        format!("◆ {} late, was due on {date}", time::duration(left.abs()))
    } else {
        format!("due in {}, on {date}", time::until_day(left))
    };
    let whole = f64::from(rule.days) * 86_400.0;
    let over = 1.0 - left.as_secs_f64() / whole;
    let bar = bar::life(over, end - indent, urgency(left));
    vec![
        Row::default(),
        Row::of(vec![title, (indent, vec![(when, facts::due_ink(left)).into()])], end, Vec::new()),
        Row::of(vec![(indent, bar)], end, Vec::new()),
        rule_row,
    ]
}

fn notes<'a>(about: &About<'a>, indent: i32, end: i32) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    if !about.credential.note.is_empty() {
        rows.push(Row::default());
        for (n, line) in text::wrap(&about.credential.note, (end - indent).min(72)).into_iter().enumerate() {
            let mut cells = vec![(indent, vec![(line, Ink::TEXT).into()])];
            if n == 0 {
                cells.insert(0, (2, vec![("Note", Ink::HEADING).into()]));
            }
            rows.push(Row::of(cells, end, Vec::new()));
        }
    }
    if !about.credential.tags.is_empty() {
        let tags = joined(about.credential.tags.iter().map(|tag| (tag.as_str(), Ink::TEXT).into()));
        rows.push(Row::default());
        rows.push(Row::of(vec![(2, vec![("Tags", Ink::HEADING).into()]), (indent, tags)], end, Vec::new()));
    }
    rows
}

/// The rows about who uses it.
fn places<'a>(sheet: &Sheet<'_, '_>, about: &About<'a>, x: i32, end: i32) -> Vec<Row<'a>> {
    let places = facts::places(about.inside, about.credential);
    let moved = places.iter().filter(|place| place.has_moved()).count();
    let mut heading = Row::of(vec![(x, vec![("Used by", Ink::HEADING).into()])], end, Vec::new());
    let mut rows = Vec::new();
    for place in &places {
        let row = Row::of(vec![(x, vec![place.sign(), (place.label, Ink::TEXT).into()])], end, vec![place.has()]);
        let item = about.detail.items.iter().position(|item| *item == Item::Place(place.id));
        rows.push(Row { item, ..row });
        if !place.place.is_empty() {
            rows.push(Row::of(vec![(x + 2, vec![(place.place, Ink::DIM).into()])], end, Vec::new()));
        }
        if sheet.canvas.height() >= 30 {
            rows.push(Row::default());
        }
    }
    if places.is_empty() {
        rows.push(Row::of(vec![(x, vec![("no place is noted", Ink::DIM).into()])], end, Vec::new()));
    } else {
        let ink = if moved == places.len() { Ink::DIM } else { Ink::WARNING };
        heading.right.1 = vec![(format!("{moved} of {} moved", places.len()), ink).into()];
    }
    rows.insert(0, heading);
    rows
}

fn heading(focused: bool) -> Ink {
    if focused { Ink::KEY } else { Ink::HEADING }
}

/// Draws the rows that are seen of a column.
fn column(sheet: &mut Sheet<'_, '_>, rows: &[Row<'_>], area: Area, detail: &Detail) {
    let room = usize::try_from(area.h).unwrap_or(0);
    let top = scrolled(rows, room, detail);
    for (y, row) in (area.y..area.bottom()).zip(rows.iter().skip(top)) {
        let (end, right) = &row.right;
        let limit = if right.is_empty() { *end } else { sheet.canvas.right(*end, y, right) - 2 };
        for (x, parts) in &row.cells {
            sheet.canvas.row_in(*x, y, limit - x, parts);
        }
        if row.shown_secret {
            let from = row.cells.last().map_or(2, |(x, _)| *x);
            sheet.canvas.ground(Area::new(from - 1, y, limit - from + 1, 1), Ground::Surface);
        }
        if let Some(item) = row.item {
            let place = Area::new(area.x, y, area.w, 1);
            if item == detail.chosen {
                sheet.canvas.select(place.x, y, place.w, true);
            }
            sheet.hit(place, Target::Item(item));
        }
    }
    thumb(&mut sheet.canvas, area.right() - 1, area.y, room, top, rows.len());
}

/// The first row that is drawn: as far down as the choice is among what can be chosen, so that the end of a long page is reached
/// with its last line; the chosen row is always seen.
fn scrolled(rows: &[Row<'_>], room: usize, detail: &Detail) -> usize {
    let most = rows.len().saturating_sub(room);
    let last = detail.items.len().saturating_sub(1).max(1);
    let part = (most * detail.chosen.min(last)).div_ceil(last);
    let Some(chosen) = rows.iter().position(|row| row.item == Some(detail.chosen)) else { return 0 };
    part.clamp((chosen + 1).saturating_sub(room), chosen)
}

/// Of the word «fingerprint».
const FINGERPRINT: i32 = 11;
