//! Chance that can be had again: one number makes all of it.

/// A stream of numbers (splitmix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// One of `0..below`.
    pub fn below(&mut self, below: usize) -> usize {
        usize::try_from(self.next() % below as u64).unwrap()
    }

    /// One of `from..=to`.
    pub fn within(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.next() % to.abs_diff(from).saturating_add(1)).unwrap()
    }

    /// Happens so many times in a thousand.
    pub fn permille(&mut self, often: u64) -> bool {
        self.next() % 1000 < often
    }

    /// Short times often, long ones seldom: each power of two up to `most` alike.
    pub fn spread(&mut self, most: i64) -> i64 {
        let bits = i64::from(most.max(2).ilog2());
        let top = 1 << self.within(0, bits);
        self.within(0, top).min(most)
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let next = self.next().to_le_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
    }
}
