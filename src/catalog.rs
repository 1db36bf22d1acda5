//! Providers' files, compiled in and the user's own, as checked [`Provider`]s; and lint, which tells a contributor what is
//! wrong with one.
//!
//! Adding a provider is adding one file to `assets/providers/`: nothing about a provider stands in code.

pub mod detect;
mod error;
mod finding;
mod lint;
pub mod naming;
mod raw;
mod read;

use std::sync::{Arc, OnceLock};

pub use error::CatalogError;
pub use finding::{Finding, Level};
pub use lint::{lint, lint_with};

use crate::domain::clean;
use crate::domain::provider::{Origin, Provider};

/// The providers that are known. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    providers: Vec<Arc<Provider>>,
}

impl Catalog {
    /// The compiled-in providers, in the order of the screen; the one without rules stands last. Parsed once.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Catalog> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            // That each of them can be read is what the tests hold; one that could not is left out, for nothing here panics.
            let read = BUILTIN_FILES.iter().filter_map(|(file, text)| read::read(file, text, Origin::BuiltIn).ok());
            let mut providers: Vec<_> = read.map(Arc::new).collect();
            providers.sort_by_key(|provider| provider.is_without_rules());
            Self { providers }
        })
    }

    /// This catalogue with the user's own files, given as file name and text, in front of the provider without rules.
    ///
    /// A file with an error is left out and told. So is one that takes the id of a built-in provider: what paykeep says
    /// of it, and where its keys go, is not the user's file's to say. And so is one that takes its name, by which screens tell providers
    /// apart.
    pub fn with_user_files<'a>(
        &self,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Self, Vec<CatalogError>) {
        let mut catalog = self.clone();
        let mut errors = Vec::new();
        for (file, text) in files {
            if let Err(error) = catalog.take(file, text) {
                errors.push(error);
            }
        }
        (catalog, errors)
    }

    fn take(&mut self, file: &str, text: &str) -> Result<(), CatalogError> {
        if text.len() > MAX_FILE_BYTES {
            return Err(CatalogError::TooBig { file: clean(file).into_owned() });
        }
        let (provider, findings) = lint::checked(&clean(file), text);
        if let Some(finding) = findings.into_iter().find(|finding| finding.level == Level::Error) {
            return Err(CatalogError::wrong(file, finding));
        }
        let Some(provider) = provider else { return Ok(()) };
        if let Some((known, key)) = self.alike(&provider) {
            let by = match &known.origin {
                Origin::BuiltIn => None,
                Origin::User(file) => Some(file.clone()),
            };
            let taken = if key == "id" { provider.id.to_string() } else { clean(&provider.name).into_owned() };
            return Err(CatalogError::Taken { file: clean(file).into_owned(), key, taken, by });
        }
        let rules_end = self.providers.iter().position(|known| known.is_without_rules());
        self.providers.insert(rules_end.unwrap_or(self.providers.len()), Arc::new(provider));
        Ok(())
    }

    /// The provider that another one could be taken for, and whether by its `id` or by its `name`: case, blanks and signs aside.
    fn alike(&self, other: &Provider) -> Option<(&Provider, &'static str)> {
        let letters = |name: &str| -> String {
            name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let name = letters(&other.name);
        let by_name = || self.providers().find(|known| letters(&known.name) == name).map(|known| (known, "name"));
        self.get(&other.id).map(|known| (known, "id")).or_else(by_name)
    }

    /// All of them, in the order of the screen.
    pub fn providers(&self) -> impl DoubleEndedIterator<Item = &Provider> + ExactSizeIterator {
        self.providers.iter().map(AsRef::as_ref)
    }

    /// The provider of this id.
    pub fn get(&self, id: &str) -> Option<&Provider> {
        self.providers().find(|provider| provider.id == id)
    }
}

/// File name and text of each built-in provider, by name.
const BUILTIN_FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/providers.rs"));

/// The size above which a file is not read, in bytes.
const MAX_FILE_BYTES: usize = 256 * 1024;

#[cfg(test)]
mod tests;
