//! `paykeep due` in all its shapes.

use super::*;

fn at(days: i64) -> Timestamp {
    let start: Timestamp = "2026-04-14T14:02:00Z".parse().unwrap();
    start + jiff::SignedDuration::from_hours(24 * days)
}

/// A live key stored now, whose rule is one of 30 days, and one that nobody has a rule for.
fn kept() -> World {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key --rotate-every 30 --used-by api", "v-1").ok();
    world.run("add other/sandbox/acme/key --kind secret-key", "v-2").ok();
    world
}

fn in_days(days: i64) -> Timestamp {
    Timestamp::now() + jiff::SignedDuration::from_hours(24 * days)
}

#[test]
fn nothing_due_ends_with_0_and_names_the_next() {
    let said = kept().run("due", "").ok().says("the next is in 30 days: other/live/acme/key");
    assert_eq!(said.out, "");
    world().run("due", "").ok().says("nothing has a date");
}

#[test]
fn something_due_ends_with_8_and_says_what_and_by_whose_rule() {
    let world = kept();
    let said = world.at(in_days(20), &["due"], b"");
    assert_eq!(said.exit, Exit::No);
    for words in ["● LIVE", "Rotate", "other/live/acme/key", "0 of 1", "every 30 days, your rule"] {
        assert!(said.out.contains(words), "«{words}» is missing in:\n{}", said.out);
    }
    assert!(!said.out.contains("sandbox") && !said.out.contains("late"));
    assert_eq!(world.at(in_days(20), &["due", "--within", "3"], b"").exit, Exit::Done);
    assert!(world.at(in_days(40), &["due"], b"").out.contains(" late"));
}

#[test]
fn json_says_all_of_it() {
    let world = kept();
    let said = world.at(in_days(31), &["due", "--json"], b"");
    assert_eq!(said.exit, Exit::No);
    let items: Value = serde_json::from_str(&said.out).unwrap();
    let item = &items[0];
    assert_eq!(items.as_array().unwrap().len(), 1);
    for (key, value) in [
        ("reference", "other/live/acme/key".into()),
        ("environment", "live".into()),
        ("do", "rotate".into()),
        ("late", true.into()),
        ("rule_days", 30.into()),
        ("rule", "own".into()),
        ("rule_source", Value::Null),
        ("places", 1.into()),
        ("left", serde_json::json!(["api"])),
        ("since", Value::Null),
    ] {
        assert_eq!(item[key], value, "{key}");
    }
    assert_eq!(world.json("due --json"), serde_json::json!([]));
}

#[test]
fn a_live_key_that_was_revoked_is_due_first_and_no_date_for_a_calendar() {
    let world = kept();
    let pair = r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "s-1"}"#;
    world.run("add paynet/live/shop/cc --kind client-credentials --json", pair).ok();
    let id = world.run("flow start paynet/live/shop revoke --reason compromised --credential cc", "").ok();
    let id = id.out.lines().next().unwrap().to_owned();
    world.run(&format!("flow next {id}"), "").ok();
    world.run(&format!("flow next {id} --account shop"), "").ok();
    world.run(&format!("flow next {id} --said"), "").ok();
    let said = world.at(in_days(20), &["due"], b"").says("`paykeep rm REF`");
    assert_eq!(said.exit, Exit::No);
    let first = said.out.lines().nth(1).unwrap();
    assert!(first.contains("No working key, v1 revoked") && first.contains("paynet/live/shop/cc"), "{}", said.out);
    let said = world.run("due --json", "");
    assert_eq!(said.exit, Exit::No);
    let items: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&items[0]["no_working_key"], &items[0]["do"]), (&true.into(), &"replace".into()));
    assert!(!world.run("due --ics", "").out.contains("paynet"), "it is no date to come");
    world.run("rm paynet/live/shop/cc", "").ok();
    assert_eq!(world.run("due", "").exit, Exit::Done);
}

#[test]
fn a_providers_rule_is_told_with_its_source() {
    let world = world();
    let (private, _) = pair(0);
    world.run("add amazon-pay/live/shop/key-pair --kind key-pair --field private_key", &private).ok();
    let said = world.at(in_days(85), &["due", "--json"], b"");
    let items: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&items[0]["rule"], &items[0]["rule_days"]), (&"provider".into(), &90.into()));
    assert!(items[0]["rule_source"].as_str().unwrap().starts_with("https://"), "{}", items[0]["rule_source"]);
}

#[test]
fn a_calendar_has_dates_and_references_and_the_same_uids_each_time() {
    let world = kept();
    let calendar = || world.run("due --ics", "").out;
    let text = calendar();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')));
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 1);
    assert!(text.replace("\r\n ", "").contains("SUMMARY:Rotate (LIVE): other/live/acme/key\r\n"), "{text}");
    assert!(!text.contains("api") && !text.contains("v-1"), "no place and no value");
    let day = in_days(30).strftime("DTSTART;VALUE=DATE:%Y%m%d").to_string();
    assert!(text.contains(&day), "{day} is missing in {text}");
    let uid = |text: &str| text.lines().find(|line| line.starts_with("UID:")).map(str::to_owned);
    assert_eq!(uid(&text), uid(&calendar()));
    assert_eq!(world.run("due --ics", "").exit, Exit::Done, "it is in the calendar, and not due");
}

#[test]
fn the_clear_file_is_off_until_wanted_and_says_one_date_and_one_number() {
    let world = kept();
    let file = world.folder.path().join("next-due");
    let vault = world.folder.path().to_str().unwrap();
    let quick = |now| world.at(now, &["--vault", vault, "due", "--quick"], b"");
    quick(at(0)).fails(Exit::NotFound, "no clear file");
    assert!(!file.exists());
    world.run("due --reminder on", "").ok().says("in clear");
    let date = in_days(30).strftime("%Y-%m-%d").to_string();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{date} 1\n"));
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions()) & 0o777,
        0o600
    );
    let said = quick(in_days(1)).ok();
    assert_eq!(said.out, format!("{date} 1\n"));
    assert_eq!(quick(in_days(30)).exit, Exit::No);
    // A save writes it anew.
    world.run("edit other/live/acme/key --rotate-every 40", "").ok();
    let date = in_days(40).strftime("%Y-%m-%d").to_string();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{date} 1\n"));
    for other in ["what is this?", &"what is this? ".repeat(10)] {
        std::fs::write(&file, other).unwrap();
        quick(at(0)).fails(Exit::Failed, "can't be read");
        assert_eq!(world.run("due", "").exit, Exit::Done);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{date} 1\n"));
    }
    world.run("due --reminder off", "").ok().says("deleted");
    assert!(!file.exists());
}

#[test]
fn a_clear_file_that_cannot_be_written_spoils_no_list() {
    let world = kept();
    // Something that can neither be removed nor written over.
    std::fs::create_dir(world.folder.path().join("next-due")).unwrap();
    let said =
        world.at(in_days(20), &["due"], b"").says("note: the clear file of what is due was not brought up to date");
    assert_eq!(said.exit, Exit::No);
    assert!(said.out.contains("other/live/acme/key"), "{}", said.out);
    assert!(!world.folder.path().join(".next-due.new").exists());
}
