//! Whole pages against their targets, cell by cell, in characters and looks.

use std::time::Duration;

use paykeep::app::input::SecretInput;
use paykeep::app::model::{FirstField, Notice, Screen, Tone, Unlock};
use paykeep::domain::passphrase::Strength;
use paykeep::secret::SecretText;
use paykeep::view::theme::Theme;
use ratatui::layout::Rect;

use crate::fixture::Program;
use crate::target::Target;

#[test]
fn the_locked_screen_looks_as_designed() {
    let target = Target::read("01-unlock");
    let mut program = Program::locked(120, 36);
    let mut passphrase = SecretInput::new(64);
    passphrase.put(&SecretText::copied("nineteen characters"));
    let error = Notice {
        tone: Tone::Error,
        text: "That passphrase does not open this vault.".into(),
        hint: Some("Nothing was changed. Caps Lock may be on.".into()),
    };
    program.model.screen = Screen::Unlock(Box::new(Unlock {
        passphrase,
        busy: None,
        error: Some(error),
        why: Some("after 5 minutes without a key".into()),
    }));
    // The footer comes from the table of actions and is compared by its snapshot.
    target.assert_same(&program.drawn(Theme::default()), Rect::new(0, 0, 120, 35), Theme::default());
}

#[test]
fn the_first_run_looks_as_designed() {
    let target = Target::read("02-first-run");
    let mut program = Program::first(120, 36);
    program.pass(Duration::from_secs(1));
    let Screen::FirstRun(first) = &mut program.model.screen else { unreachable!("there is no vault") };
    first.passphrase.put(&SecretText::copied("twenty-four characters!!"));
    first.again.put(&SecretText::copied("twenty-four character"));
    first.strength = Strength { parts: 3, time: "centuries".into(), why: None };
    first.offers = vec![
        SecretText::copied("walnut orbit sleepy cargo violin"),
        SecretText::copied("marble tunnel eagle soda patrol"),
    ];
    first.focus = FirstField::Again;
    target.assert_same(&program.drawn(Theme::default()), Rect::new(0, 0, 120, 35), Theme::default());
}
