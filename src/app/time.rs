//! What time does: secrets are hidden, the clipboard is taken back, the vault locks; and when the model next has to be woken.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::effect::Effect;
use super::model::{AddStage, Busy, Model, Page, SIGN_OF_LIFE, Screen};

/// Does what is due. Says whether the vault was locked by it.
pub(super) fn pass(model: &mut Model) -> bool {
    let boot = model.now.boot;
    if model.clip.as_ref().is_some_and(|clip| clip.until <= boot && !clip.is_leaving()) {
        model.take_back();
    }
    model.pass_result();
    let Screen::Inside(inside) = &mut model.screen else { return false };
    if inside.revealed.as_ref().is_some_and(|r| r.until <= boot) {
        inside.revealed = None;
        model.outbox.push(Effect::ClearScreen);
    }
    if model.locks_in().is_some_and(|left| left.is_zero()) {
        let words = duration(model.idle_lock());
        model.lock(Some(format!("after {words} without a key")));
        return true;
    }
    if let Screen::Inside(inside) = &mut model.screen {
        let list = &inside.credentials;
        let has_ended = list.ends.first().is_some_and(|end| *end <= model.now.wall);
        if has_ended || model.now.wall.duration_since(list.built_at).unsigned_abs() >= REBUILD {
            let same = Arc::clone(&inside.unlocked);
            super::screen::renew_lists(inside, &same.document, &model.catalog, &model.now);
        }
    }
    false
}

impl Model {
    /// When the model wants to be woken next, in boot time; `None` while nothing moves.
    pub fn wake(&self) -> Option<Duration> {
        let boot = self.now.boot;
        let next_second = |from: Duration| from + Duration::from_secs(boot.saturating_sub(from).as_secs() + 1);
        let mut times: Vec<Duration> = Vec::new();
        match &self.clip {
            Some(clip) if !clip.is_leaving() => times.push(next_second(clip.since).min(clip.until)),
            Some(clip) if !clip.is_unanswered(boot) => times.push(clip.since + super::model::UNANSWERED),
            _ => {}
        }
        times.extend(self.passing.as_ref().map(|(until, _)| *until));
        if let Some(busy) = self.working() {
            let shown = busy.since + SIGN_OF_LIFE;
            let frames = boot.saturating_sub(shown).as_millis() / FRAME.as_millis() + 1;
            let next = shown + FRAME * u32::try_from(frames).unwrap_or(u32::MAX);
            times.push(if boot < shown { shown } else { next });
        }
        if let Some(inside) = self.inside() {
            if let Some(revealed) = &inside.revealed {
                times.push(next_second(revealed.until.saturating_sub(super::model::REVEAL)).min(revealed.until));
            }
            times.extend(inside.credentials.ends.iter().map(|end| boot + counts(end.duration_since(self.now.wall))));
            if let Some(left) = self.locks_in() {
                // The header says minutes, in the last minute seconds.
                let unit = if left > MINUTE { MINUTE } else { Duration::from_secs(1) };
                let over = left.as_nanos() % unit.as_nanos();
                let over = if over == 0 { unit } else { Duration::from_nanos(u64::try_from(over).unwrap_or(1)) };
                times.push(boot + over);
            }
        }
        times.into_iter().min()
    }

    /// How long until the vault locks by itself, while it is open.
    pub fn locks_in(&self) -> Option<Duration> {
        self.inside()?;
        Some((self.last_key + self.idle_lock()).saturating_sub(self.now.boot))
    }

    /// How long the vault stays open without a key.
    pub(super) fn idle_lock(&self) -> Duration {
        let seconds = self.inside().map_or(0, |inside| inside.unlocked.document.settings.idle_lock_s());
        Duration::from_secs(u64::from(seconds))
    }

    /// What is being worked on, if anything: its spinner is drawn once [`SIGN_OF_LIFE`] has passed.
    pub fn working(&self) -> Option<&Busy> {
        if let Some(super::model::Overlay::Unseal(unseal)) = &self.overlay
            && unseal.busy.is_some()
        {
            return unseal.busy.as_ref();
        }
        match &self.screen {
            Screen::Starting => None,
            Screen::FirstRun(first) => first.busy.as_ref(),
            Screen::Unlock(unlock) => unlock.busy.as_ref(),
            Screen::Inside(inside) => match &inside.page {
                Page::Add(add) => match &add.stage {
                    AddStage::Looking(busy) => Some(busy),
                    _ => add.busy.as_ref(),
                },
                Page::Edit(edit) => edit.busy.as_ref(),
                Page::Account(account) => account.busy.as_ref(),
                Page::Passphrase(passphrase) => passphrase.busy.as_ref(),
                Page::Flow(flow) => flow.busy.as_ref(),
                Page::Begin(begin) => begin.busy.as_ref(),
                Page::Place(place) => place.busy.as_ref(),
                Page::Token(token) => token.busy.as_ref(),
                Page::Credentials
                | Page::Detail(_)
                | Page::Accounts
                | Page::Bench
                | Page::Settings
                | Page::Audit
                | Page::Flows(_)
                | Page::Rotations => None,
            }
            .or(inside.log.busy.as_ref())
            .or(inside.saving.as_ref()),
        }
    }

    /// Which of the spinner's four signs to draw now; `None` while nothing takes long.
    pub fn spinner(&self) -> Option<usize> {
        let waited = self.now.boot.checked_sub(self.working()?.since + SIGN_OF_LIFE)?;
        usize::try_from(waited.as_millis() / FRAME.as_millis() % 4).ok()
    }
}

/// After how long the screen says another time than «59 min», «40 s»: what is left, in whole units, rounded down.
fn counts(left: SignedDuration) -> Duration {
    let left = left.unsigned_abs();
    let unit = match left.as_secs() {
        0..60 => 1,
        60..3_600 => 60,
        3_600..172_800 => 3_600,
        _ => 86_400,
    };
    let over = left.as_nanos() % (unit * NANOS);
    // A little more, so that less is left then than a whole unit.
    let over = Duration::from_nanos(u64::try_from(over).unwrap_or(0)) + Duration::from_millis(1);
    over.min(left.max(Duration::from_millis(1)))
}

/// A duration in words: «5 minutes», «30 s».
pub(super) fn duration(time: Duration) -> String {
    match time.as_secs() {
        60 => "1 minute".into(),
        s if s < 120 => format!("{s} s"),
        3600 => "1 hour".into(),
        s if s % 3600 == 0 => format!("{} hours", s / 3600),
        s => format!("{} minutes", s / 60),
    }
}

const NANOS: u128 = 1_000_000_000;
const FRAME: Duration = Duration::from_millis(250);
const MINUTE: Duration = Duration::from_mins(1);
/// The order of the list follows the clock, so it is brought up to date once an hour.
const REBUILD: Duration = Duration::from_hours(1);
