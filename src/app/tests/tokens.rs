//! Tokens on the screen: fetched with consent and an entry in the log, counted down, never given out when they are over.

use super::*;
use crate::app::model::{Next, Row, TokenPage};
use crate::domain::MayReach;

const PAIR: &str = "paynet/sandbox/acme/client-credentials";
const TOKEN: &str = "paynet/sandbox/acme/access-token";
const OWN: &str = "acme-pay/sandbox/shop/client-credentials";
const OWN_TOKEN: &str = "acme-pay/sandbox/shop/access-token";

const FILE: &str = include_str!("../../../tests/providers/acme-pay.toml");

/// Inside a vault with a pair of PayNet's, at the page of tokens.
fn at_the_page() -> Session {
    let mut s = opened(&[PAIR], Catalog::builtin().clone());
    s.type_text("t");
    s
}

/// The same with a provider file of the user's own.
fn at_the_page_of(file: &str) -> Session {
    let mut s = opened(&[OWN], catalog(file));
    s.type_text("t");
    s
}

fn catalog(file: &str) -> Catalog {
    let (catalog, errors) = Catalog::builtin().with_user_files([("acme-pay.toml", file)]);
    assert_eq!(errors, []);
    catalog
}

fn opened(pairs: &[&str], catalog: Catalog) -> Session {
    let mut s = Session::blank();
    s.vault = Some(s.new_vault());
    s.model.catalog = catalog;
    for pair in pairs {
        let secret = NewValue::Secret(SecretBytes::copied(b"s3cret-of-the-pair"));
        let id = NewValue::Public("0123456789abcdef0123456789abcdef".into());
        let field = |name: &str, value| NewField::of(name, value);
        s.store_fields(pair, Kind::ClientCredentials, vec![field("client_id", id), field("client_secret", secret)]);
    }
    s.saves = 0;
    let effects = s.model.start();
    s.work(effects);
    s.type_text(PASSPHRASE);
    s.press(Code::Enter);
    s
}

fn token_page(s: &Session) -> &TokenPage {
    match s.page() {
        Page::Token(page) => page,
        page => panic!("not at the page: {page:?}; {}", s.said()),
    }
}

fn row<'a>(s: &'a Session, reference: &str) -> &'a Row {
    let id = s.credential(reference).id;
    s.model.inside().unwrap().credentials.rows.iter().find(|row| row.id == id).unwrap()
}

fn log(s: &Session) -> Vec<(&'static str, Option<String>)> {
    s.document().audit.iter().map(|entry| (entry.act.as_str(), entry.reached.clone())).skip(1).collect()
}

#[test]
fn a_token_is_fetched_stored_and_copied() {
    let mut s = at_the_page();
    assert!(token_page(&s).failed.is_none() && s.asked.is_empty());
    s.press(Code::Enter);
    assert_eq!(s.asked, ["sandbox.api.paynet.my"]);
    assert_eq!((s.value(TOKEN).as_str(), s.said().as_str()), ("tok.3n-1", "The token is stored as v1."));
    assert!(token_page(&s).busy.is_none());
    // That the secret leaves was remembered before the token was.
    assert_eq!(log(&s)[0], ("sent", Some("to sandbox.api.paynet.my, for a token".into())));
    assert_eq!(log(&s)[1].0, "stored");
    s.type_text("c");
    assert_eq!(s.clipboard.as_deref(), Some("tok.3n-1"));
    s.press(Code::Esc);
    s.press(Code::Esc);
    assert_eq!(s.model.chosen(), Some(s.credential(PAIR).id), "back to where it was opened");
}

#[test]
fn it_is_opened_from_the_token_as_well_and_a_new_one_takes_its_place() {
    let mut s = at_the_page();
    s.press(Code::Enter);
    s.press(Code::Esc);
    s.type_text("/access-token");
    s.press(Code::Enter);
    s.press(Code::Enter);
    s.type_text("t");
    s.gateway.1 = r#"{"access_token":"tok.3n-2","expires_in":60}"#;
    s.press(Code::Enter);
    assert_eq!((s.value(TOKEN).as_str(), s.said().as_str()), ("tok.3n-2", "The token is stored as v2."));
    assert_eq!(s.credential(TOKEN).versions.len(), 1);
    s.press(Code::Esc);
    assert!(matches!(s.page(), Page::Detail(detail) if detail.credential == s.credential(TOKEN).id));
}

#[test]
fn it_is_counted_down_and_when_it_is_over_it_is_offered_anew_and_never_copied() {
    let mut s = at_the_page();
    s.gateway.1 = r#"{"access_token":"tok.3n-1","expires_in":90}"#;
    s.press(Code::Enter);
    assert!(matches!(row(&s, TOKEN).next, Next::Expires(_)));
    // From 1 min on each second is one: the model wants to be woken for it.
    s.wait(31);
    let left = s.model.wake().unwrap().saturating_sub(s.boot);
    assert!(left <= Duration::from_millis(1_001), "{left:?}");
    s.wait(60);
    assert!(matches!(row(&s, TOKEN).next, Next::Expired(_)), "the list knows it at once");
    s.type_text("c");
    assert_eq!((s.clipboard.as_deref(), s.said().contains("⏎ fetches a new one")), (None, true), "{}", s.said());
    s.press(Code::Esc);
    s.type_text("/access-token");
    s.press(Code::Enter);
    s.type_text("c");
    assert_eq!((s.clipboard.as_deref(), s.said().contains("t fetches a new one")), (None, true), "{}", s.said());
    s.type_text("r");
    assert!(s.model.inside().unwrap().revealed.is_none());
    s.type_text("t");
    s.press(Code::Enter);
    s.type_text("c");
    assert_eq!(s.clipboard.as_deref(), Some("tok.3n-1"));
}

#[test]
fn a_token_of_unknown_end_is_told_so() {
    let mut s = at_the_page_of(FILE);
    s.gateway.1 = r#"{"access_token":"tok.3n-1"}"#;
    s.press(Code::Enter);
    s.press(Code::Enter);
    assert!(s.said().contains("Nobody says until when it works"), "{}", s.said());
    assert_eq!(s.credential(OWN_TOKEN).current().unwrap().expires_at, None);
}

#[test]
fn a_refusal_stays_on_the_page_and_stores_nothing() {
    let mut s = at_the_page();
    s.gateway = (401, r#"{"error":"invalid_client"}"#);
    s.press(Code::Enter);
    let failed = token_page(&s).failed.clone().unwrap();
    assert_eq!(failed.message, "the gateway gives no token: 401, invalid_client");
    assert!(token_page(&s).busy.is_none() && s.document().resolve(TOKEN).is_err());
    assert_eq!(s.said(), "No token was fetched.");
    // The next try begins anew.
    s.gateway = (200, r#"{"access_token":"tok.3n-1","expires_in":60}"#);
    s.press(Code::Enter);
    assert!(token_page(&s).failed.is_none() && s.value(TOKEN) == "tok.3n-1");
}

#[test]
fn a_disk_that_is_full_sends_nothing() {
    let mut s = at_the_page();
    s.fails = Some(Problem::new(Exit::Failed, "the disk is full"));
    s.press(Code::Enter);
    assert!(s.asked.is_empty(), "what can't be remembered is not done");
    assert_eq!(token_page(&s).failed.as_ref().unwrap().message, "the disk is full");
}

#[test]
fn a_host_of_the_user_s_own_file_is_asked_about_once_until_the_file_changes() {
    let mut s = at_the_page_of(FILE);
    s.press(Code::Enter);
    assert!(s.dialog().text[0].text.starts_with("api.acme.example stands in a file of your own, acme-pay.toml."));
    s.press(Code::Esc);
    assert!(s.asked.is_empty() && s.document().consents.is_empty(), "no is no");
    s.press(Code::Enter);
    s.press(Code::Enter);
    assert_eq!((s.asked.len(), s.value(OWN_TOKEN).as_str()), (1, "tok.3n-1"));
    s.press(Code::Enter);
    assert_eq!(s.asked.len(), 2, "it is remembered: {}", s.said());
    s.model.catalog = catalog(&format!("{FILE}# another byte\n"));
    s.press(Code::Enter);
    assert!(s.dialog().text[0].text.starts_with("acme-pay.toml has changed since you allowed api.acme.example."));
    assert_eq!(s.asked.len(), 2);
}

#[test]
fn without_consent_there_is_no_request_to_send() {
    let s = at_the_page_of(FILE);
    let inside = s.model.inside().unwrap();
    let plan = token::Plan::about(s.credential(OWN).id, &inside.unlocked, &s.model.catalog).unwrap();
    assert_eq!(plan.may_reach("api.acme.example"), MayReach::Asks);
    assert!(plan.ready().is_err_and(|problem| problem.exit == Exit::Refused));
}

#[test]
fn what_is_stopped_stores_nothing_whatever_comes_back() {
    let mut s = at_the_page();
    s.holds = true;
    s.press(Code::Enter);
    // The entry of the log is saved, then the gateway is asked.
    let save = s.held.pop_front().unwrap();
    s.act(save);
    assert!(s.did("FetchToken") && token_page(&s).busy.is_some());
    s.type_text("1");
    assert!(matches!(s.page(), Page::Token(_)), "the page stays while it waits");
    s.press(Code::Esc);
    assert!(s.did("Stop") && token_page(&s).busy.is_none());
    assert!(s.said().contains("may have given a token all the same"), "{}", s.said());
    s.answer();
    assert!(s.document().resolve(TOKEN).is_err());
}

#[test]
fn a_lock_forgets_the_answer() {
    let mut s = at_the_page();
    s.holds = true;
    s.press(Code::Enter);
    let save = s.held.pop_front().unwrap();
    s.act(save);
    s.type_text("q");
    assert!(matches!(s.model.screen, Screen::Unlock(_)));
    s.answer();
    assert!(s.document().resolve(TOKEN).is_err());
}

#[test]
fn only_what_gets_a_token_has_the_key() {
    let mut s = Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY)]);
    s.type_text("t");
    assert!(matches!(s.page(), Page::Credentials));
    // A token that somebody pasted, beside nothing that gets one.
    s.store("paynet/sandbox/acme/access-token", "tok.3n-pasted-by-hand");
    let id = s.credential(TOKEN).id;
    assert!(!token::is_fetched(s.document(), Catalog::builtin(), id));
}

#[test]
fn where_the_file_names_no_host_the_page_says_so_and_nothing_is_sent() {
    let mut s = opened(&["paynet/live/acme/client-credentials"], Catalog::builtin().clone());
    s.type_text("t");
    s.press(Code::Enter);
    let failed = token_page(&s).failed.clone().unwrap();
    assert!(failed.message.contains("knows no host for this call in live") && s.asked.is_empty());
}

#[test]
fn a_consent_that_is_taken_back_is_asked_for_again_and_can_be_given_again() {
    let mut s = at_the_page_of(FILE);
    let catalog = s.model.catalog.clone();
    for (says_yes, reach) in [
        (true, MayReach::Yes),
        (false, MayReach::Asks),
        (false, MayReach::Asks),
        (true, MayReach::Yes),
        (false, MayReach::Asks),
    ] {
        let vault = s.vault.clone().unwrap();
        let plan = token::Plan::of(vault.document.resolve(OWN).unwrap(), &vault, &catalog).unwrap();
        let change = if says_yes { plan.consent("api.acme.example") } else { plan.withdrawal("API.acme.example") };
        s.apply(change).unwrap();
        let vault = s.vault.clone().unwrap();
        let plan = token::Plan::of(vault.document.resolve(OWN).unwrap(), &vault, &catalog).unwrap();
        assert_eq!(plan.may_reach("api.acme.example"), reach, "{says_yes}");
    }
}
