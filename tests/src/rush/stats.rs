//! The little statistics that fairness needs.

/// Correlation of the ranks of two things.
pub(super) fn spearman(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len();
    if n < 3 {
        return 0.0;
    }
    let ranks = |of: fn(&(f64, f64)) -> f64| {
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| of(&pairs[*a]).total_cmp(&of(&pairs[*b])));
        let mut ranks = vec![0.0; n];
        for (rank, at) in order.into_iter().enumerate() {
            ranks[at] = rank as f64;
        }
        ranks
    };
    let (a, b) = (ranks(|pair| pair.0), ranks(|pair| pair.1));
    let mean = (n as f64 - 1.0) / 2.0;
    let sum = |x: &[f64], y: &[f64]| -> f64 {
        x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum()
    };
    sum(&a, &b) / (sum(&a, &a) * sum(&b, &b)).sqrt()
}

/// How far a table of fifths (of the one by fifths of the other) is from even: chi-square with 16
/// degrees of freedom, and how likely as much or more is by chance alone.
pub(super) fn chi_square(pairs: &[(f64, f64)]) -> (f64, f64) {
    let n = pairs.len();
    let fifth = |of: fn(&(f64, f64)) -> f64| {
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| of(&pairs[*a]).total_cmp(&of(&pairs[*b])));
        let mut fifths = vec![0_usize; n];
        for (rank, at) in order.into_iter().enumerate() {
            fifths[at] = rank * 5 / n.max(1);
        }
        fifths
    };
    let (a, b) = (fifth(|pair| pair.0), fifth(|pair| pair.1));
    let mut table = [[0.0_f64; 5]; 5];
    for (a, b) in a.iter().zip(&b) {
        table[*a][*b] += 1.0;
    }
    let even = n as f64 / 25.0;
    let chi: f64 = table
        .iter()
        .flatten()
        .map(|count| (count - even).powi(2) / even)
        .sum();
    (chi, beyond(chi))
}

/// The share beyond `chi` with 16 degrees of freedom: a finite sum, because the number is even.
fn beyond(chi: f64) -> f64 {
    let half = chi / 2.0;
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..8 {
        term *= half / f64::from(k);
        sum += term;
    }
    (-half).exp() * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_order_from_chance() {
        let same: Vec<(f64, f64)> = (0..500).map(|i| (f64::from(i), f64::from(i))).collect();
        assert!(spearman(&same) > 0.999);
        assert!(chi_square(&same).1 < 1e-9);
        let mut dice = super::super::Dice::new(3);
        let mixed: Vec<(f64, f64)> = (0..5000)
            .map(|i| (f64::from(i), dice.roll(1 << 30) as f64))
            .collect();
        assert!(spearman(&mixed).abs() < 0.05);
        assert!(chi_square(&mixed).1 > 0.001);
        // From the tables: 5 % lie beyond 26.296.
        assert!((beyond(26.296) - 0.05).abs() < 0.0005);
    }
}
