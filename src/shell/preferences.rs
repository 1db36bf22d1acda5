//! What is kept outside of the vault, since it is needed while that is locked: looks and mouse. Nothing that guards secrets is
//! ever read from here: who can write this file must not be able to weaken the vault.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use toml::{Table, Value};

use crate::app::model::{Preferences, Theme};
use crate::domain::clean;
use crate::error::{Exit, Problem};

/// Reads the preferences from the folder of settings. What can't be read is as if it weren't there; the notes say what that was,
/// a sentence each.
pub fn load(folder: &Path) -> (Preferences, Vec<String>) {
    let mut preferences = Preferences::default();
    let text = match read(folder) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (preferences, Vec::new()),
        Err(error) => return (preferences, vec![format!("{FILE} can't be read: {error}.")]),
    };
    let table = match parse(&text) {
        Ok(table) => table,
        Err(why) => return (preferences, vec![format!("{why}.")]),
    };
    let mut notes = Vec::new();
    for (key, value) in &table {
        let taken = match (key.as_str(), value) {
            (THEME, Value::String(word)) => theme(word).map(|theme| preferences.theme = theme),
            (MOUSE, Value::Boolean(on)) => {
                preferences.mouse_off = !on;
                Some(())
            }
            (PLAIN_SIGNS, Value::Boolean(on)) => {
                preferences.plain_signs = *on;
                Some(())
            }
            (THEME | MOUSE | PLAIN_SIGNS, _) => None,
            _ => {
                notes.push(format!("{FILE}: `{}` is not known here.", clean(key)));
                Some(())
            }
        };
        if taken.is_none() {
            notes.push(format!("{FILE}: `{key}` has a value that isn't known here."));
        }
    }
    (preferences, notes)
}

/// Writes them down; other keys in the file stay. The file is the old one or the new one, never half of it. One that can't be read
/// or parsed is left as it is: what stands in it is the user's.
pub fn save(folder: &Path, preferences: &Preferences) -> Result<(), Problem> {
    let place = || clean(&folder.to_string_lossy()).into_owned();
    let mut table = match read(folder) {
        Ok(text) => parse(&text).map_err(|why| {
            Problem::new(Exit::Failed, format!("the file {why}"))
                .hint(format!("what you chose holds until paykeep ends; mend it in {}", place()))
        })?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Table::new(),
        Err(error) => return Err(not_saved(&place(), &format!("read: {error}"))),
    };
    let word = match preferences.theme {
        Theme::Auto => "auto",
        Theme::Dark => "dark",
        Theme::Light => "light",
    };
    table.insert(THEME.into(), Value::String(word.into()));
    table.insert(MOUSE.into(), Value::Boolean(!preferences.mouse_off));
    table.insert(PLAIN_SIGNS.into(), Value::Boolean(preferences.plain_signs));
    write(folder, &table.to_string()).map_err(|error| not_saved(&place(), &format!("written: {error}")))
}

fn not_saved(place: &str, why: &str) -> Problem {
    Problem::new(Exit::Failed, format!("the file {FILE} can't be {why}"))
        .hint(format!("look at {place}; nothing in the vault depends on it"))
}

/// The file's keys, or a clause about what is wrong with it.
fn parse(text: &str) -> Result<Table, String> {
    text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
        format!("{FILE} is no TOML: {} in line {line}", clean(error.message()))
    })
}

fn read(folder: &Path) -> io::Result<String> {
    let path = folder.join(FILE);
    // Not a pipe that never ends, nor a disk image: it's a handful of lines.
    let about = fs::metadata(&path)?;
    if !about.is_file() || about.len() > LARGEST {
        return Err(io::Error::other("it is too large, or not a file"));
    }
    fs::read_to_string(path)
}

fn write(folder: &Path, text: &str) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let new = folder.join(format!(".{FILE}.{}", std::process::id()));
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, folder.join(FILE))
    });
    if written.is_err() {
        let _not_there = fs::remove_file(&new);
    }
    written
}

fn theme(word: &str) -> Option<Theme> {
    match word {
        "auto" => Some(Theme::Auto),
        "dark" => Some(Theme::Dark),
        "light" => Some(Theme::Light),
        _ => None,
    }
}

const FILE: &str = "config.toml";
const THEME: &str = "theme";
const MOUSE: &str = "mouse";
const PLAIN_SIGNS: &str = "plain_signs";
const LARGEST: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> (Preferences, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), text).unwrap();
        load(folder.path())
    }

    #[test]
    fn what_was_saved_is_loaded_and_foreign_keys_stay() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("deep").join("paykeep");
        assert_eq!(load(&place), (Preferences::default(), vec![]));
        let mine = Preferences { theme: Theme::Light, mouse_off: true, plain_signs: true };
        save(&place, &mine).unwrap();
        assert_eq!(load(&place), (mine.clone(), vec![]));
        fs::write(place.join(FILE), "later = 1\n").unwrap();
        save(&place, &mine).unwrap();
        let (loaded, notes) = load(&place);
        assert_eq!((loaded, notes.len()), (mine, 1));
        assert_eq!(fs::read_dir(&place).unwrap().count(), 1, "no debris");
    }

    #[test]
    fn a_file_with_errors_is_told_and_does_no_harm() {
        assert_eq!(with("theme = \"light\"\nmouse = 3").0.theme, Theme::Light);
        assert_eq!(with("mouse = 3").1, ["config.toml: `mouse` has a value that isn't known here."]);
        assert_eq!(with("idle_lock_s = 86400").1, ["config.toml: `idle_lock_s` is not known here."]);
        let (loaded, notes) = with("theme = \"light\"\n[");
        assert_eq!(loaded, Preferences::default());
        assert!(notes[0].contains("line 2"), "{notes:?}");
    }

    #[test]
    fn a_file_that_cannot_be_used_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        let broken = "# mine\ntheme = \"light\"\nlater = 1\n[oops\n";
        fs::write(&file, broken).unwrap();
        let problem = save(folder.path(), &Preferences::default()).unwrap_err();
        assert!(problem.message.contains("line 4"), "{problem:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), broken);
        let large = "#".repeat(70_000);
        fs::write(&file, &large).unwrap();
        assert!(save(folder.path(), &Preferences::default()).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), large);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_one_problem() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        assert!(save(&folder.path().join("file"), &Preferences::default()).is_err());
    }
}
