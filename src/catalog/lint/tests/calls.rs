//! What lint says of calls.

use super::{GOOD, refuses, says};
use crate::catalog::finding::Level;
use crate::catalog::lint;

#[test]
fn a_call_reaches_a_host_of_the_file() {
    refuses(
        "host = \"api\"",
        "host = \"token\"",
        "host = \"token\"",
        "`host` is `token`, which no host of the file serves",
    );
    for path in ["//elsewhere.example/", "ping", "{account.client_id}/ping", "/a b"] {
        let text = GOOD.replace("\"/ping/{account.client_id}\"", &format!("\"{path}\""));
        assert_eq!(lint("good.toml", &text)[0].message, "`path` begins with one slash and has no space", "{path}");
    }
    let method = GOOD.replace("method = \"GET\"\nhost", "method = \"DELETE\"\nhost");
    assert_eq!(lint("good.toml", &method)[0].message, "`DELETE` is not known here");
    let message = "a POST has `form` or `json`, and nothing else has either";
    refuses("method = \"GET\"\nhost", "method = \"GET\"\nform = { a = \"b\" }\nhost", "[calls.ping]", message);
    refuses(
        "method = \"GET\"\nhost",
        "method = \"POST\"\nform = { a = \"b\" }\njson = { a = \"b\" }\nhost",
        "[calls.ping]",
        message,
    );
}

#[test]
fn a_call_fills_in_what_exists() {
    let at = "Authorization";
    for (wrong, message) in [
        ("{account.id}", "`{account.id}` is filled in, but [account] has no `id`"),
        ("{field.key}", "`{field.key}` is filled in, but `secret-key` has no field `key`"),
        ("{body}", "a call fills in `{account.…}` and `{field.…}` only"),
        ("{field.value|minified}", "a call fills in what stands there: it has no filters"),
        ("\\u202e", "`headers` has characters that can't be seen"),
    ] {
        refuses("\"{field.value}\"", &format!("\"{wrong}\""), at, message);
    }
    let message = "`{field.value}` is secret: what stands in a path ends up in logs";
    refuses("/ping/{account.client_id}", "/ping/{field.value}", "path", message);
    let name = "a header's name has letters, digits, dashes and underscores";
    refuses("{ Authorization", "{ \"a: b\"", "a: b", name);
    let gone = GOOD.replace("credential = \"secret-key\"", "credential = \"sekret\"");
    let said = lint("good.toml", &gone);
    assert!(said.iter().any(|it| it.message == "`credential` is `sekret`, which the file does not have"), "{said:?}");
}

#[test]
fn names_and_hosts_of_a_call_mean_nothing_to_a_shell() {
    for body in ["form", "json"] {
        for name in ["$(x)", "a b", "a`x`", "", "a@b"] {
            let text = GOOD.replace(
                "method = \"GET\"\nhost",
                &format!("method = \"POST\"\n{body} = {{ \"{name}\" = \"b\" }}\nhost"),
            );
            let message = format!("a name in `{body}` has letters, digits, dashes, underscores and dots");
            assert_eq!(lint("good.toml", &text)[0].message, message, "{name}");
        }
    }
    for url in ["https://api.good.example/$(x)", "https://api.good.example/`x`", "https://api.good.example/{a,b}"] {
        let text = GOOD.replace("url = \"https://api.good.example\"", &format!("url = '{url}'"));
        assert_eq!(
            lint("good.toml", &text)[0].message,
            "a host's `url` has letters, digits and `.-_~:/` only",
            "{url}"
        );
    }
}

#[test]
fn a_call_is_signed_with_a_key_of_its_own_credential() {
    let signed = |recipe| format!("method = \"GET\"\nrecipe = \"{recipe}\"\nhost");
    for (recipe, message) in [
        ("none", "`recipe` is `none`, which the file does not have"),
        ("answer", "`recipe` is `answer`, which does not sign"),
        ("request", "`request` signs with another credential's key"),
    ] {
        refuses("method = \"GET\"\nhost", &signed(recipe), "recipe", message);
    }
}

#[test]
fn a_status_says_one_thing() {
    let message = "`dead` has statuses from 200 to 499: 500 and more say nothing of a key";
    refuses("status = [401]", "status = [401, 503]", "dead", message);
    refuses("status = [401]", "status = []", "dead", message);
    let both = "alive = { status = [401], source = \"docs\" }\ndead = {";
    refuses("dead = {", both, "dead", "401 can't mean both alive and dead");
    let sure = "`sure` is `secondary`, but no `source` says so";
    refuses("status = [401], source = \"docs\"", "status = [401], sure = \"secondary\"", "dead", sure);
}

#[test]
fn a_call_that_nobody_makes_is_told() {
    let other = "[calls.idle]\ntitle = \"Idle\"\ncredential = \"secret-key\"\nmethod = \"HEAD\"\nhost = \"api\"\npath = \"/\"\n[calls.ping]";
    says("[calls.ping]", other, "[calls.idle]", Level::Warning, "no flow makes the call `idle`");
    let said = lint("good.toml", &GOOD.replace("call = \"ping\"", "call = \"pong\""));
    assert!(said.iter().any(|it| it.message == "`call` is `pong`, which the file does not have"), "{said:?}");
}
