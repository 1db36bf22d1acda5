//! The rows.

use super::{Action, ActionId, Foot, Group, Place};
use crate::app::effect::Effect;
use crate::app::form::{FieldId, Form, Input};
use crate::app::model::{Inside, Item, Model, Overlay, Page, Pane, Screen, Section, Want};
use crate::app::msg::{Code, Key};
use crate::app::overlay::INSIDE;
use crate::app::screen::{
    self, accounts, add, audit, bench, bin, credentials, detail, edit, first_run, flow, place, rotations, settings,
    token, unlock,
};
use crate::domain::journal::Happened;
use crate::domain::provider::{Act, Reason};

/// Every action. Where several rows have the same key, the first one that applies has it.
pub static TABLE: &[Action] = &[
    // What floats takes its keys first.
    Action {
        keys: &[ENTER],
        word: "do it",
        places: &[Place::Dialog],
        run: Model::dialog_deed,
        disabled: |m| match &m.overlay {
            Some(Overlay::Dialog(d)) => d.typed.as_ref().filter(|_| !d.is_ready()).map(|t| format!("{}.", t.asks)),
            _ => None,
        },
        ..row(ActionId::DialogDeed, Group::Everywhere)
    },
    Action {
        keys: &[ESC],
        word: "no",
        places: &[Place::Dialog],
        run: Model::close_overlay,
        ..row(ActionId::DialogOut, Group::Everywhere)
    },
    Action {
        keys: &[ENTER],
        word: "give it out",
        places: &[Place::Unseal],
        run: Model::unseal,
        ..row(ActionId::UnsealDeed, Group::Everywhere)
    },
    Action {
        keys: &[ESC],
        word: "keep it sealed",
        places: &[Place::Unseal],
        run: Model::leave_unseal,
        ..row(ActionId::UnsealOut, Group::Everywhere)
    },
    Action {
        keys: &[plain(Code::Tab), plain(Code::Tab).shifted(), plain(Code::Up), plain(Code::Down)],
        word: "the other field",
        places: &[Place::Unseal],
        run: Model::other_unseal_field,
        ..row(ActionId::UnsealField, Group::Everywhere)
    },
    Action {
        keys: &[ENTER],
        word: "do it",
        places: &[Place::Palette],
        run: Model::palette_run,
        ..row(ActionId::PaletteRun, Group::Everywhere)
    },
    Action {
        keys: &[char('/')],
        word: "find a key",
        places: &[Place::Help],
        foot: Foot::Left(1),
        when: |m| !m.takes_letters(),
        run: |m| {
            if let Some(Overlay::Help(help)) = &mut m.overlay {
                help.filtering = true;
            }
        },
        ..row(ActionId::HelpFilter, Group::Everywhere)
    },
    Action {
        keys: &[ESC, char('?'), f(1), char('q')],
        word: "close",
        places: &[Place::Palette, Place::Help],
        foot: Foot::Right(1),
        run: Model::close_overlay,
        ..row(ActionId::CloseOverlay, Group::Everywhere)
    },
    // A copy is taken back before anything else is left.
    Action {
        keys: &[ESC],
        name: "Take the copy back",
        word: "take it back",
        help: "back; takes a copy back first",
        places: INSIDE,
        foot: Foot::Left(0),
        when: |m| m.clip.is_some(),
        run: Model::take_back,
        ..row(ActionId::TakeBack, Group::Everywhere)
    },
    // A flow's page, before what the keys mean elsewhere.
    Action {
        keys: &[ENTER],
        word: "done, next",
        name: "Do this step",
        help: "do this step; back to the present one",
        places: &[Place::Flow],
        foot: Foot::Left(1),
        when: |m| !flow_ended(m) || looks_back(m),
        disabled: while_saving,
        run: flow::enter,
        ..row(ActionId::StepDone, Group::Flow)
    },
    Action {
        keys: &[ESC],
        word: "stop",
        places: &[Place::Flow],
        foot: Foot::Left(0),
        when: is_busy,
        run: flow::stop,
        ..row(ActionId::StepStop, Group::Flow)
    },
    Action {
        keys: &[ESC],
        word: "out of the field",
        places: &[Place::Flow],
        foot: Foot::Right(0),
        when: Model::takes_letters,
        run: flow::leave_field,
        ..row(ActionId::StepField, Group::Flow)
    },
    Action {
        keys: &[char('I')],
        name: "I know: it is kept, it is where it belongs",
        word: "I know",
        help: "I know: it is kept, or it is where it belongs",
        places: &[Place::Flow],
        foot: Foot::Left(0),
        when: |m| {
            flow_at(m, |about| {
                about.is_present
                    && match about.step.act {
                        Act::TakeOnce => about.step.last(Happened::Kept).is_some(),
                        act => act == Act::Seal,
                    }
            })
        },
        disabled: |m| {
            if flow::has_another(m) {
                return Some(
                    "Another value waits: ⏎ takes it in place of the one that is kept, esc leaves it out.".into(),
                );
            }
            flow_at(m, |about| about.step.act == Act::Seal && about.step.last(Happened::Copied).is_none())
                .then(|| "Copy it first: c.".into())
        },
        run: flow::known,
        ..row(ActionId::StepKnown, Group::Flow)
    },
    Action {
        keys: &[char('c')],
        name: "Copy what this step hands over",
        word: "copy",
        help: "copy what the step hands over",
        places: &[Place::Flow],
        foot: Foot::Left(2),
        when: |m| {
            flow_at(m, |about| {
                about.step.call.is_some()
                    || matches!(about.step.act, Act::Give | Act::Tell | Act::Seal | Act::Substitute)
            })
        },
        run: flow::copy,
        ..row(ActionId::StepCopy, Group::Flow)
    },
    Action {
        keys: &[char('b')],
        name: "Sign the step's call on the bench",
        word: "sign its call",
        help: "sign the step's call on the bench",
        places: &[Place::Flow],
        when: |m| flow_at(m, |about| about.is_present && about.step.sign.is_some()),
        run: |m| flow::to_bench(m, true),
        ..row(ActionId::StepSign, Group::Flow)
    },
    Action {
        keys: &[char('v')],
        name: "Check the answer to it on the bench",
        word: "check its answer",
        help: "check the answer's signature on the bench",
        places: &[Place::Flow],
        when: |m| flow_at(m, |about| about.is_present && about.step.verify.is_some()),
        run: |m| flow::to_bench(m, false),
        ..row(ActionId::StepVerify, Group::Flow)
    },
    Action {
        keys: &[char('o')],
        name: "Open the gateway's page",
        word: "open page",
        help: "open the gateway's page",
        places: &[Place::Flow],
        foot: Foot::Left(3),
        when: |m| flow_at(m, |about| about.journal.steps[..=about.at].iter().any(|step| step.url.is_some())),
        run: flow::open_page,
        ..row(ActionId::StepOpenPage, Group::Flow)
    },
    Action {
        keys: &[char('r')],
        name: "Reveal what this step hands over, for 10 s",
        word: "reveal",
        help: "reveal what the step hands over; hide it",
        places: &[Place::Flow],
        foot: Foot::Left(4),
        when: flow::has_secret,
        run: flow::reveal,
        ..row(ActionId::StepReveal, Group::Flow)
    },
    Action {
        keys: &[char('w')],
        name: "Tick the chosen place off",
        word: "tick a place off",
        help: "tick the chosen place off",
        places: &[Place::Flow],
        foot: Foot::Left(0),
        when: flow::has_places,
        disabled: while_saving,
        run: flow::tick,
        ..row(ActionId::TickPlace, Group::Flow)
    },
    Action {
        keys: &[char('W')],
        name: "Add a place",
        word: "add a place",
        help: "add a place that has it",
        places: &[Place::Flow],
        foot: Foot::Left(4),
        when: |m| flow_at(m, |about| about.is_present && about.step.act == Act::Substitute),
        run: flow::edit,
        ..row(ActionId::AddPlace, Group::Flow)
    },
    Action {
        keys: &[char('x')],
        name: "The chosen place no longer uses it",
        word: "not used there",
        help: "the chosen place no longer uses it",
        places: &[Place::Flow],
        foot: Foot::Left(4),
        when: flow::ticks,
        disabled: while_saving,
        run: flow::take_off,
        ..row(ActionId::TakeOffPlace, Group::Flow)
    },
    Action {
        keys: &[char('D')],
        name: "The provider has denied it",
        word: "it is denied",
        help: "the provider has denied it",
        places: &[Place::Flow],
        foot: Foot::Left(2),
        when: |m| flow_at(m, |about| about.is_present && about.step.act == Act::Approval),
        run: flow::denied,
        ..row(ActionId::StepDenied, Group::Flow)
    },
    Action {
        keys: &[ctrl('o')],
        name: "Take it against what it says",
        word: "overrule",
        places: &[Place::Flow],
        foot: Foot::Left(0),
        when: |m| matches!(m.inside().map(|i| &i.page), Some(Page::Flow(f)) if f.contradiction.is_some() && !f.overruled && !f.is_final),
        run: flow::overrule,
        ..row(ActionId::StepOverrule, Group::Flow)
    },
    Action {
        keys: &[char('n')],
        name: "Keep a note beside this step",
        word: "note",
        help: "keep a note beside the step",
        places: &[Place::Flow],
        foot: Foot::Left(5),
        when: |m| flow_at(m, |about| about.is_present),
        run: flow::add_note,
        ..row(ActionId::StepNote, Group::Flow)
    },
    Action {
        keys: &[char('p'), plain(Code::Left), char('h')],
        name: "Look back at the step before",
        word: "look back",
        help: "look back at the step before",
        places: &[Place::Flow],
        foot: Foot::Left(6),
        when: |m| flow_at(m, |about| about.at > 0),
        run: flow::look_back,
        ..row(ActionId::LookBack, Group::Flow)
    },
    Action {
        keys: &[char('X')],
        name: "Abandon this flow",
        word: "abandon",
        help: "abandon the flow",
        places: &[Place::Flow],
        foot: Foot::Left(9),
        when: |m| !flow_ended(m),
        disabled: while_saving,
        run: flow::abandon,
        ..row(ActionId::AbandonFlow, Group::Flow)
    },
    Action {
        keys: &[ESC],
        word: "leave",
        help: "leave; the flow waits",
        places: &[Place::Flow],
        foot: Foot::Right(2),
        run: flow::leave,
        ..row(ActionId::LeaveFlow, Group::Flow)
    },
    Action {
        keys: &[ENTER],
        word: "begin",
        help: "begin the flow",
        places: &[Place::Begin],
        foot: Foot::Left(1),
        disabled: while_saving,
        run: flow::begin::begin,
        ..row(ActionId::BeginFlow, Group::Flow)
    },
    Action {
        keys: &[char('R')],
        name: "Rotate",
        word: "rotate",
        help: "rotate it, step by step",
        places: ROTATABLE,
        foot: Foot::Left(6),
        about_chosen: true,
        when: |m| m.chosen().is_some(),
        disabled: |m| flow::begin::why_not(m, Want::Replace(Reason::Scheduled)),
        run: |m| flow::begin::about(m, Want::Replace(Reason::Scheduled)),
        ..row(ActionId::Rotate, Group::Flow)
    },
    Action {
        keys: &[char('L')],
        name: "Rotate because it leaked",
        word: "it leaked",
        help: "rotate it because it leaked",
        places: ROTATABLE,
        about_chosen: true,
        when: |m| m.chosen().is_some(),
        disabled: |m| flow::begin::why_not(m, Want::Replace(Reason::Compromised)),
        run: |m| flow::begin::about(m, Want::Replace(Reason::Compromised)),
        ..row(ActionId::Leaked, Group::Flow)
    },
    Action {
        keys: &[char('x')],
        name: "Revoke",
        word: "revoke",
        help: "revoke it",
        places: ROTATABLE,
        about_chosen: true,
        when: |m| m.chosen().is_some(),
        disabled: |m| flow::begin::why_not(m, Want::Revoke),
        run: |m| flow::begin::about(m, Want::Revoke),
        ..row(ActionId::Revoke, Group::Flow)
    },
    Action {
        keys: &[char('F'), char('K')],
        name: "Begin a flow that makes a credential",
        word: "new by a flow",
        help: "make a credential, step by step",
        places: &[Place::List, Place::Detail, Place::Flows, Place::Rotations, Place::Accounts],
        when: |m| flow::begin::any(&m.catalog),
        run: flow::begin::new,
        ..row(ActionId::NewFlow, Group::Flow)
    },
    Action {
        keys: &[char('f')],
        name: "Resume a flow",
        word: "flows",
        help: "go on with a flow; all flows",
        places: PAGES,
        when: |m| m.inside().is_some_and(|i| !i.unlocked.document.journals.is_empty()),
        run: flow::resume,
        ..row(ActionId::Resume, Group::Flow)
    },
    Action {
        keys: &[ENTER],
        word: "open",
        places: &[Place::Flows],
        foot: Foot::Left(1),
        run: flow::open_chosen,
        ..row(ActionId::OpenFlow, Group::Flow)
    },
    // Making a vault.
    Action {
        keys: &[ENTER],
        word: "make the vault",
        help: "make the vault",
        places: &[Place::FirstRun],
        foot: Foot::Left(3),
        when: |m| m.working().is_none(),
        run: first_run::make,
        ..row(ActionId::MakeVault, Group::Fields)
    },
    Action {
        keys: &[f(2)],
        word: "take the first",
        help: "take an offered passphrase",
        places: &[Place::FirstRun],
        when: has_offers,
        run: |m| first_run::take_offer(m, 0),
        ..row(ActionId::TakeOffer1, Group::Fields)
    },
    Action {
        keys: &[f(3)],
        word: "take the second",
        places: &[Place::FirstRun],
        when: has_offers,
        run: |m| first_run::take_offer(m, 1),
        ..row(ActionId::TakeOffer2, Group::Fields)
    },
    Action {
        keys: &[f(4)],
        word: "other words",
        help: "offer others",
        places: &[Place::FirstRun],
        when: |m| m.working().is_none(),
        run: first_run::other_offers,
        ..row(ActionId::OtherOffers, Group::Fields)
    },
    Action {
        keys: &[char(' ')],
        word: "tick",
        help: "tick the box",
        places: &[Place::FirstRun],
        foot: Foot::Left(0),
        when: |m| !m.takes_letters() && m.working().is_none(),
        run: first_run::tick,
        ..row(ActionId::Tick, Group::Fields)
    },
    // Locked.
    Action {
        keys: &[ENTER],
        word: "unlock",
        help: "unlock",
        places: &[Place::Unlock],
        foot: Foot::Left(0),
        when: |m| m.working().is_none(),
        run: unlock::open,
        ..row(ActionId::Unlock, Group::Fields)
    },
    Action {
        keys: &[ESC],
        word: "stop",
        help: "stop opening",
        places: &[Place::Unlock],
        foot: Foot::Left(0),
        when: |m| m.working().is_some(),
        run: unlock::stop,
        ..row(ActionId::StopOpening, Group::Fields)
    },
    Action {
        keys: &[ENTER, char('r')],
        word: "try again",
        help: "look for the vault again",
        places: &[Place::Starting],
        foot: Foot::Left(0),
        run: Model::begin,
        ..row(ActionId::Retry, Group::Everywhere)
    },
    // Credentials.
    Action {
        keys: &[char('a')],
        name: "Add a credential by hand",
        word: "add",
        help: "add by hand",
        places: &[Place::List, Place::Detail],
        foot: Foot::Left(1),
        run: add::by_hand,
        ..row(ActionId::Add, Group::Add)
    },
    Action {
        keys: &[ENTER],
        word: "to the list",
        places: &[Place::List],
        foot: Foot::Left(0),
        when: filtering,
        run: credentials::keep_filter,
        ..row(ActionId::KeepFilter, Group::Lists)
    },
    Action {
        keys: &[ENTER],
        name: "Open",
        word: "open",
        help: "open",
        places: &[Place::List],
        foot: Foot::Left(2),
        about_chosen: true,
        when: |m| m.chosen().is_some() && !in_sidebar(m) && !filtering(m),
        run: detail::open,
        ..row(ActionId::Open, Group::Credential)
    },
    Action {
        keys: &[char('c')],
        name: "Copy",
        word: "copy once",
        help: "copy once",
        places: GIVEN_OUT,
        foot: Foot::Left(3),
        about_chosen: true,
        when: |m| m.chosen().is_some(),
        disabled: Model::why_no_value,
        run: Model::copy,
        ..row(ActionId::Copy, Group::Credential)
    },
    Action {
        keys: &[char('r')],
        name: "Reveal for 10 s",
        word: "reveal",
        help: "reveal for 10 s; hide",
        places: GIVEN_OUT,
        foot: Foot::Left(4),
        about_chosen: true,
        when: |m| m.chosen().is_some(),
        disabled: Model::why_no_value,
        run: Model::reveal,
        ..row(ActionId::Reveal, Group::Credential)
    },
    Action {
        keys: &[char('y')],
        name: "Copy the reference",
        word: "copy reference",
        help: "copy the reference",
        places: CREDENTIAL,
        about_chosen: true,
        when: |m| m.chosen().is_some(),
        run: Model::copy_reference,
        ..row(ActionId::CopyReference, Group::Credential)
    },
    Action {
        keys: &[char('e')],
        name: "Edit label, note, tags and rotation",
        word: "edit",
        help: "edit label, note, tags, rotation",
        places: CREDENTIAL,
        about_chosen: true,
        when: |m| m.chosen().is_some() && !bin::in_bin(m),
        run: edit::open,
        ..row(ActionId::Edit, Group::Credential)
    },
    Action {
        keys: &[char('d')],
        name: "Put into the bin",
        word: "to the bin",
        help: "to the bin",
        places: CREDENTIAL,
        about_chosen: true,
        when: |m| m.chosen().is_some() && !bin::in_bin(m),
        disabled: while_saving,
        run: bin::put_in,
        ..row(ActionId::ToBin, Group::Credential)
    },
    Action {
        keys: &[char('u')],
        name: "Put back from the bin",
        word: "put back",
        help: "put back from the bin",
        places: &[Place::List, Place::Detail],
        foot: Foot::Left(2),
        about_chosen: true,
        when: |m| {
            if bin::in_bin(m) { m.chosen().is_some() } else { m.inside().is_some_and(|i| !i.last_binned.is_empty()) }
        },
        disabled: while_saving,
        run: bin::put_back,
        ..row(ActionId::PutBack, Group::Credential)
    },
    Action {
        keys: &[char('D')],
        name: "Delete for good",
        word: "delete for good",
        help: "in the bin: delete for good",
        places: CREDENTIAL,
        foot: Foot::Left(3),
        about_chosen: true,
        when: |m| m.chosen().is_some() && bin::in_bin(m),
        disabled: while_saving,
        run: bin::delete,
        ..row(ActionId::DeleteForGood, Group::Credential)
    },
    Action {
        name: "Empty the bin",
        word: "empty the bin",
        places: &[Place::List],
        when: |m| m.inside().is_some_and(|i| i.credentials.count(&Section::Bin) > 0),
        disabled: while_saving,
        run: bin::empty,
        ..row(ActionId::EmptyBin, Group::Credential)
    },
    Action {
        keys: &[ENTER],
        word: "show its values",
        help: "on a version: show its values",
        places: &[Place::Detail],
        when: |m| matches!(m.inside().map(|i| &i.page), Some(Page::Detail(d)) if matches!(d.items.get(d.chosen), Some(Item::Version(_)))),
        foot: Foot::Left(0),
        run: detail::enter,
        ..row(ActionId::Enter, Group::Credential)
    },
    Action {
        keys: &[char('w')],
        name: "Tick a place off: it has the current version",
        word: "tick a place off",
        help: "tick off a place that has it now",
        places: ROTATABLE,
        about_chosen: true,
        when: detail::has_places,
        disabled: while_saving,
        run: detail::tick,
        ..row(ActionId::TickOff, Group::Credential)
    },
    Action {
        keys: &[char('W')],
        name: "Add a place that uses it",
        word: "add a place",
        help: "add a place that uses it",
        places: ROTATABLE,
        about_chosen: true,
        when: |m| m.chosen().is_some(),
        run: place::open,
        ..row(ActionId::NewPlace, Group::Credential)
    },
    Action {
        keys: &[char('v')],
        name: "Show and copy the key in another form",
        word: "other form",
        help: "a key in another form",
        places: &[Place::Detail],
        foot: Foot::Left(7),
        when: detail::on_key,
        run: detail::next_form,
        ..row(ActionId::NextForm, Group::Credential)
    },
    Action {
        name: "Go back to this version: a promotion broke something",
        word: "go back to it",
        places: &[Place::Detail],
        about_chosen: true,
        when: detail::on_other_active,
        disabled: while_saving,
        run: detail::go_back_to,
        ..row(ActionId::GoBackTo, Group::Credential)
    },
    Action {
        name: "Bring this version into use",
        word: "use it",
        places: &[Place::Detail],
        about_chosen: true,
        when: detail::on_waiting,
        disabled: while_saving,
        run: detail::use_it,
        ..row(ActionId::UseIt, Group::Credential)
    },
    // Adding.
    Action {
        keys: &[ENTER],
        word: "keep it",
        help: "keep it",
        places: &[Place::Add],
        foot: Foot::Left(1),
        disabled: |m| while_saving(m).or_else(|| add::why_not(m)),
        run: add::keep,
        ..row(ActionId::Keep, Group::Add)
    },
    Action {
        keys: &[ctrl('d')],
        name: "Next candidate",
        word: "something else?",
        help: "what else it may be",
        places: &[Place::Add],
        foot: Foot::Left(3),
        when: |m| matches!(m.inside().map(|i| &i.page), Some(Page::Add(a)) if a.candidates.len() > 1 || (a.candidate.is_none() && !a.candidates.is_empty())),
        run: add::next_candidate,
        ..row(ActionId::NextCandidate, Group::Add)
    },
    Action {
        keys: &[ctrl('o')],
        name: "Overrule the contradiction",
        word: "overrule",
        help: "overrule a contradiction",
        places: &[Place::Add],
        foot: Foot::Left(2),
        when: |m| matches!(m.inside().map(|i| &i.page), Some(Page::Add(a)) if a.contradiction.is_some() && !a.overruled),
        run: add::overrule,
        ..row(ActionId::Overrule, Group::Add)
    },
    Action {
        keys: &[ENTER],
        word: "go on",
        help: "of several: go on with those that are kept",
        places: &[Place::AddTable],
        foot: Foot::Left(1),
        run: add::go_on,
        ..row(ActionId::GoOn, Group::Add)
    },
    Action {
        keys: &[char(' ')],
        word: "leave out, take in",
        help: "of several: leave one out, take it in",
        places: &[Place::AddTable],
        foot: Foot::Left(2),
        run: add::leave_out,
        ..row(ActionId::LeaveOut, Group::Add)
    },
    // Rotations.
    Action {
        keys: &[ENTER],
        name: "Go on with what is due",
        word: "go on",
        help: "go on",
        places: &[Place::Rotations],
        foot: Foot::Left(1),
        about_chosen: true,
        when: has_due,
        run: rotations::go_on,
        ..row(ActionId::OpenDue, Group::Rotations)
    },
    Action {
        keys: &[char('z')],
        name: "Put it off",
        word: "later",
        help: "later; asks until when",
        places: &[Place::Rotations],
        foot: Foot::Left(5),
        about_chosen: true,
        when: has_due,
        disabled: rotations::why_not_later,
        run: rotations::later,
        ..row(ActionId::Later, Group::Rotations)
    },
    Action {
        keys: &[ENTER],
        word: "put it off",
        places: &[Place::Later],
        run: rotations::put_off,
        ..row(ActionId::PutOff, Group::Rotations)
    },
    Action {
        keys: &[ESC],
        word: "keep it",
        places: &[Place::Later],
        run: Model::close_overlay,
        ..row(ActionId::LaterOut, Group::Rotations)
    },
    Action {
        keys: &[ESC],
        places: &[Place::Rotations],
        run: |m| credentials::show(m, None),
        ..row(ActionId::LeaveRotations, Group::Rotations)
    },
    // The audit log.
    Action {
        keys: &[ENTER],
        word: "keep it filtered",
        places: &[Place::Audit],
        foot: Foot::Left(1),
        when: filters_log,
        run: audit::keep_filter,
        ..row(ActionId::KeepLogFilter, Group::Audit)
    },
    Action {
        keys: &[ESC],
        word: "clear the filter",
        places: &[Place::Audit],
        foot: Foot::Left(2),
        when: audit::is_filtered,
        run: audit::clear_filter,
        ..row(ActionId::ClearLogFilter, Group::Audit)
    },
    Action {
        keys: &[ENTER],
        name: "Open the credential of the entry",
        word: "open credential",
        help: "open the credential",
        places: &[Place::Audit],
        foot: Foot::Left(3),
        when: |m| m.inside().is_some_and(|i| i.log.chosen().is_some() && !i.log.filtering),
        run: audit::open,
        ..row(ActionId::OpenEntry, Group::Audit)
    },
    Action {
        keys: &[char('/')],
        name: "Filter the log",
        word: "filter",
        help: "filter, as you type",
        places: &[Place::Audit],
        foot: Foot::Left(4),
        run: audit::start_filter,
        ..row(ActionId::FilterLog, Group::Audit)
    },
    Action {
        keys: &[char('E')],
        name: "Export the log, without values",
        word: "export, no values",
        help: "export to a file beside the vault, without values",
        places: &[Place::Audit],
        foot: Foot::Left(5),
        disabled: audit::why_not_now,
        run: audit::export,
        ..row(ActionId::ExportLog, Group::Audit)
    },
    Action {
        keys: &[char('v')],
        name: "Check the log",
        word: "check the chain",
        help: "check that no entry is missing, in all months",
        places: &[Place::Audit],
        foot: Foot::Left(6),
        disabled: audit::why_not_now,
        run: audit::check,
        ..row(ActionId::CheckLog, Group::Audit)
    },
    Action {
        keys: &[ESC],
        places: &[Place::Audit],
        run: |m| credentials::show(m, None),
        ..row(ActionId::LeaveLog, Group::Audit)
    },
    // Accounts.
    Action {
        keys: &[char('a')],
        name: "Add an account",
        word: "add",
        help: "add an account",
        places: &[Place::Accounts],
        foot: Foot::Left(1),
        run: accounts::add,
        ..row(ActionId::AddAccount, Group::Accounts)
    },
    Action {
        keys: &[ENTER, char('e')],
        name: "Edit the account",
        word: "edit",
        help: "edit the account",
        places: &[Place::Accounts],
        foot: Foot::Left(2),
        when: has_accounts,
        run: accounts::edit,
        ..row(ActionId::EditAccount, Group::Accounts)
    },
    Action {
        keys: &[char('d')],
        name: "Delete the account",
        word: "delete",
        help: "delete an account without credentials",
        places: &[Place::Accounts],
        foot: Foot::Left(3),
        when: has_accounts,
        disabled: accounts::why_kept,
        run: accounts::remove,
        ..row(ActionId::RemoveAccount, Group::Accounts)
    },
    // The bench: letters are keys while the result has the focus.
    Action {
        keys: &[ENTER],
        name: "Do what the result proposes",
        word: "do it",
        help: "on the result: do what it proposes",
        places: &[Place::Bench],
        foot: Foot::Left(1),
        when: bench::proposes,
        run: bench::follow,
        ..row(ActionId::FollowResult, Group::Bench)
    },
    Action {
        keys: &[ENTER],
        word: "choose",
        help: "choose from the list; a line break in the request",
        places: &[Place::Bench],
        when: |m| !bench::proposes(m),
        run: bench::enter,
        ..row(ActionId::BenchEnter, Group::Bench)
    },
    Action {
        keys: &[char('y')],
        name: "Copy the call as a curl line",
        word: "copy as curl",
        help: "copy the call as a curl line, without its secret; without an address its headers",
        places: &[Place::Bench],
        foot: Foot::Left(2),
        disabled: bench::no_call,
        run: bench::copy_call,
        ..row(ActionId::CopyCurl, Group::Bench)
    },
    Action {
        keys: &[char('V')],
        name: "Write an example for the gateway's support",
        word: "file for support",
        help: "write a file for the gateway's support, with a throw-away key",
        places: &[Place::Bench],
        foot: Foot::Left(3),
        disabled: bench::no_file,
        run: bench::ask_for_file,
        ..row(ActionId::SupportFile, Group::Bench)
    },
    Action {
        keys: &[char('Y')],
        name: "Copy the string to sign",
        word: "copy string",
        help: "copy the string to sign",
        places: &[Place::Bench],
        foot: Foot::Left(5),
        disabled: bench::no_text,
        run: bench::copy_text,
        ..row(ActionId::CopyText, Group::Bench)
    },
    Action {
        keys: &[ctrl('t')],
        name: "Compare a signature, or a string to sign",
        word: "their string",
        help: "give the other side's signature, or its string to sign",
        places: &[Place::Bench],
        foot: Foot::Left(4),
        run: bench::other_kind,
        ..row(ActionId::OtherKind, Group::Bench)
    },
    Action {
        keys: &[ctrl('e')],
        name: "Take the provider's own example",
        word: "example",
        help: "take the provider's published example",
        places: &[Place::Bench],
        foot: Foot::Left(6),
        disabled: bench::no_example,
        run: bench::example,
        ..row(ActionId::Example, Group::Bench)
    },
    Action {
        keys: &[char('b')],
        name: "Try it in the bench",
        word: "bench",
        help: "try it in the bench",
        places: CREDENTIAL,
        about_chosen: true,
        when: |m| m.chosen().is_some(),
        disabled: bench::signs_nothing,
        run: |m| {
            let chosen = m.chosen();
            bench::show(m, chosen);
        },
        ..row(ActionId::TryIt, Group::Credential)
    },
    Action {
        keys: &[char('t')],
        name: "Fetch a token",
        word: "token",
        help: "fetch a token",
        places: CREDENTIAL,
        foot: Foot::Left(5),
        about_chosen: true,
        when: token::is_about_one,
        disabled: token::why_not,
        run: token::open,
        ..row(ActionId::OpenToken, Group::Credential)
    },
    Action {
        keys: &[ENTER],
        name: "Ask the gateway for a token",
        word: "fetch a token",
        help: "ask the gateway for a token",
        places: &[Place::Token],
        foot: Foot::Left(1),
        when: |m| !is_busy(m),
        disabled: while_saving,
        run: token::fetch,
        ..row(ActionId::FetchToken, Group::Token)
    },
    Action {
        keys: &[ESC],
        word: "stop",
        help: "stop waiting for it",
        places: &[Place::Token],
        foot: Foot::Left(0),
        when: is_busy,
        run: token::stop,
        ..row(ActionId::StopToken, Group::Token)
    },
    Action {
        keys: &[char('y')],
        name: "Copy the call as a curl line",
        word: "copy curl",
        help: "copy the call as a curl line, without its secret",
        places: &[Place::Token],
        foot: Foot::Left(5),
        disabled: token::why_nowhere,
        run: token::copy_curl,
        ..row(ActionId::CopyCall, Group::Token)
    },
    Action {
        keys: &[ESC],
        word: "back",
        places: &[Place::Token],
        foot: Foot::Right(1),
        run: token::leave,
        ..row(ActionId::LeaveToken, Group::Everywhere)
    },
    // Forms.
    Action {
        keys: &[ENTER],
        word: "save",
        help: "save",
        places: &[Place::Edit, Place::Account, Place::Passphrase, Place::NewPlace],
        foot: Foot::Left(1),
        disabled: while_saving,
        run: |m| match m.place_below() {
            Place::Edit => edit::save(m),
            Place::NewPlace => place::save(m),
            Place::Account => accounts::save(m),
            _ => settings::set_passphrase(m),
        },
        ..row(ActionId::Save, Group::Fields)
    },
    Action {
        keys: &[ctrl('j'), Key { alt: true, ..ENTER }],
        word: "new line",
        help: "in a note: begin a line",
        places: &[Place::Edit],
        foot: Foot::Left(3),
        when: |m| matches!(m.form().and_then(|f| f.focused()).map(|f| &f.id), Some(FieldId::Note)),
        run: |m| {
            screen::edit_form(m, ctrl('j'));
        },
        ..row(ActionId::NewLine, Group::Fields)
    },
    Action {
        keys: &[plain(Code::Right), char('l'), char(' ')],
        word: "change",
        help: "change a setting",
        places: &[Place::Settings],
        foot: Foot::Left(1),
        when: on_choice,
        run: |m| settings::turn(m, true),
        ..row(ActionId::Turn, Group::Fields)
    },
    Action {
        keys: &[plain(Code::Left), char('h')],
        places: &[Place::Settings],
        when: on_choice,
        run: |m| settings::turn(m, false),
        ..row(ActionId::TurnBack, Group::Fields)
    },
    Action {
        keys: &[ENTER],
        name: "Change the passphrase",
        word: "change it",
        help: "on the passphrase: change it",
        places: &[Place::Settings],
        foot: Foot::Left(1),
        when: |m| !on_choice(m),
        disabled: |m| m.demo.then(|| "The demo's vault has none to change.".into()),
        run: settings::change_passphrase,
        ..row(ActionId::ChangePassphrase, Group::Fields)
    },
    Action {
        name: "Next theme",
        places: INSIDE,
        run: settings::next_theme,
        ..row(ActionId::NextTheme, Group::Everywhere)
    },
    Action {
        name: "Mouse on or off",
        places: INSIDE,
        run: settings::toggle_mouse,
        ..row(ActionId::ToggleMouse, Group::Everywhere)
    },
    Action {
        keys: &[plain(Code::Right), plain(Code::Left)],
        word: "choose",
        help: "in a choice: the next, the previous; space shows all, letters find one",
        places: &[Place::Add, Place::Account, Place::Begin],
        foot: Foot::Left(0),
        when: |m| on_choice(m) && !m.form().is_some_and(Form::is_open),
        run: |m| settings::turn(m, true),
        ..row(ActionId::Choose, Group::Fields)
    },
    Action {
        keys: &[plain(Code::Tab)],
        word: "next field",
        help: "next, previous field",
        places: FORMS,
        foot: Foot::Left(0),
        when: has_fields,
        run: |m| next_field(m, true),
        ..row(ActionId::NextField, Group::Fields)
    },
    Action {
        keys: &[plain(Code::Tab).shifted()],
        places: FORMS,
        when: has_fields,
        run: |m| next_field(m, false),
        ..row(ActionId::PreviousField, Group::Fields)
    },
    Action {
        keys: &[ctrl('r')],
        word: "show what I type",
        help: "show what is typed, hide it",
        places: &[Place::FirstRun, Place::Unlock, Place::Add, Place::Passphrase, Place::Unseal],
        foot: Foot::Left(2),
        when: on_secret,
        run: screen::show_typed,
        ..row(ActionId::ShowTyped, Group::Fields)
    },
    Action {
        keys: &[ctrl('u')],
        word: "clear",
        help: "clear the field",
        places: &[
            Place::FirstRun,
            Place::Unlock,
            Place::Add,
            Place::Edit,
            Place::Account,
            Place::Passphrase,
            Place::List,
            Place::Flow,
            Place::Begin,
            Place::NewPlace,
            Place::Bench,
            Place::Dialog,
            Place::Audit,
        ],
        when: Model::takes_letters,
        run: screen::clear_field,
        ..row(ActionId::ClearField, Group::Fields)
    },
    // Lists.
    Action {
        keys: &[char('/')],
        name: "Filter",
        word: "filter",
        help: "filter, as you type",
        places: &[Place::List],
        foot: Foot::Left(6),
        run: credentials::start_filter,
        ..row(ActionId::Filter, Group::Lists)
    },
    Action {
        keys: &[ESC],
        word: "clear the filter",
        places: &[Place::List],
        foot: Foot::Left(1),
        when: |m| m.inside().is_some_and(|i| i.credentials.filtering || !i.credentials.filter.is_empty()),
        run: credentials::clear_filter,
        ..row(ActionId::ClearFilter, Group::Lists)
    },
    Action {
        keys: &[char('s')],
        name: "Sort by the next column",
        word: "sort",
        help: "sort by the next column",
        places: &[Place::List],
        run: credentials::next_sort,
        ..row(ActionId::Sort, Group::Lists)
    },
    Action {
        keys: &[char(' ')],
        word: "mark",
        help: "mark several",
        places: &[Place::List],
        when: |m| m.chosen().is_some(),
        run: credentials::mark,
        ..row(ActionId::Mark, Group::Lists)
    },
    Action {
        keys: &[plain(Code::Up), char('k')],
        help: "move",
        places: MOVES,
        run: |m| step(m, -1),
        ..row(ActionId::Up, Group::Lists)
    },
    Action {
        keys: &[plain(Code::Down), char('j')],
        places: MOVES,
        run: |m| step(m, 1),
        ..row(ActionId::Down, Group::Lists)
    },
    Action {
        keys: &[char('g'), plain(Code::Home)],
        help: "first, last",
        places: MOVES,
        run: |m| step(m, -FAR),
        ..row(ActionId::First, Group::Lists)
    },
    Action {
        keys: &[char('G'), plain(Code::End)],
        places: MOVES,
        run: |m| step(m, FAR),
        ..row(ActionId::Last, Group::Lists)
    },
    Action {
        keys: &[plain(Code::PageUp)],
        help: "a page",
        places: MOVES,
        run: |m| step(m, -page(m)),
        ..row(ActionId::PageUp, Group::Lists)
    },
    Action {
        keys: &[plain(Code::PageDown)],
        places: MOVES,
        run: |m| step(m, page(m)),
        ..row(ActionId::PageDown, Group::Lists)
    },
    Action {
        keys: &[plain(Code::Tab), plain(Code::Tab).shifted()],
        help: "next pane",
        places: &[Place::List],
        run: |m| credentials::go_to_pane(m, if in_sidebar(m) { Pane::List } else { Pane::Sidebar }),
        ..row(ActionId::NextPane, Group::Lists)
    },
    Action {
        keys: &[plain(Code::Left), char('h')],
        help: "pane to the left, right",
        places: &[Place::List],
        run: |m| credentials::go_to_pane(m, Pane::Sidebar),
        ..row(ActionId::PaneLeft, Group::Lists)
    },
    Action {
        keys: &[plain(Code::Right), char('l')],
        places: &[Place::List],
        run: |m| credentials::go_to_pane(m, Pane::List),
        ..row(ActionId::PaneRight, Group::Lists)
    },
    Action {
        keys: &[ENTER, ESC],
        word: "to the list",
        places: &[Place::List],
        foot: Foot::Left(0),
        when: in_sidebar,
        run: |m| credentials::go_to_pane(m, Pane::List),
        ..row(ActionId::LeaveSidebar, Group::Lists)
    },
    // Everywhere.
    Action {
        keys: &[char(':'), ctrl('p')],
        word: "actions",
        help: "all actions",
        places: INSIDE,
        foot: Foot::Left(10),
        run: Model::open_palette,
        ..row(ActionId::Palette, Group::Everywhere)
    },
    Action {
        keys: &[char('?'), f(1)],
        word: "help",
        help: "these keys",
        places: ANYWHERE,
        foot: Foot::Left(11),
        run: Model::open_help,
        ..row(ActionId::Help, Group::Everywhere)
    },
    Action {
        keys: &[char('1')],
        name: "Go to Credentials",
        help: "go to a screen",
        places: PAGES,
        run: |m| credentials::show(m, None),
        ..row(ActionId::Credentials, Group::Everywhere)
    },
    Action {
        keys: &[char('2')],
        name: "Go to Rotations",
        places: PAGES,
        run: rotations::show,
        ..row(ActionId::Rotations, Group::Everywhere)
    },
    Action {
        keys: &[char('3')],
        name: "Go to Accounts",
        places: PAGES,
        run: |m| m.go(Page::Accounts),
        ..row(ActionId::Accounts, Group::Everywhere)
    },
    Action {
        keys: &[char('4')],
        name: "Go to the bench",
        places: PAGES,
        run: |m| bench::show(m, None),
        ..row(ActionId::Bench, Group::Everywhere)
    },
    Action {
        keys: &[char('6')],
        name: "Go to Settings",
        places: PAGES,
        run: settings::show,
        ..row(ActionId::Settings, Group::Everywhere)
    },
    Action {
        keys: &[char('5')],
        name: "Go to Audit",
        places: PAGES,
        run: audit::show,
        ..row(ActionId::Audit, Group::Everywhere)
    },
    Action {
        keys: &[ESC],
        word: "leave, keep nothing",
        help: "leave, keep nothing",
        places: &[Place::Add, Place::AddTable, Place::AddLooking],
        foot: Foot::Right(1),
        run: add::leave,
        ..row(ActionId::LeaveAdd, Group::Add)
    },
    Action {
        keys: &[ESC],
        word: "leave as it was",
        help: "leave as it was",
        places: &[Place::Edit, Place::Account, Place::Passphrase, Place::Begin, Place::NewPlace],
        foot: Foot::Right(1),
        run: |m| match m.place_below() {
            Place::Edit => edit::leave(m),
            Place::Begin => flow::begin::leave(m),
            Place::NewPlace => place::leave(m),
            Place::Account => accounts::leave(m),
            _ => settings::show(m),
        },
        ..row(ActionId::LeaveForm, Group::Fields)
    },
    Action {
        keys: &[ESC],
        word: "back",
        places: &[Place::Detail, Place::Accounts, Place::Bench, Place::Settings, Place::Flows],
        foot: Foot::Right(1),
        run: |m| {
            // The bench that a step opened goes back to it.
            let step = m.inside().filter(|i| matches!(i.page, Page::Bench)).and_then(|i| i.bench.step.clone());
            if let Some((at, _)) = step {
                flow::show(m, at.journal);
                return;
            }
            let from =
                |here: fn(&Inside) -> bool| m.inside().is_some_and(|i| matches!(i.page, Page::Detail(_)) && here(i));
            if from(|i| i.rotations.opened) {
                rotations::show(m);
                return;
            }
            if from(|i| i.log.opened) {
                audit::show(m);
                return;
            }
            if from(|i| i.bench.opened) {
                bench::show(m, None);
                return;
            }
            let chosen = m.chosen();
            credentials::show(m, chosen);
        },
        ..row(ActionId::Back, Group::Everywhere)
    },
    Action {
        keys: &[ctrl('k')],
        name: "Clear the clipboard",
        word: "clear the clipboard",
        help: "clear the clipboard",
        places: INSIDE_OR_UNSEALING,
        run: Model::clear_clipboard,
        ..row(ActionId::ClearClipboard, Group::Everywhere)
    },
    Action {
        keys: &[ctrl('l')],
        name: "Draw the screen anew",
        help: "draw anew",
        places: ANYWHERE,
        run: |m| m.emit(Effect::ClearScreen),
        ..row(ActionId::Redraw, Group::Everywhere)
    },
    Action {
        keys: &[ctrl('z')],
        name: "Suspend",
        help: "suspend",
        places: ANYWHERE,
        run: |m| {
            m.hide_secrets();
            m.emit(Effect::Suspend);
        },
        ..row(ActionId::Suspend, Group::Everywhere)
    },
    Action {
        keys: &[char('q')],
        name: "Lock",
        word: "lock",
        help: "lock",
        places: INSIDE,
        foot: Foot::Right(2),
        run: |m| m.lock(None),
        ..row(ActionId::Lock, Group::Everywhere)
    },
    Action {
        keys: &[ctrl('q'), ctrl('c')],
        name: "Lock and quit",
        help: "lock and quit",
        places: INSIDE_OR_FLOATING,
        when: |m| matches!(m.screen, Screen::Inside(_)),
        run: Model::lock_and_quit,
        ..row(ActionId::LockAndQuit, Group::Everywhere)
    },
    Action {
        keys: &[ctrl('q'), ctrl('c')],
        word: "quit",
        help: "quit",
        places: &[Place::Starting, Place::FirstRun, Place::Unlock, Place::Dialog, Place::Help],
        foot: Foot::Right(3),
        when: |m| !matches!(m.screen, Screen::Inside(_)),
        run: Model::lock_and_quit,
        ..row(ActionId::Quit, Group::Everywhere)
    },
];

/// A row with nothing in it yet.
fn filters_log(model: &Model) -> bool {
    model.inside().is_some_and(|inside| inside.log.filtering)
}

const fn row(id: ActionId, group: Group) -> Action {
    Action {
        id,
        keys: &[],
        name: "",
        word: "",
        help: "",
        group,
        places: &[],
        foot: Foot::No,
        about_chosen: false,
        when: |_| true,
        disabled: |_| None,
        run: |_| {},
    }
}

const fn plain(code: Code) -> Key {
    Key::plain(code)
}

const fn char(c: char) -> Key {
    Key::char(c)
}

const fn ctrl(c: char) -> Key {
    Key::ctrl(c)
}

const fn f(n: u8) -> Key {
    Key::plain(Code::F(n))
}

fn has_offers(model: &Model) -> bool {
    matches!(&model.screen, Screen::FirstRun(first) if !first.offers.is_empty() && first.busy.is_none())
}

fn filtering(model: &Model) -> bool {
    model.inside().is_some_and(|inside| inside.credentials.filtering)
}

/// Whether something holds of the flow on the page.
fn flow_at(model: &Model, holds: impl FnOnce(&flow::About<'_>) -> bool) -> bool {
    model.flow().is_some_and(|about| holds(&about)) && !model.inside().is_some_and(|inside| inside.page.is_busy())
}

fn flow_ended(model: &Model) -> bool {
    !flow_at(model, |about| about.journal.is_open())
}

fn looks_back(model: &Model) -> bool {
    matches!(model.inside().map(|inside| &inside.page), Some(Page::Flow(page)) if page.looked.is_some())
}

fn in_sidebar(model: &Model) -> bool {
    model.inside().is_some_and(|inside| inside.credentials.pane == Pane::Sidebar)
}

fn has_due(model: &Model) -> bool {
    model.inside().is_some_and(|inside| inside.rotations.chosen().is_some())
}

fn has_accounts(model: &Model) -> bool {
    model.inside().is_some_and(|inside| !inside.accounts.rows.is_empty())
}

fn is_busy(model: &Model) -> bool {
    model.inside().is_some_and(|inside| inside.page.is_busy())
}

fn while_saving(model: &Model) -> Option<String> {
    let saving = model.inside().is_some_and(|inside| inside.saving.is_some());
    saving.then(|| "The last change is still being saved.".into())
}

fn on_choice(model: &Model) -> bool {
    matches!(model.form().and_then(|form| form.focused()).map(|field| &field.input), Some(Input::Choice(_)))
}

fn on_secret(model: &Model) -> bool {
    if let Some(Overlay::Unseal(unseal)) = &model.overlay {
        return !unseal.on_reason && unseal.busy.is_none();
    }
    match &model.screen {
        Screen::FirstRun(_) => model.takes_letters(),
        Screen::Unlock(unlock) => unlock.busy.is_none(),
        _ => {
            let input = model.form().and_then(|form| form.focused()).map(|f| &f.input);
            matches!(input, Some(Input::Secret(v)) if v.secret || !v.input.visible)
        }
    }
}

/// A step of a flow may take nothing.
fn has_fields(model: &Model) -> bool {
    model.place_below() != Place::Flow || model.form().is_some_and(|form| !form.fields.is_empty())
}

fn next_field(model: &mut Model, forward: bool) {
    match model.place_below() {
        Place::Flow if !model.takes_letters() => flow::edit(model),
        Place::FirstRun => first_run::step(model, forward),
        _ => screen::step_field(model, if forward { 1 } else { -1 }),
    }
}

fn step(model: &mut Model, by: isize) {
    if model.overlay.is_some() {
        model.overlay_step(by);
    } else if model.place_below() == Place::FirstRun {
        first_run::step(model, by > 0);
    } else {
        screen::step(model, by);
    }
}

fn page(model: &Model) -> isize {
    isize::try_from(model.list_rows()).unwrap_or(1)
}

const ENTER: Key = plain(Code::Enter);
const ESC: Key = plain(Code::Esc);
const FAR: isize = 1_000_000_000;
const ROTATABLE: &[Place] = &[Place::List, Place::Detail, Place::Rotations];
const CREDENTIAL: &[Place] = &[Place::List, Place::Detail];
const GIVEN_OUT: &[Place] = &[Place::List, Place::Detail, Place::Token];
const PAGES: &[Place] = &[
    Place::List,
    Place::Detail,
    Place::Rotations,
    Place::Accounts,
    Place::Bench,
    Place::Settings,
    Place::Audit,
    Place::Flows,
];
const FORMS: &[Place] = &[
    Place::FirstRun,
    Place::Add,
    Place::Edit,
    Place::Account,
    Place::Bench,
    Place::Settings,
    Place::Passphrase,
    Place::Flow,
    Place::Begin,
    Place::NewPlace,
];
const MOVES: &[Place] = &[
    Place::List,
    Place::Detail,
    Place::AddTable,
    Place::Add,
    Place::Edit,
    Place::Rotations,
    Place::Accounts,
    Place::Account,
    Place::Bench,
    Place::Settings,
    Place::Audit,
    Place::Passphrase,
    Place::Flow,
    Place::Begin,
    Place::NewPlace,
    Place::Flows,
    Place::Token,
    Place::FirstRun,
    Place::Palette,
    Place::Dialog,
    Place::Help,
    Place::Later,
];
/// Inside, and the question before a sealed secret is given out.
const INSIDE_OR_UNSEALING: &[Place] = &with::<{ INSIDE.len() + 1 }>(&[Place::Unseal]);
const INSIDE_OR_FLOATING: &[Place] =
    &with::<{ INSIDE.len() + 5 }>(&[Place::Dialog, Place::Palette, Place::Help, Place::Later, Place::Unseal]);
const ANYWHERE: &[Place] = &with::<{ INSIDE.len() + 3 }>(&[Place::Starting, Place::FirstRun, Place::Unlock]);

/// The places inside, and some more: a new page inside is in every such list at once.
const fn with<const N: usize>(more: &[Place]) -> [Place; N] {
    let mut all = [Place::List; N];
    let mut n = 0;
    while n < N {
        all[n] = if n < INSIDE.len() { INSIDE[n] } else { more[n - INSIDE.len()] };
        n += 1;
    }
    all
}
