//! What the bench says, at 80×24: all of it, and about what stands there.

use crate::fixture::{Program, twelve};

const TIME: &str = "TIMESTAMP: 1776175320000";

/// The bench with a key chosen by what its line says.
fn bench(key: &str) -> Program {
    let mut program = Program::open(80, 24, twelve());
    program.keys("4⇥");
    program.keys(key);
    program.keys("⏎");
    program
}

fn with(key: &str, paste: &str) -> Program {
    let mut program = bench(key);
    program.paste(paste);
    program.tried();
    program
}

fn says(program: &Program, words: &str) {
    let text = program.text();
    assert!(text.contains(words), "{words}:\n{text}");
}

fn keeps_quiet(program: &Program, words: &str) {
    let text = program.text();
    assert!(!text.contains(words), "{words}:\n{text}");
}

#[test]
fn only_what_can_be_copied_is_offered_as_a_curl_line() {
    let hook = with("ansa sandbox webhook", "POST /hook HTTP/1.1\nwebhook-id: m\nwebhook-timestamp: 1776175320\n\n{}");
    keeps_quiet(&hook, "y copies");
    let request = with("anexpay/sandbox", &format!("POST https://h.example/x HTTP/1.1\n{TIME}\n\n{{}}"));
    says(&request, "no secret of the vault is shown here: y copies a curl line without one");
}
