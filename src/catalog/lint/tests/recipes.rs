//! What lint says of recipes.

use super::refuses;

#[test]
fn a_recipe_fills_in_what_exists() {
    let right = "text = [\"{time}\", \"{body}\"]";
    refuses(right, "text = [\"{time}\", \"{bdy}\"]", "bdy", "unknown placeholder `{bdy}`");
    refuses(right, "text = [\"{body|mini}\"]", "mini", "unknown filter `mini` in `{body|mini}`");
    refuses(
        right,
        "text = [\"{time}\", \"{account.shop}\"]",
        "shop",
        "`{account.shop}` is filled in, but [account] has no `shop`",
    );
    refuses(
        right,
        "text = [\"{field.name}\"]",
        "name",
        "`{field.name}` is filled in, but `provider-public-key` has no field `name`",
    );
    refuses(right, "text = [\"{signature}\"]", "signature", "`{signature}` can't stand in what is signed");
    refuses(
        "time = { format = \"as-received\" }\n",
        "",
        "text",
        "`{time}` is filled in, but the key `time` is missing",
    );
    refuses(
        "headers = { Signature = \"{signature}\" }",
        "headers = { Signature = \"{signature}\", K = \"{field.private_key}\" }",
        "private_key",
        "`{field.private_key}` is secret",
    );
    refuses(
        right,
        "text = [\"{time}\"]\nreadings = [{ title = \"x\", text = [\"{signature}\"] }]",
        "readings",
        "`{signature}` can't stand in what is signed",
    );
}

#[test]
fn a_recipe_has_a_key_that_goes_with_it() {
    refuses(
        "key = \"key-pair#private_key\"",
        "key = \"key-pair#secret\"",
        "secret",
        "`key` is `key-pair#secret`, which no credential of the file has",
    );
    refuses("key = \"key-pair#private_key\"", "key = \"key-pair#public_key\"", "public_key", "`key` is public");
    refuses(
        "key = \"provider-public-key#public_key\"",
        "key = \"key-pair#private_key\"",
        "private_key",
        "`key` is secret: a signature is checked with a public key",
    );
    refuses(
        "title = \"Answer\"",
        "title = \"Answer\"\nkey_decode = \"hex\"",
        "key_decode",
        "`key_decode` does not go with the algorithm",
    );
    refuses(
        "title = \"Answer\"",
        "title = \"Answer\"\nkey_decode = \"b64\"",
        "b64",
        "`key_decode` is utf8, hex, base64, base64-after:PREFIX, sha1 or rsa-key",
    );
    refuses("text = [\"{time}\", \"{body}\"]\n", "", "recipes.answer", "the key `text` of recipe `answer` is missing");
    refuses(
        "title = \"Answer\"",
        "title = \"Answer\"\nlike = \"reqest\"",
        "like",
        "`like` is `reqest`, which the file does not have",
    );
}

#[test]
fn a_signature_goes_somewhere_and_comes_from_somewhere() {
    refuses(
        "headers = { Signature = \"{signature}\" }",
        "headers = { Signature = \"none\" }",
        "headers",
        "no header has `{signature}`",
    );
    refuses(
        "encode = [\"base64\"] }\nheaders",
        "encode = [\"base64\"], named = \"RSA256\" }\nheaders",
        "sign",
        "`named` is `RSA256`: it is written as in the signature's header, name=value",
    );
    refuses(
        "signature = { header = \"Signature\", decode = [\"base64\"] }\n",
        "",
        "recipes.answer",
        "the key `signature` is missing: where is it found?",
    );
    refuses(
        "time = { format = \"as-received\" }\ntext = [\"{time}\", \"{body}\"]",
        "text = [\"{body}\"]\ntolerance = { seconds = 1 }",
        "tolerance",
        "`tolerance` says how far off a time may be: which?",
    );
}

#[test]
fn a_header_cannot_break_out_of_its_line() {
    let name = "a header's name has letters, digits, dashes and underscores";
    refuses(
        "headers = { Signature = \"{signature}\" }",
        "headers = { Signature = \"{signature}\", \"X: y\" = \"z\" }",
        "X: y",
        name,
    );
    refuses("header = \"Date\"", "header = \"Da te\"", "Da te", name);
    refuses("header = \"Signature\"", "header = \"\"", "signature", name);
    refuses(
        "headers = { Signature = \"{signature}\" }",
        "headers = { Signature = \"{signature}\\r\\nHost: evil.example\" }",
        "headers",
        "the header `Signature` has characters that can't be seen",
    );
}

#[test]
fn a_vector_can_be_run() {
    refuses(
        ", text = \"GET1x\" }]",
        " }]",
        "vectors",
        "a vector has a `text`, a `signature` or both: what should come out?",
    );
    refuses(
        "text = \"GET1x\"",
        "signature = \"x\"",
        "vectors",
        "a vector with a `signature` has the `key` that made it",
    );
    refuses("path = \"/\", time = \"1\"", "path = \"/\"", "vectors", "the key `time` of the message is missing");
    refuses(
        "account = { client_id = \"x\" }",
        "account = {}",
        "vectors",
        "the key `account.client_id` of the message is missing",
    );
}

#[test]
fn a_canonical_request_stands_in_a_text_and_not_in_itself() {
    let right = "text = [\"{time}\", \"{body}\"]";
    refuses(
        right,
        "text = [\"{time}\", \"{canonical}\"]",
        "[recipes.answer]",
        "`{canonical}` is filled in, but the key `canonical` is missing",
    );
    refuses(
        right,
        "text = [\"{time}\"]\ncanonical = [\"{body}\"]",
        "canonical",
        "`canonical` is there, but no text has `{canonical}`",
    );
    refuses(
        right,
        "text = [\"{canonical}\"]\ncanonical = [\"{canonical}\"]",
        "canonical",
        "`{canonical}` can't stand in itself",
    );
    refuses(right, "text = []", "[recipes.answer]", "there is no `text` to sign");
}

#[test]
fn signed_headers_are_told_and_in_lower_case() {
    let right = "text = [\"{time}\", \"{body}\"]";
    refuses(
        right,
        "text = [\"{headers}\"]",
        "headers",
        "headers are filled in, but the key `signed_headers` is missing",
    );
    refuses(
        right,
        "text = [\"{headers}\"]\nsigned_headers = { names = [\"Date\"] }",
        "signed_headers",
        "`Date`: signed headers are named in lower case",
    );
}

#[test]
fn the_key_stands_only_in_what_is_hashed_or_sent() {
    let right = "text = [\"{time}\", \"{body}\"]";
    refuses(right, "text = [\"{key}\"]", "{key}", "`{key}` stands in what is hashed or sent, not in what a key signs");
    refuses(right, "text = [\"{text}\"]", "{text}", "`{text}` can't stand in itself");
    refuses(
        "headers = { Signature = \"{signature}\" }",
        "headers = { Signature = \"{signature}\", K = \"{key}\" }",
        "{key}",
        "`{key}` can't stand in a header: a `token` recipe sends it",
    );
    refuses(
        "[recipes.answer]",
        "[recipes.hash]\ntitle = \"Hash\"\ndoes = \"sign\"\nkey = \"secret-key#value\"\ntext = [\"{body}\"]\n\
         sign = { algorithm = \"sha512\", encode = [\"hex\"] }\n[recipes.answer]",
        "[recipes.hash]",
        "no `text` has `{key}`: anybody could make this hash, and it proves nothing",
    );
}
