//! The audit log: every deed leaves its entry, a removed or changed one shows, copies are joined, and no value stands in it.
#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

use std::fs;

use jiff::{SignedDuration, Timestamp};
use paykeep::domain::audit::{About, Act, Entry, FULL, Flaw, KEPT, Report, check};
use paykeep::domain::{
    Add, Change, ChangeError, Context, DeviceId, Document, Environment, Id, Kind, NewField, NewValue, Place, join,
};
use paykeep::secret::{SecretBytes, SecretText};
use paykeep::shell::store::{Consent, OpenVault, VaultFolder};
use proptest::prelude::*;

const CANARY: &str = "c0ffee00-never-in-the-log";

/// One computer's copy.
#[derive(Clone)]
struct Copy {
    document: Document,
    device: DeviceId,
    made: u128,
    now: Timestamp,
}

impl Copy {
    fn new() -> Self {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        Self { document: Document::new(Id::new(now, 1), now), device: DeviceId::new(1), made: 1 << 32, now }
    }

    fn on(&self, device: u64) -> Self {
        Self { device: DeviceId::new(device), made: u128::from(device) << 32, ..self.clone() }
    }

    fn does(&mut self, change: Change) -> Result<(), ChangeError> {
        self.now = self.now.checked_add(SignedDuration::from_secs(7)).unwrap();
        let (now, made) = (self.now, &mut self.made);
        let mut new_id = || {
            *made += 1;
            Id::new(now, *made)
        };
        let fingerprint = |_: Kind, field: &str, value: &[u8]| format!("{field}:{}", value.len());
        let mut context = Context { now, device: self.device.clone(), new_id: &mut new_id, fingerprint: &fingerprint };
        self.document.apply(change, &mut context).map(|_| ())
    }

    fn id(&self, name: &str) -> Id {
        self.document.credentials.iter().find(|c| c.name.as_str() == name).unwrap().id
    }

    fn about(&self, name: &str) -> About {
        let credential = self.document.credential(self.id(name)).unwrap();
        About { credential: credential.id, version: credential.versions[0].id, field: "value".into() }
    }

    fn acts(&self) -> Vec<&'static str> {
        self.document.audit.iter().map(|entry| entry.act.as_str()).collect()
    }

    fn last(&self) -> &Entry {
        self.document.log()[0]
    }
}

fn add(name: &str, place: Place) -> Change {
    Change::Add(Box::new(Add::of(
        format!("other/live/acme/{name}").parse().unwrap(),
        Kind::SecretKey,
        place,
        vec![NewField::of("value", NewValue::Secret(SecretBytes::copied(CANARY.as_bytes())))],
    )))
}

fn edit(credential: Id, label: &str) -> Change {
    Change::Edit { credential, label: Some(label.into()), note: None, tags: None, rotate_every_days: None }
}

#[test]
fn every_deed_leaves_its_entry() {
    let mut copy = Copy::new();
    copy.does(add("key", Place::New)).unwrap();
    let id = copy.id("key");
    copy.does(add("key", Place::Previous)).unwrap();
    let second = copy.document.credential(id).unwrap().versions[1].id;
    copy.does(edit(id, "shared")).unwrap();
    copy.does(Change::PointTo { credential: id, version: second }).unwrap();
    copy.does(Change::Leaked { credential: id, version: second }).unwrap();
    copy.does(Change::Move { credential: id, to: "other/live/acme/key2".parse().unwrap() }).unwrap();
    copy.does(Change::Bin(vec![id])).unwrap();
    copy.does(Change::Restore(vec![id])).unwrap();
    copy.does(Change::Settings { idle_lock_s: Some(60), clipboard_s: None, osc52: None }).unwrap();
    copy.does(Change::Audit(Report::passphrase())).unwrap();
    copy.does(Change::Bin(vec![id])).unwrap();
    copy.does(Change::Purge(vec![id])).unwrap();
    let wanted = [
        "stored",
        "stored",
        "edited",
        "made-current",
        "leaked",
        "moved",
        "binned",
        "restored",
        "settings",
        "passphrase",
        "binned",
        "purged",
    ];
    assert_eq!(copy.acts(), wanted);
    let purged = copy.last();
    assert_eq!(purged.subject, "other/live/acme/key2", "what is deleted keeps its name in the log");
    assert_eq!(purged.environment, Some(Environment::Live));
    let current = &copy.document.audit[3];
    assert_eq!(current.subject, "other/live/acme/key@2");
    assert_eq!(copy.document.audit[5].reached.as_deref(), Some("from other/live/acme/key"));
    assert_eq!(check(&copy.document, &[]), []);
}

#[test]
fn what_is_deleted_by_its_age_leaves_an_entry_too() {
    let mut copy = Copy::new();
    copy.does(add("old", Place::New)).unwrap();
    let id = copy.id("old");
    copy.does(Change::Bin(vec![id])).unwrap();
    copy.now = copy.now.checked_add(SignedDuration::from_hours(24 * 31)).unwrap();
    copy.does(Change::Settings { idle_lock_s: Some(60), clipboard_s: None, osc52: None }).unwrap();
    assert_eq!(copy.acts(), ["stored", "binned", "settings", "purged"]);
}

#[test]
fn a_refused_deed_leaves_none() {
    let mut copy = Copy::new();
    copy.does(add("key", Place::New)).unwrap();
    assert!(copy.does(add("key", Place::New)).is_err());
    assert_eq!(copy.acts(), ["stored"]);
}

#[test]
fn reveal_copy_and_print_are_remembered_with_what_was_reached() {
    let mut copy = Copy::new();
    copy.does(add("key", Place::New)).unwrap();
    let about = copy.about("key");
    copy.does(Change::Audit(Report::revealed(about.clone()))).unwrap();
    copy.does(Change::Audit(Report::copied(about.clone(), "on the clipboard for 30 s"))).unwrap();
    copy.does(Change::Audit(Report::unsealed(about, " the pod lost\u{1b} its mount\n", "shown"))).unwrap();
    let entries = &copy.document.audit;
    assert_eq!(entries[1].subject, "other/live/acme/key@1#value");
    assert_eq!(entries[2].reached.as_deref(), Some("on the clipboard for 30 s"));
    assert_eq!(entries[3].reason.as_deref(), Some("the pod lost\u{fffd} its mount"));
}

#[test]
fn a_reason_says_something() {
    let mut copy = Copy::new();
    copy.does(add("key", Place::New)).unwrap();
    for reason in ["", "  a ", "\n\t\n", &"x".repeat(201)] {
        let report = Report::unsealed(copy.about("key"), reason, "shown");
        assert_eq!(copy.does(Change::Audit(report)), Err(ChangeError::NoReason), "{reason:?}");
    }
    copy.does(Change::Audit(Report::unsealed(copy.about("key"), "日本語", "shown"))).unwrap();
}

#[test]
fn a_removed_entry_is_named() {
    let mut copy = Copy::new();
    copy.does(add("key", Place::New)).unwrap();
    for n in 0..5 {
        let id = copy.id("key");
        copy.does(edit(id, &n.to_string())).unwrap();
    }
    let device = copy.device.clone();
    for (at, from) in [(0, 1), (2, 3), (5, 6)] {
        let mut cut = copy.document.clone();
        cut.audit.remove(at);
        assert_eq!(check(&cut, &[]), [Flaw::Missing(device.clone(), from, from)]);
    }
    let mut cut = copy.document.clone();
    cut.audit.clear();
    assert_eq!(check(&cut, &[]), [Flaw::Missing(device.clone(), 1, 6)]);
    assert_eq!(Flaw::Missing(device.clone(), 1, 6).to_string(), format!("entries 1 to 6 of {device} are missing"));
}

#[test]
fn an_edited_entry_is_named_also_the_last_one() {
    let mut copy = Copy::new();
    copy.does(add("key", Place::New)).unwrap();
    let id = copy.id("key");
    copy.does(edit(id, "a")).unwrap();
    copy.does(edit(id, "b")).unwrap();
    for at in 0..3 {
        let mut forged = copy.document.clone();
        forged.audit[at].reached = Some("nothing".into());
        assert_eq!(check(&forged, &[]), [Flaw::Changed(copy.device.clone(), at as u64 + 1)]);
    }
}

#[test]
fn a_copy_that_went_on_from_an_older_one_is_told() {
    let mut copy = Copy::new();
    copy.does(add("key", Place::New)).unwrap();
    let mut restored = copy.clone();
    let id = copy.id("key");
    copy.does(edit(id, "a")).unwrap();
    restored.does(Change::Bin(vec![id])).unwrap();
    restored.does(Change::Restore(vec![id])).unwrap();
    let (joined, _) = join(copy.document.clone(), restored.document.clone());
    assert_eq!(joined.audit.len(), 4, "both stories stay");
    assert_eq!(check(&joined, &[]), [Flaw::Twice(copy.device.clone(), 2)]);
}

#[test]
fn no_value_stands_in_the_log_or_in_its_debug_or_json() {
    let mut copy = Copy::new();
    copy.does(add("key", Place::New)).unwrap();
    copy.does(add("key", Place::Pending)).unwrap();
    let about = copy.about("key");
    copy.does(Change::Audit(Report::copied(about, "taken back"))).unwrap();
    let json: Vec<String> =
        copy.document.audit.iter().map(|entry| serde_json::to_string(&entry.listed()).unwrap()).collect();
    let all = format!("{:?} {json:?} {}", copy.document.audit, toml::to_string(&copy.document).unwrap());
    assert!(!all.contains("c0ffee00"));
    assert!(json[2].contains("\"act\":\"copied\",\"reference\":\"other/live/acme/key\",\"version\":1"), "{}", json[2]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn joined_logs_are_whole_whatever_the_order(deeds in prop::collection::vec((0..3_u8, 0..4_u8), 1..40)) {
        let mut first = Copy::new();
        first.does(add("key", Place::New)).unwrap();
        let mut copies = [first.clone(), first.on(2), first.on(3)];
        for (which, deed) in deeds {
            let copy = &mut copies[usize::from(which)];
            let id = copy.id("key");
            let change = match deed {
                0 => edit(id, &copy.made.to_string()),
                1 => Change::Bin(vec![id]),
                2 => Change::Audit(Report::revealed(copy.about("key"))),
                _ => Change::Settings { idle_lock_s: Some(60), clipboard_s: None, osc52: None },
            };
            copy.does(change).unwrap();
        }
        let [a, b, c] = copies.map(|copy| copy.document);
        let joined = |x: &Document, y: &Document| join(x.clone(), y.clone()).0;
        let left = joined(&joined(&a, &b), &c);
        prop_assert_eq!(&left, &joined(&c, &joined(&b, &a)));
        prop_assert_eq!(&joined(&left, &a), &left);
        prop_assert_eq!(check(&left, &[]), vec![]);
        let all = [&a, &b, &c].into_iter().flat_map(|copy| &copy.audit);
        prop_assert!(all.into_iter().all(|entry| left.audit.contains(entry)));
    }

    #[test]
    fn whatever_is_taken_out_or_changed_is_found(count in 2..30_usize, at in 0..30_usize, how in 0..3_u8) {
        let mut copy = Copy::new();
        copy.does(add("key", Place::New)).unwrap();
        for n in 1..count {
            let id = copy.id("key");
            copy.does(edit(id, &n.to_string())).unwrap();
        }
        let mut forged = copy.document.clone();
        let at = at % count;
        match how {
            0 => _ = forged.audit.remove(at),
            1 => forged.audit[at].act = Act::Purged,
            _ => forged.audit[at].at = forged.audit[at].at.checked_add(SignedDuration::from_secs(1)).unwrap(),
        }
        prop_assert_eq!(check(&copy.document, &[]), vec![]);
        prop_assert_eq!(check(&forged, &[]).len(), 1);
    }
}

fn place() -> (tempfile::TempDir, VaultFolder) {
    let dir = tempfile::tempdir().unwrap();
    let folder = VaultFolder::new(dir.path().join("vault"), dir.path().join("state"));
    (dir, folder)
}

fn passphrase() -> SecretText {
    SecretText::copied("walnut orbit sleepy cargo violin")
}

fn create(folder: &VaultFolder) -> OpenVault {
    folder.create_with_work_factor(&passphrase(), 2).unwrap()
}

/// Deeds on fifty credentials at once: fifty entries a save.
fn fill(vault: &mut OpenVault, upto: usize) {
    let snapshot = vault.snapshot();
    let ids: Vec<Id> = snapshot.document.credentials.iter().map(|c| c.id).collect();
    let mut in_bin = snapshot.document.credentials[0].binned_at.is_some();
    while vault.snapshot().document.audit.len() + ids.len() <= upto {
        let change = if in_bin { Change::Restore(ids.clone()) } else { Change::Bin(ids.clone()) };
        vault.commit(change).unwrap();
        in_bin = !in_bin;
    }
    while vault.snapshot().document.audit.len() < upto {
        vault.commit(Change::Audit(Report::passphrase())).unwrap();
    }
}

#[test]
fn older_entries_move_to_a_file_of_their_month_and_the_chain_stays_whole() {
    let (_dir, folder) = place();
    let mut vault = create(&folder);
    for n in 0..50 {
        vault.commit(add(&format!("key{n}"), Place::New)).unwrap();
    }
    fill(&mut vault, FULL);
    vault.commit(Change::Audit(Report::passphrase())).unwrap();
    let document = &vault.snapshot().document;
    assert_eq!(document.audit.len(), KEPT);
    let (older, flaws) = vault.older_entries().unwrap();
    assert_eq!((older.len(), flaws), (FULL + 1 - KEPT, vec![]));
    assert_eq!(vault.check_log().unwrap(), []);
    assert!(!check(document, &[]).is_empty(), "without the files the beginning is missing");

    // The next batch joins the same file.
    fill(&mut vault, FULL);
    vault.commit(Change::Audit(Report::passphrase())).unwrap();
    assert_eq!(vault.older_entries().unwrap().0.len(), 2 * (FULL + 1 - KEPT));
    let again = folder.unlock(&passphrase(), Consent::None).unwrap();
    assert_eq!(again.check_log().unwrap(), []);

    // A file that is gone, and one that is cut.
    let files: Vec<_> = fs::read_dir(folder.path().join("audit")).unwrap().map(|e| e.unwrap().path()).collect();
    let bytes = fs::read(&files[0]).unwrap();
    fs::write(&files[0], &bytes[..bytes.len() - 1]).unwrap();
    let flaws = vault.check_log().unwrap();
    assert!(matches!(flaws[0], Flaw::File(..)), "{flaws:?}");
    assert!(matches!(flaws[1], Flaw::Missing(_, 1, _)), "{flaws:?}");
    // It is not written over: the entries for it stay with the records.
    fill(&mut vault, FULL + 3);
    assert_eq!(fs::read(&files[0]).unwrap().len(), bytes.len() - 1);
    fs::remove_file(&files[0]).unwrap();
    assert_eq!(vault.check_log().unwrap().len(), 1);
}

#[test]
fn a_save_that_only_adds_to_the_log_makes_no_backup() {
    let (_dir, folder) = place();
    let mut vault = create(&folder);
    vault.commit(add("key", Place::New)).unwrap();
    let backups = || {
        let entries = fs::read_dir(folder.path().join("backups")).unwrap();
        entries.filter(|e| e.as_ref().unwrap().file_name().to_str().unwrap().ends_with(".vault.age")).count()
    };
    let before = backups();
    vault.commit(Change::Audit(Report::passphrase())).unwrap();
    assert_eq!(backups(), before);
    vault.commit(Change::Settings { idle_lock_s: Some(60), clipboard_s: None, osc52: None }).unwrap();
    assert_eq!(backups(), before + 1);
}

#[test]
fn a_change_of_the_passphrase_is_remembered() {
    let (_dir, folder) = place();
    let mut vault = create(&folder);
    let new = SecretText::copied("marble tunnel eagle soda patrol");
    vault.set_passphrase_with_work_factor(&passphrase(), &new, 2).unwrap();
    assert_eq!(vault.snapshot().document.audit[0].act, Act::Passphrase);
    assert!(vault.set_passphrase_with_work_factor(&passphrase(), &new, 2).is_err());
    assert_eq!(vault.snapshot().document.audit.len(), 1, "one that was refused is none");
}

#[test]
fn the_log_is_exported_without_values_for_the_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_dir, folder) = place();
    let mut vault = create(&folder);
    vault.commit(add("key", Place::New)).unwrap();
    let (path, left_out) = vault.export_log().unwrap();
    assert_eq!(left_out, []);
    let text = fs::read_to_string(&path).unwrap();
    let acts: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(acts.iter().map(|line| line["act"].as_str().unwrap()).collect::<Vec<_>>(), ["stored", "log-exported"]);
    assert!(!text.contains("c0ffee00"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn of_two_computers_with_long_logs_each_has_files_of_its_own_and_a_merge_makes_the_log_whole() {
    let (dir, folder) = place();
    let mut vault = create(&folder);
    for n in 0..50 {
        vault.commit(add(&format!("key{n}"), Place::New)).unwrap();
    }
    // The second computer has a copy of the folder, and its own name.
    let other = dir.path().join("other");
    fs::create_dir(&other).unwrap();
    for name in ["vault.age", "identity.age"] {
        fs::copy(folder.path().join(name), other.join(name)).unwrap();
    }
    fs::set_permissions(&other, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let other_folder = VaultFolder::new(other.clone(), dir.path().join("other-state"));
    let mut theirs = other_folder.unlock(&passphrase(), Consent::None).unwrap();
    for vault in [&mut vault, &mut theirs] {
        fill(vault, FULL);
        vault.commit(Change::Audit(Report::passphrase())).unwrap();
        assert_eq!(vault.check_log().unwrap(), []);
    }
    let months = |folder: &std::path::Path| -> Vec<String> {
        let names = fs::read_dir(folder.join("audit")).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_ne!(months(folder.path()), months(&other), "no two computers write one file");
    let merged = vault.merge(&other.join("vault.age"), false).unwrap().unwrap();
    assert!(merged.older > 0 && merged.unusable.is_empty());
    assert_eq!(vault.check_log().unwrap(), []);
    theirs.merge(&folder.path().join("vault.age"), false).unwrap().unwrap();
    assert_eq!(theirs.check_log().unwrap(), []);
    assert!(theirs.merge(&folder.path().join("vault.age"), false).unwrap().is_none(), "it has all by now");
}

#[test]
fn an_export_tells_which_months_are_not_in_it() {
    let (_dir, folder) = place();
    let mut vault = create(&folder);
    vault.commit(add("key", Place::New)).unwrap();
    fs::create_dir(folder.path().join("audit")).unwrap();
    fs::write(folder.path().join("audit/2026-01-x.age"), b"nothing of ours").unwrap();
    let (_, left_out) = vault.export_log().unwrap();
    assert!(matches!(&left_out[..], [Flaw::File(name, _)] if name == "audit/2026-01-x.age"), "{left_out:?}");
}
