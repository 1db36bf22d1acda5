//! A token: where it stands and until when it works, whom the call would reach with what, and the call without its secrets.

use super::canvas::{Area, Part};
use super::chrome;
use super::facts;
use super::reveal;
use super::sheet::Sheet;
use super::text::{chunks, wrap};
use super::theme::{Ground, Ink};
use super::time;
use super::widgets::sign;
use super::widgets::status::{Mark, crumbs, thumb};
use crate::app::model::{Inside, TokenPage};
use crate::app::screen::token::{plan, why_nowhere};
use crate::app::token::Plan;
use crate::domain::{MayReach, State, clean};
use crate::error::Problem;

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside, page: &TokenPage) {
    chrome::header(sheet);
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    let area = Area::new(0, 6, width, height - 10);
    let rows = match plan(sheet.model) {
        Some(Ok(plan)) => {
            title(sheet, &plan);
            rows(sheet, inside, &plan, page, width - 4)
        }
        Some(Err(problem)) => problem_rows(&problem, width - 4),
        None => Vec::new(),
    };
    let room = usize::try_from(area.h).unwrap_or(0);
    let top = page.top.min(rows.len().saturating_sub(room));
    for (row, y) in rows.iter().skip(top).zip(area.y..area.bottom()) {
        if row.is_code {
            sheet.canvas.ground(Area::new(1, y, width - 2, 1), Ground::Surface);
        }
        sheet.canvas.put_in(2, y, INDENT, row.label, Ink::DIM);
        sheet.canvas.row_in(2 + row.indent, y, width - 4 - row.indent, &row.parts);
        // What the keys are about.
        if row.is_chosen {
            sheet.canvas.select(0, y, width, true);
        }
    }
    thumb(&mut sheet.canvas, width - 1, area.y, room, top, rows.len());
    let says = match page.busy {
        Some(_) => "esc stops waiting",
        None if why_nowhere(sheet.model).is_some() => "the call can't be sent",
        None => "⏎ sends the call",
    };
    let busy = page.busy.as_ref().or(inside.saving.as_ref());
    chrome::status(sheet, &[(says, Ink::DIM).into()], busy);
    chrome::footer(sheet);
}

/// A line of the page.
#[derive(Default)]
struct Row<'a> {
    label: &'static str,
    indent: i32,
    parts: Vec<Part<'a>>,
    is_code: bool,
    is_chosen: bool,
}

impl<'a> Row<'a> {
    fn of(label: &'static str, parts: Vec<Part<'a>>) -> Self {
        Self { label, indent: INDENT, parts, ..Self::default() }
    }
}

fn title(sheet: &mut Sheet<'_, '_>, plan: &Plan<'_>) {
    let width = sheet.canvas.width();
    let account = plan.target.account;
    let badge = sheet.canvas.right(width - 2, 3, [sign::filled(account.environment)]);
    let name = plan.target.credential.name.as_str();
    let names = ["Credentials", plan.provider_name(), account.slug.as_str(), name, "Token"];
    crumbs(&mut sheet.canvas, 3, badge - 4, &names);
    sheet.canvas.put_in(2, 4, width - 4, plan.title, Ink::DIM);
}

fn rows<'a>(
    sheet: &Sheet<'_, '_>,
    inside: &'a Inside,
    plan: &Plan<'a>,
    page: &'a TokenPage,
    width: i32,
) -> Vec<Row<'a>> {
    let token = Row::of("Token", vec![(plan.token.to_string(), Ink::STRONG).into()]);
    let mut rows = vec![Row { is_chosen: true, ..token }, stored(sheet, plan)];
    rows.extend(revealed(sheet, inside, plan, width));
    rows.push(Row::default());
    rows.push(Row::of("Sends", sends(plan)));
    rows.extend(goes_to(plan, width - INDENT));
    if let Some(problem) = &page.failed {
        rows.push(Row::default());
        rows.extend(problem_rows(problem, width));
    }
    let call = match plan.command() {
        Ok(command) => {
            let lines = command.lines().flat_map(|line| chunks(line, width - 1, usize::MAX)).collect::<Vec<_>>();
            let code = |line| Row { parts: vec![(line, Ink::TEXT).into()], is_code: true, ..Row::default() };
            lines.into_iter().map(code).collect()
        }
        // It stands above, with the host.
        Err(_) if plan.address().is_err() => return rows,
        Err(problem) => problem_rows(&problem, width),
    };
    rows.push(Row::default());
    rows.push(Row { parts: vec![("The call, without its secret", Ink::HEADING).into()], ..Row::default() });
    rows.extend(call);
    rows
}

/// Until when the stored token works.
fn stored(sheet: &Sheet<'_, '_>, plan: &Plan<'_>) -> Row<'static> {
    let now = &sheet.model.now;
    let there = plan.there().and_then(|credential| Some((credential, credential.current()?)));
    let Some((credential, version)) = there else {
        return Row::of("", vec![("none is stored yet", Ink::DIM).into()]);
    };
    let n = (format!("v{}  ", version.n), Ink::TEXT).into();
    let state = credential.state(version, now.wall);
    let words = match (state, version.expires_at) {
        (State::Expired, Some(end)) => {
            let over = time::duration(now.wall.duration_since(end));
            vec![n, (format!("✗ ended {over} ago"), Ink::ERROR).into()]
        }
        (State::Current, Some(end)) => {
            let (left, until) = (time::duration(end.duration_since(now.wall)), time::moment(end, now.wall, &now.zone));
            let works = (format!("✓ works for {left}"), Ink::SUCCESS).into();
            vec![n, works, (format!(", until {until}"), Ink::DIM).into()]
        }
        (State::Current, None) => {
            vec![n, Mark::Look.sign(), ("nobody says until when it works", Ink::TEXT).into()]
        }
        (state, _) => vec![n, facts::state(state)],
    };
    Row::of("", words)
}

/// The token itself, while it is shown.
fn revealed<'a>(sheet: &Sheet<'_, '_>, inside: &'a Inside, plan: &Plan<'_>, width: i32) -> Vec<Row<'a>> {
    let there = plan.there().and_then(|credential| Some((credential, credential.current()?)));
    let shown = there.and_then(|(credential, version)| {
        let (_, field) = version.main_field(credential.kind)?;
        facts::shown(inside, credential, field)
    });
    let Some(shown) = shown else { return Vec::new() };
    let hides = Row::of("", vec![reveal::hides(shown.until, sheet.model.now.boot)]);
    let lines = reveal::lines(&shown.text, width - 1).into_iter();
    let lines = lines.map(|line| Row { parts: vec![(line, Ink::TEXT).into()], is_code: true, ..Row::default() });
    std::iter::once(hides).chain(lines).collect()
}

/// What of the credentials is sent.
fn sends(plan: &Plan<'_>) -> Vec<Part<'static>> {
    let fields: Vec<String> = plan
        .secrets()
        .into_iter()
        .filter_map(|(_, reference)| Some(reference.rsplit_once('#')?.1.to_owned()))
        .collect();
    vec![
        (fields.join(", "), Ink::TEXT).into(),
        (format!(" of {}@{}", plan.target.credential.name, plan.version.n), Ink::DIM).into(),
    ]
}

/// Whom the call reaches, and who says so.
fn goes_to(plan: &Plan<'_>, room: i32) -> Vec<Row<'static>> {
    let address = match plan.address() {
        Ok(address) => address,
        Err(problem) => return problem_rows(&problem, room + INDENT),
    };
    let how = if address.is_https { ", over https" } else { ", on this computer" };
    let mut rows = vec![Row::of("To", vec![(address.host.to_owned(), Ink::STRONG).into(), (how, Ink::DIM).into()])];
    let file = plan.own_file().map(clean);
    match (file, plan.may_reach(address.host)) {
        (None, _) => {
            let words = format!("as paykeep's own file of {} has it", plan.provider_name());
            rows.push(Row::of("", vec![(words, Ink::DIM).into()]));
        }
        (Some(file), MayReach::Yes) => {
            let words = format!("{file}, a file of your own: allowed as it is now");
            rows.push(Row::of("", vec![Mark::Done.sign(), (words, Ink::DIM).into()]));
        }
        (Some(file), reach) => {
            let why = match reach {
                MayReach::AsksAgain => "has changed since you allowed it",
                _ => "is a file of your own",
            };
            let words = format!("{file} {why}: you are asked first");
            rows.push(Row::of("", vec![Mark::Look.sign(), (words, Ink::TEXT).into()]));
        }
    }
    rows
}

/// What is wrong, and what to try.
fn problem_rows(problem: &Problem, width: i32) -> Vec<Row<'static>> {
    let lines = |text: &str, ink: Ink| -> Vec<Part<'static>> {
        wrap(text, width - INDENT).into_iter().map(|line| (line.to_owned(), ink).into()).collect()
    };
    let wrong = lines(&problem.message, Ink::ERROR).into_iter().enumerate();
    let wrong = wrong.map(|(n, part)| Row::of(if n == 0 { "Wrong" } else { "" }, vec![part]));
    let hint = problem.hint.as_deref().unwrap_or_default();
    let hint = lines(hint, Ink::TEXT).into_iter().enumerate();
    let hint = hint.map(|(n, part)| Row::of(if n == 0 { "Try" } else { "" }, vec![part]));
    wrong.chain(hint).collect()
}

/// Where values start, counted from the margin.
const INDENT: i32 = 10;
