//! The loop: events become messages, messages become effects, and what changed is drawn.

use std::sync::mpsc::Receiver;

use jiff::tz::TimeZone;
use ratatui::layout::Rect;

use super::Finish;
use crate::app::msg::{Answer, Ending, Mouse};
use crate::app::{Effect, Model, Msg, update};
use crate::error::Problem;
use crate::shell::clock::{self, Alarm};
use crate::shell::events::Heard;
use crate::shell::signals::Caught;
use crate::shell::terminal::Console;
use crate::shell::world::{Event, Outside, World as _};
use crate::view::theme::Theme;
use crate::view::{target, view};

/// The screens while they run.
pub(super) struct Screens {
    console: Console,
    model: Model,
    world: Outside,
    alarm: Alarm,
    theme: Theme,
    zone: TimeZone,
    /// A secret was shown: the next frame goes on a cleared terminal, twice.
    cleared: bool,
    /// The terminal isn't ours now: we are stopped, or it is gone.
    away: bool,
    done: bool,
    ended: Option<Ending>,
    failed: Option<Problem>,
}

impl Screens {
    pub(super) fn new(
        console: Console,
        model: Model,
        world: Outside,
        alarm: Alarm,
        theme: Theme,
        zone: TimeZone,
    ) -> Self {
        Self {
            console,
            model,
            world,
            alarm,
            theme,
            zone,
            cleared: false,
            away: false,
            done: false,
            ended: None,
            failed: None,
        }
    }

    /// Begins with a vault that may be there.
    pub(super) fn begin(&mut self) {
        let effects = self.model.start();
        self.start(effects);
    }

    /// Runs until something ends it, waits for the saves, and gives everything back.
    pub(super) fn run(mut self, told: &Receiver<Event>) -> Result<Finish, Problem> {
        while !self.done {
            self.alarm.set(self.model.wake());
            let Ok(event) = told.recv() else { break };
            self.hear(event);
            // A key that repeats faster than frames are drawn: one frame for all that came.
            while !self.done
                && let Ok(event) = told.try_recv()
            {
                self.hear(event);
            }
            self.draw();
        }
        let Self { mut console, model, mut world, mut failed, ended, .. } = self;
        drop(model);
        world.finish();
        for event in told.try_iter() {
            match event {
                // The last save has nobody left to tell but whoever reads the terminal next.
                Event::Answer(_, Answer::Saved(Err(problem))) => {
                    failed.get_or_insert(problem);
                }
                // The terminal's clipboard, given back; one that is gone needs nothing.
                Event::Send(sequence) => {
                    let _gone = console.send(&sequence);
                }
                _ => {}
            }
        }
        drop(console);
        match (failed, ended) {
            (Some(problem), _) => Err(problem),
            (None, Some(ending)) => Ok(Finish::Ended(ending)),
            (None, None) => Ok(Finish::Quit),
        }
    }

    /// Takes an event in.
    pub(super) fn hear(&mut self, event: Event) {
        match event {
            Event::Heard(heard) => match heard {
                Heard::Key(key) => self.update(Msg::Key(key)),
                Heard::Paste(text) => self.update(Msg::Paste(text)),
                Heard::Mouse { kind, x, y } => {
                    let (width, height) = self.model.size;
                    let target = target(&self.model, Rect::new(0, 0, width, height), x, y);
                    self.update(Msg::Mouse(Mouse { kind, target }));
                }
                Heard::Focus(true) => self.update(Msg::FocusGained),
                Heard::Focus(false) => self.update(Msg::FocusLost),
                Heard::Ground { light } => self.theme.light = light,
                Heard::Gone => self.end(Ending::TerminalGone),
            },
            Event::Caught(caught) => match caught {
                Caught::End(ending) => self.end(ending),
                Caught::Stop => {
                    self.update(Msg::FocusLost);
                    self.stop();
                }
                Caught::Continued => self.go_on(),
                Caught::Resized => {
                    if let Ok((width, height)) = self.console.size() {
                        self.update(Msg::Resize { width, height });
                    }
                }
            },
            Event::Rang => {
                self.alarm.rung();
                self.update(Msg::Wake);
            }
            Event::Send(sequence) => {
                let sent = self.console.send(&sequence);
                self.or_gone(&sent);
            }
            Event::Answer(ticket, answer) => self.update(Msg::Answer(ticket, answer)),
            Event::Catalog(catalog, notes) => {
                self.world.know(catalog.clone());
                self.model.know(catalog, &notes);
            }
            Event::Demo(Ok(vault)) => {
                let unlocked = vault.snapshot();
                self.world.adopt(vault);
                self.model.now = clock::now(&self.zone);
                let effects = self.model.start_demo(unlocked);
                self.start(effects);
            }
            Event::Demo(Err(problem)) => {
                self.failed = Some(problem);
                self.done = true;
            }
        }
    }

    /// Draws the model.
    pub(super) fn draw(&mut self) {
        if self.away {
            return;
        }
        let drawn = self.try_draw();
        self.or_gone(&drawn);
    }

    /// Asks the terminal how light its ground is. The answer comes among the keys, or never.
    pub(super) fn ask_ground(&mut self) {
        let asked = self.console.ask_ground();
        self.or_gone(&asked);
    }

    fn try_draw(&mut self) -> std::io::Result<()> {
        let times = if self.cleared { 2 } else { 1 };
        if self.cleared {
            self.console.forget()?;
        }
        for _ in 0..times {
            self.console.draw(|frame| view(&self.model, self.theme, frame))?;
        }
        self.cleared = false;
        Ok(())
    }

    fn update(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg, clock::now(&self.zone));
        self.start(effects);
    }

    fn start(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::ClearScreen => self.cleared = true,
                Effect::MouseCapture(on) => {
                    let set = self.console.set_mouse(on);
                    self.or_gone(&set);
                }
                Effect::Suspend => self.stop(),
                Effect::Quit => self.done = true,
                effect => self.world.start(effect),
            }
        }
    }

    /// Stops until someone continues us. What was shown of secrets is hidden by then, and overwritten here.
    fn stop(&mut self) {
        if self.away {
            return;
        }
        self.cleared = true;
        self.draw();
        match self.console.stop() {
            // Until the signal that continues us is heard, the terminal counts as the shell's.
            Ok(stopped) => self.away = stopped,
            Err(_) => self.end(Ending::TerminalGone),
        }
    }

    fn go_on(&mut self) {
        if self.done {
            return;
        }
        self.away = false;
        let retaken = self.console.retake();
        self.or_gone(&retaken);
        if let Ok((width, height)) = self.console.size() {
            self.update(Msg::Resize { width, height });
        }
        self.update(Msg::Continued);
        self.update(Msg::FocusGained);
    }

    fn or_gone(&mut self, done: &std::io::Result<()>) {
        if done.is_err() {
            self.end(Ending::TerminalGone);
        }
    }

    /// Ends, once: locked, and without another look at a terminal that is gone.
    fn end(&mut self, ending: Ending) {
        if self.ended.is_some() {
            return;
        }
        self.ended = Some(ending);
        self.away |= ending == Ending::TerminalGone;
        self.update(Msg::Ended(ending));
        self.done = true;
    }
}
