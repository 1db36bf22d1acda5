//! The words of `paykeep sign`, `verify` and `token`.
#![expect(clippy::doc_markdown, reason = "these comments are what `--help` prints")]

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Sign a request as its gateway wants it.
#[derive(Debug, Args)]
pub struct Sign {
    /// Which credential
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Which recipe, where the credential has several
    #[arg(long, value_name = "ID")]
    pub recipe: Option<String>,
    /// The message.
    #[command(flatten)]
    pub message: MessageArgs,
    /// A value for what is new each time; else one is made
    #[arg(long, value_name = "TEXT")]
    pub nonce: Option<String>,
    /// Write the message to this new file as an example for the gateway's support, signed with a throw-away key
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub vector: Option<PathBuf>,
    /// Print JSON: an object with recipe, version, string_to_sign, signature and headers
    #[arg(long)]
    pub json: bool,
    /// Print a recipe's header although it is the key itself and standard output is a terminal
    #[arg(long)]
    pub print: bool,
}

/// Check a signature, and say why it does not match.
#[derive(Debug, Args)]
pub struct Verify {
    /// Which credential; with a version only that one is tried
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Which recipe, where the credential has several
    #[arg(long, value_name = "ID")]
    pub recipe: Option<String>,
    /// The message.
    #[command(flatten)]
    pub message: MessageArgs,
    /// Take this time for now, as 2027-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Check this signature instead of the one in the message's header
    #[arg(long, value_name = "TEXT", conflicts_with = "expect_string")]
    pub expect_signature: Option<String>,
    /// Compare the string to sign with the one in this file; where they are the same, the message's own signature is checked
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub expect_string: Option<PathBuf>,
    /// When it is verified, keep that as the proof for the present step of this flow: the end or the beginning of its ID
    #[arg(long, value_name = "ID", conflicts_with_all = ["expect_string", "now"])]
    pub flow: Option<String>,
    /// When it does not fit, write the message to this new file as an example for the gateway's support, signed with a throw-away key
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub vector: Option<PathBuf>,
    /// Print JSON: an object with verified, recipe, version, reading, cause, fixes, string_to_sign and, with
    /// --expect-string, same, and parts: offset, ours and theirs
    #[arg(long)]
    pub json: bool,
}

/// Get an access token with client credentials, and print it.
#[derive(Debug, Args)]
pub struct Token {
    /// Which client credentials
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Get a new one although the stored one still works
    #[arg(long, conflicts_with = "print")]
    pub fresh: bool,
    /// Print the request instead of sending it: a curl command that takes the secrets from the environment
    #[arg(long)]
    pub print: bool,
    /// Let the credentials go to this host, as 127.0.0.1:8080: needed once where a provider's file of your own names it, and remembered
    /// until that file changes
    #[arg(long, value_name = "HOST", conflicts_with = "print")]
    pub allow_host: Option<String>,
    /// Take back what --allow-host said of this host, whatever the file was then, and send nothing
    #[arg(long, value_name = "HOST", conflicts_with_all = ["print", "fresh", "allow_host"])]
    pub deny_host: Option<String>,
}

/// The message, where it does not come on standard input as a whole, and what else comes from the clock.
#[derive(Debug, Default, Args)]
pub struct MessageArgs {
    /// The request's method
    #[arg(long, value_name = "METHOD")]
    pub method: Option<String>,
    /// The request's address, https://host/path?query, or its path alone
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// A header, as 'Name: value'; may be given several times
    #[arg(long = "header", value_name = "HEADER")]
    pub headers: Vec<String>,
    /// The file with the body, byte for byte; - is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub body_file: Option<PathBuf>,
    /// The time in the message, written as the recipe has it
    #[arg(long, value_name = "TEXT")]
    pub timestamp: Option<String>,
}
