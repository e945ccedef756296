//! Tables composed of groups of rows at compile time.

/// How many rows the groups have together.
pub(crate) const fn count<T>(groups: &[&[T]]) -> usize {
    let (mut n, mut g) = (0, 0);
    while g < groups.len() {
        n += groups[g].len();
        g += 1;
    }
    n
}

/// The rows of all groups in one array. The first group has a row.
pub(crate) const fn flatten<T: Copy, const N: usize>(groups: &[&[T]]) -> [T; N] {
    let mut rows = [groups[0][0]; N];
    let (mut n, mut g) = (0, 0);
    while g < groups.len() {
        let mut i = 0;
        while i < groups[g].len() {
            rows[n] = groups[g][i];
            n += 1;
            i += 1;
        }
        g += 1;
    }
    rows
}
