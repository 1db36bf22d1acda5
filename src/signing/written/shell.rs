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
        Shell::Cmd => split(&without_carets(line), Shell::Cmd),
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

/// `^` stands before each special character, and at the end of a line that goes on.
fn without_carets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '^' => match chars.next() {
                Some('\r') => {
                    chars.next_if_eq(&'\n');
                    out.push(' ');
                }
                Some('\n') => out.push(' '),
                next => out.extend(next),
            },
            c => out.push(c),
        }
    }
    out
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

/// Between `$'` and `'`, as bash has it and browsers copy it.
fn escaped(chars: &mut Chars<'_>, word: &mut String) -> Result<(), Unread> {
    loop {
        match next(chars)? {
            '\'' => return Ok(()),
            '\\' => match next(chars)? {
                'n' => word.push('\n'),
                'r' => word.push('\r'),
                't' => word.push('\t'),
                'u' => word.extend(code(chars, 4)),
                'x' => word.extend(code(chars, 2)),
                c => word.push(c),
            },
            c => word.push(c),
        }
    }
}

/// The next character of what is in quotes.
fn next(chars: &mut Chars<'_>) -> Result<char, Unread> {
    chars.next().ok_or(Unread::OpenQuote)
}

fn code(chars: &mut Chars<'_>, most: usize) -> Option<char> {
    let mut value = 0;
    for _ in 0..most {
        let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)) else { break };
        value = value * 16 + digit;
        chars.next();
    }
    char::from_u32(value)
}
