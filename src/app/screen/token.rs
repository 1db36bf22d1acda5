//! The screen of tokens: what would be sent to whom, and where the token stands; fetching it, step by step: the host is agreed to,
//! the log knows of it, the gateway is asked, the token is stored.

use crate::app::clip::why_over;
use crate::app::effect::Effect;
use crate::app::model::{
    Busy, Deed, Dialog, DialogTone, Fetching, Finding, Inside, Model, Page, Purpose, Then, TokenPage, Tone,
};
use crate::app::msg::Ticket;
use crate::app::screen::{credentials, detail};
use crate::app::status::problem;
use crate::app::token::{Plan, is_fetched};
use crate::domain::{Change, Environment, MayReach, Reference, Which, clean};
use crate::error::{Exit, Problem};
use crate::signing::Token;

/// Whether the chosen credential gets tokens, or is one that is fetched.
pub(in crate::app) fn is_about_one(model: &Model) -> bool {
    let document = model.inside().map(|inside| &inside.unlocked.document);
    document.zip(model.chosen()).is_some_and(|(document, id)| is_fetched(document, &model.catalog, id))
}

/// Why it can't be had for the chosen credential.
pub(in crate::app) fn why_not(model: &Model) -> Option<String> {
    let inside = model.inside()?;
    let id = model.chosen()?;
    if inside.unlocked.document.credential(id).is_some_and(|credential| credential.binned_at.is_some()) {
        return Some("It is in the bin. u puts it back.".into());
    }
    let problem = Plan::about(id, &inside.unlocked, &model.catalog).err()?;
    Some(crate::app::status::problem(&problem).text)
}

/// Why the call of the page can't be sent or written as a command: no host is known that it goes to.
pub fn why_nowhere(model: &Model) -> Option<String> {
    let problem = plan(model)?.and_then(|plan| plan.address().map(drop)).err()?;
    Some(crate::app::status::problem(&problem).text)
}

/// `t`
pub(in crate::app) fn open(model: &mut Model) {
    let Some(from) = model.chosen() else { return };
    let Some(inside) = model.inside() else { return };
    let from_detail = matches!(inside.page, Page::Detail(_));
    let Ok(plan) = Plan::about(from, &inside.unlocked, &model.catalog) else { return };
    let credential = plan.target.credential.id;
    let page = TokenPage { credential, busy: None, failed: None, top: 0, stage: Fetching::Not, from, from_detail };
    model.go(Page::Token(Box::new(page)));
}

/// `esc`
pub(in crate::app) fn leave(model: &mut Model) {
    let Some(page) = page(model) else { return };
    let from = page.from;
    let is_there = |inside: &Inside| inside.unlocked.document.credential(from).is_some();
    if page.from_detail && model.inside().is_some_and(is_there) {
        detail::show(model, from);
    } else {
        credentials::show(model, Some(from));
    }
}

/// What the page is about.
pub fn plan(model: &Model) -> Option<Result<Plan<'_>, Problem>> {
    let inside = model.inside()?;
    Some(Plan::about(page(model)?.credential, &inside.unlocked, &model.catalog))
}

/// `⏎`: asks for consent where it is needed, else begins.
pub(in crate::app) fn fetch(model: &mut Model) {
    match next(model) {
        Some(Ok(Step::Ask(dialog))) => model.open_dialog(*dialog),
        Some(Ok(Step::Remember(change))) => {
            // That a secret leaves is remembered first.
            model.commit(*change, String::new(), Then::Token);
            go_on(model, Fetching::Remembering);
        }
        Some(Ok(Step::Send)) => send(model),
        Some(Err(problem)) => failed(model, problem),
        None => {}
    }
}

/// `⏎` of the question: the consent is saved, then it goes on.
pub(in crate::app) fn allow(model: &mut Model, consent: Change) {
    if page(model).is_some() {
        model.commit(consent, String::new(), Then::Token);
        go_on(model, Fetching::Allowing);
    }
}

/// What was to be saved is on the disk.
pub(in crate::app) fn saved(model: &mut Model) {
    match page(model).map(|page| page.stage) {
        Some(Fetching::Allowing) => fetch(model),
        Some(Fetching::Remembering) => send(model),
        Some(Fetching::Storing) => {
            ended(model);
            let stored = plan(model).and_then(Result::ok).and_then(|plan| plan.there()?.current());
            let ends = stored.is_some_and(|version| version.expires_at.is_some());
            let words = stored.map_or_else(String::new, |version| format!("The token is stored as v{}.", version.n));
            if ends {
                model.tell(Tone::Done, words);
            } else {
                model.tell(Tone::Warning, format!("{words} Nobody says until when it works."));
            }
        }
        // It was stopped.
        Some(Fetching::Not | Fetching::Asked(_)) | None => {}
    }
}

/// The gateway has answered, or nobody has.
pub(in crate::app) fn fetched(model: &mut Model, answer: Result<Token, Problem>) {
    let Some(Fetching::Asked(at)) = page(model).map(|page| page.stage) else { return };
    let change = match (answer, plan(model)) {
        (Ok(token), Some(Ok(plan))) => plan.store(token, at),
        (Err(problem), _) | (_, Some(Err(problem))) => return failed(model, problem),
        (_, None) => return,
    };
    model.commit(change, String::new(), Then::Token);
    go_on(model, Fetching::Storing);
}

/// `esc` meanwhile: nobody waits for it any more. What is being stored is stored.
pub(in crate::app) fn stop(model: &mut Model) {
    let Some(TokenPage { stage, busy, .. }) = page(model) else { return };
    let words = match (stage, busy) {
        (Fetching::Asked(_), Some(Busy { ticket, .. })) => {
            let ticket = *ticket;
            model.forget(ticket);
            model.emit(Effect::Stop { ticket });
            "Stopped, and nothing is stored. The gateway may have given a token all the same."
        }
        (Fetching::Allowing | Fetching::Remembering, _) => "Stopped before anything was sent.",
        _ => return,
    };
    ended(model);
    model.tell(Tone::Warning, words);
}

/// `y`: the request as a `curl` line, without its secrets.
pub(in crate::app) fn copy_curl(model: &mut Model) {
    let command = plan(model).and_then(Result::ok).map(|plan| plan.is_complete().and_then(|()| plan.command()));
    match command {
        Some(Ok(command)) => model.copy_public("the curl line".into(), command),
        Some(Err(why)) => model.notice = Some(problem(&why)),
        None => {}
    }
}

/// Why a save came to nothing.
pub(in crate::app) fn failed(model: &mut Model, problem: Problem) {
    ended(model);
    model.tell(Tone::Error, "No token was fetched.");
    if let Some(page) = page_mut(model) {
        page.failed = Some(problem);
    }
}

/// Moves the page.
pub(in crate::app) fn step(page: &mut TokenPage, by: isize) {
    page.top = page.top.saturating_add_signed(by).min(MOST_LINES);
}

enum Step {
    /// The host is to be agreed to.
    Ask(Box<Dialog>),
    /// The log is to know of it.
    Remember(Box<Change>),
    /// There is no secret to remember.
    Send,
}

/// What comes before the gateway is asked.
fn next(model: &Model) -> Option<Result<Step, Problem>> {
    let plan = match plan(model)? {
        Ok(plan) => plan,
        Err(problem) => return Some(Err(problem)),
    };
    if let Some(why) = why_over(plan.version, false, model.now.wall) {
        let name = &plan.target.credential.name;
        let problem = Problem::new(Exit::Refused, format!("v{} of {name} can't get a token", plan.version.n));
        return Some(Err(problem.hint(why.trim_end_matches('.').to_owned())));
    }
    if let Err(problem) = plan.is_complete() {
        return Some(Err(problem));
    }
    Some(plan.address().map(|address| match plan.may_reach(address.host) {
        MayReach::Yes => plan.sent(address.host).map_or(Step::Send, |change| Step::Remember(Box::new(change))),
        reach => Step::Ask(Box::new(question(&plan, address.host, reach))),
    }))
}

fn question(plan: &Plan<'_>, host: &str, reach: MayReach) -> Dialog {
    let environment = plan.target.account.environment;
    let file = plan.own_file().map(clean).unwrap_or_default();
    let name = plan.target.credential.name.clone();
    let changed = match reach {
        MayReach::AsksAgain => format!("{file} has changed since you allowed {host}. "),
        _ => String::new(),
    };
    let text = format!(
        "{changed}{host} stands in a file of your own, {file}. The secret of these credentials goes there, and whoever runs that host has it."
    );
    Dialog {
        title: "Send a secret to a host of your own file".into(),
        subject: Some(
            Reference { name, version: Some(Which::Number(plan.version.n)), ..plan.token.clone() }.to_string(),
        ),
        environment: Some(environment),
        text: vec![
            Finding { tone: Tone::Warning, text },
            Finding { tone: Tone::Plain, text: "It is remembered for this host until the file changes.".into() },
        ],
        typed: None,
        verb: "send it there",
        top: 0,
        way_out: "send nothing",
        tone: if environment == Environment::Live { DialogTone::Live } else { DialogTone::Plain },
        deed: Deed::AllowHost(plan.consent(host)),
    }
}

/// Asks the gateway.
fn send(model: &mut Model) {
    let Some((inside, page)) = model.inside().zip(page(model)) else { return };
    let (unlocked, credential) = (inside.unlocked.clone(), page.credential);
    let since = page.busy.as_ref().map(|busy| busy.since);
    let ticket = model.ask(Purpose::Token);
    model.emit(Effect::FetchToken { ticket, unlocked, credential });
    let asked = model.now.wall;
    let busy = busy(model, ticket, since);
    if let Some(page) = page_mut(model) {
        page.stage = Fetching::Asked(asked);
        page.busy = Some(busy);
    }
}

/// A save was asked for, and is waited for here.
fn go_on(model: &mut Model, stage: Fetching) {
    let Some(saving) = model.inside_mut().and_then(|inside| inside.saving.take()) else { return };
    let since = page(model).and_then(|page| page.busy.as_ref()).map(|busy| busy.since);
    let busy = busy(model, saving.ticket, since);
    if let Some(page) = page_mut(model) {
        page.failed = None;
        page.stage = stage;
        page.busy = Some(busy);
    }
}

/// One sign of life for all of it.
fn busy(model: &Model, ticket: Ticket, since: Option<std::time::Duration>) -> Busy {
    let busy = model.busy(ticket, "fetching a token");
    Busy { since: since.unwrap_or(busy.since), ..busy }
}

fn ended(model: &mut Model) {
    if let Some(page) = page_mut(model) {
        page.stage = Fetching::Not;
        page.busy = None;
    }
}

fn page(model: &Model) -> Option<&TokenPage> {
    match &model.inside()?.page {
        Page::Token(page) => Some(page),
        _ => None,
    }
}

fn page_mut(model: &mut Model) -> Option<&mut TokenPage> {
    match &mut model.inside_mut()?.page {
        Page::Token(page) => Some(page),
        _ => None,
    }
}

/// A request is never longer: it stops scrolling there.
const MOST_LINES: usize = 200;
