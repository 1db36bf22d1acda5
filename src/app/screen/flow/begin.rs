//! Choosing a flow: which, where, and why it is run.

use crate::app::form::{Field, FieldId, Form, Input};
use crate::app::input::{Choice, Opt};
use crate::app::model::{About, BeginPage, Model, Page, Then, Tone, Want};
use crate::app::screen::accounts::{ACCOUNT_HELP, environment_options, provider_options};
use crate::app::screen::credentials::spec_of;
use crate::app::status::problem;
use crate::catalog::Catalog;
use crate::domain::journal::{self, Begin};
use crate::domain::provider::{Does, Flow, Provider, Reason};
use crate::domain::{Change, ChangeError, Environment, Slug};
use crate::error::{Exit, Problem};

/// `F`: a flow that makes a first credential.
pub(in crate::app) fn new(model: &mut Model) {
    let Some(inside) = model.inside() else { return };
    let document = &inside.unlocked.document;
    let account = match &inside.page {
        Page::Accounts => inside.accounts.rows.get(inside.accounts.list.row).map(|row| row.id),
        _ => model.chosen().and_then(|id| document.credential(id)).map(|credential| credential.account),
    };
    let (provider, environment, account) = match account.and_then(|id| document.account(id)) {
        Some(own) => (own.provider.to_string(), own.environment.to_string(), own.slug.to_string()),
        None => (String::new(), String::new(), String::new()),
    };
    let from_rotations = matches!(inside.page, Page::Rotations);
    let with_flows = provider_options(&model.catalog)
        .into_iter()
        .filter(|option| model.catalog.get(&option.value).is_some_and(|provider| !provider.flows.is_empty()))
        .collect();
    let fields = vec![
        Field::choice(FieldId::Provider, "Provider", Choice::new(with_flows, Some(&provider))),
        Field::choice(FieldId::Environment, "Environment", Choice::new(environment_options(), Some(&environment))),
        Field::text(FieldId::Account, "Account", &account).with_help(ACCOUNT_HELP),
    ];
    open(model, fields, None);
    if let Some(inside) = model.inside_mut() {
        inside.rotations.opened = from_rotations;
    }
}

/// `R`, `L`, `x`: a flow about the chosen credential.
pub(in crate::app) fn about(model: &mut Model, want: Want) {
    let Some(credential) = model.chosen() else { return };
    let Some(reference) = model.chosen_reference() else { return };
    let Some(inside) = model.inside() else { return };
    if let Some(journal) = inside.unlocked.document.flow_of(credential) {
        let id = journal.id;
        super::show(model, id);
        model.tell(Tone::Plain, "A flow is in progress for it. This is where it waits.");
        return;
    }
    // On the line of a version the deed is about that one.
    let version = match &inside.page {
        Page::Detail(detail) => match detail.items.get(detail.chosen) {
            Some(crate::app::model::Item::Version(id)) => Some(*id),
            _ => None,
        },
        _ => None,
    };
    let version = version.filter(|_| want == Want::Revoke);
    let provider = model.provider_name(reference.provider.as_str());
    let fields = vec![
        Field::new(FieldId::Provider, "Provider", Input::Fixed(provider)),
        Field::new(FieldId::Environment, "Environment", Input::Fixed(reference.environment.to_string())),
        Field::new(FieldId::Account, "Account", Input::Fixed(reference.account.to_string())),
        Field::new(FieldId::Name, "Credential", Input::Fixed(reference.name.to_string())),
    ];
    let from_rotations = matches!(inside.page, Page::Rotations);
    open(model, fields, Some(About { credential, version, want }));
    if let Some(inside) = model.inside_mut() {
        inside.rotations.opened = from_rotations;
    }
}

fn open(model: &mut Model, fields: Vec<Field>, about: Option<About>) {
    let page = BeginPage { form: Form::new(fields), about, busy: None };
    model.go(Page::Begin(Box::new(page)));
    lay_out(model);
    if let Some(Page::Begin(page)) = model.inside_mut().map(|inside| &mut inside.page) {
        if page.about.is_some() {
            page.form.go_to(&FieldId::Flow);
        } else if !page.form.text(&FieldId::Provider).is_empty() {
            page.form.go_to(&FieldId::Account);
        }
    }
}

/// Another provider, environment or flow: what can be chosen after it is laid out anew.
pub(in crate::app) fn changed(model: &mut Model, id: &FieldId) {
    if matches!(id, FieldId::Provider | FieldId::Environment | FieldId::Flow) {
        lay_out(model);
    }
}

fn lay_out(model: &mut Model) {
    let catalog = model.catalog.clone();
    let place = place(model);
    let Some(inside) = model.inside() else { return };
    let Page::Begin(page) = &inside.page else { return };
    let text = |id: &FieldId| page.form.text(id).to_owned();
    let (chosen, reason, name) = (text(&FieldId::Flow), text(&FieldId::Reason), text(&FieldId::Name));
    let (about, focus) = (page.about, page.form.focused().map(|field| field.id.clone()));
    let provider = place.as_ref().and_then(|place| catalog.get(&place.provider));
    let flows = match (provider, &place) {
        (Some(provider), Some(place)) => offered(provider, place, about, model),
        _ => Vec::new(),
    };
    let flow = flows.iter().find(|flow| *flow.id == *chosen).or(match flows.as_slice() {
        [first, ..] => Some(first),
        [] => None,
    });
    let options = flows.iter().map(|f| Opt { value: f.id.to_string(), label: f.title.clone(), environment: None });
    let choice = Choice::new(options.collect(), flow.map(|flow| flow.id.as_str()));
    let mut field = Field::choice(FieldId::Flow, "Flow", choice);
    if flows.len() > 1 {
        field.help = Some(format!("One of {}: type to choose another.", flows.len()));
    }
    let mut fields = vec![field];
    if let Some(flow) = flow {
        let wanted = match about.map(|about| about.want) {
            Some(Want::Replace(reason)) => Some(reason.as_str().to_owned()),
            _ => None,
        };
        if !flow.reasons.is_empty() {
            let options: Vec<Opt> = flow.reasons.iter().map(|reason| option(*reason)).collect();
            let first = options.first().map(|option| option.value.clone());
            let kept = options.iter().any(|option| option.value == reason).then_some(reason).or(wanted).or(first);
            fields.push(Field::choice(FieldId::Reason, "Reason", Choice::new(options, kept.as_deref())));
        }
        if about.is_none() {
            fields.push(
                Field::text(FieldId::Name, "Name", &name)
                    .with_help("The last part of its reference. Empty: the usual one."),
            );
        }
    }
    let Some(Page::Begin(page)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    page.form.fields.retain(|field| match field.id {
        FieldId::Flow | FieldId::Reason => false,
        FieldId::Name => about.is_some(),
        _ => true,
    });
    page.form.fields.extend(fields);
    if let Some(id) = focus {
        page.form.go_to(&id);
    }
    page.form.focus = page.form.focus.min(page.form.fields.len().saturating_sub(1));
}

fn option(reason: Reason) -> Opt {
    let label = match reason {
        Reason::Scheduled => "it is time",
        Reason::Compromised => "it leaked, or may have",
    };
    Opt { value: reason.as_str().into(), label: label.into(), environment: None }
}

/// Where the flow is to run.
struct Place {
    provider: String,
    environment: Option<Environment>,
    account: String,
}

fn place(model: &Model) -> Option<Place> {
    let inside = model.inside()?;
    let Page::Begin(page) = &inside.page else { return None };
    let text = |id: &FieldId| page.form.text(id).to_owned();
    let document = &inside.unlocked.document;
    if let Some(about) = page.about {
        let account = document.account(document.credential(about.credential)?.account)?;
        return Some(Place {
            provider: account.provider.to_string(),
            environment: Some(account.environment),
            account: account.slug.to_string(),
        });
    }
    let environment = text(&FieldId::Environment).parse().ok();
    Some(Place { provider: text(&FieldId::Provider), environment, account: text(&FieldId::Account) })
}

/// The flows that fit: those that make something, or those that act on the chosen credential.
fn offered<'a>(provider: &'a Provider, place: &Place, about: Option<About>, model: &Model) -> Vec<&'a Flow> {
    let here = |flow: &&Flow| place.environment.is_some_and(|own| flow.environments.contains(&own));
    let Some(about) = about else {
        return provider.flows.iter().filter(|flow| flow.does == Does::Create).filter(here).collect();
    };
    let spec = model.inside().and_then(|inside| {
        let document = &inside.unlocked.document;
        let credential = document.credential(about.credential)?;
        spec_of(&model.catalog, document.account(credential.account)?, credential).map(|spec| spec.id.clone())
    });
    let acts_on = |flow: &&Flow| flow.slots.first().is_some_and(|slot| Some(&slot.credential) == spec.as_ref());
    let fits = |flow: &&Flow| match about.want {
        Want::Revoke => flow.does == Does::Revoke,
        Want::Replace(reason) => {
            let replaces = matches!(flow.does, Does::Rotate | Does::Renew | Does::Compromise);
            replaces && (flow.reasons.is_empty() || flow.reasons.contains(&reason))
        }
    };
    provider.flows.iter().filter(here).filter(acts_on).filter(fits).collect()
}

/// Why a flow of this sort can't begin for the chosen credential.
pub(in crate::app) fn why_not(model: &Model, want: Want) -> Option<String> {
    let inside = model.inside()?;
    let document = &inside.unlocked.document;
    let Some(credential) = model.chosen().and_then(|id| document.credential(id)) else {
        return Some("Nothing is chosen.".into());
    };
    if credential.binned_at.is_some() {
        return Some("It is in the bin. u puts it back.".into());
    }
    let account = document.account(credential.account)?;
    let place = Place {
        provider: account.provider.to_string(),
        environment: Some(account.environment),
        account: account.slug.to_string(),
    };
    let about = About { credential: credential.id, version: None, want };
    let provider = model.catalog.get(account.provider.as_str());
    let none = provider.is_none_or(|provider| offered(provider, &place, Some(about), model).is_empty());
    let name = model.provider_name(account.provider.as_str());
    none.then(|| match want {
        Want::Revoke => format!("{name} has no flow that revokes it."),
        Want::Replace(_) => format!("{name} has no flow that replaces it."),
    })
}

/// What `⏎` begins: the flow, the reason and where it runs.
pub fn chosen(model: &Model) -> Option<(&Provider, &Flow, Option<Reason>)> {
    let inside = model.inside()?;
    let Page::Begin(page) = &inside.page else { return None };
    let provider = model.catalog.get(&place(model)?.provider)?;
    let flow = provider.flow(page.form.text(&FieldId::Flow))?;
    let reason = flow.reasons.iter().copied().find(|reason| reason.as_str() == page.form.text(&FieldId::Reason));
    Some((provider, flow, reason))
}

/// `⏎`: begins the flow.
pub(in crate::app) fn begin(model: &mut Model) {
    match prepared(model) {
        Ok(begin) => {
            model.commit(Change::Begin(Box::new(begin)), String::new(), Then::Flow);
            let busy = model.inside().and_then(|inside| inside.saving.clone());
            if let Some(Page::Begin(page)) = model.inside_mut().map(|inside| &mut inside.page) {
                page.busy = busy;
            }
        }
        Err(why) => model.notice = Some(problem(&why)),
    }
}

fn prepared(model: &Model) -> Result<Begin, Problem> {
    let missing = |what: &str| Problem::new(Exit::Usage, format!("choose {what} first"));
    let place = place(model).ok_or_else(|| missing("a provider"))?;
    let environment = place.environment.ok_or_else(|| missing("an environment"))?;
    let account: Slug = place.account.parse().map_err(|_| missing("an account, as acme,"))?;
    let (provider, flow, reason) = chosen(model).ok_or_else(|| missing("a flow"))?;
    let inside = model.inside().ok_or_else(|| missing("a vault"))?;
    let record = inside.unlocked.document.account_at(provider.id.as_str(), environment, account.as_str());
    let mut begin =
        journal::begin(provider, flow, reason, (environment, &account, record)).map_err(ChangeError::from)?;
    let Page::Begin(page) = &inside.page else { return Err(missing("a flow")) };
    let typed = page.form.text(&FieldId::Name);
    let name = match page.about {
        None if !typed.is_empty() => Some(typed.parse::<Slug>().map_err(|_| {
            Problem::new(Exit::Usage, "a name has small letters, digits, dots, dashes and underscores")
        })?),
        _ => None,
    };
    begin.credential = page.about.map(|about| about.credential);
    begin.version = page.about.and_then(|about| about.version);
    begin.name = name;
    Ok(begin)
}

/// `esc`
pub(in crate::app) fn leave(model: &mut Model) {
    super::back(model);
}

/// Whether the catalogue has flows at all.
pub(in crate::app) fn any(catalog: &Catalog) -> bool {
    catalog.providers().any(|provider| !provider.flows.is_empty())
}
