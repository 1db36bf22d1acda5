//! Tables with the names in their first row: CSV, Markdown, what a spreadsheet copies.

use std::ops::Range;

use zeroize::Zeroizing;

use super::pairs::Pair;

/// The named cells of all tables in `text`. `is_known` says whether a word is the name of a field.
pub(super) fn cells(text: &str, is_known: &dyn Fn(&str) -> bool) -> Vec<Pair> {
    let mut found = Vec::new();
    let mut head: Option<(char, Vec<Option<&str>>)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let line = line.trim_end_matches('\n');
        if let Some((sign, names)) = &head {
            let row = split(line, *sign, at);
            if row.len() == names.len() {
                for (name, (cell, span)) in names.iter().zip(row) {
                    // In a page's table a button's word may follow the value.
                    let cell =
                        if *sign == ',' || *sign == ';' { cell } else { cell.split_whitespace().next().unwrap_or("") };
                    if let Some(name) = name.filter(|_| !is_rule(cell)) {
                        let value = Zeroizing::new(cell.to_owned());
                        found.push(Pair {
                            name: (*name).to_owned(),
                            within: String::new(),
                            value,
                            span,
                            exported: false,
                        });
                    }
                }
                continue;
            }
        }
        head = SIGNS.iter().find_map(|sign| {
            let names: Vec<Option<&str>> =
                split(line, *sign, at).into_iter().map(|(cell, _)| Some(cell).filter(|c| is_known(c))).collect();
            (names.iter().flatten().count() >= 2).then_some((*sign, names))
        });
    }
    found
}

/// The cells of a line, without blanks and quotes, and where they stand.
fn split(line: &str, sign: char, from: usize) -> Vec<(&str, Range<usize>)> {
    let mut at = from;
    let mut cells: Vec<(&str, Range<usize>)> = line
        .split(sign)
        .map(|cell| {
            let span = at..at + cell.len();
            at = span.end + sign.len_utf8();
            (cell.trim().trim_matches(['"', '\'', '`', '*']), span)
        })
        .collect();
    if sign == '|' {
        // Markdown's rows begin and end with the sign.
        cells.retain(|(cell, _)| !cell.is_empty());
    }
    cells
}

/// The line under the names.
fn is_rule(cell: &str) -> bool {
    cell.chars().all(|c| matches!(c, '-' | ':' | '='))
}

const SIGNS: [char; 4] = ['\t', '|', ',', ';'];
