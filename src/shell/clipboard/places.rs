//! Where a copy can go from here.

use std::env;
use std::path::PathBuf;

use super::osc52::Through;

/// What the environment says of displays and the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The X server's name (`DISPLAY`).
    pub x11: Option<String>,
    /// The Wayland compositor's socket (`WAYLAND_DISPLAY`).
    pub wayland: Option<PathBuf>,
    /// What is between us and the terminal.
    pub through: Through,
}

impl Places {
    /// As this process was told.
    pub fn here() -> Self {
        Self::of(|name| env::var(name).ok())
    }

    /// As these variables tell.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|text| !text.is_empty());
        let socket = |name: String| {
            let path = PathBuf::from(name);
            if path.is_absolute() { Some(path) } else { Some(PathBuf::from(set("XDG_RUNTIME_DIR")?).join(path)) }
        };
        let through = if set("TMUX").is_some() {
            Through::Tmux
        } else if set("STY").is_some() {
            Through::Screen
        } else {
            Through::Nothing
        };
        Self { x11: set("DISPLAY"), wayland: set("WAYLAND_DISPLAY").and_then(socket), through }
    }

    /// Whether there is a display at all.
    pub fn has_display(&self) -> bool {
        self.x11.is_some() || self.wayland.is_some() || cfg!(target_os = "macos")
    }

    /// Whether a display that is named is there.
    pub fn answers(&self) -> bool {
        cfg!(target_os = "macos") || self.wayland_answers() || self.x11_answers()
    }

    /// Whether the X server is there and lets us in.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub fn x11_answers(&self) -> bool {
        self.x11.as_deref().is_some_and(super::x11::answers)
    }

    /// Whether the compositor is there and lets us at its clipboard.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub fn wayland_answers(&self) -> bool {
        self.wayland.as_deref().is_some_and(super::wayland::answers)
    }

    /// Whether the X server is there and lets us in.
    #[cfg(target_os = "macos")]
    pub fn x11_answers(&self) -> bool {
        false
    }

    /// Whether the compositor is there and lets us at its clipboard.
    #[cfg(target_os = "macos")]
    pub fn wayland_answers(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Places {
        Places::of(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, text)| (*text).to_owned()))
    }

    #[test]
    fn the_environment_says_where_a_copy_can_go() {
        assert!(!with(&[("DISPLAY", "")]).has_display() || cfg!(target_os = "macos"));
        assert_eq!(with(&[("DISPLAY", ":3")]).x11.as_deref(), Some(":3"));
        let wayland = with(&[("WAYLAND_DISPLAY", "wayland-1"), ("XDG_RUNTIME_DIR", "/run/user/1")]).wayland;
        assert_eq!(wayland, Some("/run/user/1/wayland-1".into()));
        assert_eq!(with(&[("WAYLAND_DISPLAY", "/x/y")]).wayland, Some("/x/y".into()));
        assert_eq!(with(&[("TMUX", "/tmp/tmux-0/default,1,0")]).through, Through::Tmux);
        assert_eq!(with(&[("STY", "1.pts")]).through, Through::Screen);
    }
}
