//! What may have been meant by a name that does not exist.

/// Longer names are like nothing.
const LONGEST: usize = 24;

/// At most three of `names` that are like `name`, the most similar first. Case counts.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> [Option<&'a str>; 3] {
    // One letter in three may be wrong.
    let most = (name.len() / 3).max(1);
    let mut nearest: [Option<(usize, &str)>; 3] = [None; 3];
    for known in names {
        let distance = distance(name, known);
        let is_there = nearest.iter().flatten().any(|(_, other)| *other == known);
        if distance > most || is_there {
            continue;
        }
        let is_nearer = |slot: &Option<(usize, &str)>| slot.is_none_or(|(other, _)| distance < other);
        if let Some(at) = nearest.iter().position(is_nearer) {
            nearest[at..].rotate_right(1);
            nearest[at] = Some((distance, known));
        }
    }
    nearest.map(|found| found.map(|(_, name)| name))
}

/// How many characters have to be put in, taken out, changed or swapped with their neighbour to make one of the other
/// (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    if a.is_empty() || a.len().max(b.len()) > LONGEST {
        return usize::MAX;
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // The distances of beginnings of `a` from all beginnings of `b`: of the last two, and of the one that is made.
    let mut rows = [[0; LONGEST + 1]; 3];
    for (n, slot) in rows[0].iter_mut().enumerate() {
        *slot = n;
    }
    for n in 1..=a.len() {
        let (this, above, before) = (n % 3, (n - 1) % 3, (n + 1) % 3);
        rows[this][0] = n;
        for m in 1..=b.len() {
            let is_same = a[n - 1] == b[m - 1];
            let mut least = rows[above][m - 1] + usize::from(!is_same);
            least = least.min(rows[above][m] + 1).min(rows[this][m - 1] + 1);
            if n > 1 && m > 1 && a[n - 1] == b[m - 2] && a[n - 2] == b[m - 1] {
                least = least.min(rows[before][m - 2] + 1);
            }
            rows[this][m] = least;
        }
    }
    rows[a.len() % 3][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_too_much_too_little_wrong_or_swapped_is_one_mistake() {
        for (a, b, expected) in [
            ("mtspr", "mtspr", 0),
            ("mtsprr", "mtspr", 1),
            ("mtsp", "mtspr", 1),
            ("mtspx", "mtspr", 1),
            ("mstpr", "mtspr", 1),
            ("DBRC0", "DBCR0", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!((distance(a, b), distance(b, a)), (expected, expected), "{a} {b}");
        }
    }
}
