//! The people: each does one thing after another, as somebody with a telephone would.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::{Condvar, Mutex},
    time::{Duration, Instant},
};

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    Dice, Plan,
    http::{Answer, Line},
    scene::Scene,
};
use crate::clock;

/// The first come so long before the release, milliseconds.
const EARLY_MS: i64 = 8000;
/// Nobody goes on for longer, milliseconds after the release.
const LONGEST_MS: i64 = 540_000;
/// In the first seconds lots decide, milliseconds.
pub(super) const DRAW_MS: i64 = 5000;

/// What somebody was told in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// They have this slot.
    Booked(String),
    /// All is given away.
    Over,
    /// The list showed nothing free.
    NothingFree,
    /// The slot was gone and nothing else there.
    Gone,
    /// They did not like what was offered instead, or gave their hold back.
    Left,
    /// They were left without an answer, or with one that says nothing.
    Unclear(String),
}

/// Somebody pressed a time that was shown free.
#[derive(Clone, Debug)]
pub(super) struct Tap {
    /// When, milliseconds after the release.
    pub at: i64,
    /// What they were told at once: `held`, `waiting_room`, `slot_taken`, ...
    pub told: String,
    /// It was gone when, after waiting, their turn came.
    pub gone_later: bool,
}

/// What one of them met with.
#[derive(Clone, Debug, Default)]
pub(super) struct Story {
    /// When they came, milliseconds after the release.
    pub came: i64,
    /// For which department.
    pub department: String,
    /// What they wanted first.
    wish: String,
    pub taps: Vec<Tap>,
    /// When they were first told that they are in line, milliseconds after the release.
    pub in_line: Option<i64>,
    /// How many were before them when they first asked after the draw.
    pub ahead: Option<u64>,
    pub admitted: Option<i64>,
    pub polls: u32,
    pub end: Option<(i64, End)>,
    /// The longest answer, milliseconds.
    pub slowest: u64,
}

#[derive(Clone, Debug)]
enum Step {
    /// A place in line before the release.
    Early,
    /// Looks at a doctor's times.
    Browse {
        tries: u32,
    },
    /// Presses a time.
    Tap {
        slot: String,
    },
    /// Sends the hold again, without being asked.
    Hold {
        slot: String,
        tries: u32,
    },
    /// Asks how far it is.
    Poll {
        ticket: String,
        slot: String,
    },
    Confirm {
        hold: String,
        slot: String,
        tries: u32,
    },
    GiveBack {
        hold: String,
    },
}

struct Task {
    due: Instant,
    who: usize,
    step: Step,
}

impl PartialEq for Task {
    fn eq(&self, other: &Self) -> bool {
        (self.due, self.who) == (other.due, other.who)
    }
}
impl Eq for Task {}
impl PartialOrd for Task {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Task {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due, self.who).cmp(&(other.due, other.who))
    }
}

struct Crowd<'a> {
    scene: &'a Scene,
    opens: Instant,
    tasks: Mutex<(BinaryHeap<Reverse<Task>>, usize)>,
    woken: Condvar,
    stories: Vec<Mutex<(Story, Dice)>>,
}

/// Lets them come and waits until everybody has been told.
pub(super) fn run(scene: &Scene, plan: &Plan) -> Vec<Story> {
    let lead = EARLY_MS + 2000;
    let before = |ms| scene.opens - SignedDuration::from_millis(ms);
    // Whatever is due until then is done now, so that the clock is set in no time afterwards.
    clock::set(&scene.base, before(lead + 60_000));
    let opens = Instant::now() + Duration::from_millis(lead.unsigned_abs());
    clock::set(&scene.base, before(lead));
    let mut dice = Dice::new(plan.seed);
    let slots: Vec<(&str, &str)> = scene
        .doctors
        .iter()
        .flat_map(|it| {
            it.slots
                .iter()
                .map(|slot| (slot.as_str(), it.department.as_str()))
        })
        .collect();
    let mut heap = BinaryHeap::new();
    let mut stories = Vec::new();
    for who in 0..plan.people {
        let among = dice.roll(100);
        let span = |dice: &mut Dice, from: i64, to: i64| {
            from + i64::try_from(dice.roll((to - from).unsigned_abs())).unwrap()
        };
        let (came, early) = match among {
            0..10 => (span(&mut dice, -EARLY_MS, -500), true),
            10..70 => (span(&mut dice, 0, 1500), false),
            70..80 => (span(&mut dice, 1500, DRAW_MS), false),
            _ => (
                span(
                    &mut dice,
                    DRAW_MS,
                    i64::try_from(plan.seconds * 1000).unwrap(),
                ),
                false,
            ),
        };
        // A third wants one of the first few.
        let pick = if dice.roll(3) == 0 { 30 } else { slots.len() };
        let (slot, department) =
            slots[usize::try_from(dice.roll(pick.min(slots.len()) as u64)).unwrap()];
        let step = if early {
            Step::Early
        } else if came < DRAW_MS {
            Step::Tap {
                slot: slot.to_owned(),
            }
        } else {
            Step::Browse { tries: 0 }
        };
        let story = Story {
            came,
            department: department.to_owned(),
            wish: slot.to_owned(),
            ..Story::default()
        };
        stories.push(Mutex::new((
            story,
            Dice::new(plan.seed ^ (who as u64 * 7919)),
        )));
        let due = if came < 0 {
            opens
                .checked_sub(Duration::from_millis(came.unsigned_abs()))
                .unwrap()
        } else {
            opens + Duration::from_millis(came.unsigned_abs())
        };
        heap.push(Reverse(Task { due, who, step }));
    }
    let crowd = Crowd {
        scene,
        opens,
        tasks: Mutex::new((heap, plan.people)),
        woken: Condvar::new(),
        stories,
    };
    std::thread::scope(|scope| {
        for _ in 0..plan.connections {
            std::thread::Builder::new()
                .stack_size(256 * 1024)
                .spawn_scoped(scope, || crowd.work())
                .unwrap();
        }
    });
    crowd
        .stories
        .into_iter()
        .map(|it| it.into_inner().unwrap().0)
        .collect()
}

impl Crowd<'_> {
    fn now(&self) -> i64 {
        let now = Instant::now();
        match now.checked_duration_since(self.opens) {
            Some(after) => i64::try_from(after.as_millis()).unwrap(),
            None => -i64::try_from((self.opens - now).as_millis()).unwrap(),
        }
    }

    fn work(&self) {
        let line = Line::to(&self.scene.base);
        while let Some(task) = self.next() {
            let before = Instant::now();
            let mut own = self.stories[task.who].lock().unwrap();
            let (story, dice) = &mut *own;
            let then = self.step(&line, task.who, story, dice, task.step);
            let took = u64::try_from(before.elapsed().as_millis()).unwrap();
            story.slowest = story.slowest.max(took);
            let then = match then {
                Err(end) => {
                    story.end = Some((self.now(), end));
                    None
                }
                Ok(_) if self.now() > LONGEST_MS => {
                    story.end = Some((self.now(), End::Unclear("never told".into())));
                    None
                }
                Ok(then) => Some(then),
            };
            drop(own);
            let mut tasks = self.tasks.lock().unwrap();
            match then {
                Some((wait_ms, step)) => {
                    let due = Instant::now() + Duration::from_millis(wait_ms);
                    tasks.0.push(Reverse(Task {
                        due,
                        who: task.who,
                        step,
                    }));
                    self.woken.notify_one();
                }
                None => {
                    tasks.1 -= 1;
                    if tasks.1 == 0 {
                        self.woken.notify_all();
                    }
                }
            }
        }
    }

    fn next(&self) -> Option<Task> {
        let mut tasks = self.tasks.lock().unwrap();
        loop {
            if tasks.1 == 0 {
                return None;
            }
            let now = Instant::now();
            let wait = match tasks.0.peek() {
                Some(Reverse(task)) if task.due <= now => {
                    return tasks.0.pop().map(|Reverse(task)| task);
                }
                Some(Reverse(task)) => (task.due - now).min(Duration::from_millis(200)),
                None => Duration::from_millis(200),
            };
            tasks = self.woken.wait_timeout(tasks, wait).unwrap().0;
        }
    }

    /// Does one thing; gives what comes next and when, or how it ended.
    fn step(
        &self,
        line: &Line,
        who: usize,
        story: &mut Story,
        dice: &mut Dice,
        step: Step,
    ) -> Result<(u64, Step), End> {
        let me = &self.scene.people[who];
        let path = |rest: &str| format!("/api/v1/people/{}/{rest}", me.person);
        match step {
            Step::Early => {
                let slot = story.wish.clone();
                let body = json!({ "hospital": "general", "slot": slot });
                let answer = line.send("POST", &path("tickets"), &me.cookie, "", &body);
                match answer.status {
                    201 => Ok(self.told(story, &answer.body, slot, dice)),
                    _ => Err(unclear("early", &answer)),
                }
            }
            Step::Browse { tries } => {
                let doctors = &self.scene.doctors;
                let doctor = &doctors[usize::try_from(dice.roll(doctors.len() as u64)).unwrap()];
                story.department.clone_from(&doctor.department);
                let path = format!(
                    "/api/v1/hospitals/general/doctors/{}/slots?date={}",
                    doctor.id, self.scene.date
                );
                let answer = line.send("GET", &path, "", "", &Value::Null);
                if answer.status != 200 {
                    return if tries < 5 {
                        Ok((2000, Step::Browse { tries: tries + 1 }))
                    } else {
                        Err(unclear("list", &answer))
                    };
                }
                let free: Vec<&str> = answer.body["slots"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|slot| slot["state"] == "free")
                    .filter_map(|slot| slot["id"].as_str())
                    .collect();
                if free.is_empty() {
                    return if tries < 2 {
                        Ok((1500, Step::Browse { tries: tries + 1 }))
                    } else {
                        Err(End::NothingFree)
                    };
                }
                let slot = free[usize::try_from(dice.roll(free.len() as u64)).unwrap()].to_owned();
                Ok((800 + dice.roll(1200), Step::Tap { slot }))
            }
            Step::Tap { slot } => {
                story.taps.push(Tap {
                    at: self.now(),
                    told: String::new(),
                    gone_later: false,
                });
                let answer = self.place(line, who, &slot);
                let told = if answer.status == 201 {
                    "held".to_owned()
                } else {
                    code(&answer)
                };
                story.taps.last_mut().unwrap().told = told;
                self.after_hold(story, dice, slot, 0, &answer)
            }
            Step::Hold { slot, tries } => {
                let answer = self.place(line, who, &slot);
                if code(&answer) == "slot_taken"
                    && let Some(tap) = story.taps.last_mut()
                {
                    tap.gone_later = true;
                }
                self.after_hold(story, dice, slot, tries, &answer)
            }
            Step::Poll { ticket, slot } => {
                let answer = line.send("GET", &ticket, &me.cookie, "", &Value::Null);
                story.polls += 1;
                match answer.status {
                    200 => {
                        if answer.body["state"] == "over" {
                            return Err(End::Over);
                        }
                        Ok(self.told(story, &answer.body, slot, dice))
                    }
                    0 | 503 => Ok((3000, Step::Poll { ticket, slot })),
                    _ => Err(unclear("ticket", &answer)),
                }
            }
            Step::Confirm { hold, slot, tries } => {
                let answer = line.send(
                    "POST",
                    &path("appointments"),
                    &me.cookie,
                    &format!("confirm-{who}"),
                    &json!({ "hold": hold }),
                );
                match answer.status {
                    201 => Err(End::Booked(slot)),
                    0 | 202 | 503 if tries < 20 => Ok((
                        2000,
                        Step::Confirm {
                            hold,
                            slot,
                            tries: tries + 1,
                        },
                    )),
                    _ => Err(unclear("confirm", &answer)),
                }
            }
            Step::GiveBack { hold } => {
                let answer = line.send(
                    "DELETE",
                    &path(&format!("holds/{hold}")),
                    &me.cookie,
                    "",
                    &Value::Null,
                );
                match answer.status {
                    204 => Err(End::Left),
                    _ => Err(unclear("give back", &answer)),
                }
            }
        }
    }

    fn place(&self, line: &Line, who: usize, slot: &str) -> Answer {
        let me = &self.scene.people[who];
        let path = format!("/api/v1/people/{}/holds", me.person);
        // A key is of 64 characters at most.
        let key = format!("{who}-{}", &slot[slot.len().saturating_sub(40)..]);
        let key = key.replace('.', "_");
        line.send(
            "POST",
            &path,
            &me.cookie,
            &key,
            &json!({ "hospital": "general", "slot": slot }),
        )
    }

    fn after_hold(
        &self,
        story: &mut Story,
        dice: &mut Dice,
        slot: String,
        tries: u32,
        answer: &Answer,
    ) -> Result<(u64, Step), End> {
        match (answer.status, code(answer).as_str()) {
            (201, _) => {
                let hold = answer.body["id"].as_str().unwrap().to_owned();
                if dice.roll(100) < 3 {
                    return Ok((2000 + dice.roll(4000), Step::GiveBack { hold }));
                }
                Ok((
                    2000 + dice.roll(5000),
                    Step::Confirm {
                        hold,
                        slot,
                        tries: 0,
                    },
                ))
            }
            (429, "waiting_room") => {
                story.in_line.get_or_insert(self.now());
                let ticket = answer.body["ticket_url"].as_str().unwrap().to_owned();
                Ok((wait_ms(&answer.body, dice), Step::Poll { ticket, slot }))
            }
            (409, "slot_taken") => {
                let rows = answer.body["alternatives"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
                if rows.is_empty() {
                    return Err(End::Gone);
                }
                if dice.roll(100) < 5 {
                    return Err(End::Left);
                }
                let row = &rows[usize::try_from(dice.roll(rows.len() as u64)).unwrap()];
                let slot = row["id"].as_str().unwrap().to_owned();
                story.admitted = story.admitted.or(Some(self.now()));
                Ok((2000 + dice.roll(5000), Step::Tap { slot }))
            }
            (0 | 202 | 503, _) if tries < 20 => {
                let wait = answer.body["retry_after"]
                    .as_u64()
                    .unwrap_or(2)
                    .clamp(1, 10)
                    * 1000;
                Ok((
                    wait + dice.roll(1000),
                    Step::Hold {
                        slot,
                        tries: tries + 1,
                    },
                ))
            }
            _ => Err(unclear("hold", answer)),
        }
    }

    fn told(
        &self,
        story: &mut Story,
        ticket: &Value,
        slot: String,
        dice: &mut Dice,
    ) -> (u64, Step) {
        let now = self.now();
        let url = ticket["ticket_url"].as_str().unwrap().to_owned();
        story.in_line.get_or_insert(now);
        if ticket["state"] == "admitted" {
            story.ahead = story.ahead.or(Some(0));
            story.admitted = story.admitted.or(Some(now));
            return (0, Step::Hold { slot, tries: 0 });
        }
        if now > DRAW_MS && ticket["draw_at"].is_null() {
            story.ahead = story
                .ahead
                .or(ticket["ahead"].as_u64().map(|ahead| ahead + 1));
        }
        (wait_ms(ticket, dice), Step::Poll { ticket: url, slot })
    }
}

/// As told, and a little of one's own.
fn wait_ms(answer: &Value, dice: &mut Dice) -> u64 {
    let wait = answer["retry_after"].as_u64().unwrap_or(2) * 1000;
    wait + dice.roll(wait / 5 + 1)
}

fn code(answer: &Answer) -> String {
    match answer.body["code"].as_str() {
        Some(code) => code.to_owned(),
        None => format!("status {}", answer.status),
    }
}

fn unclear(at: &str, answer: &Answer) -> End {
    End::Unclear(format!("{at}: {}", code(answer)))
}
