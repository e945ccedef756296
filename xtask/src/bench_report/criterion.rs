//! What criterion measured, from the files it leaves in target/criterion.

use crate::tools;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Nanoseconds per element by benchmark id, `group/name`; an element is an iteration where the bench names none.
#[derive(Default)]
pub(crate) struct Estimates(pub(super) BTreeMap<String, f64>);

impl Estimates {
    /// Reads GROUP/NAME/new of every benchmark below `directory`.
    pub(crate) fn read(directory: &Path) -> Result<Self, String> {
        let mut estimates = BTreeMap::new();
        for group in children(directory)? {
            for name in children(&directory.join(&group))? {
                let new = directory.join(&group).join(&name).join("new");
                if new.join("estimates.json").exists() {
                    let (estimate, benchmark) = (
                        json(&new.join("estimates.json"))?,
                        json(&new.join("benchmark.json"))?,
                    );
                    let time = per_element(&estimate, &benchmark);
                    estimates.insert(
                        format!("{group}/{name}"),
                        time.ok_or(format!("{group}/{name}: criterion wrote something else"))?,
                    );
                }
            }
        }
        Ok(Self(estimates))
    }

    /// Takes what another run did in less time.
    pub(crate) fn improve(&mut self, other: Self) {
        for (id, time) in other.0 {
            let best = self.0.entry(id).or_insert(time);
            *best = best.min(time);
        }
    }

    /// Nanoseconds per element.
    pub(crate) fn nanoseconds(&self, id: &str) -> Result<f64, String> {
        let time = self.0.get(id).copied();
        time.ok_or(format!("criterion measured no {id}; run this without --measured"))
    }

    /// Million elements a second.
    pub(crate) fn millions(&self, id: &str) -> Result<f64, String> {
        Ok(1000.0 / self.nanoseconds(id)?)
    }

    /// The geometric mean of the kernels of a group, in million instructions a second.
    pub(crate) fn mean(&self, group: &str) -> Result<f64, String> {
        let figures: Result<Vec<_>, _> = super::KERNELS
            .iter()
            .map(|name| self.millions(&format!("{group}/{name}")))
            .collect();
        Ok(tools::geometric_mean(figures?))
    }
}

/// Names of the directories in a directory.
fn children(directory: &Path) -> Result<Vec<String>, String> {
    let error = |why| format!("{}: {why}; run this without --measured", directory.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(error)? {
        let entry = entry.map_err(error)?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn json(file: &Path) -> Result<Value, String> {
    let error = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
    let text = fs::read_to_string(file).map_err(|why| error(&why))?;
    serde_json::from_str(&text).map_err(|why| error(&why))
}

/// The median, which a neighbour on the same machine disturbs least, per element.
fn per_element(estimate: &Value, benchmark: &Value) -> Option<f64> {
    let time = estimate["median"]["point_estimate"].as_f64()?;
    Some(time / benchmark["throughput"]["Elements"].as_f64().unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_two_runs_each_bench_has_its_best() {
        let run = |times: [(&str, f64); 2]| Estimates(times.map(|(id, time)| (id.into(), time)).into());
        let mut best = run([("a", 7.0), ("b", 3.0)]);
        best.improve(run([("a", 14.0), ("b", 2.0)]));
        assert_eq!((best.nanoseconds("a"), best.nanoseconds("b")), (Ok(7.0), Ok(2.0)));
    }

    #[test]
    fn time_is_per_element_where_there_are_elements() {
        let estimate = json!({ "median": { "point_estimate": 500.0 } });
        let elements = json!({ "throughput": { "Elements": 100 } });
        assert_eq!(per_element(&estimate, &elements), Some(5.0));
        assert_eq!(
            per_element(&estimate, &json!({ "throughput": null })),
            Some(500.0)
        );
        assert_eq!(per_element(&json!({}), &elements), None);
    }
}
