//! The command line's words: every command, argument and option, with the help that stands behind them.
#![expect(clippy::doc_markdown, reason = "these comments are what `--help` prints")]

mod flow;
mod shapes;
mod signing;

use std::path::PathBuf;

pub use flow::{Answer, Flow, FlowNext, FlowStart, Generate, Merge, Place as Places, PlaceEdit};
pub use signing::{MessageArgs, Sign, Token, Verify};

use shapes::{
    ACCOUNT_JSON, AUDIT_JSON, CATALOG_JSON, DETECT_JSON, DOCTOR_JSON, DUE_JSON, LS_JSON, PROVIDER_FILE, SHOW_JSON,
    WHOSE_JSON,
};

use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueHint};

use crate::domain::provider::KeyForm;
use crate::domain::{Environment, Kind};

/// A terminal vault for the credentials of payment gateways
///
/// paykeep keeps secret keys, RSA key pairs, client credentials and webhook secrets in one encrypted local vault and knows what each
/// of them is from its shape. Without a command it opens the vault on the screen.
///
/// A reference names a credential: provider/environment/account/name, where the environment is sandbox or live. @previous, @pending or
/// @2 names another version than the current one, #field one of its fields: acme/sandbox/shop/key-pair@previous#private_key. Parts may
/// be left out while what is left fits one credential only.
///
/// Secrets go in by standard input, never by an argument. What is printed on standard output is data; notes go to standard error.
#[derive(Debug, Parser)]
#[command(
    name = "paykeep",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    subcommand_value_name = "COMMAND"
)]
#[command(after_long_help = EXIT_CODES)]
pub struct Cli {
    /// Show the screens over a throw-away vault with invented keys
    #[arg(long)]
    pub demo: bool,
    /// Options that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do; the screen without it.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options that every command takes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Vault")]
pub struct Global {
    /// The vault's folder; else PAYKEEP_VAULT, else the platform's data folder
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub vault: Option<PathBuf>,
    /// Read the passphrase from this file descriptor, up to the first line break
    #[arg(long, global = true, value_name = "N", conflicts_with = "passphrase_file")]
    pub passphrase_fd: Option<u32>,
    /// Read the passphrase from this file, up to the first line break
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub passphrase_file: Option<PathBuf>,
    /// Open the vault although it is older than the one seen last
    #[arg(long, global = true)]
    pub accept_older: bool,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a vault
    ///
    /// The passphrase is asked twice on the terminal, or read as the options say. One that is guessed too easily is refused.
    Init(Init),
    /// Store a value given on standard input
    ///
    /// One value for one field; with --json an object of fields, as {"client_id": "…", "client_secret": "…"}, in which a name that starts
    /// with "account." sets a field of the account. A line break or byte-order mark around a token is left out, and said so.
    ///
    /// What the value looks like has to fit the reference: a live key under a sandbox reference is refused. A reference that exists takes
    /// the fields that it lacks; a value that is there is never replaced. --as stores a further version.
    Add(Box<Add>),
    /// List credentials
    ///
    /// Each word of the filter has to occur in the reference, kind, state, label or tags.
    #[command(after_long_help = LS_JSON)]
    Ls(Ls),
    /// Show all about a credential but its secret values
    #[command(after_long_help = SHOW_JSON)]
    Show(Show),
    /// Print a value
    ///
    /// Exactly as it is stored, without a line break added, into a pipe or a file. A secret is not printed on a terminal, where it would
    /// stay in the scrollback, unless --print says so. Without #field it is the field that the kind is about.
    ///
    /// That a secret was printed is kept in the audit log. One that is sealed, since it was handed over for the one time, is printed only
    /// for a reason, which the log keeps.
    ///
    /// --copy offers it for one paste, where the display can do that, and takes it back after the vault's time; ctrl-c takes it back at
    /// once. Of client credentials the first paste gives the ID and the next one the secret. What was reached is said in the end.
    Get(Get),
    /// Change label, note, tags or rotation, or which version is meant
    ///
    /// What is not named stays as it is. When a promotion broke something, --current points the reference back. A
    /// version that waits comes into use by it too, with --said and in live --account, where no flow does that.
    Edit(Edit),
    /// Give a credential another account or name
    ///
    /// Provider and environment stay: a key works in one place.
    Mv(Mv),
    /// Move credentials to the bin
    ///
    /// They wait there for 30 days; `paykeep undo` puts them back.
    Rm(Rm),
    /// Put back what was removed last
    Undo(Undo),
    /// Tell what is due, and when
    ///
    /// What has to be rotated, renewed or moved, which flows are in progress, what waits. A credential is rotated by its own rule, else
    /// by its provider's, else a live secret after 90 days, which is paykeep's advice. Ends with 8 when something has to be done within
    /// --within days or is late: not for a flow without a date, for what only waits, or for the end of what is short-lived anyway.
    ///
    /// For shell start-up and cron, where nobody gives a passphrase: `paykeep due --reminder on` lets every save write a file next-due
    /// beside the vault, in clear: the earliest date (in UTC) and how many dates there are within 14 days from it, as in 2027-01-31 2,
    /// and nothing else. `paykeep due --quick` reads it, and ends with 8 when the date has come.
    #[command(after_long_help = DUE_JSON)]
    Due(Due),
    /// Show the audit log: what was done, when and why; never a value
    ///
    /// Newest first, older months included. Each word of the filter has to occur in what was done, the reference, the reason, what was
    /// reached, or the date (in UTC, as in 2026-11-30).
    ///
    /// Each computer writes a chain in which every entry names the one before it, so that a removed or changed entry shows: --check
    /// follows all of them. It shows accidents. Whoever can open the vault could write the whole log anew.
    #[command(after_long_help = AUDIT_JSON)]
    Audit(Audit),
    /// Tell what the text on standard input is
    ///
    /// A token, a key in PEM or base64, JSON, lines of a .env file, a curl command, prose around a value. What was left out of the
    /// values, and what is wrong with a key, is said on standard error. Needs no vault.
    #[command(after_long_help = DETECT_JSON)]
    Detect(Detect),
    /// Write the RSA key on standard input in another form
    ///
    /// It is read in any form: PEM with any label, bare base64, DER, what OpenSSH writes, a certificate; with foreign or escaped line
    /// breaks, quotes, a lost first or last line; in a .env, YAML or JSON file, in source code, quoted in a mail. What it is and what
    /// is odd about it is said on standard error. Needs no vault.
    ///
    /// A public form of a private key is its public half. PEM ends with a line break; base64 is one line, without a break at its end. A
    /// private key is not printed on a terminal unless --print says so. --matches compares instead: it ends with 0 when the two are halves
    /// of one pair, or the same half, and with 8 when they are not.
    Convert(Convert),
    /// Tell whose the value on standard input is
    ///
    /// Compares the text as it is and without the blanks around it. Ends with 8 when the vault has no such value.
    #[command(after_long_help = WHOSE_JSON)]
    Whose(Whose),
    /// Sign a request as its gateway wants it
    ///
    /// Prints the headers to send. The message comes on standard input: raw HTTP (first line, headers, a blank line, the body's bytes as
    /// they are) or a curl line; or it is said with --method, --url, --header and --body-file. How it is signed is a recipe of the
    /// provider's file. A header that the message has already stays as it is, the time's too.
    Sign(Box<Sign>),
    /// Check a signature, and say why it does not match
    ///
    /// The message is given as to `paykeep sign`; of a response, which says nothing of its request, also --method and --url. The current,
    /// the pending and the previous version are tried, and the one that fits is named; so is the reading, where a gateway's page can be
    /// read in several ways. Ends with 0 when it is verified and with 8 when not, also where the signature can't be read, and where
    /// --expect-string has the right string but the message no right signature.
    ///
    /// When it does not match, the known mistakes are looked for, one and two at a time, and the one that gives the very same signature,
    /// or the string of --expect-string, is named, with what to do instead. What none of them gives is said to be unexplained. With a
    /// body of more than 64 KiB no two are tried together, and after 10 seconds the search ends; both are said.
    Verify(Box<Verify>),
    /// Get an access token with client credentials, and print it
    ///
    /// The token is stored beside the credentials, with the time at which it ends, and takes the place of the one before. While it works
    /// for another 30 seconds it is printed again and nothing is sent, unless --fresh says so. Into a pipe or a file it is printed exactly, without
    /// a line break; on a terminal, where it would stay in the scrollback, it is only stored.
    ///
    /// This is the only command that uses the network. It makes the call of the provider's file, to a host of that file alone, over https; a
    /// file of your own needs --allow-host, once until the file changes, and may name a server on this computer (http://127.0.0.1). No
    /// redirect and no proxy is used; after 10 seconds it gives up. Ends with 8 when the gateway gives no token.
    Token(Token),
    /// Go through a gateway's procedure step by step
    #[command(subcommand)]
    Flow(Flow),
    /// Make a key pair that waits until it replaces the current one
    ///
    /// Prints its fingerprint. A flow that needs a pair makes it itself.
    Generate(Generate),
    /// List, add, edit and remove the places that use credentials
    #[command(subcommand)]
    Place(Places),
    /// Bring a copy of the vault in, record by record
    ///
    /// Nothing is lost and nothing dead comes back: a version that was revoked in either copy stays revoked, an edit that was made later
    /// counts. Prints what the two copies held different things for. A copy of another vault, or one that was not written by this
    /// vault's key, is refused.
    Merge(Merge),
    /// List, show, edit and remove accounts
    #[command(subcommand)]
    Account(Account),
    /// Change the passphrase
    ///
    /// Copies and backups made before still open with the old passphrase.
    Passphrase(Passphrase),
    /// List the providers, check a provider's file
    #[command(subcommand)]
    Catalog(Catalog),
    /// Tell what this terminal and display can do, and how the vault lies there
    ///
    /// Which ways a copy can go (X11, Wayland data-control, OSC 52), whether the process is closed to debuggers and leaves no core,
    /// whether the vault's folder is closed to others, how old its backups are. Needs no passphrase; given one, it also says whether
    /// the vault allows OSC 52. Ends with 8 when something is not as it should be.
    #[command(after_long_help = DOCTOR_JSON)]
    Doctor(Doctor),
    /// Print the completions of a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// Make a vault.
#[derive(Debug, Args)]
pub struct Init {
    /// Make a passphrase of five words: shown once on the terminal, or printed where standard output is a pipe or file
    #[arg(long, conflicts_with_all = ["passphrase_fd", "passphrase_file"])]
    pub generate: bool,
}

/// Store a value given on standard input.
#[derive(Debug, Default, Args)]
pub struct Add {
    /// Where: provider/environment/account/name; #field says which field
    #[arg(value_name = "REF")]
    pub reference: String,
    /// What it is; needed only where the value doesn't say it
    #[arg(long, value_parser = kinds())]
    pub kind: Option<Kind>,
    /// Which field the value is for
    #[arg(long, value_name = "NAME", conflicts_with = "json")]
    pub field: Option<String>,
    /// Store it as a further version: one that waits, or one that still works beside the current one
    #[arg(long = "as", value_name = "PLACE")]
    pub place: Option<Place>,
    /// Read a JSON object of fields
    #[arg(long)]
    pub json: bool,
    /// A label for people
    #[arg(long, value_name = "TEXT")]
    pub label: Option<String>,
    /// A note
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Who uses it; may be given several times
    #[arg(long, value_name = "CONSUMER")]
    pub used_by: Vec<String>,
    /// Rotate it every so many days
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub rotate_every: Option<u32>,
    /// When it stops working: a time (2027-01-31, 2027-01-31T12:00:00Z) or how long from now (45m, 30d)
    #[arg(long, value_name = "WHEN")]
    pub expires: Option<String>,
    /// Store it although it looks like something else
    #[arg(long)]
    pub overrule: bool,
}

/// As what a further version is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Place {
    /// It waits until it replaces the current version
    Pending,
    /// It was current before and still works
    Previous,
}

/// List credentials.
#[derive(Debug, Default, Args)]
pub struct Ls {
    /// Words that have to occur
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// Only this environment
    #[arg(long, value_name = "ENV", value_parser = environments())]
    pub env: Option<Environment>,
    /// Only this provider
    #[arg(long, value_name = "ID")]
    pub provider: Option<String>,
    /// Only this kind
    #[arg(long, value_parser = kinds())]
    pub kind: Option<Kind>,
    /// What is in the bin instead
    #[arg(long)]
    pub bin: bool,
    /// Print JSON: an array with one object for each credential
    #[arg(long)]
    pub json: bool,
}

/// Show all about a credential but its secret values.
#[derive(Debug, Args)]
pub struct Show {
    /// Which credential
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Print a value.
#[derive(Debug, Args)]
pub struct Get {
    /// Which value
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Print it although standard output is a terminal
    #[arg(long)]
    pub print: bool,
    /// For a key: in which form
    #[arg(long = "as", value_name = "FORM", value_parser = forms())]
    pub form: Option<KeyForm>,
    /// Write it to a new file that you alone can read (mode 0600), for programs that want one, as privateKey.pem
    #[arg(long, value_name = "FILE", conflicts_with = "print")]
    pub out: Option<PathBuf>,
    /// Put it on the clipboard for one paste instead, and stay until it was pasted or its time is over
    #[arg(long, conflicts_with_all = ["print", "out"])]
    pub copy: bool,
    /// Why it is needed, in 3 to 200 characters: a sealed secret takes it, and the audit log keeps it
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// Tell what this terminal and display can do, and how the vault lies there.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Copy an invented value and paste it, twice; what is on the clipboard now is lost
    #[arg(long)]
    pub test_clipboard: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Show the audit log.
#[derive(Debug, Default, Args)]
pub struct Audit {
    /// Words that have to occur
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// Print JSON: an array with one object for each entry
    #[arg(long)]
    pub json: bool,
    /// Tell whether an entry is missing or was changed; ends with 8 when one is
    #[arg(long, conflicts_with_all = ["json", "filter"])]
    pub check: bool,
}

/// Change label, note, tags or rotation.
#[derive(Debug, Default, Args)]
#[command(group = ArgGroup::new("edits").required(true).multiple(true).args(["label", "note", "tags", "rotate_every", "current", "leaked"]))]
pub struct Edit {
    /// Which credential
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Its new label; an empty one takes it away
    #[arg(long, value_name = "TEXT")]
    pub label: Option<String>,
    /// Its new note; an empty one takes it away
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Its new tags, all of them; may be given several times, an empty one takes them away
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Rotate it every so many days, or as the provider's rule says
    #[arg(long, value_name = "DAYS|default", allow_negative_numbers = true, value_parser = rotation)]
    pub rotate_every: Option<Rotation>,
    /// Which version the reference means from now on: a number, previous or pending; one that works, or one that waits
    #[arg(long, value_name = "VERSION")]
    pub current: Option<String>,
    /// Say that the version that waits works at the gateway; paykeep has not seen it
    #[arg(long, requires = "current")]
    pub said: bool,
    /// The account's name, where a version that waits comes into use in live
    #[arg(long, value_name = "NAME", requires = "current")]
    pub account: Option<String>,
    /// Mark the version that the reference names as leaked; it stays what it is until a flow replaces it
    #[arg(long)]
    pub leaked: bool,
}

/// When to rotate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// As the provider's rule or paykeep's says.
    Default,
    /// Every so many days.
    Days(u32),
}

/// Give a credential another account or name.
#[derive(Debug, Args)]
pub struct Mv {
    /// Which credential
    #[arg(value_name = "REF")]
    pub from: String,
    /// Its new reference, or only its new name
    #[arg(value_name = "NEW")]
    pub to: String,
}

/// Move credentials to the bin.
#[derive(Debug, Args)]
pub struct Rm {
    /// Which credentials
    #[arg(value_name = "REF", required = true)]
    pub references: Vec<String>,
}

/// Put back what was removed last.
#[derive(Debug, Args)]
pub struct Undo {
    /// Put back this one instead
    #[arg(value_name = "REF")]
    pub reference: Option<String>,
}

/// Tell what is due, and when.
#[derive(Debug, Default, Args)]
pub struct Due {
    /// How many days ahead to look; 14 unless given (a calendar gets a year)
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(0..=3650))]
    pub within: Option<u16>,
    /// Print JSON: an array with one object for each thing to do
    #[arg(long)]
    pub json: bool,
    /// Print a calendar (RFC 5545) with one entry for each date: references only, no values
    #[arg(long, conflicts_with = "json")]
    pub ics: bool,
    /// Read the clear file of the reminder; needs no passphrase
    #[arg(long, conflicts_with_all = ["json", "ics", "within", "reminder"])]
    pub quick: bool,
    /// Keep the earliest date and the count in clear beside the vault, or stop that and delete the file
    #[arg(long, value_name = "on|off", conflicts_with_all = ["json", "ics", "within"])]
    pub reminder: Option<Switch>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[expect(missing_docs, reason = "their words say it")]
pub enum Switch {
    On,
    Off,
}

/// Tell what the text on standard input is.
#[derive(Debug, Args)]
pub struct Detect {
    /// Print JSON: an array of candidates, best first; empty when unknown
    #[arg(long)]
    pub json: bool,
}

/// Write the RSA key on standard input in another form.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("task").required(true).args(["to", "matches"]))]
pub struct Convert {
    /// The form to write
    #[arg(long, value_name = "FORM", value_parser = forms())]
    pub to: Option<KeyForm>,
    /// Tell whether it belongs to the key in this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub matches: Option<PathBuf>,
    /// Print a private key although standard output is a terminal
    #[arg(long)]
    pub print: bool,
    /// Read the key's own password from this file descriptor, up to the first line break
    #[arg(long, value_name = "N", conflicts_with = "password_file")]
    pub password_fd: Option<u32>,
    /// Read the key's own password from this file, up to the first line break
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub password_file: Option<PathBuf>,
}

/// Tell whose the value on standard input is.
#[derive(Debug, Args)]
pub struct Whose {
    /// Print JSON: an array with one object for each version that has the value
    #[arg(long)]
    pub json: bool,
    /// Note that this place has it: run where the place is, it proves that the value arrived
    #[arg(long, value_name = "LABEL")]
    pub place: Option<String>,
}

/// List, show, edit and remove accounts.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// List accounts
    #[command(after_long_help = ACCOUNT_JSON)]
    Ls {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an account with its fields
    #[command(after_long_help = ACCOUNT_JSON)]
    Show {
        /// Which: provider/environment/account
        #[arg(value_name = "ACCOUNT")]
        account: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make an account, or set its fields
    Set {
        /// Which: provider/environment/account
        #[arg(value_name = "ACCOUNT")]
        account: String,
        /// Fields, as client_id=…; an empty value takes one away
        #[arg(value_name = "FIELD=VALUE")]
        fields: Vec<String>,
        /// A label for people
        #[arg(long, value_name = "TEXT")]
        label: Option<String>,
        /// Set a field although its value looks like something else
        #[arg(long)]
        overrule: bool,
    },
    /// Remove an account without credentials
    Rm {
        /// Which: provider/environment/account
        #[arg(value_name = "ACCOUNT")]
        account: String,
    },
}

/// Change the passphrase.
#[derive(Debug, Args)]
pub struct Passphrase {
    /// Make a new passphrase of five words
    #[arg(long, conflicts_with_all = ["new_passphrase_fd", "new_passphrase_file"])]
    pub generate: bool,
    /// Read the new passphrase from this file descriptor
    #[arg(long, value_name = "N", conflicts_with = "new_passphrase_file")]
    pub new_passphrase_fd: Option<u32>,
    /// Read the new passphrase from this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub new_passphrase_file: Option<PathBuf>,
}

/// List the providers, check a provider's file.
#[derive(Debug, Subcommand)]
pub enum Catalog {
    /// List the providers with their kinds
    #[command(after_long_help = CATALOG_JSON)]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Check a provider's file; ends with 8 when something is found
    ///
    /// With a file of your own paykeep knows one more gateway. It goes as ID.toml into a folder of your own, which `paykeep catalog list`
    /// names, and is left out when something is wrong with it.
    #[command(after_long_help = PROVIDER_FILE)]
    Lint {
        /// The file
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Compute an example again that --vector of sign or verify wrote; ends with 8 when it does not come out
    Example {
        /// The file
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

/// Print the completions of a shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

fn kinds() -> impl clap::builder::TypedValueParser<Value = Kind> {
    use clap::builder::TypedValueParser as _;
    PossibleValuesParser::new(Kind::ALL.map(Kind::as_str))
        .try_map(|word| word.parse::<Kind>().map_err(|()| "no such kind"))
}

fn forms() -> impl clap::builder::TypedValueParser<Value = KeyForm> {
    use clap::builder::TypedValueParser as _;
    PossibleValuesParser::new(KeyForm::ALL.map(KeyForm::as_str))
        .try_map(|word| word.parse::<KeyForm>().map_err(|()| "no such form"))
}

fn environments() -> impl clap::builder::TypedValueParser<Value = Environment> {
    use clap::builder::TypedValueParser as _;
    PossibleValuesParser::new(Environment::ALL.map(Environment::as_str))
        .try_map(|word| word.parse::<Environment>().map_err(|()| "no such environment"))
}

fn rotation(word: &str) -> Result<Rotation, &'static str> {
    if word == "default" {
        return Ok(Rotation::Default);
    }
    let days = word.parse().ok().filter(|days| (1..=3650).contains(days));
    days.map(Rotation::Days).ok_or("1 to 3650 days, or default")
}

/// What the program's exit codes say.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed
  2  the command line or its input is not usable
  3  wrong passphrase, or nobody there to give one
  4  no such reference
  5  more than one credential fits
  6  refused by a rule: reference taken, contradiction, vault exists, weak passphrase, older vault
  7  the vault is damaged, of a newer format, or was not written by its key
  8  the answer is no: nobody's value, keys of two pairs, not verified, something is due, lint findings, a gap in the log";
