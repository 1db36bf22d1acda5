//! All that the program knows: what the view draws and [`update`](super::update) changes, as plain data.

mod audit;
mod bench;
mod flow;
mod rotations;
mod token;
mod unseal;

pub use audit::Log;
pub use bench::Bench;
pub use flow::{About, BeginPage, FlowPage, FlowsPage, StepAt, Want};

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

pub use rotations::{Lane, Later, Rotations, Split};
pub(super) use token::Fetching;
pub use token::TokenPage;
pub use unseal::Unseal;

use super::action::{ActionId, Place};
use super::effect::{Effect, Given};
use super::form::Form;
use super::fuzzy::Finder;
use super::input::{SecretInput, TextInput};
use super::msg::{Now, Ticket, Way};
use super::screen::credentials::Counts;
use super::{Candidate, Unlocked};
use crate::catalog::Catalog;
use crate::domain::audit as chain;
use crate::domain::passphrase::Strength;
use crate::domain::provider::KeyForm;
use crate::domain::{Change, Environment, Id, Kind, SecretKey, Slug};
use crate::secret::SecretText;

/// The program's state.
#[derive(Debug)]
pub struct Model {
    /// The time of the last message.
    pub now: Now,
    /// The terminal's size in cells: width, height.
    pub size: (u16, u16),
    /// Whether the terminal's window has the focus, as far as it tells.
    pub focused: bool,
    /// Whether this is `--demo`: a vault in memory, of invented keys.
    pub demo: bool,
    /// Whether it runs inside of GNU screen, which holds esc back while it reports the mouse: so that is left to the terminal.
    pub in_screen: bool,
    /// What the vault is called.
    pub vault_name: String,
    /// When it was last saved, as far as is known.
    pub saved_at: Option<Timestamp>,
    /// The known providers.
    pub catalog: Catalog,
    /// What is kept outside of the vault.
    pub preferences: Preferences,
    /// What fills the terminal.
    pub screen: Screen,
    /// What floats above it.
    pub overlay: Option<Overlay>,
    /// What the status line says instead of its counts.
    pub notice: Option<Notice>,
    /// What is wrong with the user's own files: told while the vault is locked, and once it is open.
    pub(super) about_files: Option<Notice>,
    /// A copy that is on the clipboard, or on its way there.
    pub clip: Option<Clip>,
    /// Until when the line of what a copy reached stands, in boot time, and that line.
    pub(super) passing: Option<(Duration, String)>,
    /// The last actions taken from the palette, newest first.
    pub recent: VecDeque<ActionId>,
    pub(super) waiting: Vec<(Ticket, Purpose)>,
    pub(super) next_ticket: u64,
    pub(super) last_key: Duration,
    pub(super) outbox: Vec<Effect>,
}

/// What is kept on the computer and not in the vault, since it is needed while that is locked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Dark or light.
    pub theme: Theme,
    /// Leave the mouse to the terminal.
    pub mouse_off: bool,
    /// Signs that every terminal has.
    pub plain_signs: bool,
}

/// Dark or light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the terminal is.
    #[default]
    Auto,
    /// Light on dark.
    Dark,
    /// Dark on light.
    Light,
}

/// What fills the terminal.
#[derive(Debug)]
pub enum Screen {
    /// The vault's place is being looked at; nothing to draw yet, or what went wrong (in the notice).
    Starting,
    /// There is no vault yet.
    FirstRun(Box<FirstRun>),
    /// The vault is locked.
    Unlock(Box<Unlock>),
    /// The vault is open.
    Inside(Box<Inside>),
}

/// Something that takes a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    /// Of the answer that ends it.
    pub ticket: Ticket,
    /// Since when, in boot time. A sign of life is shown after [`SIGN_OF_LIFE`].
    pub since: Duration,
    /// What is done: «opening», «saving».
    pub what: &'static str,
}

/// Making a vault.
#[derive(Debug)]
pub struct FirstRun {
    /// The passphrase.
    pub passphrase: SecretInput,
    /// The same again.
    pub again: SecretInput,
    /// How strong it is.
    pub strength: Strength,
    /// Passphrases made for the user: none until they are there, else two (F2, F3; F4 makes others).
    pub offers: Vec<SecretText>,
    /// Which of the offers was taken: the passphrase is shown until it was typed again.
    pub taken: Option<usize>,
    /// «I wrote it down».
    pub ticked: bool,
    /// Where the focus is.
    pub focus: FirstField,
    /// While the vault is being made.
    pub busy: Option<Busy>,
    /// What went wrong.
    pub error: Option<Notice>,
}

/// A field of first run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstField {
    /// The passphrase.
    Passphrase,
    /// The same again.
    Again,
    /// The tick box.
    Tick,
}

/// The locked screen. It shows nothing from inside the vault.
#[derive(Debug)]
pub struct Unlock {
    /// The passphrase.
    pub passphrase: SecretInput,
    /// While scrypt runs.
    pub busy: Option<Busy>,
    /// Why it stays closed: «That passphrase does not open this vault.», and a second line.
    pub error: Option<Notice>,
    /// Why it was locked: «after 5 minutes without a key».
    pub why: Option<String>,
    /// What the lock wiped that was not stored yet: told here, and once more when the vault is open.
    pub wiped: Option<Notice>,
}

/// The open vault.
#[derive(Debug)]
pub struct Inside {
    /// Its present state, shared with the worker.
    pub unlocked: Arc<Unlocked>,
    /// The list of credentials; kept while another page is shown.
    pub credentials: Credentials,
    /// What is due; kept likewise.
    pub rotations: Rotations,
    /// The list of accounts; kept likewise.
    pub accounts: Accounts,
    /// The audit log; kept likewise.
    pub log: Log,
    /// The bench; kept likewise.
    pub bench: Bench,
    /// The settings.
    pub settings: Form,
    /// What is shown.
    pub page: Page,
    /// A secret that is shown now.
    pub revealed: Option<Revealed>,
    /// While a change is being saved.
    pub saving: Option<Busy>,
    /// What went to the bin last, for `u`.
    pub last_binned: Vec<Id>,
}

/// What is shown of the open vault.
#[derive(Debug)]
pub enum Page {
    /// The list of credentials, or what teaches when there are none.
    Credentials,
    /// One credential.
    Detail(Box<Detail>),
    /// Storing one.
    Add(Box<Add>),
    /// Editing what describes one.
    Edit(Box<Edit>),
    /// What is due, and the coming 90 days.
    Rotations,
    /// The list of accounts.
    Accounts,
    /// An account's form.
    Account(Box<AccountForm>),
    /// The bench: signing, checking, and why something does not match.
    Bench,
    /// The settings.
    Settings,
    /// The audit log.
    Audit,
    /// Changing the passphrase.
    Passphrase(Box<PassphraseForm>),
    /// A flow.
    Flow(Box<FlowPage>),
    /// Choosing a flow.
    Begin(Box<BeginPage>),
    /// All flows.
    Flows(FlowsPage),
    /// A place that uses a credential.
    Place(Box<PlaceForm>),
    /// A token that can be fetched.
    Token(Box<TokenPage>),
}

/// The screens of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// `1`
    Credentials,
    /// `2`
    Rotations,
    /// `3`
    Accounts,
    /// `4`
    Bench,
    /// `5`
    Audit,
    /// `6`; it stands in the header while it is open.
    Settings,
}

impl Tab {
    /// All of them, from left to right; their keys are 1 to 6.
    pub const ALL: [Self; 6] =
        [Self::Credentials, Self::Rotations, Self::Accounts, Self::Bench, Self::Audit, Self::Settings];

    /// Its word in the header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Credentials => "Credentials",
            Self::Rotations => "Rotations",
            Self::Accounts => "Accounts",
            Self::Bench => "Bench",
            Self::Audit => "Audit",
            Self::Settings => "Settings",
        }
    }
}

/// The chosen row of a list, and how far it is scrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The chosen row.
    pub row: usize,
    /// The first row that is drawn.
    pub top: usize,
}

impl List {
    /// Chooses another row of `count`, and scrolls so that it is among the `height` that are drawn.
    pub fn go(&mut self, row: usize, count: usize, height: usize) {
        self.row = row.min(count.saturating_sub(1));
        let height = height.max(1);
        self.top = self.top.clamp((self.row + 1).saturating_sub(height), self.row).min(count.saturating_sub(height));
    }

    /// Moves by some rows.
    pub fn step(&mut self, by: isize, count: usize, height: usize) {
        self.go(self.row.saturating_add_signed(by), count, height);
    }
}

/// The list of credentials with its sidebar and preview.
#[derive(Debug)]
pub struct Credentials {
    /// Every credential, those in the bin too, in the present order. Boxed: a save puts a new one among ten thousand.
    pub rows: Vec<Box<Row>>,
    /// What the list shows, as indices into `rows`.
    pub shown: Vec<usize>,
    /// The chosen row, as an index into `shown`.
    pub list: List,
    /// The filter tree, headings included, from top to bottom. The chosen entry is the one that is in force.
    pub sidebar: Vec<SidebarLine>,
    /// Which of the sidebar's entries is in force.
    pub section: Section,
    /// Where the focus is.
    pub pane: Pane,
    /// Whether the sidebar lies open over the list, below 110 columns.
    pub sidebar_open: bool,
    /// What the list is filtered by.
    pub filter: TextInput,
    /// Whether letters go into the filter.
    pub filtering: bool,
    /// What the list is sorted by.
    pub sort: Sort,
    /// The marked ones.
    pub marked: BTreeSet<Id>,
    pub(super) counts: Counts,
    /// When those end that end by themselves before the list is brought up to date, rising: until then time counts down.
    pub(super) ends: Vec<Timestamp>,
    pub(super) finder: Finder,
    pub(super) built_at: Timestamp,
}

/// A credential as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub id: Id,
    /// Sandbox or live.
    pub environment: Environment,
    /// The provider's ID.
    pub provider_id: Slug,
    /// The provider's name on the screen.
    pub provider: String,
    /// The account's slug.
    pub account: String,
    /// The last part of the reference.
    pub name: String,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Free text.
    pub label: String,
    /// The number of the current version, if there is one.
    pub version: Option<u32>,
    /// When its current version became that, and when it is due: what the age bar draws.
    pub age: Option<(Timestamp, Timestamp)>,
    /// When a version was last stored.
    pub changed_at: Timestamp,
    /// What comes next.
    pub next: Next,
    /// Whether something has to be done about it soon: it is due within 14 days, or about to expire, or over.
    pub needs_deed: bool,
    /// Whether a version of it waits.
    pub waits: bool,
    /// In the bin since.
    pub binned_at: Option<Timestamp>,
    /// What it is found by, in lower case.
    pub(super) text: nucleo_matcher::Utf32String,
}

/// What comes next for a credential. Which words say it depends on the time: the view's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Next {
    /// Its current version is over, since then.
    Expired(Timestamp),
    /// Its current version was stopped then.
    NoKey(Timestamp),
    /// Its current version stops working then.
    Expires(Timestamp),
    /// It is due for rotation then, or has been since then.
    Due(Timestamp),
    /// Two versions work, until then if that ends by itself.
    Overlap(Option<Timestamp>),
    /// A flow is in progress, at this step of so many.
    Step(usize, usize),
    /// A version waits to be used; there is no current one, or it waits beside it.
    Waiting,
    /// Nothing.
    Nothing,
}

/// A line of the sidebar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SidebarLine {
    /// A heading, with a blank line before it.
    Heading(&'static str),
    /// A blank line.
    Gap,
    /// Something to filter by.
    Entry {
        /// What it shows.
        section: Section,
        /// Its word.
        label: String,
        /// How many there are.
        count: usize,
    },
}

/// What the list shows before any filter is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// All but the bin.
    All,
    /// Those of a provider.
    Provider(Slug),
    /// Those of an environment.
    Environment(Environment),
    /// Due within 14 days, overdue, expired or about to expire.
    Due,
    /// With a version that waits.
    Waiting,
    /// In the bin.
    Bin,
}

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// What needs a deed first, live before sandbox, then provider, account, name.
    Deed,
    /// The provider's name.
    Provider,
    /// The account.
    Account,
    /// The name.
    Name,
    /// What was stored last.
    Changed,
}

/// A pane of the credentials screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The filter tree.
    Sidebar,
    /// The table.
    List,
}

/// A secret that is shown for ten seconds.
#[derive(Debug)]
pub struct Revealed {
    /// Whose.
    pub credential: Id,
    /// Which.
    pub key: SecretKey,
    /// The value.
    pub text: SecretText,
    /// Until when, in boot time.
    pub until: Duration,
}

/// One credential.
#[derive(Debug)]
pub struct Detail {
    /// Which.
    pub credential: Id,
    /// The version whose values are shown.
    pub version: Option<Id>,
    /// The lines that can be chosen, from top to bottom.
    pub items: Vec<Item>,
    /// The chosen one.
    pub chosen: usize,
    /// The first line of the page that is drawn, where it is longer than the screen.
    pub top: usize,
    /// In which form keys are shown and copied; `None`: as they are kept.
    pub form: Option<KeyForm>,
}

/// A line of the detail page that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A field of the shown version, by name.
    Field(String),
    /// The reference.
    Reference,
    /// A version: `⏎` shows its values.
    Version(Id),
    /// A place that uses it: `w` says that it has the current version.
    Place(Id),
}

/// Storing a credential.
#[derive(Debug)]
pub struct Add {
    /// How far it is.
    pub stage: AddStage,
    /// What was trimmed or unwrapped from what the form is about, in sentences.
    pub notes: Vec<String>,
    /// What a paste consists of, and further ones that came meanwhile; a single one has no table.
    pub found: Vec<Found>,
    /// Which of `found` the form is about.
    pub at: usize,
    /// The form.
    pub form: Form,
    /// What the value may be, best first; empty where no provider claims its shape.
    pub candidates: Vec<Candidate>,
    /// Which of them the form follows. None when the user chose something that no candidate says.
    pub candidate: Option<usize>,
    /// What contradicts what was chosen, or what the account has: `⏎` is off until it is overruled.
    pub contradiction: Option<String>,
    /// Whether the user overruled it, by typing the account's name.
    pub overruled: bool,
    /// What `⏎` will do.
    pub plan: Plan,
    /// Whether the values came by a paste: the clipboard may still hold them.
    pub was_pasted: bool,
    /// While it is being saved.
    pub busy: Option<Busy>,
    pub(super) values: Vec<SecretText>,
    /// The candidate's default name and rule, to tell whether the user wrote another.
    pub(super) usual: (String, String),
    /// What in the values contradicts what was chosen.
    pub(super) in_values: Option<String>,
    /// What the account has that is another than what came along.
    pub(super) in_account: Option<String>,
    /// What the last look at the values said; the plan's lines come on top.
    pub(super) about_values: Vec<(super::form::FieldId, Finding)>,
}

/// How far storing has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddStage {
    /// A large paste is being looked at.
    Looking(Busy),
    /// A paste of several: which of them are to be kept; the chosen row.
    Table(usize),
    /// The form.
    Form,
}

/// One thing of a paste.
#[derive(Debug, Default)]
pub struct Found {
    /// What it may be, best first.
    pub candidates: Vec<Candidate>,
    /// The values that belong to it, as indices; none where they were put into the form by hand.
    pub values: Vec<usize>,
    /// What was trimmed or unwrapped from its paste, in sentences.
    pub notes: Vec<String>,
    /// What to call it in the table: the name that stood before it, or its kind.
    pub title: String,
    /// What may be shown of it: its public beginning and how many characters it has.
    pub prefix: String,
    /// How many characters it has.
    pub count: usize,
    /// Whether it is left out (space).
    pub left_out: bool,
    /// Whether it is stored already.
    pub done: bool,
}

impl Found {
    /// Whether it is still to be stored.
    pub fn is_open(&self) -> bool {
        !self.left_out && !self.done
    }
}

/// What `⏎` in the form of [`Add`] will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Something is missing; what, in words.
    Incomplete(String),
    /// Something is wrong; what, in words.
    Refused(String),
    /// It makes a credential.
    Create,
    /// It fills in fields that the current version lacks.
    Fill,
    /// It keeps it as the next version, pending.
    NextVersion,
    /// It belongs to the account alone: an ID without a key.
    SetAccount,
}

/// Editing what describes a credential.
#[derive(Debug)]
pub struct Edit {
    /// Which.
    pub credential: Id,
    /// Label, note, tags, rotate after.
    pub form: Form,
    /// Whether it goes back to the detail page.
    pub from_detail: bool,
    /// While it is being saved.
    pub busy: Option<Busy>,
}

/// The list of accounts.
#[derive(Debug, Default)]
pub struct Accounts {
    /// By provider, environment and slug.
    pub rows: Vec<AccountRow>,
    /// The chosen one.
    pub list: List,
}

/// An account as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Which.
    pub id: Id,
    /// Sandbox or live.
    pub environment: Environment,
    /// The provider's name on the screen.
    pub provider: String,
    /// Its part of a reference.
    pub slug: String,
    /// Free text.
    pub label: String,
    /// Its fields by their names on the screen.
    pub fields: Vec<(String, String)>,
    /// The names of the fields that the provider needs and that are missing.
    pub missing: Vec<String>,
    /// How many credentials it has, those in the bin too.
    pub credentials: usize,
}

/// An account's form.
#[derive(Debug)]
pub struct AccountForm {
    /// The account; `None` for a new one.
    pub account: Option<Id>,
    /// Whether the bench sent for it, and is gone back to.
    pub for_bench: bool,
    /// Provider, environment, slug (fixed for one that exists), label and the provider's fields.
    pub form: Form,
    /// While it is being saved.
    pub busy: Option<Busy>,
}

/// Adding a place that uses a credential.
#[derive(Debug)]
pub struct PlaceForm {
    /// Which credential.
    pub credential: Id,
    /// Its name, where it is, where it runs.
    pub form: Form,
    /// Whether it goes back to the detail page.
    pub from_detail: bool,
    /// While it is being saved.
    pub busy: Option<Busy>,
}

/// Changing the passphrase.
#[derive(Debug)]
pub struct PassphraseForm {
    /// Current, new, again.
    pub form: Form,
    /// How strong the new one is.
    pub strength: Strength,
    /// While it is being changed.
    pub busy: Option<Busy>,
}

/// What floats above the screen.
#[derive(Debug)]
pub enum Overlay {
    /// A question before a deed.
    Dialog(Box<Dialog>),
    /// Every action.
    Palette(Box<Palette>),
    /// The keys of this screen.
    Help(Help),
    /// The question until when something is put off.
    Later(Box<Later>),
    /// The question before a sealed secret is given out again.
    Unseal(Box<Unseal>),
}

/// A question before a deed: both ways are named, the harmless one is the default where harm can be done.
#[derive(Debug)]
pub struct Dialog {
    /// On the border.
    pub title: String,
    /// What it is about: a reference. Its own line, with the badge at its right.
    pub subject: Option<String>,
    /// The badge.
    pub environment: Option<Environment>,
    /// What will happen, in short paragraphs; the view wraps them.
    pub text: Vec<Finding>,
    /// What has to be typed before the deed can be done.
    pub typed: Option<Typed>,
    /// How far the text is scrolled, where it is longer than its place.
    pub top: usize,
    /// The word at `⏎`.
    pub verb: &'static str,
    /// The word at `esc`.
    pub way_out: &'static str,
    /// The border: live, error, or plain.
    pub tone: DialogTone,
    pub(super) deed: Deed,
}

pub use super::form::Finding;

/// How weighty a dialog is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialogTone {
    /// An ordinary one.
    Plain,
    /// It touches live.
    Live,
    /// It can't be undone.
    Dangerous,
}

/// What has to be typed, letter by letter.
#[derive(Debug)]
pub struct Typed {
    /// «Type the account's name, acme, to delete».
    pub asks: String,
    /// What has to be typed; empty: anything, as a file's name.
    pub expected: String,
    /// What is typed.
    pub input: TextInput,
}

/// What a dialog is about to do.
#[derive(Debug)]
pub(super) enum Deed {
    /// Show a secret.
    Reveal { credential: Id, given: Given },
    /// Copy a secret.
    Copy { credential: Id, given: Given },
    /// Save a change.
    Commit { change: Change, done: String },
    /// Go on against a contradiction.
    Overrule,
    /// Open an older vault.
    OpenOlder(SecretText),
    /// Do a step of a flow, as it is said here. The step that was asked about: another program may have gone on meanwhile.
    Step(StepAt, crate::domain::Deed),
    /// Do it with the name that was typed; the note, and the places that were told to fail by it.
    TypedStep(StepAt, String, Vec<String>),
    /// The provider's denial after which nothing works, once the account's name was typed; with what it wrote.
    TypedDenial(StepAt, String),
    /// Go on against a contradiction, in a flow.
    OverruleStep,
    /// Agree that a secret goes to a host, and send it.
    AllowHost(Change),
    /// Write what stands on the bench to the file that was typed.
    WriteExample,
    /// Only to be read.
    Nothing,
}

/// Every action, found by typing.
#[derive(Debug)]
pub struct Palette {
    /// What was typed.
    pub input: TextInput,
    /// What fits.
    pub rows: Vec<PaletteRow>,
    /// The chosen one.
    pub list: List,
    /// How many actions there are.
    pub total: usize,
    /// The chosen credential: its reference and badge stand above the rows that are about it.
    pub subject: Option<(String, Environment)>,
}

/// A row of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaletteRow {
    /// What it does.
    pub action: ActionId,
    /// Which of the letters of its name were typed, as indices of characters.
    pub letters: Vec<usize>,
    /// Why it can't be done now.
    pub disabled: Option<String>,
    /// Whether it is about the chosen credential.
    pub about_chosen: bool,
}

/// The keys of this screen.
#[derive(Debug, Default)]
pub struct Help {
    /// What the keys are filtered by.
    pub filter: TextInput,
    /// Whether letters go into the filter.
    pub filtering: bool,
    /// The first line that is drawn.
    pub top: usize,
}

/// What the status line says, and under forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// What is. A sentence.
    pub text: String,
    /// What to do. A sentence.
    pub hint: Option<String>,
}

/// How words are meant: the sign before them and their colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Plain words.
    Plain,
    /// `✓`
    Done,
    /// `▲`
    Warning,
    /// `✗`
    Error,
}

/// A copy that is on the clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clip {
    /// Of the copy.
    pub ticket: Ticket,
    /// «secret-key of Ansa acme».
    pub subject: String,
    /// Sandbox or live.
    pub environment: Environment,
    /// Which value, for the log.
    pub about: Option<chain::About>,
    /// The form that a key is copied in, where that is another than the stored one.
    pub form: Option<KeyForm>,
    /// Whether it is there yet.
    pub state: ClipState,
    /// When it was asked for, got there or was to be taken back, in boot time.
    pub since: Duration,
    /// When it is taken back, in boot time.
    pub until: Duration,
    /// For how many seconds.
    pub seconds: u32,
    /// The step of a flow that hands it over.
    pub hands_over: Option<StepAt>,
    /// What asked for it at once and got nothing: «something» where its name isn't known.
    pub watched: Option<String>,
}

impl Clip {
    /// How it got to the clipboard, once that is known.
    pub fn way(&self) -> Option<Way> {
        match self.state {
            ClipState::Held { way } => Some(way),
            ClipState::Leaving { way } => way,
            ClipState::Asked => None,
        }
    }

    /// Whether the display has let too long pass without an answer.
    pub fn is_unanswered(&self, boot: Duration) -> bool {
        !matches!(self.state, ClipState::Held { .. }) && boot >= self.since + UNANSWERED
    }

    /// Whether it is being taken back.
    pub fn is_leaving(&self) -> bool {
        matches!(self.state, ClipState::Leaving { .. })
    }
}

/// How long a display may take before it is said that it doesn't answer.
pub const UNANSWERED: Duration = Duration::from_secs(5);

/// How far a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClipState {
    /// The shell was asked.
    Asked,
    /// It can be pasted.
    Held {
        /// How it got there.
        way: Way,
    },
    /// It is being taken back.
    Leaving {
        /// How it got there, if it did.
        way: Option<Way>,
    },
}

/// Why an answer is waited for.
#[derive(Debug)]
pub(super) enum Purpose {
    Folder,
    Offers,
    Open,
    Save {
        done: String,
        then: Then,
    },
    /// The vault was locked before the answer came.
    SaveUnseen,
    Refresh,
    Passphrase,
    Detect,
    Clip,
    PublicCopy {
        what: String,
    },
    ClearClipboard,
    Preferences,
    /// The passphrase of a sealed secret is checked.
    Unseal,
    /// An entry of the log is saved in the background.
    Remember,
    CheckLog,
    /// A trial of the bench.
    Bench,
    /// An example for the gateway's support; what the log remembers of it.
    Example {
        signed: Option<chain::Report>,
    },
    ExportLog,
    /// A token is fetched.
    Token,
    /// For this step, and this slot of its flow.
    Pair {
        at: StepAt,
        slot: String,
    },
}

/// Where to go when a change is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Nowhere.
    Stay,
    /// Nowhere; these are what `u` puts back from now on.
    Binned(Vec<Id>),
    /// The next of a paste, else the list with the credential chosen.
    NextFound,
    /// Back from the edit page.
    LeaveEdit,
    /// Back from the form of a place.
    LeavePlace,
    /// To the list of accounts, with this one chosen.
    Accounts(String),
    /// To the bench, which wanted it.
    Bench,
    /// To the flow that began, or on with its next step.
    Flow,
    /// A sealed secret is given out.
    Unsealed,
    /// On with fetching a token.
    Token,
}

/// A spinner is drawn after so long.
pub const SIGN_OF_LIFE: Duration = Duration::from_millis(300);
/// A revealed secret is hidden after so long.
pub const REVEAL: Duration = Duration::from_secs(10);

impl Model {
    /// Where the user is, with what floats above.
    pub fn place(&self) -> Place {
        match &self.overlay {
            Some(Overlay::Dialog(_)) => Place::Dialog,
            Some(Overlay::Palette(_)) => Place::Palette,
            Some(Overlay::Help(_)) => Place::Help,
            Some(Overlay::Later(_)) => Place::Later,
            Some(Overlay::Unseal(_)) => Place::Unseal,
            None => self.place_below(),
        }
    }

    /// Where the user is below what floats.
    pub fn place_below(&self) -> Place {
        match &self.screen {
            Screen::Starting => Place::Starting,
            Screen::FirstRun(_) => Place::FirstRun,
            Screen::Unlock(_) => Place::Unlock,
            Screen::Inside(inside) => match &inside.page {
                Page::Credentials => Place::List,
                Page::Detail(_) => Place::Detail,
                Page::Add(add) => match add.stage {
                    AddStage::Looking(_) => Place::AddLooking,
                    AddStage::Table(_) => Place::AddTable,
                    AddStage::Form => Place::Add,
                },
                Page::Edit(_) => Place::Edit,
                Page::Rotations => Place::Rotations,
                Page::Accounts => Place::Accounts,
                Page::Account(_) => Place::Account,
                Page::Bench => Place::Bench,
                Page::Settings => Place::Settings,
                Page::Audit => Place::Audit,
                Page::Passphrase(_) => Place::Passphrase,
                Page::Flow(_) => Place::Flow,
                Page::Begin(_) => Place::Begin,
                Page::Flows(_) => Place::Flows,
                Page::Place(_) => Place::NewPlace,
                Page::Token(_) => Place::Token,
            },
        }
    }

    /// Whether a field has the focus that takes letters as text.
    pub fn takes_letters(&self) -> bool {
        match &self.overlay {
            Some(Overlay::Dialog(dialog)) => return dialog.typed.is_some(),
            Some(Overlay::Palette(_) | Overlay::Unseal(_)) => return true,
            Some(Overlay::Help(help)) => return help.filtering,
            Some(Overlay::Later(_)) => return false,
            None => {}
        }
        match &self.screen {
            Screen::Starting => false,
            Screen::FirstRun(first) => first.focus != FirstField::Tick,
            Screen::Unlock(_) => true,
            Screen::Inside(inside) => match &inside.page {
                Page::Credentials => inside.credentials.filtering,
                Page::Audit => inside.log.filtering,
                Page::Bench => inside.bench.form.types(),
                Page::Add(add) => add.stage == AddStage::Form && add.form.types(),
                Page::Edit(edit) => edit.form.types(),
                Page::Account(account) => account.form.types(),
                Page::Passphrase(passphrase) => passphrase.form.types(),
                Page::Flow(flow) => flow.editing && flow.form.types(),
                Page::Begin(begin) => begin.form.types(),
                Page::Place(place) => place.form.types(),
                Page::Detail(_)
                | Page::Accounts
                | Page::Settings
                | Page::Flows(_)
                | Page::Rotations
                | Page::Token(_) => false,
            },
        }
    }

    /// The tab of the header that is lit, while the vault is open.
    pub fn tab(&self) -> Option<Tab> {
        match self.place_below() {
            Place::Rotations => Some(Tab::Rotations),
            Place::Audit => Some(Tab::Audit),
            Place::Bench => Some(Tab::Bench),
            Place::Accounts | Place::Account => Some(Tab::Accounts),
            Place::Settings | Place::Passphrase => Some(Tab::Settings),
            Place::Starting | Place::FirstRun | Place::Unlock => None,
            _ => Some(Tab::Credentials),
        }
    }

    /// The open vault.
    pub fn inside(&self) -> Option<&Inside> {
        match &self.screen {
            Screen::Inside(inside) => Some(inside),
            _ => None,
        }
    }
}
