//! The filter tree: what each section shows, and how many that are.

use std::collections::BTreeMap;

use crate::app::model::{Credentials, Row, Section, SidebarLine};
use crate::catalog::Catalog;
use crate::domain::{Environment, Slug};

/// How many credentials each section has: kept as rows come and go, since counting them anew takes a look at each.
#[derive(Debug, Default)]
pub(in crate::app) struct Counts {
    live: usize,
    sandbox: usize,
    due: usize,
    waiting: usize,
    bin: usize,
    providers: BTreeMap<Slug, usize>,
}

impl Counts {
    /// A row comes (1) or goes (-1).
    pub(super) fn count(&mut self, row: &Row, by: isize) {
        let add = |n: &mut usize, counts: bool| *n = n.saturating_add_signed(if counts { by } else { 0 });
        let in_bin = row.binned_at.is_some();
        add(&mut self.bin, in_bin);
        if in_bin {
            return;
        }
        add(&mut self.live, row.environment == Environment::Live);
        add(&mut self.sandbox, row.environment == Environment::Sandbox);
        add(&mut self.due, row.needs_deed);
        add(&mut self.waiting, row.waits);
        match self.providers.get_mut(&row.provider_id) {
            Some(n) => add(n, true),
            None => add(self.providers.entry(row.provider_id.clone()).or_default(), true),
        }
    }
}

impl Credentials {
    /// How many credentials a section has.
    pub fn count(&self, section: &Section) -> usize {
        let counts = &self.counts;
        match section {
            Section::All => counts.live + counts.sandbox,
            Section::Provider(id) => counts.providers.get(id).copied().unwrap_or(0),
            Section::Environment(Environment::Live) => counts.live,
            Section::Environment(Environment::Sandbox) => counts.sandbox,
            Section::Due => counts.due,
            Section::Waiting => counts.waiting,
            Section::Bin => counts.bin,
        }
    }

    /// How many credentials the present section has, whatever was typed.
    pub fn in_section(&self) -> usize {
        self.count(&self.section)
    }
}

impl Section {
    /// Whether a row belongs to it.
    pub fn has(&self, row: &Row) -> bool {
        let in_bin = row.binned_at.is_some();
        match self {
            Self::Bin => in_bin,
            _ if in_bin => false,
            Self::All => true,
            Self::Provider(id) => row.provider_id == *id,
            Self::Environment(environment) => row.environment == *environment,
            Self::Due => row.needs_deed,
            Self::Waiting => row.waits,
        }
    }
}

/// The sidebar's lines: of the providers those that the list has.
pub(super) fn sidebar(list: &Credentials, catalog: &Catalog) -> Vec<SidebarLine> {
    let entry = |section: Section, label: &str| {
        let count = list.count(&section);
        SidebarLine::Entry { section, label: label.to_owned(), count }
    };
    let mut lines = vec![entry(Section::All, "All")];
    let there = list.counts.providers.iter().filter(|(_, n)| **n > 0);
    let mut providers: Vec<_> = there
        .map(|(id, _)| (catalog.get(id.as_str()).map_or_else(|| id.to_string(), |p| p.name.clone()), id.clone()))
        .collect();
    providers.sort_by_key(|(name, _)| name.to_lowercase());
    if !providers.is_empty() {
        lines.push(SidebarLine::Heading("Providers"));
        lines.extend(providers.into_iter().map(|(name, id)| entry(Section::Provider(id), &name)));
        lines.push(SidebarLine::Heading("Environment"));
        lines.push(entry(Section::Environment(Environment::Live), "LIVE"));
        lines.push(entry(Section::Environment(Environment::Sandbox), "sandbox"));
    }
    let to_do: Vec<_> = [(Section::Due, "Due soon"), (Section::Waiting, "Waiting")]
        .into_iter()
        .filter(|(section, _)| list.count(section) > 0)
        .map(|(section, label)| entry(section, label))
        .collect();
    if !to_do.is_empty() {
        lines.push(SidebarLine::Heading("To do"));
        lines.extend(to_do);
    }
    lines.push(SidebarLine::Gap);
    lines.push(entry(Section::Bin, "Bin"));
    lines
}
