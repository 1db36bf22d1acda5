//! Lists that stay sorted while some of what they hold changes.

use std::cmp::Ordering;

/// Puts `new` in their places among what is sorted by `order` already, and is not sorted again: of ten thousand a few are looked at
/// for each new one. Where `order` tells all apart, it does not matter what came when.
pub fn merge<T>(sorted: &mut Vec<T>, mut new: Vec<T>, order: impl Fn(&T, &T) -> Ordering) {
    new.sort_unstable_by(&order);
    let before = std::mem::replace(sorted, Vec::with_capacity(sorted.len() + new.len()));
    let mut before = before.into_iter();
    for one in new {
        let smaller = before.as_slice().partition_point(|other| order(other, &one) == Ordering::Less);
        sorted.extend(before.by_ref().take(smaller));
        sorted.push(one);
    }
    sorted.extend(before);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_merged_stands_as_if_all_were_sorted() {
        for (sorted, new) in
            [(vec![], vec![3, 1]), (vec![2, 4, 6], vec![]), (vec![2, 4, 6], vec![7, 1, 5, 3]), (vec![5], vec![9, 7, 6])]
        {
            let mut all = [sorted.as_slice(), &new].concat();
            all.sort_unstable();
            let mut merged = sorted;
            merge(&mut merged, new, Ord::cmp);
            assert_eq!(merged, all);
        }
    }
}
