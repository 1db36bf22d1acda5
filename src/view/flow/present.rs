//! What is said about the present step: what to do, the value, its keys, what to mind; of a step that is done, its evidence.

use super::Line;
use crate::app::action::{self, ActionId};
use crate::app::form::FieldId;
use crate::app::model::{FlowPage, Inside, Model, Page, Tone};
use crate::app::screen::flow::{About, given, has_another, in_the_way, joined, places, spec_of};
use crate::domain::journal::{End, Grade, Happened, Step};
use crate::domain::provider::Act;
use crate::domain::{Consumer, Side};
use crate::view::canvas::{Area, Part};
use crate::view::chrome::mark;
use crate::view::facts;
use crate::view::form;
use crate::view::reveal;
use crate::view::sheet::Sheet;
use crate::view::text;
use crate::view::theme::Ink;
use crate::view::time;
use crate::view::widgets::sign;
use crate::view::widgets::status::Mark;

/// The lines about the step that is looked at, `w` columns wide. The first two are its name and a blank.
pub(super) fn lines<'a>(
    sheet: &Sheet<'_, '_>,
    inside: &'a Inside,
    page: &'a FlowPage,
    about: &About<'a>,
    w: i32,
) -> Vec<Line<'a>> {
    let step = about.step;
    let mut lines = vec![words((step.title.as_str(), Ink::STRONG).into()), Line::Blank];
    if about.is_present {
        present(&mut lines, sheet, inside, page, about, w);
    } else {
        looked_at(&mut lines, sheet, inside, about, w);
    }
    lines
}

fn words(part: Part<'_>) -> Line<'_> {
    Line::Words(vec![part], Vec::new())
}

fn prose(lines: &mut Vec<Line<'_>>, text: &str, w: i32, ink: Ink) {
    for line in text::wrap(text, w) {
        lines.push(words((line.to_owned(), ink).into()));
    }
}

/// Words with a sign before them, the further lines under the words.
fn marked(lines: &mut Vec<Line<'_>>, sign: Mark, text: &str, w: i32, ink: Ink) {
    for (n, line) in text::wrap(text, w - 2).into_iter().enumerate() {
        let before = if n == 0 { sign.sign() } else { ("  ", Ink::TEXT).into() };
        lines.push(Line::Words(vec![before, (line.to_owned(), ink).into()], Vec::new()));
    }
}

fn present<'a>(
    lines: &mut Vec<Line<'a>>,
    sheet: &Sheet<'_, '_>,
    inside: &'a Inside,
    page: &'a FlowPage,
    about: &About<'a>,
    w: i32,
) {
    let step = about.step;
    if let Some(place) = &step.place {
        prose(lines, place, w, Ink::STRONG);
    }
    match &step.text {
        Some(text) => prose(lines, &joined(text), w, Ink::TEXT),
        None => prose(lines, step.usual(), w, Ink::TEXT),
    }
    waits(lines, sheet, about, w);
    apart(lines, inside, about, w);
    value(lines, sheet, inside, page, about, w);
    handed_over(lines, sheet, step);
    let has_places = !places(about.journal, step, &inside.unlocked.document).is_empty();
    ticked(lines, inside, page, about);
    holders(lines, inside, page, about);
    fields(lines, page, has_places);
    for note in &page.notes {
        marked(lines, Mark::Done, note, w, Ink::DIM);
    }
    if let Some(Line::Words(parts, _)) = lines.pop_if(|_| !page.notes.is_empty()) {
        lines.push(Line::Seen(parts));
    }
    if let Some(why) = page.contradiction.as_ref().filter(|_| !page.overruled) {
        lines.push(Line::Blank);
        marked(lines, Mark::Wrong, why, w, Ink::ERROR);
        let way = if page.is_final {
            "⏎ is off. Paste another value."
        } else {
            "⏎ is off. Paste another value, or ctrl-o overrules."
        };
        lines.push(Line::Seen(vec![(way, Ink::DIM).into()]));
    }
    if let Some(doubt) = page.doubt.as_ref().filter(|_| page.contradiction.is_none() || page.overruled) {
        lines.push(Line::Blank);
        marked(lines, Mark::Look, doubt, w, Ink::WARNING);
        if let Some(Line::Words(parts, _)) = lines.pop() {
            lines.push(Line::Seen(parts));
        }
    }
    if has_another(sheet.model) && page.contradiction.is_none() {
        let text = "Not kept yet: ⏎ takes it in place of the one that is, esc leaves it out.";
        lines.push(Line::Seen(vec![(text, Ink::WARNING).into()]));
    }
    if let Some(no) = about.journal.contradicted(step) {
        let now = &sheet.model.now;
        let text = format!("The answer {} of {} says the contrary.", no.text, time::moment(no.at, now.wall, &now.zone));
        lines.push(Line::Blank);
        marked(lines, Mark::Wrong, &text, w, Ink::ERROR);
    }
    keys(lines, sheet, step);
    if let Some(warning) = &step.warning {
        lines.extend([Line::Rule, Line::Blank]);
        lines.push(Line::Words(
            vec![("▲ ", Ink::WARNING).into(), (warning.title.as_str(), Ink::WARNING.bold()).into()],
            Vec::new(),
        ));
        for line in text::wrap(&joined(&warning.text), w - 2) {
            lines.push(Line::Words(vec![("  ", Ink::TEXT).into(), (line.to_owned(), Ink::TEXT).into()], Vec::new()));
        }
        lines.push(Line::Blank);
    }
    lines.extend([Line::Rule, Line::Blank]);
    leave(lines, inside, about, w);
}

/// What tells the key that is stopped from those that go on: it is looked for among them on the gateway's page.
fn apart(lines: &mut Vec<Line<'_>>, inside: &Inside, about: &About<'_>, w: i32) {
    let said = about.journal.told_apart(about.step, &inside.unlocked.document);
    if said.is_empty() {
        return;
    }
    // In one line where there is room for it.
    let mut shown = String::new();
    for (name, value) in said {
        let text = format!("{name} {}", facts::print(&value));
        match shown.lines().last() {
            None => {}
            Some(line) if text::width(line) + 3 + text::width(&text) <= w - 4 => shown.push_str("   "),
            Some(_) => shown.push('\n'),
        }
        shown.push_str(&text);
    }
    lines.extend([Line::Blank, Line::Value(Vec::new())]);
    for line in shown.lines().flat_map(|line| text::wrap(line, w - 4)) {
        lines.push(Line::Value(vec![(line.to_owned(), Ink::TEXT).into()]));
    }
    lines.push(Line::Value(Vec::new()));
}

/// Until when the step waits.
fn waits(lines: &mut Vec<Line<'_>>, sheet: &Sheet<'_, '_>, about: &About<'_>, w: i32) {
    let Some(end) = about.journal.waits_until(about.step) else { return };
    let now = &sheet.model.now;
    let (at, left) = (time::moment(end, now.wall, &now.zone), end.duration_since(now.wall));
    let words = if left.is_positive() {
        format!("It is over on {at}, in {}.", time::duration(left))
    } else {
        format!("It is over since {at}.")
    };
    lines.push(Line::Blank);
    prose(lines, &words, w, Ink::STRONG);
}

/// What the step hands over, or the command to run.
fn value<'a>(
    lines: &mut Vec<Line<'a>>,
    sheet: &Sheet<'_, '_>,
    inside: &'a Inside,
    page: &FlowPage,
    about: &About<'_>,
    w: i32,
) {
    let document = &inside.unlocked.document;
    let (journal, step) = (about.journal, about.step);
    let mut shown: Vec<Part<'a>> = Vec::new();
    if step.act == Act::Give
        && let Some(text) = given(journal, step, document)
    {
        // All of it: where there is no clipboard it is read off.
        for line in text.lines() {
            shown.extend(text::wrap(line, w - 4).into_iter().map(|line| Part::from((line.to_owned(), Ink::TEXT))));
        }
        let form = if text.starts_with("-----") { "in PEM, " } else { "" };
        shown.push(
            (format!("public half, {form}{} characters, no secret in it", text.chars().count()), Ink::DIM).into(),
        );
    } else if let Some((subject, body)) = &step.letter {
        shown.push((subject.clone(), Ink::STRONG).into());
        shown.push((String::new(), Ink::TEXT).into());
        for (n, paragraph) in body.split("\n\n").enumerate() {
            if n > 0 {
                shown.push((String::new(), Ink::TEXT).into());
            }
            let whole = joined(paragraph);
            shown.extend(text::wrap(&whole, w - 4).into_iter().map(|line| Part::from((line.to_owned(), Ink::TEXT))));
        }
    } else if let Some(call) = &step.call {
        let with = journal.version(&call.with).and_then(|(credential, version)| document.version(credential, version));
        if let Some(version) = with {
            let lacks = journal.lacks(step, document).join(" and no ");
            if !lacks.is_empty() {
                let n = version.n;
                let words =
                    format!("▲ v{n} has no {lacks}, which the call takes: refused without, it says nothing of the key");
                shown.extend(
                    text::wrap(&words, w - 4).into_iter().map(|line| Part::from((line.to_owned(), Ink::WARNING))),
                );
            }
        }
        let command = call.command(journal, document);
        for line in command.lines() {
            let wrapped = text::wrap(line, w - 4);
            shown.extend(wrapped.into_iter().map(|line| Part::from((line.to_owned(), Ink::TEXT))));
        }
        let says = match &call.gives {
            Some(name) => format!("the value stands in the answer under {name}"),
            None => "it prints the status; no secret stands in it".into(),
        };
        shown.push((says, Ink::DIM).into());
        if let Some(version) = with {
            shown.push((format!("its variables are the values of v{}", version.n), Ink::DIM).into());
        }
    }
    goes_there(lines, sheet, inside, page, about, w);
    if let Some(revealed) = &inside.revealed {
        for line in reveal::lines(&revealed.text, w - 4) {
            shown.push((line, Ink::TEXT).into());
        }
        shown.push(("◉ hidden again after 10 s", Ink::DIM).into());
    }
    if shown.is_empty() {
        return;
    }
    lines.push(Line::Blank);
    lines.push(Line::Value(Vec::new()));
    lines.extend(shown.into_iter().map(|part| Line::Value(vec![part])));
    lines.push(Line::Value(Vec::new()));
}

/// The values that go to the places: all that is needed there, and which of them is copied next.
fn goes_there(
    lines: &mut Vec<Line<'_>>,
    sheet: &Sheet<'_, '_>,
    inside: &Inside,
    page: &FlowPage,
    about: &About<'_>,
    w: i32,
) {
    let all = about.journal.handed(about.step, &inside.unlocked.document);
    if all.is_empty() {
        return;
    }
    lines.extend([Line::Blank, Line::Value(Vec::new())]);
    for (n, handed) in all.iter().enumerate() {
        let spec = spec_of(&sheet.model.catalog, about.account, Some(handed.slot));
        let known = spec.and_then(|spec| spec.field(handed.name));
        let label = known.map_or_else(|| handed.name.replace('_', " "), |field| field.label.clone());
        let is_next = all.len() > 1 && n == page.handed % all.len();
        let sign = match all.len() {
            1 => "",
            _ if is_next => "c ",
            _ => "  ",
        };
        let form = handed.field.form.as_deref().map(|form| format!("{form}  ")).unwrap_or_default();
        let used = text::width(sign) + text::width(&label) + text::width(&form) + 2;
        let value = match &handed.field.value {
            Some(value) => (text::cut_middle(value, w - 4 - used).into_owned(), Ink::TEXT).into(),
            None => sign::mask(),
        };
        let parts = [(sign.to_owned(), Ink::KEY).into(), (format!("{label}  "), Ink::DIM).into()];
        lines.push(Line::Value(parts.into_iter().chain([(form, Ink::TEXT).into(), value]).collect()));
    }
    lines.push(Line::Value(Vec::new()));
}

/// Kept, pasted, known: how far a value that is given once has come.
fn handed_over(lines: &mut Vec<Line<'_>>, sheet: &Sheet<'_, '_>, step: &Step) {
    let now = &sheet.model.now;
    let kept = step.last(Happened::Kept);
    let copied = step.last(Happened::Copied);
    let when = |mark: &crate::domain::journal::Mark| {
        vec![Part::from((time::short_moment(mark.at, now.wall, &now.zone), Ink::DIM))]
    };
    let known = match (step.act, kept, copied) {
        (Act::TakeOnce, Some(kept), _) => {
            lines.push(Line::Blank);
            lines.push(Line::Words(vec![Mark::Done.sign(), ("Kept in the vault", Ink::TEXT).into()], when(kept)));
            if has_another(sheet.model) {
                return;
            }
            lines.push(words(("  saved and read back from the disk", Ink::DIM).into()));
            "The page may be closed now: the value is safe here."
        }
        (Act::Seal, _, Some(copied)) => {
            lines.push(Line::Blank);
            lines.push(Line::Words(vec![Mark::Done.sign(), ("Handed over", Ink::TEXT).into()], when(copied)));
            lines.push(words(("  copied, or shown to be read off", Ink::DIM).into()));
            "The key is where it belongs; seal it here."
        }
        _ => return,
    };
    let does = if step.act == Act::Seal { " seal it" } else { " go on" };
    let key = vec![("I", Ink::KEY).into(), (does, Ink::TEXT).into()];
    lines.push(Line::Blank);
    lines.push(Line::Chosen(vec![("▸ ", Ink::KEY).into(), ("I know", Ink::STRONG).into()], key));
    lines.push(words((format!("  {known}"), Ink::DIM).into()));
}

/// The places of a step that ticks them off.
fn ticked<'a>(lines: &mut Vec<Line<'a>>, inside: &'a Inside, page: &FlowPage, about: &About<'_>) {
    let document = &inside.unlocked.document;
    let places = places(about.journal, about.step, document);
    if about.step.act != Act::Substitute && places.is_empty() {
        return;
    }
    lines.push(Line::Blank);
    if places.is_empty() {
        lines.push(words(("No place is noted that uses it.", Ink::DIM).into()));
    }
    for (n, (id, label, has)) in places.into_iter().enumerate() {
        let sign = if has { Mark::Done.sign() } else { ("· ", Ink::FAINT).into() };
        let mut left = vec![sign, (label, Ink::TEXT).into()];
        let is_client = |place: &&Consumer| place.id == id && place.side == Side::Client;
        if document.consumers.iter().any(|place| is_client(&place)) {
            left.push(("  client", Ink::DIM).into());
        }
        let proof = about.step.placed().filter(|(own, _)| *own == id).last().and_then(|(_, mark)| mark.proof);
        let word = match (has, proof) {
            (true, Some(proof)) if proof != crate::domain::Proof::Asked => "has it, seen there",
            (true, _) if about.step.staged => "has it beside the old one",
            (true, _) => "has the new one",
            (false, _) => "not yet",
        };
        let right = vec![(word, Ink::DIM).into()];
        lines.push(if n == page.place && !page.editing { Line::Chosen(left, right) } else { Line::Words(left, right) });
    }
}

/// The places that keep a key from being stopped.
fn holders<'a>(lines: &mut Vec<Line<'a>>, inside: &'a Inside, page: &FlowPage, about: &About<'_>) {
    let left = in_the_way(about.journal, about.step, &inside.unlocked.document);
    if left.is_empty() {
        return;
    }
    lines.push(Line::Blank);
    for (n, (_, label)) in left.into_iter().enumerate() {
        let parts = vec![Mark::Look.sign(), (label, Ink::TEXT).into()];
        let right = vec![("still has it", Ink::WARNING).into()];
        lines.push(if n == page.place { Line::Chosen(parts, right) } else { Line::Words(parts, right) });
    }
    lines.push(words(("  w says that the place no longer uses it", Ink::DIM).into()));
}

fn fields<'a>(lines: &mut Vec<Line<'a>>, page: &'a FlowPage, has_places: bool) {
    for (n, field) in page.form.fields.iter().enumerate() {
        // A place is added by its key: until then the field would only take room.
        if field.id == FieldId::UsedBy && has_places && !page.editing {
            continue;
        }
        lines.push(Line::Blank);
        let focus = page.editing && n == page.form.focus;
        lines.push(words((field.label.as_str(), if focus { Ink::STRONG } else { Ink::TEXT }).into()));
        lines.push(Line::Field(n));
        for finding in &field.findings {
            let sign = mark(finding.tone).unwrap_or(Mark::Done);
            let ink = if finding.tone == Tone::Error { Ink::ERROR } else { Ink::DIM };
            lines.push(Line::Words(vec![sign.sign(), (finding.text.as_str(), ink).into()], Vec::new()));
        }
        if let Some(help) = &field.help {
            lines.push(words((format!("  {help}"), Ink::DIM).into()));
        }
    }
}

/// Draws a field of the step's form.
pub(super) fn field(sheet: &mut Sheet<'_, '_>, page: &FlowPage, n: usize, place: Area) {
    let Some(from) = page.form.fields.get(n) else { return };
    let focus = page.editing && n == page.form.focus;
    form::line(&mut sheet.canvas, from, focus, place);
}

/// The keys of the step, with words of their own.
fn keys(lines: &mut Vec<Line<'_>>, sheet: &Sheet<'_, '_>, step: &Step) {
    let shown = [
        ActionId::StepKnown,
        ActionId::StepSign,
        ActionId::StepVerify,
        ActionId::StepCopy,
        ActionId::StepReveal,
        ActionId::StepOpenPage,
        ActionId::TickPlace,
        ActionId::AddPlace,
        ActionId::TakeOffPlace,
        ActionId::StepDenied,
        ActionId::StepDone,
    ];
    lines.push(Line::Blank);
    for id in shown {
        let Some(row) = action::action(id).filter(|row| row.applies(sheet.model)) else { continue };
        if (row.disabled)(sheet.model).is_some() {
            continue;
        }
        let word = match id {
            ActionId::StepDone if has_another(sheet.model) || is_stopped(sheet.model) => continue,
            // While letters go into a field, they are no keys.
            _ if sheet.model.takes_letters() && row.keys.first().is_some_and(|key| key.types().is_some()) => continue,
            ActionId::StepDone => match done_word(step) {
                Some(word) => word,
                None => continue,
            },
            ActionId::StepKnown => continue,
            _ => row.word,
        };
        let key = row.key().unwrap_or_default();
        lines.push(Line::Words(
            vec![(key, Ink::KEY).into(), ("  ", Ink::TEXT).into(), (word, Ink::TEXT).into()],
            Vec::new(),
        ));
    }
    lines.push(Line::Blank);
}

/// Whether what was pasted speaks against being taken, and nobody has overruled that.
fn is_stopped(model: &Model) -> bool {
    matches!(model.inside().map(|inside| &inside.page), Some(Page::Flow(page)) if page.contradiction.is_some() && !page.overruled)
}

/// What `⏎` says at this step.
fn done_word(step: &Step) -> Option<&'static str> {
    Some(match step.act {
        Act::Open => "it is open, next step",
        Act::Confirm | Act::Tell | Act::Revoke if step.asks_consent() => "go on, after the account's name is typed",
        Act::Confirm => "it is done, next step",
        Act::Generate => "generate the pair",
        Act::Give => "it is pasted, next step",
        Act::Take | Act::TakeOnce if step.last(Happened::Kept).is_some() => return None,
        Act::Take | Act::TakeOnce => "take it",
        Act::Tell => "it is sent, next step",
        Act::Approval => "it is approved",
        Act::Verify if step.call.is_some() => "check the answer",
        Act::Verify if step.verify.is_some() => "it works: said, where the answer can't be checked",
        Act::Verify => "it works",
        Act::Substitute => "every place has it, next step",
        Act::Overlap => "no place has the old one",
        Act::Promote => "make it current",
        Act::Revoke => "revoke it",
        Act::ProveDead => "it is refused",
        Act::Seal => return None,
    })
}

fn leave(lines: &mut Vec<Line<'_>>, inside: &Inside, about: &About<'_>, w: i32) {
    if about.step.act == Act::Seal {
        lines.push(words(("What sealed means", Ink::TEXT).into()));
        let text = "Signing and the bench go on as before. Copying it again takes your passphrase and a reason.";
        prose(lines, text, w, Ink::DIM);
        return;
    }
    if about.step.act == Act::TakeOnce && about.step.last(Happened::Kept).is_none() {
        lines.push(words(("Stay until it is kept", Ink::TEXT).into()));
        prose(lines, "The page shows it once. Once it is kept here you can leave.", w, Ink::DIM);
        return;
    }
    if about.journal.is_in_the_gap(&inside.unlocked.document) {
        lines.push(words(("▲ Better go on now", Ink::WARNING).into()));
        let text = format!(
            "The old key no longer works, and the new one is not in its place yet: until then what uses it fails. Should you have to \
             leave, this flow waits in the vault at step {}.",
            about.at + 1
        );
        prose(lines, &text, w, Ink::DIM);
        return;
    }
    lines.push(words(("You can leave now", Ink::TEXT).into()));
    let text =
        format!("This flow waits in the vault at step {}. Nothing is asked twice, also after a crash.", about.at + 1);
    prose(lines, &text, w, Ink::DIM);
}

/// A step that is done, or that waits: its words, and what shows that it was done.
fn looked_at<'a>(lines: &mut Vec<Line<'a>>, sheet: &Sheet<'_, '_>, inside: &'a Inside, about: &About<'a>, w: i32) {
    let (step, now) = (about.step, &sheet.model.now);
    // What a flow that has ended did not come to is nothing to do any more.
    if step.done.is_some() || about.journal.is_open() {
        prose(lines, &step.text.as_deref().map_or_else(|| step.usual().to_owned(), joined), w, Ink::DIM);
        lines.push(Line::Blank);
    }
    match &step.done {
        Some(done) => {
            let when = vec![(time::moment(done.at, now.wall, &now.zone), Ink::DIM).into()];
            let (sign, word) = match (done.grade, step.act) {
                (Grade::Verified, _) => (Mark::Done, format!("Done, {}", step.known().unwrap_or_default())),
                (Grade::Asserted, Act::Verify | Act::ProveDead) => (Mark::Look, "Said, not verified".into()),
                (Grade::Asserted, _) => (Mark::Done, "Done, as you said".into()),
            };
            lines.push(Line::Words(vec![sign.sign(), (word, Ink::TEXT).into()], when));
            for (name, value) in &done.evidence {
                let value = facts::print(value);
                if value.is_empty() {
                    continue;
                }
                let text = format!("{}: {value}", name.replace('_', " "));
                for line in text::wrap(&text, w - 2) {
                    lines.push(words((format!("  {line}"), Ink::DIM).into()));
                }
            }
        }
        None if about.journal.ended.is_some() => {
            lines.push(words(("Not done: the flow ended before it.", Ink::DIM).into()));
        }
        None => lines.push(words(("Not done yet.", Ink::DIM).into())),
    }
    if about.journal.can_retake(step) {
        lines.push(Line::Blank);
        let text = "Was it the wrong one? Paste the right one here: until it is current, another can take its place.";
        prose(lines, text, w, Ink::DIM);
    }
    for note in step.marks.iter().filter(|mark| mark.what == Happened::Noted) {
        let when = vec![(time::moment(note.at, now.wall, &now.zone), Ink::DIM).into()];
        lines.push(Line::Words(vec![("note  ", Ink::DIM).into(), (note.text.as_str(), Ink::TEXT).into()], when));
    }
    let Some(ended) = &about.journal.ended else { return };
    lines.extend([Line::Blank, Line::Rule, Line::Blank]);
    let when = vec![(time::moment(ended.at, now.wall, &now.zone), Ink::DIM).into()];
    let (sign, word) = match ended.how {
        End::Finished => (Mark::Done, "The flow is finished"),
        End::Denied => (Mark::Wrong, "The provider denied it"),
        End::Abandoned => (Mark::Look, "The flow was abandoned"),
    };
    lines.push(Line::Words(vec![sign.sign(), (word, Ink::STRONG).into()], when));
    if ended.how != End::Finished {
        for left in about.journal.leftovers(&inside.unlocked.document) {
            marked(lines, Mark::Look, &left, w, Ink::TEXT);
        }
    }
}
