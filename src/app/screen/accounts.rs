//! Accounts: what belongs to the merchant and not to one key.

use std::collections::{BTreeMap, HashMap};

use crate::app::form::{Field, FieldId, Form, Input};
use crate::app::input::{Choice, Opt};
use crate::app::model::{AccountForm, AccountRow, Deed, Dialog, DialogTone, Finding, Inside, Model, Page, Then, Tone};
use crate::catalog::Catalog;
use crate::domain::provider::Provider;
use crate::domain::{Account, Change, Document, Environment, Id, Slug, Standing};

/// Brings the rows up to date, which were made of the records as they were `before`: where no account changed, how many credentials
/// each has.
pub(in crate::app) fn renew(inside: &mut Inside, before: &Document, catalog: &Catalog) {
    let document = &inside.unlocked.document;
    let page = &mut inside.accounts;
    let mut counted = before.credentials.as_slice();
    if before.accounts != document.accounts {
        let chosen = page.rows.get(page.list.row).map(|r| r.id);
        page.rows = rows(document, catalog);
        page.list.row = chosen.and_then(|id| page.rows.iter().position(|r| r.id == id)).unwrap_or(0);
        counted = &[];
    }
    let mut counts: HashMap<Id, &mut usize> = page.rows.iter_mut().map(|r| (r.id, &mut r.credentials)).collect();
    for standing in document.since(counted) {
        let (account, by) = match standing {
            Standing::Kept(..) => continue,
            Standing::Gone(at) => (counted[at].account, -1),
            Standing::New(at) => (document.credentials[at].account, 1),
        };
        if let Some(count) = counts.get_mut(&account) {
            **count = count.saturating_add_signed(by);
        }
    }
}

/// The rows, without any credential.
fn rows(document: &Document, catalog: &Catalog) -> Vec<AccountRow> {
    let row = |account: &Account| {
        let provider = catalog.get(account.provider.as_str());
        let specs = provider.map(|p| p.account.as_slice()).unwrap_or_default();
        let label_of =
            |name: &str| specs.iter().find(|s| s.name == name).map_or_else(|| name.to_owned(), |s| s.label.clone());
        AccountRow {
            id: account.id,
            environment: account.environment,
            provider: provider.map_or_else(|| account.provider.to_string(), |p| p.name.clone()),
            slug: account.slug.to_string(),
            label: account.label.clone(),
            fields: account.fields.iter().map(|(name, value)| (label_of(name), value.clone())).collect(),
            missing: specs
                .iter()
                .filter(|s| s.required && !account.fields.contains_key(s.name.as_str()))
                .map(|s| s.label.clone())
                .collect(),
            credentials: 0,
        }
    };
    let mut rows: Vec<AccountRow> = document.accounts.iter().map(row).collect();
    rows.sort_by_cached_key(|r| (r.provider.to_lowercase(), r.environment != Environment::Live, r.slug.clone()));
    rows
}

/// Shows the list with an account chosen.
pub(in crate::app) fn show(model: &mut Model, slug: &str) {
    model.go(Page::Accounts);
    let Some(inside) = model.inside_mut() else { return };
    if let Some(at) = inside.accounts.rows.iter().position(|r| r.slug == slug) {
        inside.accounts.list.row = at;
    }
}

/// `a`: a form for a new one.
pub(in crate::app) fn add(model: &mut Model) {
    let form = Form::new(new_fields(&model.catalog, "", None, "", ""));
    model.go(Page::Account(Box::new(AccountForm { account: None, for_bench: false, form, busy: None })));
}

/// `⏎`: the chosen one's form.
pub(in crate::app) fn edit(model: &mut Model) {
    let Some(inside) = model.inside() else { return };
    if let Some(row) = inside.accounts.rows.get(inside.accounts.list.row) {
        open(model, row.id);
    }
}

/// The form of this account, because the bench needs one of its fields.
pub(in crate::app) fn fill_in(model: &mut Model, account: Id, field: &str) {
    open(model, account);
    if let Some(Page::Account(page)) = model.inside_mut().map(|inside| &mut inside.page) {
        page.for_bench = true;
        page.form.go_to(&FieldId::AccountField(field.to_owned()));
    }
}

fn open(model: &mut Model, account: Id) {
    let Some(account) = model.inside().and_then(|inside| inside.unlocked.document.account(account)) else { return };
    let provider = model.catalog.get(account.provider.as_str());
    let provider = provider.map_or_else(|| account.provider.to_string(), |provider| provider.name.clone());
    let mut fields = vec![
        Field::new(FieldId::Provider, "Provider", Input::Fixed(provider)),
        Field::new(FieldId::Environment, "Environment", Input::Fixed(account.environment.to_string())),
        Field::new(FieldId::Account, "Account", Input::Fixed(account.slug.to_string())),
        Field::text(FieldId::Label, "Label", &account.label).with_help("What you call it."),
    ];
    let first = fields.len() - 1;
    fields.extend(account_fields(model.catalog.get(account.provider.as_str()), Some(account)));
    let mut form = Form::new(fields);
    form.go(first);
    let page = AccountForm { account: Some(account.id), for_bench: false, form, busy: None };
    model.go(Page::Account(Box::new(page)));
}

/// `d`: deletes an account that has no credentials.
pub(in crate::app) fn remove(model: &mut Model) {
    let Some(inside) = model.inside() else { return };
    let Some(row) = inside.accounts.rows.get(inside.accounts.list.row) else { return };
    let dialog = Dialog {
        title: "Delete an account".into(),
        subject: Some(format!("{} {}", row.provider, row.slug)),
        environment: Some(row.environment),
        text: vec![Finding {
            tone: Tone::Plain,
            text: "It has no credentials. Its label and fields go with it; nothing changes at the gateway.".into(),
        }],
        typed: None,
        verb: "delete",
        top: 0,
        way_out: "keep it",
        tone: if row.environment == Environment::Live { DialogTone::Live } else { DialogTone::Plain },
        deed: Deed::Commit { change: Change::RemoveAccount(row.id), done: format!("Account {} is deleted.", row.slug) },
    };
    model.open_dialog(dialog);
}

/// Why the chosen account can't be deleted.
pub(in crate::app) fn why_kept(model: &Model) -> Option<String> {
    let inside = model.inside()?;
    let Some(row) = inside.accounts.rows.get(inside.accounts.list.row) else {
        return Some("Nothing is chosen.".into());
    };
    match row.credentials {
        0 => None,
        1 => Some("It has a credential. Delete that first; one in the bin counts.".into()),
        n => Some(format!("It has {n} credentials. Delete them first; those in the bin count.")),
    }
}

/// Another provider has other fields.
pub(in crate::app) fn changed(model: &mut Model, id: &FieldId) {
    if *id != FieldId::Provider {
        return;
    }
    let catalog = model.catalog.clone();
    let Some(Page::Account(page)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    let text = |id| page.form.text(&id).to_owned();
    let environment = text(FieldId::Environment).parse().ok();
    let fields =
        new_fields(&catalog, &text(FieldId::Provider), environment, &text(FieldId::Account), &text(FieldId::Label));
    let focus = page.form.focus;
    page.form = Form::new(fields);
    page.form.go(focus);
}

/// `⏎` in the form.
pub(in crate::app) fn save(model: &mut Model) {
    let Some(inside) = model.inside() else { return };
    let Page::Account(page) = &inside.page else { return };
    if page.busy.is_some() {
        return;
    }
    let known = page.account.and_then(|id| inside.unlocked.document.account(id));
    let place = match known {
        Some(account) => Ok((account.provider.clone(), account.environment, account.slug.clone())),
        None => place(&page.form),
    };
    let (provider, environment, slug) = match place {
        Ok(place) => place,
        Err((field, words)) => {
            model.tell(Tone::Warning, words);
            if let Some(form) = model.form_mut() {
                form.go_to(&field);
            }
            return;
        }
    };
    if known.is_none() && inside.unlocked.document.account_at(provider.as_str(), environment, slug.as_str()).is_some() {
        model.tell(
            Tone::Warning,
            format!("{provider}/{environment}/{slug} is there already. Open it in the list to edit it."),
        );
        return;
    }
    let had = |name: &str| known.and_then(|a| a.fields.get(name)).map_or("", String::as_str);
    let fields: BTreeMap<String, String> = page
        .form
        .fields
        .iter()
        .filter_map(|field| match &field.id {
            FieldId::AccountField(name) => Some((name.clone(), page.form.text(&field.id).to_owned())),
            _ => None,
        })
        .filter(|(name, value)| value != had(name))
        .collect();
    let label = page.form.text(&FieldId::Label).to_owned();
    let label = (label != known.map_or("", |a| a.label.as_str())).then_some(label);
    if known.is_some() && fields.is_empty() && label.is_none() {
        leave(model);
        model.tell(Tone::Plain, "Nothing was changed.");
        return;
    }
    let done = if known.is_some() { "Saved.".to_owned() } else { format!("Account {slug} is stored.") };
    let then = if page.for_bench { Then::Bench } else { Then::Accounts(slug.to_string()) };
    model.commit(Change::Account { provider, environment, slug, label, fields }, done, then);
    if let Some(inside) = model.inside_mut() {
        let busy = inside.saving.clone();
        if let Page::Account(page) = &mut inside.page {
            page.busy = busy;
        }
    }
}

/// `esc` in the form: back to where it was opened.
pub(in crate::app) fn leave(model: &mut Model) {
    match model.inside().map(|inside| &inside.page) {
        Some(Page::Account(page)) if page.for_bench => super::bench::show(model, None),
        _ => model.go(Page::Accounts),
    }
}

fn place(form: &Form) -> Result<(Slug, Environment, Slug), (FieldId, &'static str)> {
    let provider = form.text(&FieldId::Provider).parse().map_err(|_| (FieldId::Provider, "Choose the provider."))?;
    let environment =
        form.text(&FieldId::Environment).parse().map_err(|()| (FieldId::Environment, "Choose the environment."))?;
    let slug = Slug::nearest(form.text(&FieldId::Account)).ok_or((FieldId::Account, "Name the account, as acme."))?;
    Ok((provider, environment, slug))
}

fn new_fields(
    catalog: &Catalog,
    provider: &str,
    environment: Option<Environment>,
    slug: &str,
    label: &str,
) -> Vec<Field> {
    let mut fields = vec![
        Field::choice(FieldId::Provider, "Provider", Choice::new(provider_options(catalog), Some(provider))),
        Field::choice(
            FieldId::Environment,
            "Environment",
            Choice::new(environment_options(), environment.map(Environment::as_str)),
        ),
        Field::text(FieldId::Account, "Account", slug).with_help(ACCOUNT_HELP),
        Field::text(FieldId::Label, "Label", label).with_help("What you call it."),
    ];
    fields.extend(account_fields(catalog.get(provider), None));
    fields
}

/// The provider's fields with what the account has in them; fields that the file doesn't know follow.
fn account_fields(provider: Option<&Provider>, account: Option<&Account>) -> Vec<Field> {
    let value = |name: &str| account.and_then(|a| a.fields.get(name)).map_or("", String::as_str);
    let specs = provider.map(|p| p.account.as_slice()).unwrap_or_default();
    let mut fields: Vec<Field> = specs.iter().map(|spec| account_field(spec, value(spec.name.as_str()))).collect();
    let unknown =
        account.into_iter().flat_map(|a| &a.fields).filter(|(name, _)| !specs.iter().any(|s| s.name == name.as_str()));
    fields.extend(unknown.map(|(name, value)| Field::text(FieldId::AccountField(name.clone()), name.as_str(), value)));
    fields
}

/// A field of an account, as its provider describes it.
pub(in crate::app) fn account_field(spec: &crate::domain::provider::AccountField, value: &str) -> Field {
    let id = FieldId::AccountField(spec.name.to_string());
    let mut field = if spec.choices.is_empty() {
        Field::text(id, spec.label.as_str(), value)
    } else {
        let none = Opt { value: String::new(), label: "–".into(), environment: None };
        let known =
            spec.choices.iter().map(|c| Opt { value: c.value.clone(), label: c.label.clone(), environment: None });
        let mut options: Vec<Opt> = std::iter::once(none).chain(known).collect();
        if !options.iter().any(|o| o.value == value) {
            options.push(Opt { value: value.to_owned(), label: value.to_owned(), environment: None });
        }
        Field::choice(id, spec.label.as_str(), Choice::new(options, Some(value)))
    };
    field.help.clone_from(&spec.help);
    field
}

/// The known providers.
pub(in crate::app) fn provider_options(catalog: &Catalog) -> Vec<Opt> {
    catalog.providers().map(|p| Opt { value: p.id.to_string(), label: p.name.clone(), environment: None }).collect()
}

/// Live and sandbox.
pub(in crate::app) fn environment_options() -> Vec<Opt> {
    let option = |e: Environment| Opt { value: e.to_string(), label: e.to_string(), environment: Some(e) };
    vec![option(Environment::Sandbox), option(Environment::Live)]
}

/// What an account's field says.
pub(in crate::app) const ACCOUNT_HELP: &str = "What you call the merchant account or store, as acme.";
