//! The checked form of a credential's table.

use super::{line, lines, stated};
use crate::catalog::finding::Wrong;
use crate::catalog::raw;
use crate::domain::Kind;
use crate::domain::provider::{Advice, ClientSide, CredentialSpec, Fact, FieldName, FieldSpec, Id, Keys, Revoke};

/// A credential; its kind is its key unless it names one.
pub(super) fn credential(id: Id, raw: raw::Credential) -> Result<CredentialSpec, Wrong> {
    let kind = match raw.kind {
        Some(kind) => kind,
        None => id.parse::<Kind>().map_err(|()| {
            let kinds = Kind::ALL.map(Kind::as_str).join(", ");
            Wrong::error(format!("credentials/{id}"), format!("`{id}` is no kind: the table needs `kind`")).hint(kinds)
        })?,
    };
    Ok(CredentialSpec {
        kind,
        title: line(raw.title).unwrap_or_else(|| kind.as_str().replace('-', " ")),
        name: raw.name.unwrap_or_else(|| id.clone()),
        fields: fields(kind, raw.fields.0),
        forms: raw.forms.0,
        rsa_bits: raw.rsa.map(|raw| stated(raw.bits, raw.source, raw.sure)),
        client_side: raw.client_side.unwrap_or(if kind == Kind::PublishableKey || kind == Kind::ClientSecret {
            ClientSide::Allowed
        } else {
            ClientSide::Never
        }),
        advice: raw.advice.into_iter().map(advice).collect(),
        sent_as: raw.sent_as.map(|raw| stated(raw.words.0, raw.source, raw.sure)),
        shown_once: raw.shown_once.map(|raw| stated(raw.value, raw.source, raw.sure)),
        coexistence: raw.coexistence.map(|raw| stated(keys(raw.keys), raw.source, raw.sure)),
        rotate_every_days: raw.rotate_every.map(|raw| stated(raw.days, raw.source, raw.sure)),
        lifetime_s: raw.lifetime.map(|raw| stated(raw.seconds, raw.source, raw.sure)),
        revoke: raw.revoke.map(|raw| {
            stated(Revoke { immediate: raw.immediate, irreversible: raw.irreversible }, raw.source, raw.sure)
        }),
        needs_approval: raw.needs_approval,
        renewed_by: raw.renewed_by.map(|raw| stated(raw.by, raw.source, raw.sure)),
        fact: Fact::new(raw.source, raw.sure),
        id,
    })
}

/// The fields that the file names, else those that the kind usually has.
fn fields(kind: Kind, named: Vec<(FieldName, raw::Field)>) -> Vec<FieldSpec> {
    let usual = kind.usual_fields();
    let named = if named.is_empty() {
        let usual = usual.iter().filter_map(|(name, _)| FieldName::new(name).ok());
        usual.map(|name| (name, raw::Field::default())).collect()
    } else {
        named
    };
    let field = |(name, raw): (FieldName, raw::Field)| FieldSpec {
        label: line(raw.label).unwrap_or_else(|| name.replace('_', " ")),
        // What nobody calls public is kept secret.
        secret: raw.secret.unwrap_or_else(|| usual.iter().find(|(usual, _)| name == *usual).is_none_or(|(_, s)| *s)),
        required: raw.required.unwrap_or(true),
        env: line(raw.env),
        form: raw.form,
        names: lines(raw.names),
        fact: Fact::new(raw.source, raw.sure),
        name,
    };
    named.into_iter().map(field).collect()
}

fn keys(raw: raw::KeyCount) -> Keys {
    match raw {
        raw::KeyCount::Word(raw::KeyWord::One) | raw::KeyCount::Number(0 | 1) => Keys::One,
        raw::KeyCount::Word(raw::KeyWord::Many) => Keys::Many,
        raw::KeyCount::Number(n) => Keys::Number(n),
    }
}

fn advice(raw: raw::Advice) -> Advice {
    Advice { title: raw.title.0, text: raw.text.0, fact: Fact::new(raw.source, raw.sure) }
}
