//! The preview beside the list: the chosen credential in short.

use crate::app::model::{Inside, Next, Row};
use crate::domain::provider::CredentialSpec;
use crate::domain::{Credential, Version};
use crate::view::canvas::{Area, Part};
use crate::view::facts;
use crate::view::reveal;
use crate::view::sheet::Sheet;
use crate::view::theme::Ink;
use crate::view::time;
use crate::view::widgets::bar;
use crate::view::widgets::sign;

use super::columns::{next, urgency};

/// Draws it into `area`.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside, area: Area) {
    let all = &inside.credentials;
    let row = all.shown.get(all.list.row).and_then(|at| all.rows.get(*at));
    let Some(row) = row else { return };
    let Some(credential) = inside.unlocked.document.credential(row.id) else { return };
    let spec = facts::spec(sheet.model, inside, credential);
    sheet.canvas.within(area, |_| {});
    let mut pen = Pen { area, y: area.y };
    pen.title(sheet, row, spec);
    pen.values(sheet, inside, credential, spec);
    pen.versions(sheet, credential);
    pen.places(sheet, inside, credential);
    pen.rotation(sheet, inside, row, credential);
}

/// Writes downwards and stops at the end of the pane.
struct Pen {
    area: Area,
    y: i32,
}

impl Pen {
    fn line(&mut self, sheet: &mut Sheet<'_, '_>, left: &[Part<'_>], right: &[Part<'_>]) {
        let Area { x, w, .. } = self.area;
        if self.y < self.area.bottom() {
            let end = if right.is_empty() { x + w } else { sheet.canvas.right(x + w, self.y, right) - 1 };
            sheet.canvas.row_in(x, self.y, end - x, left);
        }
        self.y += 1;
    }

    fn title(&mut self, sheet: &mut Sheet<'_, '_>, row: &Row, spec: Option<&CredentialSpec>) {
        self.line(sheet, &[(row.name.as_str(), Ink::STRONG).into()], &[sign::filled(row.environment)]);
        let what = spec.map_or_else(|| row.kind.to_string(), |spec| spec.title.clone());
        self.line(sheet, &[(format!("{} {what}", row.provider), Ink::DIM).into()], &[]);
        self.y += 1;
    }

    fn values(
        &mut self,
        sheet: &mut Sheet<'_, '_>,
        inside: &Inside,
        credential: &Credential,
        spec: Option<&CredentialSpec>,
    ) {
        let version = credential.version(None);
        let fields = facts::fields(version, spec);
        let words: Vec<(String, Vec<Part<'_>>)> = fields
            .iter()
            .map(|(name, field)| {
                // The only one has its name in the line above, and needs the room for its beginning.
                let label =
                    if fields.len() == 1 && field.is_secret() { "value".to_owned() } else { facts::label(name, spec) };
                (label, facts::value(field))
            })
            .chain(
                [("label", &credential.label), ("note", &credential.note)]
                    .into_iter()
                    .filter(|(_, text)| !text.is_empty())
                    .map(|(label, text)| {
                        (label.to_owned(), vec![(text.lines().next().unwrap_or_default(), Ink::TEXT).into()])
                    }),
            )
            .collect();
        let indent = words.iter().map(|(label, _)| crate::view::text::width(label)).max().unwrap_or(0).min(12) + 2;
        for (at, (label, value)) in words.iter().enumerate() {
            let shown = fields.get(at).and_then(|(_, field)| facts::shown(inside, credential, field));
            if let Some(shown) = shown {
                let hides = reveal::hides(shown.until, sheet.model.now.boot);
                self.line(sheet, &[(label.as_str(), Ink::DIM).into()], &[hides]);
                let most = usize::try_from(self.area.bottom() - self.y).unwrap_or(0);
                let place = Area { y: self.y, ..self.area };
                if most > 0 {
                    self.y = reveal::block(&mut sheet.canvas, place, &shown.text, most);
                }
                continue;
            }
            let y = self.y;
            self.line(sheet, &[], &[]);
            if y < self.area.bottom() {
                sheet.canvas.put_in(self.area.x, y, indent - 1, label, Ink::DIM);
                sheet.canvas.row_in(self.area.x + indent, y, self.area.w - indent, value);
            }
        }
        self.y += 1;
    }

    fn versions(&mut self, sheet: &mut Sheet<'_, '_>, credential: &Credential) {
        self.line(sheet, &[("Versions", Ink::HEADING).into()], &[]);
        let newest: Vec<&Version> = credential.versions.iter().rev().take(4).collect();
        let now = &sheet.model.now;
        for (n, version) in newest.into_iter().enumerate() {
            let state = credential.state(version, now.wall);
            let ink = if n == 0 { Ink::STRONG } else { Ink::TEXT };
            let mut left = vec![(format!("v{}  ", version.n), ink).into(), facts::state(state)];
            if let Some(leak) = facts::leak(version, state) {
                left.extend([("  ", ink).into(), leak]);
            }
            let when = facts::since(version, state);
            let right = when
                .map(|(word, at)| (format!("{word} {}", time::short_moment(at, now.wall, &now.zone)), Ink::DIM).into());
            let right: Vec<Part<'_>> = right.into_iter().collect();
            self.line(sheet, &left, &right);
        }
        self.y += 1;
    }

    fn places(&mut self, sheet: &mut Sheet<'_, '_>, inside: &Inside, credential: &Credential) {
        let places = facts::places(inside, credential);
        if places.is_empty() {
            return;
        }
        self.line(sheet, &[("Used by", Ink::HEADING).into()], &[]);
        for place in places {
            let left = [place.sign(), (place.label, Ink::TEXT).into()];
            self.line(sheet, &left, &[place.has()]);
        }
        self.y += 1;
    }

    fn rotation(&mut self, sheet: &mut Sheet<'_, '_>, inside: &Inside, row: &Row, credential: &Credential) {
        let Some((since, due)) = row.age else { return };
        let now = &sheet.model.now;
        let left = due.duration_since(now.wall);
        let (heading, when) = match row.next {
            Next::Expires(_) => ("Ends", vec![next(row.next, now.wall)]),
            Next::Expired(_) => ("Ended", vec![(format!("{} ago", time::duration(left.abs())), Ink::ERROR).into()]),
            _ => {
                let when = format!("due {}", time::date(due, now.wall, &now.zone));
                ("Rotate", vec![(when, facts::due_ink(left)).into()])
            }
        };
        self.line(sheet, &[(heading, Ink::HEADING).into()], &when);
        let whole = due.duration_since(since).as_secs_f64().max(1.0);
        let over = now.wall.duration_since(since).as_secs_f64();
        let bar = bar::life(over / whole, self.area.w, urgency(left));
        self.line(sheet, &bar, &[]);
        if let Some(rule) = facts::rule(sheet.model, inside, credential) {
            self.line(sheet, &[(rule.words(&row.provider), Ink::DIM).into()], &[]);
        }
    }
}
