//! Lint: what a file's reader can't see one key at a time. What it calls an error keeps a user's file out.

mod calls;
mod facts;
mod flows;
mod recipes;
mod shapes;

use super::finding::{Finding, Level, Wrong};
use super::read::parse;
use super::{Catalog, MAX_FILE_BYTES};
use crate::domain::provider::{FieldSpec, Origin, Provider, Recipe, Target, Vector};

/// Everything that is wrong with a provider's file, or looks so, in the order of its lines. Empty: nothing.
///
/// The vectors of its recipes are not computed here: that takes `signing`, which the caller of [`lint_with`] has.
pub fn lint(file_name: &str, text: &str) -> Vec<Finding> {
    checked(file_name, text).1
}

/// The same, with the vectors: `run` says what is wrong with one. A file whose `origin` is the user is refused an ID or a name of a built-in
/// provider, as [`Catalog::with_user_files`] refuses it.
pub fn lint_with(
    file_name: &str,
    text: &str,
    origin: &Origin,
    run: impl Fn(&Recipe, &Vector) -> Result<(), String>,
) -> Vec<Finding> {
    let (provider, mut findings) = checked(file_name, text);
    let is_own = matches!(origin, Origin::User(_));
    let alike = provider.as_ref().filter(|_| is_own).and_then(|own| Catalog::builtin().alike(own));
    if let Some((known, key)) = alike {
        let taken = if key == "id" { known.id.as_str() } else { known.name.as_str() };
        let wrong = Wrong::error(key, format!("`{taken}` is a built-in provider"));
        findings.push(wrong.hint(format!("a file of your own has an `{key}` of its own")).locate(text));
    }
    for recipe in provider.iter().flat_map(|provider| &provider.recipes) {
        for (n, vector) in recipe.vectors.iter().enumerate() {
            if let Err(why) = run(recipe, vector) {
                let path = format!("recipes/{}/vectors/{n}", recipe.id);
                let wrong = Wrong::error(path, format!("vector {} of `{}` does not come out: {why}", n + 1, recipe.id));
                findings.push(wrong.locate(text));
            }
        }
    }
    findings.sort_by_key(|finding| (finding.line, finding.level));
    findings
}

/// The provider, if the file can be read, and all findings.
pub(super) fn checked(file_name: &str, text: &str) -> (Option<Provider>, Vec<Finding>) {
    if text.len() > MAX_FILE_BYTES {
        let message = format!("larger than {} KiB", MAX_FILE_BYTES / 1024);
        return (None, vec![Finding { line: 0, level: Level::Error, message, hint: None }]);
    }
    let provider = match parse(text, Origin::User(file_name.into())) {
        Ok(provider) => provider,
        Err(finding) => return (None, vec![finding]),
    };
    let mut wrong = Vec::new();
    file_is_called(file_name, &provider, &mut wrong);
    facts::check(&provider, &mut wrong);
    shapes::check(&provider, &mut wrong);
    flows::check(&provider, &mut wrong);
    recipes::check(&provider, &mut wrong);
    calls::check(&provider, &mut wrong);
    let mut findings: Vec<_> = wrong.into_iter().map(|wrong| wrong.locate(text)).collect();
    findings.sort_by_key(|finding| (finding.line, finding.level));
    (Some(provider), findings)
}

fn file_is_called(file_name: &str, provider: &Provider, wrong: &mut Vec<Wrong>) {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    if name.strip_suffix(".toml").is_some_and(|stem| provider.id != stem) {
        wrong.push(Wrong::warning("id", format!("the file is not called after its `id`, `{}`", provider.id)));
    }
}

/// The field of a credential that a target means.
fn field_of<'a>(provider: &'a Provider, target: &Target) -> Option<&'a FieldSpec> {
    match target {
        Target::Account(_) => None,
        Target::Credential { id, field } => provider.credential(id)?.field(field),
    }
}

/// What stands twice: the position of each second one.
fn twice<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<usize> {
    let items: Vec<T> = items.into_iter().collect();
    (1..items.len()).filter(|n| items.iter().take(*n).any(|earlier| *earlier == items[*n])).collect()
}

#[cfg(test)]
mod tests;
