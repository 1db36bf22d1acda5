//! The pages that the screens are built to: characters, inks and grounds, one letter a cell. `target/*.txt` holds them.

#![expect(clippy::panic, reason = "a test tells by panicking what differs")]

use paykeep::view::theme::{Ground, Ink, Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A page: what stands in each cell, and how it should look.
pub(crate) struct Target {
    pub(crate) width: u16,
    pub(crate) height: u16,
    text: Vec<Vec<char>>,
    inks: Vec<Vec<char>>,
    grounds: Vec<Vec<char>>,
}

impl Target {
    pub(crate) fn read(name: &str) -> Self {
        let path = format!("{}/tests/screens/target/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let file = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let (size, pages) = file.split_once('\n').expect("a first line with the size");
        let (width, height) = size.split_once('x').expect("columns x lines");
        let (text, rest) = pages.split_once("---- inks\n").expect("inks after the text");
        let (inks, grounds) = rest.split_once("---- grounds\n").expect("grounds after the inks");
        let cells = |page: &str| page.lines().map(|line| line.chars().collect()).collect();
        Self {
            width: width.parse().expect("a number of columns"),
            height: height.parse().expect("a number of lines"),
            text: cells(text),
            inks: cells(inks),
            grounds: cells(grounds),
        }
    }

    pub(crate) fn area(&self) -> Rect {
        Rect::new(0, 0, self.width, self.height)
    }

    /// Panics with the first lines that differ, in characters or looks, within `part` of the page.
    pub(crate) fn assert_same(&self, drawn: &Buffer, part: Rect, theme: Theme) {
        let mut differences = Vec::new();
        for y in part.top()..part.bottom() {
            let mut want = String::new();
            let mut got = String::new();
            let mut looks = Vec::new();
            for x in part.left()..part.right() {
                let (symbol, style) = self.cell(x, y, theme);
                let cell = &drawn[(x, y)];
                want.push(symbol);
                got.push_str(cell.symbol());
                let seen = Style::new().fg(cell.fg).bg(cell.bg).add_modifier(cell.modifier);
                let same = if symbol == ' ' { seen.bg == style.bg } else { seen == style };
                if !same {
                    looks.push(format!("    {x}: «{symbol}» should be {style:?}, is {seen:?}"));
                }
            }
            if want != got || !looks.is_empty() {
                looks.truncate(2);
                differences.push(format!("line {y}\n  - {want}\n  + {got}\n{}", looks.join("\n")));
            }
        }
        assert!(differences.is_empty(), "{} lines differ\n{}", differences.len(), differences.join("\n"));
    }

    fn cell(&self, x: u16, y: u16, theme: Theme) -> (char, Style) {
        let at = |page: &[Vec<char>]| {
            page.get(usize::from(y)).and_then(|line| line.get(usize::from(x))).copied().unwrap_or(' ')
        };
        (at(&self.text), theme.style(ink(at(&self.inks)), ground(at(&self.grounds))))
    }
}

fn ink(letter: char) -> Ink {
    match letter {
        ' ' | 't' => Ink::TEXT,
        'S' => Ink::STRONG,
        's' => Ink::TYPED,
        'd' => Ink::DIM,
        'D' => Ink::HEADING,
        'U' => Ink::DIM.underlined(),
        'f' => Ink::FAINT,
        'h' => Ink::SHADE,
        'l' => Ink::LINE,
        'e' => Ink::EDGE,
        'a' => Ink::ACCENT,
        'A' => Ink::KEY,
        'u' => Ink::KEY.underlined(),
        'L' => Ink::LIVE,
        'v' => Ink::of(Role::Live),
        'F' => Ink::LIVE_FILL,
        'c' => Ink::CURSOR,
        'b' => Ink::SANDBOX,
        'w' => Ink::WARNING,
        'W' => Ink::WARNING.bold(),
        'r' => Ink::ERROR,
        'R' => Ink::ERROR.bold(),
        'g' => Ink::SUCCESS,
        'G' => Ink::SUCCESS.bold(),
        'm' => Ink::MASK,
        other => panic!("no ink is called {other}"),
    }
}

fn ground(letter: char) -> Ground {
    match letter {
        ' ' => Ground::Page,
        'C' => Ground::Chosen,
        'R' => Ground::Rest,
        'F' => Ground::Field,
        'S' => Ground::Surface,
        other => panic!("no ground is called {other}"),
    }
}
