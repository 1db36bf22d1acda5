//! Clipboard managers: they see that something is there, and don't get it.

use std::time::Duration;

use paykeep::app::msg::Released;

use crate::client::{Client, Got};
use crate::display::{Display, served_to, until};

const SECRET: &str = "an-invented-secret-77b1";

#[test]
fn the_program_that_keeps_what_others_leave_behind_gets_nothing() {
    let display = Display::start();
    let mut copier = display.copier();
    let manager = Client::new(&display);
    manager.be_manager();
    let ticket = copier.copy(SECRET);
    assert!(matches!(manager.get("TARGETS"), Got::Some(..)));
    assert_eq!(manager.get("UTF8_STRING"), Got::Refused);
    assert!(copier.is_quiet(Duration::from_millis(300)));
    assert_eq!(display.xsel(), SECRET.as_bytes());
    assert_eq!(copier.released(ticket), served_to("xsel"));
}

#[test]
fn one_that_only_its_name_gives_away_is_named() {
    let display = Display::start();
    let folder = tempfile::tempdir().unwrap();
    let strange = folder.path().join("some-clipper");
    let xclip = std::env::var("PATH").unwrap();
    let xclip = std::env::split_paths(&xclip).map(|folder| folder.join("xclip")).find(|path| path.exists()).unwrap();
    // A link, since a file just written could not be run while another test forks: it would be busy.
    std::os::unix::fs::symlink(xclip, &strange).unwrap();
    let mut copier = display.copier();
    let ticket = copier.copy(SECRET);
    let read = display.command(strange.to_str().unwrap()).args(["-o", "-selection", "clipboard"]).output().unwrap();
    assert_eq!(read.stdout, SECRET.as_bytes());
    let by = Some("some-clipper".to_owned());
    assert_eq!(copier.released(ticket), Released::Served { to: by, by_manager: true, is_empty: true });
}

#[test]
fn real_ones_that_watch_don_t_eat_the_paste() {
    for (program, args) in [("parcellite", &["-n"][..]), ("diodon", &[])] {
        let display = Display::start();
        let home = tempfile::tempdir().unwrap();
        let manager = display.start_manager(program, args, home.path());
        // Shown to work first: it keeps what was copied when whoever copied it is gone.
        until("the manager keeps what was copied", || {
            display.copy_and_end("a recipe");
            display.xsel() == b"a recipe"
        });
        let mut copier = display.copier();
        for n in 0..3 {
            let value = format!("{SECRET}-{n}");
            let ticket = copier.copy(&value);
            // They look twice a second.
            assert!(copier.is_quiet(Duration::from_millis(1200)), "{program} ended it");
            assert_eq!(String::from_utf8(display.xsel()).unwrap(), value, "{program}");
            assert!(matches!(copier.released(ticket), Released::Served { by_manager: false, .. }), "{program}");
            std::thread::sleep(Duration::from_millis(700));
            assert_ne!(display.xsel(), value.as_bytes(), "{program} has kept it");
        }
        drop(manager);
    }
}
