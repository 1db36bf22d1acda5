//! What the built-in files say, and what becomes of a user's.

use std::time::Instant;

use super::*;
use crate::domain::provider::{ClientSide, KeyForm, Keys, Matcher, Strength, Sure, Target};
use crate::domain::{Environment, Kind};
use crate::error::{Exit, Explain};

const MINE: &str = r#"
schema = 1
id = "mine"
name = "My bank"
[environments]
live = { words = ["prod"] }
[credentials.secret-key]
title = "terminal key"
"#;

fn get(id: &str) -> &'static Provider {
    Catalog::builtin().get(id).unwrap()
}

/// The strongest shape that a text has, with its target and environment.
fn looks(provider: &str, text: &str) -> Option<(String, Option<Environment>, Strength)> {
    let fits =
        |shape: &&crate::domain::provider::Shape| matches!(&shape.matcher, Matcher::Pattern(p) if p.is_match(text));
    let best = get(provider).shapes.iter().filter(fits).max_by_key(|shape| shape.strength)?;
    Some((best.target.to_string(), best.environment, best.strength))
}

#[test]
fn every_built_in_file_can_be_read_and_has_nothing_that_lint_would_say() {
    for (file, text) in BUILTIN_FILES {
        if let Err(error) = read::read(file, text, Origin::BuiltIn) {
            panic!("{error}");
        }
        assert_eq!(lint(file, text), [], "{file}");
    }
}

#[test]
fn the_provider_without_rules_stands_last_and_has_every_kind() {
    let ids: Vec<_> = Catalog::builtin().providers().map(|provider| provider.id.to_string()).collect();
    assert_eq!(ids, ["amazon-pay", "anexpay", "ansa", "antom", "paynet", "other"]);
    let other = get("other");
    assert!(other.is_without_rules());
    for kind in Kind::ALL {
        let spec = other.of_kind(kind).next().unwrap();
        let fields: Vec<_> = spec.fields.iter().map(|field| (field.name.as_str(), field.secret)).collect();
        assert_eq!(fields, kind.usual_fields(), "{kind}");
    }
    assert_eq!(other.environments.len(), 2);
}

#[test]
fn the_order_of_a_file_is_the_order_of_the_screen() {
    let antom = get("antom");
    let environments: Vec<_> = antom.environments.iter().map(|spec| spec.environment).collect();
    assert_eq!(environments, [Environment::Sandbox, Environment::Live]);
    let credentials: Vec<_> = antom.credentials.iter().map(|spec| spec.id.as_str()).collect();
    assert_eq!(credentials, ["key-pair", "provider-public-key"]);
    let fields: Vec<_> = get("amazon-pay").credentials[0].fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(fields, ["private_key", "public_key", "key_id"]);
}

#[test]
fn the_documented_prefixes_are_told_with_their_environment() {
    let uuid = "0b2f6a1c-93d4-4e5f-8a7b-1c2d3e4f5a6b";
    let secret = |environment| Some(("secret-key#value".to_owned(), Some(environment), Strength::Certain));
    assert_eq!(looks("ansa", &format!("ansa_sk_live_{uuid}")), secret(Environment::Live));
    assert_eq!(looks("ansa", &format!("ansa_sk_sandbox_{uuid}")), secret(Environment::Sandbox));
    let client = Some(("client-secret#value".to_owned(), Some(Environment::Sandbox), Strength::Certain));
    assert_eq!(looks("ansa", "ansa_cs_sandbox_+v1234512345"), client);
    assert_eq!(looks("ansa", "ansa_sk_live_"), None);
    assert_eq!(looks("ansa", &format!("ansa_pk_live_{uuid}")), None);

    let id = |environment| Some(("key-pair#key_id".to_owned(), Some(environment), Strength::Certain));
    assert_eq!(looks("amazon-pay", "SANDBOX-ABCDEFGHIJKLMNOPQRSTUVW2"), id(Environment::Sandbox));
    assert_eq!(looks("amazon-pay", "live-ABCDEFGHIJKLMNOPQRSTUVW2"), id(Environment::Live));
    let odd = looks("amazon-pay", "SANDBOX-ABCDEFGHIJKLMNOPQRSTUVW").unwrap();
    assert_eq!(odd, ("key-pair#key_id".into(), Some(Environment::Sandbox), Strength::Likely));
    let store = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef";
    assert_eq!(looks("amazon-pay", store), Some(("account#store_id".into(), None, Strength::Certain)));

    let client_id = Some(("account#client_id".to_owned(), Some(Environment::Sandbox), Strength::Certain));
    assert_eq!(looks("antom", "SANDBOX_5X00000000000000"), client_id);
    assert_eq!(looks("antom", "SANDBOX_5Y036S2Y1W4D03493"), client_id);
}

#[test]
fn a_bare_token_is_never_more_than_possible() {
    for provider in Catalog::builtin().providers() {
        for token in ["9e0e99f396e74838aeb583d1f06bc03d", "aR2822Y6XbehWMclnB0Y2NJK", "ABCDEFGHIJKLMNOPQRSTUVW2"] {
            let strength = looks(&provider.id, token).map(|(.., strength)| strength);
            assert!(strength.is_none_or(|strength| strength == Strength::Possible), "{} {token}", provider.id);
        }
    }
}

#[test]
fn what_nobody_states_is_taken_carefully() {
    let own = get("antom").credential("key-pair").unwrap();
    assert_eq!(own.coexistence.as_ref().unwrap().fact.sure, Sure::Unknown);
    assert_eq!(own.keys(), Keys::One);
    assert_eq!(get("paynet").credential("client-credentials").unwrap().keys(), Keys::Many);
    assert_eq!(get("ansa").credential("secret-key").unwrap().client_side, ClientSide::Never);
    assert_eq!(
        get("ansa").credential("client-secret").unwrap().lifetime_s.as_ref().unwrap().fact.sure,
        Sure::Secondary
    );
}

#[test]
fn a_place_gets_the_encoding_that_it_takes() {
    assert_eq!(get("antom").credential("key-pair").unwrap().form("dashboard"), Some(KeyForm::SpkiBase64));
    assert_eq!(get("amazon-pay").credential("key-pair").unwrap().form("integration-central"), Some(KeyForm::SpkiPem));
}

#[test]
fn a_variable_is_the_provider_s_own_or_made_of_names() {
    let name = |provider: &str, credential: &str, field: &str| {
        let provider = get(provider);
        let spec = provider.credential(credential).unwrap();
        provider.env_name(spec, spec.field(field).unwrap())
    };
    assert_eq!(name("antom", "key-pair", "private_key"), "MERCHANT_PRIVATE_KEY");
    assert_eq!(name("anexpay", "signing-key", "value"), "ANEXPAY_SIGN_KEY");
    assert_eq!(name("anexpay", "client-credentials", "api_key"), "ANEXPAY_API_KEY");
    assert_eq!(name("amazon-pay", "key-pair", "key_id"), "AMAZON_PAY_KEY_ID");
    assert_eq!(name("antom", "key-pair", "public_key"), "ANTOM_KEY_PAIR_PUBLIC_KEY");
}

#[test]
fn a_shape_hints_by_the_names_of_its_field() {
    let sign_key = &get("anexpay").shapes[0];
    assert!(matches!(&sign_key.target, Target::Credential { id, .. } if *id == "signing-key"));
    assert_eq!(sign_key.names, ["signKey", "ANEXPAY_SIGN_KEY"]);
}

#[test]
fn an_environment_goes_by_the_provider_s_words_too() {
    let paynet = get("paynet");
    assert_eq!(paynet.environment_called("Development"), Some(Environment::Sandbox));
    assert_eq!(paynet.environment_called("uat"), Some(Environment::Sandbox));
    assert_eq!(paynet.environment_called("production"), Some(Environment::Live));
    assert_eq!(paynet.environment_called("live"), Some(Environment::Live));
    assert_eq!(paynet.environment_called("staging"), None);
}

#[test]
fn a_recipe_that_is_like_another_has_its_text() {
    let antom = get("antom");
    let (request, response) = (antom.recipe("request").unwrap(), antom.recipe("response").unwrap());
    assert_eq!(request.text, response.text);
    assert_eq!(request.sign, response.sign);
}

#[test]
fn the_published_signature_comes_out_of_the_published_text() {
    use base64ct::{Base64, Encoding};
    use hmac::{Hmac, KeyInit, Mac};
    let vector = &get("anexpay").recipe("request").unwrap().vectors[0];
    let mut mac = Hmac::<sha2::Sha512>::new_from_slice(vector.key.as_ref().unwrap().as_bytes()).unwrap();
    mac.update(vector.text.as_ref().unwrap().as_bytes());
    assert_eq!(&Base64::encode_string(&mac.finalize().into_bytes()), vector.signature.as_ref().unwrap());
}

#[test]
fn a_flow_s_steps_have_their_texts() {
    let flow = get("antom").flow("replace-own-pair").unwrap();
    assert_eq!(flow.steps.len(), 12);
    let switch = flow.step("switch").unwrap();
    assert!(switch.text.as_ref().unwrap().contains("fails"));
    assert_eq!(switch.warning.as_ref().unwrap().title, "From here on the old key may fail");
    assert_eq!(switch.kills.as_ref().unwrap().to_string(), "own@current");
}

#[test]
fn a_user_s_file_joins_in_front_of_the_provider_without_rules() {
    let (catalog, errors) = Catalog::builtin().with_user_files([("mine.toml", MINE)]);
    assert_eq!(errors, []);
    let ids: Vec<_> = catalog.providers().map(|provider| provider.id.as_str()).collect();
    assert_eq!(ids, ["amazon-pay", "anexpay", "ansa", "antom", "paynet", "mine", "other"]);
    let mine = catalog.get("mine").unwrap();
    assert_eq!(mine.origin, Origin::User("mine.toml".into()));
    assert_eq!(mine.digest.len(), 64);
    assert!(Catalog::builtin().get("mine").is_none());
}

#[test]
fn a_user_s_file_cannot_take_a_built_in_provider_s_place_nor_another_s() {
    let antom = MINE.replace("\"mine\"", "\"antom\"");
    let files = [("antom.toml", antom.as_str()), ("mine.toml", MINE), ("mine2.toml", MINE)];
    let (catalog, errors) = Catalog::builtin().with_user_files(files);
    let said: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["antom.toml: `antom` is a built-in provider", "mine2.toml: `mine` is described by mine.toml already"]
    );
    assert!(errors.iter().all(|error| error.exit() == Exit::Refused));
    assert_eq!(catalog.get("antom").unwrap().origin, Origin::BuiltIn);
}

#[test]
fn a_user_s_file_cannot_take_a_name_by_which_screens_tell_providers_apart() {
    let named = |id: &str, name: &str| {
        let text = MINE.replace("\"mine\"", &format!("{id:?}"));
        let line = text.lines().find(|line| line.starts_with("name = ")).unwrap().to_owned();
        text.replacen(&line, &format!("name = {name:?}"), 1)
    };
    for name in ["Ansa", "ANSA", "an sa", "Ansa."] {
        let (_, errors) = Catalog::builtin().with_user_files([("acme.toml", named("acme", name).as_str())]);
        assert_eq!(errors.len(), 1, "{name:?}");
        assert_eq!(errors[0].to_string(), format!("acme.toml: `{name}` is a built-in provider"));
        assert_eq!((errors[0].exit(), errors[0].hint().unwrap()), (Exit::Refused, "give it another `name`".into()));
    }
    let files = [("a.toml", named("a", "Pay Me")), ("b.toml", named("b", "PayMe")), ("c.toml", named("c", "Ansari"))];
    let (_, errors) = Catalog::builtin().with_user_files(files.iter().map(|(file, text)| (*file, text.as_str())));
    let said: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["b.toml: `PayMe` is described by a.toml already"]);
}

#[test]
fn an_error_names_file_line_and_key_and_what_was_meant() {
    let text = MINE.replace("title", "tilte");
    let (_, errors) = Catalog::builtin().with_user_files([("mine.toml", text.as_str())]);
    assert_eq!(errors[0].to_string(), "mine.toml:8: unknown key `tilte`");
    assert_eq!(errors[0].hint().unwrap(), "did you mean `title`?");
}

#[test]
fn a_file_that_cannot_be_a_provider_s_is_refused_without_a_panic() {
    let big = "#".repeat(MAX_FILE_BYTES + 1);
    let deep = format!("a = {}", "[".repeat(5000));
    let odd =
        ["", "\0", "\u{feff}", "a", "[", "= 1", "schema = 2", "id = \"\u{1b}\"", "[[x]]\n[x]", &big, &deep, "x='''"];
    for text in odd {
        let (catalog, errors) = Catalog::builtin().with_user_files([("odd\u{1b}.toml", text)]);
        assert_eq!((errors.len(), catalog.providers().len()), (1, 6), "{text:.20?}");
        assert!(!errors[0].to_string().contains('\u{1b}'));
        assert_eq!(errors[0].exit(), Exit::Usage);
    }
}

#[test]
fn any_cut_of_a_good_file_is_refused_or_read_without_a_panic() {
    for (file, text) in BUILTIN_FILES {
        for at in (0..text.len()).step_by(97).filter(|at| text.is_char_boundary(*at)) {
            lint(file, &text[..at]);
        }
    }
}

#[test]
fn what_could_hide_text_is_cleaned_as_it_enters() {
    let text = MINE.replace("My bank", "My\\u202e bank\\u001b[2J");
    let (catalog, errors) = Catalog::builtin().with_user_files([("mine.toml", text.as_str())]);
    assert_eq!(errors, []);
    assert_eq!(catalog.get("mine").unwrap().name, "My\u{fffd} bank\u{fffd}[2J");
}

#[test]
#[ignore = "prints how long the built-in files take; a number, not a verdict"]
fn how_long_the_built_in_files_take() {
    let start = Instant::now();
    for (file, text) in BUILTIN_FILES {
        read::read(file, text, Origin::BuiltIn).unwrap();
    }
    println!("{:?}", start.elapsed());
}
