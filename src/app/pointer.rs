//! The mouse: a click chooses and focuses, one on what is chosen already opens it, the wheel scrolls what is under it.

use super::action::ActionId;
use super::model::{AddStage, FirstField, Model, Overlay, Page, Pane, Screen, Tab};
use super::msg::{Mouse, MouseKind, Target};
use super::screen;

/// Takes what the mouse did.
pub(super) fn mouse(model: &mut Model, mouse: Mouse) {
    let Some(target) = mouse.target else { return };
    match mouse.kind {
        MouseKind::Press => {
            model.notice = None;
            press(model, target);
        }
        MouseKind::ScrollUp => scroll(model, target, -WHEEL),
        MouseKind::ScrollDown => scroll(model, target, WHEEL),
    }
}

fn press(model: &mut Model, target: Target) {
    if let Some(overlay) = &mut model.overlay {
        match (overlay, target) {
            (Overlay::Dialog(_), Target::DialogDeed) => model.dialog_deed(),
            (Overlay::Palette(palette), Target::PaletteRow(at)) if at < palette.rows.len() => {
                palette.list.row = at;
                model.palette_run();
            }
            (Overlay::Later(later), Target::Option(at)) if at < later.until.len() => {
                let again = later.chosen == at;
                later.chosen = at;
                if again {
                    screen::rotations::put_off(model);
                }
            }
            (Overlay::Later(_), Target::DialogDeed) => screen::rotations::put_off(model),
            (Overlay::Unseal(_), Target::DialogDeed) => model.unseal(),
            (Overlay::Unseal(_), Target::DialogOut) => model.leave_unseal(),
            (Overlay::Unseal(unseal), Target::Field(at)) => unseal.on_reason = at == 1,
            (Overlay::Dialog(_) | Overlay::Later(_), Target::DialogOut)
            | (Overlay::Palette(_) | Overlay::Help(_) | Overlay::Later(_), Target::Outside) => {
                model.close_overlay();
            }
            (_, Target::Action(id)) => model.run_id(id),
            _ => {}
        }
        return;
    }
    match target {
        Target::Tab(at) => {
            let id = match Tab::ALL.get(at) {
                Some(Tab::Credentials) => ActionId::Credentials,
                Some(Tab::Rotations) => ActionId::Rotations,
                Some(Tab::Accounts) => ActionId::Accounts,
                Some(Tab::Bench) => ActionId::Bench,
                Some(Tab::Audit) => ActionId::Audit,
                Some(Tab::Settings) => ActionId::Settings,
                None => return,
            };
            model.run_id(id);
        }
        Target::Action(id) => model.run_id(id),
        Target::Offer(0) => model.run_id(ActionId::TakeOffer1),
        Target::Offer(_) => model.run_id(ActionId::TakeOffer2),
        Target::Row(at) => row(model, at),
        Target::Sidebar(at) => screen::credentials::choose_section(model, at),
        Target::Preview => model.run_id(ActionId::Open),
        Target::Item(at) => {
            if let Some(Page::Detail(detail)) = model.inside_mut().map(|i| &mut i.page)
                && at < detail.items.len()
            {
                let again = detail.chosen == at;
                detail.chosen = at;
                if again {
                    model.run_id(ActionId::Enter);
                }
            }
        }
        Target::Field(at) => field(model, at),
        Target::Option(at) => screen::take_option(model, at),
        Target::PaletteRow(_) | Target::DialogDeed | Target::DialogOut | Target::Outside => {}
    }
}

fn row(model: &mut Model, at: usize) {
    let height = model.list_rows();
    let Some(inside) = model.inside_mut() else { return };
    match &mut inside.page {
        Page::Credentials if at < inside.credentials.shown.len() => {
            let list = &mut inside.credentials;
            let again = list.list.row == at && list.pane == Pane::List && !list.filtering;
            list.list.go(at, list.shown.len(), height);
            list.pane = Pane::List;
            list.filtering = false;
            if again {
                model.run_id(ActionId::Open);
            } else {
                screen::credentials::chose(model);
            }
        }
        Page::Rotations if at < inside.rotations.shown.len() => {
            let again = inside.rotations.list.row == at;
            inside.rotations.list.go(at, inside.rotations.shown.len(), height);
            if again {
                model.run_id(ActionId::OpenDue);
            }
        }
        Page::Audit if at < inside.log.shown.len() => {
            let again = inside.log.list.row == at;
            inside.log.filtering = false;
            inside.log.list.go(at, inside.log.shown.len(), height);
            if again {
                model.run_id(ActionId::OpenEntry);
            }
        }
        Page::Accounts if at < inside.accounts.rows.len() => {
            let again = inside.accounts.list.row == at;
            inside.accounts.list.go(at, inside.accounts.rows.len(), height);
            if again {
                model.run_id(ActionId::EditAccount);
            }
        }
        Page::Flows(flows) if at < flows.rows.len() => {
            let again = flows.list.row == at;
            flows.list.go(at, flows.rows.len(), height);
            if again {
                model.run_id(ActionId::OpenFlow);
            }
        }
        Page::Add(add) if at < add.found.len() => {
            if let AddStage::Table(chosen) = &mut add.stage {
                let again = *chosen == at;
                *chosen = at;
                if again {
                    model.run_id(ActionId::LeaveOut);
                }
            }
        }
        _ => {}
    }
}

fn field(model: &mut Model, at: usize) {
    if let Screen::FirstRun(first) = &mut model.screen {
        if first.busy.is_some() {
            return;
        }
        first.focus = match at {
            0 => FirstField::Passphrase,
            1 => FirstField::Again,
            _ => FirstField::Tick,
        };
        if at == 2 {
            first.ticked = !first.ticked;
        }
        return;
    }
    let again = model.form().is_some_and(|form| form.focus == at);
    if again {
        screen::open_choice(model);
    } else {
        screen::go_to_field(model, at);
    }
}

fn scroll(model: &mut Model, target: Target, by: isize) {
    if model.overlay.is_some() {
        model.overlay_step(by);
        return;
    }
    match target {
        Target::Sidebar(_) => screen::credentials::step_section(model, by.signum()),
        Target::Tab(_) | Target::Action(_) => {}
        _ => screen::step(model, by),
    }
}

/// How many rows the wheel goes.
const WHEEL: isize = 3;
