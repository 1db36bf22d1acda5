//! The checked form of a recipe's table.

use super::stated;
use crate::catalog::finding::Wrong;
use crate::catalog::raw;
use crate::domain::provider::{
    Fact, Id, KeyDecode, Message, Reading, Recipe, SignedHeaders, Signing, Template, Vector,
};

/// The recipes; one that is `like` another takes from it what it does not say itself.
pub(super) fn recipes(raw: Vec<(Id, raw::Recipe)>) -> Result<Vec<Recipe>, Wrong> {
    let own: Vec<_> = raw.iter().map(|(id, raw)| (id.clone(), Own::of(raw))).collect();
    raw.into_iter().map(|(id, raw)| recipe(id, raw, &own)).collect()
}

/// What a recipe says itself, which another one may be like: its text and how it signs.
struct Own {
    canonical: Option<Vec<Template>>,
    signed_headers: Option<SignedHeaders>,
    text: Option<Vec<Template>>,
    sign: Option<Signing>,
}

impl Own {
    fn of(raw: &raw::Recipe) -> Self {
        Self {
            canonical: raw.canonical.clone(),
            signed_headers: raw.signed_headers.clone(),
            text: raw.text.clone(),
            sign: raw.sign.clone(),
        }
    }
}

fn recipe(id: Id, raw: raw::Recipe, known: &[(Id, Own)]) -> Result<Recipe, Wrong> {
    let path = format!("recipes/{id}");
    let like = match &raw.like {
        None => None,
        Some(like) => Some(known.iter().find(|(known, _)| known == like).map(|(_, own)| own).ok_or_else(|| {
            Wrong::error(format!("{path}/like"), format!("`like` is `{like}`, which the file does not have"))
        })?),
    };
    let missing = |key| {
        let hint = "a recipe that is `like` another one takes only what that one says itself";
        Wrong::error(path.as_str(), format!("the key `{key}` of recipe `{id}` is missing")).hint(hint)
    };
    let text = raw.text.or_else(|| like.and_then(|own| own.text.clone())).ok_or_else(|| missing("text"))?;
    let sign = raw.sign.or_else(|| like.and_then(|own| own.sign.clone())).ok_or_else(|| missing("sign"))?;
    Ok(Recipe {
        title: raw.title.0,
        does: raw.does,
        key: raw.key,
        key_decode: raw.key_decode.unwrap_or(if sign.algorithm.is_rsa() { KeyDecode::RsaKey } else { KeyDecode::Utf8 }),
        time: raw.time,
        canonical: raw.canonical.or_else(|| like.and_then(|own| own.canonical.clone())).unwrap_or_default(),
        signed_headers: raw.signed_headers.or_else(|| like.and_then(|own| own.signed_headers.clone())),
        text,
        readings: raw.readings.into_iter().map(reading).collect(),
        sign,
        headers: raw.headers.0,
        signature: raw.signature,
        tolerance_s: raw.tolerance.map(|raw| stated(raw.seconds, raw.source, raw.sure)),
        vectors: raw.vectors.into_iter().map(vector).collect(),
        fact: Fact::new(raw.source, raw.sure),
        id,
    })
}

fn reading(raw: raw::Reading) -> Reading {
    Reading { title: raw.title.0, text: raw.text, fact: Fact::new(raw.source, raw.sure) }
}

fn vector(raw: raw::Vector) -> Vector {
    Vector {
        environment: raw.environment,
        message: message(raw.message),
        key: raw.key,
        text: raw.text,
        signature: raw.signature,
        fact: Fact::new(raw.source, raw.sure),
    }
}

fn message(raw: raw::Message) -> Message {
    Message {
        method: raw.method,
        path: raw.path,
        query: raw.query,
        body: raw.body,
        time: raw.time,
        headers: raw.headers.0,
        account: raw.account.0,
    }
}
