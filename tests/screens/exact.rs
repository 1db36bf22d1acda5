//! Whole pages against their targets, cell by cell, in characters and looks.

use std::time::Duration;

use jiff::SignedDuration;
use paykeep::app::input::SecretInput;
use paykeep::app::model::{FirstField, Lane, Notice, Rotations, Screen, Tone, Unlock};
use paykeep::domain::due::{Due, What};
use paykeep::domain::passphrase::Strength;
use paykeep::domain::{Environment, Id};
use paykeep::secret::SecretText;
use paykeep::view::theme::Theme;
use ratatui::layout::Rect;

use crate::fixture::{Program, twelve, wall};
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
        wiped: None,
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

#[test]
fn the_next_ninety_days_look_as_designed() {
    let target = Target::read("09-rotations");
    let mut program = Program::open(120, 36, twelve());
    program.keys("2");
    let Screen::Inside(inside) = &mut program.model.screen else { unreachable!("the vault is open") };
    inside.rotations = rotations();
    let page = program.drawn(Theme::default());
    let same = |area| target.assert_same(&page, area, Theme::default());
    // The header has the tabs that there are.
    same(Rect::new(0, 2, 120, 9));
    // What a provider sends when it has approved is in no file.
    same(Rect::new(0, 11, 61, 1));
    same(Rect::new(0, 12, 120, 23));
}

/// What is due in the picture.
fn rotations() -> Rotations {
    let live =
        |provider: &str, account: &str, name: &str, what: What| entry(Environment::Live, provider, account, name, what);
    let rotate = |steps| What::Rotate { steps: Some(steps), leaked: false };
    let in_hours = |hours| Some(wall() + SignedDuration::from_hours(hours));
    let left = |n: usize| (1..=n).map(|n| format!("place {n}")).collect::<Vec<_>>();
    let sandbox = |provider: &str, name: &str, what: What| entry(Environment::Sandbox, provider, "acme", name, what);
    let agenda = vec![
        Due {
            deadline: in_hours(3),
            since: in_hours(-3),
            places: 2,
            left: vec!["billing-job".into()],
            ..live("Ansa", "acme", "secret-key", What::Move { from: 2, to: 3 })
        },
        Due {
            deadline: in_hours(48),
            places: 3,
            left: left(3),
            ..live("Amazon Pay", "store-eu", "key-pair", rotate(7))
        },
        Due { deadline: in_hours(9 * 24), places: 2, left: left(2), ..live("Antom", "acme", "key-pair", rotate(9)) },
        Due { deadline: in_hours(43 * 24), ..live("ANexPay", "acme", "sign-key", rotate(4)) },
        Due {
            since: Some("2026-04-14T09:12:00Z".parse().expect("a time")),
            places: 2,
            left: left(2),
            ..sandbox("Antom", "key-pair", What::GoOn { title: "Give Antom your public key".into(), step: 4, of: 9 })
        },
        Due {
            deadline: in_hours(22),
            places: 1,
            left: left(1),
            short_lived: true,
            ..sandbox("Ansa", "client-secret", What::Renew)
        },
        Due { deadline: in_hours(76 * 24), ..sandbox("PayNet", "client-credentials", rotate(4)) },
        Due { since: in_hours(-12 * 24), ..live("PayNet", "acme", "client-credentials", What::Wait) },
    ];
    let mut lanes = vec![Lane::Badge(Environment::Live)];
    lanes.extend([0, 1, 2, 3, 7].map(Lane::Item));
    lanes.extend([Lane::Gap, Lane::Badge(Environment::Sandbox)]);
    lanes.extend([4, 5, 6].map(Lane::Item));
    Rotations { agenda: agenda.into(), shown: vec![0, 1, 2, 4, 5, 7], to_do: 6, due: 2, lanes, ..Rotations::default() }
}

fn entry(environment: Environment, provider: &str, account: &str, name: &str, what: What) -> Due {
    Due {
        credential: None,
        account: Id::new(wall(), 0),
        journal: None,
        environment,
        provider: provider.into(),
        reference: name.into(),
        account_name: account.into(),
        name: name.into(),
        what,
        deadline: None,
        since: None,
        rule: None,
        places: 0,
        left: Vec::new(),
        unsure: false,
        overlaps: false,
        waits_until: None,
        no_key: false,
        short_lived: false,
        snoozed_until: None,
    }
}
