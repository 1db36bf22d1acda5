//! The list of credentials: its rows and their order, the filter tree, finding by typing, marks.

mod rows;
mod sections;

pub(in crate::app) use rows::spec_of;
pub(in crate::app) use sections::Counts;

use std::collections::BTreeSet;

use crate::app::fuzzy::{Finder, Query};
use crate::app::input::TextInput;
use crate::app::model::{Credentials, Inside, List, Model, Page, Pane, Row, Section, SidebarLine, Sort};
use crate::app::msg::{Key, Now};
use crate::catalog::Catalog;
use crate::domain::Id;
use crate::domain::due::Changed;

/// A list without rows.
pub(in crate::app) fn empty(now: &Now) -> Credentials {
    Credentials {
        rows: Vec::new(),
        shown: Vec::new(),
        list: List::default(),
        sidebar: Vec::new(),
        section: Section::All,
        pane: Pane::List,
        sidebar_open: false,
        filter: TextInput::new(),
        filtering: false,
        sort: Sort::Deed,
        marked: BTreeSet::new(),
        counts: Counts::default(),
        ends: Vec::new(),
        finder: Finder::new(),
        built_at: now.wall,
    }
}

/// Brings the rows up to date, of what changed; what was chosen stays chosen. The agenda has to be up to date.
pub(in crate::app) fn renew(inside: &mut Inside, changed: &[Changed], catalog: &Catalog, now: &Now) {
    let list = &mut inside.credentials;
    let chosen = list.chosen().map(|row| row.id);
    list.built_at = now.wall;
    let document = &inside.unlocked.document;
    rows::renew(list, changed, catalog, document);
    list.ends = rows::ends(&inside.rotations, now.wall);
    list.sidebar = sections::sidebar(list, catalog);
    let there =
        list.sidebar.iter().any(|l| matches!(l, SidebarLine::Entry { section, .. } if *section == list.section));
    if !there {
        list.section = Section::All;
    }
    list.marked.retain(|id| document.credential(*id).is_some());
    inside.last_binned.retain(|id| document.credential(*id).is_some());
    filter(inside);
    if let Some(id) = chosen {
        inside.credentials.choose(id);
    }
}

/// Finds what fits the section and what was typed: the best fit first, else the list's own order. The first row is chosen.
pub(in crate::app) fn filter(inside: &mut Inside) {
    let Credentials { rows, shown, section, filter, finder, list, .. } = &mut inside.credentials;
    shown.clear();
    let within = rows.iter().enumerate().filter(|(_, row)| section.has(row)).map(|(at, _)| at);
    if filter.text().trim().is_empty() {
        shown.extend(within);
    } else {
        // Words as they stand; only where nothing has them, letters in their order: else `ansa sand` finds PayNet's sandbox too.
        for query in [Query::words(filter.text()), Query::new(filter.text())] {
            let mut found: Vec<(std::cmp::Reverse<u32>, usize)> = within
                .clone()
                .filter_map(|at| Some((std::cmp::Reverse(finder.score(&query, &rows[at].text)?), at)))
                .collect();
            if !found.is_empty() {
                found.sort_unstable();
                shown.extend(found.into_iter().map(|(_, at)| at));
                break;
            }
        }
    }
    *list = List::default();
}

/// Hands a key to the filter.
pub(in crate::app) fn edit_filter(model: &mut Model, key: Key) -> bool {
    let Some(inside) = model.inside_mut() else { return false };
    let before = inside.credentials.filter.text().to_owned();
    let used = inside.credentials.filter.key(key);
    if inside.credentials.filter.text() != before {
        filter(inside);
        chose(model);
    }
    used
}

/// Another row was chosen: what was revealed belonged to the one before.
pub(in crate::app) fn chose(model: &mut Model) {
    let Some(chosen) = model.chosen() else {
        model.hide_secrets();
        return;
    };
    if model.inside().is_some_and(|i| i.revealed.as_ref().is_some_and(|r| r.credential != chosen)) {
        model.hide_secrets();
    }
}

/// `/`
pub(in crate::app) fn start_filter(model: &mut Model) {
    if let Some(inside) = model.inside_mut() {
        inside.credentials.filtering = true;
        inside.credentials.pane = Pane::List;
    }
}

/// `⏎` in the filter: the list has the keys again, and stays filtered.
pub(in crate::app) fn keep_filter(model: &mut Model) {
    if let Some(inside) = model.inside_mut() {
        inside.credentials.filtering = false;
    }
}

/// `esc`: shows everything again, the chosen row still chosen.
pub(in crate::app) fn clear_filter(model: &mut Model) {
    let Some(inside) = model.inside_mut() else { return };
    let chosen = inside.credentials.chosen().map(|row| row.id);
    inside.credentials.filtering = false;
    inside.credentials.filter.set("");
    filter(inside);
    if let Some(id) = chosen {
        inside.credentials.choose(id);
    }
}

/// `s`: sorts by the next column.
pub(in crate::app) fn next_sort(model: &mut Model) {
    let Some(inside) = model.inside_mut() else { return };
    let list = &mut inside.credentials;
    let by = match list.sort {
        Sort::Deed => Sort::Provider,
        Sort::Provider => Sort::Account,
        Sort::Account => Sort::Name,
        Sort::Name => Sort::Changed,
        Sort::Changed => Sort::Deed,
    };
    let words = match by {
        Sort::Deed => "what needs a deed first",
        Sort::Provider => "provider",
        Sort::Account => "account",
        Sort::Name => "name",
        Sort::Changed => "what was stored last",
    };
    sort(inside, by);
    model.tell(crate::app::model::Tone::Plain, format!("Sorted by {words}."));
}

/// Sorts the list; what was chosen stays chosen.
pub(in crate::app) fn sort(inside: &mut Inside, by: Sort) {
    let list = &mut inside.credentials;
    let chosen = list.chosen().map(|row| row.id);
    list.sort = by;
    list.rows.sort_by(rows::order(by, list.built_at));
    filter(inside);
    if let Some(id) = chosen {
        inside.credentials.choose(id);
    }
}

/// Space: marks the chosen row or takes the mark away, and goes to the next.
pub(in crate::app) fn mark(model: &mut Model) {
    let Some(inside) = model.inside_mut() else { return };
    let list = &mut inside.credentials;
    if let Some(id) = list.chosen().map(|row| row.id)
        && !list.marked.remove(&id)
    {
        list.marked.insert(id);
    }
    step(model, 1);
}

/// Moves in the focused pane.
pub(in crate::app) fn step(model: &mut Model, by: isize) {
    let height = model.list_rows();
    let Some(inside) = model.inside_mut() else { return };
    let list = &mut inside.credentials;
    if list.pane == Pane::Sidebar {
        step_section(model, by);
        return;
    }
    list.list.step(by, list.shown.len(), height);
    chose(model);
}

/// Goes to another entry of the sidebar: it is in force at once.
pub(in crate::app) fn step_section(model: &mut Model, by: isize) {
    let Some(inside) = model.inside_mut() else { return };
    let list = &inside.credentials;
    let sections: Vec<usize> =
        (0..list.sidebar.len()).filter(|at| matches!(list.sidebar[*at], SidebarLine::Entry { .. })).collect();
    let is_here =
        |at: &usize| matches!(&list.sidebar[*at], SidebarLine::Entry { section, .. } if *section == list.section);
    let here = sections.iter().position(is_here).unwrap_or(0);
    let next = here.saturating_add_signed(by).min(sections.len().saturating_sub(1));
    if let Some(at) = sections.get(next).copied() {
        choose_section(model, at);
    }
}

/// Puts an entry of the sidebar in force.
pub(in crate::app) fn choose_section(model: &mut Model, at: usize) {
    let Some(inside) = model.inside_mut() else { return };
    let list = &mut inside.credentials;
    if let Some(SidebarLine::Entry { section, .. }) = list.sidebar.get(at)
        && *section != list.section
    {
        list.section = section.clone();
        list.marked.clear();
        filter(inside);
        chose(model);
    }
}

/// Goes to a pane; below 110 columns the sidebar opens over the list.
pub(in crate::app) fn go_to_pane(model: &mut Model, pane: Pane) {
    let wide = model.has_sidebar();
    let Some(inside) = model.inside_mut() else { return };
    inside.credentials.pane = pane;
    inside.credentials.sidebar_open = !wide && pane == Pane::Sidebar;
}

/// Shows the list with this credential chosen, whatever was filtered before.
pub(in crate::app) fn show(model: &mut Model, credential: Option<Id>) {
    model.go(Page::Credentials);
    let Some(inside) = model.inside_mut() else { return };
    let Some(id) = credential else { return };
    if !inside.credentials.choose(id) {
        inside.credentials.section = Section::All;
        inside.credentials.filter.set("");
        inside.credentials.filtering = false;
        filter(inside);
        inside.credentials.choose(id);
    }
}

impl Credentials {
    /// The chosen row.
    pub fn chosen(&self) -> Option<&Row> {
        self.rows.get(*self.shown.get(self.list.row)?).map(AsRef::as_ref)
    }

    /// The rows to draw, from the first one on the screen.
    pub fn visible(&self, height: usize) -> impl Iterator<Item = &Row> {
        self.shown.iter().skip(self.list.top).take(height).filter_map(|at| self.rows.get(*at)).map(AsRef::as_ref)
    }

    /// Whether the vault has no credentials at all, the bin included.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What an action on several is about: the marked ones, else the chosen one.
    pub(in crate::app) fn marked_or_chosen(&self) -> Vec<Id> {
        if self.marked.is_empty() {
            self.chosen().map(|row| row.id).into_iter().collect()
        } else {
            self.marked.iter().copied().collect()
        }
    }

    fn choose(&mut self, id: Id) -> bool {
        let at = self.shown.iter().position(|at| self.rows[*at].id == id);
        if let Some(at) = at {
            self.list.row = at;
        }
        at.is_some()
    }
}
