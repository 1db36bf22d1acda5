//! How long the texts of a change may be. Whole files are given by mistake, and every save would carry them.

use super::{Change, ChangeError, Deed};
use crate::domain::MAX_TEXT;

/// Refuses a text that is too long.
pub(super) fn check(change: &Change) -> Result<(), ChangeError> {
    match texts(change).into_iter().find(|(_, text)| text.len() > MAX_TEXT) {
        Some((what, _)) => Err(ChangeError::TooLong(what)),
        None => Ok(()),
    }
}

/// What people wrote, each with what it is to be.
fn texts(change: &Change) -> Vec<(&'static str, &str)> {
    let mut texts: Vec<(&'static str, Option<&str>)> = Vec::new();
    match change {
        Change::Add(add) => {
            texts.extend([(LABEL, Some(add.label.as_str())), (NOTE, Some(&add.note))]);
            texts.extend(add.used_by.iter().map(|label| (PLACE, Some(label.as_str()))));
            texts.extend(add.account_fields.values().map(|value| (FIELD, Some(value.as_str()))));
        }
        Change::Edit { label, note, tags, .. } => {
            texts.extend([(LABEL, label.as_deref()), (NOTE, note.as_deref())]);
            texts.extend(tags.iter().flatten().map(|tag| ("the tag", Some(tag.as_str()))));
        }
        Change::Account { label, fields, .. } => {
            texts.push((LABEL, label.as_deref()));
            texts.extend(fields.values().map(|value| (FIELD, Some(value.as_str()))));
        }
        Change::Consumer { label, place, .. } => {
            texts.extend([(PLACE, Some(label.as_str())), ("where the place is", place.as_deref())]);
        }
        Change::Step { deed, .. } => texts.push(match deed {
            Deed::Said { note } | Deed::Typed { note, .. } | Deed::Decided { note, .. } | Deed::Note(note) => {
                (NOTE, Some(note))
            }
            Deed::Placed { label, .. } => (PLACE, Some(label)),
            _ => return Vec::new(),
        }),
        _ => {}
    }
    texts.into_iter().filter_map(|(what, text)| Some((what, text?))).collect()
}

const LABEL: &str = "the label";
const NOTE: &str = "the note";
const PLACE: &str = "the place's name";
const FIELD: &str = "the account's field";
