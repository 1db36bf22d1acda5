//! Every page at both sizes, as text; a change of what stands there is seen in a change of these files.

use std::time::Duration;

use paykeep::app::model::Preferences;
use paykeep::app::msg::{Released, Turn, Way};

use paykeep::signing::AnswerError;

use crate::fixture::{
    OWN_FILE, Program, begun, between, calm, handed_over, leaked, moving, nothing, taking, tokens, twelve,
};

/// Compares a page with its snapshots, at 80×24 and at 120×36.
fn seen(name: &str, program: &mut Program) {
    for (width, height) in [(80, 24), (120, 36)] {
        seen_at(name, program, width, height);
    }
}

fn seen_at(name: &str, program: &mut Program, width: u16, height: u16) {
    program.resize(width, height);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(".");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("{name}_{width}x{height}"), program.text()));
}

fn open() -> Program {
    Program::open(120, 36, twelve())
}

#[test]
fn first_run() {
    let mut program = Program::first(120, 36);
    seen("first_run", &mut program);
    program.keys("walnut orbit sleepy cargo⇥walnut orb");
    seen("first_run_typed", &mut program);
}

#[test]
fn unlock() {
    let mut program = Program::locked(120, 36);
    seen("unlock", &mut program);
    program.keys("walnut^r");
    seen("unlock_shown", &mut program);
    program.keys("⏎");
    program.pass(Duration::from_millis(600));
    seen("unlock_opening", &mut program);
}

#[test]
fn credentials() {
    let mut program = open();
    seen("credentials", &mut program);
    seen_at("credentials", &mut program, 60, 16);
    seen_at("credentials", &mut program, 200, 50);
    program.keys("↓↓ ");
    seen("credentials_marked", &mut program);
    program.keys("/ansa");
    seen("credentials_filter", &mut program);
    program.keys(" qqq");
    seen("credentials_nothing", &mut program);
}

#[test]
fn sidebar() {
    let mut program = open();
    program.resize(80, 24);
    program.keys("⇥↓↓↓");
    seen_at("sidebar", &mut program, 80, 24);
}

#[test]
fn bench() {
    let mut program = open();
    program.keys("4");
    seen("bench_no_request", &mut program);
    program.keys("⇥anexpay/sandbox⏎");
    let request = "POST https://openapi.dev.anexpay.com/openapi/test HTTP/1.1\nTIMESTAMP: 1776175320000\n\
                   Content-Type: application/json\n\n{\"a\":\"124\"}";
    program.paste(request);
    program.tried();
    seen("bench", &mut program);
    program.keys("⇥⇥⇥^t");
    program.tried();
    program.paste("POST1776175320000/openapi/test{\"a\": \"124\"}");
    program.tried();
    program.keys("⇥⇥");
    seen("bench_mismatch", &mut program);
    program.keys("V");
    seen("bench_file", &mut program);
    program.keys("⎋⇥⇥⇥⇥");
    seen("bench_request", &mut program);
    program.keys("^u");
    program.keys("POST x");
    seen("bench_unreadable", &mut program);
    program.keys("^u⇥⇥⏎antom sandbox key⏎");
    program.paste("POST https://open-sea-global.alipay.com/ams/api/v1/payments/pay\n\n{}");
    program.tried();
    seen("bench_lacks", &mut program);
    program.keys("⏎");
    seen("bench_fills", &mut program);
}

#[test]
fn bench_unexplained() {
    let mut program = open();
    program.keys("4⇥anexpay/sandbox⏎");
    program.paste("POST /openapi/test HTTP/1.1\nTIMESTAMP: 1776175320000\n\n{\"a\":\"124\"}");
    program.tried();
    program.keys("⇥⇥⇥");
    program.paste(&"AAAA".repeat(20));
    program.tried();
    program.keys("⇥⇥");
    seen("bench_unexplained", &mut program);
}

#[test]
fn token() {
    let mut program = Program::open(120, 36, tokens(29));
    program.keys("/access-token⏎");
    seen("token_listed", &mut program);
    program.keys("⏎");
    seen("token_detail", &mut program);
    program.keys("t");
    seen("token", &mut program);
    program.keys("r");
    seen("token_revealed", &mut program);
    program.keys("r⏎");
    program.saved();
    program.pass(Duration::from_millis(600));
    seen("token_fetching", &mut program);
    program.refused(AnswerError::Refuses(401, Some("invalid_client".into())));
    seen("token_refused", &mut program);
}

#[test]
fn a_token_that_is_over() {
    let mut program = Program::open(120, 36, tokens(-5));
    program.keys("/access-token⏎");
    seen("token_over_listed", &mut program);
    program.keys("⏎");
    seen("token_over_detail", &mut program);
    program.keys("tc");
    seen("token_over", &mut program);
}

#[test]
fn a_token_of_the_user_s_own_file() {
    let mut program = Program::open(120, 36, tokens(29));
    let (catalog, errors) = program.model.catalog.with_user_files([("acme-pay.toml", OWN_FILE)]);
    assert_eq!(errors, []);
    program.model.catalog = catalog;
    program.keys("/acme-pay⏎t");
    seen("token_own", &mut program);
    program.keys("⏎");
    seen("token_asks", &mut program);
}

#[test]
fn a_token_for_which_no_host_is_known() {
    let mut program = open();
    program.keys("/paynet live⏎t");
    seen("token_nowhere", &mut program);
}

#[test]
fn empty() {
    seen("empty", &mut Program::open(120, 36, nothing()));
}

#[test]
fn bin() {
    let mut program = open();
    program.resize(120, 36);
    program.keys("⇥↓↓↓↓↓↓↓↓↓↓↓↓⇥");
    seen("bin", &mut program);
    program.keys("D");
    seen("bin_delete", &mut program);
}

#[test]
fn detail() {
    let mut program = open();
    program.keys("/ansa secret live⏎⏎");
    seen("detail", &mut program);
    program.keys("r⏎");
    seen("detail_revealed", &mut program);
}

#[test]
fn overlap() {
    let mut program = Program::open(120, 36, moving());
    program.keys("2");
    seen("rotations_overlap", &mut program);
    program.keys("⏎");
    seen("detail_overlap", &mut program);
}

#[test]
fn reveal() {
    let mut program = open();
    program.keys("/ansa secret live⏎r");
    seen("reveal_live", &mut program);
    program.keys("⏎");
    seen("revealed", &mut program);
}

#[test]
fn copy() {
    let mut program = open();
    program.keys("/ansa secret live⏎c⏎");
    program.copied(Way::Once { turn: Turn::Only });
    program.pass(Duration::from_secs(7));
    seen("copy", &mut program);
    program.released(Released::Served { to: Some("kitty".into()), by_manager: false, is_empty: true });
    seen("copy_served", &mut program);
}

#[test]
fn copy_in_other_ways() {
    for (name, way) in [("copy_timed", Way::Timed { marked: true }), ("copy_osc52", Way::Osc52 { in_tmux: false })] {
        let mut program = open();
        program.keys("/ansa secret live⏎c⏎");
        program.copied(way);
        seen(name, &mut program);
    }
}

#[test]
fn copy_of_two() {
    let mut program = open();
    program.keys("/paynet sandbox⏎c");
    program.copied(Way::Once { turn: Turn::Id });
    seen("copy_id", &mut program);
    program.copied(Way::Once { turn: Turn::Secret });
    seen("copy_secret", &mut program);
}

#[test]
fn add() {
    let mut program = open();
    program.keys("a");
    seen("add_by_hand", &mut program);
    let mut program = open();
    program.paste("ansa_sk_live_5b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0\n");
    seen("add", &mut program);
    let mut program = open();
    program.paste("3q2rvu78q83vEjRWeJCrze8SNFZ4kKvN");
    seen("add_unknown", &mut program);
    let mut program = open();
    program.paste(
        "ansa_sk_live_5b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0\nansa_sk_sandbox_5b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0\n",
    );
    seen("add_several", &mut program);
}

#[test]
fn edit() {
    let mut program = open();
    program.keys("/ansa secret live⏎e");
    seen("edit", &mut program);
}

#[test]
fn rotations() {
    let mut program = open();
    program.keys("2");
    seen("rotations", &mut program);
    seen_at("rotations", &mut program, 60, 16);
    seen_at("rotations", &mut program, 200, 50);
    program.keys("↓↓z↓");
    seen("rotations_later", &mut program);
    let mut program = Program::open(120, 36, nothing());
    program.keys("2");
    seen("rotations_empty", &mut program);
    let mut program = Program::open(120, 36, calm());
    program.keys("2");
    seen("rotations_calm", &mut program);
}

#[test]
fn accounts() {
    let mut program = open();
    program.keys("3");
    seen("accounts", &mut program);
    program.keys("⏎");
    seen("account", &mut program);
    let mut program = Program::open(120, 36, nothing());
    program.keys("3");
    seen("accounts_empty", &mut program);
}

#[test]
fn settings() {
    let mut program = open();
    program.keys("6");
    seen("settings", &mut program);
    program.keys("↑⏎");
    seen("passphrase", &mut program);
}

#[test]
fn audit() {
    let mut program = Program::open(120, 36, handed_over());
    program.keys("5↓↓↓↓↓");
    seen("audit", &mut program);
    program.keys("/copied");
    seen("audit_filter", &mut program);
    let mut program = Program::open(120, 36, nothing());
    program.keys("5");
    seen("audit_empty", &mut program);
}

#[test]
fn sealed() {
    let mut program = Program::open(120, 36, handed_over());
    program.keys("/live⏎c");
    seen("unseal", &mut program);
    program.keys("walnut⇥ab⏎");
    seen("unseal_no_reason", &mut program);
}

#[test]
fn palette() {
    let mut program = open();
    program.keys(":");
    seen("palette", &mut program);
    program.keys("co");
    seen("palette_found", &mut program);
}

#[test]
fn help() {
    let mut program = open();
    program.keys("?");
    seen("help", &mut program);
}

#[test]
fn small() {
    let mut program = open();
    seen_at("small", &mut program, 48, 12);
    seen_at("small", &mut program, 20, 5);
}

#[test]
fn plain_signs() {
    let mut program = open();
    program.model.preferences = Preferences { plain_signs: true, ..Preferences::default() };
    seen_at("plain", &mut program, 80, 24);
    assert!(program.text().is_ascii(), "no sign is left that a plain terminal lacks");
}

#[test]
fn a_version_that_leaked_and_is_in_use_says_both() {
    for (width, height) in [(80, 24), (120, 36)] {
        let mut program = Program::open(width, height, leaked());
        program.keys("⏎");
        let page = program.text();
        let line = page.lines().find(|line| line.contains("▲ leaked")).expect("it is told");
        assert!(line.contains("v1") && line.contains("current"), "{page}");
    }
}

#[test]
fn a_key_that_a_flow_has_stopped_is_shown_with_the_one_that_works_and_with_the_flow() {
    for (width, height) in [(80, 24), (120, 36)] {
        let mut program = Program::open(width, height, between());
        program.keys("⏎↓↓↓↓");
        let page = program.text();
        assert!(page.contains("▲ v2 works, and is not current yet"), "{page}");
        assert!(page.contains("step 2 of 7") && !page.contains("no working key"), "{page}");
        assert!(page.contains("0 of 2 moved") && page.contains("still v1"), "v1 is dead: {page}");
    }
}

#[test]
fn the_list_of_flows_shows_the_title_of_the_chosen_one_whole() {
    let vault = begun();
    for (width, height) in [(80, 24), (120, 36)] {
        let mut program = Program::open(width, height, vault.clone());
        program.keys("f");
        let mut seen = String::new();
        for _ in &vault.document.journals {
            seen += &program.text();
            program.keys("↓");
        }
        for journal in &vault.document.journals {
            assert!(seen.contains(&journal.title), "«{}» is cut:\n{}", journal.title, program.text());
        }
    }
}

#[test]
fn a_flow_with_more_steps_than_lines_says_how_many_more() {
    let mut program = Program::open(80, 24, calm());
    program.keys("R");
    assert!(program.text().contains(" more"), "{}", program.text());
}

#[test]
fn why_a_value_is_stopped_in_a_flow_is_read_whole() {
    let key = include_str!("../walks/theirs.txt").lines().next().expect("a key");
    for (width, height) in [(80, 24), (120, 36)] {
        let mut program = Program::open(width, height, taking());
        program.keys("f");
        program.paste(key);
        let page = program.text();
        let words: Vec<&str> = page.split_whitespace().collect();
        let page_in_one_line = words.join(" ");
        assert!(page_in_one_line.contains("⏎ is off. Paste another value"), "{page}");
        assert!(page.contains("✗ This is a key") && page_in_one_line.contains("token belongs here."), "{page}");
    }
}
