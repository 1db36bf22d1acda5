//! The words of `paykeep flow`, `place`, `merge` and `generate`.
#![expect(clippy::doc_markdown, reason = "these comments are what `--help` prints")]

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueHint};

use super::shapes::{FLOWS_JSON, JOURNAL_JSON, PLACE_JSON};
use crate::domain::provider;

/// Go through a gateway's procedure step by step.
#[derive(Debug, Subcommand)]
pub enum Flow {
    /// List the flows that can be begun, and those in progress
    ///
    /// With a provider, an account or a reference only those that concern it.
    ///
    /// --json prints an object: "flows" has one object for each flow that a provider offers, with its reasons and environments;
    /// "in_progress" one for each that has begun and not ended, as in `paykeep flow status --json`.
    #[command(after_long_help = FLOWS_JSON)]
    List {
        /// A provider, provider/environment/account, or a reference
        #[arg(value_name = "PROVIDER|REF")]
        about: Option<String>,
        /// Print JSON: an object with "flows" and "in_progress"
        #[arg(long)]
        json: bool,
    },
    /// Begin a flow
    ///
    /// Prints its short ID in the first line, then the step that comes first.
    Start(FlowStart),
    /// Show how far a flow is, or list all
    ///
    /// Each step with the time at which it was done, what shows it, and whether paykeep saw it or the user said it; what is next; of an
    /// abandoned or denied flow, what it left behind and how to go on.
    ///
    /// --json prints an array with one object for each flow; of one flow an object with the same keys, and "steps" and "leftovers".
    #[command(after_long_help = JOURNAL_JSON)]
    Status {
        /// Which: the end or the beginning of its ID
        #[arg(value_name = "ID")]
        id: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Do the present step of a flow
    ///
    /// Alone it says that the step is done, generates the pair, or takes the value from standard input. `paykeep flow status ID` says what
    /// the step asks for. What paykeep can see for itself takes no one's word, and a step that stops a key takes the account's name.
    ///
    /// Prints the step that comes next; with --copied the value alone.
    Next(Box<FlowNext>),
    /// Give a flow up
    ///
    /// What it made and nothing uses is marked as abandoned. Says what is left behind, and how to clean it up. Once the old key is
    /// stopped, what the flow made is all that works: it is kept as it is, and giving up takes the account's name.
    Abandon {
        /// Which: the end or the beginning of its ID
        #[arg(value_name = "ID")]
        id: String,
        /// The account's name, once the flow has stopped the old key
        #[arg(long, value_name = "NAME")]
        account: Option<String>,
    },
    /// Write something down beside a step
    Note {
        /// Which flow: the end or the beginning of its ID
        #[arg(value_name = "ID")]
        id: String,
        /// What, without secrets
        #[arg(value_name = "TEXT")]
        text: String,
        /// Beside which step; else the present one
        #[arg(long, value_name = "STEP")]
        step: Option<String>,
    },
}

/// Begin a flow.
#[derive(Debug, Args)]
pub struct FlowStart {
    /// Where: provider/environment/account
    #[arg(value_name = "ACCOUNT")]
    pub account: String,
    /// Which flow, as `paykeep flow list` has it
    #[arg(value_name = "FLOW")]
    pub flow: String,
    /// Why: overlap first, or stop the damage first
    #[arg(long, value_name = "REASON")]
    pub reason: Option<Reason>,
    /// What the credential is to be called, where it is not there yet
    #[arg(long, value_name = "NAME", conflicts_with = "credential")]
    pub name: Option<String>,
    /// Which credential it is about, where there are several; @version says which version is to go
    #[arg(long, value_name = "REF")]
    pub credential: Option<String>,
}

/// Why a flow is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Reason {
    /// It is time
    Scheduled,
    /// It leaked, or may have
    Compromised,
}

impl From<Reason> for provider::Reason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Scheduled => Self::Scheduled,
            Reason::Compromised => Self::Compromised,
        }
    }
}

/// Do the present step of a flow.
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the command line")]
#[derive(Debug, Default, Args)]
#[command(group = ArgGroup::new("deed").args(["field", "json", "known", "copied", "answer", "status", "places"]))]
#[command(group = ArgGroup::new("unsaid").args(["field", "json", "known", "copied", "answer", "status"]).conflicts_with("said"))]
pub struct FlowNext {
    /// Which flow: the end or the beginning of its ID
    #[arg(value_name = "ID")]
    pub id: String,
    /// Which step, where it is not the present one; a value that was taken wrongly is taken again by its step, until it is current
    #[arg(long, value_name = "STEP")]
    pub step: Option<String>,
    /// What the step asks for, what is worth keeping, or why a wait is cut short; no secret
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// The account's name, where the step stops a key, or a denial leaves none that works
    #[arg(long, value_name = "NAME", conflicts_with_all = ["field", "json", "known", "copied", "status", "places", "said"])]
    pub account: Option<String>,
    /// Which field the value on standard input is for
    #[arg(long, value_name = "NAME")]
    pub field: Option<String>,
    /// Read a JSON object of fields
    #[arg(long)]
    pub json: bool,
    /// Take the value although it looks like something else, or is stored elsewhere; stop a key although a place still has it, with
    /// --note WHY
    #[arg(long)]
    pub overrule: bool,
    /// Say «I know»: what is shown once is kept, what was handed over is where it belongs
    #[arg(long)]
    pub known: bool,
    /// Print what the step hands over, in the form that its place takes, and note that it was copied
    #[arg(long)]
    pub copied: bool,
    /// Print it although standard output is a terminal
    #[arg(long, requires = "copied")]
    pub print: bool,
    /// What the provider decided
    #[arg(long, value_name = "ANSWER")]
    pub answer: Option<Answer>,
    /// The status that the call came back with
    #[arg(long, value_name = "CODE", value_parser = clap::value_parser!(u16).range(100..=599))]
    pub status: Option<u16>,
    /// A place that has the new version; may be given several times
    #[arg(long = "place", value_name = "LABEL")]
    pub places: Vec<String>,
    /// Say that it is done, also where paykeep could have seen it; kept as «said, not verified»
    #[arg(long)]
    pub said: bool,
}

/// What a provider decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Answer {
    /// It may be used
    Approved,
    /// It may not
    Denied,
}

/// List, add, edit and remove the places that use credentials.
#[derive(Debug, Subcommand)]
pub enum Place {
    /// List places with what they use
    #[command(after_long_help = PLACE_JSON)]
    Ls {
        /// Print JSON: an array with one object for each place
        #[arg(long)]
        json: bool,
    },
    /// Add a place: a service, a CI variable, a colleague's laptop
    Add(PlaceEdit),
    /// Change a place
    ///
    /// What is not named stays as it is.
    Edit(PlaceEdit),
    /// Forget a place with all that it used
    Rm {
        /// Its label
        #[arg(value_name = "LABEL")]
        label: String,
    },
}

/// What is known about a place.
#[derive(Debug, Default, Args)]
pub struct PlaceEdit {
    /// Its label
    #[arg(value_name = "LABEL")]
    pub label: String,
    /// Where to find it, in words; empty ones take them away
    #[arg(long = "where", value_name = "WORDS")]
    pub whereabouts: Option<String>,
    /// It is a browser or an app: no merchant's secret goes there
    #[arg(long, conflicts_with = "server")]
    pub client: bool,
    /// It is one of your own machines
    #[arg(long)]
    pub server: bool,
    /// What it uses, with the version that it has: the current one unless @version says another; may be given several times
    #[arg(long = "uses", value_name = "REF")]
    pub uses: Vec<String>,
    /// What it no longer uses; may be given several times
    #[arg(long = "unused", value_name = "REF")]
    pub unused: Vec<String>,
}

/// Bring a copy of the vault in.
#[derive(Debug, Args)]
pub struct Merge {
    /// The copy: a vault.age with the same identity, as a synced folder leaves it beside the vault
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Say what would come of it, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Make a key pair.
#[derive(Debug, Args)]
pub struct Generate {
    /// Where: a key pair that is there, or provider/environment/account/name
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The size of the key; else what the provider asks for, else 2048
    #[arg(long, value_name = "BITS", value_parser = bits)]
    pub bits: Option<u32>,
    /// Make it current at once: a first pair that needs no flow
    #[arg(long)]
    pub current: bool,
}

fn bits(word: &str) -> Result<u32, &'static str> {
    word.parse().ok().filter(|bits| [2048, 3072, 4096].contains(bits)).ok_or("2048, 3072 or 4096")
}
