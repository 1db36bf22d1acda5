//! A form: fields in one column, one of which has the focus, each with what was found out about it.

use super::input::{Choice, ChoiceKey, SecretInput, TextInput};
use super::model::Tone;
use super::msg::{Code, Key};
use crate::secret::SecretText;

/// Fields in one column.
#[derive(Debug, Default)]
pub struct Form {
    /// From top to bottom.
    pub fields: Vec<Field>,
    /// The one that has the focus, as an index.
    pub focus: usize,
}

/// A labelled field.
#[derive(Debug)]
pub struct Field {
    /// What it is for.
    pub id: FieldId,
    /// What stands to its left.
    pub label: String,
    /// What it holds.
    pub input: Input,
    /// Whether detection filled it and nobody changed it since.
    pub detected: bool,
    /// What stands under it: what was found out, what `⏎` will do, what to change.
    pub findings: Vec<Finding>,
    /// What it is, in a line, while it has the focus.
    pub help: Option<String>,
}

/// What a field holds.
#[derive(Debug)]
pub enum Input {
    /// Plain text.
    Text(TextInput),
    /// A value: hidden, but for public ones, whose `visible` is on once it is told that they are.
    Secret(SecretField),
    /// One of several.
    Choice(Choice),
    /// Something that can't be changed here.
    Fixed(String),
}

/// A value with what may be shown of it while it is hidden.
#[derive(Debug)]
pub struct SecretField {
    /// The value.
    pub input: SecretInput,
    /// Whether the field is a secret one. Others are shown, unless what is in one may be a secret as well.
    pub secret: bool,
    /// The public beginning that is shown before the mask.
    pub prefix: Option<String>,
    /// How a key is written, where that is known.
    pub form: Option<String>,
}

/// What a field is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldId {
    /// A named value of a version.
    Value(String),
    /// The provider.
    Provider,
    /// The kind, in the provider's words.
    Kind,
    /// Sandbox or live.
    Environment,
    /// The account's slug.
    Account,
    /// The last part of the reference.
    Name,
    /// Days between rotations.
    Rotate,
    /// Labels of places.
    UsedBy,
    /// Free text.
    Label,
    /// Free text of several lines.
    Note,
    /// For filters.
    Tags,
    /// A field of the account.
    AccountField(String),
    /// Dark or light.
    Theme,
    /// Whether paykeep takes the mouse.
    Mouse,
    /// Whether signs are plain ASCII.
    PlainSigns,
    /// Seconds until the vault locks.
    IdleLock,
    /// Seconds until the clipboard is emptied.
    Clipboard,
    /// Whether a copy may go through the terminal.
    Osc52,
    /// Whether what is due is told in clear beside the vault.
    Reminder,
    /// The present passphrase.
    Current,
    /// The new passphrase.
    New,
    /// The new passphrase again.
    Again,
    /// A line that opens something: `⏎` does it.
    Door,
    /// Where a place is to be found.
    Where,
    /// Whether a place is a server or a client.
    Side,
    /// A flow.
    Flow,
    /// Why it is run.
    Reason,
    /// A credential.
    Credential,
    /// How a message is signed or checked.
    Recipe,
    /// What the other side has: a signature, or a string to sign.
    Their,
    /// A request, a response or a webhook.
    Request,
    /// What came of it.
    Result,
    /// The status that a call came back with.
    Status,
}

impl FieldId {
    /// Whether it takes words that people choose, and that stand in lists, logs and calendars: never a value.
    pub(super) fn is_name(&self) -> bool {
        matches!(self, Self::Account | Self::Name | Self::Rotate | Self::UsedBy | Self::Tags | Self::Label)
    }
}

/// A line under a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Done (`✓`), look here (`▲`), wrong (`✗`), or plain.
    pub tone: Tone,
    /// The words.
    pub text: String,
}

/// What a key did to a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormKey {
    /// The focused field's value changed.
    Changed,
    /// It was used, and the values are the same.
    Taken,
    /// It means nothing to a form.
    NotMine,
}

impl Form {
    /// A form with these fields, the first one focused.
    pub fn new(fields: Vec<Field>) -> Self {
        Self { fields, focus: 0 }
    }

    /// The field that has the focus.
    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    /// The same, to change it.
    pub fn focused_mut(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.focus)
    }

    /// The field that is for this.
    pub fn field(&self, id: &FieldId) -> Option<&Field> {
        self.fields.iter().find(|f| f.id == *id)
    }

    /// The same, to change it.
    pub fn field_mut(&mut self, id: &FieldId) -> Option<&mut Field> {
        self.fields.iter_mut().find(|f| f.id == *id)
    }

    /// The plain text of a field; the value of a choice; nothing of a secret one.
    pub fn text(&self, id: &FieldId) -> &str {
        match self.field(id).map(|f| &f.input) {
            Some(Input::Text(text)) => text.text().trim(),
            Some(Input::Choice(choice)) => choice.value().unwrap_or(""),
            Some(Input::Fixed(text)) => text,
            _ => "",
        }
    }

    /// Gives a field the focus, by its place. An option that was looked for in the choice that is left is taken; says of which
    /// field, if that changed it.
    pub fn go(&mut self, at: usize) -> Option<FieldId> {
        if at >= self.fields.len() || at == self.focus {
            return None;
        }
        let left = self.fields.get_mut(self.focus);
        self.focus = at;
        let left = left?;
        let Input::Choice(choice) = &mut left.input else { return None };
        if !choice.leave() {
            return None;
        }
        left.detected = false;
        Some(left.id.clone())
    }

    /// Gives a field the focus, by what it is for.
    pub fn go_to(&mut self, id: &FieldId) {
        if let Some(at) = self.fields.iter().position(|f| f.id == *id) {
            self.go(at);
        }
    }

    /// Whether a list of options is open.
    pub fn is_open(&self) -> bool {
        matches!(self.focused().map(|f| &f.input), Some(Input::Choice(choice)) if choice.open)
    }

    /// Whether the focused field takes letters.
    pub fn types(&self) -> bool {
        self.focused().is_some_and(|f| !matches!(f.input, Input::Fixed(_)))
    }

    /// Takes a key that edits the focused field.
    pub fn key(&mut self, key: Key) -> FormKey {
        let Some(field) = self.fields.get_mut(self.focus) else { return FormKey::NotMine };
        let (taken, changes) = match &mut field.input {
            Input::Text(text) => (text.key(key), is_edit(key)),
            Input::Secret(value) => {
                let shown = value.input.visible;
                let taken = value.input.key(key);
                // What is known to be public is not hidden again.
                if !value.secret && (shown || value.input.is_empty()) {
                    value.input.visible = true;
                }
                (taken, is_edit(key) && shown == value.input.visible)
            }
            Input::Choice(choice) => match choice.key(key) {
                ChoiceKey::Chosen => (true, true),
                ChoiceKey::Taken => (true, false),
                ChoiceKey::NotMine => (false, false),
            },
            Input::Fixed(_) => (false, false),
        };
        match (taken, changes) {
            (false, _) => FormKey::NotMine,
            (true, false) => FormKey::Taken,
            (true, true) => {
                field.detected = false;
                FormKey::Changed
            }
        }
    }

    /// Hides every secret again; says whether one was shown.
    pub fn hide(&mut self) -> bool {
        let mut shown = false;
        for field in &mut self.fields {
            if let Input::Secret(value) = &mut field.input {
                shown |= value.secret && value.input.visible && !value.input.is_empty();
                value.input.visible &= !value.secret;
            }
        }
        shown
    }

    /// Drops what was found out.
    pub fn clear_findings(&mut self) {
        for field in &mut self.fields {
            field.findings.clear();
        }
    }

    /// Puts a line under a field.
    pub fn find(&mut self, id: &FieldId, tone: Tone, text: impl Into<String>) {
        if let Some(field) = self.field_mut(id) {
            field.findings.push(Finding { tone, text: text.into() });
        }
    }
}

impl Field {
    /// A line of plain text.
    pub fn text(id: FieldId, label: impl Into<String>, text: &str) -> Self {
        Self::new(id, label, Input::Text(TextInput::with(text)))
    }

    /// A choice.
    pub fn choice(id: FieldId, label: impl Into<String>, choice: Choice) -> Self {
        Self::new(id, label, Input::Choice(choice))
    }

    /// A hidden value of this size.
    pub fn secret(id: FieldId, label: impl Into<String>, room: usize) -> Self {
        let input = SecretInput::new(room);
        Self::new(id, label, Input::Secret(SecretField { input, secret: true, prefix: None, form: None }))
    }

    /// Any field.
    pub fn new(id: FieldId, label: impl Into<String>, input: Input) -> Self {
        Self { id, label: label.into(), input, detected: false, findings: Vec::new(), help: None }
    }

    /// The same, with what it is.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The value's text, where it is a value.
    pub fn value(&self) -> Option<&SecretText> {
        match &self.input {
            Input::Secret(value) => Some(value.input.text()),
            _ => None,
        }
    }
}

/// Whether a key that a field took changes its text.
fn is_edit(key: Key) -> bool {
    key.types().is_some()
        || matches!(key.code, Code::Backspace | Code::Delete | Code::Enter)
        || (key.ctrl && matches!(key.code, Code::Char('u' | 'j')))
}
