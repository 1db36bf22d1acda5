//! Every flow of every provider, in each environment and for each reason: from the first step to the last, and what is in the
//! vault then.

use std::fmt::Write as _;

use paykeep::catalog::Catalog;
use paykeep::domain::journal::{End, FlowError, Grade, Happened, Journal, Step};
use paykeep::domain::provider::{Act, CredentialSpec, Does, Flow, Provider, Reason, Which};
use paykeep::domain::{Change, ChangeError, Deed, Environment, Id, Life, NewField, Place};

use super::vault::{ACCOUNT, Vault, decided, placed, said, typed, value};

/// One way through a flow.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    pub(crate) provider: &'static Provider,
    pub(crate) flow: &'static Flow,
    pub(crate) reason: Option<Reason>,
    pub(crate) environment: Environment,
}

pub(crate) fn runs() -> Vec<Run> {
    let mut runs = Vec::new();
    for provider in Catalog::builtin().providers() {
        for flow in &provider.flows {
            let reasons =
                if flow.reasons.is_empty() { vec![None] } else { flow.reasons.iter().copied().map(Some).collect() };
            for reason in reasons {
                runs.extend(flow.environments.iter().map(|own| Run { provider, flow, reason, environment: *own }));
            }
        }
    }
    runs
}

impl Run {
    pub(crate) fn title(&self) -> String {
        let reason = self.reason.map_or("", Reason::as_str);
        format!("{}/{} {reason} {}", self.provider.id, self.flow.id, self.environment)
    }

    /// A vault with what the flow acts on, where it doesn't make it.
    pub(crate) fn vault(&self) -> Vault {
        let mut vault = Vault::new();
        for slot in &self.flow.slots {
            let fills = self.flow.run(self.reason, self.environment).any(|step| step.fills(&slot.name));
            if self.flow.does != Does::Create || !fills {
                let spec = self.provider.credential(&slot.credential).unwrap();
                vault.stores(self.provider, self.environment, spec, Place::New);
            }
        }
        vault
    }

    pub(crate) fn begins(&self, vault: &mut Vault) -> Id {
        vault.begins(&self.provider.id, &self.flow.id, self.reason, self.environment).unwrap()
    }

    /// What a step that takes values is given.
    pub(crate) fn values(&self, vault: &Vault, journal: Id, step: &str, round: usize) -> Vec<(String, NewField)> {
        let (journal, step) = (vault.journal(journal), vault.step(journal, step));
        values(self.provider, journal, step, |spec, field| value(spec, field, round))
    }

    /// Does the step that is to be done now, and on the way all that must not do.
    pub(crate) fn does(&self, vault: &mut Vault, id: Id) {
        let step = vault.now(id).unwrap();
        let name = step.id.as_str();
        let refused = |vault: &mut Vault, deed| vault.does(id, name, deed).unwrap_err();
        if let Some(asks) = &step.asks {
            let blank = || " \n".to_owned();
            let ticks = [
                Deed::Said { note: blank() },
                Deed::Typed { name: ACCOUNT.into(), note: blank(), despite: Vec::new() },
                Deed::Decided { approved: true, note: blank(), typed: None },
            ];
            for tick in ticks {
                assert_eq!(refused(vault, tick), ChangeError::Flow(FlowError::Unanswered(asks.clone())), "{name}");
            }
        }
        if step.asks_consent() {
            let consent = ChangeError::Flow(FlowError::Consent(ACCOUNT.into()));
            assert_eq!(refused(vault, said()), consent, "{name} without a word");
            assert_eq!(refused(vault, typed("acm")), consent, "{name} with another account");
            let held = vault.document().holding_up(vault.journal(id), &step);
            if !held.is_empty() {
                let still = ChangeError::Flow(FlowError::StillUsed(held.clone()));
                assert_eq!(refused(vault, typed(ACCOUNT)), still, "{name} while a place has it");
            }
            for label in held {
                let (credential, _) = vault.journal(id).killed(&step).unwrap();
                let place = vault.document().consumers.iter().find(|place| place.label == label).unwrap().id;
                vault.commit(Change::Unuse { consumer: place, credentials: vec![credential] }).unwrap();
            }
            let despite = vault.document().killed_at(vault.journal(id), &step);
            let agreed = Deed::Typed { name: ACCOUNT.into(), note: "clicked".into(), despite };
            vault.does(id, name, agreed).unwrap();
            return;
        }
        match step.act {
            Act::Overlap => {
                if let Some(end) = vault.journal(id).waits_until(&step) {
                    let tick = Deed::Said { note: String::new() };
                    assert_eq!(refused(vault, tick), ChangeError::Flow(FlowError::TooEarly(end)), "{name}");
                }
                vault.does(id, name, said()).unwrap();
            }
            Act::Open | Act::Confirm | Act::Tell | Act::Promote => {
                vault.does(id, name, said()).unwrap();
            }
            Act::Give => {
                vault.does(id, name, Deed::Copied).unwrap();
                vault.does(id, name, said()).unwrap();
            }
            Act::Generate | Act::Take => {
                assert!(matches!(refused(vault, said()), ChangeError::Flow(FlowError::OtherDeed(_))));
                let given = self.values(vault, id, name, 1);
                vault.does(id, name, Deed::Values(given)).unwrap();
            }
            Act::TakeOnce => {
                assert!(matches!(refused(vault, Deed::Known), ChangeError::Flow(FlowError::OtherDeed(_))));
                let given = self.values(vault, id, name, 1);
                vault.does(id, name, Deed::Values(given)).unwrap();
                assert!(vault.step(id, name).done.is_none(), "it waits for «I know»");
                vault.does(id, name, Deed::Known).unwrap();
            }
            Act::Approval => {
                vault.does(id, name, decided(true)).unwrap();
            }
            Act::Verify | Act::ProveDead => proves(vault, id, name),
            Act::Substitute => {
                let left = vault.document().still_to_move(vault.journal(id), &step);
                if !left.is_empty() {
                    assert_eq!(refused(vault, said()), ChangeError::Flow(FlowError::StillUsed(left.clone())));
                }
                for label in left.iter().map(String::as_str).chain(["worker"]) {
                    vault.does(id, name, placed(label)).unwrap();
                }
                vault.does(id, name, said()).unwrap();
            }
            Act::Seal => {
                assert_eq!(refused(vault, Deed::Known), ChangeError::Flow(FlowError::NotHandedOver));
                vault.does(id, name, Deed::Copied).unwrap();
                vault.does(id, name, Deed::Known).unwrap();
            }
            Act::Revoke => unreachable!("it asks for consent"),
        }
    }

    pub(crate) fn finishes(&self, vault: &mut Vault, id: Id) {
        for _ in 0..30 {
            if vault.journal(id).is_open() {
                self.does(vault, id);
            }
        }
        assert_eq!(vault.journal(id).ended.as_ref().map(|ended| ended.how), Some(End::Finished), "{}", self.title());
    }
}

/// Gives a proof; what contradicts it is refused before.
fn proves(vault: &mut Vault, id: Id, name: &str) {
    let step = vault.step(id, name).clone();
    let Some(call) = &step.call else {
        vault.does(id, name, said()).unwrap();
        return;
    };
    let (wanted, other) = if step.act == Act::Verify { (&call.alive, &call.dead) } else { (&call.dead, &call.alive) };
    let contradicts = vault.does(id, name, Deed::Status(other[0])).unwrap_err();
    assert!(matches!(contradicts, ChangeError::Flow(FlowError::Refused(_) | FlowError::StillAlive(_))));
    assert_eq!(vault.does(id, name, Deed::Status(418)).unwrap_err(), ChangeError::Flow(FlowError::Unclear(418)));
    vault.does(id, name, Deed::Status(wanted[0])).unwrap();
}

/// A value for each field that a step takes; `make` makes one.
pub(crate) fn values(
    provider: &Provider,
    journal: &Journal,
    step: &Step,
    make: impl Fn(&CredentialSpec, &str) -> NewField,
) -> Vec<(String, NewField)> {
    let spec = |slot: &str| provider.credential(&journal.slot(slot).unwrap().spec).unwrap();
    let mut wanted: Vec<(String, String)> =
        step.fields.iter().map(|at| (at.slot.to_string(), at.field.to_string())).collect();
    if step.act == Act::Generate {
        wanted.extend(step.slots.iter().map(|slot| (slot.clone(), "private_key".to_owned())));
    }
    // The public half comes along, computed.
    let halves: Vec<_> = wanted.iter().filter(|(_, field)| field == "private_key").cloned().collect();
    wanted.extend(halves.into_iter().map(|(slot, _)| (slot, "public_key".to_owned())));
    wanted.into_iter().map(|(slot, field)| (slot.clone(), make(spec(&slot), &field))).collect()
}

/// The versions of every credential, and who has which: what a walk leaves behind.
fn left_behind(vault: &Vault) -> String {
    let mut text = String::new();
    for (_, credential) in vault.document().listed() {
        let _ = write!(text, "  {}:", credential.name);
        for version in &credential.versions {
            let sealed = if version.sealed_at.is_some() { " sealed" } else { "" };
            let _ = write!(text, " v{} {}{sealed}", version.n, credential.state(version, vault.now).as_str());
            if credential.current.as_ref().is_some_and(|c| c.version == version.id) && version.life != Life::Active {
                text.push_str(" (meant)");
            }
            text.push(',');
        }
        let n = |id: Option<Id>| credential.versions.iter().find(|v| Some(v.id) == id).map_or(0, |v| v.n);
        let uses = vault.document().consumers.iter().flat_map(|c| c.uses.iter().map(move |u| (&c.label, u)));
        let mut having: Vec<String> = uses
            .filter(|(_, u)| u.credential == credential.id)
            .map(|(label, u)| format!("{label} v{}", n(u.version)))
            .collect();
        having.sort();
        let _ = writeln!(text, " used by {}", if having.is_empty() { "nobody".into() } else { having.join(", ") });
    }
    text
}

#[test]
fn every_flow_ends_with_exactly_the_right_versions() {
    let mut text = String::new();
    for run in runs() {
        let mut vault = run.vault();
        let id = run.begins(&mut vault);
        run.finishes(&mut vault, id);
        let _ = writeln!(text, "{}\n{}", run.title(), left_behind(&vault));
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "." }, {
        insta::assert_snapshot!("versions", text);
    });
}

#[test]
fn every_flow_resumes_after_each_save_as_if_nothing_had_happened() {
    for run in runs() {
        let (mut undisturbed, mut resumed) = (run.vault(), run.vault());
        resumed.reopens = true;
        let (a, b) = (run.begins(&mut undisturbed), run.begins(&mut resumed));
        run.finishes(&mut undisturbed, a);
        run.finishes(&mut resumed, b);
        assert_eq!(undisturbed.document(), resumed.document(), "{}", run.title());
    }
}

#[test]
fn every_flow_goes_on_on_another_computer_with_a_copy_of_the_vault() {
    for run in runs() {
        let mut vault = run.vault();
        let id = run.begins(&mut vault);
        for device in 2..40 {
            if vault.journal(id).is_open() {
                let (before, mut next) = (vault.on(1), vault.on(device));
                run.does(&mut next, id);
                // The copy that stayed behind has nothing to add.
                next.join(&before);
                vault = next;
            }
        }
        assert!(!vault.journal(id).is_open(), "{}", run.title());
    }
}

#[test]
fn every_step_that_is_done_keeps_when_and_how() {
    for run in runs() {
        let mut vault = run.vault();
        let id = run.begins(&mut vault);
        run.finishes(&mut vault, id);
        let journal = vault.journal(id);
        for step in &journal.steps {
            let done = step.done.as_ref().unwrap();
            assert!(done.at > journal.started_at && done.at <= vault.now);
            let seen = matches!(step.act, Act::Generate | Act::Take | Act::TakeOnce | Act::Promote | Act::Seal);
            assert_eq!(done.grade == Grade::Verified, seen, "{} {}", run.title(), step.id);
            match step.act {
                Act::Generate => {
                    let print = &done.evidence["private_key"];
                    assert!(print.starts_with("spki-sha256:") && *print == done.evidence["public_key"]);
                }
                Act::TakeOnce => {
                    assert!(step.last(Happened::Kept).is_some() && done.evidence.contains_key("fingerprint"));
                }
                Act::Give | Act::Seal => assert!(step.last(Happened::Copied).is_some_and(|mark| !mark.text.is_empty())),
                Act::Substitute => assert!(step.placed().all(|(_, mark)| !mark.text.is_empty()), "{}", run.title()),
                Act::Verify | Act::ProveDead if step.call.is_some() => assert!(done.evidence.contains_key("answer")),
                Act::Approval => assert_eq!(done.evidence["note"], "they wrote so"),
                _ if step.asks.is_some() => assert!(!done.evidence["note"].is_empty(), "{}", run.title()),
                _ => {}
            }
            for shown in done.evidence.values() {
                assert!(!shown.contains("PRIVATE") && !shown.contains("_secret-1"), "evidence holds a secret: {shown}");
            }
        }
    }
}

#[test]
fn after_a_leak_the_old_version_dies_before_anything_is_taken_or_put_in_place() {
    for run in runs().into_iter().filter(|run| run.reason == Some(Reason::Compromised)) {
        let mut vault = run.vault();
        let id = run.begins(&mut vault);
        let slot = vault.journal(id).slots[0].clone();
        let (credential, old) = slot.credential.zip(slot.old).unwrap();
        assert!(vault.document().version(credential, old).unwrap().compromised_at.is_some(), "{}", run.title());
        while vault.document().version(credential, old).unwrap().life == Life::Active {
            let act = vault.now(id).unwrap().act;
            let early = [Act::Open, Act::Confirm, Act::Tell, Act::Generate, Act::Give, Act::Revoke];
            assert!(early.contains(&act), "{}: {act:?} comes before the damage is stopped", run.title());
            run.does(&mut vault, id);
        }
    }
}

#[test]
fn a_step_is_never_done_before_what_it_needs() {
    for run in runs() {
        let mut vault = run.vault();
        let id = run.begins(&mut vault);
        while vault.journal(id).is_open() {
            let now = vault.now(id).unwrap().id;
            let others: Vec<String> = vault.journal(id).steps.iter().map(|step| step.id.clone()).collect();
            for step in others.iter().filter(|own| **own != now) {
                let steps = vault.journal(id).steps.clone();
                let step = vault.step(id, step).clone();
                let deed = if step.asks_consent() { typed(ACCOUNT) } else { said() };
                let before = vault.document().clone();
                let result = vault.does(id, &step.id, deed);
                let waits = step.needs.iter().any(|need| steps.iter().any(|own| own.id == *need && own.done.is_none()));
                if step.done.is_some() {
                    assert!(matches!(result, Err(ChangeError::Flow(FlowError::DoneAlready(_)))), "{}", run.title());
                } else if waits {
                    assert!(
                        matches!(result, Err(ChangeError::Flow(FlowError::Waits(..)))),
                        "{} {}",
                        run.title(),
                        step.id
                    );
                } else {
                    // A branch of its own: it goes on by itself.
                    continue;
                }
                assert_eq!(*vault.document(), before, "a refused step changed something");
            }
            if vault.step(id, &now).done.is_none() {
                run.does(&mut vault, id);
            }
        }
    }
}

#[test]
fn calls_name_the_version_that_their_step_is_about() {
    for run in runs() {
        let mut vault = run.vault();
        let id = run.begins(&mut vault);
        while let Some(step) = vault.now(id) {
            let journal = vault.journal(id);
            if let Some(call) = &step.call {
                let slot = journal.slot(call.with.slot.as_str()).unwrap();
                let wanted = match (step.act, call.with.which) {
                    (Act::Verify, _) => slot.new,
                    (Act::ProveDead, _) | (_, Which::Current) => slot.old,
                    _ => slot.new,
                };
                assert_eq!(journal.version(&call.with), slot.credential.zip(wanted), "{} {}", run.title(), step.id);
                let command = call.command(journal, vault.document());
                let hidden = ["client_secret-1", "value-1", "client_secret-0", "value-0"];
                assert!(
                    command.contains("curl -sS") && hidden.iter().all(|value| !command.contains(value)),
                    "{command}"
                );
            }
            run.does(&mut vault, id);
        }
    }
}
