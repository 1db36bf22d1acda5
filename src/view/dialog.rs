//! The question before a deed, as the model has it.

use super::canvas::{Area, Part};
use super::chrome::mark;
use super::form::{characters, typed};
use super::sheet::Sheet;
use super::theme::Ink;
use super::widgets::dialog::{Dialog as Box, Line, Way, Weight, dialog};
use super::widgets::field::Field;
use super::widgets::sign;
use super::widgets::status::Mark;
use crate::app::model::{Dialog, DialogTone, Tone, Typed};
use crate::app::msg::Target;
use crate::domain::Environment;

/// Draws it above what recedes.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, from: &Dialog) {
    let weight = match (from.tone, from.environment) {
        (DialogTone::Plain, _) => Weight::Normal,
        (DialogTone::Live, _) | (DialogTone::Dangerous, Some(Environment::Live)) => Weight::Live,
        (DialogTone::Dangerous, _) => Weight::Harm,
    };
    let mut lines = Vec::new();
    if from.subject.is_some() || from.environment.is_some() {
        let subject = from.subject.iter().map(|subject| Part::from((subject.as_str(), Ink::STRONG))).collect();
        lines.push(Line::Row(subject, from.environment.map(sign::filled).into_iter().collect()));
        lines.push(Line::Blank);
    }
    for (n, finding) in from.text.iter().enumerate() {
        let ink = match finding.tone {
            Tone::Warning => Ink::WARNING,
            Tone::Error => Ink::ERROR,
            Tone::Plain | Tone::Done => Ink::TEXT,
        };
        if n > 0 {
            lines.push(Line::Blank);
        }
        let words = (finding.text.as_str(), ink).into();
        match mark(finding.tone).map(Mark::sign) {
            Some(sign) => lines.push(Line::Marked(sign, words)),
            None => lines.push(Line::Prose(words)),
        }
    }
    let ready = from.is_ready();
    // A name of the user's own choice guards nothing.
    let guarded = from.typed.as_ref().is_some_and(|typed| !typed.expected.is_empty());
    if let Some(asked) = &from.typed {
        lines.extend([Line::Blank, Line::Rule, Line::Blank]);
        lines.push(Line::Row(asks(asked), Vec::new()));
        lines.push(Line::Field(Field { focus: true, ..typed(&asked.input, true) }));
        if guarded {
            lines.push(Line::Row(vec![progress(asked)], Vec::new()));
        }
    }
    let careful = guarded || from.tone == DialogTone::Dangerous;
    let verb = if ready || !guarded { from.verb.to_owned() } else { format!("{}, when the name is right", from.verb) };
    let out = Way { key: "esc", verb: from.way_out, open: true };
    let deed = Way { key: "⏎", verb: &verb, open: ready };
    let (ways, targets) = match careful {
        _ if from.verb.is_empty() => (vec![out], vec![Target::DialogOut]),
        _ if from.way_out.is_empty() => (vec![deed], vec![Target::DialogDeed]),
        true => (vec![out, deed], vec![Target::DialogOut, Target::DialogDeed]),
        false => (vec![deed, out], vec![Target::DialogDeed, Target::DialogOut]),
    };
    let places = dialog(&mut sheet.canvas, &Box { title: &from.title, weight, lines, top: from.top, ways });
    sheet.cover();
    // Inside of the box nothing means «outside»; its fields have the focus anyway.
    let Area { x, y, w, h } = places.area;
    sheet.hit(Area::new(x, y, w, h), Target::Field(0));
    for (place, target) in places.ways.into_iter().zip(targets) {
        sheet.hit(place, target);
    }
}

/// The line that asks for a name, with the name itself strong.
fn asks(asked: &Typed) -> Vec<Part<'_>> {
    match asked.asks.split_once(&format!(", {},", asked.expected)) {
        Some((before, after)) => vec![
            (format!("{before}, "), Ink::TEXT).into(),
            (asked.expected.as_str(), Ink::STRONG).into(),
            (format!(",{after}"), Ink::TEXT).into(),
        ],
        None => vec![(asked.asks.as_str(), Ink::TEXT).into()],
    }
}

/// How far the name is typed; a wrong letter is told, where it stands.
fn progress(asked: &Typed) -> Part<'static> {
    let (input, expected) = (asked.input.text(), asked.expected.as_str());
    if input == expected {
        return ("The name is right.", Ink::DIM).into();
    }
    if let Some(rest) = expected.strip_prefix(input) {
        let left = characters(rest);
        let plural = if left == 1 { "" } else { "s" };
        return (format!("{left} more character{plural}"), Ink::DIM).into();
    }
    let same = input.chars().zip(expected.chars()).take_while(|(a, b)| a == b).count();
    (format!("no match from the {} character", ordinal(same + 1)), Ink::ERROR).into()
}

fn ordinal(n: usize) -> String {
    let end = match (n % 10, n % 100) {
        (1, teen) if teen != 11 => "st",
        (2, teen) if teen != 12 => "nd",
        (3, teen) if teen != 13 => "rd",
        _ => "th",
    };
    format!("{n}{end}")
}

#[cfg(test)]
mod tests {
    use super::ordinal;

    #[test]
    fn places_are_counted_in_words() {
        let words: Vec<_> = [1, 2, 3, 4, 11, 12, 13, 21, 22].map(ordinal).into();
        assert_eq!(words, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd"]);
    }
}
