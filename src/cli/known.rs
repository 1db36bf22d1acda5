//! The providers that are known: the compiled-in ones and the user's own files.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use crate::catalog::{Catalog, CatalogError};
use crate::shell::folders::Folders;

/// The catalogue, and what is wrong with files of the user's that are left out.
pub(super) fn catalog() -> (Catalog, Vec<String>) {
    let builtin = Catalog::builtin();
    let Ok(folders) = Folders::of_platform() else { return (builtin.clone(), Vec::new()) };
    with_folder(builtin, &folders.config.join(FOLDER))
}

fn with_folder(builtin: &Catalog, folder: &Path) -> (Catalog, Vec<String>) {
    let mut told = Vec::new();
    let mut texts: Vec<(String, String)> = Vec::new();
    // No folder, no files of the user's own.
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    for path in entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "toml")) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match read(&path) {
            Ok(text) => texts.push((name, text)),
            Err(error) => told.push(format!("{name} can't be read: {error}")),
        }
    }
    texts.sort();
    let files = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let (catalog, errors) = builtin.with_user_files(files);
    told.extend(errors.iter().map(CatalogError::to_string));
    (catalog, told)
}

/// A provider's file as text; cut off where the catalogue refuses its size.
pub(super) fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_READ).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// The folder of the user's own files, in the platform's config folder.
const FOLDER: &str = "providers";
/// More than the catalogue takes of one file, in bytes.
const MAX_READ: u64 = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_users_adds_a_provider_and_a_wrong_one_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        file(
            "mine.toml",
            "schema = 1\nid = \"mine\"\nname = \"Mine\"\n[environments]\nsandbox = {}\n[credentials.secret-key]\n",
        );
        file("bad.toml", "schema = 1\nid = \"bad\"\nname = \"Bad\"\nnonsense = true\n");
        file(
            "antom.toml",
            "schema = 1\nid = \"antom\"\nname = \"Not Antom\"\n[environments]\nlive = {}\n[credentials.secret-key]\n",
        );
        file("notes.txt", "not a provider");
        let (catalog, told) = with_folder(Catalog::builtin(), folder.path());
        assert_eq!(catalog.get("mine").map(|provider| &*provider.name), Some("Mine"));
        assert_eq!(catalog.get("antom").map(|provider| &*provider.name), Some("Antom"));
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.iter().any(|line| line.starts_with("bad.toml:4: ")), "{told:?}");
        assert!(told.iter().any(|line| line.contains("built-in")), "{told:?}");
    }
}
