//! What holds on every page in every theme.

use paykeep::app::input::TextInput;
use paykeep::app::model::{Finding, Overlay, Tone, Typed};
use paykeep::app::msg::Target;
use paykeep::view::target as hit;
use paykeep::view::theme::{Colours, Theme};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::fixture::{Program, nothing, text, twelve};

fn theme(colours: Colours, light: bool) -> Theme {
    Theme { colours, light, plain_signs: false }
}

/// A program on each page, by the keys that lead there.
fn pages() -> Vec<(&'static str, Program)> {
    let ways = ["", "⏎", "a", "e", "2", "2z", "3", "3⏎", "4", ":", "?", "/ansa", "c", "r", "r⏎", "⇥", "?/lock", ":re"];
    let mut pages: Vec<_> = ways
        .into_iter()
        .map(|keys| {
            let mut program = Program::open(120, 36, twelve());
            program.keys(keys);
            (keys, program)
        })
        .collect();
    pages.push(("first run", Program::first(120, 36)));
    pages.push(("locked", Program::locked(120, 36)));
    pages.push(("empty", Program::open(120, 36, nothing())));
    let mut pasted = Program::open(120, 36, twelve());
    pasted.paste("ansa_sk_live_5b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0");
    pages.push(("pasted", pasted));
    pages
}

fn cells(page: &Buffer) -> impl Iterator<Item = (u16, u16)> + use<> {
    let area = page.area;
    (area.top()..area.bottom()).flat_map(move |y| (area.left()..area.right()).map(move |x| (x, y)))
}

#[test]
fn without_colour_no_cell_has_one() {
    for (name, program) in pages() {
        let page = program.drawn(theme(Colours::None, false));
        for at in cells(&page) {
            assert_eq!((page[at].fg, page[at].bg), (Color::Reset, Color::Reset), "«{name}» at {at:?}");
        }
    }
}

#[test]
fn sixteen_colours_are_the_terminals_own() {
    for (name, program) in pages() {
        for light in [false, true] {
            let page = program.drawn(theme(Colours::Sixteen, light));
            for at in cells(&page) {
                assert_eq!(page[at].bg, Color::Reset, "«{name}» at {at:?}");
                assert!(!matches!(page[at].fg, Color::Rgb(..) | Color::Indexed(_)), "«{name}» at {at:?}");
            }
        }
    }
}

#[test]
fn the_words_are_the_same_in_every_theme() {
    for (name, program) in pages() {
        let words = program.text();
        for colours in [Colours::Sixteen, Colours::None] {
            assert_eq!(text(&program.drawn(theme(colours, true))), words, "«{name}»");
        }
    }
}

#[test]
fn live_is_a_word_and_a_symbol_and_bold_in_every_theme() {
    let mut seen = 0;
    for (name, program) in pages() {
        if !matches!(name, "" | "⏎" | "e" | "2" | "3" | "3⏎" | "c" | "r" | "r⏎" | "pasted") {
            continue;
        }
        for colours in [Colours::True, Colours::Sixteen, Colours::None] {
            let page = program.drawn(theme(colours, false));
            let found = cells(&page).filter(|(x, y)| {
                let word: String =
                    (0..6).filter_map(|n| page.cell((x + n, *y))).map(ratatui::buffer::Cell::symbol).collect();
                word == "● LIVE" && page[(*x, *y)].modifier.contains(Modifier::BOLD)
            });
            let count = found.count();
            assert!(count > 0, "«{name}» doesn't say that it is live");
            seen += count;
        }
    }
    assert!(seen > 0);
}

#[test]
fn there_is_one_bar_of_focus_and_not_two() {
    for (name, program) in pages() {
        if matches!(name, ":" | ":re") {
            continue;
        }
        let page = program.drawn(theme(Colours::True, false));
        let accent = Theme::default().style(paykeep::view::theme::Ink::ACCENT, paykeep::view::theme::Ground::Page).fg;
        let bars = cells(&page).filter(|at| page[*at].symbol() == "▎" && Some(page[*at].fg) == accent).count();
        assert!(bars <= 1, "«{name}» has {bars} bars of focus");
    }
}

#[test]
fn a_click_finds_what_was_drawn_there() {
    let program = Program::open(120, 36, twelve());
    let area = Rect::new(0, 0, 120, 36);
    let at = |x, y| hit(&program.model, area, x, y);
    assert_eq!(at(14, 0), Some(Target::Tab(0)));
    assert_eq!(at(30, 6), Some(Target::Row(1)));
    assert_eq!(at(3, 3), Some(Target::Sidebar(0)));
    assert_eq!(at(100, 10), Some(Target::Preview));
    assert!(matches!(at(3, 35), Some(Target::Action(_))));
    assert_eq!(at(60, 34), None);
}

#[test]
fn what_lies_under_a_dialog_cannot_be_clicked() {
    let mut program = Program::open(120, 36, twelve());
    program.keys("/ansa secret live⏎c");
    let area = Rect::new(0, 0, 120, 36);
    assert_eq!(hit(&program.model, area, 3, 3), Some(Target::Outside), "an entry of the sidebar");
    let page = program.text();
    let line = page.lines().position(|line| line.contains("esc no")).expect("a way out");
    let column = page.lines().nth(line).and_then(|line| line.find("esc no")).expect("its column");
    let column = page.lines().nth(line).map(|text| text[..column].chars().count()).expect("its cell");
    let (x, y) = (u16::try_from(column).expect("a column"), u16::try_from(line).expect("a line"));
    assert_eq!(hit(&program.model, area, x, y), Some(Target::DialogOut));
}

#[test]
fn a_question_that_is_longer_than_the_screen_keeps_its_field_in_sight() {
    let mut program = Program::open(80, 24, twelve());
    program.keys("/ansa secret live⏎c");
    let Some(Overlay::Dialog(dialog)) = &mut program.model.overlay else { panic!("no question") };
    dialog.text =
        (0..30).map(|n| Finding { tone: Tone::Plain, text: format!("This is what number {n} says.") }).collect();
    dialog.typed = Some(Typed {
        asks: "Type the account's name, acme, to go on".into(),
        expected: "acme".into(),
        input: TextInput::new(),
    });
    let page = program.text();
    for words in ["what number 0 says", "Type the account's name, acme", "4 more characters", "more lines"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("what number 29 says"));
    program.keys(&"↓".repeat(60));
    program.keys("ac");
    let page = program.text();
    for words in ["what number 29 says", "Type the account's name, acme", "2 more characters"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("more lines"), "{page}");
}

#[test]
fn a_frame_of_ten_thousand_builds_only_what_is_seen() {
    let mut program = Program::open(120, 36, twelve());
    let shown = match &mut program.model.screen {
        paykeep::app::model::Screen::Inside(inside) => &mut inside.credentials.shown,
        _ => unreachable!("the vault is open"),
    };
    *shown = (0..10_000).map(|n| n % 12).collect();
    program.keys("G");
    let page = program.text();
    assert!(page.contains("▐"), "a thumb says that there is more");
    assert_eq!(page.matches("● LIVE").count() + page.matches("○ sandbox").count(), 27 + 3);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_size_makes_a_page_panic(width in 1u16..230, height in 1u16..70) {
        for (_, mut program) in pages() {
            program.resize(width, height);
            let page = program.drawn(Theme::default());
            prop_assert_eq!(page.area, Rect::new(0, 0, width, height));
            hit(&program.model, page.area, width / 2, height / 2);
        }
    }
}
