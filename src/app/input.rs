//! What takes typing: plain text, secret text, and a choice among options; and the form that lines them up.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::msg::{Code, Key};
use crate::domain::{Environment, MAX_TEXT, clean};
use crate::secret::SecretText;

/// One line of plain text (or several, for notes) with a cursor. Its `Debug` keeps the text back: people paste into the wrong field.
#[derive(Clone, Default)]
pub struct TextInput {
    text: String,
    cursor: usize,
    lines: bool,
}

/// Text that is not shown unless asked for, in a buffer of a fixed size.
pub struct SecretInput {
    text: SecretText,
    cursor: usize,
    room: usize,
    /// Whether it is shown as typed. It turns off by itself when the terminal loses the focus.
    pub visible: bool,
}

/// One of several options, found by typing.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// All of them, in order.
    pub options: Vec<Opt>,
    /// The chosen one, as an index into `options`.
    pub chosen: Option<usize>,
    /// What was typed to find one; empty while nothing is looked for.
    pub typed: TextInput,
    /// Whether the list under the field is open.
    pub open: bool,
    /// The options that fit what was typed, as indices into `options`; best first.
    pub shown: Vec<usize>,
    /// The row of `shown` that `⏎` takes.
    pub row: usize,
}

/// An option of a [`Choice`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opt {
    /// What is stored.
    pub value: String,
    /// What the screen says.
    pub label: String,
    /// Drawn as a badge where it stands for an environment.
    pub environment: Option<Environment>,
}

impl TextInput {
    /// An empty line.
    pub fn new() -> Self {
        Self::default()
    }

    /// A line that holds this text, the cursor behind it.
    pub fn with(text: &str) -> Self {
        let mut input = Self::default();
        input.set(text);
        input
    }

    /// The same, for several lines.
    pub fn lines(text: &str) -> Self {
        Self { text: text.to_owned(), cursor: text.len(), lines: true }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cursor as a byte index into the text: always between two characters as people count them.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether it takes line breaks.
    pub fn is_multiline(&self) -> bool {
        self.lines
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Replaces the text; the cursor goes behind it.
    pub fn set(&mut self, text: &str) {
        self.text = clean(text).into_owned();
        self.cursor = self.text.len();
    }

    /// Adds pasted text at the cursor: cleaned, without the line breaks at its ends. Says whether there was room.
    pub fn paste(&mut self, text: &str) -> bool {
        let text = text.trim_matches(['\r', '\n']);
        let clean = if self.lines { crate::domain::clean_lines(text) } else { clean(text).into_owned() };
        if self.text.len() + clean.len() > MAX_TEXT {
            return false;
        }
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
        self.settle();
        true
    }

    /// Takes a key that edits; says whether it was one.
    pub fn key(&mut self, key: Key) -> bool {
        if let Some(c) = key.types() {
            let mut buffer = [0; 4];
            let typed = clean(c.encode_utf8(&mut buffer));
            if self.text.len() + typed.len() <= MAX_TEXT {
                self.insert(&typed);
            }
            return true;
        }
        match (key.code, key.ctrl) {
            (Code::Char('j'), true) if self.lines => self.insert("\n"),
            (Code::Enter, _) if self.lines && key.alt => self.insert("\n"),
            (Code::Char('u'), true) => self.set(""),
            (Code::Backspace, _) => {
                let start = before(&self.text, self.cursor);
                self.text.replace_range(start..self.cursor, "");
                self.cursor = start;
            }
            (Code::Delete, _) => {
                let end = after(&self.text, self.cursor);
                self.text.replace_range(self.cursor..end, "");
            }
            _ => return step(&self.text, &mut self.cursor, key),
        }
        self.settle();
        true
    }

    /// Moves the cursor so many lines down; says whether there was another line.
    pub fn step_line(&mut self, by: isize) -> bool {
        let start = self.text[..self.cursor].rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[..self.cursor].matches('\n').count();
        let column = self.text[start..self.cursor].graphemes(true).count();
        let last = self.text.matches('\n').count();
        let wanted = line.saturating_add_signed(by).min(last);
        if wanted == line {
            return false;
        }
        let mut begins = 0;
        for (n, row) in self.text.split('\n').enumerate() {
            if n == wanted {
                let within: usize = row.graphemes(true).take(column).map(str::len).sum();
                self.cursor = begins + within;
                break;
            }
            begins += row.len() + 1;
        }
        true
    }

    fn insert(&mut self, text: &str) {
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        self.settle();
    }

    /// A combining character may have joined what stands before it: the cursor must not end up inside of it.
    fn settle(&mut self) {
        let mut cursor = GraphemeCursor::new(self.cursor, self.text.len(), true);
        if !cursor.is_boundary(&self.text, 0).unwrap_or(true) {
            self.cursor = after(&self.text, self.cursor);
        }
    }
}

impl std::fmt::Debug for TextInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TextInput({} characters)", self.text.chars().count())
    }
}

impl SecretInput {
    /// An empty field that takes this many bytes.
    pub fn new(room: usize) -> Self {
        Self { text: SecretText::with_capacity(room), cursor: 0, room, visible: false }
    }

    /// A field that holds this text and has room for as much as [`MAX_VALUE`].
    pub fn with(text: &SecretText) -> Self {
        let mut input = Self::new(MAX_VALUE.max(text.len()));
        input.put(text);
        input
    }

    /// The text as it is typed, where it is to be shown.
    pub fn shown(&self) -> Option<&str> {
        self.visible.then(|| self.text.expose())
    }

    /// How many characters a user would count.
    pub fn count(&self) -> usize {
        self.text.expose().graphemes(true).count()
    }

    /// How many characters stand before the cursor.
    pub fn cursor(&self) -> usize {
        self.text.expose()[..self.cursor].graphemes(true).count()
    }

    /// The text.
    pub fn text(&self) -> &SecretText {
        &self.text
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether two fields hold the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.text.expose() == other.text.expose()
    }

    /// Whether this field holds the beginning of the other's text.
    pub fn begins(&self, other: &Self) -> bool {
        other.text.expose().starts_with(self.text.expose())
    }

    /// Takes the text out; the field is empty then and hides what is typed next.
    pub fn take(&mut self) -> SecretText {
        let room = self.room;
        std::mem::replace(self, Self::new(room)).text
    }

    /// Wipes the text.
    pub fn clear(&mut self) {
        self.text.clear();
        self.cursor = 0;
    }

    /// Replaces the text; the cursor goes behind it. Says whether there was room: if not, the field is empty.
    pub fn put(&mut self, text: &SecretText) -> bool {
        self.clear();
        self.paste(text)
    }

    /// Adds pasted text at the cursor, without the line breaks at its end. Says whether there was room: if not, nothing is added.
    pub fn paste(&mut self, text: &SecretText) -> bool {
        let text = text.expose().trim_end_matches(['\r', '\n']);
        if self.text.len() + text.len() > self.room {
            return false;
        }
        for c in text.chars() {
            if self.text.insert(self.cursor, c) {
                self.cursor += c.len_utf8();
            }
        }
        self.settle();
        true
    }

    /// Takes a key that edits; says whether it was one.
    pub fn key(&mut self, key: Key) -> bool {
        if let Some(c) = key.types() {
            if self.text.len() + c.len_utf8() <= self.room && self.text.insert(self.cursor, c) {
                self.cursor += c.len_utf8();
                self.settle();
            }
            return true;
        }
        match (key.code, key.ctrl) {
            (Code::Char('u'), true) => self.clear(),
            (Code::Char('r'), true) => self.visible = !self.visible,
            (Code::Backspace, _) => {
                let start = before(self.text.expose(), self.cursor);
                self.remove(start, self.cursor);
            }
            (Code::Delete, _) => {
                let end = after(self.text.expose(), self.cursor);
                self.remove(self.cursor, end);
            }
            _ => return step(self.text.expose(), &mut self.cursor, key),
        }
        true
    }

    fn remove(&mut self, start: usize, end: usize) {
        let mut at = end;
        while at > start {
            let next = self.text.remove_before(at);
            if next == at {
                break;
            }
            at = next;
        }
        self.cursor = start;
        self.settle();
    }

    fn settle(&mut self) {
        let text = self.text.expose();
        let mut cursor = GraphemeCursor::new(self.cursor, text.len(), true);
        if !cursor.is_boundary(text, 0).unwrap_or(true) {
            self.cursor = after(text, self.cursor);
        }
    }
}

impl std::fmt::Debug for SecretInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Choice {
    /// A choice among these, none or the one of this value chosen.
    pub fn new(options: Vec<Opt>, value: Option<&str>) -> Self {
        let chosen = value.and_then(|v| options.iter().position(|o| o.value == v));
        let shown = (0..options.len()).collect();
        Self { options, chosen, shown, row: chosen.unwrap_or(0), ..Self::default() }
    }

    /// The chosen option.
    pub fn option(&self) -> Option<&Opt> {
        self.options.get(self.chosen?)
    }

    /// The chosen value.
    pub fn value(&self) -> Option<&str> {
        self.option().map(|o| o.value.as_str())
    }

    /// Chooses by value; says whether that changed anything.
    pub fn choose(&mut self, value: &str) -> bool {
        let chosen = self.options.iter().position(|o| o.value == value);
        let changed = chosen != self.chosen && chosen.is_some();
        if changed {
            self.chosen = chosen;
        }
        self.close();
        changed
    }

    /// Takes the option in this row of the open list; says whether that changed anything.
    pub fn take_row(&mut self, row: usize) -> bool {
        let chosen = self.shown.get(row).copied();
        let changed = chosen.is_some() && chosen != self.chosen;
        self.chosen = chosen.or(self.chosen);
        self.close();
        changed
    }

    /// The focus goes elsewhere: what was typed chooses, where an option fits it. Says whether that changed anything.
    pub fn leave(&mut self) -> bool {
        if self.open && !self.typed.is_empty() {
            self.take_row(self.row)
        } else {
            self.close();
            false
        }
    }

    /// Closes the list; what was typed is forgotten.
    pub fn close(&mut self) {
        self.open = false;
        self.typed.set("");
        self.shown = (0..self.options.len()).collect();
        self.row = self.chosen.unwrap_or(0);
    }

    /// Goes to the next or previous option, as ←→ do where there are few.
    pub fn turn(&mut self, forward: bool) -> bool {
        let n = self.options.len();
        if n == 0 {
            return false;
        }
        let next = match (self.chosen, forward) {
            (None, _) => 0,
            (Some(at), true) => (at + 1) % n,
            (Some(at), false) => (at + n - 1) % n,
        };
        let changed = self.chosen != Some(next);
        self.chosen = Some(next);
        self.close();
        changed
    }

    /// Takes a key; says what it meant to a choice.
    pub fn key(&mut self, key: Key) -> ChoiceKey {
        let changed = |yes| if yes { ChoiceKey::Chosen } else { ChoiceKey::Taken };
        match key.code {
            Code::Left if !self.open => changed(self.turn(false)),
            Code::Right if !self.open => changed(self.turn(true)),
            Code::Down if self.open => {
                self.row = (self.row + 1).min(self.shown.len().saturating_sub(1));
                ChoiceKey::Taken
            }
            Code::Up if self.open => {
                self.row = self.row.saturating_sub(1);
                ChoiceKey::Taken
            }
            Code::Enter if self.open => changed(self.take_row(self.row)),
            Code::Esc if self.open => {
                self.close();
                ChoiceKey::Taken
            }
            Code::Char(' ') if !self.open && !key.ctrl && !key.alt => {
                self.open = true;
                ChoiceKey::Taken
            }
            _ if self.typed.key(key) => {
                self.find();
                ChoiceKey::Taken
            }
            _ => ChoiceKey::NotMine,
        }
    }

    /// Keeps the options that fit what was typed: those that begin with it, then those that contain it, then those with its letters.
    fn find(&mut self) {
        let typed = self.typed.text().trim().to_lowercase();
        self.open = true;
        let rank = |o: &Opt| {
            let (label, value) = (o.label.to_lowercase(), o.value.to_lowercase());
            if label.starts_with(&typed) || value.starts_with(&typed) {
                Some(0)
            } else if label.contains(&typed) || value.contains(&typed) {
                Some(1)
            } else {
                super::fuzzy::is_subsequence(&typed, &label).then_some(2)
            }
        };
        let mut found: Vec<(u8, usize)> =
            self.options.iter().enumerate().filter_map(|(at, o)| Some((rank(o)?, at))).collect();
        found.sort_unstable();
        self.shown = found.into_iter().map(|(_, at)| at).collect();
        self.row = 0;
    }
}

/// What a key meant to a [`Choice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceKey {
    /// Another option is chosen now.
    Chosen,
    /// It was used, and the choice is the same.
    Taken,
    /// It means nothing here.
    NotMine,
}

/// Moves the cursor; says whether the key does that.
fn step(text: &str, cursor: &mut usize, key: Key) -> bool {
    *cursor = match key.code {
        Code::Left => before(text, *cursor),
        Code::Right => after(text, *cursor),
        Code::Home => text[..*cursor].rfind('\n').map_or(0, |at| at + 1),
        Code::End => text[*cursor..].find('\n').map_or(text.len(), |at| *cursor + at),
        _ => return false,
    };
    true
}

/// Where the character before `at` begins.
fn before(text: &str, at: usize) -> usize {
    text[..at].grapheme_indices(true).next_back().map_or(0, |(start, _)| start)
}

/// Where the character after `at` ends.
fn after(text: &str, at: usize) -> usize {
    text[at..].graphemes(true).next().map_or(at, |g| at + g.len())
}

/// How much a passphrase field takes, in bytes.
pub const MAX_PASSPHRASE: usize = 4 * 1024;
/// How much a field for a secret value takes, in bytes: several times an RSA 8192 key in PEM.
pub const MAX_VALUE: usize = 32 * 1024;
