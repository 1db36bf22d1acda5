//! Pasting a key, adding one by hand.

use super::*;
use crate::app::form::{FieldId, Input};
use crate::app::model::{AddStage, Plan};
use crate::domain::Environment;

#[test]
fn a_pasted_key_is_recognised_and_kept_with_an_account_name_and_enter() {
    let mut s = Session::empty();
    s.paste(&format!("{LIVE_KEY}\n"));
    let add = s.add();
    assert_eq!(add.form.text(&FieldId::Provider), "ansa");
    assert_eq!(add.form.text(&FieldId::Environment), "live");
    assert_eq!(add.form.text(&FieldId::Name), "secret-key");
    assert_eq!(add.notes, ["One line break at its end was left out."]);
    assert!(add.form.field(&FieldId::Provider).unwrap().detected);
    assert_eq!(add.form.focused().unwrap().id, FieldId::Account, "what is missing has the focus");
    assert_eq!(s.saves, 0, "nothing is stored before it is asked for");
    s.type_text("ACME");
    s.press(Code::Enter);
    assert_eq!(s.value("ansa/live/acme/secret-key"), LIVE_KEY);
    assert_eq!(
        s.credential("ansa/live/acme/secret-key").current().unwrap().fields["value"].prefix.as_deref(),
        Some("ansa_sk_live_")
    );
    assert!(matches!(s.page(), Page::Credentials));
    assert_eq!(s.model.chosen_reference().unwrap().to_string(), "ansa/live/acme/secret-key");
}

#[test]
fn the_account_of_the_last_key_is_suggested_for_the_next() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.paste(SANDBOX_KEY);
    assert_eq!(s.add().form.text(&FieldId::Account), "acme");
    s.press(Code::Enter);
    assert_eq!(s.value("ansa/sandbox/acme/secret-key"), SANDBOX_KEY);
}

#[test]
fn a_value_that_contradicts_what_was_chosen_is_stopped_until_the_accounts_name_is_typed() {
    let mut s = Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY)]);
    s.paste(LIVE_KEY);
    while s.add().form.focused().unwrap().id != FieldId::Environment {
        s.press(Code::Tab);
    }
    s.press(Code::Left);
    assert_eq!(s.add().form.text(&FieldId::Environment), "sandbox");
    assert!(s.add().contradiction.as_deref().unwrap().starts_with("This says live"));
    s.press(Code::Tab);
    s.press(Code::Tab);
    s.ctrl('u');
    s.type_text("second");
    s.press(Code::Enter);
    assert_eq!(s.saves, 0);
    s.ctrl('o');
    s.press(Code::Enter);
    assert!(!s.add().overruled, "enter does nothing before the name is typed");
    s.paste("acme");
    assert!(!s.dialog().is_ready(), "a paste is not typing");
    s.type_text("acmx");
    assert_eq!(s.dialog().typed.as_ref().unwrap().progress(), "no match from the 4th character");
    s.press(Code::Backspace);
    s.type_text("e");
    s.press(Code::Enter);
    assert!(s.add().overruled);
    s.press(Code::Enter);
    assert_eq!(s.value("ansa/sandbox/acme/second"), LIVE_KEY);
}

#[test]
fn a_taken_reference_gets_a_next_version_that_waits() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    let next = LIVE_KEY.replace("4000", "4999");
    s.paste(&next);
    assert_eq!(s.add().plan, Plan::NextVersion);
    s.press(Code::Enter);
    let credential = s.credential("ansa/live/acme/secret-key");
    assert_eq!(credential.current().unwrap().n, 1);
    assert_eq!(credential.pending().unwrap().n, 2);
    assert_eq!(s.value("ansa/live/acme/secret-key@2"), next);
}

#[test]
fn the_same_value_twice_is_told() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.paste(LIVE_KEY);
    let findings = &s.add().form.field(&FieldId::Value("value".into())).unwrap().findings;
    assert!(findings.iter().any(|f| f.text.contains("has this value already")), "{findings:?}");
}

#[test]
fn the_public_half_of_a_stored_key_is_not_called_the_same_value() {
    let mut s = Session::empty();
    let PairText { private, public } = pair();
    let field = NewField::of("private_key", NewValue::Secret(private.into_bytes()));
    s.store_fields("antom/sandbox/acme/k", Kind::KeyPair, vec![field]);
    s.send(Msg::FocusGained);
    s.paste(&public);
    let findings: Vec<&str> = s.add().form.fields.iter().flat_map(|f| &f.findings).map(|f| f.text.as_str()).collect();
    assert!(findings.contains(&"antom/sandbox/acme/k@1#private_key is the other half of this."), "{findings:?}");
}

#[test]
fn candidates_are_gone_through_with_ctrl_d() {
    let mut s = Session::empty();
    s.paste("aR2822Y6XbehWMclnB0Y2NJK");
    let first = s.add().form.text(&FieldId::Provider).to_owned();
    let count = s.add().candidates.len();
    if count > 1 {
        s.ctrl('d');
        assert_ne!((s.add().candidate, s.add().form.text(&FieldId::Provider).to_owned()), (Some(0), first));
    }
    assert!(s.add().form.field(&FieldId::Environment).is_some_and(|f| !f.detected), "nothing tells the environment");
    s.type_text("x");
    s.press(Code::Enter);
    assert_eq!(s.saves, 0, "the environment was never chosen");
}

#[test]
fn a_name_that_another_program_took_meanwhile_becomes_a_next_version() {
    let key = ("ansa/sandbox/acme/secret-key", SANDBOX_KEY);
    let mut s = Session::empty();
    s.paste(&SANDBOX_KEY.replace('6', "7"));
    s.model.form_mut().unwrap().go_to(&FieldId::Account);
    s.type_text("acme");
    assert_eq!(s.add().plan, Plan::Create);
    s.store(key.0, key.1);
    s.press(Code::Enter);
    assert!(s.said().contains("there already"), "{}", s.said());
    assert_eq!(s.add().plan, Plan::NextVersion, "the form has seen the newer vault");
    s.press(Code::Enter);
    assert_eq!(s.credential(key.0).versions.len(), 2);
    assert_eq!(s.value(key.0), key.1);
}

#[test]
fn an_environment_named_beside_the_keys_contradicts_another() {
    let mut s = Session::empty();
    s.paste(
        r#"{"env": "production", "client_id": "77fdaeeb975729fae923d5a4fd12aa77", "client_secret": "16fdaeeb975729fae923d5a4fd12aabf"}"#,
    );
    assert_eq!(s.add().form.text(&FieldId::Environment), "live");
    assert_eq!(s.add().contradiction, None);
    s.model.form_mut().unwrap().go_to(&FieldId::Environment);
    s.press(Code::Right);
    assert_eq!(s.add().form.text(&FieldId::Environment), "sandbox");
    assert_eq!(s.add().contradiction.as_deref(), Some("What it was pasted with says live."));
    s.model.form_mut().unwrap().go_to(&FieldId::Account);
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(s.saves, 0, "{}", s.said());
}

#[test]
fn a_value_that_may_be_an_id_or_a_secret_is_hidden_until_it_is_said_which() {
    let bare = "77fdaeeb975729fae923d5a4fd12aa77";
    let field = |s: &Session, name: &str| {
        let form = &s.add().form;
        match form.field(&FieldId::Value(name.into())).map(|f| &f.input) {
            Some(Input::Secret(held)) => (held.input.count(), held.input.visible),
            _ => panic!("no {name}"),
        }
    };
    let mut s = Session::empty();
    s.paste(bare);
    assert_eq!(field(&s, "client_id"), (32, false));
    s.send(Msg::FocusLost);
    s.send(Msg::FocusGained);
    assert!(!field(&s, "client_id").1, "not shown by looking away");
    s.ctrl('d');
    assert_eq!(field(&s, "client_secret"), (32, false));
    assert_eq!(field(&s, "client_id").0, 0);
    s.ctrl('d');
    s.model.form_mut().unwrap().go_to(&FieldId::Value("client_id".into()));
    s.ctrl('r');
    assert_eq!(field(&s, "client_id"), (32, true));

    let mut s = Session::empty();
    s.paste(&format!("Client ID: {bare}"));
    assert_eq!(field(&s, "client_id"), (32, true), "its name says it");
    let mut s = Session::empty();
    s.paste(&format!("Client Secret: {bare}"));
    assert_eq!((field(&s, "client_id").0, field(&s, "client_secret")), (0, (32, false)));
}

#[test]
fn an_unknown_value_finds_a_home_under_other_by_typing() {
    let mut s = Session::empty();
    s.paste("zzz not like anything ###");
    assert!(s.add().candidates.is_empty());
    s.type_text("other");
    s.press(Code::Enter);
    assert_eq!(s.add().form.text(&FieldId::Provider), "other");
    s.press(Code::Tab);
    s.type_text("webhook");
    s.press(Code::Enter);
    s.press(Code::Tab);
    s.press(Code::Right);
    s.press(Code::Tab);
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(s.value("other/sandbox/acme/webhook-secret"), "zzz not like anything ###");
}

#[test]
fn a_paste_of_several_shows_a_table_and_goes_through_those_that_are_kept() {
    let mut s = Session::with(&[("ansa/live/store/publishable-key", "x")]);
    s.paste(&format!("ANSA_LIVE={LIVE_KEY}\nANSA_TEST={SANDBOX_KEY}\n"));
    assert_eq!(s.add().stage, AddStage::Table(0));
    assert_eq!(s.add().found.len(), 2);
    s.press(Code::Char(' '));
    s.press(Code::Enter);
    assert_eq!(s.add().form.text(&FieldId::Environment), "sandbox");
    s.press(Code::Enter);
    assert!(matches!(s.page(), Page::Credentials), "{}", s.said());
    assert_eq!(s.value("ansa/sandbox/store/secret-key"), SANDBOX_KEY);
    assert!(s.document().resolve("ansa/live/store/secret-key").is_err());
}

#[test]
fn an_id_and_a_secret_of_one_env_file_are_one_credential() {
    let mut s = Session::empty();
    s.paste(
        "PAYNET_CLIENT_ID=9e0e99f396e74838aeb583d1f06bc03d\nPAYNET_CLIENT_SECRET=4f0e99f396e74838aeb583d1f06bc03e\n",
    );
    let add = s.add();
    assert_eq!(add.stage, AddStage::Form, "{:?}", add.found);
    assert_eq!(add.form.text(&FieldId::Kind), "client-credentials");
    s.model.form_mut().unwrap().go_to(&FieldId::Environment);
    s.press(Code::Right);
    s.press(Code::Tab);
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(s.value("client-credentials#client_id"), "9e0e99f396e74838aeb583d1f06bc03d");
    assert_eq!(s.value("client-credentials#client_secret"), "4f0e99f396e74838aeb583d1f06bc03e");
}

#[test]
fn an_account_s_own_id_is_kept_with_the_account() {
    let mut s = Session::empty();
    s.paste("SANDBOX_5X00000000000000");
    s.type_text("acme");
    assert_eq!(s.add().plan, Plan::SetAccount, "{:?}", s.add());
    s.press(Code::Enter);
    let account = s.document().account_at("antom", Environment::Sandbox, "acme").unwrap();
    assert_eq!(account.fields["client_id"], "SANDBOX_5X00000000000000");
}

#[test]
fn what_is_added_by_hand_can_be_pasted_into_what_was_chosen() {
    let mut s = Session::empty();
    s.type_text("a");
    s.type_text("ansa");
    s.press(Code::Enter);
    s.model.form_mut().unwrap().go_to(&FieldId::Environment);
    s.press(Code::Right);
    s.model.form_mut().unwrap().go_to(&FieldId::Kind);
    s.type_text("merchant");
    s.press(Code::Enter);
    s.model.form_mut().unwrap().go(0);
    s.paste(&format!("{LIVE_KEY}\r\n"));
    assert_eq!(s.add().form.text(&FieldId::Environment), "sandbox", "what was chosen stays");
    assert!(s.add().contradiction.is_some());
}

#[test]
fn a_typed_secret_is_hidden_until_asked_and_again_when_the_window_loses_the_focus() {
    let mut s = Session::empty();
    s.type_text("a");
    s.model.form_mut().unwrap().go(0);
    s.type_text("hunter2");
    let shown = |s: &Session| match &s.add().form.fields[0].input {
        Input::Secret(value) => value.input.shown().map(str::to_owned),
        _ => None,
    };
    assert_eq!(shown(&s), None);
    s.ctrl('r');
    assert_eq!(shown(&s).as_deref(), Some("hunter2"));
    s.send(Msg::FocusLost);
    assert_eq!(shown(&s), None);
}

#[test]
fn a_failed_save_loses_nothing_that_was_typed() {
    let mut s = Session::empty();
    s.paste(LIVE_KEY);
    s.type_text("acme");
    s.fails = Some(Problem::new(Exit::Failed, "the disk is full").hint("make room"));
    s.press(Code::Enter);
    assert_eq!(s.said(), "The disk is full. Make room.");
    s.fails = None;
    s.press(Code::Enter);
    assert_eq!(s.value("ansa/live/acme/secret-key"), LIVE_KEY);
}

#[test]
fn nothing_is_stored_twice_by_pressing_enter_twice() {
    let mut s = Session::empty();
    s.paste(LIVE_KEY);
    s.type_text("acme");
    s.holds = true;
    s.press(Code::Enter);
    s.press(Code::Enter);
    s.type_text("x");
    s.answer();
    assert_eq!(s.saves, 1);
    assert!(s.document().resolve("ansa/live/acme/secret-key").is_ok());
}

#[test]
fn a_paste_that_is_too_long_or_empty_is_refused_where_it_was_made() {
    let mut s = Session::empty();
    s.paste(&"x".repeat(10 << 20));
    assert!(matches!(s.page(), Page::Credentials));
    assert_eq!(s.said(), "That paste has 10 MB, too long for a credential; nothing was kept.");
    s.paste(" \r\n\t");
    assert!(matches!(s.page(), Page::Credentials));
    s.paste("\u{1b}[2Jq\u{1b}");
    assert!(matches!(s.model.screen, Screen::Inside(_)), "a paste is never a key");
}

#[test]
fn a_large_paste_is_looked_at_elsewhere_and_can_be_left() {
    let mut s = Session::empty();
    s.holds = true;
    s.paste(&format!("{}\n{LIVE_KEY}\n", "# a comment that goes on and on\n".repeat(1000)));
    assert!(matches!(s.add().stage, AddStage::Looking(_)));
    s.press(Code::Esc);
    s.answer();
    assert!(matches!(s.page(), Page::Credentials), "an answer that nobody waits for is dropped");
}

#[test]
fn leaving_keeps_nothing() {
    let mut s = Session::empty();
    s.paste(LIVE_KEY);
    s.type_text("acme");
    s.press(Code::Esc);
    assert!(matches!(s.page(), Page::Credentials));
    assert_eq!(s.saves, 0);
}

#[test]
fn a_key_that_cannot_be_used_says_why_in_the_form() {
    let mut s = Session::empty();
    s.paste(&PAIR[..600]);
    let findings = |s: &Session| -> Vec<String> {
        s.add().form.fields.iter().flat_map(|field| &field.findings).map(|finding| finding.text.clone()).collect()
    };
    let told = findings(&s);
    assert!(told[0].starts_with("The key is cut off: "), "{told:?}");
    assert_eq!(told[1], "Copy the whole key again, from its first line to its last.");
    assert!(!told.concat().contains("No provider claims"), "{told:?}");
}

#[test]
fn a_key_that_names_no_provider_is_not_given_to_the_first_that_takes_such_keys() {
    let mut s = Session::empty();
    s.paste(PAIR);
    assert_eq!(s.add().form.text(&FieldId::Provider), "", "{:?}", s.add().candidates);
    assert_eq!(s.add().form.text(&FieldId::Kind), "");
    assert_eq!(s.add().form.focused().unwrap().id, FieldId::Provider, "what is missing has the focus");
    assert!(s.add().undecided().len() > 1);
    s.press(Code::Enter);
    assert_eq!(s.said(), "Still to do: the provider. → chooses, space shows all.");
    s.type_text("paynet");
    s.press(Code::Enter);
    assert_eq!(s.add().form.text(&FieldId::Kind), "key-pair", "what it can be there is chosen with the provider");
    let field = |s: &Session, id: &FieldId| s.add().form.field(id).unwrap().value().unwrap().len();
    assert!(field(&s, &FieldId::Value("private_key".into())) > 1000, "the key is where it belongs");
    assert!(!s.add().form.field(&FieldId::Provider).unwrap().detected, "the user chose it");
}

#[test]
fn both_halves_of_a_pair_find_their_fields_once_the_provider_is_chosen() {
    let pair = pair();
    let mut s = Session::empty();
    s.paste(&format!("{}\n{}", pair.public, pair.private.expose()));
    assert_eq!(s.add().form.text(&FieldId::Provider), "");
    s.type_text("antom");
    s.press(Code::Enter);
    for name in ["private_key", "public_key"] {
        let field = s.add().form.field(&FieldId::Value(name.into())).unwrap();
        assert!(!field.value().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn a_key_whose_own_name_says_the_provider_is_that_providers() {
    let mut s = Session::empty();
    s.paste(&format!("PAYNET_PRIVATE_KEY=\"{}\"", PAIR.trim()));
    assert_eq!(s.add().form.text(&FieldId::Provider), "paynet", "{:?}", s.add().candidates);
    assert!(s.add().form.field(&FieldId::Provider).unwrap().detected);
    let other = format!("ALIPAY_PUBLIC_KEY={}", pair().public.replace('\n', "\\n"));
    let mut named = Session::empty();
    named.paste(&other);
    assert_eq!(named.add().form.text(&FieldId::Provider), "antom", "{:?}", named.add().candidates);
    s.ctrl('d');
    assert_ne!(s.add().form.text(&FieldId::Provider), "paynet");
    assert!(!s.add().form.field(&FieldId::Provider).unwrap().detected, "nothing but the user says this one");
}

/// A vault whose account antom/sandbox/acme has a Client ID, and another one pasted.
fn another_client_id(paste: &str) -> Session {
    let mut s = Session::empty();
    s.paste(CLIENT_ID);
    s.type_text("acme");
    s.press(Code::Enter);
    s.paste(paste);
    assert_eq!(s.add().form.text(&FieldId::Account), "acme");
    s
}

fn client_id(s: &Session) -> &str {
    &s.document().account_at("antom", Environment::Sandbox, "acme").unwrap().fields["client_id"]
}

#[test]
fn another_id_never_takes_the_place_of_the_accounts_own_in_silence() {
    let mut s = another_client_id("SANDBOX_5X00000000000099");
    let told = "antom/sandbox/acme has another Client ID: SANDBOX_5X00000000000000.";
    let field = s.add().form.field(&FieldId::AccountField("client_id".into())).unwrap();
    assert_eq!(field.findings[0].text, told);
    assert_eq!(s.said(), "⏎ is off: the account has another one");
    s.press(Code::Enter);
    assert!(s.said().starts_with(told), "{}", s.said());
    assert_eq!(client_id(&s), CLIENT_ID);
    s.ctrl('o');
    s.type_text("acme");
    s.press(Code::Enter);
    s.press(Code::Enter);
    assert_eq!(client_id(&s), "SANDBOX_5X00000000000099", "it was overruled deliberately");
}

#[test]
fn an_id_that_came_along_with_a_key_and_differs_is_no_more_dropped_than_taken() {
    let both = format!("CLIENT_ID=SANDBOX_5X00000000000099\nMERCHANT_PRIVATE_KEY=\"{}\"\n", PAIR.trim());
    let mut s = another_client_id(&both);
    let saves = s.saves;
    s.press(Code::Enter);
    assert_eq!(s.saves, saves, "{}", s.said());
    s.ctrl('o');
    s.type_text("acme");
    s.press(Code::Enter);
    s.press(Code::Enter);
    assert_eq!(client_id(&s), "SANDBOX_5X00000000000099");
    assert!(s.document().resolve("antom/sandbox/acme/key-pair").is_ok());
}

#[test]
fn what_was_overruled_for_one_account_is_asked_again_for_another() {
    let mut s = another_client_id("SANDBOX_5X00000000000099");
    s.ctrl('o');
    s.type_text("acme");
    s.press(Code::Enter);
    assert!(s.add().overruled);
    s.press(Code::Backspace);
    assert!(!s.add().overruled);
    assert!(s.add().contradiction.is_none(), "there is no account acm");
    s.type_text("e");
    assert!(s.add().contradiction.is_some());
}

const CLIENT_ID: &str = "SANDBOX_5X00000000000000";

const PAYNET: &str = "Client ID: 9e0e99f396e74838aeb583d1f06bc03e\nClient Secret: 6f1c0a7be2d94c6f8a3b17d2e4c5061f";

#[test]
fn a_paste_over_a_filled_form_takes_nothing_away_and_comes_next() {
    let mut s = Session::empty();
    s.paste(PAYNET);
    s.press(Code::Right);
    s.press(Code::Tab);
    s.type_text("shop");
    s.model.form_mut().unwrap().go_to(&FieldId::Environment);
    s.paste(&format!("{SANDBOX_KEY}\n"));
    assert_eq!(s.add().form.text(&FieldId::Provider), "paynet");
    assert_eq!(s.add().form.text(&FieldId::Account), "shop", "what was typed stays");
    assert_eq!(s.said(), "What you pasted comes next, when this one is kept. esc leaves both.");
    s.press(Code::Enter);
    assert_eq!(s.value("paynet/sandbox/shop/client-credentials#client_secret"), "6f1c0a7be2d94c6f8a3b17d2e4c5061f");
    assert_eq!(s.add().form.text(&FieldId::Provider), "ansa");
    assert_eq!(s.add().notes, ["One line break at its end was left out."]);
    s.press(Code::Enter);
    assert_eq!(s.value("ansa/sandbox/shop/secret-key"), SANDBOX_KEY);
    assert!(matches!(s.page(), Page::Credentials));
}

#[test]
fn a_pair_that_is_pasted_over_another_form_fills_its_own_fields() {
    let mut s = Session::empty();
    s.paste(SANDBOX_KEY);
    s.type_text("shop");
    s.paste(PAYNET);
    s.press(Code::Enter);
    assert_eq!(s.add().form.text(&FieldId::Provider), "paynet", "{}", s.said());
    s.model.form_mut().unwrap().go_to(&FieldId::Environment);
    s.press(Code::Right);
    s.press(Code::Enter);
    assert_eq!(s.value("paynet/sandbox/shop/client-credentials#client_id"), "9e0e99f396e74838aeb583d1f06bc03e");
    assert_eq!(s.value("paynet/sandbox/shop/client-credentials#client_secret"), "6f1c0a7be2d94c6f8a3b17d2e4c5061f");
}

#[test]
fn a_paste_over_values_that_were_typed_leaves_them_too() {
    let mut s = Session::empty();
    s.type_text("a");
    s.type_text("other");
    s.press(Code::Enter);
    s.press(Code::Tab);
    s.type_text("webhook");
    s.press(Code::Enter);
    s.press(Code::Tab);
    s.press(Code::Right);
    s.press(Code::Tab);
    s.type_text("acme");
    s.model.form_mut().unwrap().go(0);
    s.type_text("hunter22");
    s.paste(SANDBOX_KEY);
    s.press(Code::Enter);
    assert_eq!(s.value("other/sandbox/acme/webhook-secret"), "hunter22");
    assert_eq!(s.add().form.text(&FieldId::Provider), "ansa");
}

#[test]
fn a_paste_while_the_last_one_is_saved_or_listed_is_not_lost() {
    let mut s = Session::empty();
    s.paste(LIVE_KEY);
    s.type_text("acme");
    s.holds = true;
    s.press(Code::Enter);
    s.paste(SANDBOX_KEY);
    s.answer();
    assert_eq!(s.add().form.text(&FieldId::Environment), "sandbox");
    s.press(Code::Esc);
    s.paste(&format!("A={LIVE_KEY}\nB={SANDBOX_KEY}\n"));
    assert_eq!(s.add().stage, AddStage::Table(0));
    s.paste(PAYNET);
    assert_eq!(s.add().found.len(), 3);
}

#[test]
fn the_same_paste_twice_is_one() {
    let mut s = Session::empty();
    s.paste(PAYNET);
    s.paste(PAYNET);
    assert_eq!(s.add().found.len(), 1);
    assert_eq!(s.said(), "This is here already; nothing was added.");
}

#[test]
fn a_paste_takes_the_place_of_a_value_that_was_cleared() {
    let mut s = Session::empty();
    s.paste(LIVE_KEY);
    s.model.form_mut().unwrap().go(0);
    s.ctrl('u');
    s.paste(SANDBOX_KEY);
    assert_eq!(s.add().form.text(&FieldId::Environment), "sandbox");
    assert_eq!(s.add().found.len(), 1);
}

#[test]
fn several_values_are_not_pasted_into_one_field() {
    let mut s = Session::empty();
    s.paste("9e0e99f396e74838aeb583d1f06bc03d");
    let secret = FieldId::Value("client_secret".into());
    s.model.form_mut().unwrap().go_to(&secret);
    s.paste(PAYNET);
    assert!(s.add().form.field(&secret).unwrap().value().unwrap().is_empty(), "{}", s.said());
    assert_eq!(s.add().found.len(), 2);
}

#[test]
fn how_a_choice_is_made_is_said_where_one_is_missing() {
    let mut s = Session::empty();
    s.paste(PAYNET);
    s.press(Code::Enter);
    assert_eq!(s.said(), "Still to do: the environment. → chooses, space shows all.");
    let words =
        |s: &Session| -> Vec<&str> { action::footer(&s.model).left.into_iter().map(|action| action.word).collect() };
    assert!(words(&s).contains(&"choose"), "{:?}", words(&s));
    s.press(Code::Char(' '));
    assert!(!words(&s).contains(&"choose"), "in the open list arrows do something else");
    s.press(Code::Esc);
    s.press(Code::Right);
    assert_eq!(s.add().form.text(&FieldId::Environment), "sandbox");
    s.press(Code::Tab);
    assert!(!words(&s).contains(&"choose"), "a line of text is not chosen");
}

#[test]
fn what_enter_will_do_is_said_as_it_will_be_stored() {
    let mut s = Session::empty();
    s.paste(LIVE_KEY);
    s.type_text("ACME Shop");
    assert_eq!(s.said(), "⏎ keeps it as ansa/live/acme-shop/secret-key");
    s.press(Code::Enter);
    assert_eq!(s.value("ansa/live/acme-shop/secret-key"), LIVE_KEY);
}

#[test]
fn while_something_contradicts_enter_is_not_offered() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.paste(&LIVE_KEY.replace("4000", "4999"));
    let offers = |s: &Session| {
        let foot = action::footer(&s.model);
        foot.left.iter().any(|action| action.word == "keep it")
    };
    assert!(offers(&s));
    s.model.form_mut().unwrap().go_to(&FieldId::Environment);
    s.press(Code::Left);
    assert!(s.add().contradiction.is_some());
    assert!(!offers(&s));
    let name = s.add().form.field(&FieldId::Name).unwrap();
    assert!(!name.findings.iter().any(|finding| finding.text.starts_with('⏎')), "{:?}", name.findings);
    s.press(Code::Enter);
    assert_eq!(s.said(), "This says live: it starts with ansa_sk_live_. ctrl-o overrules.");
}
