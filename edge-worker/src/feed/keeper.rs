//! Sees to it that nothing a hospital changes is missed: keeps its Subscription alive, and looks
//! at it by `_lastUpdated` at an interval, after a start, after a gap, and where nothing is pushed.
//! Nothing here needs the Workers runtime; the object is [`crate::feed_do`].

use contract::time::Shift;
use std::cell::RefCell;

use contract::{HospitalId, record};
use fhir::subscription::{State as Subscribed, Wanted};
use jiff::{SignedDuration, Timestamp};

use super::{SlotChange, hook, ledger::Ledger, take};
use crate::{
    backend::{BackendError, Dated, HospitalBackend, fhir_rest::FhirRest},
    clock,
    config::Hospital,
    ctx::Ctx,
    http::AppError,
    log,
    reads::directory,
    reminders,
};

/// Path that takes a hospital's id and gives a [`Watch`]: a board is being read.
pub const WATCH: &str = "/watch";
/// Path that takes a [`Heard`].
pub const HEARD: &str = "/heard";

/// How often the hospital is looked at while boards are read: where it pushes, and where not. Real
/// milliseconds.
pub const LOOK_PUSHED_MS: i64 = 3000;
const LOOK_POLLED_MS: i64 = 1000;
/// The same while nobody reads: whoever waits for a place or has a visit is told all the same.
const LOOK_IDLE_MS: i64 = 60_000;
/// So long after the last question boards count as read, real milliseconds: those that are only
/// listened to ask once a minute ([`crate::live`]).
const READ_FOR_MS: i64 = 75_000;
/// How often the Subscription is looked at, real milliseconds.
const SUBSCRIPTION_MS: i64 = 15_000;
/// What was written before a look may become visible after it: so much is looked at again.
const OVERLAP: SignedDuration = SignedDuration::from_secs(10);
/// Where nothing was seen for longer, boards begin anew.
const LONGEST_GAP: SignedDuration = SignedDuration::from_hours(1);

record! {
    /// What the feed can say of a hospital.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Watch {
        /// Whether it pushes.
        pub pushed: bool,
        /// Whether the last look failed.
        pub failing: bool,
        /// From when on nothing was missed, by the hospital's clock; none: never looked.
        pub since: Option<Timestamp>,
        /// Until when, by the hospital's clock.
        pub confirmed: Timestamp,
        /// When that was, real milliseconds.
        pub checked: i64,
    }
}

record! {
    /// A notification that says something of notifications.
    #[derive(Debug)]
    pub struct Heard {
        /// From whom.
        pub hospital: HospitalId,
        /// How many events there have been.
        pub events: Option<u64>,
        /// How many there were before it; none: the count is not told, or begins anew.
        pub before: Option<u64>,
        /// Something has changed and it does not say what.
        pub untold: bool,
    }
}

/// The object's memory.
#[derive(Debug, Default)]
pub struct Memory {
    /// Which boards have changed.
    pub ledger: Ledger,
    watch: Watch,
    /// Versions of the slots that the last look has seen, in order: looks overlap.
    seen: Vec<(String, u64)>,
    /// How many events of the Subscription are known.
    events: Option<u64>,
    /// When a board was last read, when the hospital and its Subscription were last looked at;
    /// real milliseconds.
    read: i64,
    looked: i64,
    subscription: i64,
    /// How many looks have begun.
    looks: u32,
}

impl Memory {
    /// After a restart: nothing before `until` (the hospital's clock) was missed.
    pub fn restored(until: Option<Timestamp>) -> Self {
        let mut memory = Self::default();
        memory.watch.since = until;
        memory.watch.confirmed = until.unwrap_or_default();
        memory
    }

    /// A board is read. Gives what there is to say.
    pub fn read(&mut self, now: i64) -> Watch {
        self.read = now;
        self.watch
    }

    /// A notification said so; `true`: there is a gap, look now.
    pub fn heard(&mut self, heard: &Heard) -> bool {
        let gap = self.events.is_some_and(|known| heard.before > Some(known));
        // Those that come late do not turn the count back, a new beginning does.
        self.events = match heard.before {
            Some(_) => heard.events.max(self.events),
            None => heard.events,
        };
        gap || heard.untold
    }

    /// How many looks have begun.
    pub fn looks(&self) -> u32 {
        self.looks
    }

    /// A look begins.
    pub fn begin(&mut self, now: i64) {
        self.looks = self.looks.wrapping_add(1);
        self.looked = now;
    }

    /// When the next look is due, real milliseconds.
    pub fn due(&self, now: i64) -> i64 {
        let every = match now - self.read < READ_FOR_MS {
            true if self.watch.pushed => LOOK_PUSHED_MS,
            true => LOOK_POLLED_MS,
            false => LOOK_IDLE_MS,
        };
        self.looked + every
    }

    /// Up to when the hospital's changes are known, by its clock.
    pub fn until(&self) -> Option<Timestamp> {
        self.watch.since.map(|_| self.watch.confirmed)
    }
}

/// One look, which has [begun](Memory::begin). `memory` is only borrowed between the calls.
pub async fn look(ctx: &Ctx, hospital: &Hospital, memory: &RefCell<Memory>) {
    let now = clock::real_millis();
    if now - memory.borrow().subscription >= SUBSCRIPTION_MS {
        let pushed = subscribe(ctx, hospital).await;
        let mut memory = memory.borrow_mut();
        memory.subscription = now;
        memory.watch.pushed = pushed;
    }
    let (since, until) = {
        let memory = memory.borrow();
        (memory.watch.since, memory.until())
    };
    let seen = match until {
        Some(until) => changed(ctx, hospital, memory, until).await,
        None => first(ctx, hospital).await,
    };
    let mut memory = memory.borrow_mut();
    match seen {
        Ok(Seen { at, whole }) => {
            let long = until.is_none_or(|until| at.duration_since(until) > LONGEST_GAP);
            let gap = long || !whole;
            memory.watch.since = if gap { Some(at) } else { since };
            memory.watch.confirmed = at;
            memory.watch.checked = now;
            memory.watch.failing = false;
        }
        Err(Trouble) => memory.watch.failing = true,
    }
}

/// What a look has seen.
struct Seen {
    /// Until when, by the hospital's clock.
    at: Timestamp,
    /// Whether all changes until then have been brought to the boards; if not, these begin anew.
    whole: bool,
}

/// The hospital, or a board, did not answer.
struct Trouble;

impl From<BackendError> for Trouble {
    fn from(_: BackendError) -> Self {
        Self
    }
}

impl From<AppError> for Trouble {
    fn from(_: AppError) -> Self {
        Self
    }
}

/// What has changed since, brought to whom it concerns.
async fn changed(
    ctx: &Ctx,
    hospital: &Hospital,
    memory: &RefCell<Memory>,
    until: Timestamp,
) -> Result<Seen, Trouble> {
    let from = until.earlier(OVERLAP);
    let backend = FhirRest::new(ctx, hospital);
    let Dated { value: found, at } = backend.slots_since(from, false).await?;
    let Some(found) = found else {
        // All days were planned anew, or it was away for long: reading them whole costs less.
        log::warning("feed", "too much has changed to go through");
        // But no board tells whoever has a visit that it was stopped.
        match backend.slots_since(from, true).await?.value {
            Some(stopped) => reminders::on_change(ctx, hospital, &stopped).await,
            None => log::warning("feed", "too much was stopped to go through"),
        }
        return Ok(Seen { at, whole: false });
    };
    let version = |change: &SlotChange| (change.slot.id.clone(), change.version);
    let mut seen: Vec<_> = found.iter().map(version).collect();
    seen.sort_unstable();
    let new: Vec<SlotChange> = {
        let memory = memory.borrow();
        let known = |change: &SlotChange| memory.seen.binary_search(&version(change)).is_ok();
        found.into_iter().filter(|change| !known(change)).collect()
    };
    if !new.is_empty() {
        // Those of a schedule that the directory does not know yet are new once more next time.
        let directory = directory::load(ctx, hospital).await?;
        let lost = |it: &&SlotChange| {
            !it.slot.is_stopped() && directory.of_schedule(&it.slot.schedule).is_none()
        };
        let lost: Vec<_> = new.iter().filter(lost).map(version).collect();
        seen.retain(|it| !lost.contains(it));
    }
    take(ctx, hospital, new).await?;
    memory.borrow_mut().seen = seen;
    Ok(Seen { at, whole: true })
}

/// The hospital's time, from where on nothing will be missed.
async fn first(ctx: &Ctx, hospital: &Hospital) -> Result<Seen, Trouble> {
    let now = Timestamp::from_millisecond(clock::real_millis()).unwrap_or_default();
    let Dated { at, .. } = FhirRest::new(ctx, hospital).slots_since(now, false).await?;
    Ok(Seen { at, whole: false })
}

/// Whether the hospital pushes. A Subscription that is missing is made, one that has given up is
/// brought back.
async fn subscribe(ctx: &Ctx, hospital: &Hospital) -> bool {
    let Some(edge) = ctx.config.public_url.as_deref().filter(|_| hospital.push) else {
        return false;
    };
    let endpoint = format!("{edge}{}{}", hook::PREFIX, hospital.id);
    let authorization = hook::authorization(ctx.config.secrets.current(), hospital);
    let wanted = Wanted {
        endpoint: &endpoint,
        header: &format!("Authorization: {authorization}"),
        topic: hospital.topic.as_deref(),
    };
    let state = FhirRest::new(ctx, hospital).subscribe(&wanted).await;
    state.is_ok_and(|state| state == Subscribed::Active)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use futures_executor::block_on;
    use futures_util::future::LocalBoxFuture;
    use serde_json::json;

    use super::*;
    use crate::{
        ctx::{Background, Class, ObjectError, Objects, tests::ctx},
        reads::tests::{Table, bundle, hospital},
    };

    /// What objects were asked; they do not answer.
    #[derive(Default)]
    struct Asked(RefCell<Vec<(Class, Vec<u8>)>>);

    impl Objects for Asked {
        fn call<'a>(
            &'a self,
            class: Class,
            _: &'a str,
            _: &'a str,
            body: Vec<u8>,
        ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
            self.0.borrow_mut().push((class, body));
            Box::pin(async { Err(ObjectError) })
        }
    }

    impl Background for Asked {
        fn run(&self, _: LocalBoxFuture<'static, ()>) {}
    }

    #[test]
    fn a_slot_of_a_schedule_that_is_not_known_yet_is_new_once_more() {
        let slot = |id: &str, schedule: &str, status: &str| {
            json!({"resourceType":"Slot","id":id,"status":status,
                "meta":{"versionId":"1"},"schedule":{"reference":schedule},
                "start":"2026-11-23T09:00:00+08:00","end":"2026-11-23T09:10:00+08:00"})
        };
        let mut table = Rc::into_inner(hospital()).unwrap();
        let slots = vec![
            slot("new", "Schedule/c2", "free"),
            slot("stopped", "Schedule/c2", "busy-unavailable"),
        ];
        table.answers.insert("Slot?_", bundle(None, slots));
        let asked = Rc::new(Asked::default());
        let ctx = Ctx {
            transport: Rc::new(table),
            objects: asked.clone(),
            background: asked,
            ..ctx()
        };
        let mut memory = Memory::restored(Some("2026-11-22T01:59:00Z".parse().unwrap()));
        memory.subscription = clock::real_millis();
        let memory = RefCell::new(memory);
        block_on(look(&ctx, &ctx.config.hospitals[0], &memory));
        let memory = memory.into_inner();
        assert!(!memory.watch.failing);
        assert_eq!(memory.seen, [("stopped".to_owned(), 1)]);
    }

    /// All days were planned anew: there is always another page.
    #[test]
    fn more_changes_than_can_be_gone_through_are_a_gap_and_no_standstill() {
        let page = bundle(Some("http://127.0.0.1:8790/fhir/Slot?_page=2"), Vec::new());
        let stopped = json!({"resourceType":"Slot","id":"s7","status":"busy-unavailable",
            "schedule":{"reference":"Schedule/c1"},
            "start":"2026-11-23T09:00:00+08:00","end":"2026-11-23T09:10:00+08:00"});
        let table = Rc::new(Table {
            answers: [
                ("Slot?_", page),
                ("Slot?status=busy-unavailable&", bundle(None, vec![stopped])),
            ]
            .into(),
            ..Table::default()
        });
        let asked = Rc::new(Asked::default());
        let ctx = Ctx {
            transport: table.clone(),
            objects: asked.clone(),
            ..ctx()
        };
        let before: Timestamp = "2026-11-22T01:59:00Z".parse().unwrap();
        let mut memory = Memory::restored(Some(before));
        memory.subscription = clock::real_millis();
        let memory = RefCell::new(memory);
        block_on(look(&ctx, &ctx.config.hospitals[0], &memory));
        let memory = memory.into_inner();
        assert!(!memory.watch.failing);
        assert!(memory.watch.since > Some(before), "boards begin anew");
        assert_eq!(memory.until(), memory.watch.since);
        let urls = table.asked.borrow();
        assert!(urls.len() < 10, "not page after page");
        assert!(urls[0].contains("&_sort=-_lastUpdated&"));
        let asked = asked.0.borrow();
        let told = asked.iter().any(|(class, body)| {
            *class == Class::Alarms && str::from_utf8(body).unwrap().contains("s7")
        });
        assert!(told, "whoever has a visit that was stopped is told");
    }

    fn heard(before: Option<u64>, events: Option<u64>) -> Heard {
        Heard {
            hospital: "general".into(),
            events,
            before,
            untold: false,
        }
    }

    #[test]
    fn a_gap_in_the_count_is_looked_after_and_a_repeat_is_not() {
        let mut memory = Memory::default();
        let mut event = |number: u64| memory.heard(&heard(Some(number - 1), Some(number)));
        assert!(!event(4));
        assert!(!event(5));
        assert!(!event(5), "told twice");
        assert!(!event(3), "told late");
        assert!(event(8), "6 and 7 are missing");
        assert!(!event(9));
        let unsaid = Heard {
            untold: true,
            ..heard(Some(9), Some(10))
        };
        assert!(memory.heard(&unsaid), "does not say what");
        assert!(!memory.heard(&heard(Some(10), Some(10))));
        let heartbeat = heard(Some(11), Some(11));
        assert!(memory.heard(&heartbeat), "11 was lost");
        assert!(!memory.heard(&heartbeat));
        assert!(!memory.heard(&heard(None, Some(0))), "it begins anew");
        assert!(!memory.heard(&heard(Some(0), Some(1))));
        assert!(memory.heard(&heard(Some(2), Some(3))), "2 is missing");
    }

    #[test]
    fn it_looks_often_only_while_somebody_reads() {
        let mut memory = Memory {
            looked: 1_000_000,
            ..Memory::default()
        };
        assert_eq!(memory.due(1_000_000), 1_000_000 + LOOK_IDLE_MS);
        memory.read(1_000_000);
        assert_eq!(memory.due(1_000_001), 1_000_000 + LOOK_POLLED_MS);
        memory.watch.pushed = true;
        assert_eq!(memory.due(1_000_001), 1_000_000 + LOOK_PUSHED_MS);
        let later = 1_000_000 + READ_FOR_MS;
        assert_eq!(memory.due(later), 1_000_000 + LOOK_IDLE_MS);
    }
}
