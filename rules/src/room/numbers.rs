//! The numbers of a waiting room: a hospital's settings.

use contract::settings;

settings! {
    /// The numbers of a waiting room.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Numbers {
        /// Seconds from the release in which who comes is drawn by lot.
        pub draw_s: u32 = Numbers::default().draw_s,
        /// Minutes from the release for which there is a room.
        pub minutes: u32 = Numbers::default().minutes,
        /// So many may come in the first seconds without a draw: then all are served at once.
        pub quiet: u32 = Numbers::default().quiet,
        /// How long it is watched whether more come, milliseconds.
        pub gather_ms: u32 = Numbers::default().gather_ms,
        /// How many are called a second at most.
        pub per_second: u32 = Numbers::default().per_second,
        /// How many try at the hospital at once.
        pub at_once: u32 = Numbers::default().at_once,
        /// How long who is called may try, seconds.
        pub admission_s: Admission = Numbers::default().admission_s,
        /// So many places are kept for who finds the one wanted gone.
        pub offered: u32 = Numbers::default().offered,
        /// So many people may wait for each place that is held but not booked; the others are told at
        /// once that all are given away.
        pub hope: u32 = Numbers::default().hope,
        /// The same for each place that is free or held, while some are free: so many will not all
        /// give up, so nobody far behind waits for nothing.
        pub hope_while_free: u32 = Numbers::default().hope_while_free,
        /// For how many people one phone may ask at a time.
        pub people_per_phone: u32 = Numbers::default().people_per_phone,
        /// From one address so many come as all others do; further ones are put behind.
        pub tickets_per_address: u32 = Numbers::default().tickets_per_address,
        /// How far behind, seconds.
        pub slow_s: u32 = Numbers::default().slow_s,
        /// How many may ask a second how far they are: the more wait, the less often each asks.
        pub asks_per_second: u32 = Numbers::default().asks_per_second,
        /// The longest time after which to ask again, seconds.
        pub ask_again_s: u32 = Numbers::default().ask_again_s,
    }

    /// Seconds, in care mode more.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Admission {
        /// As designed.
        pub normal: u32,
        /// In care mode.
        pub care: u32,
    }
}

impl Default for Numbers {
    fn default() -> Self {
        Self {
            draw_s: 5,
            minutes: 15,
            quiet: 20,
            gather_ms: 400,
            per_second: 8,
            at_once: 8,
            admission_s: Admission {
                normal: 120,
                care: 300,
            },
            offered: 3,
            hope: 2,
            hope_while_free: 3,
            people_per_phone: 6,
            tickets_per_address: 200,
            slow_s: 20,
            asks_per_second: 200,
            ask_again_s: 30,
        }
    }
}

impl Numbers {
    /// What is wrong with them, if anything.
    ///
    /// # Errors
    /// Says which number.
    pub fn check(&self) -> Result<(), &'static str> {
        let wrong = [
            (self.draw_s > 60, "draw_s must be at most 60"),
            (
                !(1..=120).contains(&self.minutes),
                "minutes must be 1 to 120",
            ),
            (self.gather_ms > 2000, "gather_ms must be at most 2000"),
            (
                !(1..=1000).contains(&self.per_second),
                "per_second must be 1 to 1000",
            ),
            (self.at_once == 0, "at_once must be at least 1"),
            (
                self.admission_s.normal < 10 || self.admission_s.care < self.admission_s.normal,
                "admission_s must be at least 10, and no less in care mode",
            ),
            (self.offered == 0, "offered must be at least 1"),
            (
                self.hope == 0 || self.hope_while_free < self.hope,
                "hope must be at least 1, and no less while places are free",
            ),
            (
                self.asks_per_second == 0,
                "asks_per_second must be at least 1",
            ),
            (
                self.people_per_phone == 0,
                "people_per_phone must be at least 1",
            ),
            (
                self.tickets_per_address == 0,
                "tickets_per_address must be at least 1",
            ),
        ];
        match wrong.iter().find(|(wrong, _)| *wrong) {
            Some((_, what)) => Err(what),
            None => Ok(()),
        }
    }
}
