//! A cell's look as the terminal is told it («select graphic rendition», ECMA-48 8.3.117).

use std::fmt::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// The complete look of a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    ink: Color,
    ground: Color,
    attributes: Modifier,
}

impl Look {
    pub(super) fn of(cell: &Cell) -> Self {
        Self { ink: cell.fg, ground: cell.bg, attributes: cell.modifier }
    }

    /// Appends the sequence that makes what follows look so, whatever went before: it begins with a reset, since to switch off only
    /// what differs depends on how a terminal ties «bold» to «dim».
    pub(super) fn write(self, out: &mut String) {
        out.push_str("\x1b[0");
        for (attribute, code) in ATTRIBUTES {
            if self.attributes.contains(attribute) {
                let _infallible = write!(out, ";{code}");
            }
        }
        colour(out, self.ink, 30);
        colour(out, self.ground, 40);
        out.push('m');
    }
}

/// The sixteen by the codes that every terminal with colours knows; crossterm would send them as numbers of a palette of 256.
fn colour(out: &mut String, colour: Color, base: u8) {
    let sixteen = match colour {
        Color::Reset => return,
        Color::Rgb(r, g, b) => {
            let _infallible = write!(out, ";{};2;{r};{g};{b}", base + 8);
            return;
        }
        Color::Indexed(n) => {
            let _infallible = write!(out, ";{};5;{n}", base + 8);
            return;
        }
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
    };
    let _infallible = write!(out, ";{}", base + sixteen);
}

/// Those that the theme uses.
const ATTRIBUTES: [(Modifier, u8); 5] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::REVERSED, 7),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(ink: Color, ground: Color, attributes: Modifier) -> String {
        let mut out = String::new();
        Look { ink, ground, attributes }.write(&mut out);
        out
    }

    #[test]
    fn the_sixteen_colours_are_sent_by_their_own_codes() {
        assert_eq!(sequence(Color::Cyan, Color::Reset, Modifier::empty()), "\x1b[0;36m");
        assert_eq!(sequence(Color::LightRed, Color::Reset, Modifier::BOLD | Modifier::REVERSED), "\x1b[0;1;7;91m");
        assert_eq!(sequence(Color::Reset, Color::White, Modifier::empty()), "\x1b[0;107m");
    }

    #[test]
    fn true_colours_are_sent_as_they_are() {
        assert_eq!(
            sequence(Color::Rgb(1, 2, 3), Color::Rgb(4, 5, 6), Modifier::UNDERLINED),
            "\x1b[0;4;38;2;1;2;3;48;2;4;5;6m"
        );
    }

    #[test]
    fn a_plain_cell_undoes_everything() {
        assert_eq!(sequence(Color::Reset, Color::Reset, Modifier::empty()), "\x1b[0m");
    }
}
