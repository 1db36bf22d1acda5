//! Lint of shapes: that an expression can be used, and doesn't claim more than it can know.

use crate::catalog::finding::Wrong;
use crate::domain::clean;
use crate::domain::provider::{Matcher, Pattern, Provider, Shape, Strength};

pub(super) fn check(provider: &Provider, wrong: &mut Vec<Wrong>) {
    for (n, shape) in provider.shapes.iter().enumerate() {
        let path = format!("shapes/{n}");
        if let Matcher::Pattern(pattern) = &shape.matcher {
            expression(&format!("{path}/pattern"), shape, pattern, wrong);
        }
        if let (Matcher::Pattern(pattern), Some(prefix)) = (&shape.matcher, &shape.prefix)
            && !can_begin(pattern.as_str(), prefix)
        {
            let message = format!("no value that fits `pattern` begins with {}", clean(prefix));
            wrong.push(Wrong::warning(format!("{path}/prefix"), message).hint("`prefix` is how such values begin"));
        }
        if let Some(environment) = shape.environment.filter(|own| provider.environment(*own).is_none()) {
            let message = format!("`environment` is {environment}, which the provider lacks");
            wrong.push(Wrong::error(format!("{path}/environment"), message));
        }
        if shape.because.is_empty() {
            let hint = "a clause in words, as: it starts with sk_live_";
            wrong.push(Wrong::warning(path, "a shape says why: the key `because` is missing").hint(hint));
        }
    }
}

fn expression(path: &str, shape: &Shape, pattern: &Pattern, wrong: &mut Vec<Wrong>) {
    let text = pattern.as_str();
    if clean(text) != text {
        wrong.push(Wrong::error(path, "`pattern` has characters that can't be seen"));
    }
    let starts = text.starts_with('^') || text.starts_with(r"\A");
    let ends = text.ends_with(r"\z") || (text.ends_with('$') && !text.ends_with(r"\$"));
    if !(starts && ends) {
        let message = "`pattern` describes the whole value: it begins with ^ and ends with $";
        wrong.push(Wrong::error(path, message));
    }
    match pattern.compile() {
        Err(why) => wrong.push(Wrong::error(path, format!("`pattern` does not compile: {}", clean(&why)))),
        Ok(regex) => {
            if regex.is_match("") {
                wrong.push(Wrong::error(path, "`pattern` fits an empty value"));
            }
            if shape.strength > Strength::Possible && BARE_TOKENS.iter().any(|token| regex.is_match(token)) {
                let message = format!("`strength` is {}, but a bare token fits", shape.strength.as_str());
                let hint = "a token of 24 or 32 characters without a prefix is never more than possible";
                wrong.push(Wrong::error(path, message).hint(hint));
            }
        }
    }
}

/// Whether what fits an expression can begin so, as far as its own beginning is plain text.
fn can_begin(pattern: &str, prefix: &str) -> bool {
    let body = pattern.strip_prefix('^').or(pattern.strip_prefix(r"\A")).unwrap_or(pattern);
    let (body, any_case) = match body.strip_prefix("(?i:").or(body.strip_prefix("(?i)")) {
        Some(body) => (body, true),
        None => (body, false),
    };
    let mut plain = String::new();
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next().filter(char::is_ascii_punctuation) {
                Some(c) => plain.push(c),
                None => break,
            },
            // The one before it may be missing, or the whole be something else.
            '?' | '*' | '{' => {
                plain.pop();
                break;
            }
            '|' => return true,
            '.' | '+' | '[' | '(' | ')' | '$' => break,
            c => plain.push(c),
        }
    }
    let fold = |text: &str| if any_case { text.to_lowercase() } else { text.to_owned() };
    let (plain, prefix) = (fold(&plain), fold(prefix));
    plain.starts_with(&prefix) || prefix.starts_with(&plain)
}

/// What anybody's keys look like: 24 and 32 characters, in hexadecimal, capitals, small letters, digits, and mixed.
const BARE_TOKENS: [&str; 10] = [
    "9e0e99f396e74838aeb583d1",
    "9E0E99F396E74838AEB583D1",
    "QKDXWMZPTRBVNHJCLGFSAYEU",
    "qkdxwmzptrbvnhjclgfsayeu",
    "xK83Vq1TmZ04rPw7LbN2cYd9",
    "9e0e99f396e74838aeb583d1f06bc03d",
    "9E0E99F396E74838AEB583D1F06BC03D",
    "QKDXWMZPTRBVNHJCLGFSAYEUQKDXWMZP",
    "qkdxwmzptrbvnhjclgfsayeuqkdxwmzp",
    "xK83Vq1TmZ04rPw7LbN2cYd9xK83Vq1T",
];
