//! Which earlier generations are kept, and under which names.
//!
//! `backups/00000041-20261122T091200Z.vault.age` is generation 41, replaced at that time; `backups/9c1f0e7a.identity.age` a copy of
//! each identity file that there was. Kept are the last five, then the newest of each hour of a day, of each day of a week, of
//! each week of two months. The last five are those by time and those by generation: an older vault that was accepted counts on
//! from a lower generation, and a clock can be set back. Identity files are never removed: one that is missing would make every backup before it worthless.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use sha2::{Digest, Sha256};

use crate::domain::hex;

/// The folder's name within the vault's folder.
pub(super) const FOLDER: &str = "backups";

/// The name of a backup of `generation` that is replaced at `now`.
pub(super) fn name(generation: u64, now: Timestamp) -> String {
    format!("{generation:08}-{}{SUFFIX}", now.strftime("%Y%m%dT%H%M%SZ"))
}

/// The name of a copy of an identity file: it follows from the content.
pub(super) fn identity_name(bytes: &[u8]) -> String {
    format!("{}.identity.age", hex(&Sha256::digest(bytes)[..4]))
}

/// Of these names, those of backups that need not be kept. What is no backup's name is left alone.
pub(super) fn superfluous(names: &[String], now: Timestamp) -> Vec<&str> {
    let mut backups: Vec<(Timestamp, u64, &str)> =
        names.iter().filter_map(|n| read(n).map(|(generation, at)| (at, generation, n.as_str()))).collect();
    backups.sort_unstable();
    backups.reverse();
    let mut generations: Vec<u64> = backups.iter().map(|(_, generation, _)| *generation).collect();
    generations.sort_unstable();
    let high = generations.iter().nth_back(ALWAYS - 1).copied().unwrap_or_default();
    let mut filled = BTreeSet::new();
    let mut superfluous = Vec::new();
    for (n, (at, generation, name)) in backups.into_iter().enumerate() {
        let age = now.duration_since(at);
        let slot = [(1, 24), (24, 7 * 24), (7 * 24, 8 * 7 * 24)]
            .into_iter()
            .find(|(_, until)| age < SignedDuration::from_hours(*until))
            .map(|(hours, _)| (hours, at.as_second().div_euclid(hours * 3_600)));
        let first_of_slot = slot.is_some_and(|slot| filled.insert(slot));
        let is_of_last = n < ALWAYS || generation >= high;
        if !is_of_last && !first_of_slot {
            superfluous.push(name);
        }
    }
    superfluous
}

/// Of these names, that of the backup that was replaced last.
pub(super) fn newest(names: &[String]) -> Option<&str> {
    let dated = names.iter().filter_map(|name| read(name).map(|(generation, at)| (at, generation, name.as_str())));
    dated.max().map(|(_, _, name)| name)
}

/// Whether it is the name of a copy of an identity file.
pub(super) fn is_identity(name: &str) -> bool {
    name.ends_with(".identity.age") && !name.starts_with('.')
}

fn read(name: &str) -> Option<(u64, Timestamp)> {
    let (generation, at) = name.strip_suffix(SUFFIX)?.split_once('-')?;
    let at = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", at).ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some((generation.parse().ok()?, at.timestamp()))
}

const SUFFIX: &str = ".vault.age";
const ALWAYS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_five_stay_and_then_one_an_hour_a_day_a_week() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let minutes = |m: i64| now.checked_sub(SignedDuration::from_mins(m)).unwrap();
        // One save every ten minutes for a hundred days.
        let names: Vec<String> =
            (0..14_400).map(|n| name(20_000 - n, minutes(i64::try_from(n).unwrap() * 10))).collect();
        let gone = superfluous(&names, now);
        let kept: Vec<&String> = names.iter().filter(|n| !gone.contains(&n.as_str())).collect();
        assert_eq!(kept[..5], names[..5].iter().collect::<Vec<_>>()[..]);
        assert!((30..50).contains(&kept.len()), "{} are kept", kept.len());
        let oldest = read(kept.last().unwrap()).unwrap().1;
        assert!(now.duration_since(oldest) > SignedDuration::from_hours(24 * 45));
    }

    #[test]
    fn the_last_saves_stay_when_the_generation_or_the_clock_has_gone_back() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let at = |m: i64| now.checked_add(SignedDuration::from_mins(m)).unwrap();
        // Within the hour that is now, so that no hour's slot keeps them.
        let before: Vec<String> = (0..9).map(|n| name(8 + n, at(1 + i64::try_from(n).unwrap()))).collect();
        for last in [[name(4, at(20)), name(5, at(21))], [name(17, at(0)), name(18, at(0))]] {
            let names = [before.clone(), last.to_vec()].concat();
            let gone = superfluous(&names, now);
            assert!(!gone.is_empty() && last.iter().all(|name| !gone.contains(&name.as_str())), "{gone:?}");
        }
    }

    #[test]
    fn other_files_are_left_alone() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let names = ["notes.txt".to_owned(), identity_name(b"x"), "x-20260101T000000Z.vault.age".into()];
        assert!(superfluous(&names, now).is_empty());
    }
}
