//! `paykeep due`: what has to be done and until when; for people, scripts, calendars, and shells that have no passphrase.

use jiff::{SignedDuration, Timestamp};

use super::args::{Due as Args, Switch};
use super::ics;
use super::io::{Io, Outcome};
use super::json::DueItem;
use super::records::badge;
use crate::catalog::Catalog;
use crate::domain::due::{self, Due, Rule, What, Whose};
use crate::domain::{Change, Document};
use crate::error::{Exit, Problem};
use crate::shell::store::{OpenVault, StoreError, VaultFolder};

/// Lists what is due. Ends with 8 when something has to be done within that time.
pub(super) fn run(args: &Args, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome<Exit> {
    if let Some(switch) = args.reminder {
        return remind(switch, vault, io).map(|()| Exit::Done);
    }
    let document = &vault.snapshot().document;
    let catalog = io.catalog;
    let agenda = due::agenda(document, &|id| catalog.get(id.as_str()), io.now);
    // The dates also move with the provider's file and with the clock: what stands in clear is written anew.
    let reminded = vault.remind();
    let ahead = |usual: u16| SignedDuration::from_hours(24 * i64::from(args.within.unwrap_or(usual)));
    let within = ahead(A_FORTNIGHT);
    let shown: Vec<&Due> = agenda.iter().filter(|item| item.is_to_do(io.now, within)).collect();
    if args.ics {
        let dated: Vec<&Due> = agenda.iter().filter(|item| item.ends_within(io.now, ahead(A_YEAR))).collect();
        io.print(ics::calendar(document.vault.id, &dated, io.now).as_bytes())?;
    } else if args.json {
        let items: Vec<DueItem> = shown.iter().map(|item| listed(catalog, document, item, io.now)).collect();
        io.print_json(&items)?;
    } else if shown.is_empty() {
        io.note(nothing(&agenda, io.now));
    } else {
        print(&shown, io)?;
        if shown.iter().any(|item| matches!(item.what, What::Dead { .. })) {
            io.note("`paykeep flow list REF` names what makes a new key; what is over for good goes to the bin: `paykeep rm REF`");
        }
    }
    if let Err(error) = reminded {
        // The list is what was asked for, and it is there.
        io.note(format!("the clear file of what is due was not brought up to date: {error}"));
    }
    let presses = |item: &&Due| !item.short_lived && !item.is_in_a_wait(io.now) && item.ends_within(io.now, within);
    Ok(if shown.iter().any(presses) { Exit::No } else { Exit::Done })
}

/// What the clear file says, without a passphrase. Ends with 8 when its date has come.
pub(super) fn quick(folder: &VaultFolder, io: &mut Io<'_>) -> Outcome<Exit> {
    let odd = || {
        Problem::new(Exit::Failed, "the clear file of what is due can't be read").hint("`paykeep due` writes it anew")
    };
    let text = match folder.reminder() {
        Err(StoreError::TooLarge(_)) => return Err(odd().into()),
        read => read?,
    };
    let Some(text) = text else {
        return Err(Problem::new(Exit::NotFound, "this vault has no clear file of what is due")
            .hint("`paykeep due --reminder on` makes one")
            .into());
    };
    let (date, count) = text.trim_end().split_once(' ').ok_or_else(odd)?;
    let count: u32 = count.parse().map_err(|_| odd())?;
    if date == "-" {
        return Ok(Exit::Done);
    }
    let date: jiff::civil::Date = date.parse().map_err(|_| odd())?;
    io.print(format!("{date} {count}\n").as_bytes())?;
    let today = io.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    Ok(if date <= today { Exit::No } else { Exit::Done })
}

fn remind(switch: Switch, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    vault.commit(Change::Reminder(switch == Switch::On))?;
    vault.remind()?;
    io.note(match switch {
        Switch::On => {
            "every save now writes the earliest date and the count to next-due in the vault's folder, in clear"
        }
        Switch::Off => "nothing is written in clear any more, and the file is deleted",
    });
    Ok(())
}

fn print(items: &[&Due], io: &mut Io<'_>) -> Outcome {
    let day = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.strftime("%Y-%m-%d").to_string());
    let now = io.now;
    let cells = |item: &&Due| {
        let late = if item.deadline.is_some_and(|at| at <= now) { " late" } else { "" };
        vec![
            badge(item.environment.as_str()),
            item.words(),
            item.reference.clone(),
            format!("{}{late}", day(item.deadline)),
            day(item.since),
            if item.places > 0 { format!("{} of {}", item.moved(), item.places) } else { String::new() },
            item.rule
                .filter(|_| matches!(item.what, What::Rotate { .. }))
                .map_or_else(String::new, |rule| rule.words(&item.provider)),
        ]
    };
    let titles = ["Env", "What to do", "Reference", "Until", "Since", "Places", "Rule"];
    io.print_table(&titles, &items.iter().map(cells).collect::<Vec<_>>())
}

fn nothing(agenda: &[Due], now: Timestamp) -> String {
    let next = agenda.iter().filter_map(|item| Some((item.remind_at()?, item))).min_by_key(|(at, _)| *at);
    match next {
        Some((at, item)) => {
            let days = due::days_until(at.duration_since(now));
            format!("nothing is due; the next is in {days} days: {}", item.reference)
        }
        None => "nothing is due, and nothing has a date".into(),
    }
}

fn listed(catalog: &Catalog, document: &Document, item: &Due, now: Timestamp) -> DueItem {
    let account = document.account(item.account);
    let (step, steps) = match item.what {
        What::GoOn { step, of, .. } => (Some(step), Some(of)),
        _ => (None, None),
    };
    DueItem {
        reference: item.reference.clone(),
        provider: account.map_or_else(String::new, |account| account.provider.to_string()),
        environment: item.environment.as_str(),
        account: item.account_name.clone(),
        name: item.name.clone(),
        deed: item.word(),
        words: item.words(),
        due_at: item.deadline,
        since: item.since,
        waits_until: item.waits_until,
        no_working_key: item.no_key,
        late: item.deadline.is_some_and(|at| at <= now),
        rule_days: item.rule.map(|rule| rule.days),
        rule: item.rule.map(|rule| rule.whose.as_str()),
        rule_source: item.rule.and_then(|rule| source(catalog, document, item, rule)),
        places: item.places,
        left: item.left.clone(),
        step,
        steps,
        snoozed_until: item.snoozed_until,
    }
}

/// Where the provider's rule was read: its address, else its title.
fn source(catalog: &Catalog, document: &Document, item: &Due, rule: Rule) -> Option<String> {
    if rule.whose != Whose::Provider {
        return None;
    }
    let provider = catalog.get(document.account(item.account)?.provider.as_str())?;
    let spec = provider.spec_of(document.credential(item.credential?)?)?;
    let source = provider.source(spec.rotate_every_days.as_ref()?.fact.source.as_ref()?)?;
    Some(source.url.clone().unwrap_or_else(|| source.title.clone()))
}

/// How far ahead a list looks, in days.
const A_FORTNIGHT: u16 = 14;
/// How far ahead a calendar looks, in days.
const A_YEAR: u16 = 366;
