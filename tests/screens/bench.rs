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

#[test]
fn a_webhook_without_a_signature_that_can_be_read_is_told_where_it_is_wrong() {
    let hook = |id: &str, signature: &str| {
        let head = format!("POST /hook HTTP/1.1\n{id}webhook-timestamp: 1776175320{signature}");
        with("ansa sandbox webhook", &format!("{head}\n\n{{}}"))
    };
    let malformed = hook("webhook-id: m\n", "\nwebhook-signature: t=1,v1=abc");
    says(&malformed, "✗ The signature can't be read.");
    says(&malformed, "signature in the header webhook-signature can't be read:");
    says(&malformed, "nothing in it begins with `v1,`");
    let missing = hook("webhook-id: m\n", "");
    says(&missing, "✗ It can't be checked.");
    says(&missing, "the header webhook-signature is");
    says(&missing, "put it into the field Signature");
    let without_id = hook("", "\nwebhook-signature: v1,AAAA");
    says(&without_id, "✗ It can't be checked.");
    says(&without_id, "signs the header webhook-id");
}

#[test]
fn while_no_string_to_sign_is_given_the_verdict_is_about_the_signature() {
    let request = format!("POST /x HTTP/1.1\n{TIME}\nSIGNATURE: {}\n\n{{}}", "AAAA".repeat(20));
    let mut program = with("anexpay/sandbox", &request);
    says(&program, "✗ The signature does not match.");
    program.keys("⇥⇥⇥^t");
    program.tried();
    says(&program, "String");
    says(&program, "✗ The signature does not match.");
    program.paste("POST1776175320000/y{}");
    program.tried();
    says(&program, "✗ The string to sign does not match.");
}

#[test]
fn a_reading_that_is_the_cause_itself_is_said_once() {
    let mut program = with("anexpay/sandbox", &format!("GET /x?a=%20b HTTP/1.1\n{TIME}\n\n"));
    program.keys("⇥⇥⇥^t");
    program.tried();
    program.paste("GET1776175320000/x?a=%20b");
    program.tried();
    says(&program, "It was read otherwise: the query as it was sent.");
    assert_eq!(program.text().matches("read otherwise").count(), 1, "{}", program.text());
}

#[test]
fn a_secret_that_does_not_belong_here_is_refused_with_what_it_is() {
    let mut program = bench("anexpay/sandbox");
    program.paste("POST /pay HTTP/1.1\nHost: openapi.dev.anexpay.com\n\n{\"apiSecret\": \"aps-secret-987654\"}");
    says(&program, "✗ An API key and secret of ANexPay does not go where anyone sees it.");
}

#[test]
fn what_is_wrong_with_a_pasted_request_is_said_as_a_whole_beside_it() {
    let mut program = bench("anexpay/sandbox");
    program.paste(&format!("POST /x HTTP/1.1\n{TIME}\nContent-Length: 20\n\n{{\"a\":1}}"));
    says(&program, "Content-Length: 20");
    says(&program, "the body has 7 bytes, Content-Length says 20");
    says(&program, "Leave the header away to take the body as it");
}

#[test]
fn what_was_told_while_a_request_was_read_is_seen() {
    let program = with("anexpay/sandbox", &format!("POST /x HTTP/1.1\n{TIME}\nHost: open-sea-global.alip"));
    says(&program, "▲ there is no blank line after the headers, so the message has no body");
}
