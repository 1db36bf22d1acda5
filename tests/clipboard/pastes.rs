//! One paste, whoever asks however; and nothing left after it, or without it.

use std::time::{Duration, Instant};

use paykeep::app::msg::{Answer, Released, Turn};
use x11rb::protocol::xproto::ConnectionExt as _;

use crate::client::{Client, Got};
use crate::display::{Display, served_to, until};

const SECRET: &str = "an-invented-secret-5c2e91a7";

#[test]
fn two_hundred_copies_are_pasted_once_each() {
    let display = Display::start();
    let mut copier = display.copier();
    for n in 0..200 {
        let value = format!("{SECRET}-{n}");
        let ticket = copier.copy(&value);
        let by_xclip = n % 2 == 0;
        let pasted = if by_xclip { display.xclip("UTF8_STRING").unwrap() } else { display.xsel() };
        assert_eq!(String::from_utf8(pasted).unwrap(), value);
        assert_eq!(copier.released(ticket), served_to(if by_xclip { "xclip" } else { "xsel" }));
        let again = if by_xclip { display.xsel() } else { display.xclip("UTF8_STRING").unwrap_or_default() };
        assert_eq!(again, b"", "the second paste of copy {n}");
    }
    assert!(display.is_empty());
}

#[test]
fn of_eight_that_paste_at_once_one_gets_it() {
    let display = Display::start();
    let mut copier = display.copier();
    for _ in 0..5 {
        let ticket = copier.copy(SECRET);
        let all: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let racing: Vec<_> =
                (0..8).map(|_| scope.spawn(|| display.xclip("UTF8_STRING").unwrap_or_default())).collect();
            racing.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(all.iter().filter(|text| *text == SECRET.as_bytes()).count(), 1);
        assert_eq!(all.iter().filter(|text| text.is_empty()).count(), 7);
        assert_eq!(copier.released(ticket), served_to("xclip"));
    }
}

#[test]
fn what_is_asked_before_the_paste_is_answered_and_not_counted() {
    let display = Display::start();
    let mut copier = display.copier();
    let ticket = copier.copy(SECRET);
    let targets = String::from_utf8(display.xclip("TARGETS").unwrap()).unwrap();
    for target in ["TARGETS", "TIMESTAMP", "MULTIPLE", "UTF8_STRING", "STRING", "TEXT", "text/plain;charset=utf-8"] {
        assert!(targets.lines().any(|line| line == target), "{target} is missing in {targets}");
    }
    assert_eq!(display.xclip("x-kde-passwordManagerHint").unwrap(), b"secret");
    let client = Client::new(&display);
    assert!(matches!(client.get("TIMESTAMP"), Got::Some(_, 32, time) if time.len() == 4 && time != [0; 4]));
    assert!(matches!(client.get("SAVE_TARGETS"), Got::Some(_, _, nothing) if nothing.is_empty()));
    assert_eq!(client.get("image/png"), Got::Refused);
    assert_eq!(client.get("NO_SUCH_TARGET"), Got::Refused);
    assert_eq!(display.xclip("text/plain;charset=utf-8").unwrap(), SECRET.as_bytes());
    assert_eq!(copier.released(ticket), served_to("xclip"));
}

#[test]
fn several_targets_at_once_are_one_paste() {
    let display = Display::start();
    let mut copier = display.copier();
    let ticket = copier.copy(SECRET);
    let client = Client::new(&display);
    let [one, two, three] = ["ONE", "TWO", "THREE"].map(|name| client.atom(name));
    let [utf8, string, strange] = ["UTF8_STRING", "STRING", "image/png"].map(|name| client.atom(name));
    client.pairs(&[utf8, one, string, two, strange, three]);
    assert!(client.ask(client.atom("MULTIPLE")));
    let Got::Some(_, 32, pairs) = client.read(true) else { panic!("no pairs") };
    let pairs: Vec<u32> = pairs.chunks(4).map(|four| u32::from_ne_bytes(four.try_into().unwrap())).collect();
    assert_eq!(pairs, [utf8, one, string, 0, strange, 0]);
    let text = client.server.get_property(true, client.window, one, 0u32, 0, 100).unwrap().reply().unwrap().value;
    assert_eq!(text, SECRET.as_bytes());
    assert!(matches!(copier.released(ticket), Released::Served { is_empty: true, .. }));
}

#[test]
fn the_selection_that_the_mouse_makes_is_left_alone() {
    let display = Display::start();
    let mut copier = display.copier();
    copier.copy(SECRET);
    let mut command = display.command("xclip");
    let primary = command.args(["-o", "-selection", "primary"]).output().unwrap();
    assert!(!primary.status.success() && primary.stdout.is_empty());
}

#[test]
fn what_somebody_else_copies_is_left_alone_and_ends_the_offer() {
    let display = Display::start();
    let mut copier = display.copier();
    for _ in 0..20 {
        let ticket = copier.copy(SECRET);
        display.copy("a recipe");
        assert_eq!(copier.released(ticket), Released::Replaced);
        copier.clipboard.take_back(ticket);
        assert_eq!(copier.released(ticket), Released::Replaced);
        assert_eq!(display.xclip("UTF8_STRING").unwrap(), b"a recipe");
    }
    // The same when nobody had the time to look in between.
    for _ in 0..20 {
        let ticket = copier.copy(SECRET);
        std::thread::scope(|scope| {
            scope.spawn(|| display.copy("a recipe"));
            copier.clipboard.take_back(ticket);
        });
        assert!(matches!(copier.released(ticket), Released::Replaced | Released::Cleared));
        until("the recipe is there", || display.xclip("UTF8_STRING").as_deref() == Some(b"a recipe"));
        while !copier.is_quiet(Duration::from_millis(20)) {}
    }
}

#[test]
fn of_two_copies_the_first_is_withdrawn() {
    let display = Display::start();
    let mut copier = display.copier();
    let first = copier.ask(None, b"the first");
    let second = copier.ask(None, SECRET.as_bytes());
    assert_eq!(copier.copied(first), Turn::Only);
    assert_eq!(copier.released(first), Released::TakenBack);
    assert_eq!(copier.copied(second), Turn::Only);
    assert_eq!(display.xsel(), SECRET.as_bytes());
    assert_eq!(copier.released(second), served_to("xsel"));
    assert!(display.is_empty());
}

#[test]
fn a_copy_that_is_taken_back_or_whose_clipboard_ends_is_gone() {
    let display = Display::start();
    for _ in 0..50 {
        let mut copier = display.copier();
        let ticket = copier.copy(SECRET);
        copier.clipboard.take_back(ticket);
        assert_eq!(copier.released(ticket), Released::Cleared);
        assert!(display.xsel().is_empty());
        copier.copy(SECRET);
        drop(copier);
        assert!(display.xsel().is_empty());
    }
    assert!(display.is_empty());
}

#[test]
fn what_nobody_takes_back_in_time_ends_by_itself() {
    let display = Display::start();
    let mut copier = display.copier();
    copier.time = Duration::from_millis(200);
    let ticket = copier.copy(SECRET);
    assert_eq!(copier.released(ticket), Released::Cleared);
    assert!(display.is_empty());
}

#[test]
fn the_id_is_pasted_first_and_then_the_secret() {
    let display = Display::start();
    let mut copier = display.copier();
    let ticket = copier.ask(Some("an-id"), SECRET.as_bytes());
    assert_eq!(copier.copied(ticket), Turn::Id);
    assert_eq!(display.xsel(), b"an-id");
    assert!(display.xsel().is_empty(), "what reads twice for one paste gets no secret");
    assert_eq!(copier.copied(ticket), Turn::Secret);
    assert_eq!(display.xsel(), SECRET.as_bytes());
    assert_eq!(copier.released(ticket), served_to("xsel"));
    assert!(display.is_empty());
}

#[test]
fn taken_back_between_the_two_the_secret_never_comes() {
    let display = Display::start();
    let mut copier = display.copier();
    let ticket = copier.ask(Some("an-id"), SECRET.as_bytes());
    assert_eq!(copier.copied(ticket), Turn::Id);
    copier.clipboard.take_back(ticket);
    assert_eq!(copier.released(ticket), Released::Cleared);
    assert!(display.is_empty());
}

#[test]
fn a_megabyte_arrives_whole() {
    let display = Display::start();
    let mut copier = display.copier();
    let large: String = ('a'..='z').cycle().take(1 << 20).collect();
    for by_xclip in [true, false] {
        let ticket = copier.copy(&large);
        let pasted = if by_xclip { display.xclip("UTF8_STRING").unwrap() } else { display.xsel() };
        assert!(pasted == large.as_bytes(), "{} bytes of {}", pasted.len(), large.len());
        assert_eq!(copier.released(ticket), served_to(if by_xclip { "xclip" } else { "xsel" }));
        assert!(display.is_empty());
    }
}

#[test]
fn what_is_no_text_is_refused() {
    let display = Display::start();
    let mut copier = display.copier();
    let ticket = copier.ask(None, &[0xff, 0xfe, 0]);
    match copier.answer(ticket) {
        Answer::Copied(Err(problem)) => assert!(problem.message.contains("not text"), "{problem:?}"),
        other => panic!("{other:?}"),
    }
    assert!(display.is_empty());
}

#[test]
fn letters_beyond_ascii_arrive_and_are_not_offered_as_latin() {
    let display = Display::start();
    let mut copier = display.copier();
    let ticket = copier.copy("ключ-é");
    let targets = String::from_utf8(display.xclip("TARGETS").unwrap()).unwrap();
    assert!(!targets.lines().any(|line| line == "STRING"));
    assert_eq!(display.xclip("TEXT").unwrap(), "ключ-é".as_bytes());
    assert_eq!(copier.released(ticket), served_to("xclip"));
}

#[test]
fn a_client_that_never_reads_is_not_waited_for_and_leaves_nothing() {
    let display = Display::start();
    let mut copier = display.copier();
    let large = "x".repeat(1 << 20);
    for value in [SECRET, &large] {
        let ticket = copier.copy(value);
        let client = Client::new(&display);
        assert!(client.ask(client.atom("UTF8_STRING")));
        let began = Instant::now();
        assert!(display.is_empty(), "nobody else gets it meanwhile");
        assert!(matches!(copier.released(ticket), Released::Unfinished { to: Some(_) }));
        assert!(began.elapsed() < Duration::from_secs(8));
        assert!(matches!(client.read(false), Got::Some(0, 0, nothing) if nothing.is_empty()), "it is wiped there too");
        assert!(display.is_empty());
    }
}

#[test]
fn a_client_that_reads_a_piece_and_no_more_is_not_waited_for() {
    let display = Display::start();
    let mut copier = display.copier();
    let ticket = copier.copy(&"x".repeat(1 << 20));
    let client = Client::new(&display);
    assert!(matches!(client.get("UTF8_STRING"), Got::Some(kind, 32, _) if kind == client.atom("INCR")));
    client.wait_for_piece();
    assert!(matches!(client.read(true), Got::Some(_, 8, piece) if piece.len() == 64 * 1024));
    assert!(matches!(copier.released(ticket), Released::Unfinished { .. }));
    assert!(display.is_empty());
}

#[test]
fn a_client_that_goes_away_in_the_middle_ends_it() {
    let display = Display::start();
    let mut copier = display.copier();
    let ticket = copier.copy(&"x".repeat(1 << 20));
    let client = Client::new(&display);
    assert!(matches!(client.get("UTF8_STRING"), Got::Some(..)));
    drop(client);
    assert!(matches!(copier.released(ticket), Released::Unfinished { .. }));
    assert!(display.is_empty());
}

#[test]
fn a_display_that_dies_is_told_and_the_next_copy_says_why_not() {
    let mut display = Display::start();
    let mut copier = display.copier();
    let ticket = copier.copy(SECRET);
    display.die();
    assert_eq!(copier.released(ticket), Released::Lost);
    copier.clipboard.take_back(ticket);
    assert_eq!(copier.released(ticket), Released::Replaced);
    let next = copier.ask(None, SECRET.as_bytes());
    assert!(matches!(copier.answer(next), Answer::Copied(Err(_))));
}

#[test]
fn what_reads_the_moment_something_is_offered_gets_nothing_and_the_paste_is_still_there() {
    let display = Display::start();
    let mut copier = display.copier();
    let watcher = Client::new(&display);
    for first in [None, Some("an-id")] {
        let ticket = copier.ask(first, SECRET.as_bytes());
        copier.offered(ticket);
        assert_eq!(watcher.get("UTF8_STRING"), Got::Refused);
        assert!(matches!(copier.answer(ticket), Answer::Watched(Some(who)) if who.starts_with("clipboard")));
        std::thread::sleep(Duration::from_millis(70));
        if first.is_some() {
            assert_eq!(display.xsel(), b"an-id");
            assert_eq!(copier.offered(ticket), Turn::Secret);
            assert_eq!(watcher.get("STRING"), Got::Refused);
            assert!(matches!(copier.answer(ticket), Answer::Watched(Some(_))));
            std::thread::sleep(Duration::from_millis(70));
        }
        assert_eq!(display.xsel(), SECRET.as_bytes());
        assert_eq!(copier.released(ticket), served_to("xsel"));
    }
}

#[test]
fn what_somebody_copies_after_the_id_stays_and_the_secret_is_not_offered() {
    let display = Display::start();
    let mut copier = display.copier();
    let ticket = copier.ask(Some("an-id"), SECRET.as_bytes());
    assert_eq!(copier.copied(ticket), Turn::Id);
    assert_eq!(display.xsel(), b"an-id");
    display.copy("a note of mine");
    assert_eq!(copier.released(ticket), Released::OnlyId);
    assert_eq!(display.xsel(), b"a note of mine");
}
