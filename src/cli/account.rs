//! `paykeep account`: the merchant's accounts and what belongs to them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::args::Account as Args;
use super::fit;
use super::io::{Io, Outcome};
use super::json::ListedAccount;
use super::records::{badge, listed_account};
use super::values::{no_secret, no_secret_name};
use crate::domain::{Account, Change, Document, Environment, MalformedReference, Slug, clean};
use crate::error::{Exit, Problem};
use crate::shell::store::OpenVault;

/// Where an account is: the first three parts of a reference.
pub(super) struct Place {
    /// The provider's ID.
    pub(super) provider: Slug,
    /// Sandbox or live.
    pub(super) environment: Environment,
    /// The account.
    pub(super) slug: Slug,
}

/// Does what is asked.
pub(super) fn run(args: Args, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let before = vault.snapshot();
    let document = &before.document;
    match args {
        Args::Ls { json } => list(json, document, io),
        Args::Show { account, json } => {
            let shown = listed_account(document, find(document, &account)?);
            if json { io.print_json(&shown) } else { io.print(page(&shown).as_bytes()) }
        }
        Args::Set { account, fields, label, overrule } => {
            let Place { provider, environment, slug } = place(&account)?;
            let fields = parse(&fields)?;
            fit::account_fields(io.catalog, &provider, environment, &fields, overrule)?;
            for text in fields.values() {
                no_secret(text, &before, io.catalog)?;
            }
            for name in [Some(slug.as_str()), label.as_deref()].into_iter().flatten() {
                no_secret_name(name, &before, io.catalog)?;
            }
            if fields.is_empty()
                && label.is_none()
                && document.account_at(provider.as_str(), environment, slug.as_str()).is_some()
            {
                return Err(Problem::new(Exit::Usage, "there is nothing to set")
                    .hint("name fields, as client_id=…, or --label")
                    .into());
            }
            vault.commit(Change::Account { provider, environment, slug, label, fields })?;
            io.note(format!("set {account}"));
            Ok(())
        }
        Args::Rm { account } => {
            vault.commit(Change::RemoveAccount(find(document, &account)?.id))?;
            io.note(format!("removed {account}"));
            Ok(())
        }
    }
}

fn list(json: bool, document: &Document, io: &mut Io<'_>) -> Outcome {
    let mut rows: Vec<ListedAccount> =
        document.accounts.iter().map(|account| listed_account(document, account)).collect();
    rows.sort_by(|a, b| a.reference.cmp(&b.reference));
    if json {
        return io.print_json(&rows);
    }
    if rows.is_empty() {
        io.note("there are no accounts yet: `paykeep add` and `paykeep account set` make them");
        return Ok(());
    }
    let cells = |row: &ListedAccount| {
        let fields: Vec<String> = row.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        vec![
            badge(row.environment),
            row.reference.clone(),
            row.label.clone(),
            row.credentials.len().to_string(),
            fields.join(" "),
        ]
    };
    let titles = ["Env", "Account", "Label", "Credentials", "Fields"];
    io.print_table(&titles, &rows.iter().map(cells).collect::<Vec<_>>())
}

fn page(shown: &ListedAccount) -> String {
    let mut page = format!("{}\n{}\n\n", shown.reference, badge(shown.environment));
    let label = (!shown.label.is_empty()).then_some(("Label", &shown.label));
    let lines: Vec<(&str, &String)> =
        label.into_iter().chain(shown.fields.iter().map(|(k, v)| (k.as_str(), v))).collect();
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in lines {
        let _ = writeln!(page, "{name:width$}  {}", clean(value));
    }
    for reference in &shown.credentials {
        let _ = writeln!(page, "{reference}");
    }
    page
}

/// Reads `provider/environment/account`.
pub(super) fn place(text: &str) -> Outcome<Place> {
    let malformed = |error: MalformedReference| Problem::new(Exit::Usage, error.to_string()).hint(HINT);
    let parts: Vec<&str> = text.split('/').collect();
    let [provider, environment, slug] = parts[..] else {
        return Err(Problem::new(Exit::Usage, format!("`{text}` is no account")).hint(HINT).into());
    };
    Ok(Place {
        provider: provider.parse().map_err(malformed)?,
        environment: environment
            .parse()
            .map_err(|()| malformed(MalformedReference::Environment(clean(environment).into_owned())))?,
        slug: slug.parse().map_err(malformed)?,
    })
}

/// The account at `provider/environment/slug`; or the only one of that slug.
fn find<'a>(document: &'a Document, text: &str) -> Outcome<&'a Account> {
    let missing =
        || Problem::new(Exit::NotFound, format!("there is no account {text}")).hint("`paykeep account ls` lists them");
    if !text.contains('/') {
        let mut named = document.accounts.iter().filter(|account| account.slug.as_str() == text);
        return match (named.next(), named.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(missing().into()),
            _ => Err(Problem::new(Exit::Ambiguous, format!("{text} fits several accounts")).hint(HINT).into()),
        };
    }
    let Place { provider, environment, slug } = place(text)?;
    Ok(document.account_at(provider.as_str(), environment, slug.as_str()).ok_or_else(missing)?)
}

fn parse(fields: &[String]) -> Outcome<BTreeMap<String, String>> {
    let mut parsed = BTreeMap::new();
    for text in fields {
        let Some((name, value)) = text.split_once('=') else {
            return Err(Problem::new(Exit::Usage, "a field is given as NAME=VALUE")
                .hint("as in client_id=5X00; an empty value takes it away")
                .into());
        };
        if parsed.insert(name.to_owned(), value.trim().to_owned()).is_some() {
            return Err(Problem::new(Exit::Usage, format!("{} is given twice", clean(name))).into());
        }
    }
    Ok(parsed)
}

const HINT: &str = "an account is named provider/environment/account";
