//! Lint of calls: that each reaches a host of the file, fills in what exists, and lets no secret out of its place.

use super::flows::Checked;
use crate::catalog::finding::Wrong;
use crate::domain::clean;
use crate::domain::provider::{Call, CallUse, Handles, Method, Piece, Provider, Target, Template, What};

pub(super) fn check(provider: &Provider, wrong: &mut Vec<Wrong>) {
    for call in &provider.calls {
        let path = format!("calls/{}", call.id);
        reaches_a_host(provider, call, &path, wrong);
        fills_in(provider, call, &path, wrong);
        signed(provider, call, &path, wrong);
        statuses(call, &path, wrong);
        if call.until.is_some() && call.gives.is_none() {
            let message = "`until` says how long the value of `gives` works, and there is none";
            wrong.push(Wrong::error(format!("{path}/until"), message));
        }
        // A token can be asked for outside of any flow.
        if call.gives.is_none() && !used(provider).any(|used| used.call == call.id) {
            wrong.push(Wrong::warning(path, format!("no flow makes the call `{}`", call.id)));
        }
    }
}

/// Each use of a call in the file.
fn used(provider: &Provider) -> impl Iterator<Item = &CallUse> {
    provider.flows.iter().flat_map(|flow| {
        let probes = flow.proofs.iter().filter_map(|proof| proof.probe.as_ref());
        probes.chain(flow.steps.iter().filter_map(|step| step.call.as_ref()))
    })
}

fn reaches_a_host(provider: &Provider, call: &Call, path: &str, wrong: &mut Vec<Wrong>) {
    if provider.hosts.iter().all(|host| host.serves != *call.host) {
        let message = format!("`host` is `{}`, which no host of the file serves", call.host);
        wrong.push(Wrong::error(format!("{path}/host"), message).hint("it is the word after `serves` of a [[hosts]]"));
    }
    let starts = matches!(call.path.pieces().first(), Some(Piece::Literal(text)) if is_path(text));
    if !starts || literals(&call.path).any(|text| text.contains(char::is_whitespace)) {
        wrong.push(Wrong::error(format!("{path}/path"), "`path` begins with one slash and has no space"));
    }
    let bodies = usize::from(!call.form.is_empty()) + usize::from(!call.json.is_empty());
    if bodies > 1 || (bodies == 1 && call.method != Method::Post) {
        wrong.push(Wrong::error(path, "a POST has `form` or `json`, and nothing else has either"));
    }
}

/// `//` would lead to another host.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//")
}

fn literals(template: &Template) -> impl Iterator<Item = &str> {
    template.pieces().iter().filter_map(|piece| match piece {
        Piece::Literal(text) => Some(text.as_str()),
        Piece::Slot(..) => None,
    })
}

fn fills_in(provider: &Provider, call: &Call, path: &str, wrong: &mut Vec<Wrong>) {
    let spec = provider.credential(&call.credential);
    if spec.is_none() {
        let message = format!("`credential` is `{}`, which the file does not have", call.credential);
        wrong.push(Wrong::error(format!("{path}/credential"), message));
    }
    for (key, template) in call.templates() {
        let path = format!("{path}/{key}");
        if literals(template).any(|text| clean(text) != text) {
            wrong.push(Wrong::error(path.as_str(), format!("`{key}` has characters that can't be seen")));
        }
        for piece in template.pieces() {
            let Piece::Slot(what, filters) = piece else { continue };
            let message = match what {
                _ if !filters.is_empty() => "a call fills in what stands there: it has no filters".into(),
                What::Account(name) if provider.account_field(name).is_none() => {
                    format!("`{{account.{name}}}` is filled in, but [account] has no `{name}`")
                }
                What::Field(name) => match spec.map(|spec| spec.field(name)) {
                    Some(None) => {
                        format!("`{{field.{name}}}` is filled in, but `{}` has no field `{name}`", call.credential)
                    }
                    Some(Some(field)) if field.secret && key == "path" => {
                        format!("`{{field.{name}}}` is secret: what stands in a path ends up in logs")
                    }
                    _ => continue,
                },
                What::Account(_) => continue,
                _ => "a call fills in `{account.…}` and `{field.…}` only".into(),
            };
            wrong.push(Wrong::error(path.as_str(), message));
        }
    }
    for (name, _) in &call.headers {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
            let message = "a header's name has letters, digits, dashes and underscores";
            wrong.push(Wrong::error(format!("{path}/headers/{name}"), message));
        }
    }
    for (body, named) in [("form", &call.form), ("json", &call.json)] {
        for (name, _) in named {
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
                let message = format!("a name in `{body}` has letters, digits, dashes, underscores and dots");
                wrong.push(Wrong::error(format!("{path}/{body}/{name}"), message));
            }
        }
    }
}

fn signed(provider: &Provider, call: &Call, path: &str, wrong: &mut Vec<Wrong>) {
    let Some(id) = &call.recipe else { return };
    let path = format!("{path}/recipe");
    match provider.recipe(id) {
        None => wrong.push(Wrong::error(path, format!("`recipe` is `{id}`, which the file does not have"))),
        Some(recipe) if recipe.does != Handles::Sign => {
            wrong.push(Wrong::error(path, format!("`recipe` is `{id}`, which does not sign")));
        }
        Some(recipe) => {
            let own = matches!(&recipe.key, Target::Credential { id, .. } if *id == *call.credential);
            if !own {
                wrong.push(Wrong::error(path, format!("`{id}` signs with another credential's key")));
            }
        }
    }
}

fn statuses(call: &Call, path: &str, wrong: &mut Vec<Wrong>) {
    for (key, list) in [("alive", &call.alive), ("dead", &call.dead)] {
        let Some(list) = list else { continue };
        if list.value.is_empty() || !list.value.iter().all(|status| (200..500).contains(status)) {
            let message = format!("`{key}` has statuses from 200 to 499: 500 and more say nothing of a key");
            wrong.push(Wrong::error(format!("{path}/{key}"), message));
        }
    }
    let (Some(alive), Some(dead)) = (&call.alive, &call.dead) else { return };
    if let Some(both) = alive.value.iter().find(|status| dead.value.contains(status)) {
        wrong.push(Wrong::error(format!("{path}/dead"), format!("{both} can't mean both alive and dead")));
    }
}

impl Checked<'_> {
    /// That a call is there, and gets a version of the credential whose fields it fills in.
    pub(super) fn call_use(&mut self, path: &str, used: &CallUse) {
        let Some(call) = self.provider.call(&used.call) else {
            self.error(&format!("{path}/call"), format!("`call` is `{}`, which the file does not have", used.call));
            return;
        };
        let path = format!("{path}/with");
        if let Some(spec) = self.known_slot(&path, &used.with.slot)
            && spec.id != *call.credential
        {
            let message = format!("`{}` takes a `{}`, which `{}` is not", call.id, call.credential, used.with.slot);
            self.error(&path, message);
        }
    }
}
