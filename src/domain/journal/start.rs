//! Begins a flow: the steps that apply to this run, copied from the provider's file with all that they need.

use super::{Call, FlowError, Journal, Slot, Step};
use crate::domain::provider::{self, CallUse, Flow, Keys, Letter, Piece, Provider, Reason, Template, What};
use crate::domain::{Account, Environment, Id, Slug};

/// A flow that is about to begin.
#[derive(Debug)]
pub struct Begin {
    /// The provider's ID.
    pub provider: Slug,
    /// Sandbox or live.
    pub environment: Environment,
    /// The account's slug; the account is made if it isn't there.
    pub account: Slug,
    /// The credential that it is about, where there is one; else the one that goes by the provider's usual name.
    pub credential: Option<Id>,
    /// The version that is to go, where it is not the current one.
    pub version: Option<Id>,
    /// The name of what it creates, where it is not the provider's usual one.
    pub name: Option<Slug>,
    pub(in crate::domain) draft: Draft,
}

/// The journal, but for what only the vault knows.
#[derive(Debug)]
pub(in crate::domain) struct Draft {
    pub(in crate::domain) flow: String,
    pub(in crate::domain) title: String,
    pub(in crate::domain) does: provider::Does,
    pub(in crate::domain) reason: Option<Reason>,
    pub(in crate::domain) digest: String,
    pub(in crate::domain) slots: Vec<Slot>,
    pub(in crate::domain) steps: Vec<Step>,
    pub(in crate::domain) letters: Vec<(usize, Letter)>,
}

/// Prepares a run of a provider's flow. `account` is the record, where there is one: its region chooses pages and hosts.
pub fn begin(
    provider: &Provider,
    flow: &Flow,
    reason: Option<Reason>,
    (environment, slug, account): (Environment, &Slug, Option<&Account>),
) -> Result<Begin, FlowError> {
    if !flow.environments.contains(&environment) {
        return Err(FlowError::OtherEnvironment(flow.title.clone()));
    }
    let fits = match reason {
        Some(reason) => flow.reasons.contains(&reason),
        None => flow.reasons.is_empty(),
    };
    if !fits {
        return Err(FlowError::Reason(flow.reasons.iter().map(|reason| reason.as_str()).collect()));
    }
    let place = Place { provider, flow, environment, account };
    let run: Vec<&provider::Step> = flow.run(reason, environment).collect();
    let steps: Vec<Step> = run.iter().map(|step| place.step(step, &run)).collect();
    let letters = run.iter().enumerate().filter_map(|(n, step)| Some((n, step.letter.clone()?))).collect();
    let slots = flow.slots.iter().filter_map(|slot| place.slot(slot)).collect();
    let draft = Draft {
        flow: flow.id.to_string(),
        title: flow.title.clone(),
        does: flow.does,
        reason,
        digest: format!("sha256:{}", provider.digest),
        slots,
        steps,
        letters,
    };
    let provider = provider.id.parse().map_err(|_| FlowError::NoJournal)?;
    Ok(Begin { provider, environment, account: slug.clone(), credential: None, version: None, name: None, draft })
}

/// Where the flow runs.
struct Place<'a> {
    provider: &'a Provider,
    flow: &'a Flow,
    environment: Environment,
    account: Option<&'a Account>,
}

impl Place<'_> {
    fn region(&self) -> Option<&str> {
        self.account?.fields.get("region").map(String::as_str)
    }

    fn slot(&self, slot: &provider::Slot) -> Option<Slot> {
        let spec = self.provider.credential(&slot.credential)?;
        Some(Slot {
            name: slot.name.to_string(),
            spec: spec.id.to_string(),
            title: spec.title.clone(),
            kind: spec.kind,
            reference: spec.name.parse().ok()?,
            required: spec.fields.iter().filter(|field| field.required).map(|field| field.name.to_string()).collect(),
            lifetime_s: spec.lifetime_s.as_ref().map(|stated| stated.value),
            server_only: spec.client_side == provider::ClientSide::Never
                && spec.fields.iter().any(|field| field.secret),
            overlaps: spec.keys() != Keys::One,
            credential: None,
            old: None,
            new: None,
        })
    }

    fn step(&self, step: &provider::Step, run: &[&provider::Step]) -> Step {
        let spec =
            |slot: &provider::Id| self.flow.slot(slot).and_then(|slot| self.provider.credential(&slot.credential));
        let link = step.link.as_ref().and_then(|id| self.provider.link(id, self.environment, self.region()));
        let about = step.slots.first().or_else(|| step.field().map(|field| &field.slot));
        let probe = step.proof.as_ref().and_then(|id| self.flow.proof(id)).and_then(|proof| proof.probe.as_ref());
        // What the run leaves out leads nowhere; what it led to comes first all the same by the order of the steps.
        let here = |id: &&provider::Id| run.iter().any(|other| other.id == **id);
        Step {
            form: step.form.as_ref().and_then(|form| about.and_then(spec)?.form(form)),
            bits: about.and_then(spec).and_then(|spec| spec.rsa_bits.as_ref()).map(|bits| bits.value),
            place: link.map(|link| link.place.clone()),
            url: link.and_then(|link| link.url.clone()),
            call: step.call.as_ref().or(probe).and_then(|used| self.call(used)),
            needs: step.needs.iter().filter(here).map(ToString::to_string).collect(),
            ..Step::of(step)
        }
    }

    /// The command. `None` where no host fits, or where it would have to be signed: then nothing can be printed that works as it is.
    fn call(&self, used: &CallUse) -> Option<Call> {
        let call = self.provider.call(&used.call)?;
        if call.recipe.is_some() {
            return None;
        }
        let spec = self.provider.credential(&call.credential)?;
        let fits = |host: &&provider::Host| {
            host.serves == call.host
                && host.environment.is_none_or(|own| own == self.environment)
                && host.region.as_deref().is_none_or(|own| Some(own) == self.region())
        };
        let host = self.provider.hosts.iter().find(fits)?;
        let write = |template: &Template| -> Option<String> {
            let mut text = String::new();
            for piece in template.pieces() {
                match piece {
                    Piece::Literal(literal) => text.push_str(&in_double_quotes(literal)),
                    Piece::Slot(What::Account(name), _) => text.push_str(&format!("{{account.{name}}}")),
                    Piece::Slot(What::Field(name), _) => match spec.field(name)? {
                        field if field.secret => {
                            text.push_str(&format!("${{{}}}", self.provider.env_name(spec, field)))
                        }
                        field => text.push_str(&format!("{{field.{}}}", field.name)),
                    },
                    Piece::Slot(..) => return None,
                }
            }
            Some(text)
        };
        let status = if call.gives.is_none() { " -o /dev/null -w '%{http_code}\\n'" } else { "" };
        let mut curl = format!("curl -sS{status} -X {} \"{}{}\"", call.method.as_str(), host.url, write(&call.path)?);
        for (name, value) in &call.headers {
            curl.push_str(&format!(" \\\n  -H \"{name}: {}\"", write(value)?));
        }
        for (name, value) in &call.form {
            curl.push_str(&format!(" \\\n  --data-urlencode \"{name}={}\"", write(value)?));
        }
        if !call.json.is_empty() {
            let mut members = Vec::new();
            for (name, value) in &call.json {
                members.push(format!("\\\"{name}\\\":\\\"{}\\\"", write(value)?));
            }
            curl.push_str(&format!(
                " \\\n  -H \"Content-Type: application/json\" \\\n  -d \"{{{}}}\"",
                members.join(",")
            ));
        }
        let statuses =
            |list: &Option<provider::Stated<Vec<u16>>>| list.as_ref().map_or_else(Vec::new, |s| s.value.clone());
        Some(Call {
            curl,
            with: used.with.clone(),
            alive: statuses(&call.alive),
            dead: statuses(&call.dead),
            gives: call.gives.clone(),
        })
    }
}

/// Text between double quotes of a shell: what would mean something there is escaped.
fn in_double_quotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

impl Call {
    /// The command with the public fields of its version and of the account filled in. What is not known stands in angle brackets.
    pub fn command(&self, journal: &Journal, document: &crate::domain::Document) -> String {
        let version =
            journal.version(&self.with).and_then(|(credential, version)| document.version(credential, version));
        let account = document.account(journal.account);
        let mut text = String::new();
        let mut rest = self.curl.as_str();
        while let Some(at) = rest.find('{') {
            let (head, tail) = rest.split_at(at);
            text.push_str(head);
            let Some((inside, after)) = tail[1..].split_once('}') else { break };
            let value = match inside.split_once('.') {
                Some(("field", name)) => Some(version.and_then(|v| v.fields.get(name)?.value.clone())),
                Some(("account", name)) => Some(account.and_then(|a| a.fields.get(name).cloned())),
                _ => None,
            };
            match (value, inside.split_once('.')) {
                (Some(Some(value)), _) => text.push_str(&in_double_quotes(&value)),
                (Some(None), Some((_, name))) => text.push_str(&format!("<{name}>")),
                _ => {
                    text.push('{');
                    rest = &tail[1..];
                    continue;
                }
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }
}
