//! A token call on its way: what the screen of tokens and `paykeep token` share. Nothing here sends it.

use jiff::{SignedDuration, Timestamp};

use super::Unlocked;
use crate::catalog::Catalog;
use crate::domain::audit::Report;
use crate::domain::provider::{Address, Call, CredentialSpec, Origin as Author, Provider, What};
use crate::domain::{
    Account, Add, Change, Credential, Document, Id, Kind, Life, MalformedReference, MayReach, NewField, NewValue,
    Origin, Place, Reference, Slug, Target, Version, clean, journal,
};
use crate::error::{Exit, Problem};
use crate::secret::SecretBytes;
use crate::signing::{self, Answer, Request, Token};

/// What is to be called with what, and where the token goes.
pub struct Plan<'a> {
    /// The credentials that get it, with their account.
    pub target: Target<'a>,
    /// Their version that is sent.
    pub version: &'a Version,
    /// The provider's name for the call.
    pub title: &'a str,
    /// Under which reference the token is stored.
    pub token: Reference,
    provider: &'a Provider,
    call: &'a Call,
    vault: &'a Unlocked,
}

/// A call that can be sent, and what its answer is read with: the vault may be locked meanwhile.
pub struct Ready {
    /// What is sent.
    pub request: Request,
    gives: String,
    secrets: Vec<SecretBytes>,
}

impl Ready {
    /// The token in an answer.
    pub fn read(&self, answer: &Answer) -> Result<Token, Problem> {
        // A host that sends our own value back as an error's code is not repeated.
        let is_secret = |text: &str| {
            let mut values = self.secrets.iter().filter_map(|value| std::str::from_utf8(value.expose()).ok());
            values.any(|value| text.contains(value) || value.contains(text))
        };
        Ok(signing::token(answer, &self.gives, &is_secret)?)
    }
}

impl<'a> Plan<'a> {
    /// Finds all of it for credentials that get tokens, and refuses what could not be stored, before anything is sent.
    pub fn of(target: Target<'a>, vault: &'a Unlocked, catalog: &'a Catalog) -> Result<Self, Problem> {
        let document = &vault.document;
        let provider_id = target.account.provider.as_str();
        let provider = catalog.get(provider_id).ok_or_else(|| {
            Problem::new(Exit::NotFound, format!("no provider's file describes `{}`", clean(provider_id)))
                .hint("`paykeep catalog list` names those that are known")
        })?;
        let Some(call) = call_of(provider, target.credential) else {
            let hint = match calls(provider).next() {
                Some(call) => format!("{} gives one for its {}", provider.name, call.credential),
                None => format!("the file of {} knows no call for a token", provider.name),
            };
            return Err(Problem::new(Exit::Refused, "no token is got with this credential").hint(hint));
        };
        let token = beside(target.credential, provider, document)?;
        let Some(version) = target.version else {
            let name = &target.credential.name;
            return Err(Problem::new(Exit::NotFound, format!("{name} has no value yet")));
        };
        let plan = Self { target, version, title: &call.title, token, provider, call, vault };
        match plan.there() {
            Some(other) if other.kind != Kind::AccessToken => {
                Err(Problem::new(Exit::Refused, format!("{} is there already, as a {}", plan.token, other.kind))
                    .hint("the token would be stored there: `paykeep mv` gives it another name"))
            }
            _ => Ok(plan),
        }
    }

    /// The same for a chosen credential: one that gets tokens, or a token, for which those that get it are looked for.
    pub fn about(id: Id, vault: &'a Unlocked, catalog: &'a Catalog) -> Result<Self, Problem> {
        let document = &vault.document;
        let gone = || Problem::new(Exit::NotFound, "it is no longer in the vault");
        let credential = document.credential(id).ok_or_else(gone)?;
        let account = document.account(credential.account).ok_or_else(gone)?;
        let credential = giver(document, catalog, account, credential).unwrap_or(credential);
        Self::of(Target { account, credential, version: credential.version(None) }, vault, catalog)
    }

    /// The credential that holds the token.
    pub fn there(&self) -> Option<&'a Credential> {
        self.vault.document.credential_in(self.target.account.id, self.token.name.as_str())
    }

    /// The stored token, if it surely works for a while: got with this version of the credentials, and with a known end.
    pub fn stored(&self, now: Timestamp) -> Option<&'a Version> {
        let token = self.there()?.current()?;
        let since = self.version.current_at.unwrap_or(self.version.created_at);
        let is_ours = token.origin == Origin::Fetched && token.created_at >= since;
        let is_free = token.sealed_at.is_none() && token.compromised_at.is_none();
        let works = token.life == Life::Active && token.expires_at.is_some_and(|end| end.duration_since(now) > MARGIN);
        (is_ours && is_free && works).then_some(token)
    }

    /// Where it goes: over https, or, from a file of the user's own, to this computer.
    pub fn address(&self) -> Result<Address<'a>, Problem> {
        let url = self.url()?;
        let Some(address) = Address::of(url) else {
            return Err(Problem::new(
                Exit::Refused,
                format!("{} is no address that paykeep sends secrets to", clean(url)),
            )
            .hint("it is https://, a host, perhaps a port"));
        };
        if !address.is_https && (self.own_file().is_none() || !address.is_loopback()) {
            return Err(Problem::new(Exit::Refused, format!("{} is not https: secrets would go in clear", clean(url)))
                .hint("without https there is only this computer, by its number: http://127.0.0.1"));
        }
        Ok(address)
    }

    /// The name of the provider's file, where the user wrote it.
    pub fn own_file(&self) -> Option<&'a str> {
        match &self.provider.origin {
            Author::BuiltIn => None,
            Author::User(file) => Some(file),
        }
    }

    /// The provider's name on the screen.
    pub fn provider_name(&self) -> &'a str {
        &self.provider.name
    }

    /// Whether secrets may go to that host.
    pub fn may_reach(&self, host: &str) -> MayReach {
        self.vault.document.may_reach(self.provider, host)
    }

    /// That the user agrees to it, for this host and the file as it is now.
    pub fn consent(&self, host: &str) -> Change {
        Change::Consent {
            provider: self.target.account.provider.clone(),
            digest: self.provider.file_digest(),
            host: host.to_owned(),
        }
    }

    /// That the user takes it back.
    pub fn withdrawal(&self, host: &str) -> Change {
        Change::Withdraw { provider: self.target.account.provider.clone(), host: host.to_owned() }
    }

    /// The request as a command, without its secrets.
    pub fn command(&self) -> Result<String, Problem> {
        self.url()?;
        journal::command(self.provider, self.call, self.target.account, self.version)
            .ok_or_else(|| Problem::new(Exit::Failed, "the call can't be written as a command"))
    }

    /// Refuses a call that lacks values: names all of them, with the commands that store them.
    pub fn is_complete(&self) -> Result<(), Problem> {
        let account = self.target.account;
        let named = format!("{}/{}/{}", account.provider, account.environment, account.slug);
        let (mut lacking, mut commands) = (Vec::new(), Vec::new());
        for what in self.call.templates().flat_map(|(_, template)| template.fills()) {
            let (name, command) = match what {
                What::Account(name) if account.fields.get(name.as_str()).is_none_or(String::is_empty) => {
                    (name.to_string(), format!("`paykeep account set {named} {name}=…`"))
                }
                What::Field(name) if self.value(name).is_none_or(|value| value.expose().is_empty()) => {
                    let own = &self.target.credential.name;
                    (name.to_string(), format!("`paykeep add {named}/{own} --field {name}`"))
                }
                _ => continue,
            };
            if !lacking.contains(&name) {
                lacking.push(name);
                commands.push(command);
            }
        }
        if lacking.is_empty() {
            return Ok(());
        }
        let what = format!("the call needs what is not stored yet: {}", lacking.join(", "));
        Err(Problem::new(Exit::NotFound, what).hint(format!("store it with {}", commands.join(" and "))))
    }

    /// The secret fields that are sent: the variable from which the command takes each, and its reference.
    pub fn secrets(&self) -> Vec<(String, String)> {
        let spec = self.provider.credential(&self.call.credential);
        let fields = spec.into_iter().flat_map(|spec| spec.fields.iter().map(move |field| (spec, field)));
        let is_used = |name: &str| {
            let uses = |what: &What| matches!(what, What::Field(field) if **field == *name);
            self.call.templates().any(|(_, template)| template.fills().any(uses))
        };
        fields
            .filter(|(_, field)| field.secret && is_used(&field.name))
            .map(|(spec, field)| {
                let reference = Reference { name: self.target.credential.name.clone(), ..self.token.clone() };
                (self.provider.env_name(spec, field), format!("{reference}#{}", field.name))
            })
            .collect()
    }

    /// The call with its secrets. There is none before its host may be reached.
    pub fn ready(&self) -> Result<Ready, Problem> {
        let address = self.address()?;
        if let (Some(file), reach @ (MayReach::Asks | MayReach::AsksAgain)) =
            (self.own_file(), self.may_reach(address.host))
        {
            let (host, file) = (address.host, clean(file));
            return Err(Problem::new(
                Exit::Refused,
                match reach {
                    MayReach::AsksAgain => {
                        format!("{file}, a file of your own, has changed since you allowed {host}: say it again")
                    }
                    _ => {
                        format!("{host} stands in a file of your own, {file}: secrets go there only when you say so")
                    }
                },
            ));
        }
        self.is_complete()?;
        let field = |name: &str| self.value(name);
        let request = signing::request(self.call, self.url()?, &self.target.account.fields, &field);
        let request = request.map_err(|error| {
            let mut problem = Problem::from(error);
            problem.message = problem.message.replace("the recipe", "the call");
            problem
        })?;
        let secrets = self.version.secret_fields().filter_map(|(name, _)| self.value(name)).collect();
        Ok(Ready { request, gives: self.call.gives.clone().unwrap_or_default(), secrets })
    }

    /// That a secret leaves, for the log; it is remembered before it does.
    pub fn sent(&self, host: &str) -> Option<Change> {
        let key = self.version.secret_fields().find_map(|(_, field)| field.secret.as_ref())?;
        let (about, _) = self.vault.document.about(self.target.credential.id, key)?;
        Some(Change::Audit(Report::sent(about, format!("to {host}, for a token"))))
    }

    /// Stores a token that was asked for at `asked`: it lives as long as the answer says, else as the provider's file has it.
    pub fn store(&self, token: Token, asked: Timestamp) -> Change {
        let spec = self.provider.of_kind(Kind::AccessToken).next();
        let stated = |spec: &CredentialSpec| Some(spec.lifetime_s.as_ref()?.value);
        let lives = token.lives_s.or_else(|| spec.and_then(stated)).and_then(|seconds| i64::try_from(seconds).ok());
        let named = spec.and_then(|spec| spec.fields.iter().find(|field| field.secret));
        let name = named.map_or("value", |field| field.name.as_str());
        let value = NewField::of(name, NewValue::Secret(token.value.into_bytes()));
        Change::Add(Box::new(Add {
            origin: Origin::Fetched,
            expires_at: lives.and_then(|lives| asked.checked_add(SignedDuration::from_secs(lives)).ok()),
            ..Add::of(self.token.clone(), Kind::AccessToken, Place::Renewed, vec![value])
        }))
    }

    fn url(&self) -> Result<&'a str, Problem> {
        let account = self.target.account;
        let field = |name: &str| account.fields.get(name).map(String::as_str);
        let host = self.provider.host(&self.call.host, account.environment, field("stage"), field("region"));
        host.map(|host| host.url.as_str()).ok_or_else(|| {
            let what =
                format!("the file of {} knows no host for this call in {}", self.provider.name, account.environment);
            Problem::new(Exit::Refused, what)
                .hint("paykeep sends secrets to no other host; the account's stage or region may choose one")
        })
    }

    fn value(&self, name: &str) -> Option<SecretBytes> {
        let field = self.version.fields.get(name)?;
        match (&field.secret, &field.value) {
            (Some(key), _) => self.vault.secret(key),
            (None, Some(value)) => Some(SecretBytes::copied(value.as_bytes())),
            (None, None) => None,
        }
    }
}

/// Whether a token can be fetched with a credential, or anew if it is one.
pub fn is_fetched(document: &Document, catalog: &Catalog, id: Id) -> bool {
    let found =
        document.credential(id).and_then(|credential| Some((document.account(credential.account)?, credential)));
    found.is_some_and(|(account, credential)| {
        let provider = catalog.get(account.provider.as_str());
        provider.is_some_and(|provider| call_of(provider, credential).is_some())
            || giver(document, catalog, account, credential).is_some()
    })
}

/// The provider's calls that give a token and need no signature. What is given for a key is something else, as the secret of one session.
fn calls(provider: &Provider) -> impl Iterator<Item = &Call> {
    let gets = |call: &Call| provider.credential(&call.credential).is_some_and(|s| s.kind == Kind::ClientCredentials);
    provider.calls.iter().filter(move |call| call.gives.is_some() && call.recipe.is_none() && gets(call))
}

fn call_of<'p>(provider: &'p Provider, credential: &Credential) -> Option<&'p Call> {
    let spec = provider.spec_of(credential).filter(|spec| spec.kind == credential.kind)?;
    calls(provider).find(|call| call.credential == spec.id)
}

/// The credentials with which a token was got, or would be.
fn giver<'a>(
    document: &'a Document,
    catalog: &Catalog,
    account: &Account,
    token: &Credential,
) -> Option<&'a Credential> {
    if token.kind != Kind::AccessToken {
        return None;
    }
    let provider = catalog.get(account.provider.as_str())?;
    let gives = |other: &&Credential| {
        call_of(provider, other).is_some()
            && beside(other, provider, document).is_ok_and(|reference| reference.name == token.name)
    };
    let neighbours = document.listed().filter(|(own, _)| own.id == account.id).map(|(_, credential)| credential);
    neighbours.filter(|other| other.id != token.id).find(gives)
}

/// The reference under which the token stands: the usual name beside the usual credentials, and a name of its own beside others, so that
/// two of them in one account don't take each other's.
fn beside(credential: &Credential, provider: &Provider, document: &Document) -> Result<Reference, Problem> {
    let token = provider.of_kind(Kind::AccessToken).next().map_or(Kind::AccessToken.as_str(), |spec| &*spec.name);
    let is_usual = provider.spec_of(credential).is_none_or(|spec| *spec.name == *credential.name.as_str());
    let name = if is_usual { token.to_owned() } else { format!("{}-{token}", credential.name) };
    let gone = || Problem::new(Exit::NotFound, format!("{} has no account", credential.name));
    let own = document.reference(credential).ok_or_else(gone)?;
    let name: Slug =
        name.parse().map_err(|error: MalformedReference| Problem::new(Exit::Refused, error.to_string()))?;
    Ok(Reference { name, ..own.of_credential() })
}

/// A token that ends sooner is not handed out: it would end on its way.
const MARGIN: SignedDuration = SignedDuration::from_secs(30);
