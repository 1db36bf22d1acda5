//! What the environment says about the terminal's looks.

/// How many colours may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Any.
    True,
    /// The sixteen that users choose for themselves.
    Sixteen,
    /// None: weight, dimness and reversal only.
    None,
}

/// What is known about the terminal before it was asked anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// How many colours may be used.
    pub colours: Colours,
    /// Whether its ground is light, if it says so.
    pub light: Option<bool>,
    /// Whether signs have to be plain ASCII.
    pub plain_signs: bool,
    /// Whether it can be asked more. One that can't would print the question.
    pub answers: bool,
}

/// Reads the looks from environment variables: `NO_COLOR` (no-color.org: any text but none), `TERM`, `COLORTERM`, `COLORFGBG`
/// (rxvt, Konsole: text and ground as numbers of the sixteen), and the locale's variables in their order.
pub fn look(variable: impl Fn(&str) -> Option<String>) -> Look {
    let set = |name: &str| variable(name).filter(|text| !text.is_empty());
    let term = set("TERM").unwrap_or_default();
    let colours = if set("NO_COLOR").is_some() || term == "dumb" {
        Colours::None
    } else if set("COLORTERM").is_some_and(|text| text == "truecolor" || text == "24bit") {
        Colours::True
    } else {
        Colours::Sixteen
    };
    let ground: Option<u8> = set("COLORFGBG").and_then(|text| text.rsplit(';').next()?.parse().ok());
    let light = ground.filter(|n| *n < 16).map(|n| n == 7 || n > 8);
    // Without any of them a locale is formally ASCII; but containers and services leave them out on terminals that can do more.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    let ascii = locale.is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        !name.contains("utf-8") && !name.contains("utf8")
    });
    // The kernel's console has a font of a few hundred signs.
    let plain_signs = ascii || term == "dumb" || term == "linux";
    let answers = ["xterm", "tmux", "rxvt", "alacritty", "foot", "ghostty", "wezterm", "konsole"].into_iter();
    Look { colours, light, plain_signs, answers: answers.into_iter().any(|name| term.contains(name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Look {
        look(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, text)| (*text).to_owned()))
    }

    #[test]
    fn colours_follow_the_terminal_and_the_user() {
        assert_eq!(with(&[]).colours, Colours::Sixteen);
        assert_eq!(with(&[("COLORTERM", "truecolor")]).colours, Colours::True);
        assert_eq!(with(&[("COLORTERM", "24bit"), ("NO_COLOR", "1")]).colours, Colours::None);
        assert_eq!(with(&[("COLORTERM", "24bit"), ("NO_COLOR", "")]).colours, Colours::True);
        assert_eq!(with(&[("TERM", "dumb")]).colours, Colours::None);
    }

    #[test]
    fn the_ground_is_known_only_where_it_is_told() {
        assert_eq!(with(&[]).light, None);
        assert_eq!(with(&[("COLORFGBG", "15;0")]).light, Some(false));
        assert_eq!(with(&[("COLORFGBG", "0;default;15")]).light, Some(true));
        assert_eq!(with(&[("COLORFGBG", "12;8")]).light, Some(false));
        assert_eq!(with(&[("COLORFGBG", "0;default")]).light, None);
    }

    #[test]
    fn signs_are_plain_where_the_locale_can_do_no_more() {
        assert!(!with(&[]).plain_signs);
        assert!(!with(&[("LANG", "en_GB.UTF-8")]).plain_signs);
        assert!(with(&[("LC_ALL", "C"), ("LANG", "en_GB.UTF-8")]).plain_signs);
        assert!(with(&[("LANG", "de_DE.ISO-8859-1")]).plain_signs);
        assert!(with(&[("TERM", "linux"), ("LANG", "C.UTF-8")]).plain_signs);
    }
}
