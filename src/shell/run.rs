//! The program with screens: what is set up, in which order, and how it ends.

mod screens;

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::time::Duration;

use self::screens::Screens;
use super::clipboard::{Places, Through};
use super::clock::{self, Alarm};
use super::demo::{self, Hideout};
use super::signals;
use super::store::VaultFolder;
use super::terminal::{self, Console};
use super::world::{Event, Outside, Teller};
use super::{events, preferences, providers, thread};
use crate::app::Model;
use crate::app::msg::Ending;
use crate::catalog::Catalog;
use crate::error::{Exit, Problem};
use crate::view::theme::{Colours, Theme};

/// What the program is started with.
#[derive(Debug)]
pub struct Startup {
    /// The vault; `None` for the demo's.
    pub vault: Option<VaultFolder>,
    /// The folder of settings.
    pub settings: PathBuf,
}

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The user ended it.
    Quit,
    /// Something from outside did: the vault was locked, and what was to be saved is saved.
    Ended(Ending),
}

impl Finish {
    /// The exit code: 0, or as shells tell a signal.
    pub fn code(self) -> u8 {
        match self {
            Self::Quit => Exit::Done as u8,
            Self::Ended(ending) => signals::exit_code(ending),
        }
    }
}

/// Runs the screens until the user quits or something ends them.
pub fn run(startup: Startup) -> Result<Finish, Problem> {
    thread::mark_main();
    terminal::install_panic_hook();
    let Startup { vault, settings } = startup;
    let hideout = if vault.is_none() { Some(Hideout::make(runtime_folder())?) } else { None };
    let demo = hideout.as_ref().map(Hideout::folder);
    let Some(folder) = vault.or_else(|| demo.clone()) else { return Err(no_start(&"no vault is named")) };

    let look = terminal::look(|name| std::env::var(name).ok());
    let theme = Theme {
        colours: match look.colours {
            terminal::Colours::True => Colours::True,
            terminal::Colours::Sixteen => Colours::Sixteen,
            terminal::Colours::None => Colours::None,
        },
        light: look.light.unwrap_or(false),
        plain_signs: look.plain_signs,
    };
    let (preferences, notes) = preferences::load(&settings);
    let (line, told) = channel();
    let teller = Teller::new(line);
    let world = Outside::new(folder, settings.clone(), teller.clone())?;
    let tell = teller.clone();
    let alarm = Alarm::new(move || tell.tell(Event::Rang)).map_err(|error| no_start(&error))?;
    // Before the terminal is taken: from here on, whatever ends us gives it back.
    let tell = teller.clone();
    signals::watch(move |caught| tell.tell(Event::Caught(caught))).map_err(|error| no_start(&error))?;
    let console = Console::take()?;
    let zone = clock::zone();
    let size = console.size().map_err(|error| no_start(&error))?;
    let mut model = Model::new(Catalog::default(), preferences, size, clock::now(&zone));
    model.demo = demo.is_some();
    model.in_screen = Places::here().through == Through::Screen;
    model.tell_of_files(&notes, None);
    let mut screens = Screens::new(console, model, world, alarm, theme, zone);
    if demo.is_none() {
        screens.begin();
        // The worker looks at the folder in less than a millisecond: the first frame is the locked screen itself.
        if let Ok(event) = told.recv_timeout(FIRST_FRAME) {
            screens.hear(event);
        }
    }
    screens.draw();

    let tell = teller.clone();
    events::listen(move |heard| tell.tell(Event::Heard(heard))).map_err(|error| no_start(&error))?;
    if look.light.is_none() && look.answers {
        screens.ask_ground();
    }
    prepare(teller, settings, demo).map_err(|error| no_start(&error))?;
    let finish = screens.run(&told);
    drop(hideout);
    finish
}

/// What takes longer than the first frame, on a thread of its own: reading the providers, making the demo's vault.
fn prepare(teller: Teller, settings: PathBuf, demo: Option<VaultFolder>) -> io::Result<()> {
    thread::spawn("prepare", move || {
        let (catalog, notes) = thread::guarded(|| providers::load(&settings))
            .unwrap_or_else(|_defect| (Catalog::builtin().clone(), Vec::new()));
        teller.tell(Event::Catalog(catalog, notes));
        if let Some(folder) = demo {
            let opened = thread::guarded(|| demo::open(&folder, clock::wall())).and_then(|opened| opened);
            teller.tell(Event::Demo(opened.map(Box::new)));
        }
    })?;
    Ok(())
}

fn runtime_folder() -> Option<PathBuf> {
    std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute())
}

fn no_start(error: &dyn std::fmt::Display) -> Problem {
    Problem::new(Exit::Failed, format!("the screens can't be started: {error}"))
}

/// How long the first frame waits for the vault's folder to be looked at.
const FIRST_FRAME: Duration = Duration::from_millis(5);
