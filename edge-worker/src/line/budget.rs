//! How much may be asked twice. Each call that is asked for the first time earns a part of a
//! retry, so that a hospital in trouble is never asked many times as much as a healthy one.

/// Retries at the start, and the most that are saved, thousandths.
const FIRST: u32 = 10_000;
const MOST: u32 = 20_000;

/// What may be spent on retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget(u32);

impl Default for Budget {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Budget {
    /// A call was asked for the first time; `percent` of such calls may be asked again.
    pub fn earn(&mut self, percent: u32) {
        self.0 = self.0.saturating_add(percent.saturating_mul(10)).min(MOST);
    }

    /// Takes one retry; `false`: there is none left.
    pub fn spend(&mut self) -> bool {
        match self.0.checked_sub(1000) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_asked_again_than_was_earned() {
        let mut budget = Budget::default();
        let mut retried = 0;
        for _ in 0..1000 {
            budget.earn(10);
            retried += u32::from(budget.spend()) + u32::from(budget.spend());
        }
        assert_eq!(retried, 1000 / 10 + FIRST / 1000);
    }

    #[test]
    fn a_quiet_time_saves_only_so_much() {
        let mut budget = Budget::default();
        for _ in 0..10_000 {
            budget.earn(50);
        }
        let retried = std::iter::from_fn(|| budget.spend().then_some(())).count();
        assert_eq!(retried, 20);
    }
}
