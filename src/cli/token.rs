//! `paykeep token`: an access token, got with client credentials as the provider's file has it, stored, and printed.

use std::sync::Arc;

use jiff::Timestamp;

use super::args::Token as Args;
use super::get;
use super::io::{Io, Outcome};
use crate::app::token::Plan;
use crate::catalog::Catalog;
use crate::domain::audit::Report;
use crate::domain::provider::Address;
use crate::domain::{Change, Document, MayReach, Reference, Version, clean};
use crate::error::{Exit, Problem};
use crate::shell::http::Line;
use crate::shell::store::OpenVault;
use crate::vault::Unlocked;

/// Prints a token: the stored one while it works, else a new one.
pub(super) fn run(args: &Args, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let (snapshot, catalog) = (vault.snapshot(), io.catalog);
    let plan = plan(&args.reference, &snapshot, catalog, io)?;
    if args.print {
        return print(&plan, io);
    }
    if let Some(host) = &args.deny_host {
        deniable(&plan, host, &snapshot.document)?;
        vault.commit(plan.withdrawal(host))?;
        io.note(format!("{} may go to {} only when you say so again", plan.target.credential.name, clean(host)));
        return Ok(());
    }
    if let Some(host) = &args.allow_host {
        allow(&plan, host, vault)?;
    }
    if !args.fresh
        && let Some(version) = plan.stored(io.now)
    {
        let ends = version.expires_at.map_or_else(String::new, |at| format!(", until {}", in_seconds(at)));
        io.note(format!("{}@{} still works{ends}", plan.token, version.n));
        return hand_out(&plan.token, version, &snapshot, vault, io);
    }
    let allowed = vault.snapshot();
    let (after, version) = renew(&Plan::of(allowed.document.resolve(&args.reference)?, &allowed, catalog)?, vault, io)?;
    let stored = after.document.resolve(&version)?;
    match stored.version {
        Some(version) => hand_out(&plan.token, version, &after, vault, io),
        None => Ok(()),
    }
}

/// What nobody has allowed can't be taken back, and a file of paykeep's own needs no consent: said, so that nobody believes in a
/// refusal that isn't there.
fn deniable(plan: &Plan<'_>, host: &str, document: &Document) -> Outcome<()> {
    if plan.own_file().is_none() {
        let words = "the provider's file is built in: its hosts need no consent, and none can be taken back";
        return Err(Problem::new(Exit::Refused, words).into());
    }
    if !document.has_consent(&plan.target.account.provider, host) {
        return Err(Problem::new(Exit::NotFound, format!("nobody has allowed {}", clean(host)))
            .hint("name it as --allow-host did: the host, with its port, without https://")
            .into());
    }
    Ok(())
}

fn plan<'a>(text: &str, vault: &'a Unlocked, catalog: &'a Catalog, io: &mut Io<'_>) -> Outcome<Plan<'a>> {
    if text.contains(['@', '#']) {
        return Err(Problem::new(Exit::Usage, "a token is got with the version that is in use, and all of its fields")
            .hint("leave away what stands behind the name")
            .into());
    }
    let target = vault.document.resolve(text)?;
    let plan = Plan::of(target, vault, catalog)?;
    if let Some((_, field)) = vault.document.field(&target, None) {
        get::is_in_use(text, &vault.document, &target, field, io)?;
    }
    Ok(plan)
}

/// Prints the request as a command.
fn print(plan: &Plan<'_>, io: &mut Io<'_>) -> Outcome {
    plan.is_complete()?;
    if let Ok(Address { host, .. }) = plan.address()
        && plan.own_file().is_some()
        && plan.may_reach(host) == MayReach::Yes
    {
        io.note(format!("you have allowed {host}: --deny-host {host} takes that back"));
    }
    io.print(plan.command()?.as_bytes())?;
    io.print(b"\n")?;
    for (name, reference) in plan.secrets() {
        io.note(format!("it takes {name} from the environment: `paykeep get {reference}` gives it"));
    }
    Ok(())
}

/// Remembers that secrets may go to this host, if it is the one that the call goes to.
fn allow(plan: &Plan<'_>, allowed: &str, vault: &mut OpenVault) -> Outcome {
    let host = plan.address()?.host;
    if !host.eq_ignore_ascii_case(allowed) {
        let why = format!("the call goes to {host}, which is not the host that --allow-host names");
        return Err(Problem::new(Exit::Refused, why).hint(allow_it(host)).into());
    }
    if plan.may_reach(host) != MayReach::Yes {
        vault.commit(plan.consent(host))?;
    }
    Ok(())
}

fn allow_it(host: &str) -> String {
    format!("if it is the gateway's: --allow-host {host}, which is remembered until the file changes")
}

/// Gets a new token and stores it. Gives the vault and the token's reference with its version.
fn renew(plan: &Plan<'_>, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome<(Arc<Unlocked>, String)> {
    let host = plan.address()?.host;
    let may_reach = plan.may_reach(host) == MayReach::Yes;
    let call = plan.ready().map_err(|problem| if may_reach { problem } else { problem.hint(allow_it(host)) })?;
    // That a secret leaves is remembered first.
    if let Some(change) = plan.sent(host) {
        vault.commit(change)?;
    }
    let token = call.read(&Line::open().send(&call.request)?)?;
    let (after, applied) = vault.commit(plan.store(token, io.now))?;
    let stored = applied.credential.zip(applied.version).and_then(|(c, v)| after.document.version(c, v));
    let name = format!("{}@{}", plan.token, stored.map_or(0, |version| version.n));
    let ends = match stored.and_then(|version| version.expires_at) {
        Some(at) => format!("it works until {}", in_seconds(at)),
        None => "nobody says until when it works, so the next call gets a new one".to_owned(),
    };
    io.note(format!("{name} is stored; {ends}"));
    Ok((after, name))
}

/// Prints the token where `get` would, and remembers it.
fn hand_out(name: &Reference, token: &Version, snapshot: &Unlocked, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    if io.output_is_terminal {
        io.note(format!(
            "it is not printed on the terminal, where it would stay: pipe it to where it is needed; `paykeep get {name} --print` shows it"
        ));
        return Ok(());
    }
    let key = token.secret_fields().find_map(|(_, field)| field.secret.as_ref());
    let lost = || Problem::new(Exit::Damaged, format!("the vault has no value for {name}"));
    let key = key.ok_or_else(lost)?;
    let value = snapshot.secret(key).ok_or_else(lost)?;
    let credential = snapshot.document.resolve(&name.to_string())?.credential.id;
    if let Some((about, _)) = snapshot.document.about(credential, key)
        && let Err(error) = vault.commit(Change::Audit(Report::printed(about, "printed into a pipe or file")))
    {
        io.note(format!("the audit log does not know of this: {error}"));
    }
    io.print(value.expose())
}

fn in_seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
