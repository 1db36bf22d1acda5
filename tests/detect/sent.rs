//! Values as people send them: in chats, mails, tables, the files of a dozen programs.
//!
//! A row is as in `detect.rs`.

use paykeep::catalog::Catalog;
use paykeep::catalog::detect::{Note, detect, normalise};
use paykeep::secret::SecretBytes;

use super::{PAYNET_BARE, RSA_PRIVATE, filled, pasted, rendered};

const ANSA: &str = "certain ansa/secret-key live value";
const PAYNET: &str = "possible paynet/client-credentials - client_id+client_secret";
const PAYNET_ID: &str = "possible paynet/client-credentials - client_id";
const SIGN_KEY: &str = "possible anexpay/signing-key - value";
const AMAZON: &str = "certain amazon-pay/key-pair sandbox key_id";

const PAYNET_SECRET: &str = "possible paynet/client-credentials - client_secret";
const PAYNET_LIVE: &str = "possible paynet/client-credentials live client_id+client_secret";

#[rustfmt::skip]
const ROWS: &[(&str, &str, &[&str])] = &[
    // A name that says «secret» is heard, also where the value looks like an ID.
    ("a secret with its label", "Client Secret: @SECRET", &[PAYNET_SECRET]),
    ("a secret under its label", "Client Secret\n@SECRET", &[PAYNET_SECRET]),
    ("a secret in a file", "CLIENT_SECRET=@SECRET\n", &[PAYNET_SECRET]),
    ("a secret in JSON", "{\"client_secret\": \"@SECRET\"}", &[PAYNET_SECRET]),
    ("another name of a secret", "API_SECRET=@SECRET\n", &[PAYNET_SECRET]),
    ("a password", "PASSWORD=@SECRET\n", &[PAYNET_SECRET]),
    ("a secret beside another gateway's ID", "CLIENT_ID=SANDBOX_5Y036S2Y1W4D03493\nCLIENT_SECRET=@SECRET\n",
        &["certain antom/account sandbox @client_id", PAYNET_SECRET]),
    ("a secret of a product that no file describes", "GITHUB_CLIENT_SECRET=@SECRET\n", &["unknown"]),

    // More than the key stands behind the sign.
    ("a call in code", "x = ansa.New(\"@LIVE\")", &[ANSA]),
    ("words before a key, in a file", "ANSA=\"sk @LIVE\"", &[ANSA]),
    ("a header in an option", "wget --header=\"Authorization: @LIVE\" https://shop.example", &[ANSA]),

    // An environment that stands beside the keys.
    ("an environment in JSON", "{\"environment\": \"production\", \"client_id\": \"@ID\", \"client_secret\": \"@SECRET\"}", &[PAYNET_LIVE]),
    ("an environment in a file", "PAYNET_ENV=production\nPAYNET_CLIENT_ID=@ID\nPAYNET_CLIENT_SECRET=@SECRET\n", &[PAYNET_LIVE]),
    ("an environment on a page", "Environment: Production\nClient ID: @ID\nClient Secret: @SECRET\n", &[PAYNET_LIVE]),
    ("an environment under its label", "Environment\nProduction\nClient ID\n@ID\nClient Secret\n@SECRET\n", &[PAYNET_LIVE]),
    ("an environment in a table", "client_id,client_secret,env\n@ID,@SECRET,production\n", &[PAYNET_LIVE]),
    ("an environment in code", "{ clientId: '@ID', clientSecret: '@SECRET', env: \"live\" }", &[PAYNET_LIVE]),
    ("another gateway's environment", "ANTOM_ENV=live\nPAYNET_CLIENT_ID=@ID\nPAYNET_CLIENT_SECRET=@SECRET\n", &[PAYNET]),
    ("how a program runs", "NODE_ENV=production\nPAYNET_CLIENT_ID=@ID\nPAYNET_CLIENT_SECRET=@SECRET\n", &[PAYNET]),
    ("two environments", "[{\"env\": \"sandbox\", \"client_id\": \"@ID\", \"client_secret\": \"@SECRET\"}, {\"env\": \"live\"}]", &[PAYNET]),

    // Lines.
    ("two values of 32 digits on two lines", "@ID\n@SECRET\n", &[PAYNET_BARE, PAYNET_BARE]),
    ("two that nobody claims", "3c7739d0f1e2d3c4b5a69788796a5b4c3d2e1f00\n4d8840e102f3e4d5c6b7a8998a7b6c5d4e3f2011", &["unknown", "unknown"]),
    ("two rows of base64", "eHh4eHh4eHh4eHh4j4+Pj4+Pj4+PjwA1\neXl5eXl5eXl5eXl5n5+fn5+fn5+fnw==", &["unknown", "unknown"]),
    ("values of three gateways on three lines", "@SIGN\n@LIVE\n@KEY_ID", &[SIGN_KEY, ANSA, AMAZON]),
    ("a list", "- @SIGN\n- @ID\n", &[SIGN_KEY, PAYNET_BARE]),
    ("a numbered list", "1. @SIGN\n2. `@ID`,\n", &[SIGN_KEY, PAYNET_BARE]),
    ("words on lines, one of 24 letters", "internationalizationabcd\nhello there\n", &["unknown"]),
    ("sums of files", "@ID  a.txt\n@SECRET  b.txt\n", &["unknown"]),
    ("a value that a mail broke", "> the key is SANDBOX-AGJ7XQ4WBDN\n> V5KSM2TPLRCE3\n", &[AMAZON]),
    ("a value that a window broke, in a file", "ANSA_KEY=ansa_sk_live_123e4567-e89b-12d3-a456\n-426614174000\nOTHER=1\n", &[ANSA]),
    ("a whole value and a word below it", "@LIVE\nthanks", &[ANSA]),

    // Chats, mails, pages.
    ("a chat with code", "<@U123> the id is `@ID` and the secret is `@SECRET`", &[PAYNET]),
    ("a chat with words", "client id is @ID, client secret is @SECRET.", &[PAYNET]),
    ("a fence of code", "```bash\n@SIGN\n```", &[SIGN_KEY]),
    ("bold labels", "- **Client ID:** @ID\n- **Client Secret:** @SECRET\n", &[PAYNET]),
    ("labels and code", "* Client ID: `@ID`\n* Client Secret: `@SECRET`\n", &[PAYNET]),
    ("a link", "[@LIVE](https://wiki.example/keys)", &[ANSA]),
    ("a tag of HTML", "<code>@ID</code>", &[PAYNET_BARE]),
    ("a quoted mail", "Hi,\n\n> Client ID: @ID\n> Client Secret: @SECRET\n\nBest", &[PAYNET]),
    ("a quoted mail with a key", "> Here you are:\n@QUOTED> Best\n", &[RSA_PRIVATE]),
    ("short labels", "ID: @ID\nSecret: @SECRET", &[PAYNET]),
    ("smart quotes", "Client ID: “@ID”\nClient Secret: „@SECRET“", &[PAYNET]),
    ("smart quotes in a file", "ANSA_KEY=‘@LIVE’", &[ANSA]),
    ("blanks that don't break", "Client\u{a0}ID:\u{a0}@ID\nClient\u{a0}Secret:\u{a0}@SECRET", &[PAYNET]),
    ("characters without width", "PAYNET_CLIENT_ID=9e0e99f3\u{200b}96e74838aeb583d1f06bc03d\nPAYNET_CLIENT_SECRET=\u{200b}@SECRET\u{2060}", &[PAYNET]),
    ("the colon of a Chinese keyboard", "Client ID：@ID\nClient Secret：@SECRET", &[PAYNET]),
    ("arrows", "client_id -> @ID\nclient_secret → @SECRET", &[PAYNET]),
    ("dashes", "Client ID - @ID\nClient Secret – @SECRET", &[PAYNET]),
    ("a word processor's hyphens", "ansa_sk_live_123e4567\u{2011}e89b–12d3-a456-426614174000", &[ANSA]),
    ("a page's table", "<tr><td>Client ID</td><td>@ID</td></tr><tr><td>Client Secret</td><td>@SECRET</td></tr>", &[PAYNET]),
    ("a line that is commented out", "# ANSA_KEY=@LIVE\n", &[ANSA]),
    ("a log", "2026-01-01T00:00:00Z INFO session 9e0e99f396e74838aeb583d1f06bc03d expired", &["unknown"]),
    ("a soft hyphen", "ansa_sk_live_123e4567\u{ad}-e89b-12d3-a456-426614174000", &[ANSA]),

    // Tables.
    ("CSV", "name,client_id,client_secret\nMain,@ID,@SECRET\n", &[PAYNET]),
    ("CSV in quotes", "\"Client ID\",\"Client Secret\"\n\"@ID\",\"@SECRET\"\n", &[PAYNET]),
    ("CSV with semicolons", "Name;API Key;API Secret;Sign Key\nmain;ak_7Q2mZk;as_9Lw0Pq77xT;@SIGN\n", &["possible anexpay/client-credentials - api_key+api_secret", SIGN_KEY]),
    ("Markdown's table", "| Client ID | Client Secret |\n|:----------|:--------------|\n| `@ID` | `@SECRET` |\n", &[PAYNET]),
    ("Markdown's table of rows", "| Field | Value |\n|---|---|\n| Client ID | @ID |\n| Client Secret | @SECRET |\n", &[PAYNET]),

    // Files.
    ("YAML with environments", "paynet:\n  sandbox:\n    client_id: @ID\n    client_secret: @SECRET\n  production:\n    client_id: a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4\n    client_secret: b1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4\n",
        &["possible paynet/client-credentials sandbox client_id+client_secret", "possible paynet/client-credentials live client_id+client_secret"]),
    ("TOML", "[paynet.production]\nclient_id = \"@ID\"\nclient_secret = \"@SECRET\"\n", &["possible paynet/client-credentials live client_id+client_secret"]),
    ("INI", "[anexpay]\napi_key=ak_7Q2mZk\napi_secret=as_9Lw0Pq77xT\nsign_key=@SIGN\n", &["possible anexpay/client-credentials - api_key+api_secret", SIGN_KEY]),
    ("properties", "paynet.client.id=@ID\npaynet.client.secret=@SECRET\nansa.secret-key=@LIVE\n", &[PAYNET, ANSA]),
    ("properties with a key that goes on", "amazonpay.privateKey=@CONTINUED\namazonpay.publicKeyId=@KEY_ID\n",
        &["certain amazon-pay/key-pair sandbox private_key+key_id | possible antom/key-pair - private_key | possible paynet/key-pair - private_key"]),
    ("docker-compose, a list", "services:\n  api:\n    environment:\n      - ANSA_SECRET_KEY=@LIVE\n      - \"PAYNET_CLIENT_ID=@ID\"\n      - \"PAYNET_CLIENT_SECRET=@SECRET\"\n", &[ANSA, PAYNET]),
    ("docker-compose, a map", "services:\n  api:\n    environment:\n      ANSA_SECRET_KEY: \"@LIVE\"\n      PAYNET_CLIENT_ID: @ID\n      PAYNET_CLIENT_SECRET: @SECRET\n", &[ANSA, PAYNET]),
    ("a container's variables", "env:\n- name: PAYNET_CLIENT_ID\n  value: \"@ID\"\n- name: PAYNET_CLIENT_SECRET\n  value: \"@SECRET\"\n", &[PAYNET]),
    ("a task's variables", "[{\"name\": \"PAYNET_CLIENT_ID\", \"value\": \"@ID\"}, {\"name\": \"PAYNET_CLIENT_SECRET\", \"value\": \"@SECRET\"}]", &[PAYNET]),
    ("a cluster's secret", "apiVersion: v1\nkind: Secret\ndata:\n  ANSA_SECRET_KEY: @64LIVE\n  client_id: @64ID\n  client_secret: @64SECRET\n", &[ANSA, PAYNET]),
    ("a cluster's secret with a key", "kind: Secret\ndata:\n  private.pem: @64PEM\n", &[RSA_PRIVATE]),
    ("base64 of a value", "@64LIVE", &[ANSA]),
    ("base64 of something else", "aHR0cHM6Ly9zaG9wLmV4YW1wbGUvaGVsbG8td29ybGQ=", &["unknown"]),
    ("XML", "<config><client_id>@ID</client_id><client_secret>@SECRET</client_secret></config>", &[PAYNET]),
    ("XML with attributes", "<add key=\"PAYNET_CLIENT_ID\" value=\"@ID\"/>\n<add key=\"PAYNET_CLIENT_SECRET\" value=\"@SECRET\"/>", &[PAYNET]),

    // Shells.
    ("trailing comments", "PAYNET_CLIENT_ID=@ID   # from the portal\nPAYNET_CLIENT_SECRET=\"@SECRET\" # ours\n", &[PAYNET]),
    ("export of two", "export PAYNET_CLIENT_ID='@ID' PAYNET_CLIENT_SECRET='@SECRET'", &[PAYNET]),
    ("fish", "set -x PAYNET_CLIENT_ID @ID\nset -gx PAYNET_CLIENT_SECRET @SECRET\n", &[PAYNET]),
    ("csh", "setenv ANSA_SECRET_KEY @LIVE", &[ANSA]),
    ("cmd", "set PAYNET_CLIENT_ID=@ID\r\nset PAYNET_CLIENT_SECRET=@SECRET\r\n", &[PAYNET]),
    ("setx", "setx PAYNET_CLIENT_ID \"@ID\"\r\n", &[PAYNET_ID]),
    ("PowerShell on one line", "$env:PAYNET_CLIENT_ID=\"@ID\"; $env:PAYNET_CLIENT_SECRET=\"@SECRET\"", &[PAYNET]),
    ("PowerShell's table", "$h = @{ \"Authorization\" = \"@LIVE\" }", &[ANSA]),
    (".NET's call", "[Environment]::SetEnvironmentVariable(\"PAYNET_CLIENT_ID\", \"@ID\", \"User\")", &[PAYNET_ID]),
    ("docker run", "docker run -e ANSA_SECRET_KEY=@LIVE -e PAYNET_CLIENT_ID=@ID image", &[ANSA, PAYNET_ID]),
    ("kubectl", "kubectl create secret generic pay --from-literal=ANSA_KEY=@LIVE --from-literal=PAYNET_CLIENT_ID=@ID", &[ANSA, PAYNET_ID]),
    ("curl with a user", "curl -u @ID:@SECRET https://sandbox.api.paynet.my/auth/token -d grant_type=client_credentials", &["likely paynet/client-credentials sandbox client_id+client_secret"]),
    ("HTTPie", "http POST https://sandbox.api.paynet.my/auth/token client_id=@ID client_secret=@SECRET", &["likely paynet/client-credentials sandbox client_id+client_secret"]),

    // HTTP.
    ("a Basic header", "Authorization: Basic @64BASIC", &[PAYNET]),
    ("a raw request", "POST /v1/customers HTTP/1.1\r\nHost: api.getansa.com\r\nAuthorization: @LIVE\r\n\r\n{}", &[ANSA]),
    ("a raw token call", "POST /auth/token HTTP/1.1\r\nHost: sandbox.api.paynet.my\r\n\r\nclient_id=@ID&client_secret=@SECRET&grant_type=client_credentials", &["likely paynet/client-credentials sandbox client_id+client_secret"]),

    // Source code.
    ("JavaScript, nested", "const c = {data:{clientId:'@ID',clientSecret:'@SECRET'}}", &[PAYNET]),
    ("Python's arguments", "Client(client_id=\"@ID\", client_secret='@SECRET')", &[PAYNET]),
    ("Python's environment", "os.environ[\"ANSA_KEY\"] = \"@LIVE\"", &[ANSA]),
    ("Ruby", ":client_id => '@ID', :client_secret => '@SECRET'", &[PAYNET]),
    ("Kotlin", "val signKey: String = \"@SIGN\"", &[SIGN_KEY]),

    // JSON.
    ("JSON within JSON's data", "{\"data\": {\"client_id\": \"@ID\", \"client_secret\": \"@SECRET\"}}", &[PAYNET]),
    ("an ID and a secret by no other name", "{\"data\": {\"id\": \"@ID\", \"secret\": \"@SECRET\"}}", &[PAYNET]),
    ("a client with an ID and a secret", "{\"client\": {\"id\": \"@ID\", \"secret\": \"@SECRET\"}}", &[PAYNET]),
    ("somebody else's ID and secret", "{\"data\": {\"id\": \"we_1abc\", \"secret\": \"hunter2hunter2\"}}", &["unknown"]),
    ("somebody else's key and secret", "{\"key\": \"abcDEF1234567890\", \"secret\": \"hunter2hunter2xx\"}", &["unknown", "unknown"]),
    ("a state with values", "{\"outputs\": {\"client_id\": {\"value\": \"@ID\"}, \"client_secret\": {\"value\": \"@SECRET\"}}}", &[PAYNET]),
    ("a collection of requests", "{\"basic\": [{\"key\": \"password\", \"value\": \"@SECRET\"}, {\"key\": \"username\", \"value\": \"@ID\"}]}", &["possible paynet/client-credentials - client_secret+client_id"]),
    ("a schema", "{\"client_id\": {\"type\": \"string\"}, \"client_secret\": {\"type\": \"string\"}}", &["unknown"]),

    // Several at once.
    ("four gateways in one file", "CLIENT_ID=@CLIENT\nMERCHANT_PRIVATE_KEY=@bare\nANEXPAY_SIGN_KEY=@SIGN\nPAYNET_CLIENT_ID=@ID\nPAYNET_CLIENT_SECRET=@SECRET\nANSA_SECRET_KEY=@LIVE\n",
        &["likely antom/key-pair sandbox private_key @client_id | possible amazon-pay/key-pair - private_key | possible paynet/key-pair - private_key", SIGN_KEY, PAYNET, ANSA]),
    ("both environments, in disorder", "PAYNET_SANDBOX_CLIENT_ID=@ID\nPAYNET_LIVE_CLIENT_ID=a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4\nPAYNET_LIVE_CLIENT_SECRET=b1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4\nPAYNET_SANDBOX_CLIENT_SECRET=@SECRET\n",
        &["possible paynet/client-credentials sandbox client_id+client_secret", "possible paynet/client-credentials live client_id+client_secret"]),
    ("the halves of two environments", "PAYNET_CLIENT_ID_SANDBOX=@ID\nPAYNET_CLIENT_SECRET_LIVE=@SECRET\n",
        &["possible paynet/client-credentials sandbox client_id", "possible paynet/client-credentials live client_secret"]),
];

#[test]
fn what_people_send_is_taken_for_what_it_is() {
    let mut wrong = Vec::new();
    for (name, paste, expected) in ROWS {
        let (found, expected) = (rendered(&pasted(&filled(paste))), expected.join(" ; "));
        if found != expected {
            wrong.push(format!("{name}\n   expected: {expected}\n      found: {found}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
}

#[test]
fn what_stands_around_a_value_is_left_out_and_told() {
    use Note::{Brackets, Markdown, Punctuation, Quotes};
    for token in ["@LIVE", "@SIGN", "@ID", "@SECRET", "@KEY_ID", "@CLIENT"].map(filled) {
        for (around, notes) in [
            ("(·)", &[Brackets][..]),
            ("<·>", &[Brackets]),
            ("[·]", &[Brackets]),
            ("{·}", &[Brackets]),
            ("<code>·</code>", &[Brackets]),
            ("«·»", &[Quotes]),
            ("“·”", &[Quotes]),
            ("`·`", &[Quotes]),
            ("```\n·\n```", &[Quotes]),
            ("**·**", &[Markdown]),
            ("*·*", &[Markdown]),
            ("[·](https://wiki.example)", &[Markdown]),
            ("> ·", &[Markdown]),
            ("- ·", &[Markdown]),
            ("·,", &[Punctuation]),
            ("·;", &[Punctuation]),
            ("·.", &[Punctuation]),
            ("·:", &[Punctuation]),
            ("\"·\".", &[Punctuation, Quotes]),
            ("(`·`),", &[Punctuation, Brackets, Quotes]),
        ] {
            let found = pasted(&around.replace('·', &token));
            assert_eq!(found.values[0].text.expose(), token.as_bytes(), "{around}");
            assert_eq!((found.notes.as_slice(), found.items.len()), (notes, 1), "{around} {token}");
            assert_eq!(rendered(&found), rendered(&pasted(&token)), "{around}");
            let (kept, told) =
                normalise(Catalog::builtin(), SecretBytes::new(around.replace('·', &token).into_bytes()));
            assert_eq!((kept.expose(), told.as_slice()), (token.as_bytes(), notes), "{around} as one value");
        }
    }
}

#[test]
fn what_nobody_claims_keeps_its_brackets_and_full_stops() {
    for value in ["(correct)horse.", "**battery**", "[staple]!", "<3 passwords>", "swordfish."] {
        let (kept, notes) = normalise(Catalog::builtin(), SecretBytes::new(value.as_bytes().to_vec()));
        assert_eq!((kept.expose(), notes.as_slice()), (value.as_bytes(), &[][..]));
    }
}

#[test]
fn a_word_in_brackets_still_stands_for_a_value() {
    for text in
        ["<client_secret>", "[ClientSecretOfTheMerchant]", "{yourSignKeyWith24Letters}", "<MerchantPublishableKeyAB>"]
    {
        let found = pasted(text);
        assert_eq!((found.notes.as_slice(), found.items.len()), (&[Note::Placeholders(1)][..], 0), "{text}");
    }
    assert_eq!(pasted("{\"data\": {}}").notes, [], "an object stands for nothing");
    assert_eq!(rendered(&pasted("<sk_live_51AbCdEf0123456789AbCdEf>")), "unknown", "nobody writes that for a value");
}

#[test]
fn what_was_changed_in_the_middle_is_told() {
    let notes = |text: &str| pasted(&filled(text)).notes;
    assert_eq!(notes("ansa_sk_live_123e4567-\u{200b}e89b-12d3-a456-426614174000"), [Note::Invisible]);
    assert_eq!(notes("ansa_sk_live_123e4567-e89b-12d3\n-a456-426614174000"), [Note::Wrapped]);
    assert_eq!(notes("@64LIVE"), [Note::Coded]);
    assert_eq!(notes("ansa_sk_live_123e4567\u{2011}e89b-12d3-a456-426614174000"), [Note::Dashes]);
    let (kept, told) = normalise(Catalog::builtin(), SecretBytes::new("ansa_cs_live_abc\u{200b}DEF123".into()));
    assert_eq!((kept.expose(), told.as_slice()), (&b"ansa_cs_live_abcDEF123"[..], &[Note::Invisible][..]));
}

#[test]
fn utf_16_is_read_and_told() {
    for read in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = filled("\u{feff}ANSA_KEY=@LIVE\r\n").encode_utf16().flat_map(read).collect();
        let found = detect(Catalog::builtin(), SecretBytes::new(bytes));
        assert_eq!((rendered(&found).as_str(), found.notes[0]), (ANSA, Note::Utf16));
        let bytes: Vec<u8> = filled("\u{feff}@LIVE\r\n").encode_utf16().flat_map(read).collect();
        let (kept, notes) = normalise(Catalog::builtin(), SecretBytes::new(bytes));
        assert_eq!((kept.expose(), notes[0]), (filled("@LIVE").as_bytes(), Note::Utf16));
    }
    let random: Vec<u8> = [0xff, 0xfe].into_iter().chain((0u8..31).map(|n| n.wrapping_mul(37) | 1)).collect();
    let (kept, notes) = normalise(Catalog::builtin(), SecretBytes::new(random.clone()));
    assert_eq!((kept.expose(), notes.as_slice()), (random.as_slice(), &[][..]), "bytes that begin so by chance");
}

#[test]
fn a_key_that_cannot_be_used_says_why() {
    use paykeep::keys::{Foreign, KeyError};
    let wrong = |text: &str| pasted(&filled(text)).values[0].wrong.clone();
    assert_eq!(wrong("@private"), None);
    assert!(matches!(wrong("@half"), Some(KeyError::Truncated { .. })));
    assert_eq!(wrong(&filled("@private").replacen("MII", "M!I", 1)), Some(KeyError::BadBase64));
    assert_eq!(wrong("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n"), Some(KeyError::Foreign(Foreign::Putty)));
    assert_eq!(wrong("{\"kty\": \"RSA\", \"n\": \"AQAB\"}"), Some(KeyError::Foreign(Foreign::Jwk)));
    assert_eq!(wrong("<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue>"), Some(KeyError::Foreign(Foreign::Xml)));
    let pgp = "-----BEGIN PGP MESSAGE-----\n\nhQEMA5vJ\n-----END PGP MESSAGE-----\n";
    assert_eq!(wrong(pgp), Some(KeyError::UnknownPem { label: "PGP MESSAGE".into() }));
    let sealed = include_str!("../keys/encrypted.txt");
    assert_eq!(wrong(&sealed.replace("TESTING KEY", "PRIVATE KEY")), Some(KeyError::Encrypted));
}
