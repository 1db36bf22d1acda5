//! Pasted samples, and what they are taken for.
//!
//! A row is: what it is; the paste; the items, separated by ` ; `. An item is its candidates, best first, separated by
//! ` | `, or `unknown`. A candidate is: strength, provider/credential, environment (`-` where nothing tells it), its fields,
//! and after `@` the account's fields.

use std::sync::LazyLock;
use std::time::Instant;

use base64ct::{Base64, Encoding};
use paykeep::catalog::Catalog;
use paykeep::catalog::detect::{
    Chosen, Contradicted, Detection, MAX_PASTE, Note, Refused, contradiction, detect, doubt, normalise, secret_in,
    stored,
};
use paykeep::domain::provider::{FieldName, Id};
use paykeep::domain::{Environment, Kind};
use paykeep::keys::{Form, identify};
use paykeep::secret::SecretBytes;
use proptest::prelude::*;

#[path = "detect/beside.rs"]
mod beside;
#[path = "detect/sent.rs"]
mod sent;

const PAYNET_BARE: &str =
    "possible paynet/client-credentials - client_id | possible paynet/client-credentials - client_secret";
const RSA_PRIVATE: &str = "possible amazon-pay/key-pair - private_key | possible antom/key-pair - private_key | possible paynet/key-pair - private_key";
const RSA_PUBLIC: &str = "possible amazon-pay/key-pair - public_key | possible antom/key-pair - public_key \
     | possible antom/provider-public-key - public_key | possible paynet/key-pair - public_key \
     | possible paynet/provider-public-key - public_key";
const RSA_PAIR: &str = "possible amazon-pay/key-pair - private_key+public_key | possible antom/key-pair - private_key+public_key \
     | possible paynet/key-pair - private_key+public_key | possible antom/provider-public-key - public_key \
     | possible paynet/provider-public-key - public_key";

#[rustfmt::skip]
const ROWS: &[(&str, &str, &str)] = &[
    // One token.
    ("an Ansa live secret key", "ansa_sk_live_123e4567-e89b-12d3-a456-426614174000",
        "certain ansa/secret-key live value"),
    ("an Ansa sandbox secret key", "ansa_sk_sandbox_123e4567-e89b-12d3-a456-426614174000",
        "certain ansa/secret-key sandbox value"),
    ("an Ansa live client secret", "ansa_cs_live_abcDEF123",
        "certain ansa/client-secret live value"),
    ("Ansa's documented client secret, with a plus", "ansa_cs_sandbox_+v1234512345",
        "certain ansa/client-secret sandbox value"),
    ("the Standard Webhooks example", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "likely ansa/webhook-secret - value"),
    ("Antom's sandbox client ID", "SANDBOX_5Y036S2Y1W4D03493",
        "certain antom/account sandbox @client_id"),
    ("the client ID of Antom's SDK", "SANDBOX_5X00000000000000",
        "certain antom/account sandbox @client_id"),
    ("a PayNet client ID: hexadecimal digits like many", "9e0e99f396e74838aeb583d1f06bc03d",
        PAYNET_BARE),
    ("ANexPay's sign key: 24 characters like many", "aR2822Y6XbehWMclnB0Y2NJK",
        "possible anexpay/signing-key - value"),
    ("an Amazon Pay Public Key ID, live", "LIVE-AGJ7XQ4WBDNV5KSM2TPLRCE3",
        "certain amazon-pay/key-pair live key_id"),
    ("an Amazon Pay Public Key ID, sandbox", "SANDBOX-AGJ7XQ4WBDNV5KSM2TPLRCE3",
        "certain amazon-pay/key-pair sandbox key_id"),
    ("a Public Key ID in small letters", "live-AGJ7XQ4WBDNV5KSM2TPLRCE3",
        "certain amazon-pay/key-pair live key_id"),
    ("an Amazon Pay store ID", "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef",
        "certain amazon-pay/account - @store_id"),
    ("24 capitals and digits: two providers have such", "AGJ7XQ4WBDNV5KSM2TPLRCE3",
        "possible amazon-pay/key-pair - key_id | possible anexpay/signing-key - value"),

    // What surrounds a token.
    ("a line break at its end", "ansa_sk_live_123e4567-e89b-12d3-a456-426614174000\n",
        "certain ansa/secret-key live value"),
    ("quotes and a comma", "  \"ansa_sk_live_123e4567-e89b-12d3-a456-426614174000\",\r\n",
        "certain ansa/secret-key live value"),
    ("backticks", "`SANDBOX-AGJ7XQ4WBDNV5KSM2TPLRCE3`",
        "certain amazon-pay/key-pair sandbox key_id"),
    ("the marks of a bracketed paste", "\u{1b}[200~aR2822Y6XbehWMclnB0Y2NJK\u{1b}[201~",
        "possible anexpay/signing-key - value"),
    ("a byte-order mark", "\u{feff}9e0e99f396e74838aeb583d1f06bc03d\r\n",
        PAYNET_BARE),
    ("a zero-width space after it", "ansa_cs_live_abcDEF123\u{200b}",
        "certain ansa/client-secret live value"),
    ("prose around it", "Hi, here is the key: ansa_sk_live_123e4567-e89b-12d3-a456-426614174000, thanks!",
        "certain ansa/secret-key live value"),
    ("prose around it, in brackets", "The new one (ansa_cs_live_abcDEF123) replaces the one from May.",
        "certain ansa/client-secret live value"),
    ("two keys in prose", "sandbox: ansa_sk_sandbox_123e4567-e89b-12d3-a456-426614174000 and live ansa_sk_live_123e4567-e89b-12d3-a456-426614174001",
        "certain ansa/secret-key sandbox value ; certain ansa/secret-key live value"),

    // Keys.
    ("a private key, PKCS#8", "@private", RSA_PRIVATE),
    ("a private key, PKCS#1", "@pkcs1", RSA_PRIVATE),
    ("PKCS#8 under the label of PKCS#1, as Antom's Python SDK has it", "@lying", RSA_PRIVATE),
    ("a private key, base64 on one line", "@bare", RSA_PRIVATE),
    ("a private key, base64 on many lines", "@wrapped", RSA_PRIVATE),
    ("a private key with escaped line breaks in quotes", "\"@escaped\"", RSA_PRIVATE),
    ("a private key with Windows line breaks", "@crlf", RSA_PRIVATE),
    ("a private key between words", "Please use this one:\n\n@private\nand delete the old one.\n", RSA_PRIVATE),
    ("a private key without its first line", "@headless", RSA_PRIVATE),
    ("a public key", "@public", RSA_PUBLIC),
    ("a public key, base64 on one line: the form of Antom's dashboard", "@barepublic", RSA_PUBLIC),
    ("Antom's sample public key", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAouaj1V+bzKl4Gb1Lqd0cEUcJ1s9X7NnqNtPcqODfxuusS3Q9GpakNyc3Oay+xng7faTSezsmFMOF72AKv/PLkyvxZawV1hcwknjfTSweWWwxmm8TDJ2gqSItKmbKQudAascMHacJLOfa/g19yuEAUULjc5ZsibD77PJ2FmP8A9xPmkRNJnu7ha/VBOOLCdZzXrysH9GBTneCDvdOx4ktn634timgqv0dpSvIt41IiDD5Ma2eMr2MAz1vViNhvYCsWuC7W71ow4g/Ub9EdOcLJd6N/BaARnY2EJSfRquq9enzgbogDfe5Nmp1NGLn6FnkCgOYjn+Cg62zj93xA3glcwIDAQAB",
        RSA_PUBLIC),
    ("both halves of one pair", "@private\n@public", RSA_PAIR),
    ("the halves of two pairs", "@private\n@otherpublic", "@RSA_PRIVATE ; @RSA_PUBLIC"),
    ("a cut private key", "@half", "unknown"),
    ("an EC key", "@ec", "possible -/key-pair - private_key"),
    ("an RSA key of 4096 bits, which nobody asks for", "@big", "possible -/key-pair - private_key"),
    ("a certificate", "@certificate", "possible -/provider-public-key - public_key | possible -/key-pair - public_key"),

    // Fragments of .env files.
    (".env of Ansa", "export ANSA_SECRET_KEY=ansa_sk_live_123e4567-e89b-12d3-a456-426614174000\n",
        "certain ansa/secret-key live value"),
    (".env of Antom's MCP server", "GATEWAY_URL=https://open-sea-global.alipay.com\nCLIENT_ID=SANDBOX_5Y036S2Y1W4D03493\nMERCHANT_PRIVATE_KEY=@bare\nALIPAY_PUBLIC_KEY=@bareotherpublic\nPAYMENT_NOTIFY_URL=https://shop.example/notify\n",
        "likely antom/key-pair sandbox private_key @client_id | possible amazon-pay/key-pair - private_key | possible paynet/key-pair - private_key ; \
         likely antom/provider-public-key sandbox public_key @client_id | likely antom/key-pair sandbox public_key @client_id | possible amazon-pay/key-pair - public_key | possible paynet/key-pair - public_key | possible paynet/provider-public-key - public_key"),
    (".env of PayNet", "PAYNET_CLIENT_ID=9e0e99f396e74838aeb583d1f06bc03d\nPAYNET_CLIENT_SECRET='fd65ae2dcc764bdbabcca60b663ffa4e'\n",
        "possible paynet/client-credentials - client_id+client_secret"),
    (".env with comments and settings", "# payments\nPORT=3000\nDEBUG=true\nNODE_ENV=development\n\nPAYNET_CLIENT_ID=9e0e99f396e74838aeb583d1f06bc03d # ours\n",
        "possible paynet/client-credentials - client_id"),
    (".env with a quoted key on many lines", "AMAZON_PRIVATE_KEY=\"@private\"\nPUBLIC_KEY_ID=SANDBOX-AGJ7XQ4WBDNV5KSM2TPLRCE3\n",
        "certain amazon-pay/key-pair sandbox private_key+key_id | possible antom/key-pair - private_key | possible paynet/key-pair - private_key"),
    (".env with an escaped key", "MERCHANT_PRIVATE_KEY='@escaped'",
        "possible antom/key-pair - private_key | possible amazon-pay/key-pair - private_key | possible paynet/key-pair - private_key"),
    (".env with a base64 key on many lines", "MERCHANT_PRIVATE_KEY=@wrapped\nOTHER=1",
        "possible antom/key-pair - private_key | possible amazon-pay/key-pair - private_key | possible paynet/key-pair - private_key"),
    (".env with placeholders only", "CLIENT_ID=<client_id>\nCLIENT_SECRET=your_client_secret_here\nSIGN_KEY=xxxxxxxxxxxxxxxxxxxxxxxx\n", ""),
    (".env with a key of a provider that is not known", "STRIPE_SECRET_KEY=sk_live_51AbCdEf0123456789AbCdEf\n", "unknown"),
    ("PowerShell", "$env:ANSA_KEY = \"ansa_sk_sandbox_123e4567-e89b-12d3-a456-426614174000\"",
        "certain ansa/secret-key sandbox value"),

    // JSON.
    ("JSON of PayNet", "{\"client_id\": \"9e0e99f396e74838aeb583d1f06bc03d\", \"client_secret\": \"fd65ae2dcc764bdbabcca60b663ffa4e\"}",
        "possible paynet/client-credentials - client_id+client_secret"),
    ("two pairs of PayNet", "[{\"client_id\": \"9e0e99f396e74838aeb583d1f06bc03d\", \"client_secret\": \"a0c5ae2dcc764bdbabcca60b663ffa4e\"},\n {\"client_id\": \"fd65ae2dcc764bdbabcca60b663ffa4e\", \"client_secret\": \"b1c5ae2dcc764bdbabcca60b663ffa4e\"}]",
        "possible paynet/client-credentials - client_id+client_secret ; possible paynet/client-credentials - client_id+client_secret"),
    ("JSON of ANexPay", "{\"apiKey\": \"ak_7Q2mZk\", \"apiSecret\": \"as_9Lw0Pq77xT\", \"signKey\": \"aR2822Y6XbehWMclnB0Y2NJK\"}",
        "possible anexpay/client-credentials - api_key+api_secret ; possible anexpay/signing-key - value"),
    ("a JSON fragment that is cut off", "  \"apiKey\": \"ak_7Q2mZk\",\n  \"apiSecret\": \"as_9Lw0Pq77xT\",\n  \"signKey\": \"aR28",
        "possible anexpay/client-credentials - api_key+api_secret"),
    ("nested JSON of Amazon Pay", "{\"amazonPay\": {\"publicKeyId\": \"LIVE-AGJ7XQ4WBDNV5KSM2TPLRCE3\", \"privateKey\": \"@escaped\", \"region\": \"eu\", \"storeId\": \"amzn1.application-oa2-client.0123456789abcdef0123456789abcdef\"}}",
        "certain amazon-pay/key-pair live key_id+private_key @region+store_id | possible antom/key-pair - private_key | possible paynet/key-pair - private_key"),
    ("a JavaScript object", "const config = {\n  clientId: '9e0e99f396e74838aeb583d1f06bc03d',\n  clientSecret: 'fd65ae2dcc764bdbabcca60b663ffa4e',\n};",
        "possible paynet/client-credentials - client_id+client_secret"),
    ("PHP's array of Amazon Pay", "$config = array(\n 'public_key_id' => 'SANDBOX-AGJ7XQ4WBDNV5KSM2TPLRCE3',\n 'private_key' => 'keys/private.pem',\n 'region' => 'US',\n 'sandbox' => true );",
        "certain amazon-pay/key-pair sandbox key_id"),
    ("JSON in JSON", "{\"config\": \"{\\\"client_id\\\":\\\"9e0e99f396e74838aeb583d1f06bc03d\\\",\\\"client_secret\\\":\\\"fd65ae2dcc764bdbabcca60b663ffa4e\\\"}\"}",
        "possible paynet/client-credentials - client_id+client_secret"),
    ("Ansa's payment session", "{\"clientSecret\": \"ansa_cs_sandbox_+v1234512345\", \"created\": \"2026-01-01T00:00:00Z\", \"validUntil\": \"2026-01-02T00:00:00Z\"}",
        "certain ansa/client-secret sandbox value"),

    // Commands and headers.
    ("Ansa's curl", "curl -X POST https://api-sandbox.getansa.com/v1/customers \\\n  -H \"Authorization: ansa_sk_sandbox_123e4567-e89b-12d3-a456-426614174000\" \\\n  -H 'Content-Type: application/json'",
        "certain ansa/secret-key sandbox value"),
    ("a live key sent to a sandbox", "curl https://api-sandbox.getansa.com/v1/x -H 'Authorization: ansa_sk_live_123e4567-e89b-12d3-a456-426614174000'",
        "certain ansa/secret-key live value"),
    ("PayNet's token call", "curl --location --request POST 'https://sandbox.api.paynet.my/auth/token' \\\n--header 'Accept: application/json' \\\n--header 'Content-Type: application/x-www-form-urlencoded' \\\n--data-urlencode 'client_id=9e0e99f396e74838aeb583d1f06bc03d' \\\n--data-urlencode 'client_secret=fd65ae2dcc764bdbabcca60b663ffa4e' \\\n--data-urlencode 'grant_type=client_credentials'",
        "likely paynet/client-credentials sandbox client_id+client_secret"),
    ("PayNet's token call as the page has it", "curl --location --request POST 'https://sandbox.api.paynet.my/auth/token' \\\n--header 'Accept: application/json' \\\n--data-urlencode 'client_id=<client_id>' \\\n--data-urlencode 'client_secret=<client_secret>' \\\n--data-urlencode 'grant_type=client_credentials'", ""),
    ("PayNet's token call as one form", "curl -d 'grant_type=client_credentials&client_id=9e0e99f396e74838aeb583d1f06bc03d&client_secret=fd65ae2dcc764bdbabcca60b663ffa4e' https://sandbox.api.paynet.my/auth/token",
        "likely paynet/client-credentials sandbox client_id+client_secret"),
    ("ANexPay's token call in production", "curl https://openapi.anexpay.com/user/auth/oauth2/token -d '{\"grantType\":\"password\",\"email\":\"pay@shop.example\",\"password\":\"hunter2!\",\"apiKey\":\"ak_7Q2mZk\",\"apiSecret\":\"as_9Lw0Pq77xT\"}'",
        "likely anexpay/client-credentials live email+password+api_key+api_secret"),
    ("a header", "Authorization: ansa_sk_live_123e4567-e89b-12d3-a456-426614174000",
        "certain ansa/secret-key live value"),
    ("a header with a scheme", "Authorization: Bearer ansa_cs_live_abcDEF123",
        "certain ansa/client-secret live value"),
    ("Amazon Pay's signed header", "authorization: AMZN-PAY-RSASSA-PSS PublicKeyId=SANDBOX-AGJ7XQ4WBDNV5KSM2TPLRCE3, SignedHeaders=accept;content-type, Signature=abc",
        "certain amazon-pay/key-pair sandbox key_id"),
    ("YAML", "paynet:\n  client_id: 9e0e99f396e74838aeb583d1f06bc03d\n  client_secret: fd65ae2dcc764bdbabcca60b663ffa4e\n",
        "possible paynet/client-credentials - client_id+client_secret"),
    ("YAML with a block", "antom:\n  merchant_private_key: |\n@indented\n  client_id: SANDBOX_5Y036S2Y1W4D03493\n",
        "likely antom/key-pair sandbox private_key @client_id | possible amazon-pay/key-pair - private_key | possible paynet/key-pair - private_key"),
    ("labels above values, as on PayNet's page", "CLIENT ID\tCLIENT SECRET\n9e0e99f396e74838aeb583d1f06bc03d\tfd65ae2dcc764bdbabcca60b663ffa4e Reveal\n",
        "possible paynet/client-credentials - client_id+client_secret"),
    ("labels with colons", "Client ID: 9e0e99f396e74838aeb583d1f06bc03d\nClient Secret: fd65ae2dcc764bdbabcca60b663ffa4e\n",
        "possible paynet/client-credentials - client_id+client_secret"),
    ("ANexPay's page", "Sign Key: aR2822Y6XbehWMclnB0Y2NJK\nStringToSign: POST1636360661729/openapi/test{\"a\":\"124\"}\n",
        "possible anexpay/signing-key - value"),

    // A value inside of something else.
    ("what a shell falls back on", "ANSA_KEY=${ANSA_KEY:-@LIVE}", "certain ansa/secret-key live value"),
    ("the same in docker-compose", "services:\n  api:\n    environment:\n      - ANSA_SECRET_KEY=${ANSA_SECRET_KEY:-\"@LIVE\"}\n",
        "certain ansa/secret-key live value"),
    ("a fallback that is a variable, or nothing", "A=${A:-$B}\nB=${B:-}\nC=${C-${D}}", ""),
    ("a row of CSV", "ansa,live,@LIVE", "certain ansa/secret-key live value"),
    ("CSV with other names above it", "name,key\nansa,@LIVE\n", "certain ansa/secret-key live value"),
    ("a list of settings in a pipeline", "withEnv([\"ANSA=@LIVE\"])", "certain ansa/secret-key live value"),
    ("semicolons", "live;@LIVE;x", "certain ansa/secret-key live value"),
    ("strokes", "live|@LIVE|x", "certain ansa/secret-key live value"),
    ("an address with a key before the host", "https://@LIVE@api.getansa.com/v1", "certain ansa/secret-key live value"),
    ("an option with two settings", "helm upgrade x --set ansa.key=@LIVE,foo=bar", "certain ansa/secret-key live value"),
    ("an address with ID and secret", "https://@ID:@SECRET@sandbox.api.paynet.my/auth/token",
        "likely paynet/client-credentials sandbox client_id+client_secret"),
    ("somebody else's address with a password", "postgres://app:s3cr3t-for-my-app-0001@db.example/app", "unknown"),
    ("a private key out of a diff", "@ADDED", RSA_PRIVATE),
    ("a private key with the numbers of its lines", "@NUMBERED", RSA_PRIVATE),

    // Named after somebody else.
    ("another product's webhook secret", "SVIX_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "possible ansa/webhook-secret - value"),
    ("the same in a section", "[stripe]\nwebhook_secret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\n",
        "possible ansa/webhook-secret - value"),
    ("a provider's webhook secret, named after another provider", "PAYNET_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "possible ansa/webhook-secret - value"),
    ("both keys of another product", "STRIPE_SECRET_KEY=sk_live_51H8x2eKZvKYlo2C4aQxYgT3Zb9RkLm\nSTRIPE_PUBLISHABLE_KEY=pk_live_51H8x2eKZvKYlo2C4aQxYgT3Zb9RkLm\n",
        "unknown ; unknown"),
    ("API key and secret of another product", "TWILIO_API_KEY=SK9e0e99f396e74838aeb583d1f06bc03d\nTWILIO_API_SECRET=aR2822Y6XbehWMclnB0Y2NJKxK83Vq1T\n",
        "unknown ; unknown"),
    ("24 letters and digits of another product", "STRIPE_SIGN_KEY=aR2822Y6XbehWMclnB0Y2NJK", "unknown"),
    ("another product's private key", "GITHUB_PRIVATE_KEY=\"@escaped\"", "possible -/key-pair - private_key"),
    ("what nothing else looks like keeps its owner", "STRIPE_SECRET_KEY=@LIVE", "certain ansa/secret-key live value"),
    ("a provider's name inside of a longer word", "TRANSACTION_PUBLISHABLE_KEY=pk_51H8x2eKZvKYlo2C4aQxYgT3Zb", "unknown"),

    // What is none of it.
    ("a git commit", "3c7739d0f1e2d3c4b5a69788796a5b4c3d2e1f00", "unknown"),
    ("a UUID", "123e4567-e89b-12d3-a456-426614174000", "unknown"),
    ("a Stripe key", "sk_live_51AbCdEf0123456789AbCdEf", "unknown"),
    ("prose", "The quick brown fox jumps over the lazy dog, and nobody paid for it.", "unknown"),
    ("a picture", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "unknown"),
    ("base64 of a picture", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "unknown"),
    ("a prefix in documentation", "ansa_sk_live_{identifier} // live merchant secret key prefix", "unknown"),
    ("a masked key", "ansa_sk_live_****************", ""),
    ("an address", "https://pay-api.amazon.eu/v2/checkoutSessions", "unknown"),
    ("a short word", "hunter2", "unknown"),
    ("OAuth credentials of somebody else", "client_id=my-app-1\nclient_secret=s3cr3t-for-my-app-0001", "unknown"),
    ("e-mail and password", "{\"email\": \"me@shop.example\", \"password\": \"correct horse battery\"}", "unknown ; unknown"),
];

const LIVE: &str = "ansa_sk_live_123e4567-e89b-12d3-a456-426614174000";
const ID: &str = "9e0e99f396e74838aeb583d1f06bc03d";
const SECRET: &str = "fd65ae2dcc764bdbabcca60b663ffa4e";

/// The keys and values that stand behind `@name` in the rows.
static KEYS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let read = |text: &str| text.replace("TESTING KEY", "PRIVATE KEY");
    let private = read(include_str!("keys/rsa2048.txt"));
    let other = read(include_str!("detect/other2048.txt"));
    let write =
        |pem: &str, form| identify(pem.as_bytes()).expect("a key").write(form).expect("written").expose().to_owned();
    let bare = write(&private, Form::Pkcs8Base64);
    let base64 = |text: &str| Base64::encode_string(text.as_bytes());
    let (head, tail) = bare.split_at(600);
    let continued = format!("{head}\\\n    {tail}");
    let body = |pem: &str| pem.lines().filter(|line| !line.contains('-')).collect::<Vec<_>>().join("\n");
    vec![
        ("@certificate", include_str!("detect/certificate.pem").to_owned()),
        ("@bareotherpublic", write(&other, Form::SpkiBase64)),
        ("@otherpublic", write(&other, Form::SpkiPem)),
        ("@barepublic", write(&private, Form::SpkiBase64)),
        ("@public", write(&private, Form::SpkiPem)),
        ("@pkcs1", write(&private, Form::Pkcs1Pem)),
        ("@lying", private.replace("PRIVATE KEY", "RSA PRIVATE KEY")),
        ("@half", private.get(..800).expect("long enough").to_owned()),
        ("@wrapped", body(&private)),
        ("@escaped", private.trim().replace('\n', "\\n")),
        ("@crlf", private.replace('\n', "\r\n")),
        ("@headless", private.lines().skip(1).collect::<Vec<_>>().join("\n")),
        ("@indented", private.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")),
        ("@bare", bare),
        ("@big", read(include_str!("detect/rsa4096.txt"))),
        ("@ec", read(include_str!("detect/ec.txt"))),
        ("@QUOTED", format!("> {}\n", private.trim().replace('\n', "\n> "))),
        ("@CONTINUED", continued),
        ("@ADDED", format!("+{}\n", private.trim().replace('\n', "\n+"))),
        ("@NUMBERED", private.lines().zip(1..).map(|(line, n)| [&format!("{n:3}  "), line, "\n"].concat()).collect()),
        ("@64PEM", base64(&private)),
        ("@64LIVE", base64(LIVE)),
        ("@64ID", base64(ID)),
        ("@64SECRET", base64(SECRET)),
        ("@64BASIC", base64(&format!("{ID}:{SECRET}"))),
        ("@LIVE", LIVE.to_owned()),
        ("@ID", ID.to_owned()),
        ("@SECRET", SECRET.to_owned()),
        ("@SIGN", "aR2822Y6XbehWMclnB0Y2NJK".to_owned()),
        ("@KEY_ID", "SANDBOX-AGJ7XQ4WBDNV5KSM2TPLRCE3".to_owned()),
        ("@CLIENT", "SANDBOX_5Y036S2Y1W4D03493".to_owned()),
        ("@private", private),
    ]
});

fn filled(text: &str) -> String {
    let text = text.replace("@RSA_PRIVATE", RSA_PRIVATE).replace("@RSA_PUBLIC", RSA_PUBLIC);
    KEYS.iter().fold(text, |text, (name, key)| text.replace(name, key))
}

fn pasted(text: &str) -> Detection {
    detect(Catalog::builtin(), SecretBytes::new(text.as_bytes().to_vec()))
}

fn rendered(detection: &Detection) -> String {
    let items: Vec<String> = detection
        .items
        .iter()
        .map(|item| {
            let candidates: Vec<String> = item
                .candidates
                .iter()
                .map(|c| {
                    let provider = c.provider.as_ref().map_or("-", |id| id.as_str());
                    let what = c.credential.as_ref().map(Id::as_str).or(c.kind.map(Kind::as_str)).unwrap_or("account");
                    let environment = c.environment.map_or("-", Environment::as_str);
                    let names = |fields: &[(FieldName, usize)]| {
                        fields.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("+")
                    };
                    let account = if c.account_fields.is_empty() {
                        String::new()
                    } else {
                        format!(" @{}", names(&c.account_fields))
                    };
                    let fields = if c.fields.is_empty() { String::new() } else { format!(" {}", names(&c.fields)) };
                    format!("{} {provider}/{what} {environment}{fields}{account}", c.strength.as_str())
                })
                .collect();
            if candidates.is_empty() { "unknown".to_owned() } else { candidates.join(" | ") }
        })
        .collect();
    items.join(" ; ")
}

#[test]
fn every_sample_is_taken_for_what_it_is() {
    let mut wrong = Vec::new();
    for (name, paste, expected) in ROWS {
        let found = rendered(&pasted(&filled(paste)));
        let expected = filled(expected);
        if found != expected {
            wrong.push(format!("{name}\n   expected: {expected}\n      found: {found}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
    assert!(ROWS.len() >= 60);
}

#[test]
fn what_was_left_out_is_told() {
    let notes = |text: &str| pasted(text).notes;
    let token = "9e0e99f396e74838aeb583d1f06bc03d";
    assert_eq!(notes(token), []);
    assert_eq!(notes(&format!("{token}\n")), [Note::LineBreaks(1)]);
    assert_eq!(
        notes(&format!("\u{feff}\"{token}\",\r\n")),
        [Note::ByteOrderMark, Note::CarriageReturns, Note::LineBreaks(1), Note::Punctuation, Note::Quotes,]
    );
    assert_eq!(notes(&format!("\u{1b}[200~{token}\u{1b}[201~")), [Note::EscapeCodes]);
    assert_eq!(notes(&format!("export X={token}")), [Note::Export]);
    assert_eq!(notes("A=<secret>\nB=${B}\n"), [Note::LineBreaks(1), Note::Placeholders(2)]);
    assert_eq!(Note::LineBreaks(1).to_string(), "One line break at its end was left out");
}

#[test]
fn the_value_is_stored_without_its_dressing() {
    let value = |text: &str| String::from_utf8(pasted(text).values[0].text.expose().to_vec()).expect("text");
    assert_eq!(value(" 'aR2822Y6XbehWMclnB0Y2NJK',\n"), "aR2822Y6XbehWMclnB0Y2NJK");
    assert_eq!(value("KEY=\"ansa_cs_live_a b\\\"c\" # x\nansa_cs_live_abcDEF123"), "ansa_cs_live_abcDEF123");
    let private = filled("@private");
    for way in ["@private", "@crlf", "K=\"@escaped\"", "{\"k\": \"@escaped\\n\"}", "@headless", "  @private  "] {
        assert_eq!(value(&filled(way)), private, "{way}");
    }
    assert_eq!(value(&filled("@wrapped")), filled("@bare"));
}

#[test]
fn the_reasons_say_where_a_candidate_comes_from() {
    let reasons = |text: &str| pasted(text).items[0].candidates[0].reasons.clone();
    let sent = "curl https://api-sandbox.getansa.com/v1/x -H 'Authorization: ansa_sk_live_123e4567-e89b-12d3-a456-426614174000'";
    assert_eq!(
        reasons(sent),
        [
            "it starts with ansa_sk_live_",
            "a UUID follows, 36 characters",
            "it stands beside the address of api-sandbox.getansa.com",
            "but this says sandbox, not live: api-sandbox.getansa.com is a server of that environment",
        ]
    );
    assert!(
        reasons("PAYNET_CLIENT_ID=9e0e99f396e74838aeb583d1f06bc03d")
            .contains(&"it is named PAYNET_CLIENT_ID".to_owned())
    );
    let theirs = reasons("STRIPE_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assert_eq!(theirs.last().map(String::as_str), Some("but its name says Stripe"), "{theirs:?}");
    assert!(theirs.iter().all(|reason| !reason.starts_with("it is named")), "{theirs:?}");
    assert_eq!(pasted("ansa_cs_live_abcDEF123").items[0].candidates[0].prefix.as_deref(), Some("ansa_cs_live_"));
}

#[test]
fn what_is_wrong_with_a_key_stands_beside_it() {
    let about = |text: &str| pasted(&filled(text)).values[0].about.clone().expect("a key");
    assert_eq!(about("@private"), "an RSA private key of 2048 bits, PKCS#8");
    assert_eq!(about("@certificate"), "an RSA certificate of 2048 bits, X.509");
    assert!(about("@half").starts_with("the key is cut off: "), "{}", about("@half"));
}

#[test]
fn a_bare_token_is_never_more_than_possible() {
    for token in [
        "9e0e99f396e74838aeb583d1f06bc03d",
        "aR2822Y6XbehWMclnB0Y2NJK",
        "AGJ7XQ4WBDNV5KSM2TPLRCE3",
        "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl",
    ] {
        for text in [
            token.to_owned(),
            format!("CLIENT_SECRET={token}"),
            format!("signKey: {token}"),
            format!("PAYNET_CLIENT_ID={token}"),
        ] {
            for candidate in pasted(&text).items.iter().flat_map(|item| &item.candidates) {
                assert_eq!(candidate.strength.as_str(), "possible", "{text}");
            }
        }
    }
}

#[test]
fn keys_in_der_are_recognised_and_become_pem() {
    let pem = filled("@public");
    let der = identify(pem.as_bytes()).expect("a key").public().expect("public").der().expect("der");
    let found = detect(Catalog::builtin(), SecretBytes::new(der));
    assert_eq!(rendered(&found), RSA_PUBLIC);
    assert_eq!(found.values[0].text.expose(), pem.as_bytes());
}

#[test]
fn what_is_no_text_is_refused_and_kept_byte_for_byte() {
    let bytes = vec![0x89, b'P', b'N', b'G', 0xff, 0, b'\n'];
    let found = detect(Catalog::builtin(), SecretBytes::new(bytes.clone()));
    assert_eq!(found.refused, Some(Refused::NotText));
    assert_eq!(found.values[0].text.expose(), bytes);
    assert_eq!(normalise(Catalog::builtin(), SecretBytes::new(bytes.clone())).0.expose(), bytes);
    assert_eq!(pasted(" \n").refused, Some(Refused::Empty));
}

#[test]
fn keys_are_stored_in_the_form_of_their_field() {
    let kept = |text: &str, form| {
        let (value, form) = stored(SecretBytes::new(filled(text).into_bytes()), form);
        (String::from_utf8(value.expose().to_vec()).expect("text"), form)
    };
    assert_eq!(kept("@pkcs1", None), (filled("@private"), Some(Form::Pkcs8Pem)));
    assert_eq!(kept("@private", Some(Form::Pkcs8Base64)), (filled("@bare"), Some(Form::Pkcs8Base64)));
    assert_eq!(kept("@public", Some(Form::Pkcs8Pem)), (filled("@public"), Some(Form::SpkiPem)));
    assert_eq!(kept("token", None), ("token".to_owned(), None));
}

#[test]
fn a_value_that_contradicts_the_choice_is_told_with_the_reason() {
    use Contradicted as Of;
    use Environment::{Live, Sandbox};
    let ansa_live = "ansa_sk_live_123e4567-e89b-12d3-a456-426614174000";
    #[rustfmt::skip]
    let rows = [
        (ansa_live, "ansa", Kind::SecretKey, Live, "value", None, ""),
        (ansa_live, "ansa", Kind::SecretKey, Sandbox, "value", Some(Of::Environment), "This says live: it starts with ansa_sk_live_."),
        (ansa_live, "ansa", Kind::ClientSecret, Live, "value", Some(Of::Kind), "This is a merchant secret key: it starts with ansa_sk_live_."),
        (ansa_live, "other", Kind::SecretKey, Live, "value", Some(Of::Provider), "This is a merchant secret key of Ansa: it starts with ansa_sk_live_."),
        (ansa_live, "paynet", Kind::ClientCredentials, Live, "client_secret", Some(Of::Provider), "This is a merchant secret key of Ansa: it starts with ansa_sk_live_."),
        ("LIVE-AGJ7XQ4WBDNV5KSM2TPLRCE3\n", "amazon-pay", Kind::KeyPair, Sandbox, "key_id", Some(Of::Environment), "This says live: it starts with LIVE-."),
        ("SANDBOX-AGJ7XQ4WBDNV5KSM2TPLRCE3", "amazon-pay", Kind::KeyPair, Sandbox, "key_id", None, ""),
        ("SANDBOX-AGJ7XQ4WBDNV5KSM2TPLRCE3", "amazon-pay", Kind::KeyPair, Sandbox, "private_key", Some(Of::Field), "This is no private key: neither PEM nor base64 of a key is in it."),
        ("9e0e99f396e74838aeb583d1f06bc03d", "paynet", Kind::ClientCredentials, Live, "client_secret", None, ""),
        ("9e0e99f396e74838aeb583d1f06bc03d", "other", Kind::SecretKey, Live, "value", None, ""),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "other", Kind::WebhookSecret, Live, "value", None, ""),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "ansa", Kind::SecretKey, Live, "value", Some(Of::Kind), "This is a webhook secret: it starts with whsec_ and base64 follows, as Standard Webhooks has it."),
        ("sk_live_51AbCdEf0123456789AbCdEf", "other", Kind::SecretKey, Live, "value", None, ""),
        ("SANDBOX_5Y036S2Y1W4D03493", "other", Kind::SecretKey, Live, "value", Some(Of::Provider), "This is a Client ID of Antom: it starts with SANDBOX_."),
        ("AFKOAJJNQCRYPT2OQWMVLIOY", "amazon-pay", Kind::KeyPair, Live, "key_id", None, ""),
        ("LIVE-AFKOAJJN", "amazon-pay", Kind::KeyPair, Live, "key_id", None, ""),
        ("9e0e99f396e74838aeb583d1f06bc03d\taaaabbbbccccddddeeeeffff00001111", "paynet", Kind::ClientCredentials, Live, "client_id", Some(Of::Field), "This is more than one value: there is a tab in it, as between the columns of a table."),
        ("checkout 9e0e99f396e74838aeb583d1f06bc03d", "paynet", Kind::ClientCredentials, Live, "client_id", Some(Of::Field), "This is more than one value: there is a blank in it."),
        ("a pass word 1", "anexpay", Kind::ClientCredentials, Live, "password", None, ""),
        ("9e0e 99f3", "other", Kind::ClientCredentials, Live, "client_id", None, ""),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "ansa", Kind::WebhookSecret, Live, "value", None, ""),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "ansa", Kind::WebhookSecret, Live, "value", Some(Of::Field), "This does not look like a webhook secret: those begin with whsec_."),
        ("whatever", "amazon-pay", Kind::KeyPair, Live, "key_id", Some(Of::Field), "This does not look like a Public Key ID: those begin with LIVE- or SANDBOX-, and this looks like none of the others."),
        ("@private", "antom", Kind::KeyPair, Live, "private_key", None, ""),
        ("@pkcs1", "other", Kind::KeyPair, Live, "private_key", None, ""),
        ("@public", "antom", Kind::KeyPair, Live, "private_key", Some(Of::Field), "This is a public key: it is an RSA public key of 2048 bits, and the private key belongs here."),
        ("@private", "antom", Kind::ProviderPublicKey, Live, "public_key", Some(Of::Field), "This is a private key: it is an RSA private key of 2048 bits, and a public key belongs here."),
        ("@bare", "amazon-pay", Kind::KeyPair, Live, "public_key", Some(Of::Field), "This is a private key: it is an RSA private key of 2048 bits, and a public key belongs here."),
        ("@private", "paynet", Kind::ClientCredentials, Live, "client_secret", Some(Of::Field), "This is a key: it is an RSA private key of 2048 bits, and a token belongs here."),
        ("@private", "ansa", Kind::SecretKey, Live, "value", Some(Of::Field), "This is a key: it is an RSA private key of 2048 bits, and a token belongs here."),
    ];
    for (text, provider, kind, environment, field, of, sentence) in rows {
        let chosen = Chosen { provider, credential: None, kind, environment, field };
        let found = contradiction(Catalog::builtin(), &SecretBytes::new(filled(text).into_bytes()), &chosen);
        assert_eq!(found.as_ref().map(|c| c.of), of, "{text} as {provider} {kind} {field}");
        assert_eq!(found.map(|c| c.to_string()).unwrap_or_default(), sentence, "{text} as {provider} {kind} {field}");
    }
    let half = contradiction(
        Catalog::builtin(),
        &SecretBytes::new(filled("@half").into_bytes()),
        &Chosen {
            provider: "antom",
            credential: Some("key-pair"),
            kind: Kind::KeyPair,
            environment: Live,
            field: "private_key",
        },
    );
    assert!(half.expect("cut off").to_string().starts_with("This is no whole key: the key is cut off: "));
    let as_theirs = |text: &str| {
        let chosen = Chosen {
            provider: "antom",
            credential: Some("provider-public-key"),
            kind: Kind::ProviderPublicKey,
            environment: Live,
            field: "public_key",
        };
        let found = contradiction(Catalog::builtin(), &SecretBytes::new(filled(text).into_bytes()), &chosen);
        found.map(|found| found.to_string())
    };
    let two = as_theirs("@public\n@public").expect("two keys");
    assert_eq!(two, "This is more than one key: there are 2 keys in this text.");
    let short = as_theirs(SHORT).expect("too short");
    assert_eq!(short, "This is a key of another length: it has 1024 bits, and one of 2048 belongs here.");
    assert_eq!(as_theirs("@public"), None);
}

#[test]
fn a_value_that_may_be_cut_off_is_doubted_and_not_refused() {
    for (text, provider, credential, field, wanted) in [
        ("ansa_sk_live_123e4567-e89b-12d3-a456-426614174000", "ansa", "secret-key", "value", None),
        ("ansa_sk_live_123e4567-e89b-12d3-a456-4266141740", "ansa", "secret-key", "value", Some("is it whole?")),
        ("LIVE-AFKOAJJN", "amazon-pay", "key-pair", "key_id", Some("is it whole?")),
        ("LIVE-AGJ7XQ4WBDNV5KSM2TPLRCE3", "amazon-pay", "key-pair", "key_id", None),
        ("whsec_MfKQ9r8", "ansa", "webhook-secret", "value", Some("is it whole?")),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "ansa", "webhook-secret", "value", None),
    ] {
        let kind = Catalog::builtin().get(provider).unwrap().credential(credential).unwrap().kind;
        let (credential, environment) = (Some(credential), Environment::Live);
        let chosen = Chosen { provider, credential, kind, environment, field };
        let value = SecretBytes::copied(text.as_bytes());
        assert_eq!(contradiction(Catalog::builtin(), &value, &chosen), None, "{text}");
        let found = doubt(Catalog::builtin(), &value, &chosen);
        assert_eq!(found.is_some(), wanted.is_some(), "{text}: {found:?}");
        assert!(found.unwrap_or_default().ends_with(wanted.unwrap_or_default()), "{text}");
    }
}

#[test]
fn a_secret_is_known_by_its_shape_or_by_the_name_that_stands_before_it() {
    let told = |text: &str| secret_in(Catalog::builtin(), filled(text).as_bytes());
    for text in [
        r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "s-1-and-more"}"#,
        "PAYNET_CLIENT_SECRET=s-1-and-more",
        r#""signKey": "aR2822Y6XbehWMclnB0Y2NJK""#,
        "ansa_sk_live_123e4567-e89b-12d3-a456-426614174000",
        "@private",
    ] {
        assert!(told(text).is_some(), "{text}");
    }
    for text in [
        "acme",
        "asked Ada for the client secret: she sends it tomorrow",
        "client_secret: currently with Ada",
        "client_secret=<client_secret>",
        r#"{"client_id": "0123456789abcdef0123456789abcdef"}"#,
        "https://example.com/?page=2",
        "@public",
    ] {
        assert_eq!(told(text), None, "{text}");
    }
}

#[test]
fn ten_megabytes_are_refused_at_once_and_less_takes_linear_time() {
    let start = Instant::now();
    assert_eq!(pasted(&"x".repeat(10 << 20)).refused, Some(Refused::TooLarge));
    assert!(start.elapsed().as_millis() < 500);
    // Repetitions that would bite a scanner that looks back or starts over.
    let of_curl = [("curl ", "a", ""), ("curl x", "\n", "-H x"), ("curl ", "'a'", ""), ("curl ", "\\\n", "")];
    let alone = [
        "-----BEGIN ",
        "-----BEGIN X-----\n",
        "-----END X-----",
        "curl ",
        "curl '",
        "a=\"",
        "a='",
        "\"",
        "\"a\":\"",
        "{",
        "key: ",
        "://",
        "MIIE",
        "\u{1b}[",
        "\u{1b}]",
        "a=b&",
        "ansa_sk_live_x ",
        "\\",
        "\n",
        "word and ",
        "a\t",
        "Client ID\n",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n",
        "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1J\n",
        "SANDBOX-AGJ7XQ4\n",
        "9e0e99f396e74838aeb583d1f06bc03d\n",
        "LIVE_CLIENT_ID=9e0e99f396e74838aeb583d1f06bc03d\n",
        "client_id,client_secret\na,b\n",
        "| client_id | client_secret |\n",
        "{\"a\":",
        "[a]\n",
        " a:\n",
        "<a>",
        "<a>bcde</a>",
        "client id is ",
        "— BEGIN ",
        "> ",
        "(`",
        "kind: Secret\na: QUJDREVGR0hJSktM\n",
        "${A:-",
        "${A:-x}",
        "+-----BEGIN X-----\n",
        "1 -----BEGIN X-----\n",
        "a://b@",
        "ansa_sk_live_x,",
        "Host: a\n",
    ];
    for (start, piece, end) in alone.into_iter().map(|piece| ("", piece, "")).chain(of_curl) {
        let time = |length: usize| {
            let text = format!("{start}{}{end}", piece.repeat(length / piece.len()));
            let start = Instant::now();
            pasted(&text);
            start.elapsed().as_secs_f64()
        };
        let (small, large) = (time(MAX_PASTE / 32).max(0.02), time(MAX_PASTE / 4));
        assert!(large < small * 40.0 && large < 20.0, "{start:?} {piece:?}: {small:.3} s, then {large:.3} s");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        pasted(&text);
    }

    #[test]
    fn no_mixture_of_what_it_looks_for_makes_it_panic(parts in proptest::collection::vec(proptest::sample::select(vec![
        "curl ", "-H ", "'", "\"", "\\", "\n", "\r", "\u{1b}[200~", "-----BEGIN X-----", "-----END X-----", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj",
        "a=", "client_id: ", "{", "}", "\"apiKey\":", "https://sandbox.api.paynet.my/", "?a=b&", "%4", "ansa_sk_live_", "LIVE-AGJ7XQ4WBDNV5KSM2TPLRCE3",
        "9e0e99f396e74838aeb583d1f06bc03d", "é", "\u{0}", "\u{0}0\u{0}", "|", "> ", "$'", "$", "Basic YTpi", "Bearer ", "\t", "Client ID", "Client Secret", "\u{200b}", "=",
    ]), 0..40)) {
        pasted(&parts.concat());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let chosen = Chosen { provider: "other", credential: None, kind: Kind::SecretKey, environment: Environment::Live, field: "value" };
        contradiction(Catalog::builtin(), &SecretBytes::new(bytes.clone()), &chosen);
        detect(Catalog::builtin(), SecretBytes::new(bytes));
    }

    #[test]
    fn a_token_comes_out_of_quotes_and_line_breaks_as_it_went_in(token in "[A-Za-z0-9_+/.-]{8,60}[A-Za-z0-9]") {
        let (value, _) = normalise(Catalog::builtin(), SecretBytes::new(format!("\u{feff}\"{token}\"\r\n").into_bytes()));
        prop_assert_eq!(value.expose(), token.as_bytes());
    }
}

/// A public key of 1024 bits, whose private half nobody has.
const SHORT: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCnWQXCGs2VNyVbJAX4m5svnY57G4nCwMWHRu1xyfW5BNPq3JDcduU1/oMntbZ1Tqmo3lEzojcmjDIGFI/AF6BEGjmZgo8osjMt/2+4q8HodUVRNg5FdaDqQx6Uc8Jm6/0x30Yd1j1lFEh9skwrQ4yhs6JvaVYGIS6VC//cXTalowIDAQAB";
