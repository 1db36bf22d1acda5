//! Every flow of every gateway, walked through the screens from its first step to its last: driven by keys and pastes, drawn after each
//! step, and the same walk with the program killed after every step and begun again over what was saved.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what a walk asks for and does not find is its failure")]

#[path = "walks/values.rs"]
mod values;
#[path = "walks/walker.rs"]
mod walker;

use std::fmt::Write as _;

use paykeep::catalog::Catalog;
use paykeep::domain::journal::{End, Grade, Happened};
use paykeep::domain::provider::{Act, Does, Flow, Provider, Reason};
use paykeep::domain::{Environment, Life};

use walker::Walker;

/// A run of a flow.
#[derive(Clone, Copy)]
struct Run {
    provider: &'static Provider,
    flow: &'static Flow,
    reason: Option<Reason>,
    environment: Environment,
}

impl Run {
    fn name(&self) -> String {
        let reason = self.reason.map(|reason| format!("_{}", reason.as_str())).unwrap_or_default();
        format!("{}_{}_{}{reason}", self.provider.id, self.flow.id, self.environment)
    }
}

fn runs() -> Vec<Run> {
    let mut runs = Vec::new();
    for provider in Catalog::builtin().providers() {
        for flow in &provider.flows {
            let none = [None];
            let some: Vec<Option<Reason>> = flow.reasons.iter().copied().map(Some).collect();
            let reasons: &[Option<Reason>] = if some.is_empty() { &none } else { &some };
            for environment in &flow.environments {
                for reason in reasons {
                    runs.push(Run { provider, flow, reason: *reason, environment: *environment });
                }
            }
        }
    }
    runs
}

/// Walks a run; gives the vault at the end, and the pages on the way.
fn walk(run: &Run, size: (u16, u16), killed: bool) -> (Walker, String) {
    let mut walker = Walker::before(run, size);
    let mut pages = String::new();
    while let Some(step) = walker.present() {
        if killed {
            walker.has_read();
            let before = (walker.page(), walker.prints());
            walker.restart();
            assert_eq!(before, (walker.page(), walker.prints()), "{}: {step} is another after a kill", run.name());
        }
        let _ = writeln!(pages, "──── {step}\n{}", walker.page());
        walker.step();
    }
    let _ = writeln!(pages, "──── the end\n{}", walker.page());
    (walker, pages)
}

fn assert_right_versions(run: &Run, walker: &Walker) {
    let name = run.name();
    let document = walker.document();
    let journal = document.journals.last().unwrap();
    assert_eq!(journal.ended.as_ref().map(|ended| ended.how), Some(End::Finished), "{name}");
    for slot in &journal.slots {
        let Some(credential) = slot.credential.and_then(|id| document.credential(id)) else { continue };
        let life = |id| credential.versions.iter().find(|v| Some(v.id) == id).map(|v| v.life);
        let promoted = journal.steps.iter().any(|s| s.act == Act::Promote && s.slots.contains(&slot.name));
        if promoted {
            assert_eq!(credential.current.as_ref().map(|c| c.version), slot.new, "{name}: the new one is current");
            assert_eq!(life(slot.new), Some(Life::Active), "{name}");
        }
        for step in journal.steps.iter().filter(|step| step.kills.as_ref().is_some_and(|k| *k.slot == *slot.name)) {
            let least = if step.act == Act::Revoke { Life::Revoked } else { Life::Retired };
            assert!(life(slot.old) >= Some(least), "{name}: the old one is dead");
        }
        let sealed = journal.steps.iter().any(|s| s.act == Act::Seal && s.slots.contains(&slot.name));
        let is_sealed = credential.versions.iter().any(|v| Some(v.id) == slot.new && v.sealed_at.is_some());
        assert_eq!(sealed, is_sealed, "{name}: sealed");
        let waiting = credential.versions.iter().filter(|v| v.life.is_waiting()).count();
        assert_eq!(waiting, 0, "{name}: nothing waits in {}", credential.name);
    }
    if run.flow.does == Does::Revoke {
        assert!(journal.slots.iter().all(|slot| slot.new.is_none()), "{name}: nothing was made");
    }
    for step in &journal.steps {
        let done = step.done.as_ref().unwrap();
        let computed = matches!(step.act, Act::Generate | Act::Take | Act::TakeOnce | Act::Promote | Act::Seal);
        assert!(!computed || done.grade == Grade::Verified, "{name}: {} passed on a tick", step.id);
        assert!(step.act != Act::TakeOnce || step.last(Happened::Kept).is_some(), "{name}: {} was not kept", step.id);
    }
}

#[test]
fn every_run_of_every_flow_ends_with_the_right_versions() {
    let runs = runs();
    assert!(runs.len() > 30, "{} runs", runs.len());
    for run in &runs {
        let (walker, _) = walk(run, (120, 36), false);
        assert_right_versions(run, &walker);
    }
}

#[test]
fn a_walk_that_is_killed_after_every_step_goes_on_where_it_was() {
    for run in &runs() {
        let (walker, _) = walk(run, (80, 24), true);
        assert_right_versions(run, &walker);
    }
}

#[test]
fn each_flow_looks_so_from_first_to_last() {
    let mut seen = std::collections::BTreeSet::new();
    for run in runs().iter().filter(|run| seen.insert((run.provider.id.to_string(), run.flow.id.to_string()))) {
        for size in [(80, 24), (120, 36)] {
            let (_, pages) = walk(run, size, false);
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path("walks");
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_snapshot!(format!("{}_{}x{}", run.name(), size.0, size.1), pages));
        }
    }
}

/// A walk that stands before this step.
fn before(provider: &str, flow: &str, step: &str) -> Walker {
    let is_it = |run: &Run| run.provider.id == *provider && run.flow.id == *flow;
    let run = runs().into_iter().find(|run| is_it(run) && run.environment == Environment::Sandbox).unwrap();
    let mut walker = Walker::before(&run, (80, 24));
    while walker.present().unwrap() != step {
        walker.step();
    }
    walker
}

#[test]
fn what_is_pasted_below_a_long_command_is_seen() {
    let mut walker = before("ansa", "client-secret", "take");
    assert!(!walker.page().contains("client secret key\n"), "the field is out of sight: {}", walker.page());
    walker.paste(r#"{"clientSecret": "ansa_cs_sandbox_abcdefgh12345678", "validUntil": "2030-01-01T00:00:00Z"}"#);
    let page = walker.page();
    assert!(page.contains("32 characters") && page.contains("By the answer it works until 1 Jan 2030"), "{page}");
}

#[test]
fn an_overlap_that_a_flow_waits_out_is_drawn_until_its_end() {
    let mut walker = before("paynet", "rotate", "overlap");
    walker.keys("␛2");
    let page = walker.page();
    assert!(page.contains("▒") && page.contains("both work until"), "{page}");
}
