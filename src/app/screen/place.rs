//! Adding a place that uses a credential: a service, a CI variable, a teammate's laptop.

use crate::app::form::{Field, FieldId, Form};
use crate::app::input::{Choice, Opt};
use crate::app::model::{Model, Page, PlaceForm, Then, Tone};
use crate::app::screen::credentials::{self, spec_of};
use crate::domain::provider::ClientSide;
use crate::domain::{Change, Proof, Side};

/// `W`
pub(in crate::app) fn open(model: &mut Model) {
    let Some(credential) = model.chosen() else { return };
    let from_detail = matches!(model.inside().map(|inside| &inside.page), Some(Page::Detail(_)));
    let side = |value: &str, label: &str| Opt { value: value.into(), label: label.into(), environment: None };
    let sides = vec![side("server", "your own machines"), side("client", "a browser or an app")];
    let form = Form::new(vec![
        Field::text(FieldId::UsedBy, "Place", "").with_help("What you call it, as checkout-api."),
        Field::text(FieldId::Where, "Where", "")
            .with_help("Where to find it, as kubernetes: prod/checkout. May stay empty."),
        Field::choice(FieldId::Side, "Runs on", Choice::new(sides, Some("server")))
            .with_help("A merchant's secret never goes to a browser or an app."),
    ]);
    model.go(Page::Place(Box::new(PlaceForm { credential, form, from_detail, busy: None })));
}

/// `⏎`
pub(in crate::app) fn save(model: &mut Model) {
    let Some(inside) = model.inside() else { return };
    let Page::Place(page) = &inside.page else { return };
    let document = &inside.unlocked.document;
    let Some(credential) = document.credential(page.credential) else { return };
    let label = page.form.text(&FieldId::UsedBy).to_owned();
    if label.is_empty() {
        model.tell(Tone::Warning, "Name the place first.");
        return;
    }
    let client = page.form.text(&FieldId::Side) == "client";
    let spec = document.account(credential.account).and_then(|account| spec_of(&model.catalog, account, credential));
    let stays = spec.is_some_and(|s| s.client_side == ClientSide::Never && s.fields.iter().any(|field| field.secret));
    if client && stays {
        let what = spec.map(|spec| spec.title.clone()).unwrap_or_default();
        model.tell(
            Tone::Error,
            format!("A {what} never goes to a browser or an app: give that place a key that is made for it."),
        );
        return;
    }
    let place = page.form.text(&FieldId::Where).to_owned();
    let change = Change::Consumer {
        side: Some(if client { Side::Client } else { Side::Server }),
        place: (!place.is_empty()).then_some(place),
        uses: Some((credential.id, credential.current().map(|version| version.id), Proof::Asked)),
        label,
    };
    model.commit(change, "The place is noted.".into(), Then::LeavePlace);
    let busy = model.inside().and_then(|inside| inside.saving.clone());
    if let Some(Page::Place(page)) = model.inside_mut().map(|inside| &mut inside.page) {
        page.busy = busy;
    }
}

/// Back to where it was opened.
pub(in crate::app) fn leave(model: &mut Model) {
    let Some(Page::Place(page)) = model.inside().map(|inside| &inside.page) else { return };
    let (credential, from_detail) = (page.credential, page.from_detail);
    if from_detail {
        super::detail::show(model, credential);
    } else {
        credentials::show(model, Some(credential));
    }
}
