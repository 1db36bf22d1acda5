//! The user's own provider files, beside the built-in ones.

use std::fs;
use std::path::{Path, PathBuf};

use crate::catalog::Catalog;
use crate::domain::clean;

/// Where the user's own files lie, under the folder of settings.
pub fn folder(settings: &Path) -> PathBuf {
    settings.join(FOLDER)
}

/// Every provider: the built-in ones, and those in `providers` of the folder of settings. The notes say what could not be used, and why.
pub fn load(settings: &Path) -> (Catalog, Vec<String>) {
    let folder = folder(settings);
    let Ok(entries) = fs::read_dir(&folder) else { return (Catalog::builtin().clone(), Vec::new()) };
    let mut notes = Vec::new();
    let mut files = Vec::new();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().map_or_else(String::new, |name| clean(&name.to_string_lossy()).into_owned());
        if path.extension().is_none_or(|extension| extension != "toml") || name.starts_with('.') {
            continue;
        }
        let about = fs::metadata(&path);
        if !about.as_ref().is_ok_and(|about| about.is_file() && about.len() <= LARGEST) {
            notes.push(format!("{name} can't be read, is larger than a provider's file, or is none."));
            continue;
        }
        match fs::read_to_string(&path) {
            Ok(text) => files.push((name, text)),
            Err(error) => notes.push(format!("{name} can't be read: {error}.")),
        }
    }
    // The order of a folder is nobody's choice: who comes first keeps an ID.
    files.sort();
    let (catalog, errors) =
        Catalog::builtin().with_user_files(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    notes.extend(errors.iter().map(|error| format!("{error}.")));
    (catalog, notes)
}

const FOLDER: &str = "providers";
/// The catalogue itself refuses less; this bounds what is read.
const LARGEST: u64 = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_folder_there_are_the_built_in_ones() {
        let folder = tempfile::tempdir().unwrap();
        let (catalog, notes) = load(folder.path());
        assert_eq!(catalog.providers().len(), Catalog::builtin().providers().len());
        assert!(notes.is_empty());
    }

    #[test]
    fn a_file_with_an_error_is_told_and_the_others_count() {
        let folder = tempfile::tempdir().unwrap();
        let providers = folder.path().join(FOLDER);
        fs::create_dir(&providers).unwrap();
        fs::write(providers.join("bad.toml"), "id = 7").unwrap();
        fs::write(providers.join("notes.txt"), "nothing").unwrap();
        let (catalog, notes) = load(folder.path());
        assert_eq!(catalog.providers().len(), Catalog::builtin().providers().len());
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].contains("bad.toml"));
    }
}
