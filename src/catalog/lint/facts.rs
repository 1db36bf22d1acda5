//! Lint of sources, names, addresses and variables.

use super::twice;
use crate::catalog::finding::{Wrong, nearest};
use crate::domain::Kind;
use crate::domain::clean;
use crate::domain::provider::{Address, ClientSide, CredentialSpec, Fact, Origin, Provider, Stated, Sure};

pub(super) fn check(provider: &Provider, wrong: &mut Vec<Wrong>) {
    sources(provider, wrong);
    addresses(provider, wrong);
    variables(provider, wrong);
    account(provider, wrong);
    for spec in &provider.credentials {
        credential(provider, spec, wrong);
    }
    if provider.environments.is_empty() {
        wrong.push(Wrong::error("environments", "a provider has at least one environment"));
    }
    for n in twice(provider.credentials.iter().map(|spec| &spec.name)) {
        let spec = &provider.credentials[n];
        let message = format!("two credentials have the `name` `{}`: their references would be the same", spec.name);
        wrong.push(Wrong::error(format!("credentials/{}", spec.id), message));
    }
}

fn sources(provider: &Provider, wrong: &mut Vec<Wrong>) {
    let facts = facts(provider);
    let known: Vec<&str> = provider.sources.iter().map(|source| &*source.id).collect();
    for (path, fact) in &facts {
        match &fact.source {
            Some(source) if !known.contains(&&**source) => {
                let unknown =
                    Wrong::error(format!("{path}/source"), format!("`source` is `{source}`, which [sources] lacks"));
                wrong.push(match nearest(source, &known) {
                    Some(near) => unknown.hint(format!("did you mean `{near}`?")),
                    None => unknown.hint("each source has its title and the day it was read under [sources]"),
                });
            }
            None if fact.sure != Sure::Unknown => {
                let message = format!("`sure` is `{}`, but no `source` says so", fact.sure.as_str());
                wrong.push(Wrong::error(format!("{path}/sure"), message));
            }
            _ => {}
        }
    }
    for source in &provider.sources {
        let path = format!("sources/{}", source.id);
        if !facts.iter().any(|(_, fact)| fact.source.as_ref() == Some(&source.id)) {
            wrong.push(Wrong::warning(path.as_str(), format!("no fact has the source `{}`", source.id)));
        }
        if source.url.as_deref().is_some_and(|url| !is_https(url)) {
            wrong.push(Wrong::error(format!("{path}/url"), "`url` begins with https://"));
        }
        if !is_day(&source.read) {
            wrong.push(Wrong::error(format!("{path}/read"), "`read` is a day, as 2026-11-22"));
        }
    }
}

/// Every fact of the file, with the path to its table.
fn facts(provider: &Provider) -> Vec<(String, &Fact)> {
    let mut all = Vec::new();
    all.extend(provider.environments.iter().map(|e| (format!("environments/{}", e.environment), &e.fact)));
    all.extend(provider.hosts.iter().enumerate().map(|(n, host)| (format!("hosts/{n}"), &host.fact)));
    all.extend(provider.links.iter().enumerate().map(|(n, link)| (format!("links/{n}"), &link.fact)));
    all.extend(provider.account.iter().map(|field| (format!("account/{}", field.name), &field.fact)));
    all.extend(provider.shapes.iter().enumerate().map(|(n, shape)| (format!("shapes/{n}"), &shape.fact)));
    all.extend(provider.flows.iter().enumerate().map(|(n, flow)| (format!("flows/{n}"), &flow.fact)));
    for recipe in &provider.recipes {
        let path = format!("recipes/{}", recipe.id);
        all.extend(recipe.tolerance_s.as_ref().map(|stated| (format!("{path}/tolerance"), &stated.fact)));
        all.extend(recipe.readings.iter().enumerate().map(|(n, it)| (format!("{path}/readings/{n}"), &it.fact)));
        all.extend(recipe.vectors.iter().enumerate().map(|(n, it)| (format!("{path}/vectors/{n}"), &it.fact)));
        all.push((path, &recipe.fact));
    }
    for call in &provider.calls {
        let path = format!("calls/{}", call.id);
        let statuses = [("alive", fact(call.alive.as_ref())), ("dead", fact(call.dead.as_ref()))];
        all.extend(statuses.into_iter().filter_map(|(key, fact)| Some((format!("{path}/{key}"), fact?))));
        all.push((path, &call.fact));
    }
    for spec in &provider.credentials {
        let path = format!("credentials/{}", spec.id);
        let stated = [
            ("rsa", fact(spec.rsa_bits.as_ref())),
            ("sent_as", fact(spec.sent_as.as_ref())),
            ("shown_once", fact(spec.shown_once.as_ref())),
            ("coexistence", fact(spec.coexistence.as_ref())),
            ("rotate_every", fact(spec.rotate_every_days.as_ref())),
            ("lifetime", fact(spec.lifetime_s.as_ref())),
            ("revoke", fact(spec.revoke.as_ref())),
            ("renewed_by", fact(spec.renewed_by.as_ref())),
        ];
        all.extend(stated.into_iter().filter_map(|(key, fact)| Some((format!("{path}/{key}"), fact?))));
        all.extend(spec.fields.iter().map(|field| (format!("{path}/fields/{}", field.name), &field.fact)));
        all.extend(spec.advice.iter().enumerate().map(|(n, it)| (format!("{path}/advice/{n}"), &it.fact)));
        all.push((path, &spec.fact));
    }
    all
}

fn fact<T>(stated: Option<&Stated<T>>) -> Option<&Fact> {
    stated.map(|stated| &stated.fact)
}

fn addresses(provider: &Provider, wrong: &mut Vec<Wrong>) {
    // A server on the user's own computer, to try things out, has no certificate.
    let on_loopback = |url: &str| {
        matches!(provider.origin, Origin::User(_)) && Address::of(url).is_some_and(|address| address.is_loopback())
    };
    let hosts = provider.hosts.iter().enumerate().filter(|(_, host)| !on_loopback(&host.url));
    let urls = hosts.map(|(n, host)| (format!("hosts/{n}/url"), Some(&host.url)));
    let links = provider.links.iter().enumerate().map(|(n, link)| (format!("links/{n}/url"), link.url.as_ref()));
    for (path, url) in urls.chain(links) {
        if url.is_some_and(|url| !is_https(url)) {
            wrong.push(Wrong::error(path, "`url` begins with https://, then a host, without a name or a space in it"));
        }
    }
    for (n, host) in provider.hosts.iter().enumerate() {
        // It goes into commands that people paste: nothing that a shell or curl could take for more than an address.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '~' | ':' | '/');
        if (is_https(&host.url) || on_loopback(&host.url)) && !host.url.chars().all(plain) {
            let message = "a host's `url` has letters, digits and `.-_~:/` only";
            wrong.push(Wrong::error(format!("hosts/{n}/url"), message));
        }
    }
    for n in twice(provider.links.iter().map(|link| (&link.id, link.environment, &link.region))) {
        let message = format!("the link `{}` stands twice for the same environment and region", provider.links[n].id);
        wrong.push(Wrong::error(format!("links/{n}/id"), message));
    }
    let stages = provider.account_field("stage").filter(|field| !field.choices.is_empty());
    for (n, host) in provider.hosts.iter().enumerate() {
        let Some((stages, stage)) = stages.zip(host.stage.as_deref()) else { continue };
        if stages.choices.iter().all(|it| it.value != *stage) {
            let message = format!("`stage` is `{stage}`, which the account's stage can't be");
            wrong.push(Wrong::error(format!("hosts/{n}/stage"), message));
        }
    }
    let Some(regions) = provider.account_field("region").filter(|field| !field.choices.is_empty()) else { return };
    let hosts = provider.hosts.iter().enumerate().map(|(n, host)| (format!("hosts/{n}/region"), &host.region));
    let links = provider.links.iter().enumerate().map(|(n, link)| (format!("links/{n}/region"), &link.region));
    for (path, region) in hosts.chain(links) {
        if let Some(region) = region.as_deref().filter(|own| regions.choices.iter().all(|it| it.value != *own)) {
            wrong.push(Wrong::error(path, format!("`region` is `{region}`, which the account's region can't be")));
        }
    }
}

fn variables(provider: &Provider, wrong: &mut Vec<Wrong>) {
    let account = provider.account.iter().map(|field| (format!("account/{}/env", field.name), &field.env));
    let fields = provider.credentials.iter().flat_map(|spec| {
        spec.fields.iter().map(|field| (format!("credentials/{}/fields/{}/env", spec.id, field.name), &field.env))
    });
    for (path, env) in account.chain(fields) {
        if let Some(name) = env.as_deref().filter(|name| !is_variable(name)) {
            let message = format!("`env` is `{name}`, which is no variable's name");
            wrong.push(Wrong::error(path, message).hint("capitals, digits and underscores, no digit first"));
        }
    }
}

fn account(provider: &Provider, wrong: &mut Vec<Wrong>) {
    for field in &provider.account {
        for (n, id) in field.needed_by.iter().enumerate() {
            if provider.recipe(id).is_none() {
                let message = format!("`needed_by` has `{id}`, which is no recipe of the file");
                wrong.push(Wrong::error(format!("account/{}/needed_by/{n}", field.name), message));
            }
        }
        for n in twice(field.choices.iter().map(|choice| &choice.value)) {
            let message = format!("`choices` has `{}` twice", field.choices[n].value);
            wrong.push(Wrong::error(format!("account/{}/choices/{n}", field.name), message));
        }
    }
}

fn credential(provider: &Provider, spec: &CredentialSpec, wrong: &mut Vec<Wrong>) {
    let path = format!("credentials/{}", spec.id);
    let made_for_clients = matches!(spec.kind, Kind::PublishableKey | Kind::ClientSecret | Kind::ProviderPublicKey);
    if spec.client_side == ClientSide::Allowed && !made_for_clients {
        let message = format!("`client_side` allows a {} on a client", spec.kind);
        wrong.push(Wrong::warning(format!("{path}/client_side"), message).hint("does the provider say so?"));
    }
    if let Some(environment) = spec.needs_approval.iter().find(|own| provider.environment(**own).is_none()) {
        let message = format!("`needs_approval` has {environment}, which the provider lacks");
        wrong.push(Wrong::error(format!("{path}/needs_approval"), message));
    }
    if spec.rsa_bits.as_ref().is_some_and(|bits| !(1024..=16384).contains(&bits.value)) {
        wrong.push(Wrong::error(format!("{path}/rsa/bits"), "`bits` is the size of an RSA key, 2048 as a rule"));
    }
}

fn is_https(url: &str) -> bool {
    url.strip_prefix("https://").is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
        !host.is_empty() && host.chars().all(plain) && !url.contains(' ') && clean(url) == url
    })
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
