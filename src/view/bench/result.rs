//! What a trial gave, as lines: what is signed, what to send, which version fits; and why something does not match.

use crate::app::bench::{Genuine, Judgement, Remedy, Report, Text, Tried, Tries};
use crate::app::model::{Bench, Model};
use crate::app::screen::bench::{proven, unproven};
use crate::error::Problem;
use crate::signing::{Difference, known_mistakes};
use crate::view::canvas::Part;
use crate::view::text::{chunks, cut_end, width, wrap};
use crate::view::theme::Ink;
use crate::view::widgets::sign;
use crate::view::widgets::status::Mark;

/// A line of the result.
#[derive(Clone, Debug, Default)]
pub(super) struct Row<'a> {
    /// Where it begins.
    pub(super) indent: i32,
    /// What stands in it.
    pub(super) parts: Vec<Part<'a>>,
    /// What stands at its right end.
    pub(super) right: Vec<Part<'a>>,
    /// Whether it is a line of a program.
    pub(super) is_code: bool,
}

/// A result of this width.
pub(super) struct Page<'a> {
    bench: &'a Bench,
    width: i32,
    /// Few lines are to be had: no blank ones, and what is needed first comes first.
    tight: bool,
    proof: Proof,
}

/// What a flow that asks for a proof says of the result.
pub(super) enum Proof {
    /// None asks, or not for this.
    NotAsked,
    /// It is the proof.
    Given,
    /// It is none, in spite of its signature.
    Lacks(Problem),
}

impl Proof {
    pub(super) fn of(model: &Model) -> Self {
        match unproven(model) {
            Some(why) => Self::Lacks(why.into()),
            None if proven(model).is_some() => Self::Given,
            None => Self::NotAsked,
        }
    }
}

impl<'a> Page<'a> {
    pub(super) fn of(bench: &'a Bench, width: i32, tight: bool, proof: Proof) -> Self {
        Self { bench, width, tight, proof }
    }

    fn report(&self) -> Option<&'a Report> {
        self.bench.report.as_deref()
    }

    /// Whether it matches, in a line.
    pub(super) fn verdict(&self) -> Vec<Part<'a>> {
        if let Some(Err(_)) = &self.bench.message {
            return said(Mark::Wrong, "This request can't be read.", "");
        }
        let Some(report) = self.report() else {
            return vec![("Nothing is tried yet.", Ink::STRONG).into(), ("  There is no request.", Ink::DIM).into()];
        };
        match &report.judgement {
            Some(Ok(found)) if found.signature == Genuine::Unchecked => {
                said(Mark::Done, "It is the same string to sign.", "  There is no signature to check.")
            }
            Some(Ok(found)) if found.is_same && !found.verified && found.signature != Genuine::Yes => {
                said(Mark::Wrong, "It is the same string to sign,", " but the signature is not good.")
            }
            Some(Ok(found)) if found.verified => {
                let whose = found.version.map_or_else(String::new, |n| format!("  It is v{n}'s."));
                vec![Mark::Done.sign(), ("Verified.", Ink::STRONG).into(), (whose, Ink::DIM).into()]
            }
            Some(Ok(found)) if found.signature == Genuine::Yes => {
                said(Mark::Wrong, "The signature fits, but the message is not good.", "")
            }
            Some(Ok(found)) if found.signature == Genuine::Unreadable => {
                said(Mark::Wrong, "The signature can't be read.", "")
            }
            Some(Ok(found)) => {
                let what = if found.is_given { "string to sign" } else { "signature" };
                let known = match (&found.cause, self.tight) {
                    (None, _) if found.limit.is_some() => "No known mistake that was tried explains it.",
                    (Some(_), false) => "The cause is known, and proven by doing it again.",
                    (Some(_), true) => "The cause is known.",
                    (None, false) => "It cannot be explained by any known mistake.",
                    (None, true) => "No known mistake explains it.",
                };
                let words = format!("The {what} does not match.");
                vec![Mark::Wrong.sign(), (words, Ink::STRONG).into(), ("  ", Ink::DIM).into(), (known, Ink::DIM).into()]
            }
            Some(Err(_)) => said(Mark::Wrong, "It can't be checked.", ""),
            None if report.stopped.is_some() && report.receives => said(Mark::Wrong, "It can't be checked.", ""),
            None if report.stopped.is_some() => said(Mark::Wrong, "It can't be signed.", ""),
            None => said(Mark::Done, "Signed.", "  Give the other side's signature to check it."),
        }
    }

    /// What is signed, what to send, what each version gives.
    pub(super) fn top(&self, room: i32) -> Vec<Vec<Row<'a>>> {
        let mut groups = Vec::new();
        let Some(report) = self.report() else { return groups };
        if let Some(text) = &report.text {
            let mut rows = Vec::new();
            let size = if text.len == 1 { "1 byte".to_owned() } else { format!("{} bytes", text.len) };
            rows.push(Row {
                parts: vec![("String to sign", Ink::HEADING).into()],
                right: vec![(size, Ink::DIM).into()],
                ..Row::default()
            });
            rows.extend(string(text, room));
            groups.push(rows);
        }
        if !report.headers.is_empty() {
            let mut rows = vec![heading("Headers to send")];
            for (name, value) in &report.headers {
                let label = if name.is_empty() { "signature: ".to_owned() } else { format!("{name}: ") };
                let value = match value {
                    Some(value) => (value.as_str(), Ink::TEXT).into(),
                    None => sign::mask(),
                };
                rows.push(plain(vec![(label, Ink::DIM).into(), value]));
            }
            groups.push(rows);
        }
        if !report.tried.is_empty() {
            let mut rows = vec![heading("Tried with")];
            for (n, tried) in report.tried.iter().enumerate() {
                rows.extend(version(tried, (n == 0).then_some(&report.absent), room));
            }
            groups.push(rows);
        }
        groups
    }

    /// The digest of the string to sign, and the call as a `curl` line.
    pub(super) fn more(&self) -> Vec<Row<'a>> {
        let mut rows = Vec::new();
        let Some(report) = self.report() else { return rows };
        if let Some(text) = &report.text {
            rows.extend(labelled("sha256", chunks(&text.sha256, self.width - LABEL, 4), Ink::DIM));
        }
        if let Some(curl) = &report.curl {
            rows.push(Row::default());
            rows.extend(labelled("curl", chunks(curl, self.width - LABEL, 4), Ink::TEXT));
        }
        rows
    }

    /// Why it does not match, or what stands in the way.
    pub(super) fn below(&self) -> Vec<Row<'a>> {
        let mut rows = Vec::new();
        if let Some(Err(problem)) = &self.bench.message {
            rows.extend(self.problem(problem));
            return rows;
        }
        let Some(report) = self.report() else { return rows };
        match &report.judgement {
            Some(Ok(found)) if !found.verified && found.signature != Genuine::Unchecked => {
                rows.extend(self.mismatch(found, report.text.as_ref()));
            }
            Some(Err(problem)) => rows.extend(self.problem(problem)),
            _ => {}
        }
        if let Some(problem) = &report.stopped {
            rows.extend(self.problem(problem));
        }
        if let Proof::Lacks(why) = &self.proof {
            rows.extend(self.space());
            rows.extend(self.problem(why));
        }
        if matches!(self.proof, Proof::Given) {
            rows.extend(self.space());
            let words = "here keeps that as the proof in the flow";
            let parts = vec![("⏎ ", Ink::ACCENT).into(), (words, Ink::TEXT).into()];
            rows.push(Row { indent: LABEL, parts, ..Row::default() });
        } else if let Some(remedy) = &report.remedy {
            rows.extend(self.space());
            rows.push(proposal(remedy));
        }
        rows
    }

    /// A blank line, where there is room for it.
    fn space(&self) -> Option<Row<'a>> {
        (!self.tight).then(Row::default)
    }

    fn problem(&self, problem: &Problem) -> Vec<Row<'a>> {
        let room = self.width - LABEL;
        let message = wrap(&problem.message, room).into_iter().map(str::to_owned).collect();
        let mut rows = labelled("Wrong", message, Ink::ERROR);
        if let Some(hint) = &problem.hint {
            rows.extend(labelled("Try", wrap(hint, room).into_iter().map(str::to_owned).collect(), Ink::TEXT));
        }
        rows
    }

    fn mismatch(&self, found: &'a Judgement, text: Option<&Text>) -> Vec<Row<'a>> {
        let room = self.width - LABEL;
        let mut rows = Vec::new();
        if let Some(cause) = &found.cause {
            let mut words = cause.clone();
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            words.push('.');
            let lines = wrap(&words, room).into_iter().map(str::to_owned).collect();
            rows.extend(labelled("Cause", lines, Ink::WARNING.bold()));
            if let Some(reading) = found.reading.as_ref().filter(|reading| !cause.ends_with(reading.as_str())) {
                rows.extend(labelled("", vec![format!("read otherwise: {reading}")], Ink::DIM));
            }
        } else if let Some(limit) = found.limit {
            rows.extend(labelled(
                "Tried",
                wrap(&format!("Not all: {limit}."), room).into_iter().map(str::to_owned).collect(),
                Ink::DIM,
            ));
        } else if !self.tight {
            let words = format!("{} known mistakes, with each key and reading: none gives this", known_mistakes());
            rows.extend(labelled("Tried", vec![words], Ink::DIM));
        }
        if let Some(parted) = &found.parted {
            // The parts are those of the recipe's own reading.
            let text = text.filter(|_| found.reading.is_none());
            let part = text.and_then(|text| part_at(text, parted.offset));
            let place =
                format!("byte {}{}", parted.offset, part.map_or_else(String::new, |part| format!(", in the {part}")));
            if !self.tight {
                if !rows.is_empty() {
                    rows.push(Row::default());
                }
                rows.extend(labelled("Where", vec![place.clone()], Ink::TEXT));
                rows.push(Row::default());
            }
            rows.extend(self.compared(parted, &found.text, &place));
        }
        for (n, fix) in found.fixes.iter().enumerate() {
            let mut lines = fix.lines();
            let words = wrap(lines.next().unwrap_or_default(), room).into_iter().map(str::to_owned).collect();
            rows.extend(self.space());
            rows.extend(labelled(if n == 0 { "Fix" } else { "" }, words, Ink::TEXT));
            rows.extend(lines.map(code));
        }
        rows
    }

    /// Both strings around the place where they part, one above the other.
    fn compared(&self, parted: &Difference, text: &[u8], place: &str) -> Vec<Row<'a>> {
        let hex_at = 59;
        let wide = self.width >= 110;
        let room = if wide { hex_at - 2 } else { self.width - LABEL };
        let from = parted.offset.saturating_sub(if wide { 28 } else { 32 });
        let before = text.get(from..parted.offset).unwrap_or_default();
        let lead = if from > 0 { "…" } else { "" };
        let head = format!("{lead}{}", one_line(before));
        let side = |label: &'static str, rest: &[u8], differs: usize| {
            let (odd, same) = rest.split_at(differs.min(rest.len()));
            let odd = if rest.is_empty() { "(its end)".to_owned() } else { one_line(odd) };
            let mut line: Vec<Part<'a>> = vec![(format!("{label:<9}"), Ink::DIM).into()];
            let used = width(&head) + width(&odd);
            line.push((head.clone(), Ink::TEXT).into());
            line.push((odd, Ink::ERROR.bold()).into());
            let tail = cut_end(&one_line(same), (room - used).max(0)).into_owned();
            let used = used + width(&tail);
            line.push((tail, Ink::TEXT).into());
            if wide {
                let gap = usize::try_from(hex_at - used).unwrap_or(1).max(1);
                line.push((" ".repeat(gap), Ink::TEXT).into());
                let near = before.get(before.len().saturating_sub(5)..).unwrap_or_default();
                line.push((hex(near), Ink::DIM).into());
                line.push((hex(rest.get(..differs.min(rest.len())).unwrap_or_default()), Ink::ERROR.bold()).into());
                line.push((hex(same.get(..6.min(same.len())).unwrap_or_default()), Ink::TEXT).into());
            }
            plain(line)
        };
        let (ours, theirs, words) = how(parted);
        let said = if self.tight { format!("{words}; {place}") } else { words };
        // As far to the right as it stands whole.
        let at = (LABEL + width(&head)).min(self.width - 2 - width(&said)).max(0);
        vec![
            side("right", &parted.ours, ours),
            side("given", &parted.theirs, theirs),
            Row { indent: at, parts: vec![("▲ ", Ink::ERROR).into(), (said, Ink::ERROR).into()], ..Row::default() },
        ]
    }
}

/// How many bytes differ on each side, and in words.
fn how(parted: &Difference) -> (usize, usize, String) {
    let (ours, theirs) = (&parted.ours, &parted.theirs);
    let named = |byte: u8| match byte {
        b' ' => "20, a space".to_owned(),
        b'\n' => "0a, a line break".to_owned(),
        b'\r' => "0d, a carriage return".to_owned(),
        b'\t' => "09, a tab".to_owned(),
        byte => format!("{byte:02x}"),
    };
    let begins = |text: &[u8], with: &[u8]| {
        let n = text.len().min(with.len()).min(8);
        text.get(..n) == with.get(..n)
    };
    match (&ours[..], &theirs[..]) {
        ([], [first, ..]) => (0, theirs.len(), format!("it goes on, with {}", named(*first))),
        ([first, ..], []) => (1, 0, format!("it ends here; {} is missing", named(*first))),
        (_, [extra, rest @ ..]) if begins(rest, ours) => (0, 1, format!("one byte more: {}", named(*extra))),
        ([lacks, rest @ ..], _) if begins(rest, theirs) => (1, 0, format!("one byte less: {}", named(*lacks))),
        ([right, ..], [wrong, ..]) => (1, 1, format!("{} where {} is right", named(*wrong), named(*right))),
        ([], []) => (0, 0, String::new()),
    }
}

/// The part of the string to sign in which a byte stands.
fn part_at(text: &Text, offset: usize) -> Option<&'static str> {
    let mut end = 0;
    let found = text.parts.iter().find(|(_, len)| {
        end += len;
        offset < end
    });
    found.map(|(name, _)| *name).filter(|name| !name.is_empty())
}

/// The string to sign in a few lines, and the names of its parts below where it is one line.
fn string<'a>(text: &Text, room: i32) -> Vec<Row<'a>> {
    let shown = visible(&text.shown);
    let mut rows = Vec::new();
    let one = shown.len() == 1 && width(&shown[0]) <= room;
    if one && text.parts.len() > 1 {
        let mut parts: Vec<Part<'a>> = Vec::new();
        let (mut at, mut from, mut names) = (0, 0, Vec::new());
        for (name, len) in &text.parts {
            let part = one_line(text.shown.get(from..from + len).unwrap_or_default());
            from += len;
            let ink = if *name == "time" { Ink::DIM } else { Ink::TEXT };
            let size = width(&part);
            if size > width(name) && *name != "method" && !name.is_empty() {
                names.push((at, *name));
            }
            at += size;
            parts.push((part, ink).into());
        }
        rows.push(plain(parts));
        let mut line = String::new();
        for (at, name) in names {
            while width(&line) < at {
                line.push(' ');
            }
            line.push_str(name);
        }
        rows.push(plain(vec![(line, Ink::DIM).into()]));
        return rows;
    }
    for line in shown.iter().flat_map(|line| chunks(line, room, MOST_LINES)).take(MOST_LINES) {
        rows.push(plain(vec![(line, Ink::TEXT).into()]));
    }
    let whole: usize = shown.iter().map(|line| chunks(line, room, usize::MAX).len()).sum();
    if whole > MOST_LINES || text.len > text.shown.len() {
        rows.push(plain(vec![("…", Ink::DIM).into()]));
    }
    rows
}

fn version<'a>(tried: &'a Tried, absent: Option<&Vec<&'static str>>, room: i32) -> Vec<Row<'a>> {
    let name = if tried.meant {
        format!("v{} {}", tried.version, tried.name)
    } else {
        format!("{}, v{}", tried.name, tried.version)
    };
    let (mark, words, ink): (Option<Mark>, String, Ink) = match &tried.what {
        Tries::Fits => (Some(Mark::Done), "fits".into(), Ink::SUCCESS),
        Tries::FitsNot => (Some(Mark::Wrong), "does not fit".into(), Ink::DIM),
        Tries::Signs(Some(signature)) => (None, signature.clone(), Ink::TEXT),
        Tries::Signs(None) => (None, "sends itself".into(), Ink::DIM),
        // Why stands below, where it has room.
        Tries::Stopped(_) => (Some(Mark::Wrong), String::new(), Ink::ERROR),
    };
    let mut parts: Vec<Part<'a>> = mark.map_or_else(|| vec![("· ", Ink::FAINT).into()], |mark| vec![mark.sign()]);
    let cut = cut_end(&name, if tried.meant { 16 } else { room - 16 }).into_owned();
    let pad = usize::try_from(18 - width(&cut)).unwrap_or(2).max(2);
    parts.push((cut, Ink::TEXT).into());
    parts.push((" ".repeat(pad), Ink::TEXT).into());
    parts.push((words, ink).into());
    let mut rows = vec![plain(parts)];
    if let Tries::Stopped(why) = &tried.what {
        let line = |line: &str| Row { indent: 2, ..plain(vec![(line.to_owned(), Ink::ERROR).into()]) };
        rows.extend(wrap(why, room - 2).into_iter().map(line));
    }
    if let Some(absent) = absent.filter(|absent| !absent.is_empty()) {
        let none: Vec<String> = absent.iter().map(|slot| format!("no {slot}")).collect();
        let words: Part<'a> = (format!("  {}", none.join(", ")), Ink::DIM).into();
        let row = rows
            .first_mut()
            .filter(|row| row.parts.iter().map(|part| width(&part.text)).sum::<i32>() + width(&words.text) <= room);
        match row {
            Some(row) => row.parts.push(words),
            // What a version would sign needs all of its line.
            None if matches!(tried.what, Tries::Signs(_)) => {}
            None => rows.push(plain(vec![words])),
        }
    }
    rows
}

fn said<'a>(mark: Mark, words: &'a str, more: &'a str) -> Vec<Part<'a>> {
    vec![mark.sign(), (words, Ink::STRONG).into(), (more, Ink::DIM).into()]
}

/// What `⏎` does about it.
fn proposal<'a>(remedy: &Remedy) -> Row<'a> {
    let words = match remedy {
        Remedy::Message(_) => "here puts that into the request, which then fits".to_owned(),
        Remedy::Key(reference) => format!("here chooses the key of {reference}"),
        Remedy::Versions => "here shows the versions".to_owned(),
        Remedy::Field(name) => format!("here opens the account to fill {name} in, and comes back"),
    };
    let parts = vec![("⏎ ", Ink::ACCENT).into(), (words, Ink::TEXT).into()];
    Row { indent: LABEL, parts, ..Row::default() }
}

/// A line of a program.
fn code(line: &str) -> Row<'_> {
    Row {
        indent: LABEL,
        parts: vec![("  ", Ink::TEXT).into(), (line, Ink::TEXT).into()],
        is_code: true,
        ..Row::default()
    }
}

fn heading(words: &str) -> Row<'_> {
    plain(vec![(words, Ink::HEADING).into()])
}

fn plain(parts: Vec<Part<'_>>) -> Row<'_> {
    Row { parts, ..Row::default() }
}

/// A label, and its lines at the right of it.
fn labelled<'a>(label: &'static str, lines: Vec<String>, ink: Ink) -> Vec<Row<'a>> {
    let label = |n: usize| if n == 0 { format!("{label:<9}") } else { " ".repeat(9) };
    let row = |(n, line): (usize, String)| plain(vec![(label(n), Ink::DIM).into(), (line, ink).into()]);
    lines.into_iter().enumerate().map(row).collect()
}

/// Text with what can't be seen written as programs write it: `\n`, `\t`, `\u{200b}`, `\xff`; a line break ends the line too.
fn visible(bytes: &[u8]) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut rest = bytes;
    loop {
        let (good, bad, after) = match std::str::from_utf8(rest) {
            Ok(good) => (good, &[][..], &[][..]),
            Err(error) => {
                let (good, tail) = rest.split_at(error.valid_up_to());
                let (bad, after) = tail.split_at(error.error_len().unwrap_or(tail.len()).min(tail.len()));
                (std::str::from_utf8(good).unwrap_or_default(), bad, after)
            }
        };
        for c in good.chars() {
            let Some(line) = lines.last_mut() else { return lines };
            let is_seen =
                !c.is_whitespace() && crate::domain::clean(c.encode_utf8(&mut [0; 4])) == *c.encode_utf8(&mut [0; 4]);
            if c == ' ' {
                line.push('·');
            } else if is_seen {
                line.push(c);
            } else {
                line.extend(c.escape_default());
            }
            if c == '\n' {
                lines.push(String::new());
            }
        }
        if let Some(line) = lines.last_mut() {
            line.extend(bad.iter().map(|byte| format!("\\x{byte:02x}")));
        }
        if after.is_empty() {
            break;
        }
        rest = after;
    }
    if lines.len() > 1 && lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn one_line(bytes: &[u8]) -> String {
    visible(bytes).concat()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x} "))
}

/// Where what is labelled begins.
const LABEL: i32 = 9;
const MOST_LINES: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_t_be_seen_is_written_out() {
        assert_eq!(visible(b"a b\tc\r\nd\n"), ["a·b\\tc\\r\\n", "d\\n"]);
        assert_eq!(one_line("x\u{a0}y\u{200b}é\u{3000}".as_bytes()), "x\\u{a0}y\\u{200b}é\\u{3000}");
        assert_eq!(one_line(b"\xff\x00"), "\\xff\\u{0}");
    }
}
