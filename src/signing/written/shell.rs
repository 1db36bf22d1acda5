//! The words of a command line, as the shell would read it in which it was written.

/// Which rules of quoting hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shell {
    /// sh, bash, zsh.
    Posix,
    Fish,
    /// PowerShell.
    Power,
    /// Windows' own, and what it starts.
    Cmd,
}

/// Why a line has no words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// A quote is never closed.
    OpenQuote,
    /// Something stands in it whose value only the shell knew: `$HOST`, `$(date +%s)`.
    Variable(String),
    /// An escape that makes bytes which are no text: a half of a surrogate pair, a byte above 127 alone, a zero byte.
    NoText,
    /// Quotes as word processors set them, which no shell reads.
    Typographic(char),
}

/// The words of `line`; `all` has its prompt too.
pub(super) fn words(all: &str, line: &str) -> Result<Vec<String>, Unread> {
    match shell(all, line) {
        // What is left open by the one may be whole by the other, which has \' within single quotes.
        Shell::Posix => match split(line, Shell::Posix) {
            Err(Unread::OpenQuote) => split(line, Shell::Fish),
            read => read,
        },
        Shell::Cmd => match cmd_variable(line) {
            Some(name) => Err(Unread::Variable(format!("%{name}%"))),
            None => split(&without_carets(line), Shell::Cmd),
        },
        shell => split(line, shell),
    }
}

fn shell(all: &str, line: &str) -> Shell {
    let continued = |mark: &str| ["\n", "\r\n"].iter().any(|end| line.contains(&format!("{mark}{end}")));
    let windows = line.starts_with("curl.exe");
    if line.contains("^\"") || continued("^") {
        Shell::Cmd
    } else if all.starts_with("PS ")
        || all.starts_with("PS>")
        || continued("`")
        || (windows && (line.contains(" '") || line.contains('`')))
    {
        Shell::Power
    } else if windows || all.as_bytes().get(1..3).is_some_and(|drive| drive == b":\\") {
        Shell::Cmd
    } else {
        Shell::Posix
    }
}

/// `^` stands before each special character that is not in quotes. At the end of a line it takes the line's end away, and the
/// character behind that as it is: browsers write a line break as `^` and two of them.
fn without_carets(text: &str) -> String {
    // A text that went through a form has CRLF where cmd has LF.
    let text = text.replace("\r\n", "\n");
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    let mut in_quotes = false;
    while let Some(c) = chars.next() {
        match c {
            '^' if !in_quotes => match chars.next() {
                Some('\n') => out.extend(chars.next()),
                next => out.extend(next),
            },
            c => {
                in_quotes ^= c == '"';
                out.push(c);
            }
        }
    }
    out
}

/// `%NAME%`, in whose place cmd puts a value, in quotes too. What can be URL-encoding is none.
fn cmd_variable(text: &str) -> Option<&str> {
    let is_name = |name: &&str| {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_escape = name.len() >= 2 && name.chars().take(2).all(|c| c.is_ascii_hexdigit());
        let is_shouted =
            name.chars().all(|c| c.is_ascii_uppercase() || c == '_') && !name.chars().all(|c| c.is_ascii_hexdigit());
        !name.is_empty()
            && name.chars().all(is_letter)
            && (!is_escape || is_shouted)
            && !name.starts_with(|c: char| c.is_ascii_digit())
    };
    let mut parts = text.split('%').skip(1).collect::<Vec<_>>();
    parts.pop();
    parts.into_iter().find(is_name)
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn split(text: &str, shell: Shell) -> Result<Vec<String>, Unread> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' | '`' if matches!(chars.peek(), None | Some('\n' | '\r')) => {
                while chars.next_if(|c| matches!(c, '\r' | '\n')).is_some() {}
                words.extend(word.take());
            }
            '\n' if chars.clone().find(|c| !c.is_whitespace()).is_none_or(|c| c != '-') => break,
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' if shell != Shell::Cmd => single(&mut chars, word.get_or_insert_default(), shell)?,
            '"' => double(&mut chars, word.get_or_insert_default(), shell)?,
            '$' if shell == Shell::Posix && chars.peek() == Some(&'\'') => {
                chars.next();
                escaped(&mut chars, word.get_or_insert_default())?;
            }
            '`' if shell == Shell::Power => word.get_or_insert_default().extend(chars.next()),
            '`' if shell == Shell::Posix => return Err(command(&chars)),
            // A remark, up to the line's end.
            '#' if word.is_none() && shell != Shell::Cmd => while chars.next_if(|c| *c != '\n').is_some() {},
            '\\' if matches!(shell, Shell::Posix | Shell::Fish) => word.get_or_insert_default().extend(chars.next()),
            '\\' if shell == Shell::Cmd && chars.peek() == Some(&'"') => {
                word.get_or_insert_default().extend(chars.next());
            }
            '“' | '”' | '‘' | '’' if word.is_none() => return Err(Unread::Typographic(c)),
            '$' if shell != Shell::Cmd && expands(&chars) => return Err(variable(&chars)),
            // `2>` is no word of its own.
            '>' if word.as_ref().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit())) => {
                word = None;
                break;
            }
            // Within an address people leave & and what follows it without quotes.
            '&' if word.is_none() => break,
            ';' | '|' | '>' | '<' => break,
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if shell == Shell::Power {
        // Windows' programs take \" for a quote, and many write it so to get one through.
        for word in &mut words {
            *word = word.replace("\\\"", "\"");
        }
    }
    Ok(words)
}

/// Whether the `$` that stood before is the beginning of something that the shell puts a value in place of.
fn expands(chars: &Chars<'_>) -> bool {
    chars.clone().next().is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '{' | '('))
}

fn variable(chars: &Chars<'_>) -> Unread {
    let is_name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '{' | '}' | '(' | ')');
    Unread::Variable(std::iter::once('$').chain(chars.clone().take_while(is_name)).collect())
}

/// Between backticks in the older shells: what that command prints.
fn command(chars: &Chars<'_>) -> Unread {
    Unread::Variable(
        std::iter::once('`').chain(chars.clone().take_while(|c| !matches!(c, '`' | '\n'))).chain(['`']).collect(),
    )
}

fn single(chars: &mut Chars<'_>, word: &mut String, shell: Shell) -> Result<(), Unread> {
    loop {
        match next(chars)? {
            // Twice is one.
            '\'' if shell == Shell::Power && chars.next_if_eq(&'\'').is_some() => word.push('\''),
            '\'' => return Ok(()),
            '\\' if shell == Shell::Fish => match next(chars)? {
                c @ ('\'' | '\\') => word.push(c),
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
}

fn double(chars: &mut Chars<'_>, word: &mut String, shell: Shell) -> Result<(), Unread> {
    loop {
        match next(chars)? {
            '"' if matches!(shell, Shell::Power | Shell::Cmd) && chars.next_if_eq(&'"').is_some() => {
                word.push('"');
            }
            '"' => return Ok(()),
            '$' if shell != Shell::Cmd && expands(chars) => return Err(variable(chars)),
            '`' if shell == Shell::Power => match next(chars)? {
                'n' => word.push('\n'),
                'r' => word.push('\r'),
                't' => word.push('\t'),
                c => word.push(c),
            },
            '`' if shell == Shell::Posix => return Err(command(chars)),
            '\\' if shell == Shell::Cmd => match next(chars)? {
                c @ ('"' | '\\') => word.push(c),
                c => word.extend(['\\', c]),
            },
            '\\' if shell != Shell::Power => match next(chars)? {
                c @ ('"' | '\\' | '$' | '`') => word.push(c),
                '\n' => {}
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
}

/// Between `$'` and `'`, as bash has it and browsers copy it: bytes, of which a letter may have several.
fn escaped(chars: &mut Chars<'_>, word: &mut String) -> Result<(), Unread> {
    let mut bytes = Vec::new();
    loop {
        let c = match next(chars)? {
            '\'' => break,
            '\\' => match next(chars)? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'a' => '\x07',
                'b' => '\x08',
                'e' | 'E' => '\x1b',
                'f' => '\x0c',
                'v' => '\x0b',
                c @ ('\\' | '\'' | '"' | '?') => c,
                kind @ ('u' | 'U') => match number(chars, None, 16, if kind == 'u' { 4 } else { 8 }) {
                    Some(code) => letter(chars, code).ok_or(Unread::NoText)?,
                    None => {
                        bytes.push(b'\\');
                        kind
                    }
                },
                'x' => match number(chars, None, 16, 2) {
                    Some(byte) => {
                        bytes.extend(u8::try_from(byte));
                        continue;
                    }
                    None => {
                        bytes.push(b'\\');
                        'x'
                    }
                },
                first @ '0'..='7' => {
                    let byte = number(chars, first.to_digit(8), 8, 2).unwrap_or(0);
                    bytes.extend(u8::try_from(byte & 0xff));
                    continue;
                }
                other => {
                    bytes.push(b'\\');
                    other
                }
            },
            c => c,
        };
        bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
    }
    let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).ok_or(Unread::NoText)?;
    word.push_str(&text);
    Ok(())
}

/// The next character of what is in quotes.
fn next(chars: &mut Chars<'_>) -> Result<char, Unread> {
    chars.next().ok_or(Unread::OpenQuote)
}

/// The number that so many digits make at most, behind those that were read; `None`: there is no digit.
fn number(chars: &mut Chars<'_>, read: Option<u32>, radix: u32, most: usize) -> Option<u32> {
    let mut value = read;
    for _ in 0..most {
        let Some(digit) = chars.peek().and_then(|c| c.to_digit(radix)) else { break };
        value = Some(value.unwrap_or(0).wrapping_mul(radix) | digit);
        chars.next();
    }
    value
}

/// The letter of this code, or of it and the one that follows as `\u`: JavaScript has what lies beyond 65535 in two halves.
fn letter(chars: &mut Chars<'_>, code: u32) -> Option<char> {
    let Some(high) = code.checked_sub(0xd800).filter(|high| *high < 0x400) else { return char::from_u32(code) };
    chars.next_if_eq(&'\\')?;
    chars.next_if_eq(&'u')?;
    let low = number(chars, None, 16, 4)?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    char::from_u32(0x10000 + (high << 10) + low)
}
