//! Asks every provider's shapes about every value.

use super::found::Found;
use super::names::{self, Fit, Name, canon, fit};
use crate::catalog::Catalog;
use crate::domain::provider::{
    AccountField, DerForm, DerShape, FieldName, KeyAlgorithm, Matcher, Provider, Shape, Strength, Target,
};
use crate::domain::{Environment, Kind};
use crate::keys::{Algorithm, KeyText, Structure};

/// One field of one provider that a value could be.
#[derive(Clone, Debug)]
pub(super) struct Match {
    /// Index into the catalogue's providers.
    pub(super) provider: usize,
    pub(super) target: Target,
    pub(super) environment: Option<Environment>,
    pub(super) strength: Strength,
    pub(super) reasons: Vec<String>,
    pub(super) prefix: Option<String>,
    /// How well the value's name says this field.
    pub(super) named: Fit,
    /// Nothing but the name speaks for it.
    pub(super) name_only: bool,
}

/// The best strength that any provider's pattern gives a token.
pub(super) fn strength(catalog: &Catalog, token: &str) -> Option<Strength> {
    shapes(catalog).filter_map(|(_, _, shape)| pattern(shape, token)).map(|(strength, _)| strength).max()
}

/// How the providers' values begin.
pub(super) fn prefixes(catalog: &Catalog) -> impl Iterator<Item = &str> {
    shapes(catalog).filter_map(|(_, _, shape)| shape.prefix.as_deref())
}

/// The first shape, by its number, that leaves little doubt about a token.
pub(super) fn sure_shape(catalog: &Catalog, token: &str) -> Option<usize> {
    shapes(catalog).position(|(_, _, shape)| {
        shape.strength > Strength::Possible
            && matches!(&shape.matcher, Matcher::Pattern(pattern) if pattern.is_match(token))
    })
}

/// The matches of every value, in the order of the values.
pub(super) fn all(catalog: &Catalog, found: &[Found], hosts: &[String]) -> Vec<Vec<Match>> {
    let mut matches: Vec<Vec<Match>> = found.iter().map(|found| of(catalog, found)).collect();
    // A name alone says something only in company: of other fields of the provider by their names, or of the provider's
    // own name or host. Where the look of a field is known and this value looks different, names are not enough.
    let providers: Vec<&Provider> = catalog.providers().collect();
    let in_company = |n: usize, m: &Match, matches: &[Vec<Match>]| {
        let Some(provider) = providers.get(m.provider) else { return false };
        let name = found.get(n).and_then(Found::named);
        if name.is_some_and(|name| says(name, provider)) || hosted(catalog, m.provider, hosts).is_some() {
            return true;
        }
        let others = matches.iter().enumerate().filter(|(other, _)| *other != n).flat_map(|(_, own)| own);
        let mut others = others.filter(|o| o.provider == m.provider && o.target != m.target && o.named > Fit::No);
        !has_shape(provider, &m.target)
            && others.any(|o| {
                // Half a name needs a value beside it that looks like the other half.
                (!o.name_only || m.named > Fit::Part && o.named > Fit::Part)
                    && (is_required(provider, &m.target) || is_required(provider, &o.target))
                    && !(o.name_only && has_shape(provider, &o.target))
            })
    };
    let kept: Vec<Vec<bool>> = matches
        .iter()
        .enumerate()
        .map(|(n, own)| own.iter().map(|m| !m.name_only || in_company(n, m, &matches)).collect())
        .collect();
    for (own, kept) in matches.iter_mut().zip(kept) {
        let mut kept = kept.into_iter();
        own.retain(|_| kept.next().unwrap_or(true));
    }
    matches
}

fn has_shape(provider: &Provider, target: &Target) -> bool {
    provider.shapes.iter().any(|shape| shape.target == *target)
}

/// Whether a credential is incomplete without this field.
fn is_required(provider: &Provider, target: &Target) -> bool {
    match target {
        Target::Account(_) => false,
        Target::Credential { id, field } => {
            provider.credential(id).and_then(|spec| spec.field(field)).is_some_and(|field| field.required)
        }
    }
}

/// The host of this provider among `hosts`, and the environment that it serves.
pub(super) fn hosted<'a>(
    catalog: &Catalog,
    provider: usize,
    hosts: &'a [String],
) -> Option<(&'a str, Option<Environment>)> {
    let provider = catalog.providers().nth(provider)?;
    hosts.iter().find_map(|host| {
        let known = provider.hosts.iter().find(|known| host_of(&known.url) == host)?;
        Some((host.as_str(), known.environment))
    })
}

/// Whether a provider has this host.
pub(super) fn is_host(catalog: &Catalog, host: &str) -> bool {
    catalog.providers().flat_map(|provider| &provider.hosts).any(|known| host_of(&known.url).eq_ignore_ascii_case(host))
}

/// Whether a name has the provider's own in its words, as `ACME_CLIENT_ID`.
pub(super) fn says(name: Name, provider: &Provider) -> bool {
    names::has_words(&name.words(), &provider.id)
}

/// Whose name a value has when it is not the provider's.
#[derive(Clone, Copy)]
enum Stranger<'a> {
    /// Another provider's.
    Described(&'a str),
    /// A product's that no file describes.
    Foreign(&'a str),
}

/// Whose name a value has, for each provider; `None` where it is its own, or nobody's.
fn strangers<'a>(catalog: &'a Catalog, name: Name) -> Vec<Option<Stranger<'a>>> {
    let words = name.words();
    let says = |name: &str| names::has_words(&words, name);
    let known: Vec<&Provider> = catalog.providers().filter(|provider| says(&provider.id)).collect();
    let foreign: Vec<&str> = (catalog.providers().flat_map(|provider| &provider.foreign))
        .map(String::as_str)
        .filter(|name| says(name))
        .collect();
    let of = |own: &Provider| {
        // A file of the user's own can be for a product that no other file describes.
        let is_own = |name: &&&str| canon(&own.id).contains(&canon(name)) || canon(&own.name).contains(&canon(name));
        if known.iter().any(|provider| provider.id == own.id) || foreign.iter().any(|name| is_own(&name)) {
            return None;
        }
        let described = known.first().map(|provider| Stranger::Described(&provider.name));
        described.or(foreign.first().map(|name| Stranger::Foreign(name)))
    };
    catalog.providers().map(of).collect()
}

/// The environment that a name says in one of its words, in this provider's or in ours: `SHOP_LIVE_KEY`.
pub(super) fn environment_in(name: Name, provider: &Provider) -> Option<Environment> {
    let mut told = name.words().into_iter().filter_map(|word| provider.environment_called(&word));
    let first = told.next()?;
    told.all(|other| other == first).then_some(first)
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':', '?']).next().unwrap_or_default()
}

/// What one value could be.
pub(super) fn of(catalog: &Catalog, found: &Found) -> Vec<Match> {
    let mut matches = Vec::new();
    let text = found.text.expose();
    for (index, provider, shape) in shapes(catalog) {
        let hit = match &found.key {
            Some(Ok(key)) => der(shape, key),
            Some(Err(_)) => None,
            None => pattern(shape, text),
        };
        let Some((strength, reasons)) = hit else { continue };
        let named = found.named().map_or(Fit::No, |name| naming(name, provider, &shape.target, &shape.names));
        let (target, environment, prefix) = (shape.target.clone(), shape.environment, shape.prefix.clone());
        let prefix = prefix.filter(|prefix| text.starts_with(prefix.as_str()));
        matches.push(Match {
            provider: index,
            target,
            environment,
            strength,
            reasons,
            prefix,
            named,
            name_only: false,
        });
    }
    if let Some(Ok(key)) = &found.key {
        public_halves(catalog, key, found.named(), &mut matches);
    } else if let (None, Some(name)) = (&found.key, found.named()) {
        by_name(catalog, name, found.text.expose(), &mut matches);
    }
    let mut matches = one_per_target(matches);
    if let Some(name) = found.named() {
        let strangers = strangers(catalog, name);
        if found.key.is_none() && names::says_secret(name) {
            keep_secret(catalog, &strangers, &mut matches);
        }
        weaken(&mut matches, &strangers);
    }
    matches
}

/// What is called a secret fills no field that anyone sees, unless nothing else looks like it or the field's own name stands at the end,
/// as in `secrets.shop.client_id_live`: a value like a client's ID is its secret.
fn keep_secret(catalog: &Catalog, strangers: &[Option<Stranger>], matches: &mut Vec<Match>) {
    let providers: Vec<&Provider> = catalog.providers().collect();
    let is_kept = |m: &Match| {
        m.strength == Strength::Certain
            || m.named > Fit::Part
            || providers.get(m.provider).is_some_and(|of| is_secret(of, &m.target))
    };
    let (kept, seen): (Vec<Match>, Vec<Match>) = std::mem::take(matches).into_iter().partition(is_kept);
    *matches = kept;
    for m in seen.into_iter().filter(|m| !m.name_only && strangers.get(m.provider).copied().flatten().is_none()) {
        let Some(target) = providers.get(m.provider).and_then(|of| secret_beside(of, &m.target)) else { continue };
        match matches.iter_mut().find(|known| known.provider == m.provider && known.target == target) {
            Some(known) => known.name_only = false,
            None => matches.push(Match {
                target,
                environment: None,
                strength: Strength::Possible,
                reasons: Vec::new(),
                prefix: None,
                named: Fit::Secret,
                ..m
            }),
        }
    }
}

fn is_secret(provider: &Provider, target: &Target) -> bool {
    let Target::Credential { id, field } = target else { return false };
    provider.credential(id).and_then(|spec| spec.field(field)).is_some_and(|field| field.secret)
}

/// The secret that belongs to a public field and may look like it: nothing is known of its look.
pub(super) fn secret_beside(provider: &Provider, target: &Target) -> Option<Target> {
    let Target::Credential { id, field } = target else { return None };
    let spec = provider.credential(id)?;
    if spec.field(field)?.secret {
        return None;
    }
    let secrets = spec.fields.iter().filter(|field| field.secret);
    let targets = secrets.map(|field| Target::Credential { id: id.clone(), field: field.name.clone() });
    targets.into_iter().find(|target| !has_shape(provider, target))
}

/// A value that is named after somebody else is theirs, unless its look speaks against that: what only some others look like is
/// possible at most; what many look like is none of ours when no file could describe it better.
fn weaken(matches: &mut Vec<Match>, strangers: &[Option<Stranger>]) {
    matches.retain_mut(|m| {
        let Some(stranger) = strangers.get(m.provider).copied().flatten() else { return true };
        let (Stranger::Described(name) | Stranger::Foreign(name)) = stranger;
        m.named = Fit::No;
        m.reasons.push(format!("but its name says {name}"));
        match m.strength {
            Strength::Certain => true,
            Strength::Likely => {
                m.strength = Strength::Possible;
                true
            }
            Strength::Possible => !m.name_only && matches!(stranger, Stranger::Described(_)),
        }
    });
}

fn shapes(catalog: &Catalog) -> impl Iterator<Item = (usize, &Provider, &Shape)> {
    catalog
        .providers()
        .enumerate()
        .flat_map(|(n, provider)| provider.shapes.iter().map(move |shape| (n, provider, shape)))
}

/// Whether a token looks like this shape, or begins like it and goes on differently.
fn pattern(shape: &Shape, token: &str) -> Option<(Strength, Vec<String>)> {
    let Matcher::Pattern(pattern) = &shape.matcher else { return None };
    if token.len() > LONGEST_TOKEN {
        return None;
    }
    if pattern.is_match(token) {
        return Some((shape.strength, shape.because.clone()));
    }
    let prefix = shape.prefix.as_deref()?;
    let rest = token.strip_prefix(prefix)?;
    let telling = prefix.matches(['_', '-']).count() >= 2;
    let whole = rest.len() >= SHORTEST_REST && !rest.contains(char::is_whitespace);
    let reasons = vec![format!("it starts with {prefix}"), "what follows is not as usual: is it complete?".to_owned()];
    (telling && whole).then_some((shape.strength.min(Strength::Likely), reasons))
}

fn der(shape: &Shape, key: &KeyText) -> Option<(Strength, Vec<String>)> {
    let Matcher::Der(der) = &shape.matcher else { return None };
    if !is_der(der, key) {
        return None;
    }
    let mut reasons =
        if shape.because.is_empty() { vec![format!("it is {}", words(key))] } else { shape.because.clone() };
    if key.is_pss {
        reasons.push("it says that it is for RSASSA-PSS alone".to_owned());
    }
    Some((shape.strength, reasons))
}

fn is_der(der: &DerShape, key: &KeyText) -> bool {
    let KeyAlgorithm::Rsa = der.algorithm;
    let form = match key.structure {
        Structure::Pkcs8 => DerForm::Pkcs8,
        Structure::Pkcs1Private => DerForm::Pkcs1,
        Structure::Spki | Structure::Pkcs1Public => DerForm::Spki,
        _ => return false,
    };
    let size = key.bits.is_some_and(|bits| der.bits.is_empty() || der.bits.contains(&bits));
    key.algorithm == Algorithm::Rsa && der.form.contains(&form) && size
}

/// A key in words, without its structure: «an RSA public key of 2048 bits».
pub(super) fn words(key: &KeyText) -> String {
    let all = key.to_string();
    all.rsplit_once(", ").map_or(all.clone(), |(words, _)| words.to_owned())
}

/// A public key can be the public half of every pair whose private half could look like it.
fn public_halves(catalog: &Catalog, key: &KeyText, name: Option<Name>, matches: &mut Vec<Match>) {
    if key.is_private() || !matches!(key.structure, Structure::Spki | Structure::Pkcs1Public) {
        return;
    }
    for (index, provider, shape) in shapes(catalog) {
        let (Matcher::Der(der), Target::Credential { id, .. }) = (&shape.matcher, &shape.target) else { continue };
        let is_private = der.form.iter().any(|form| matches!(form, DerForm::Pkcs8 | DerForm::Pkcs1));
        let size = key.bits.is_some_and(|bits| der.bits.is_empty() || der.bits.contains(&bits));
        let Ok(field) = FieldName::new(PUBLIC_KEY) else { continue };
        let has_half = provider.credential(id).is_some_and(|spec| spec.field(PUBLIC_KEY).is_some());
        if !(is_private && size && has_half && key.algorithm == Algorithm::Rsa) {
            continue;
        }
        let target = Target::Credential { id: id.clone(), field };
        let named = name.map_or(Fit::No, |name| naming(name, provider, &target, &[]));
        let reasons = vec![format!("it is {}", words(key))];
        let (strength, environment) = (Strength::Possible, None);
        matches.push(Match {
            provider: index,
            target,
            environment,
            strength,
            reasons,
            prefix: None,
            named,
            name_only: false,
        });
    }
}

/// The fields that have this name, whatever the value looks like.
fn by_name(catalog: &Catalog, name: Name, text: &str, matches: &mut Vec<Match>) {
    // A provider without rules has nothing to recognise.
    for (index, provider) in catalog.providers().enumerate().filter(|(_, provider)| !provider.shapes.is_empty()) {
        let fields = provider.credentials.iter().flat_map(|spec| {
            spec.fields.iter().map(|field| Target::Credential { id: spec.id.clone(), field: field.name.clone() })
        });
        let fits = |field: &&AccountField| field.choices.is_empty() || field.choices.iter().any(|c| c.value == text);
        let account = provider.account.iter().filter(fits).map(|field| Target::Account(field.name.clone()));
        for target in fields.chain(account) {
            let named = naming(name, provider, &target, &[]);
            let known = matches.iter().any(|m| m.provider == index && m.target == target);
            if named == Fit::No || known || takes_key(provider, &target) {
                continue;
            }
            let (strength, environment, reasons) = (Strength::Possible, None, Vec::new());
            let (prefix, name_only) = (None, true);
            matches.push(Match { provider: index, target, environment, strength, reasons, prefix, named, name_only });
        }
    }
}

/// Whether a field holds a key, which is told by its DER or not at all.
fn takes_key(provider: &Provider, target: &Target) -> bool {
    provider.shapes.iter().any(|shape| shape.target == *target && matches!(shape.matcher, Matcher::Der(_)))
}

/// How well a variable's or key's name fits this field's names.
fn naming(name: Name, provider: &Provider, target: &Target, more: &[String]) -> Fit {
    let (own, label, names, env) = match target {
        Target::Account(field) => match provider.account_field(field) {
            Some(spec) => (&spec.name, &spec.label, &spec.names, spec.env.as_ref()),
            None => return Fit::No,
        },
        Target::Credential { id, field } => match provider.credential(id).and_then(|spec| spec.field(field)) {
            Some(spec) => (&spec.name, &spec.label, &spec.names, spec.env.as_ref()),
            None => return Fit::No,
        },
    };
    let hints = [own.as_str(), label].into_iter().filter(|own| *own != "value");
    let hints = hints.chain(names.iter().chain(more).chain(env).map(String::as_str));
    // The environment says nothing of the field: `CLIENT_ID_SANDBOX`.
    let end = name
        .own
        .rfind(['_', '-', '.'])
        .filter(|at| name.own.get(at + 1..).is_some_and(|word| provider.environment_called(word).is_some()));
    let name = Name { own: name.own.get(..end.unwrap_or(name.own.len())).unwrap_or_default(), ..name };
    let fits = hints.map(|hint| fit(name, hint)).max().unwrap_or_default();
    match half_of_client(provider, target) {
        Some(half) if fits == Fit::No && half_called(&canon(name.own)) == Some(half) => Fit::Part,
        _ => fits,
    }
}

/// Which half of a client's credentials a field is.
fn half_of_client<'a>(provider: &Provider, target: &'a Target) -> Option<&'a str> {
    let Target::Credential { id, field } = target else { return None };
    let is_client = provider.credential(id).is_some_and(|spec| spec.kind == Kind::ClientCredentials);
    field.rsplit_once('_').map(|(_, half)| half).filter(|half| is_client && matches!(*half, "id" | "secret"))
}

/// What a client's ID and secret are called for short, and in HTTP's Basic scheme (RFC 6749, 2.3.1).
fn half_called(name: &str) -> Option<&'static str> {
    match name {
        "id" | "user" | "username" => Some("id"),
        "secret" | "password" => Some("secret"),
        _ => None,
    }
}

/// Of several shapes of one field the strongest counts.
fn one_per_target(matches: Vec<Match>) -> Vec<Match> {
    let mut best: Vec<Match> = Vec::new();
    for found in matches {
        match best.iter_mut().find(|m| m.provider == found.provider && m.target == found.target) {
            Some(known) if found.strength > known.strength => *known = found,
            Some(_) => {}
            None => best.push(found),
        }
    }
    best
}

/// The field that the public half of a pair has, in every provider's file.
pub(super) const PUBLIC_KEY: &str = "public_key";
const LONGEST_TOKEN: usize = 4096;
/// Less than this after a prefix is a word about it, as «`sk_live_` keys».
const SHORTEST_REST: usize = 6;
