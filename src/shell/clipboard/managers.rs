//! Programs that keep what is copied, by the names of their processes: those that don't say by themselves what they are.

/// Whether a program of this name is a clipboard manager for certain: it gets nothing.
pub(super) fn is_one(name: &str) -> bool {
    KNOWN.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether it sounds like one, so that it is said that it may have kept what it read.
pub(super) fn may_be_one(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_one(&name) || (["clip", "paste"].iter().any(|part| name.contains(part)) && !READERS.contains(&name.as_str()))
}

/// The kernel cuts a process's name after 15 characters.
const KNOWN: [&str; 13] = [
    "autocutsel",
    "clipcatd",
    "clipit",
    "clipmand",
    "clipse",
    "copyq",
    "diodon",
    "gpaste-daemon",
    "greenclip",
    "klipper",
    "parcellite",
    "qlipper",
    "xfce4-clipman",
];
/// They paste because somebody called them.
const READERS: [&str; 3] = ["xclip", "wl-paste", "pbpaste"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn managers_are_told_from_programs_that_paste() {
        for (name, certain, maybe) in [
            ("klipper", true, true),
            ("CopyQ", true, true),
            ("my-clipd", false, true),
            ("xclip", false, false),
            ("kitty", false, false),
        ] {
            assert_eq!((is_one(name), may_be_one(name)), (certain, maybe), "{name}");
        }
    }
}
