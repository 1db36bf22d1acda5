//! Vaults in real folders: saved, joined, guarded, and refused.
#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

use std::fs;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::Path;

use paykeep::domain::{Add, Change, Id, Kind, NewField, NewValue, Place};
use paykeep::error::{Exit, Explain};
use paykeep::secret::{SecretBytes, SecretText};
use paykeep::shell::store::{Consent, FolderState, OpenVault, StoreError, VaultFolder};
use paykeep::vault::VaultError;
use tempfile::TempDir;

fn passphrase() -> SecretText {
    SecretText::copied("walnut orbit sleepy cargo violin")
}

fn place() -> (TempDir, VaultFolder) {
    let dir = tempfile::tempdir().unwrap();
    let folder = VaultFolder::new(dir.path().join("vault"), dir.path().join("state"));
    (dir, folder)
}

fn create(folder: &VaultFolder) -> OpenVault {
    folder.create_with_work_factor(&passphrase(), 2).unwrap()
}

fn unlock(folder: &VaultFolder) -> Result<OpenVault, StoreError> {
    folder.unlock(&passphrase(), Consent::None)
}

fn add(name: &str) -> Change {
    Change::Add(Box::new(Add {
        used_by: vec!["checkout-api".into()],
        ..Add::of(
            format!("other/live/acme/{name}").parse().unwrap(),
            Kind::SecretKey,
            Place::New,
            vec![NewField::of("value", NewValue::Secret(SecretBytes::copied(format!("secret of {name}").as_bytes())))],
        )
    }))
}

fn names(vault: &OpenVault) -> Vec<String> {
    let snapshot = vault.snapshot();
    let mut names: Vec<String> = snapshot.document.listed().map(|(_, c)| c.name.to_string()).collect();
    names.sort();
    names
}

fn value(vault: &OpenVault, name: &str) -> String {
    let snapshot = vault.snapshot();
    let target = snapshot.document.resolve(name).unwrap();
    let (_, field) = snapshot.document.field(&target, None).unwrap();
    let secret = snapshot.secret(field.secret.as_ref().unwrap()).unwrap();
    String::from_utf8(secret.expose().to_vec()).unwrap()
}

#[test]
fn where_no_vault_can_be_made_the_hint_speaks_of_none() {
    let dir = tempfile::tempdir().unwrap();
    // The system lets nobody make a folder there, not even root.
    let folder = VaultFolder::new("/proc/vault".into(), dir.path().join("state"));
    let error = folder.create_with_work_factor(&passphrase(), 2).err().unwrap();
    assert!(matches!(error, StoreError::NotMade(..)), "{error:?}");
    assert!(error.hint().unwrap().starts_with("no vault was made"), "{:?}", error.hint());
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_was_added_is_there_after_unlocking() {
    let (_dir, folder) = place();
    assert_eq!(folder.state().unwrap(), FolderState::Missing);
    let mut vault = create(&folder);
    vault.commit(add("one")).unwrap();
    vault.commit(add("two")).unwrap();
    assert!(matches!(folder.state().unwrap(), FolderState::Present { .. }));
    let again = unlock(&folder).unwrap();
    assert_eq!(names(&again), ["one", "two"]);
    assert_eq!(value(&again, "two"), "secret of two");
    assert_eq!(again.snapshot().generation(), 3);
}

#[test]
fn files_are_private_whatever_stood_in_the_way() {
    let (_dir, folder) = place();
    create(&folder).commit(add("one")).unwrap();
    assert_eq!(mode(folder.path()), 0o700);
    for name in ["vault.age", "identity.age", "vault.lock"] {
        assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
    }
    let backups: Vec<_> = fs::read_dir(folder.path().join("backups")).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(backups.len(), 2, "the generation before and the identity: {backups:?}");
    assert!(backups.iter().all(|b| mode(b) == 0o600));
    let all: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(all.len(), 4, "nothing else is left: {all:?}");
    assert_eq!(fs::metadata(folder.path().join("vault.age")).unwrap().nlink(), 1);
}

#[test]
fn a_backup_opens_with_the_identity_kept_beside_it() {
    let (dir, folder) = place();
    let mut vault = create(&folder);
    vault.commit(add("one")).unwrap();
    vault.commit(add("two")).unwrap();
    let restored = dir.path().join("restored");
    fs::create_dir(&restored).unwrap();
    fs::set_permissions(&restored, fs::Permissions::from_mode(0o700)).unwrap();
    let find = |end: &str| {
        let mut all: Vec<_> = fs::read_dir(folder.path().join("backups")).unwrap().map(|e| e.unwrap().path()).collect();
        all.retain(|p| p.to_string_lossy().ends_with(end));
        all.sort();
        all.pop().unwrap()
    };
    fs::copy(find(".vault.age"), restored.join("vault.age")).unwrap();
    fs::copy(find(".identity.age"), restored.join("identity.age")).unwrap();
    let folder = VaultFolder::new(restored, dir.path().join("other-state"));
    assert_eq!(names(&unlock(&folder).unwrap()), ["one"]);
}

#[test]
fn two_writers_lose_nothing() {
    let (_dir, folder) = place();
    let mut one = create(&folder);
    let mut two = unlock(&folder).unwrap();
    one.commit(add("a")).unwrap();
    two.commit(add("b")).unwrap();
    two.commit(add("c")).unwrap();
    assert!(one.refresh().unwrap().is_some());
    assert!(one.refresh().unwrap().is_none());
    assert_eq!(names(&one), ["a", "b", "c"]);
    one.commit(add("d")).unwrap();
    assert_eq!(names(&unlock(&folder).unwrap()), ["a", "b", "c", "d"]);
    let error = two.commit(add("d")).err().unwrap();
    assert_eq!(error.exit(), Exit::Refused, "what the other has written since is seen: {error}");
}

#[test]
fn another_copy_in_the_files_place_is_joined() {
    let (_dir, folder) = place();
    let mut one = create(&folder);
    one.commit(add("a")).unwrap();
    let copy = fs::read(folder.path().join("vault.age")).unwrap();
    one.commit(add("b")).unwrap();
    fs::write(folder.path().join("vault.age"), copy).unwrap();
    one.commit(add("c")).unwrap();
    assert_eq!(names(&unlock(&folder).unwrap()), ["a", "b", "c"]);
}

#[test]
fn a_join_that_could_not_be_saved_is_made_again() {
    let (dir, folder) = place();
    let mut ours = create(&folder);
    ours.commit(add("a")).unwrap();
    let copy = VaultFolder::new(dir.path().join("copy"), dir.path().join("copys-state"));
    fs::create_dir(copy.path()).unwrap();
    fs::set_permissions(copy.path(), fs::Permissions::from_mode(0o700)).unwrap();
    for file in ["vault.age", "identity.age"] {
        fs::copy(folder.path().join(file), copy.path().join(file)).unwrap();
    }
    unlock(&copy).unwrap().commit(add("theirs")).unwrap();
    ours.commit(add("ours")).unwrap();
    fs::rename(copy.path().join("vault.age"), folder.path().join("vault.age")).unwrap();
    // No save gets through while a folder stands where the new file is written.
    let hindrance = folder.path().join(".vault.age.new");
    fs::create_dir(&hindrance).unwrap();
    assert_eq!(ours.commit(add("b")).err().unwrap().exit(), Exit::Failed);
    assert_eq!(ours.refresh().err().unwrap().exit(), Exit::Failed);
    fs::remove_dir(&hindrance).unwrap();
    ours.commit(add("c")).unwrap();
    assert_eq!(names(&ours), ["a", "c", "ours", "theirs"]);
    assert_eq!(names(&unlock(&folder).unwrap()), ["a", "c", "ours", "theirs"]);
}

#[test]
fn many_threads_save_side_by_side() {
    let (_dir, folder) = place();
    create(&folder);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let folder = folder.clone();
            scope.spawn(move || {
                let mut vault = unlock(&folder).unwrap();
                for n in 0..25 {
                    vault.commit(add(&format!("w{writer}-{n}"))).unwrap();
                }
            });
        }
    });
    assert_eq!(names(&unlock(&folder).unwrap()).len(), 100);
}

#[test]
fn an_older_vault_opens_only_with_consent() {
    let (_dir, folder) = place();
    let mut vault = create(&folder);
    vault.commit(add("one")).unwrap();
    let older = fs::read(folder.path().join("vault.age")).unwrap();
    vault.commit(add("two")).unwrap();
    drop(vault);
    fs::write(folder.path().join("vault.age"), older).unwrap();
    let error = unlock(&folder).err().unwrap();
    assert_eq!(error, StoreError::Older { seen: 3, found: 2 });
    assert_eq!(error.exit(), Exit::Refused);
    assert_eq!(names(&folder.unlock(&passphrase(), Consent::Older).unwrap()), ["one"]);
    unlock(&folder).expect("consent is remembered");
}

#[test]
fn what_is_no_vault_of_the_user_is_refused_with_its_exit_code() {
    let (dir, folder) = place();
    assert_eq!(unlock(&folder).err().unwrap().exit(), Exit::NotFound);
    let mut vault = create(&folder);
    vault.commit(add("one")).unwrap();
    assert_eq!(folder.create_with_work_factor(&passphrase(), 2).err().unwrap().exit(), Exit::Refused);
    let wrong = folder.unlock(&SecretText::copied("x"), Consent::None).err().unwrap();
    assert_eq!((wrong.exit(), wrong), (Exit::Locked, StoreError::Vault(VaultError::WrongPassphrase)));

    let link = dir.path().join("link");
    symlink(folder.path(), &link).unwrap();
    let linked = VaultFolder::new(link, dir.path().join("state"));
    assert!(matches!(unlock(&linked).err(), Some(StoreError::Symlink(_))));

    let file = folder.path().join("vault.age");
    let elsewhere = dir.path().join("elsewhere.age");
    fs::rename(&file, &elsewhere).unwrap();
    assert!(matches!(unlock(&folder).err(), Some(StoreError::Incomplete(_, "vault.age"))));
    symlink(&elsewhere, &file).unwrap();
    assert!(matches!(unlock(&folder).err(), Some(StoreError::Symlink(_))));
    fs::remove_file(&file).unwrap();
    fs::write(&file, b"age-encryption.org/v1\n-> X25519 a\nb\n--- c\n").unwrap();
    assert_eq!(unlock(&folder).err().unwrap().exit(), Exit::Damaged);
    fs::remove_file(&file).unwrap();
    fs::rename(&elsewhere, &file).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    assert!(matches!(unlock(&folder).err(), Some(StoreError::Writable(_))));
}

#[test]
fn a_file_that_is_too_large_is_called_by_its_own_name() {
    let (_dir, folder) = place();
    create(&folder);
    let blown_up = |name: &str, size| {
        let path = folder.path().join(name);
        let file = fs::File::options().create(true).truncate(false).write(true).mode(0o600).open(&path).unwrap();
        let before = file.metadata().unwrap().len();
        file.set_len(size).unwrap();
        let error = if name == "next-due" { folder.reminder().err() } else { unlock(&folder).err() };
        file.set_len(before).unwrap();
        assert_eq!(error, Some(StoreError::TooLarge(path)));
    };
    blown_up("next-due", 100);
    blown_up("identity.age", 17 << 10);
    blown_up("vault.age", 65 << 20);
    unlock(&folder).unwrap();
}

/// Does what is said between the backticks of a hint.
fn follow(hint: &str) {
    let command = hint.split('`').nth(1).unwrap();
    let done = std::process::Command::new("sh").args(["-c", command]).status().unwrap();
    assert!(done.success(), "{command}");
}

#[test]
fn the_hint_of_a_damaged_vault_brings_the_newest_backup_back() {
    let dir = tempfile::tempdir().unwrap();
    let folder = VaultFolder::new(dir.path().join("ada's vault"), dir.path().join("state"));
    let mut vault = create(&folder);
    for name in ["one", "two", "three"] {
        vault.commit(add(name)).unwrap();
    }
    drop(vault);
    for file in ["vault.age", "identity.age"] {
        let path = folder.path().join(file);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let error = unlock(&folder).err().unwrap();
        assert_eq!(
            (error.exit(), error.to_string()),
            (Exit::Damaged, format!("{file} is damaged: it was cut off or changed"))
        );
        follow(&error.hint().unwrap());
        assert_eq!(
            fs::read(path.with_extension("age.damaged")).unwrap().len(),
            whole.len() / 2,
            "nothing is lost by it"
        );
        assert_eq!(names(&folder.unlock(&passphrase(), Consent::Older).unwrap()), ["one", "two"]);
    }
}

#[test]
fn a_vault_without_backups_says_so_when_it_is_damaged() {
    let (_dir, folder) = place();
    create(&folder);
    fs::write(folder.path().join("vault.age"), "age").unwrap();
    let hint = unlock(&folder).err().unwrap().hint().unwrap();
    assert_eq!(
        hint,
        "nothing was changed; this vault has no backup of vault.age: bring it back from a copy of your own"
    );
}

#[test]
fn why_the_system_refused_stands_first_and_where_stands_last() {
    let path = "/home/ada/.local/share/paykeep/main/.identity.age.new".into();
    let full = StoreError::System("writing", path, rustix::io::Errno::NOSPC);
    assert_eq!(full.to_string(), "the disk is full: writing .identity.age.new failed");
    assert_eq!(full.hint().unwrap(), "nothing was changed in /home/ada/.local/share/paykeep/main");
}

#[test]
fn a_named_pipe_does_not_hold_the_program_up() {
    let (_dir, folder) = place();
    create(&folder);
    let file = folder.path().join("vault.age");
    fs::remove_file(&file).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&file).status().unwrap();
    assert!(made.success());
    assert!(matches!(unlock(&folder).err(), Some(StoreError::Strange(_))));
}

#[test]
fn a_weak_passphrase_makes_no_vault() {
    let (_dir, folder) = place();
    let error = folder.create_with_work_factor(&SecretText::copied("letmein"), 2).err().unwrap();
    assert_eq!(error.exit(), Exit::Refused);
    assert!(!folder.path().exists());
}

#[test]
fn a_new_passphrase_opens_and_the_old_one_does_not() {
    let (_dir, folder) = place();
    let mut vault = create(&folder);
    let new = SecretText::copied("marble tunnel eagle soda patrol");
    let wrong = vault.set_passphrase_with_work_factor(&new, &new, 2).unwrap_err();
    assert_eq!(wrong.exit(), Exit::Locked);
    vault.set_passphrase_with_work_factor(&passphrase(), &new, 2).unwrap();
    assert_eq!(unlock(&folder).err().unwrap().exit(), Exit::Locked);
    folder.unlock(&new, Consent::None).unwrap();
    vault.commit(add("one")).expect("the open vault goes on");
}

#[test]
fn a_folder_with_other_things_is_not_taken_over() {
    let (_dir, folder) = place();
    fs::create_dir(folder.path()).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(folder.path().join("notes.txt"), b"mine").unwrap();
    let error = folder.create_with_work_factor(&passphrase(), 2).err().unwrap();
    assert!(matches!(error, StoreError::NotEmpty(_)), "{error}");
    assert_eq!(fs::read(folder.path().join("notes.txt")).unwrap(), b"mine");
    fs::remove_file(folder.path().join("notes.txt")).unwrap();
    create(&folder);
}

#[test]
fn what_stands_where_a_vault_is_made_is_removed_only_if_it_is_paykeeps() {
    let (_root, folder) = place();
    let name = format!(".{}.new", folder.path().file_name().unwrap().to_str().unwrap());
    let beside = folder.path().with_file_name(name);
    fs::create_dir(&beside).unwrap();
    fs::write(beside.join("vault.age"), "half").unwrap();
    fs::write(beside.join("thesis.txt"), "years of work").unwrap();
    let refused = folder.create_with_work_factor(&passphrase(), 2).err();
    assert_eq!(refused, Some(StoreError::NotEmpty(beside.clone())));
    assert_eq!(fs::read_to_string(beside.join("thesis.txt")).unwrap(), "years of work");
    fs::remove_file(beside.join("thesis.txt")).unwrap();
    fs::write(beside.join("vault.age"), "half").unwrap();
    create(&folder);
    assert!(!beside.exists());
}

#[test]
fn ids_are_never_made_twice() {
    let (_dir, folder) = place();
    let mut vault = create(&folder);
    for n in 0..20 {
        vault.commit(add(&format!("n{n}"))).unwrap();
    }
    let snapshot = vault.snapshot();
    let mut ids: Vec<Id> = snapshot.document.credentials.iter().flat_map(|c| [c.id, c.versions[0].id]).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
}

#[test]
fn what_others_could_open_is_closed_to_them_and_told() {
    let (_dir, folder) = place();
    let mut vault = create(&folder);
    vault.commit(add("one")).unwrap();
    vault.commit(add("two")).unwrap();
    let opened = || unlock(&folder).unwrap();
    assert_eq!(opened().notices(), [] as [String; 0]);
    let set =
        |name: &str, mode| fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    set("vault.age", 0o644);
    assert_eq!(opened().notices(), ["was open to others, closed now: vault.age (644)"]);
    assert_eq!(mode(&folder.path().join("vault.age")), 0o600);
    assert_eq!(opened().notices(), [] as [String; 0], "once is enough");
    // A copy of everything, as `cp -r` makes it; a file that is not paykeep's stays as it is.
    fs::write(folder.path().join("README"), "mine").unwrap();
    let backups: Vec<_> = fs::read_dir(folder.path().join("backups")).unwrap().map(|e| e.unwrap().path()).collect();
    for path in &backups {
        fs::set_permissions(path, fs::Permissions::from_mode(0o640)).unwrap();
    }
    for (name, mode) in [("README", 0o644), ("identity.age", 0o604), ("backups", 0o755), ("", 0o755)] {
        set(name, mode);
    }
    let told = opened().notices().to_vec();
    let [told] = told.as_slice() else { panic!("{told:?}") };
    assert!(
        told.starts_with("was open to others, closed now: the folder (755) and ") && told.ends_with(" files more"),
        "{told}"
    );
    for (name, wanted) in [("README", 0o644), ("identity.age", 0o600), ("backups", 0o700), ("", 0o700)] {
        assert_eq!(mode(&folder.path().join(name)), wanted, "{name}");
    }
    assert!(!backups.is_empty() && backups.iter().all(|path| mode(path) == 0o600));
}

#[test]
fn a_save_into_a_folder_that_was_moved_away_is_refused() {
    let (dir, folder) = place();
    let mut vault = create(&folder);
    vault.commit(add("one")).unwrap();
    let away = dir.path().join("away");
    fs::rename(folder.path(), &away).unwrap();
    assert!(matches!(vault.commit(add("two")).err(), Some(StoreError::Moved(_))), "nothing is there");
    fs::create_dir(folder.path()).unwrap();
    for file in ["vault.age", "identity.age"] {
        fs::copy(away.join(file), folder.path().join(file)).unwrap();
    }
    let before = fs::read(away.join("vault.age")).unwrap();
    assert!(matches!(vault.commit(add("two")).err(), Some(StoreError::Moved(_))), "a copy is there");
    assert!(matches!(vault.refresh().err(), Some(StoreError::Moved(_))));
    assert_eq!(fs::read(away.join("vault.age")).unwrap(), before);
    fs::remove_dir_all(folder.path()).unwrap();
    fs::rename(&away, folder.path()).unwrap();
    vault.commit(add("two")).unwrap();
}

#[test]
fn a_symlink_in_the_place_of_the_backups_is_refused() {
    let (dir, folder) = place();
    let mut vault = create(&folder);
    vault.commit(add("one")).unwrap();
    let (backups, elsewhere) = (folder.path().join("backups"), dir.path().join("elsewhere"));
    fs::rename(&backups, &elsewhere).unwrap();
    let names = |path: &Path| fs::read_dir(path).unwrap().count();
    let before = names(&elsewhere);
    symlink(&elsewhere, &backups).unwrap();
    let error = vault.commit(add("two")).err().unwrap();
    assert_eq!((error.exit(), error), (Exit::Refused, StoreError::Symlink(backups.clone())));
    assert_eq!(names(&elsewhere), before);
    fs::remove_file(&backups).unwrap();
    vault.commit(add("two")).unwrap();
}
