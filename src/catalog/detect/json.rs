//! Strings with keys in anything that resembles JSON: whole, nested, a fragment without braces, cut off.

use zeroize::Zeroizing;

use super::pairs::Pair;

/// All `"key": "value"` in `text`, at any depth, in order; within: the keys of what it stands in, from the outside.
pub(super) fn members(text: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut path = Path::default();
    while let Some(start) = text.get(at..).and_then(|rest| rest.find('"')).map(|n| at + n) {
        path.follow(text.get(at..start).unwrap_or_default());
        let Some((key, after)) = string(text, start) else { break };
        if !is_key(&key) {
            at = start + 1;
            continue;
        }
        let gap = text.get(after..).unwrap_or_default();
        let colon = gap.trim_start();
        let Some(rest) = colon.strip_prefix(':') else {
            at = after;
            continue;
        };
        let value_at = text.len() - rest.trim_start().len();
        if let Some((value, end)) = string(text, value_at) {
            let (name, within) = (key.to_string(), path.to_string());
            found.push(Pair { name, within, value, span: start..end, exported: false });
            at = end;
        } else {
            path.next = Some(key.to_string());
            // A number, an object, a list: what is inside comes next. A string that was cut off is no value.
            at = value_at.max(after);
            if text.get(value_at..).is_some_and(|rest| rest.starts_with('"')) {
                at = value_at + 1;
            }
        }
    }
    found
}

/// Which objects a place is in.
#[derive(Default)]
struct Path {
    /// The key of each, where it has one.
    open: Vec<Option<String>>,
    /// The key whose value comes.
    next: Option<String>,
}

impl Path {
    /// Goes through what stands between two strings.
    fn follow(&mut self, text: &str) {
        for sign in text.chars() {
            match sign {
                '{' | '[' if self.open.len() < DEEPEST => self.open.push(self.next.take()),
                '}' | ']' => {
                    self.open.pop();
                }
                ',' => self.next = None,
                _ => {}
            }
        }
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys: Vec<&str> = self.open.iter().flatten().map(String::as_str).collect();
        f.write_str(&keys.join("."))
    }
}

/// Whether a quoted text can be a key. A stray quote before it would turn keys and the text between them around.
fn is_key(text: &str) -> bool {
    text.len() <= 80 && !text.is_empty() && !text.contains(['\n', '{', '}', ':', ','])
}

/// The string whose opening quote stands at `start`, unescaped, and where it ends.
pub(super) fn string(text: &str, start: usize) -> Option<(Zeroizing<String>, usize)> {
    let body = text.get(start..)?.strip_prefix('"')?;
    let length = closing(body)?;
    let mut out = Zeroizing::new(String::with_capacity(length));
    let mut chars = body.get(..length)?.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let digits: String = chars.as_str().chars().take(4).collect();
                match u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    Some(c) if digits.len() == 4 => {
                        out.push(c);
                        chars.nth(3);
                    }
                    _ => out.push('u'),
                }
            }
            Some('b' | 'f') | None => {}
            Some(other) => out.push(other),
        }
    }
    Some((out, start + 1 + length + 1))
}

/// Where the quote stands that closes a string.
fn closing(body: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in body.bytes().enumerate().take(LONGEST) {
        match byte {
            b'"' if !escaped => return Some(at),
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

/// No credential is longer, and a quote that is never closed must not be looked for again and again to the end.
const LONGEST: usize = 64 * 1024;
const DEEPEST: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        members(text).into_iter().map(|m| (m.name, m.value.to_string())).collect()
    }

    #[test]
    fn whole_nested_fragment_and_cut_off() {
        let expected = vec![("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2\n".to_owned())];
        for text in [
            r#"{"a":"1","b":"2\n"}"#,
            r#"{"x": {"a" : "1"}, "n": 3, "y": [true, {"b": "2\u000a"}]}"#,
            r#"  "a": "1", "b": "2\n","#,
            r#"{"a":"1","b":"2\n","c":"cut"#,
        ] {
            assert_eq!(pairs(text), expected, "{text}");
        }
        let nested = members(r#"{"x": {"a": "1"}, "n": 3, "y": [{"b": {"c": "2"}}], "d": "3"}"#);
        let within: Vec<&str> = nested.iter().map(|member| member.within.as_str()).collect();
        assert_eq!(within, ["x", "y.b", ""]);
        assert_eq!(pairs("\"lonely\" and \"quoted\""), vec![]);
    }
}
