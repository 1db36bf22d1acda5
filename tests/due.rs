//! What is due, seen from outside: which of all that could be said of a credential comes first, and until when.

use jiff::{SignedDuration, Timestamp};
use paykeep::catalog::Catalog;
use paykeep::domain::due::{Agenda, Due, SOON, What, Whose, agenda, reminder};
use paykeep::domain::journal::begin;
use paykeep::domain::provider::Reason;
use paykeep::domain::{
    Add, Change, Context, Deed, DeviceId, Document, Environment, Id, Kind, Life, NewField, NewValue, Place, Proof,
    Reference, join,
};
use paykeep::secret::SecretBytes;

struct Vault {
    document: Document,
    now: Timestamp,
    ids: u128,
}

fn now() -> Timestamp {
    "2026-04-14T14:02:00Z".parse().expect("a time")
}

fn typed() -> Deed {
    Deed::Typed { name: "acme".into(), note: String::new(), despite: Vec::new() }
}

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

impl Vault {
    fn new() -> Self {
        Self { document: Document::new(Id::new(now(), 0), now()), now: now(), ids: 1 }
    }

    fn apply(&mut self, days_ago: i64, change: Change) -> Id {
        let mut ids = self.ids;
        let at = now() - days(days_ago);
        let mut new_id = || {
            ids += 1;
            Id::new(at, ids)
        };
        let mut context = Context {
            now: at,
            device: DeviceId::new(1),
            new_id: &mut new_id,
            fingerprint: &|_, _, value| format!("k1:{}", value.len()),
        };
        let applied = self.document.apply(change, &mut context).expect("the change fits");
        self.ids = ids;
        applied.journal.or(applied.credential).unwrap_or(Id::new(at, 0))
    }

    fn store(&mut self, days_ago: i64, reference: &str, kind: Kind, edit: impl FnOnce(&mut Add)) -> Id {
        let (name, secret) = kind.usual_fields().iter().find(|(_, secret)| *secret).unwrap_or(&kind.usual_fields()[0]);
        let value = if *secret {
            NewValue::Secret(SecretBytes::copied(b"an invented value"))
        } else {
            NewValue::Public("a public value".into())
        };
        let mut add = Add::of(
            reference.parse::<Reference>().expect("a reference"),
            kind,
            Place::New,
            vec![NewField::of(*name, value)],
        );
        edit(&mut add);
        self.apply(days_ago, Change::Add(Box::new(add)))
    }

    fn begin(&mut self, provider: &str, flow: &str, reason: Option<Reason>, environment: Environment) -> Id {
        let provider = Catalog::builtin().get(provider).expect("built in");
        let account = "acme".parse().expect("a slug");
        let flow = provider.flow(flow).expect("a flow of the file");
        let begin = begin(provider, flow, reason, (environment, &account, None)).expect("it applies");
        self.apply(3, Change::Begin(Box::new(begin)))
    }

    fn step(&mut self, days_ago: i64, journal: Id, step: &str, deed: Deed) {
        self.apply(days_ago, Change::Step { journal, step: step.into(), deed });
    }

    fn agenda(&self) -> Vec<Due> {
        agenda(&self.document, &|id| Catalog::builtin().get(id.as_str()), self.now)
    }

    /// Brings an agenda up to date that was made of these records; gives the names of the credentials that it looked at.
    fn renew(&self, agenda: &mut Agenda, before: &Document, now: Timestamp) -> Vec<String> {
        let changed = agenda.renew(before, &self.document, &|id| Catalog::builtin().get(id.as_str()), now);
        assert!(changed.is_sorted_by_key(|changed| changed.id));
        changed
            .iter()
            .map(|changed| changed.credential.as_ref().map_or("gone".into(), |c| c.name.to_string()))
            .collect()
    }

    fn only(&self) -> Due {
        let mut all = self.agenda();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }
}

#[test]
fn the_users_rule_goes_before_the_providers_and_that_before_ours() {
    let mut vault = Vault::new();
    vault.store(10, "amazon-pay/live/shop/key-pair", Kind::KeyPair, |add| add.rotate_every_days = Some(30));
    vault.store(10, "amazon-pay/sandbox/shop/key-pair", Kind::KeyPair, |_| {});
    vault.store(10, "other/live/acme/key", Kind::SecretKey, |_| {});
    vault.store(10, "other/sandbox/acme/key", Kind::SecretKey, |_| {});
    vault.store(10, "other/live/acme/public", Kind::PublishableKey, |_| {});
    let rules: Vec<_> = vault.agenda().iter().map(|due| due.rule.map(|r| (r.whose, r.days))).collect();
    assert_eq!(rules, [Some((Whose::Own, 30)), Some((Whose::Ours, 90)), Some((Whose::Provider, 90))]);
    let words: Vec<_> = vault.agenda().iter().filter_map(|due| Some(due.rule?.words(&due.provider))).collect();
    assert_eq!(words[0], "every 30 days, your rule; Amazon Pay asks for 90");
    assert_eq!(words[1], "every 90 days, paykeep's advice for live secrets");
    assert_eq!(words[2], "every 90 days, as Amazon Pay asks");
}

#[test]
fn a_rotation_is_due_counted_from_when_the_version_became_current() {
    let mut vault = Vault::new();
    vault.store(88, "antom/live/acme/key-pair", Kind::KeyPair, |add| add.used_by = vec!["api".into(), "job".into()]);
    let due = vault.only();
    assert_eq!(due.deadline, Some(now() + days(2)));
    assert!(matches!(due.what, What::Rotate { steps: Some(n), leaked: false } if n > 3), "{due:?}");
    assert_eq!((due.moved(), due.places), (0, 2));
    assert!(due.is_due(now(), SOON) && due.is_to_do(now(), SOON));
    vault.now = now() - days(20);
    assert!(!vault.only().is_to_do(vault.now, SOON), "it is a date that comes, not a deed");
    vault.now = now() + days(5);
    assert!(vault.only().is_due(vault.now, SOON), "what is late stays due");
}

#[test]
fn what_leaked_is_due_since_then() {
    let mut vault = Vault::new();
    let credential = vault.store(5, "other/sandbox/acme/key", Kind::SecretKey, |_| {});
    assert!(vault.agenda().is_empty());
    let version = vault.document.credential(credential).expect("there").versions[0].id;
    vault.apply(1, Change::Leaked { credential, version });
    let due = vault.only();
    assert_eq!((due.words(), due.deadline), ("Rotate, it leaked".to_owned(), Some(now() - days(1))));
}

#[test]
fn places_that_still_have_the_old_version_come_before_any_date() {
    let mut vault = Vault::new();
    let reference = "ansa/live/acme/secret-key";
    let end = Some(now() + SignedDuration::from_hours(3));
    let id = vault.store(80, reference, Kind::SecretKey, |add| {
        add.used_by = vec!["api".into(), "job".into()];
        add.expires_at = end;
    });
    vault.store(0, reference, Kind::SecretKey, |add| add.place = Place::Previous);
    let credential = vault.document.credential(id).expect("there");
    let (old, new) = (credential.versions[0].id, credential.versions[1].id);
    vault.apply(0, Change::PointTo { credential: id, version: new });
    assert_eq!(vault.only().words(), "Move 2 places to v2");
    let uses = Some((id, Some(new), Proof::Asked));
    vault.apply(0, Change::Consumer { label: "api".into(), side: None, place: None, uses });
    let due = vault.only();
    assert_eq!((due.what.clone(), due.deadline), (What::Move { from: 1, to: 2 }, end));
    assert_eq!((due.words(), due.moved(), due.places), ("Move job to v2".to_owned(), 1, 2));
    assert!(!due.is_due(now(), SOON), "no new version is wanted");
    assert!(due.is_to_do(now(), SOON));
    let uses = Some((id, Some(new), Proof::Asked));
    vault.apply(0, Change::Consumer { label: "job".into(), side: None, place: None, uses });
    assert_eq!(vault.only().words(), "Revoke v1, nothing uses it");
    assert_eq!(vault.document.version(id, old).map(|v| v.life), Some(Life::Active));
}

#[test]
fn an_end_that_comes_by_itself_is_told_and_a_short_life_is_no_deed_forgotten() {
    let mut vault = Vault::new();
    let hours = SignedDuration::from_hours(22);
    vault.store(0, "ansa/sandbox/acme/client-secret", Kind::ClientSecret, |add| add.expires_at = Some(now() + hours));
    let due = vault.only();
    assert_eq!((due.what.clone(), due.deadline), (What::Renew, Some(now() + hours)));
    assert!(due.is_to_do(now(), SOON) && !due.is_due(now(), SOON));
    assert_eq!(due.remind_at(), None);
    vault.now = now() + days(2);
    assert!(!vault.only().is_to_do(vault.now, SOON), "it is over, and nothing was forgotten");
}

#[test]
fn what_waits_for_approval_comes_last() {
    let mut vault = Vault::new();
    let reference = "paynet/live/acme/client-credentials";
    vault.store(60, reference, Kind::ClientCredentials, |_| {});
    vault.store(12, reference, Kind::ClientCredentials, |add| add.place = Place::Pending);
    vault.store(80, "antom/live/acme/key-pair", Kind::KeyPair, |_| {});
    vault.store(80, "amazon-pay/sandbox/acme/key-pair", Kind::KeyPair, |_| {});
    let words: Vec<String> = vault.agenda().iter().map(Due::words).collect();
    assert_eq!(words.len(), 3);
    assert!(words[0].starts_with("Rotate, ") && words[1].starts_with("Rotate, "));
    assert_eq!(words[2], "Wait for PayNet's approval");
    assert_eq!(vault.agenda()[2].since, Some(now() - days(12)));
}

#[test]
fn a_flow_in_progress_says_its_present_step_and_one_that_made_nothing_yet_is_told_too() {
    let mut vault = Vault::new();
    vault.store(88, "antom/live/acme/key-pair", Kind::KeyPair, |_| {});
    let antom = Catalog::builtin().get("antom").expect("built in");
    let mut start = |flow: &str, reason, environment| {
        let flow = antom.flow(flow).expect("a flow of the file");
        let account = "acme".parse().expect("a slug");
        let begin = begin(antom, flow, reason, (environment, &account, None)).expect("it applies");
        vault.apply(0, Change::Begin(Box::new(begin)))
    };
    let scheduled = Some(Reason::Scheduled);
    let rotation = antom
        .flows
        .iter()
        .find(|flow| flow.reasons.contains(&Reason::Scheduled) && flow.environments.contains(&Environment::Live))
        .expect("a rotation");
    let journal = start(&rotation.id, scheduled, Environment::Live);
    let first = antom.flows.iter().find(|flow| flow.reasons.is_empty()).expect("a flow that makes a first one");
    start(&first.id, None, Environment::Sandbox);
    let all = vault.agenda();
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(all[0].journal, Some(journal));
    assert!(matches!(all[0].what, What::GoOn { step: 1, .. }));
    assert!(all[0].words().starts_with("Go on: "));
    assert_eq!(all[0].deadline, Some(now() + days(2)), "begun is not done");
    assert!(all[0].is_due(now(), SOON));
    assert_eq!((all[1].credential, all[1].deadline), (None, None));
    let step = vault.document.journal(journal).expect("there").steps[0].id.clone();
    vault.apply(0, Change::Step { journal, step, deed: Deed::Note("later".into()) });
    vault.apply(0, Change::Abandon { journal, typed: None });
    assert!(matches!(vault.agenda()[0].what, What::Rotate { .. }), "what was given up is due again");
}

#[test]
fn a_live_credential_without_a_working_key_comes_first_and_is_due_until_another_is_there() {
    let mut vault = Vault::new();
    let reference = "paynet/live/acme/client-credentials";
    vault.store(60, reference, Kind::ClientCredentials, |_| {});
    vault.store(1, "paynet/sandbox/acme/client-credentials", Kind::ClientCredentials, |_| {});
    vault.store(200, "antom/live/acme/key-pair", Kind::KeyPair, |_| {});
    for environment in [Environment::Sandbox, Environment::Live] {
        let journal = vault.begin("paynet", "revoke", Some(Reason::Scheduled), environment);
        vault.step(3, journal, "open", Deed::Said { note: String::new() });
        vault.step(3, journal, "revoke", typed());
        let of = |due: &&Due| due.environment == environment && due.journal.is_some();
        let under_way = vault.agenda().iter().find(of).expect("it goes on").clone();
        let is_live = environment == Environment::Live;
        assert_eq!(under_way.words().starts_with("No working key, go on: see that"), is_live, "{}", under_way.words());
        assert_eq!((under_way.no_key, under_way.is_due(now(), SOON)), (is_live, is_live));
        vault.step(3, journal, "dead", Deed::Said { note: String::new() });
    }
    let all = vault.agenda();
    assert_eq!(all.len(), 2, "in the sandbox nothing calls: {all:#?}");
    let dead = &all[0];
    assert_eq!((dead.reference.as_str(), dead.words().as_str()), (reference, "No working key, v1 revoked"));
    assert_eq!((dead.deadline, dead.word(), dead.no_key), (Some(now() - days(3)), "replace", true));
    assert!(dead.is_due(now(), SOON) && dead.is_to_do(now(), SOON));
    assert!(!all[1].no_key);

    vault.store(0, reference, Kind::ClientCredentials, |add| add.place = Place::Pending);
    let waits = &vault.agenda()[0];
    assert_eq!(waits.words(), "No working key, wait for PayNet's approval");
    assert!(waits.is_due(now(), SOON), "it is an outage, whoever is waited for");
}

#[test]
fn a_live_key_that_expired_is_no_working_key_and_one_of_the_sandbox_is_to_be_renewed() {
    let mut vault = Vault::new();
    let ended = |add: &mut Add| add.expires_at = Some(now() - days(1));
    vault.store(200, "antom/live/acme/key-pair", Kind::KeyPair, |_| {});
    vault.store(9, "other/sandbox/acme/key", Kind::SecretKey, ended);
    vault.store(9, "other/live/acme/key", Kind::SecretKey, ended);
    let words: Vec<String> = vault.agenda().iter().map(Due::words).collect();
    assert_eq!(words[0], "No working key, it expired");
    assert_eq!(words[2], "Renew, it has expired");
}

#[test]
fn a_new_key_that_works_at_the_gateway_already_is_not_called_none() {
    let mut vault = Vault::new();
    vault.store(88, "antom/live/acme/key-pair", Kind::KeyPair, |_| {});
    let journal = vault.begin("antom", "replace-one-click", Some(Reason::Compromised), Environment::Live);
    for id in ["open", "choose"] {
        vault.step(0, journal, id, Deed::Said { note: String::new() });
    }
    vault.step(0, journal, "switch", typed());
    assert!(vault.only().no_key);
    let value = NewValue::Secret(SecretBytes::copied(b"another invented value"));
    let field = NewField::of("private_key", value);
    vault.step(0, journal, "private", Deed::Values(vec![("own".into(), field)]));
    assert!(!vault.only().no_key, "it waits in the vault, and works");
}

#[test]
fn a_flow_that_changes_two_credentials_is_one_thing_to_do_and_what_it_only_reads_stays_its_own() {
    let mut vault = Vault::new();
    let pair = vault.store(40, "antom/live/acme/key-pair", Kind::KeyPair, |_| {});
    let theirs = |add: &mut Add| add.rotate_every_days = Some(30);
    vault.store(28, "antom/live/acme/provider-key", Kind::ProviderPublicKey, theirs);
    let merchant = vault.store(88, "ansa/live/acme/secret-key", Kind::SecretKey, |_| {});
    assert_eq!(vault.agenda().len(), 3);
    for (provider, flow, reason) in
        [("antom", "replace-own-pair", Some(Reason::Scheduled)), ("ansa", "client-secret", None)]
    {
        let provider = Catalog::builtin().get(provider).expect("built in");
        let account = "acme".parse().expect("a slug");
        let flow = provider.flow(flow).expect("a flow of the file");
        let begin = begin(provider, flow, reason, (Environment::Live, &account, None)).expect("it applies");
        vault.apply(0, Change::Begin(Box::new(begin)));
    }
    let all = vault.agenda();
    assert_eq!(all.len(), 3, "{all:#?}");
    let of = |id| all.iter().find(|due| due.credential == id).expect("there");
    let goes_on = |due: &Due| matches!(due.what, What::GoOn { .. });
    assert!(goes_on(of(None)) && goes_on(of(Some(pair))) && !goes_on(of(Some(merchant))), "{all:#?}");
    assert_eq!(of(Some(pair)).deadline, Some(now() + days(2)), "the first date of both");
}

#[test]
fn a_gateway_s_own_key_is_nothing_to_revoke() {
    let mut vault = Vault::new();
    let key = |add: &mut Add| add.used_by = vec!["api".into()];
    vault.store(40, "antom/live/acme/provider-key", Kind::ProviderPublicKey, key);
    vault.store(30, "antom/live/acme/provider-key", Kind::ProviderPublicKey, |add| add.place = Place::Previous);
    assert_eq!(vault.agenda(), []);
}

#[test]
fn later_is_later_and_what_ends_by_itself_does_not_wait() {
    let mut vault = Vault::new();
    let id = vault.store(88, "antom/live/acme/key-pair", Kind::KeyPair, |_| {});
    let until = Some(now() + days(7));
    vault.apply(0, Change::Later { credential: id, until });
    let due = vault.only();
    assert_eq!((due.snoozed_until, due.remind_at()), (until, until));
    assert!(!due.is_to_do(now(), SOON) && !due.is_due(now(), SOON));
    vault.now = now() + days(7);
    assert!(vault.only().is_due(vault.now, SOON));

    let mut vault = Vault::new();
    let end = now() + days(3);
    let id = vault.store(1, "other/live/acme/key", Kind::SecretKey, |add| add.expires_at = Some(end));
    vault.apply(0, Change::Later { credential: id, until });
    assert!(vault.only().is_due(now(), SOON));
}

#[test]
fn of_two_copies_the_later_word_on_later_counts() {
    let mut ours = Vault::new();
    let id = ours.store(88, "antom/live/acme/key-pair", Kind::KeyPair, |_| {});
    let mut theirs = Vault { document: ours.document.clone(), ..Vault::new() };
    ours.apply(0, Change::Later { credential: id, until: Some(now() + days(1)) });
    theirs.apply(0, Change::Later { credential: id, until: Some(now() + days(1)) });
    theirs.apply(0, Change::Later { credential: id, until: Some(now() + days(14)) });
    theirs.apply(0, Change::Reminder(true));
    for (a, b) in [(&ours, &theirs), (&theirs, &ours)] {
        let (joined, _) = join(a.document.clone(), b.document.clone());
        assert_eq!(joined.credential(id).and_then(|c| c.snoozed_until), Some(now() + days(14)));
        assert!(joined.settings.reminder());
    }
}

#[test]
fn the_clear_file_says_a_date_and_a_number_and_nothing_else() {
    let mut vault = Vault::new();
    assert_eq!(reminder(&vault.agenda()), "- 0\n");
    vault.store(88, "antom/live/acme/key-pair", Kind::KeyPair, |_| {});
    vault.store(80, "amazon-pay/live/acme/key-pair", Kind::KeyPair, |_| {});
    vault.store(40, "other/live/acme/key", Kind::SecretKey, |_| {});
    assert_eq!(reminder(&vault.agenda()), "2026-04-16 2\n");
}

#[test]
fn an_agenda_is_renewed_for_what_changed_and_for_what_the_time_turns() {
    let mut vault = Vault::new();
    let soon = vault.store(60, "other/live/acme/soon", Kind::SecretKey, |_| {});
    let other = vault.store(10, "other/live/acme/other", Kind::SecretKey, |_| {});
    vault.store(10, "other/sandbox/acme/third", Kind::SecretKey, |_| {});
    let (mut agenda, nothing) = (Agenda::default(), Document::new(vault.document.vault.id, now()));
    assert_eq!(vault.renew(&mut agenda, &nothing, now()), ["soon", "other", "third"]);
    let order = |agenda: &Agenda| agenda.iter().map(|due| due.name.clone()).collect::<Vec<_>>();
    assert_eq!(order(&agenda), ["soon", "other"]);

    let before = vault.document.clone();
    assert!(vault.renew(&mut agenda, &before, now()).is_empty());
    vault.apply(0, Change::Later { credential: other, until: Some(now() + days(3)) });
    assert_eq!(vault.renew(&mut agenda, &before, now()), ["other"]);
    assert_eq!(agenda.get(1).unwrap().snoozed_until, Some(now() + days(3)));

    let before = vault.document.clone();
    assert!(vault.renew(&mut agenda, &before, now() + days(2)).is_empty());
    assert_eq!(vault.renew(&mut agenda, &before, now() + days(3)), ["other"]);
    assert_eq!(vault.renew(&mut agenda, &before, now() + days(30)), ["soon"], "what was near is late");
    assert_eq!(vault.renew(&mut agenda, &before, now()), ["soon", "other"], "a clock may be set back");

    vault.apply(0, Change::Bin(vec![soon]));
    vault.apply(0, Change::Purge(vec![soon]));
    assert_eq!(vault.renew(&mut agenda, &before, now()), ["gone"]);
    assert_eq!(order(&agenda), ["other"]);
}

#[test]
fn an_account_that_a_join_renamed_renews_what_it_has() {
    let mut vault = Vault::new();
    vault.store(10, "other/live/acme/key", Kind::SecretKey, |_| {});
    let (mut agenda, nothing) = (Agenda::default(), Document::new(vault.document.vault.id, now()));
    vault.renew(&mut agenda, &nothing, now());
    let before = vault.document.clone();
    vault.document.accounts[0].slug = "shop".parse().unwrap();
    vault.renew(&mut agenda, &before, now());
    assert_eq!(agenda.get(0).unwrap().reference, "other/live/shop/key");
}

#[test]
fn a_flow_that_was_left_after_its_promotion_is_late_again_when_the_new_key_is() {
    let mut vault = Vault::new();
    vault.store(400, "ansa/live/acme/secret-key", Kind::SecretKey, |add| add.used_by = vec!["api".into()]);
    let journal = vault.begin("ansa", "replace", Some(Reason::Scheduled), Environment::Live);
    let said = || Deed::Said { note: "x".into() };
    let value = NewField::of("value", NewValue::Secret(SecretBytes::copied(b"ansa_sk_live_another")));
    vault.step(120, journal, "ask", said());
    vault.step(120, journal, "secret", Deed::Values(vec![("secret".into(), value)]));
    vault.step(120, journal, "secret", Deed::Known);
    assert_eq!(vault.only().deadline, Some(now() - days(310)), "the old one's, while that is the current one");
    vault.step(120, journal, "check", said());
    vault.step(120, journal, "stage", Deed::Placed { label: "api".into(), proof: Proof::Asked });
    vault.step(120, journal, "stage", said());
    vault.step(120, journal, "live", said());
    let left = vault.only();
    assert!(matches!(left.what, What::GoOn { .. }), "{left:?}");
    assert_eq!(left.deadline, Some(now() - days(30)));
}

#[test]
fn a_pair_that_waits_for_approval_is_no_working_key_where_the_leaked_one_was_stopped() {
    let mut vault = Vault::new();
    let pair = vault.store(9, "paynet/live/acme/client-credentials", Kind::ClientCredentials, |_| {});
    let journal = vault.begin("paynet", "rotate", Some(Reason::Compromised), Environment::Live);
    let said = || Deed::Said { note: String::new() };
    let typed = || Some("acme".to_owned());
    vault.step(0, journal, "open", said());
    vault.step(0, journal, "stop", Deed::Typed { name: "acme".into(), note: String::new(), despite: Vec::new() });
    vault.step(0, journal, "new", said());
    let field = |name: &str, value| ("pair".to_owned(), NewField::of(name, value));
    let secret = NewValue::Secret(SecretBytes::copied(b"another invented value"));
    let values = vec![field("client_id", NewValue::Public("another".into())), field("client_secret", secret)];
    vault.step(0, journal, "take", Deed::Values(values));
    let waits = vault.only();
    assert_eq!(waits.words(), "No working key, wait for PayNet's approval");
    assert!(waits.no_key && waits.is_due(now(), SOON), "it is an outage, whoever is waited for");
    assert!(vault.document.works_instead(pair).is_none());
    vault.step(0, journal, "access", Deed::Decided { approved: true, note: "approved".into(), typed: typed() });
    assert!(!vault.only().no_key, "the gateway takes the new one");
    assert!(vault.document.works_instead(pair).is_some());
}

#[test]
fn the_end_of_a_wait_is_a_date_and_a_leaked_key_has_none_to_be_rotated_by() {
    let mut vault = Vault::new();
    let pair = vault.store(30, "paynet/sandbox/acme/client-credentials", Kind::ClientCredentials, |_| {});
    let journal = vault.begin("paynet", "rotate", Some(Reason::Scheduled), Environment::Sandbox);
    let said = || Deed::Said { note: "x".into() };
    vault.step(3, journal, "open", said());
    vault.step(3, journal, "new", said());
    let field = |name: &str, value| ("pair".to_owned(), NewField::of(name, value));
    let secret = NewValue::Secret(SecretBytes::copied(b"another invented value"));
    let values = vec![field("client_id", NewValue::Public("another".into())), field("client_secret", secret)];
    vault.step(3, journal, "take", Deed::Values(values));
    vault.step(3, journal, "check", said());
    vault.step(3, journal, "live", said());
    vault.step(3, journal, "consumers", Deed::Placed { label: "api".into(), proof: Proof::Asked });
    vault.step(3, journal, "consumers", said());
    let waits = vault.only();
    assert_eq!(waits.deadline, Some(now() - days(2)), "a day from the step before");
    assert_eq!(waits.remind_at(), waits.deadline);
    assert!(waits.is_due(now(), SOON), "it is over");
    vault.now = now() - days(3) + SignedDuration::from_hours(1);
    let waits = vault.only();
    assert!(waits.is_in_a_wait(vault.now) && !waits.is_due(vault.now, SOON), "it lasts");

    let credential = vault.document.credential(pair).expect("there").clone();
    assert!(credential.rotate_by(Some(30)).is_some());
    let version = credential.current().expect("one").id;
    vault.apply(0, Change::Leaked { credential: pair, version });
    assert_eq!(vault.document.credential(pair).expect("there").rotate_by(Some(30)), None);
}
