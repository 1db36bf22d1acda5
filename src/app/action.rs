//! The one table of actions: its rows are the keys, the footer, the help, the palette, the README's table and the reasons why something
//! can't be done now.

mod table;

use std::fmt::Write as _;

use super::model::Model;
use super::msg::{Code, Key};

pub use table::TABLE;

/// A row of the table.
pub struct Action {
    /// What it is.
    pub id: ActionId,
    /// The keys that do it, the one to show first. None: the palette alone has it.
    pub keys: &'static [Key],
    /// Its name in the palette; empty where it makes no sense there.
    pub name: &'static str,
    /// Its word in the footer and on dialogs.
    pub word: &'static str,
    /// What the help says; empty where another row says it too.
    pub help: &'static str,
    /// Under which heading.
    pub group: Group,
    /// Where it works.
    pub places: &'static [Place],
    /// Where in the footer.
    pub foot: Foot,
    /// Whether it is about the chosen credential, and stands above in the palette.
    pub about_chosen: bool,
    /// Whether it means anything now; where not, it is shown nowhere and its keys are free for other rows.
    pub when: fn(&Model) -> bool,
    /// Why it can't be done now.
    pub disabled: fn(&Model) -> Option<String>,
    /// Does it.
    pub run: fn(&mut Model),
}

/// Where the user is: which rows of the table count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The vault's place is looked at.
    Starting,
    /// Making a vault.
    FirstRun,
    /// Locked.
    Unlock,
    /// The list of credentials.
    List,
    /// One credential.
    Detail,
    /// A large paste is looked at.
    AddLooking,
    /// The table of a paste of several.
    AddTable,
    /// The form of a credential.
    Add,
    /// Editing what describes one.
    Edit,
    /// What is due, and the coming 90 days.
    Rotations,
    /// The list of accounts.
    Accounts,
    /// An account's form.
    Account,
    /// The bench.
    Bench,
    /// The settings.
    Settings,
    /// The audit log.
    Audit,
    /// Changing the passphrase.
    Passphrase,
    /// A flow.
    Flow,
    /// Choosing a flow.
    Begin,
    /// All flows.
    Flows,
    /// A place that uses a credential.
    NewPlace,
    /// A token that can be fetched.
    Token,
    /// A question.
    Dialog,
    /// The question until when something is put off.
    Later,
    /// The question before a sealed secret is given out.
    Unseal,
    /// The palette.
    Palette,
    /// The help.
    Help,
}

/// A heading of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What is about the chosen credential.
    Credential,
    /// What is due.
    Rotations,
    /// Ways to add one.
    Add,
    /// Flows.
    Flow,
    /// Accounts.
    Accounts,
    /// The bench.
    Bench,
    /// Tokens.
    Token,
    /// The audit log.
    Audit,
    /// Moving in lists.
    Lists,
    /// Fields of forms.
    Fields,
    /// What works on every screen.
    Everywhere,
}

/// Where in the footer an action stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foot {
    /// Nowhere.
    No,
    /// At the left; small numbers first.
    Left(u8),
    /// At the right: leaving and locking; small numbers first.
    Right(u8),
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table says what each is")]
pub enum ActionId {
    TakeBack,
    StepDone,
    StepCopy,
    StepReveal,
    StepSign,
    StepVerify,
    StepOpenPage,
    StepNote,
    StepField,
    StepKnown,
    StepDenied,
    StepOverrule,
    StepStop,
    LookBack,
    TickPlace,
    TakeOffPlace,
    AddPlace,
    AbandonFlow,
    LeaveFlow,
    BeginFlow,
    Rotate,
    Leaked,
    Revoke,
    NewFlow,
    Resume,
    OpenFlow,
    GoBackTo,
    UseIt,
    TickOff,
    NewPlace,
    NextForm,
    DialogDeed,
    DialogOut,
    UnsealDeed,
    UnsealOut,
    UnsealField,
    PaletteRun,
    CloseOverlay,
    HelpFilter,
    MakeVault,
    TakeOffer1,
    TakeOffer2,
    OtherOffers,
    Tick,
    StopOpening,
    Unlock,
    Retry,
    Add,
    KeepFilter,
    LeaveSidebar,
    Open,
    Copy,
    Reveal,
    CopyReference,
    Edit,
    ToBin,
    PutBack,
    DeleteForGood,
    EmptyBin,
    Keep,
    NextCandidate,
    Overrule,
    GoOn,
    LeaveOut,
    Save,
    NewLine,
    Enter,
    OpenDue,
    Later,
    PutOff,
    LaterOut,
    LeaveRotations,
    KeepLogFilter,
    ClearLogFilter,
    OpenEntry,
    FilterLog,
    ExportLog,
    CheckLog,
    LeaveLog,
    AddAccount,
    EditAccount,
    RemoveAccount,
    Turn,
    TurnBack,
    ChangePassphrase,
    NextTheme,
    ToggleMouse,
    Filter,
    ClearFilter,
    Sort,
    Mark,
    Up,
    Down,
    First,
    Last,
    PageUp,
    PageDown,
    NextPane,
    PreviousPane,
    PaneLeft,
    PaneRight,
    Choose,
    NextField,
    PreviousField,
    ShowTyped,
    ClearField,
    Palette,
    Help,
    Credentials,
    Rotations,
    Accounts,
    Bench,
    TryIt,
    FollowResult,
    CopyCurl,
    SupportFile,
    CopyText,
    Example,
    OtherKind,
    OpenToken,
    FetchToken,
    StopToken,
    CopyCall,
    LeaveToken,
    BenchEnter,
    Settings,
    Audit,
    LeaveAdd,
    LeaveForm,
    Back,
    ClearClipboard,
    Redraw,
    Suspend,
    Lock,
    LockAndQuit,
    Quit,
}

/// The footer of the present place.
#[derive(Default)]
pub struct Footer {
    /// At the left, most used first; at most eight.
    pub left: Vec<&'static Action>,
    /// At the right.
    pub right: Vec<&'static Action>,
}

/// Lines of the help under one heading: the keys as text, and what they do.
pub struct HelpGroup {
    /// Which heading.
    pub group: Group,
    /// Keys and words.
    pub lines: Vec<(String, &'static str)>,
}

impl Action {
    /// Whether it works here and now (it may still be disabled).
    pub fn applies(&self, model: &Model) -> bool {
        self.places.contains(&model.place()) && (self.when)(model)
    }

    /// The key to show, if it has one.
    pub fn key(&self) -> Option<String> {
        self.keys.first().map(key_name)
    }

    /// All its keys, as the help and the README write them.
    pub fn all_keys(&self) -> String {
        match self.id {
            ActionId::Up => "↑↓  j k".into(),
            ActionId::First => "g  G".into(),
            ActionId::PageUp => "PgUp PgDn".into(),
            ActionId::PaneLeft => "← →  h l".into(),
            ActionId::NextPane | ActionId::NextField => "tab shift-tab".into(),
            ActionId::Turn | ActionId::Choose => "← →".into(),
            ActionId::TakeOffer1 => "F2 F3".into(),
            ActionId::Credentials => "1 2 3 4 5 6".into(),
            _ => self.keys.iter().map(key_name).collect::<Vec<_>>().join("  "),
        }
    }
}

/// The row of an action.
pub fn action(id: ActionId) -> Option<&'static Action> {
    TABLE.iter().find(|a| a.id == id)
}

/// The row that a key means here and now.
pub fn for_key(model: &Model, key: Key) -> Option<&'static Action> {
    TABLE.iter().find(|a| a.keys.iter().any(|k| is_same(*k, key)) && a.applies(model))
}

/// The footer of the present place, each key with what it does now: one that another row has first stands there once. While a field takes letters, only keys that don't type are in it.
pub fn footer(model: &Model) -> Footer {
    let fits = |a: &&Action| {
        let typed = model.takes_letters() && a.keys.first().is_some_and(|k| k.types().is_some());
        let is_its_own = || a.keys.first().is_none_or(|key| for_key(model, *key).is_some_and(|first| first.id == a.id));
        a.foot != Foot::No && !typed && a.applies(model) && (a.disabled)(model).is_none() && is_its_own()
    };
    let rank = |a: &&Action| match a.foot {
        Foot::Left(n) | Foot::Right(n) => n,
        Foot::No => u8::MAX,
    };
    let (mut left, mut right): (Vec<_>, Vec<_>) =
        TABLE.iter().filter(fits).partition(|a| matches!(a.foot, Foot::Left(_)));
    left.sort_by_key(rank);
    right.sort_by_key(rank);
    // What leads to all the others stays; on a flow's page what its step takes comes first.
    if left.len() > MOST_LEFT
        && model.place_below() != Place::Flow
        && let Some(last) = left.pop()
    {
        left.truncate(MOST_LEFT - 1);
        left.push(last);
    }
    left.truncate(MOST_LEFT);
    Footer { left, right }
}

/// How many keys a footer has at its left.
const MOST_LEFT: usize = 8;

/// The help of the place under the overlay: only what works there, filtered by what was typed.
pub fn help(model: &Model, typed: &str) -> Vec<HelpGroup> {
    let place = model.place_below();
    let wanted = typed.to_lowercase();
    let groups = [
        Group::Credential,
        Group::Flow,
        Group::Rotations,
        Group::Add,
        Group::Accounts,
        Group::Bench,
        Group::Token,
        Group::Audit,
        Group::Fields,
        Group::Lists,
        Group::Everywhere,
    ];
    groups
        .into_iter()
        .map(|group| {
            let here =
                |a: &&Action| a.group == group && !a.help.is_empty() && a.places.contains(&place) && !a.keys.is_empty();
            let lines = TABLE.iter().filter(here).map(|a| (a.all_keys(), a.help));
            let lines = lines.filter(|(keys, words)| {
                wanted.is_empty() || words.to_lowercase().contains(&wanted) || keys.to_lowercase().contains(&wanted)
            });
            HelpGroup { group, lines: lines.collect() }
        })
        .filter(|g| !g.lines.is_empty())
        .collect()
}

/// The table of keys as it stands in the README.
pub fn markdown() -> String {
    let mut text = String::from("| where | key | does |\n|---|---|---|\n");
    let groups = [
        Group::Everywhere,
        Group::Lists,
        Group::Credential,
        Group::Rotations,
        Group::Flow,
        Group::Add,
        Group::Accounts,
        Group::Bench,
        Group::Token,
        Group::Audit,
        Group::Fields,
    ];
    for group in groups {
        let mut heading = group.name();
        for action in TABLE.iter().filter(|a| a.group == group && !a.help.is_empty() && !a.keys.is_empty()) {
            let keys = action.all_keys().split_whitespace().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(" ");
            let _ = writeln!(text, "| {heading} | {keys} | {} |", action.help);
            heading = "";
        }
    }
    text
}

impl Group {
    /// The heading.
    pub fn name(self) -> &'static str {
        match self {
            Self::Credential => "This credential",
            Self::Rotations => "Rotations",
            Self::Add => "Add",
            Self::Flow => "Flows",
            Self::Accounts => "Accounts",
            Self::Bench => "Bench",
            Self::Token => "Tokens",
            Self::Audit => "Audit",
            Self::Lists => "Lists",
            Self::Fields => "Fields",
            Self::Everywhere => "Everywhere",
        }
    }
}

/// A key as the screen writes it: `⏎`, `ctrl-r`, `shift-tab`, `F2`.
pub fn key_name(key: &Key) -> String {
    let name = match key.code {
        Code::Char(' ') => "space".into(),
        Code::Char(c) => c.to_string(),
        Code::Enter => "⏎".into(),
        Code::Esc => "esc".into(),
        Code::Tab => "tab".into(),
        Code::Backspace => "backspace".into(),
        Code::Delete => "del".into(),
        Code::Left => "←".into(),
        Code::Right => "→".into(),
        Code::Up => "↑".into(),
        Code::Down => "↓".into(),
        Code::Home => "Home".into(),
        Code::End => "End".into(),
        Code::PageUp => "PgUp".into(),
        Code::PageDown => "PgDn".into(),
        Code::F(n) => format!("F{n}"),
    };
    let held = [(key.ctrl, "ctrl-"), (key.alt, "alt-"), (key.shift, "shift-")];
    held.iter().filter(|(on, _)| *on).map(|(_, word)| *word).chain([name.as_str()]).collect()
}

/// Whether a key that was pressed is the one of the table. A character's case says all that shift would; ctrl takes either case.
fn is_same(listed: Key, pressed: Key) -> bool {
    let code = match (listed.code, pressed.code) {
        (Code::Char(a), Code::Char(b)) if listed.ctrl => a.eq_ignore_ascii_case(&b),
        (a, b) => a == b,
    };
    let shift = matches!(listed.code, Code::Char(_)) || listed.shift == pressed.shift;
    code && shift && listed.ctrl == pressed.ctrl && listed.alt == pressed.alt
}
