//! Text fields, hidden fields, choices.

use crate::app::fuzzy::found_letters;
use crate::app::input::{Choice, ChoiceKey, Opt, SecretInput, TextInput};
use crate::app::msg::{Code, Key};
use crate::secret::SecretText;

fn press(input: &mut TextInput, keys: &[Code]) {
    for code in keys {
        input.key(Key::plain(*code));
    }
}

#[test]
fn the_cursor_goes_by_characters_as_people_count_them() {
    let mut input = TextInput::with("e\u{301}👩‍👩‍👧z");
    press(&mut input, &[Code::Left, Code::Left, Code::Backspace]);
    assert_eq!(
        input.text(),
        "e\u{301}👩\u{fffd}👩👧z",
        "joiners are no text, so each sign is one; a letter keeps its accent"
    );
    let mut input = TextInput::with("né");
    press(&mut input, &[Code::Home, Code::Delete, Code::End, Code::Char('e'), Code::Left, Code::Backspace]);
    assert_eq!(input.text(), "e");
    press(&mut input, &[Code::Backspace, Code::Left]);
    assert_eq!(input.text(), "e", "nothing stands before the first character");
    press(&mut input, &[Code::Delete]);
    assert_eq!(input.text(), "");
}

#[test]
fn a_combining_letter_keeps_the_cursor_between_characters() {
    let mut input = TextInput::with("ab");
    press(&mut input, &[Code::Home, Code::Char('e'), Code::Char('\u{301}'), Code::Backspace]);
    assert_eq!(input.text(), "ab");
}

#[test]
fn a_hidden_field_never_grows_and_says_when_it_is_full() {
    let mut input = SecretInput::new(8);
    assert!(input.paste(&SecretText::copied("1234567\n")));
    assert!(!input.paste(&SecretText::copied("89")));
    assert_eq!(input.count(), 7);
    for c in "89".chars() {
        input.key(Key::char(c));
    }
    assert_eq!((input.count(), input.text().expose()), (8, "12345678"));
    input.key(Key::plain(Code::Home));
    input.key(Key::plain(Code::Delete));
    input.key(Key::char('é'));
    assert_eq!(input.text().expose(), "2345678", "two bytes had no room");
    assert_eq!(input.shown(), None);
    assert_eq!(format!("{input:?} {:?}", TextInput::with("note")), "[redacted] TextInput(4 characters)");
    let text = input.take();
    assert_eq!((text.expose(), input.count()), ("2345678", 0));
}

#[test]
fn an_option_is_found_by_typing() {
    let option = |value: &str| Opt { value: value.into(), label: value.into(), environment: None };
    let mut choice = Choice::new(["amazon", "alpha", "zeta", "mazurka"].map(option).into(), None);
    for c in "az".chars() {
        assert_eq!(choice.key(Key::char(c)), ChoiceKey::Taken);
    }
    let shown: Vec<&str> = choice.shown.iter().map(|at| choice.options[*at].value.as_str()).collect();
    assert_eq!(shown, ["amazon", "mazurka"]);
    assert_eq!(choice.key(Key::plain(Code::Down)), ChoiceKey::Taken);
    assert_eq!(choice.key(Key::plain(Code::Enter)), ChoiceKey::Chosen);
    assert_eq!(choice.value(), Some("mazurka"));
    assert!(!choice.open && choice.typed.is_empty());
    assert_eq!(choice.key(Key::plain(Code::Right)), ChoiceKey::Chosen);
    assert_eq!(choice.value(), Some("amazon"));
    choice.key(Key::char('q'));
    choice.key(Key::plain(Code::Enter));
    assert_eq!(choice.value(), Some("amazon"), "nothing fits, nothing changes");
}

#[test]
fn found_letters_are_those_of_the_words() {
    assert_eq!(found_letters("ans liv", "Ansa"), [0, 1, 2]);
    assert_eq!(found_letters("", "Ansa"), [0usize; 0]);
    assert_eq!(found_letters("É", "né"), [1]);
}
