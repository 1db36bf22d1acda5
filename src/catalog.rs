//! Providers' files, compiled in and the user's own, as checked [`Provider`]s; and lint, which tells a contributor what is
//! wrong with one.
//!
//! Adding a provider is adding one file to `assets/providers/`: nothing about a provider stands in code.

mod builtin;
pub mod detect;
mod error;
mod raw;
mod read;

use std::sync::{Arc, OnceLock};

pub use error::CatalogError;

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
        BUILTIN.get_or_init(|| Self {
            // That each of them can be read is what the tests hold; one that could not is left out, for nothing here panics.
            providers: builtin::FILES
                .iter()
                .filter_map(|(file, text)| read::read(file, text, Origin::BuiltIn).ok())
                .map(Arc::new)
                .collect(),
        })
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

/// The size above which a file is not read, in bytes.
const MAX_FILE_BYTES: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_file_can_be_read() {
        for (file, text) in builtin::FILES {
            if let Err(error) = read::read(file, text, Origin::BuiltIn) {
                panic!("{error}");
            }
        }
        let ids: Vec<_> = Catalog::builtin().providers().map(|provider| provider.id.to_string()).collect();
        assert_eq!(ids, ["amazon-pay", "anexpay", "ansa", "antom", "paynet", "other"]);
    }
}
