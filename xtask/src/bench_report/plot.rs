//! Bar charts as SVG.

use std::fmt::Write;

/// One chart.
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) bars: Vec<Bar>,
}

/// One bar.
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) value: f64,
    pub(crate) is_ours: bool,
}

/// Widths in pixels: of all, of the labels, of the longest bar.
const WIDTH: u32 = 860;
const LABELS: u32 = 400;
const LONGEST: f64 = 380.0;
/// Heights in pixels: of a bar with the gap below it, of a title.
const ROW: u32 = 22;
const TITLE: u32 = 40;

const STYLE: &str = "text{font:13px sans-serif;fill:#222}.title{font-weight:bold}.end{text-anchor:end}\
                     .ours{fill:#c2410c}.theirs{fill:#94a3b8}";

/// The panels below each other. Scales are logarithmic, since the figures are decades apart: a bar that is one length
/// unit longer is that many times larger, so each bar has its value beside it.
pub(crate) fn plot(panels: &[Panel]) -> String {
    let (mut body, mut y) = (String::new(), 0);
    for panel in panels {
        // Writing to a string does not fail.
        let _ = writeln!(
            body,
            "<text class=\"title\" x=\"10\" y=\"{}\">{}</text>",
            y + 26,
            escaped(&panel.title)
        );
        y += TITLE;
        let scale = Scale::of(panel);
        for bar in &panel.bars {
            let (text, class) = (y + 14, if bar.is_ours { "ours" } else { "theirs" });
            let length = scale.length(bar.value);
            let _ = writeln!(
                body,
                "<text class=\"end\" x=\"{}\" y=\"{text}\">{}</text>\
                 <rect class=\"{class}\" x=\"{LABELS}\" y=\"{}\" width=\"{length:.1}\" height=\"16\"/>\
                 <text x=\"{:.1}\" y=\"{text}\">{}</text>",
                LABELS - 8,
                escaped(&bar.label),
                y + 1,
                f64::from(LABELS) + length + 6.0,
                figure(bar.value)
            );
            y += ROW;
        }
    }
    let height = y + 10;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\">\n<style>{STYLE}</style>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n{body}</svg>\n"
    )
}

/// A logarithmic scale from the decade below the least value to the greatest.
struct Scale {
    from: f64,
    decades: f64,
}

impl Scale {
    fn of(panel: &Panel) -> Self {
        let logarithms = || panel.bars.iter().map(|bar| bar.value.log10());
        let from = (logarithms().fold(f64::INFINITY, f64::min) - 0.1).floor();
        let to = logarithms().fold(f64::NEG_INFINITY, f64::max);
        Self {
            from,
            decades: to - from,
        }
    }

    fn length(&self, value: f64) -> f64 {
        LONGEST * (value.log10() - self.from) / self.decades
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A figure with three digits that count, and thousands apart.
pub(crate) fn figure(value: f64) -> String {
    let digits = match value {
        v if v < 0.995 => 3,
        v if v < 9.995 => 2,
        v if v < 99.95 => 1,
        _ => 0,
    };
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_that_count() {
        let figures = [
            0.0461,
            0.5,
            1.0,
            9.994,
            13.44,
            120.4,
            1234.5,
            180_000.0,
            1_234_567.0,
        ]
        .map(figure);
        assert_eq!(
            figures,
            [
                "0.046",
                "0.500",
                "1.00",
                "9.99",
                "13.4",
                "120",
                "1,234",
                "180,000",
                "1,234,567"
            ]
        );
    }

    #[test]
    fn the_greatest_bar_is_the_longest_and_the_least_is_seen() {
        let bar = |value| Bar {
            label: "a<b".into(),
            value,
            is_ours: true,
        };
        let panel = Panel {
            title: "&".into(),
            bars: vec![bar(1.0), bar(1000.0)],
        };
        let scale = Scale::of(&panel);
        assert!(scale.length(1.0) > 0.0);
        assert!((scale.length(1000.0) - LONGEST).abs() < 1e-6);
        let svg = plot(&[panel]);
        assert!(svg.contains("a&lt;b") && svg.contains("&amp;"), "{svg}");
        assert_eq!(svg.matches("<rect class=\"ours\"").count(), 2);
    }
}
