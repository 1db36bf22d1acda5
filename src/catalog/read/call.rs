//! The checked form of a call's table.

use super::{line, stated};
use crate::catalog::raw;
use crate::domain::provider::{Call, Fact, Id, Stated};

pub(super) fn call((id, raw): (Id, raw::Call)) -> Call {
    Call {
        id,
        title: raw.title.0,
        credential: raw.credential,
        method: raw.method,
        host: raw.host,
        path: raw.path,
        headers: raw.headers.0,
        form: raw.form.0,
        json: raw.json.0,
        recipe: raw.recipe,
        alive: raw.alive.map(statuses),
        dead: raw.dead.map(statuses),
        gives: line(raw.gives),
        until: line(raw.until),
        fact: Fact::new(raw.source, raw.sure),
    }
}

fn statuses(raw: raw::Statuses) -> Stated<Vec<u16>> {
    stated(raw.status, raw.source, raw.sure)
}
