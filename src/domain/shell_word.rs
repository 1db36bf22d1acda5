//! Words of the commands that are printed for a shell.

/// A word as every shell of the POSIX kind takes it: as it is where nothing in it means anything, else within single quotes.
pub fn shell_word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_is_quoted() {
        assert_eq!(shell_word("/home/ada/vault-1"), "/home/ada/vault-1");
        assert_eq!(shell_word("/home/ada's/my vault"), r"'/home/ada'\''s/my vault'");
        assert_eq!(shell_word(""), "''");
    }
}
