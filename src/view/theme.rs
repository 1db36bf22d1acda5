//! The roles of colour and what each becomes on this terminal. No other file names a colour.

#![expect(clippy::unreadable_literal, reason = "colours are read as six hexadecimal digits")]

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is for. Its look follows from the theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What is read.
    Text,
    /// Titles, and the names in the chosen row.
    Strong,
    /// Labels, column titles, times, the words of the footer.
    Dim,
    /// Separators and idle bars; never information.
    Faint,
    /// Everything under an open dialog.
    Shade,
    /// Rules.
    Line,
    /// The border of what floats.
    Edge,
    /// Here, or press this; also progress.
    Accent,
    /// The word LIVE, and the border of what touches live.
    Live,
    /// The filled badge: its own ink on its own ground.
    LiveFill,
    /// The word sandbox.
    Sandbox,
    /// Look here.
    Warning,
    /// Wrong, refused, past due.
    Error,
    /// Done, current, verified.
    Success,
    /// The bullets that stand for a secret.
    Mask,
    /// The block under the cursor of a field: its own ink on the accent.
    Cursor,
}

/// What a piece of text stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// The terminal's own.
    #[default]
    Page,
    /// The chosen row of the pane that has the focus.
    Chosen,
    /// The chosen row of another pane.
    Rest,
    /// An input line.
    Field,
    /// A value to copy, code, the copy strip.
    Surface,
}

/// A role with its weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    /// What it is for.
    pub role: Role,
    /// Whether it is bold.
    pub bold: bool,
    /// Whether it is underlined: matched letters.
    pub underlined: bool,
}

impl Ink {
    /// What is read.
    pub const TEXT: Self = Self::of(Role::Text);
    /// Titles: always bold.
    pub const STRONG: Self = Self::of(Role::Strong).bold();
    /// What is being typed: as bright as a title, but not bold.
    pub const TYPED: Self = Self::of(Role::Strong);
    /// What explains.
    pub const DIM: Self = Self::of(Role::Dim);
    /// A heading.
    pub const HEADING: Self = Self::of(Role::Dim).bold();
    /// Separators.
    pub const FAINT: Self = Self::of(Role::Faint);
    /// Rules.
    pub const LINE: Self = Self::of(Role::Line);
    /// Borders.
    pub const EDGE: Self = Self::of(Role::Edge);
    /// Focus and progress.
    pub const ACCENT: Self = Self::of(Role::Accent);
    /// A key to press.
    pub const KEY: Self = Self::of(Role::Accent).bold();
    /// The word LIVE.
    pub const LIVE: Self = Self::of(Role::Live).bold();
    /// The filled badge.
    pub const LIVE_FILL: Self = Self::of(Role::LiveFill).bold();
    /// The word sandbox.
    pub const SANDBOX: Self = Self::of(Role::Sandbox);
    /// Look here.
    pub const WARNING: Self = Self::of(Role::Warning);
    /// Wrong.
    pub const ERROR: Self = Self::of(Role::Error);
    /// Done.
    pub const SUCCESS: Self = Self::of(Role::Success);
    /// Bullets.
    pub const MASK: Self = Self::of(Role::Mask);
    /// Under the cursor.
    pub const CURSOR: Self = Self::of(Role::Cursor);
    /// Under a dialog.
    pub const SHADE: Self = Self::of(Role::Shade);

    /// A role in plain weight.
    pub const fn of(role: Role) -> Self {
        Self { role, bold: false, underlined: false }
    }

    /// The same, bold.
    #[must_use]
    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// The same, underlined.
    #[must_use]
    pub const fn underlined(self) -> Self {
        Self { underlined: true, ..self }
    }
}

impl Default for Ink {
    fn default() -> Self {
        Self::TEXT
    }
}

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Colours {
    /// Our own palette.
    #[default]
    True,
    /// The user's sixteen: the ones that they can read. Never 256.
    Sixteen,
    /// `NO_COLOR`, or a terminal without colour: weight, dimness, reversal and underlining carry the roles.
    None,
}

/// How everything is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Theme {
    /// How many colours there are.
    pub colours: Colours,
    /// Whether the terminal's ground is light.
    pub light: bool,
    /// Whether signs and lines are plain ASCII.
    pub plain_signs: bool,
}

impl Theme {
    /// The complete look of a cell: colours and every attribute.
    pub fn style(self, ink: Ink, ground: Ground) -> Style {
        let (style, own_ground) = match self.colours {
            Colours::True => (self.true_colour(ink.role, ground), true),
            Colours::Sixteen => (self.sixteen(ink.role, ground), false),
            Colours::None => (without_colour(self.sixteen(ink.role, ground)), false),
        };
        let mut attributes = style.add_modifier;
        attributes.set(Modifier::BOLD, ink.bold || attributes.contains(Modifier::BOLD));
        attributes.set(Modifier::UNDERLINED, ink.underlined || attributes.contains(Modifier::UNDERLINED));
        // A row that is reversed shows its names by weight alone: dimness on reversal is unreadable on many terminals.
        if !own_ground && ground == Ground::Chosen {
            attributes.remove(Modifier::DIM);
        }
        Style { add_modifier: attributes, ..style }
    }

    fn true_colour(self, role: Role, ground: Ground) -> Style {
        let palette = if self.light { &LIGHT } else { &DARK };
        let below = match ground {
            Ground::Page => Color::Reset,
            Ground::Chosen => rgb(palette.chosen),
            Ground::Rest => rgb(palette.rest),
            Ground::Field => rgb(palette.field),
            Ground::Surface => rgb(palette.surface),
        };
        let (ink, below) = match role {
            Role::Text => (palette.text, below),
            Role::Strong => (palette.strong, below),
            Role::Dim => (palette.dim, below),
            Role::Faint => (palette.faint, below),
            Role::Shade => (palette.shade, below),
            Role::Line => (palette.line, below),
            Role::Edge => (palette.edge, below),
            Role::Accent => (palette.accent, below),
            Role::Live => (palette.live, below),
            Role::LiveFill => (palette.live_ink, rgb(palette.live)),
            Role::Sandbox => (palette.sandbox, below),
            Role::Warning => (palette.warning, below),
            Role::Error => (palette.error, below),
            Role::Success => (palette.success, below),
            Role::Mask => (palette.mask, below),
            Role::Cursor => (palette.cursor_ink, rgb(palette.accent)),
        };
        Style::new().fg(rgb(ink)).bg(below)
    }

    fn sixteen(self, role: Role, ground: Ground) -> Style {
        let accent = if self.light { Color::Blue } else { Color::LightBlue };
        let live = if self.light { Color::Red } else { Color::LightRed };
        let plain = Style::new().fg(Color::Reset).bg(Color::Reset);
        let ink = match role {
            Role::Text => plain,
            Role::Strong => plain.add_modifier(Modifier::BOLD),
            Role::Dim | Role::Faint | Role::Shade | Role::Line | Role::Edge | Role::Mask => {
                plain.add_modifier(Modifier::DIM)
            }
            Role::Accent => plain.fg(accent),
            Role::Live => plain.fg(live).add_modifier(Modifier::BOLD),
            Role::LiveFill => return plain.fg(live).add_modifier(Modifier::BOLD | Modifier::REVERSED),
            Role::Sandbox => plain.fg(Color::Cyan),
            Role::Warning if self.light => plain.add_modifier(Modifier::BOLD),
            Role::Warning => plain.fg(Color::Yellow),
            Role::Error => plain.fg(Color::Red),
            Role::Success => plain.fg(Color::Green),
            Role::Cursor => return plain.fg(accent).add_modifier(Modifier::REVERSED),
        };
        match ground {
            Ground::Page | Ground::Surface => ink,
            Ground::Chosen => ink.fg(Color::Reset).add_modifier(Modifier::REVERSED),
            Ground::Rest => ink.add_modifier(Modifier::BOLD),
            Ground::Field => ink.add_modifier(Modifier::UNDERLINED),
        }
    }
}

fn without_colour(style: Style) -> Style {
    style.fg(Color::Reset).bg(Color::Reset)
}

fn rgb(hex: u32) -> Color {
    Color::from_u32(hex)
}

struct Palette {
    text: u32,
    strong: u32,
    dim: u32,
    faint: u32,
    shade: u32,
    line: u32,
    edge: u32,
    accent: u32,
    live: u32,
    live_ink: u32,
    sandbox: u32,
    warning: u32,
    error: u32,
    success: u32,
    mask: u32,
    cursor_ink: u32,
    chosen: u32,
    rest: u32,
    field: u32,
    surface: u32,
}

const DARK: Palette = Palette {
    text: 0xd5d9e0,
    strong: 0xf5f7fa,
    dim: 0x9ca4b1,
    faint: 0x596170,
    shade: 0x383e49,
    line: 0x2d323d,
    edge: 0x707a8b,
    accent: 0x8fb4ff,
    live: 0xff9264,
    live_ink: 0x1d0e06,
    sandbox: 0x74c7b8,
    warning: 0xe8c468,
    error: 0xff8799,
    success: 0x98d08c,
    mask: 0xa49cc4,
    cursor_ink: 0x15171c,
    chosen: 0x272c38,
    rest: 0x1f232c,
    field: 0x21252f,
    surface: 0x1c1f27,
};

const LIGHT: Palette = Palette {
    text: 0x2a2e36,
    strong: 0x0d0f13,
    dim: 0x575e6c,
    faint: 0xa4a9b3,
    shade: 0xcbced4,
    line: 0xdcdad3,
    edge: 0x7b818d,
    accent: 0x1f52bd,
    live: 0xa93c06,
    live_ink: 0xffffff,
    sandbox: 0x07655b,
    warning: 0x6f5000,
    error: 0xab1e3a,
    success: 0x2a6322,
    mask: 0x5f5784,
    cursor_ink: 0xfbfaf7,
    chosen: 0xe1e6f0,
    rest: 0xededea,
    field: 0xeceef2,
    surface: 0xf1efe9,
};

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY_THEME: [Theme; 6] = [
        Theme { colours: Colours::True, light: false, plain_signs: false },
        Theme { colours: Colours::True, light: true, plain_signs: false },
        Theme { colours: Colours::Sixteen, light: false, plain_signs: false },
        Theme { colours: Colours::Sixteen, light: true, plain_signs: false },
        Theme { colours: Colours::None, light: false, plain_signs: false },
        Theme { colours: Colours::None, light: true, plain_signs: false },
    ];

    #[test]
    fn live_is_bold_and_its_badge_is_filled_in_every_theme() {
        for theme in EVERY_THEME {
            assert!(theme.style(Ink::LIVE, Ground::Page).add_modifier.contains(Modifier::BOLD));
            let badge = theme.style(Ink::LIVE_FILL, Ground::Field);
            let filled = badge.add_modifier.contains(Modifier::REVERSED) || badge.bg != Some(Color::Reset);
            assert!(filled && badge.add_modifier.contains(Modifier::BOLD), "{theme:?}");
        }
    }

    #[test]
    fn the_chosen_row_stands_out_in_every_theme() {
        for theme in EVERY_THEME {
            assert_ne!(theme.style(Ink::TEXT, Ground::Page), theme.style(Ink::TEXT, Ground::Chosen), "{theme:?}");
            assert_ne!(theme.style(Ink::TEXT, Ground::Page), theme.style(Ink::TEXT, Ground::Rest), "{theme:?}");
            assert_ne!(theme.style(Ink::TEXT, Ground::Page), theme.style(Ink::TEXT, Ground::Field), "{theme:?}");
        }
    }

    #[test]
    fn no_colour_means_no_colour_at_all() {
        for role in ROLES {
            for ground in [Ground::Page, Ground::Chosen, Ground::Rest, Ground::Field, Ground::Surface] {
                let style = Theme { colours: Colours::None, ..Theme::default() }.style(Ink::of(role), ground);
                assert_eq!((style.fg, style.bg), (Some(Color::Reset), Some(Color::Reset)), "{role:?}");
            }
        }
    }

    #[test]
    fn sixteen_colours_use_only_the_terminals_own() {
        for role in ROLES {
            for light in [false, true] {
                let style =
                    Theme { colours: Colours::Sixteen, light, plain_signs: false }.style(Ink::of(role), Ground::Page);
                assert!(!matches!(style.fg, Some(Color::Rgb(..) | Color::Indexed(_))), "{role:?}");
                assert_eq!(style.bg, Some(Color::Reset));
            }
        }
    }

    const ROLES: [Role; 16] = [
        Role::Text,
        Role::Strong,
        Role::Dim,
        Role::Faint,
        Role::Shade,
        Role::Line,
        Role::Edge,
        Role::Accent,
        Role::Live,
        Role::LiveFill,
        Role::Sandbox,
        Role::Warning,
        Role::Error,
        Role::Success,
        Role::Mask,
        Role::Cursor,
    ];
}
