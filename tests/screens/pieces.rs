//! The pieces, fed by hand, against the pages that they come from: cell by cell, in characters and in looks.

use paykeep::domain::Environment::{Live, Sandbox};
use paykeep::view::canvas::{Area, Canvas, Part};
use paykeep::view::theme::{Ink, Theme};
use paykeep::view::widgets::dialog::{self, Dialog, Way, Weight, dialog};
use paykeep::view::widgets::field::Field;
use paykeep::view::widgets::footer::{Key, footer};
use paykeep::view::widgets::header::{Tab, header};
use paykeep::view::widgets::help::{self, Group, help};
use paykeep::view::widgets::palette::{self, Palette, palette};
use paykeep::view::widgets::strip::{Strip, strip};
use paykeep::view::widgets::table::{Column, Table, table};
use paykeep::view::widgets::tree::{self, tree};
use paykeep::view::widgets::{bar, sign, status};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::target::Target;

const DARK: Theme = Theme { colours: paykeep::view::theme::Colours::True, light: false, plain_signs: false };

fn drawn(target: &Target, draw: impl FnOnce(&mut Canvas<'_>)) -> Buffer {
    let mut buffer = Buffer::empty(target.area());
    let mut canvas = Canvas::new(&mut buffer, target.area(), DARK);
    draw(&mut canvas);
    canvas.finish();
    buffer
}

fn tabs(canvas: &mut Canvas<'_>, due: usize) {
    let tab = |key, name, count| Tab { key, name, count, active: key == '1' };
    let tabs = [
        tab('1', "Credentials", 0),
        tab('2', "Rotations", due),
        tab('3', "Providers", 0),
        tab('4', "Bench", 0),
        tab('5', "Audit", 0),
    ];
    let right = if canvas.width() >= 100 {
        vec![("acme", Ink::TEXT).into(), sign::separator(), ("locks in ", Ink::DIM).into(), ("5 min", Ink::TEXT).into()]
    } else {
        vec![("5 min", Ink::DIM).into()]
    };
    header(canvas, &tabs, &right);
}

fn keys<'a>(words: &[(&'a str, &'a str)]) -> Vec<Key<'a>> {
    words.iter().map(|(key, word)| Key { key, word }).collect()
}

const LIST_KEYS: [(&str, &str); 8] = [
    ("a", "add"),
    ("⏎", "open"),
    ("c", "copy once"),
    ("r", "reveal"),
    ("R", "rotate"),
    ("/", "filter"),
    (":", "actions"),
    ("?", "help"),
];

type Row = (paykeep::domain::Environment, &'static str, &'static str, &'static str, Option<f64>, &'static str, Ink);

const ROWS: [Row; 12] = [
    (Live, "Ansa", "acme", "secret-key", Some(0.0), "overlap 3 h", Ink::WARNING.bold()),
    (Live, "Amazon Pay", "store-eu", "key-pair", Some(88.0 / 90.0), "due in 2 d", Ink::WARNING.bold()),
    (Live, "Antom", "acme", "key-pair", Some(81.0 / 90.0), "due in 9 d", Ink::WARNING.bold()),
    (Live, "ANexPay", "acme", "sign-key", Some(47.0 / 90.0), "due in 43 d", Ink::TEXT),
    (Live, "PayNet", "acme", "client-credentials", None, "waiting", Ink::ACCENT),
    (Sandbox, "Antom", "acme", "key-pair", None, "step 4 of 9", Ink::ACCENT),
    (Sandbox, "Ansa", "acme", "client-secret", Some(2.0 / 24.0), "22 h left", Ink::TEXT),
    (Sandbox, "PayNet", "acme", "client-credentials", Some(14.0 / 90.0), "due in 76 d", Ink::DIM),
    (Sandbox, "Ansa", "acme", "secret-key", None, "–", Ink::DIM),
    (Sandbox, "Ansa", "acme", "webhook-secret", None, "–", Ink::DIM),
    (Sandbox, "Antom", "acme", "provider-key", None, "–", Ink::DIM),
    (Sandbox, "ANexPay", "acme", "sign-key", None, "–", Ink::DIM),
];

fn cell(row: usize, title: &str) -> Vec<Part<'static>> {
    let (environment, provider, account, name, life, next, ink) = ROWS[row];
    let on = row == 0;
    let strong = if on { Ink::STRONG } else { Ink::TEXT };
    match title {
        "Env" => vec![sign::badge(environment)],
        "Provider" => vec![(provider, strong).into()],
        "Account" => vec![(account, if on { Ink::TEXT } else { Ink::DIM }).into()],
        "Name" => vec![(name, strong).into()],
        "Next" => vec![(next, ink).into()],
        _ => life.map_or(Vec::new(), |part| {
            bar::life(part, 10, if ink == Ink::WARNING.bold() { Ink::WARNING } else { Ink::DIM })
        }),
    }
}

fn list(canvas: &mut Canvas<'_>, area: Area, with_age: bool) {
    let column = |title, width, right| Column { title, width, right };
    let mut columns = vec![
        column("Env", 9, false),
        column("Provider", 10, false),
        column("Account", 8, false),
        column("Name", 18, false),
    ];
    if with_age {
        columns.push(column("Age", 10, false));
    }
    columns.push(column("Next", 11, true));
    let list = Table { area, columns: &columns, total: ROWS.len(), first: 0, chosen: 0, focus: true };
    table(canvas, &list, |row, n| cell(row, columns[n].title));
}

fn sidebar(canvas: &mut Canvas<'_>) {
    let item = |label, count, ink| tree::Line::Item { label: (label, ink).into(), count };
    let lines = [
        item("All", 12, Ink::TEXT),
        tree::Line::Blank,
        tree::Line::Heading("Providers"),
        item("Amazon Pay", 1, Ink::TEXT),
        item("ANexPay", 2, Ink::TEXT),
        item("Ansa", 4, Ink::TEXT),
        item("Antom", 3, Ink::TEXT),
        item("PayNet", 2, Ink::TEXT),
        tree::Line::Blank,
        tree::Line::Heading("Environment"),
        item("● LIVE", 5, Ink::LIVE),
        item("○ sandbox", 7, Ink::SANDBOX),
        tree::Line::Blank,
        tree::Line::Heading("To do"),
        item("Due soon", 2, Ink::TEXT),
        item("In a flow", 1, Ink::TEXT),
        item("Waiting", 1, Ink::TEXT),
        tree::Line::Blank,
        item("Bin", 2, Ink::DIM),
    ];
    let height = canvas.height();
    tree(canvas, Area::new(0, 3, 18, height - 7), &lines, 0, false);
}

fn credentials(canvas: &mut Canvas<'_>) {
    tabs(canvas, 2);
    sidebar(canvas);
    canvas.vrule(18, 3, 29);
    list(canvas, Area::new(21, 3, 64, 29), false);
    canvas.vrule(87, 3, 29);
    let counts = [
        ("12 credentials", Ink::DIM),
        ("2 due soon", Ink::WARNING),
        ("1 in a flow", Ink::DIM),
        ("1 waiting for approval", Ink::DIM),
    ];
    status::status(canvas, &sign::joined(counts.map(Part::from)), &[]);
    footer(canvas, &keys(&LIST_KEYS), &keys(&[("q", "lock")]));
}

/// The page without the preview, which a screen draws and no piece.
const WITHOUT_PREVIEW: Rect = Rect::new(0, 0, 88, 36);

#[test]
fn header_sidebar_list_and_footer_look_as_designed() {
    let target = Target::read("04-credentials");
    let page = drawn(&target, credentials);
    target.assert_same(&page, WITHOUT_PREVIEW, DARK);
    target.assert_same(&page, Rect::new(0, 0, 120, 2), DARK);
    target.assert_same(&page, Rect::new(0, 32, 120, 4), DARK);
}

#[test]
fn the_list_at_eighty_columns_has_the_age_bar() {
    let target = Target::read("04-credentials-80x24");
    let page = drawn(&target, |canvas| {
        tabs(canvas, 2);
        list(canvas, Area::new(2, 3, 76, 17), true);
        let counts =
            [("all 12", Ink::TEXT), ("2 due soon", Ink::WARNING), ("1 in a flow", Ink::DIM), ("1 waiting", Ink::DIM)];
        status::status(canvas, &sign::joined(counts.map(Part::from)), &[]);
        let few: Vec<_> = LIST_KEYS.into_iter().filter(|key| key.0 != "r").collect();
        footer(canvas, &keys(&few), &keys(&[("q", "lock")]));
    });
    target.assert_same(&page, target.area(), DARK);
}

#[test]
fn the_palette_looks_as_designed() {
    let target = Target::read("12-palette");
    let page = drawn(&target, |canvas| {
        let action = |label: &'static str, key, why| palette::Line::Action { label, matched: letters(label), key, why };
        let title = vec![sign::badge(Live), ("  ansa/live/acme/secret-key", Ink::DIM).into()];
        let lines = vec![
            palette::Line::Title(title),
            action("Rotate", "R", None),
            action("Rotate because it leaked", "L", None),
            action("Rotate every … days", "", None),
            action("Prolong the overlap", "", None),
            action("Revoke the old version", "", Some("billing-job still has v2")),
            palette::Line::Blank,
            palette::Line::Title(vec![("Everywhere", Ink::DIM).into()]),
            action("Go to Rotations", "2", None),
            action("Show rotations as a calendar file", "", None),
            action("Resume Antom, replace keys, step 4", "f", None),
        ];
        palette(canvas, &Palette { query: "rot", cursor: 3, count: "8 of 61 actions".into(), lines, chosen: 0 });
    });
    target.assert_same(&page, Rect::new(26, 6, 68, 20), DARK);
}

/// Which letters of `label` the word «rot» marks: together where it stands in it, else one after the other.
fn letters(label: &str) -> Vec<usize> {
    let lower: Vec<char> = label.to_lowercase().chars().collect();
    if let Some(at) = lower.windows(3).position(|three| three == ['r', 'o', 't']) {
        return (at..at + 3).collect();
    }
    let mut at = 0;
    let mut find = |c| {
        at += lower[at..].iter().position(|l| *l == c).expect("the letter is in the label");
        at
    };
    "rot".chars().map(&mut find).collect()
}

#[test]
fn the_help_looks_as_designed() {
    let target = Target::read("13-help");
    let page = drawn(&target, |canvas| {
        let group = |title, keys: &[(&'static str, &'static str)]| Group {
            title,
            lines: keys.iter().map(|(key, what)| help::Line::Key(key, what)).collect(),
        };
        let text = |text: &'static str| help::Line::Text(vec![(text, Ink::TEXT).into()]);
        let groups = [
            group(
                "This credential",
                &[
                    ("⏎", "open"),
                    ("c", "copy once"),
                    ("r", "reveal for 10 s"),
                    ("y", "copy the reference"),
                    ("e", "edit labels and note"),
                    ("R", "rotate"),
                    ("L", "rotate because it leaked"),
                    ("x", "revoke"),
                    ("w  W", "tick a place off, add one"),
                    ("b", "try it in the bench"),
                    ("d  u", "to the bin, put back"),
                ],
            ),
            group(
                "Lists",
                &[
                    ("↑↓  j k", "move"),
                    ("g  G", "first, last"),
                    ("tab", "next pane"),
                    ("← →  h l", "pane to the left, right"),
                    ("/", "filter, as you type"),
                    ("s", "sort by the next column"),
                    ("space", "mark several"),
                ],
            ),
            group(
                "Everywhere",
                &[
                    ("1 to 5", "go to a screen"),
                    (":  ctrl-p", "all actions"),
                    ("f", "resume a flow"),
                    ("?  F1", "these keys"),
                    ("esc", "back; takes a copy back"),
                    ("q", "lock"),
                    ("ctrl-q", "lock and quit"),
                ],
            ),
            group(
                "Add",
                &[
                    ("paste", "what you paste is recognised"),
                    ("a", "add by hand"),
                    ("K", "new RSA key pair"),
                    ("i", "import"),
                ],
            ),
            Group {
                title: "Mouse",
                lines: vec![
                    text("Click chooses, a second click opens."),
                    text("The wheel scrolls what is under it."),
                    text("Every word in the last line is a button."),
                    text("Shift and drag selects text as usual."),
                ],
            },
            Group {
                title: "Signs",
                lines: vec![
                    help::Line::Text(vec![sign::badge(Live), ("   moves real money", Ink::TEXT).into()]),
                    help::Line::Text(vec![sign::badge(Sandbox), ("  for trying", Ink::TEXT).into()]),
                    help::Line::Text(vec![
                        ("◐", Ink::ACCENT).into(),
                        (" in a flow   ", Ink::TEXT).into(),
                        ("◌", Ink::ACCENT).into(),
                        (" waiting   ", Ink::TEXT).into(),
                        ("▲", Ink::WARNING).into(),
                        (" look here", Ink::TEXT).into(),
                    ]),
                ],
            },
        ];
        let keys =
            [("/", Ink::KEY), (" find a key", Ink::DIM), ("   ", Ink::DIM), ("esc", Ink::KEY), (" close", Ink::DIM)];
        help(canvas, "Keys of this screen", &groups, &keys.map(Part::from), 0);
    });
    target.assert_same(&page, Rect::new(10, 3, 100, 30), DARK);
}

#[test]
fn the_copy_strip_looks_as_designed() {
    let target = Target::read("14-copy-once");
    let page = drawn(&target, |canvas| {
        let what = vec![("secret-key of Ansa acme can be pasted ", Ink::TEXT).into(), ("once", Ink::STRONG).into()];
        strip(
            canvas,
            &Strip {
                environment: Live,
                what,
                left: Some((23, 30)),
                ends: ("The clipboard is emptied by the first paste, after 30 s, on lock and on quit.", Ink::DIM)
                    .into(),
                back: Some(("esc", "take it back")),
            },
        );
    });
    target.assert_same(&page, Rect::new(0, 29, 120, 5), DARK);
}

#[test]
fn a_dangerous_dialog_looks_as_designed() {
    let target = Target::read("15-revoke-live");
    let page = drawn(&target, |canvas| {
        let row = |parts: &[(&'static str, Ink)]| {
            dialog::Line::Row(parts.iter().map(|part| Part::from(*part)).collect(), Vec::new())
        };
        let lines = vec![
            dialog::Line::Row(vec![("ansa/live/acme/secret-key", Ink::STRONG).into()], vec![sign::filled(Live)]),
            row(&[("v2 previous", Ink::WARNING), ("  k1:5b1c…08aa, it leaked", Ink::DIM)]),
            dialog::Line::Blank,
            dialog::Line::Prose(("Ansa stops accepting v2 at once. This cannot be undone.", Ink::TEXT).into()),
            dialog::Line::Blank,
            row(&[("What breaks", Ink::HEADING)]),
            row(&[
                ("▲ ", Ink::WARNING),
                ("billing-job      ", Ink::TEXT),
                ("still has v2: it fails from this moment", Ink::WARNING),
            ]),
            dialog::Line::Blank,
            row(&[("What goes on", Ink::HEADING)]),
            row(&[("✓ ", Ink::SUCCESS), ("checkout-api     ", Ink::TEXT), ("has v3", Ink::DIM)]),
            row(&[("✓ ", Ink::SUCCESS), ("v3 current       ", Ink::TEXT), ("checked at 11:02", Ink::DIM)]),
            dialog::Line::Blank,
            dialog::Line::Rule,
            dialog::Line::Blank,
            row(&[("Type the account's name, ", Ink::TEXT), ("acme", Ink::STRONG), (", to revoke", Ink::TEXT)]),
            dialog::Line::Field(Field { parts: vec![("acm", Ink::TYPED).into()], focus: true, ..Field::default() }),
            row(&[("1 more character", Ink::DIM)]),
        ];
        let ways = vec![
            Way { key: "esc", verb: "keep it", open: true },
            Way { key: "⏎", verb: "revoke, when the name is right", open: false },
        ];
        dialog(canvas, &Dialog { title: "Revoke a live key", weight: Weight::Live, lines, top: 0, ways });
    });
    target.assert_same(&page, Rect::new(23, 6, 74, 23), DARK);
}
