//! Medians and spreads of a few rounds.

/// Some numbers, sorted.
#[derive(Clone, Debug, Default)]
pub struct Spread(Vec<f64>);

impl FromIterator<f64> for Spread {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut all: Vec<f64> = numbers.into_iter().collect();
        all.sort_by(f64::total_cmp);
        Self(all)
    }
}

impl Spread {
    /// The number below which the share `part` (0 to 1) of all lies; between two, in proportion.
    /// NaN of nothing.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a short list"
    )]
    pub fn at(&self, part: f64) -> f64 {
        let Some(last) = self.0.len().checked_sub(1) else {
            return f64::NAN;
        };
        let place = part * last as f64;
        let (below, above) = (
            self.0[place as usize],
            self.0[(place.ceil() as usize).min(last)],
        );
        (above - below).mul_add(place.fract(), below)
    }

    /// The middle one.
    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    /// `median (quartile..quartile; min..max)`, written by `write`.
    pub fn text(&self, write: impl Fn(f64) -> String) -> String {
        let [min, low, middle, high, max] =
            [0.0, 0.25, 0.5, 0.75, 1.0].map(|at| write(self.at(at)));
        format!("**{middle}** ({low}..{high}; {min}..{max})")
    }
}

/// Round by round, ours divided by theirs.
pub fn ratios(ours: &[f64], theirs: &[f64]) -> Spread {
    ours.iter().zip(theirs).map(|(a, b)| a / b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_between_two_numbers_are_in_proportion() {
        let spread: Spread = [4.0, 1.0, 3.0, 2.0].into_iter().collect();
        let close = |part: f64, number: f64| assert!((spread.at(part) - number).abs() < 1e-9);
        close(0.0, 1.0);
        close(0.5, 2.5);
        close(1.0, 4.0);
        assert_eq!(
            spread.text(|number| format!("{number:.1}")),
            "**2.5** (1.8..3.2; 1.0..4.0)"
        );
        assert!(Spread::default().median().is_nan());
    }
}
