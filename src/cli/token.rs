//! `paykeep token`: an access token, got with client credentials as the provider's file has it, stored, and printed.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::args::Token as Args;
use super::get;
use super::io::{Io, Outcome};
use crate::catalog::Catalog;
use crate::domain::audit::Report;
use crate::domain::provider::{Address, Call, CredentialSpec, Origin as Author, Provider, What};
use crate::domain::{
    Add, Change, Credential, Document, Kind, Life, NewField, NewValue, Origin, Place, Reference, Slug, Target, Version,
    clean, journal,
};
use crate::error::{Exit, Problem};
use crate::secret::SecretBytes;
use crate::shell::http;
use crate::shell::store::OpenVault;
use crate::signing::{self, Request};
use crate::vault::Unlocked;

/// Prints a token: the stored one while it works, else a new one.
pub(super) fn run(args: &Args, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let snapshot = vault.snapshot();
    let catalog = io.catalog;
    let plan = Plan::find(&args.reference, &snapshot, catalog, io)?;
    if args.print {
        return plan.print(io);
    }
    if !args.fresh
        && let Some(version) = plan.stored(io.now)
    {
        let ends = version.expires_at.map_or_else(String::new, |at| format!(", until {}", in_seconds(at)));
        io.note(format!("{}@{} still works{ends}", plan.token, version.n));
        return hand_out(&plan.token, version, &snapshot, vault, io);
    }
    let (after, version) = plan.renew(args.allow_host.as_deref(), vault, io)?;
    let stored = after.document.resolve(&version)?;
    match stored.version {
        Some(version) => hand_out(&plan.token, version, &after, vault, io),
        None => Ok(()),
    }
}

/// What is to be called with what, and where the token goes.
struct Plan<'a> {
    target: Target<'a>,
    version: &'a Version,
    provider: &'a Provider,
    call: &'a Call,
    token: Reference,
    vault: &'a Unlocked,
}

impl<'a> Plan<'a> {
    /// Finds all of it, and refuses what could not be stored, before anything is sent.
    fn find(text: &str, vault: &'a Unlocked, catalog: &'a Catalog, io: &mut Io<'_>) -> Outcome<Self> {
        if text.contains(['@', '#']) {
            return Err(Problem::new(
                Exit::Usage,
                "a token is got with the version that is in use, and all of its fields",
            )
            .hint("leave away what stands behind the name")
            .into());
        }
        let document = &vault.document;
        let target = document.resolve(text)?;
        let provider_id = target.account.provider.as_str();
        let provider = catalog.get(provider_id).ok_or_else(|| {
            Problem::new(Exit::NotFound, format!("no provider's file describes `{}`", clean(provider_id)))
                .hint("`paykeep catalog list` names those that are known")
        })?;
        let spec = provider.spec_of(target.credential);
        let mut giving = provider.calls.iter().filter(|call| call.gives.is_some() && call.recipe.is_none());
        let Some(call) = giving.clone().find(|call| spec.is_some_and(|spec| spec.id == call.credential)) else {
            let taken = giving.next().map(|call| call.credential.to_string());
            let hint = taken.map_or_else(
                || format!("the file of {} knows no call for a token", provider.name),
                |taken| format!("{} gives one for its {taken}", provider.name),
            );
            return Err(Problem::new(Exit::Refused, "no token is got with this credential").hint(hint).into());
        };
        let missing = || Problem::new(Exit::NotFound, format!("{} has no value yet", clean(text)));
        let version = target.version.ok_or_else(missing)?;
        let (_, field) = document.field(&target, None).ok_or_else(missing)?;
        get::is_in_use(text, &target, field, io)?;
        let token = beside(&target, provider, document)?;
        let plan = Self { target, version, provider, call, token, vault };
        match plan.there() {
            Some(other) if other.kind != Kind::AccessToken => {
                Err(Problem::new(Exit::Refused, format!("{} is there already, as a {}", plan.token, other.kind))
                    .hint("the token would be stored there: `paykeep mv` gives it another name")
                    .into())
            }
            _ => Ok(plan),
        }
    }

    /// The credential that holds the token.
    fn there(&self) -> Option<&'a Credential> {
        self.vault.document.credential_in(self.target.account.id, self.token.name.as_str())
    }

    /// The stored token, if it surely works for a while: got with this version of the credentials, and with a known end.
    fn stored(&self, now: Timestamp) -> Option<&'a Version> {
        let token = self.there()?.current()?;
        let since = self.version.current_at.unwrap_or(self.version.created_at);
        let is_ours = token.origin == Origin::Fetched && token.created_at >= since;
        let is_free = token.sealed_at.is_none() && token.compromised_at.is_none();
        let works = token.life == Life::Active && token.expires_at.is_some_and(|end| end.duration_since(now) > MARGIN);
        (is_ours && is_free && works).then_some(token)
    }

    fn host(&self) -> Outcome<&'a str> {
        let account = self.target.account;
        let field = |name: &str| account.fields.get(name).map(String::as_str);
        let host = self.provider.host(&self.call.host, account.environment, field("stage"), field("region"));
        host.map(|host| host.url.as_str()).ok_or_else(|| {
            let what =
                format!("the file of {} knows no host for this call in {}", self.provider.name, account.environment);
            Problem::new(Exit::Refused, what)
                .hint("paykeep sends secrets to no other host; the account's stage or region may choose one")
                .into()
        })
    }

    /// Prints the request as a command.
    fn print(&self, io: &mut Io<'_>) -> Outcome {
        self.host()?;
        let command = journal::command(self.provider, self.call, self.target.account, self.version)
            .ok_or_else(|| Problem::new(Exit::Failed, "the call can't be written as a command"))?;
        io.print(command.as_bytes())?;
        io.print(b"\n")?;
        let spec = self.provider.credential(&self.call.credential);
        let secrets =
            spec.into_iter().flat_map(|spec| spec.fields.iter().filter(|field| field.secret).map(move |f| (spec, f)));
        for (spec, field) in secrets {
            let uses = |what: &What| matches!(what, What::Field(name) if *name == *field.name);
            if self.call.templates().any(|(_, template)| template.fills().any(uses)) {
                let name = self.provider.env_name(spec, field);
                let reference = Reference { name: self.target.credential.name.clone(), ..self.token.clone() };
                io.note(format!(
                    "it takes {name} from the environment: `paykeep get {reference}#{}` gives it",
                    field.name
                ));
            }
        }
        Ok(())
    }

    /// Gets a new token and stores it. Gives the vault and the token's reference with its version.
    fn renew(&self, allowed: Option<&str>, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome<(Arc<Unlocked>, String)> {
        let url = self.host()?;
        let host = may_reach(url, self.provider, allowed)?;
        let field = |name: &str| self.value(name);
        let request = signing::request(self.call, url, &self.target.account.fields, &field).map_err(|error| {
            let mut problem = Problem::from(error);
            problem.message = problem.message.replace("the recipe", "the call");
            let account = &self.target.account;
            let name = format!("{}/{}/{}", account.provider, account.environment, account.slug);
            problem.hint = problem.hint.map(|hint| hint.replace("ACCOUNT", &name));
            problem
        })?;
        self.remember_sent(host, vault)?;
        let token = self.ask(&request)?;
        let lives = token.lives_s.or_else(|| self.spec().and_then(|spec| Some(spec.lifetime_s.as_ref()?.value)));
        let lives = lives.and_then(|seconds| i64::try_from(seconds).ok()).map(SignedDuration::from_secs);
        let expires_at = lives.and_then(|lives| io.now.checked_add(lives).ok());
        let named = self.spec().and_then(|spec| spec.fields.iter().find(|field| field.secret));
        let change = Change::Add(Box::new(Add {
            reference: self.token.clone(),
            kind: Kind::AccessToken,
            place: Place::Renewed,
            fields: vec![NewField {
                name: named.map_or_else(|| "value".to_owned(), |field| field.name.to_string()),
                value: NewValue::Secret(token.value.into_bytes()),
                form: None,
                prefix: None,
            }],
            origin: Origin::Fetched,
            expires_at,
            label: String::new(),
            note: String::new(),
            rotate_every_days: None,
            used_by: Vec::new(),
            account_fields: [].into(),
        }));
        let (after, applied) = vault.commit(change)?;
        let stored = applied.credential.zip(applied.version).and_then(|(c, v)| after.document.version(c, v));
        let n = stored.map_or(0, |version| version.n);
        let ends = match expires_at {
            Some(at) => format!("it works until {}", in_seconds(at)),
            None => "nobody says until when it works, so the next call gets a new one".to_owned(),
        };
        io.note(format!("{}@{n} is stored; {ends}", self.token));
        Ok((after, format!("{}@{n}", self.token)))
    }

    /// What the provider's file says of its token.
    fn spec(&self) -> Option<&'a CredentialSpec> {
        self.provider.of_kind(Kind::AccessToken).next()
    }

    fn value(&self, name: &str) -> Option<SecretBytes> {
        let field = self.version.fields.get(name)?;
        match (&field.secret, &field.value) {
            (Some(key), _) => self.vault.secret(key),
            (None, Some(value)) => Some(SecretBytes::copied(value.as_bytes())),
            (None, None) => None,
        }
    }

    /// That a secret leaves is remembered first.
    fn remember_sent(&self, host: &str, vault: &mut OpenVault) -> Outcome {
        let key = self.version.secret_fields().find_map(|(_, field)| field.secret.as_ref());
        let about = key.and_then(|key| self.vault.document.about(self.target.credential.id, key));
        if let Some((about, _)) = about {
            vault.commit(Change::Audit(Report::sent(about, format!("to {host}, for a token"))))?;
        }
        Ok(())
    }

    fn ask(&self, request: &Request) -> Outcome<signing::Token> {
        let answer = http::send(request)?;
        let gives = self.call.gives.as_deref().unwrap_or_default();
        // A host that sends our own value back as an error's code is not repeated.
        let is_secret = |text: &str| {
            self.version.secret_fields().any(|(name, _)| {
                let value = self.value(name);
                let value = value.as_ref().and_then(|value| std::str::from_utf8(value.expose()).ok());
                value.is_some_and(|value| text.contains(value) || value.contains(text))
            })
        };
        Ok(signing::token(answer.status, answer.body.expose(), gives, &is_secret)?)
    }
}

/// The reference under which the token stands: the usual name beside the usual credentials, and a name of its own beside others, so that
/// two of them in one account don't take each other's.
fn beside(target: &Target<'_>, provider: &Provider, document: &Document) -> Outcome<Reference> {
    let token = provider.of_kind(Kind::AccessToken).next().map_or(Kind::AccessToken.as_str(), |spec| &*spec.name);
    let credential = target.credential;
    let is_usual = provider.spec_of(credential).is_none_or(|spec| *spec.name == *credential.name.as_str());
    let name = if is_usual { token.to_owned() } else { format!("{}-{token}", credential.name) };
    let gone = || Problem::new(Exit::NotFound, format!("{} has no account", credential.name));
    let own = document.reference(credential).ok_or_else(gone)?;
    let name: Slug = name.parse()?;
    Ok(Reference { name, ..own.of_credential() })
}

/// The host, if secrets may go there: over https, and, where the user wrote the file, when the user says so now.
fn may_reach<'a>(url: &'a str, provider: &Provider, allowed: Option<&str>) -> Outcome<&'a str> {
    let Some(address) = Address::of(url) else {
        return Err(Problem::new(Exit::Refused, format!("{} is no address that paykeep sends secrets to", clean(url)))
            .hint("it is https://, a host, perhaps a port")
            .into());
    };
    let own = match &provider.origin {
        Author::BuiltIn => None,
        Author::User(file) => Some(file),
    };
    if !address.is_https && (own.is_none() || !address.is_loopback()) {
        return Err(Problem::new(Exit::Refused, format!("{} is not https: secrets would go in clear", clean(url)))
            .hint("without https there is only this computer, by its number: http://127.0.0.1")
            .into());
    }
    if let Some(file) = own
        && !allowed.is_some_and(|allowed| allowed.eq_ignore_ascii_case(address.host))
    {
        let host = address.host;
        let why = match allowed {
            Some(_) => format!("the call goes to {host}, which is not the host that --allow-host names"),
            None => {
                format!("{host} stands in a file of your own, {}: secrets go there only when you say so", clean(file))
            }
        };
        return Err(Problem::new(Exit::Refused, why)
            .hint(format!("if it is the gateway's: --allow-host {host}"))
            .into());
    }
    Ok(address.host)
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

/// A token that ends sooner is not handed out: it would end on its way.
const MARGIN: SignedDuration = SignedDuration::from_secs(30);
