// Shares and moments of a few thousand people: exact in any number.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::single_match_else,
    clippy::similar_names,
    clippy::too_many_lines
)]

use std::collections::{BTreeMap, BTreeSet};

use super::*;

const SEED: [u8; 32] = [7; 32];

/// A room with these slots: `heart-0` and so on, one place each.
fn room(numbers: Numbers, seed: [u8; 32], departments: &[(&str, u32)]) -> Room {
    let mut room = Room::new(numbers, seed, Record::default());
    for (department, count) in departments {
        for seat in 0..*count {
            room.stock(
                Stock {
                    slot: format!("{department}-{seat}"),
                    department: (*department).to_owned(),
                    doctor: format!("{department}-{}", seat / 10),
                    start: i64::from(seat % 10) * 900,
                    left: 1,
                    held: 0,
                },
                -1000,
            );
        }
    }
    room
}

fn hasty() -> Numbers {
    Numbers {
        quiet: 4,
        // Lines as long as a test wants them.
        hope_while_free: 1000,
        ..Numbers::default()
    }
}

fn who(person: u64, slot: &str) -> Arrival<'_> {
    Arrival {
        person,
        phone: person,
        address: None,
        slot,
        care: false,
    }
}

/// The ticket of who takes one from their own phone.
fn ticket(person: u64, department: &str) -> TicketId {
    TicketId::of(person, person, department)
}

/// Numbers that look drawn.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

#[test]
fn quiet_times_have_no_room() {
    let mut room = room(Numbers::default(), SEED, &[("heart", 20)]);
    for person in 0..5 {
        let slot = format!("heart-{person}");
        let it = who(person, &slot);
        assert_eq!(
            room.arrive(&it, 100),
            Verdict::Again(100),
            "a moment's look round"
        );
        assert_eq!(room.arrive(&it, 600), Verdict::Go);
        room.finished(&who(person, &slot), Outcome::Held(300_000), 700);
    }
    // Later on nobody even looks round.
    let slot = "heart-9";
    assert_eq!(room.arrive(&who(99, slot), 60_000), Verdict::Go);
    assert_eq!(room.record().held, 5);
}

#[test]
fn slots_of_other_days_are_none_of_its_business() {
    let mut room = room(Numbers::default(), SEED, &[("heart", 2)]);
    assert_eq!(room.arrive(&who(1, "elsewhere-0"), 0), Verdict::NotHere);
    assert_eq!(room.record().arrivals, 0);
}

#[test]
fn asking_again_keeps_the_place() {
    let mut room = room(hasty(), SEED, &[("heart", 20)]);
    for person in 0..50 {
        room.arrive(&who(person, "heart-0"), 1000 + i64::from(person as u32));
    }
    let Verdict::Wait(first) = room.arrive(&who(3, "heart-1"), 2000) else {
        panic!("it is a rush");
    };
    let Verdict::Wait(again) = room.arrive(&who(3, "heart-2"), 4000) else {
        panic!("still");
    };
    assert_eq!(first, again);
    assert_eq!(room.record().arrivals, 50);
}

#[test]
fn the_draw_can_be_worked_out_again_from_what_is_published() {
    let mut room = room(hasty(), SEED, &[("heart", 20), ("skin", 20)]);
    for person in 0..200 {
        let slot = if person % 2 == 0 { "heart-0" } else { "skin-0" };
        room.arrive(&who(person, slot), -5000 + 40 * i64::from(person as u32));
    }
    room.advance(5000);
    let record = room.record().clone();
    assert_eq!(record.drawn.len(), 200);
    let mut numbers = record.drawn.clone();
    let mix = mix(&mut numbers);
    assert_eq!(Some(Hash(mix)), record.mix);
    numbers.sort_by_key(|id| lot(&SEED, &mix, *id));
    assert_eq!(numbers, record.drawn);
    assert_ne!(commitment(&SEED), commitment(&[8; 32]));
}

/// Whoever came when: after the draw it says nothing about one's place. Ten thousand people come
/// evenly over ten seconds; places by fifth of arrival are compared with an even spread.
#[test]
fn the_order_of_arrival_says_nothing_about_the_place_drawn() {
    const PEOPLE: u64 = 10_000;
    let mut chi = 0.0;
    let mut rooms = 0.0;
    for seed in 0..5_u8 {
        let mut room = room(hasty(), [seed; 32], &[("heart", 20)]);
        for person in 0..PEOPLE {
            let now = -5000 + i64::try_from(person).unwrap() - 1;
            room.arrive(&who(person * 7919 + u64::from(seed), "heart-0"), now);
        }
        room.advance(5000);
        let arrived: BTreeMap<TicketId, u64> = (0..PEOPLE)
            .map(|person| {
                let id = ticket(person * 7919 + u64::from(seed), "heart");
                (id, person)
            })
            .collect();
        let drawn = &room.record().drawn;
        let mut table = [[0.0_f64; 5]; 5];
        let mut both = 0.0;
        for (place, id) in drawn.iter().enumerate() {
            let (from, to) = (arrived[id], place as u64);
            table[usize::try_from(from * 5 / PEOPLE).unwrap()]
                [usize::try_from(to * 5 / PEOPLE).unwrap()] += 1.0;
            both += (from as f64 / PEOPLE as f64 - 0.5) * (to as f64 / PEOPLE as f64 - 0.5);
        }
        let correlation = both / PEOPLE as f64 * 12.0;
        assert!(correlation.abs() < 0.04, "seed {seed}: {correlation}");
        let even = PEOPLE as f64 / 25.0;
        chi += table
            .iter()
            .flatten()
            .map(|count| (count - even).powi(2) / even)
            .sum::<f64>();
        rooms += 1.0;
    }
    // 16 degrees of freedom a room; mean 16, and 99.9 % of all lie below 39.3.
    assert!((4.0..39.3).contains(&(chi / rooms)), "chi-square {chi}");
}

#[test]
fn afterwards_it_is_first_come_first_served() {
    let mut room = room(hasty(), SEED, &[("heart", 2)]);
    for person in 0..30 {
        room.arrive(&who(person, "heart-0"), 0);
    }
    room.advance(5000);
    let early = room.record().drawn.clone();
    for person in 100..130 {
        room.arrive(&who(person, "heart-0"), 5000 + i64::from(person as u32));
    }
    let ahead = |room: &mut Room, person| {
        room.look(ticket(person, "heart"), 5500)
            .map(|view| view.ahead)
    };
    // Two were called at once; the others of the draw stand before all who came later.
    assert_eq!(early.len(), 30);
    assert_eq!(ahead(&mut room, 100), Some(28));
    assert_eq!(ahead(&mut room, 129), Some(57));
}

#[test]
fn two_who_were_called_are_never_sent_for_one_place() {
    let mut room = room(hasty(), SEED, &[("heart", 10)]);
    for person in 0..20 {
        room.arrive(&who(person, "heart-0"), 0);
    }
    let mut kept = BTreeSet::new();
    let mut went = 0;
    for person in 0..20 {
        match room.arrive(&who(person, "heart-0"), 7000) {
            Verdict::Go => went += 1,
            Verdict::Taken(slots) => {
                assert!(!slots.is_empty() && slots.len() <= 3);
                for slot in slots {
                    assert!(slot != "heart-0" && kept.insert(slot), "kept for one only");
                }
            }
            Verdict::Again(_) | Verdict::Wait(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(went, 1);
    assert!(room.record().admitted.len() <= 10, "no more than places");
}

#[test]
fn who_finds_it_gone_has_others_kept_and_time_to_choose() {
    let mut room = room(hasty(), SEED, &[("heart", 10)]);
    assert_eq!(room.arrive(&who(1, "heart-3"), 60_000), Verdict::Go);
    // Somebody at the counter was quicker.
    let kept = room.finished(&who(1, "heart-3"), Outcome::Taken, 61_000);
    assert_eq!(kept, ["heart-2", "heart-4", "heart-1"]);
    let view = room.look(ticket(1, "heart"), 61_000).unwrap();
    assert_eq!(view.stage, Stage::Admitted);
    assert!(view.until >= Some(121_000));
    // Others do not get them meanwhile.
    let Verdict::Taken(others) = room.arrive(&who(2, "heart-2"), 62_000) else {
        panic!("it is kept");
    };
    assert!(others.iter().all(|slot| !kept.contains(slot)));
    assert_eq!(room.arrive(&who(1, "heart-4"), 90_000), Verdict::Go);
    room.finished(&who(1, "heart-4"), Outcome::Held(400_000), 90_500);
    // What was not chosen is free again.
    assert_eq!(room.arrive(&who(2, "heart-1"), 91_000), Verdict::Go);
}

#[test]
fn who_comes_second_waits_for_what_becomes_of_the_first() {
    let mut room = room(hasty(), SEED, &[("heart", 1)]);
    assert_eq!(room.arrive(&who(1, "heart-0"), 60_000), Verdict::Go);
    let second = room.arrive(&who(2, "heart-0"), 60_100);
    assert!(
        matches!(second, Verdict::Wait(_) | Verdict::Again(_)),
        "{second:?}"
    );
    room.finished(&who(1, "heart-0"), Outcome::Refused, 61_000);
    room.leave(ticket(1, "heart"), 61_000);
    assert_eq!(room.arrive(&who(2, "heart-0"), 62_000), Verdict::Go);
    room.finished(&who(2, "heart-0"), Outcome::Held(400_000), 62_500);
    room.booked(2, 63_000);
    assert_eq!(
        room.arrive(&who(3, "heart-0"), 64_000),
        Verdict::Taken(vec![])
    );
    assert_eq!(room.record().attempts, 2);
    // Asking again with the same key gets its answer.
    assert_eq!(room.arrive(&who(2, "heart-0"), 64_000), Verdict::Go);
}

#[test]
fn what_is_booked_at_once_is_gone_and_nobody_waits_for_it() {
    let mut room = room(hasty(), SEED, &[("heart", 1), ("skin", 1)]);
    // A hold of the same person in another department is another matter.
    assert_eq!(room.arrive(&who(1, "skin-0"), 60_000), Verdict::Go);
    room.finished(&who(1, "skin-0"), Outcome::Held(400_000), 60_500);
    assert_eq!(room.arrive(&who(1, "heart-0"), 61_000), Verdict::Go);
    room.finished(&who(1, "heart-0"), Outcome::Booked, 61_500);
    assert_eq!(room.record().booked, 1);
    assert_eq!(
        room.arrive(&who(2, "heart-0"), 62_000),
        Verdict::Taken(vec![])
    );
    let waits = room.arrive(&who(2, "skin-0"), 62_500);
    assert!(matches!(waits, Verdict::Wait(_)), "{waits:?}");
    // The answer was lost: the same key is let through to get it again, and counts once.
    assert_eq!(room.arrive(&who(1, "heart-0"), 63_000), Verdict::Go);
    room.finished(&who(1, "heart-0"), Outcome::Booked, 63_500);
    assert_eq!(room.record().booked, 1);
}

#[test]
fn who_gives_up_one_place_while_at_the_hospital_for_another_still_comes_back() {
    let numbers = Numbers {
        at_once: 1,
        ..hasty()
    };
    for booked in [false, true] {
        let mut room = room(numbers.clone(), SEED, &[("heart", 3)]);
        assert_eq!(room.arrive(&who(1, "heart-0"), 60_000), Verdict::Go);
        room.finished(&who(1, "heart-0"), Outcome::Held(400_000), 60_500);
        assert_eq!(room.arrive(&who(1, "heart-1"), 61_000), Verdict::Go);
        if booked {
            room.booked(1, 61_100);
        } else {
            room.released(1, 61_100);
        }
        let second = room.arrive(&who(2, "heart-2"), 61_200);
        assert!(matches!(second, Verdict::Again(_)), "one is there");
        room.finished(&who(1, "heart-1"), Outcome::Held(400_000), 61_500);
        let view = room.look(ticket(1, "heart"), 61_600).unwrap();
        assert_eq!(view.until, Some(400_000), "the second place is theirs");
        assert_eq!(room.arrive(&who(2, "heart-2"), 62_000), Verdict::Go);
        assert_eq!(room.record().booked, u32::from(booked));
    }
}

#[test]
fn what_the_hospital_said_too_soon_to_be_believed_is_believed_later() {
    let mut room = room(hasty(), SEED, &[("heart", 1)]);
    let stock = |left| Stock {
        slot: "heart-0".into(),
        department: "heart".into(),
        doctor: "heart-0".into(),
        start: 0,
        left,
        held: 0,
    };
    assert_eq!(room.arrive(&who(1, "heart-0"), 60_000), Verdict::Go);
    room.finished(&who(1, "heart-0"), Outcome::Held(360_000), 60_500);
    room.stock(stock(0), 61_000);
    assert!(matches!(
        room.arrive(&who(2, "heart-0"), 62_000),
        Verdict::Wait(_)
    ));
    let id = ticket(2, "heart");
    // Given back at the counter: the last word counts, and not before the room's own has settled.
    room.stock(stock(1), 63_000);
    assert_eq!(room.look(id, 64_000).unwrap().stage, Stage::Waiting);
    assert_eq!(room.look(id, 66_000).unwrap().stage, Stage::Admitted);
}

#[test]
fn a_hold_that_runs_out_calls_the_next() {
    let mut room = room(hasty(), SEED, &[("heart", 1)]);
    assert_eq!(room.arrive(&who(1, "heart-0"), 60_000), Verdict::Go);
    room.finished(&who(1, "heart-0"), Outcome::Held(360_000), 61_000);
    assert!(matches!(
        room.arrive(&who(2, "heart-0"), 62_000),
        Verdict::Wait(_)
    ));
    let view = room.look(ticket(2, "heart"), 100_000).unwrap();
    assert_eq!(
        (view.stage, view.ahead, view.estimate_s),
        (Stage::Waiting, 0, None)
    );
    let view = room.look(ticket(2, "heart"), 364_000).unwrap();
    assert_eq!(view.stage, Stage::Admitted);
}

#[test]
fn who_waits_for_nothing_is_told() {
    let mut room = room(hasty(), SEED, &[("heart", 2)]);
    for person in 0..40 {
        room.arrive(&who(person, "heart-0"), 0);
    }
    let mut now = 5000;
    while room.record().held < 2 {
        now += 200;
        for person in 0..40 {
            for slot in ["heart-0", "heart-1"] {
                if room.arrive(&who(person, slot), now) == Verdict::Go {
                    room.finished(&who(person, slot), Outcome::Held(900_000), now);
                }
            }
        }
        assert!(now < 60_000);
    }
    let stages: Vec<Stage> = (0..40)
        .map(|person| room.look(ticket(person, "heart"), now).unwrap().stage)
        .collect();
    let count = |stage| stages.iter().filter(|one| **one == stage).count();
    // Two hold, two times two may hope, the others are told.
    assert_eq!((count(Stage::Admitted), count(Stage::Waiting)), (2, 4));
    for person in 0..40 {
        room.booked(person, now + 1000);
    }
    let hoping = (0..40)
        .map(|person| {
            room.look(ticket(person, "heart"), now + 2000)
                .unwrap()
                .stage
        })
        .filter(|stage| *stage == Stage::Waiting);
    assert_eq!(hoping.count(), 0);
}

#[test]
fn who_is_far_behind_is_told_while_places_are_still_free() {
    let numbers = Numbers {
        hope_while_free: 3,
        ..hasty()
    };
    let mut room = room(numbers, SEED, &[("heart", 2)]);
    for person in 0..40 {
        room.arrive(&who(person, "heart-0"), 0);
    }
    let stages: Vec<Stage> = (0..40)
        .map(|person| room.look(ticket(person, "heart"), 5000).unwrap().stage)
        .collect();
    let count = |stage| stages.iter().filter(|one| **one == stage).count();
    // For two places three times two are ahead; who is called is in front of them.
    let hoping = count(Stage::Admitted) + count(Stage::Waiting);
    assert!((6..=8).contains(&hoping), "{hoping}");
    assert_eq!(count(Stage::Over), 40 - hoping);
}

#[test]
fn the_more_wait_the_less_often_each_asks() {
    let most = |people: u64| {
        let mut room = room(Numbers::default(), SEED, &[("heart", 5000)]);
        for person in 0..people {
            room.arrive(&who(person, "heart-0"), 0);
        }
        let ask = |person| room.look(ticket(person, "heart"), 5001).unwrap();
        let views: Vec<View> = (0..people).map(ask).collect();
        assert!(views.iter().any(|view| view.retry_s <= 2), "who is next");
        views.iter().map(|view| view.retry_s).max()
    };
    assert!(most(4000) >= Some(20) && most(100) < Some(10));
}

#[test]
fn care_mode_has_longer_and_a_sleeping_phone_keeps_its_place() {
    let numbers = Numbers {
        per_second: 100,
        ..hasty()
    };
    let mut room = room(numbers, SEED, &[("heart", 20)]);
    for person in 0..30 {
        let care = person % 2 == 0;
        room.arrive(
            &Arrival {
                care,
                ..who(person, "heart-0")
            },
            0,
        );
    }
    let mut until = [0; 2];
    let mut called = None;
    for person in 0..30 {
        let id = ticket(person, "heart");
        let view = room.look(id, 5000).unwrap();
        if let Some(at) = view.until {
            until[usize::from(person % 2 == 0)] = at;
            called = called.or(Some(id));
        }
    }
    assert_eq!(until, [125_000, 305_000]);
    // Nobody comes: the first to be called stands in front again, once.
    let asleep = called.unwrap();
    let view = room.look(asleep, 310_000).unwrap();
    assert_ne!(view.stage, Stage::Over);
    assert!(room.record().admitted.len() > 5);
}

#[test]
fn a_family_behind_one_address_is_served_and_a_farm_is_slowed() {
    let numbers = Numbers {
        tickets_per_address: 10,
        people_per_phone: 3,
        ..hasty()
    };
    let mut room = room(numbers, SEED, &[("heart", 20)]);
    for person in 0..300 {
        let farm = person < 100;
        let it = Arrival {
            address: Some(if farm { 1 } else { person }),
            ..who(person, "heart-0")
        };
        room.arrive(&it, 100);
    }
    room.advance(5000);
    assert_eq!(room.record().slowed, 90);
    // The draw is by lot alone, so that it can be worked out again; they are called later.
    let mut drawn = room.record().drawn.clone();
    let mix = mix(&mut drawn);
    drawn.sort_by_key(|id| lot(&SEED, &mix, *id));
    assert_eq!(room.record().drawn, drawn);
    let called = room.record().admitted.len();
    let behind: Vec<u32> = (0..100)
        .map(|person| room.look(ticket(person, "heart"), 5000).unwrap())
        .filter(|view| view.ahead as usize >= 210 - called)
        .map(|view| view.ahead)
        .collect();
    assert_eq!(behind.len(), 90);
    // They are behind, not out.
    let view = room.look(ticket(99, "heart"), 5000).unwrap();
    assert_eq!(view.stage, Stage::Waiting);
    // One phone asks for a family, not for a hundred.
    let of_one = |person| Arrival {
        phone: 5000,
        ..who(person, "heart-0")
    };
    for person in 5000..5003 {
        assert_ne!(room.arrive(&of_one(person), 6000), Verdict::TooMany);
    }
    assert_eq!(room.arrive(&of_one(5003), 6000), Verdict::TooMany);
    assert_ne!(room.arrive(&of_one(5001), 6000), Verdict::TooMany);
}

#[test]
fn a_phone_has_no_more_places_than_a_family_however_it_leaves_and_joins() {
    let numbers = Numbers {
        people_per_phone: 3,
        ..hasty()
    };
    let mut room = room(numbers, SEED, &[("heart", 20), ("skin", 20)]);
    let of_one = |person, slot| Arrival {
        phone: 5000,
        ..who(person, slot)
    };
    let mut refused = 0;
    for person in 0..100 {
        for slot in ["heart-0", "skin-0"] {
            refused += u32::from(room.arrive(&of_one(person, slot), 100) == Verdict::TooMany);
        }
        if let Some(id) = room.ticket(&of_one(person, "skin-0")) {
            room.leave(id, 200);
        }
    }
    assert_eq!(refused, 2 * 97, "who still waits elsewhere has not gone");
    room.advance(5000);
    assert_eq!(room.record().drawn.len(), 3);
    // Whoever has gone from both makes room, but not for ever.
    for person in 0..3 {
        room.leave(room.ticket(&of_one(person, "heart-0")).unwrap(), 6000);
    }
    let joined = (200..400).filter(|person| {
        let it = of_one(*person, "heart-0");
        let verdict = room.arrive(&it, 7000);
        room.leave(room.ticket(&it).unwrap(), 7000);
        verdict != Verdict::TooMany
    });
    assert_eq!(joined.count(), 3 * JOINS - 6);
}

#[test]
fn a_hospital_that_does_not_answer_costs_nobody_their_place() {
    let mut room = room(Numbers::default(), SEED, &[("heart", 1)]);
    let (first, second) = (who(1, "heart-0"), who(2, "heart-0"));
    assert_eq!(room.arrive(&first, 60_000), Verdict::Go);
    assert!(room.finished(&first, Outcome::Failed, 64_000).is_empty());
    assert_ne!(
        room.arrive(&second, 64_100),
        Verdict::Go,
        "it is the first one's"
    );
    let until = room
        .look(ticket(1, "heart"), 64_200)
        .unwrap()
        .until
        .unwrap();
    assert!(until >= 64_000 + CHOOSE_MS);
    assert_eq!(room.arrive(&first, until), Verdict::Go);
    room.finished(&first, Outcome::Held(until + 300_000), until + 100);
    assert_eq!(room.record().held, 1);
}

#[test]
fn who_asks_for_a_place_in_line_again_does_not_use_it_up() {
    let mut room = room(Numbers::default(), SEED, &[("heart", 1)]);
    let it = who(1, "heart-0");
    let id = ticket(1, "heart");
    assert_eq!(room.take(&it, 60_000), Verdict::Wait(id));
    assert_eq!(room.take(&it, 60_100), Verdict::Wait(id));
    let view = room.look(id, 60_100).unwrap();
    assert_eq!(view.stage, Stage::Admitted);
    assert_eq!(room.record().attempts, 0);
    assert_ne!(room.arrive(&who(2, "heart-0"), 60_200), Verdict::Go);
    assert_eq!(room.arrive(&it, 60_300), Verdict::Go);
}

#[test]
fn what_a_stranger_does_in_somebody_s_name_is_the_stranger_s_alone() {
    let mut room = room(hasty(), SEED, &[("heart", 20)]);
    let stranger = Arrival {
        phone: 666,
        ..who(1, "heart-0")
    };
    let (own, other) = (ticket(1, "heart"), room.ticket(&stranger).unwrap());
    for person in 0..50 {
        room.arrive(&who(person, "heart-0"), 100);
    }
    room.arrive(&stranger, 100);
    assert_eq!(room.record().arrivals, 51, "a place of their own in line");
    room.leave(other, 200);
    assert_eq!(room.look(other, 200).unwrap().stage, Stage::Over);
    assert_eq!(room.look(own, 200).unwrap().stage, Stage::Waiting);

    // The hospital turns a stranger away; who is meant goes on as before.
    let mut room = self::room(Numbers::default(), SEED, &[("heart", 20)]);
    assert_eq!(room.arrive(&stranger, 60_000), Verdict::Go);
    let own = who(1, "heart-1");
    assert_eq!(room.arrive(&own, 60_100), Verdict::Go);
    room.finished(&stranger, Outcome::Barred, 60_200);
    assert_eq!(room.look(other, 60_300).unwrap().stage, Stage::Over);
    room.finished(&own, Outcome::Refused, 60_300);
    assert_eq!(room.arrive(&who(1, "heart-2"), 60_400), Verdict::Go);
}

#[test]
fn after_a_restart_tickets_take_their_places_again() {
    let start = || room(hasty(), SEED, &[("heart", 3)]);
    let mut before = start();
    for person in 0..50 {
        before.arrive(&who(person, "heart-0"), 10);
    }
    before.arrive(&who(77, "heart-0"), 8000);
    before.advance(9000);
    let record = before.record().clone();
    let mut after = Room::new(hasty(), SEED, record.clone());
    for seat in 0..3 {
        let slot = format!("heart-{seat}");
        let department = "heart".to_owned();
        let (doctor, start, left, held) = ("heart-0".to_owned(), 0, 1, 0);
        after.stock(
            Stock {
                slot,
                department,
                doctor,
                start,
                left,
                held,
            },
            9000,
        );
    }
    let late = ticket(77, "heart");
    after.rejoin(&who(77, "heart-0"), before.turn(late).unwrap(), 9000);
    for person in (0..50).rev() {
        let id = ticket(person, "heart");
        after.rejoin(&who(person, "heart-0"), before.turn(id).unwrap(), 9000);
    }
    // As many as were called before are called, and they are the same.
    after.advance(9500);
    let called = &after.record().admitted[record.admitted.len()..];
    assert_eq!(
        called.iter().collect::<BTreeSet<_>>(),
        record.admitted.iter().collect()
    );
    assert_eq!(after.record().arrivals, 51);
    let k = record.admitted.len();
    let ahead: Vec<u32> = record.drawn[k..]
        .iter()
        .map(|id| after.look(*id, 9500).unwrap().ahead)
        .collect();
    assert_eq!(
        ahead,
        (0..50 - u32::try_from(k).unwrap()).collect::<Vec<u32>>()
    );
    assert_eq!(after.look(late, 9500).unwrap().ahead as usize, 50 - k);
}

#[test]
fn who_was_called_before_a_restart_may_ask_the_hospital_what_they_have() {
    let mut before = room(Numbers::default(), SEED, &[("heart", 1)]);
    let it = who(1, "heart-0");
    assert_eq!(before.arrive(&it, 60_000), Verdict::Go);
    before.finished(&it, Outcome::Held(360_000), 60_500);
    for left in [0, 1] {
        let mut after = Room::new(Numbers::default(), SEED, before.record().clone());
        let stock = Stock {
            slot: "heart-0".to_owned(),
            department: "heart".to_owned(),
            doctor: "heart-0".to_owned(),
            start: 0,
            left,
            held: 1 - left,
        };
        after.stock(stock, 61_000);
        if left == 0 {
            // Whoever was not called then is no business of the hospital's.
            assert_ne!(after.arrive(&who(2, "heart-0"), 62_000), Verdict::Go);
        }
        assert_eq!(after.arrive(&it, 62_000), Verdict::Go);
        let ends = Outcome::Held(360_000);
        after.finished(&it, ends, 62_500);
        assert_eq!(after.arrive(&it, 63_000), Verdict::Go, "it is theirs");
        after.released(1, 64_000);
        assert_ne!(after.arrive(&it, 64_100), Verdict::Taken(Vec::new()));
        assert_eq!(after.record().held, 2);
    }
}

/// The room after a restart, with these places.
fn restarted(numbers: Numbers, before: &Room, departments: &[(&str, u32)]) -> Room {
    Room {
        seats: room(numbers.clone(), SEED, departments).seats,
        ..Room::new(numbers, SEED, before.record().clone())
    }
}

#[test]
fn a_restart_before_the_draw_calls_nobody_before_it() {
    let numbers = Numbers {
        tickets_per_address: 5,
        ..hasty()
    };
    let mut before = room(numbers.clone(), SEED, &[("heart", 3)]);
    let of_farm = |person| Arrival {
        address: Some(1),
        ..who(person, "heart-0")
    };
    for person in 0..10 {
        before.arrive(&of_farm(person), 10);
    }
    let turn = |person| before.turn(ticket(person, "heart")).unwrap();
    assert!(turn(9) > turn(0), "it was slowed");
    let mut after = restarted(numbers, &before, &[("heart", 3)]);
    for person in (0..10).rev() {
        after.rejoin(&of_farm(person), turn(person), 1000);
    }
    after.advance(1500);
    assert!(after.record().admitted.is_empty(), "still in the draw");
    after.advance(5000);
    assert_eq!(after.record().drawn.len(), 10);
    let slowed: Vec<_> = (5..10).map(|p| ticket(p, "heart")).collect();
    let admitted = &after.record().admitted;
    assert!(!admitted.is_empty() && admitted.iter().all(|id| !slowed.contains(id)));
}

#[test]
fn after_a_restart_nobody_is_called_before_who_has_drawn_better() {
    let mut before = room(hasty(), SEED, &[("heart", 0)]);
    before.stock(
        Stock {
            slot: "heart-0".into(),
            department: "heart".into(),
            doctor: "heart-0".into(),
            start: 0,
            left: 0,
            held: 1,
        },
        0,
    );
    for person in 0..30 {
        before.arrive(&who(person, "heart-0"), 10);
    }
    before.advance(5000);
    let drawn = before.record().drawn.clone();
    assert!(drawn.len() == 30 && before.record().admitted.is_empty());
    let person = |id: TicketId| (0..30).find(|p| ticket(*p, "heart") == id).unwrap();
    let back = |room: &mut Room, place: usize, now| {
        let id = drawn[place];
        let at = before.turn(id).unwrap();
        room.rejoin(&who(person(id), "heart-0"), at, now);
        room.advance(now);
    };
    let mut room = restarted(hasty(), &before, &[("heart", 9)]);
    back(&mut room, 29, 9000);
    back(&mut room, 1, 9100);
    assert!(room.record().admitted.is_empty());
    back(&mut room, 0, 9200);
    assert_eq!(room.record().admitted, drawn[..2]);
    // Who has closed the page keeps the others waiting only so long.
    let asks = millis(hasty().ask_again_s);
    room.advance(9000 + asks - 1);
    assert_eq!(room.record().admitted.len(), 2);
    room.advance(9000 + asks);
    assert_eq!(room.record().admitted[2], drawn[29]);
}

/// 5,000 people, 200 places, a hospital that takes a third of a second and gives some places to
/// people at the counter: never two sent for one place, hardly an attempt too many, all places
/// given away, and everybody told.
#[test]
fn a_rush() {
    const PEOPLE: u64 = 5000;
    let departments = [("heart", 80), ("skin", 60), ("eyes", 60)];
    let mut room = room(Numbers::default(), SEED, &departments);
    let mut dice = Dice(5);
    let slot = |dice: &mut Dice| {
        let (name, seats) = departments[usize::try_from(dice.roll(3)).unwrap()];
        format!("{name}-{}", dice.roll(u64::from(seats)))
    };
    // When they come, what they want, and how far they are.
    let mut people: Vec<(Millis, String, bool)> = (0..PEOPLE)
        .map(|_| {
            let late = dice.roll(10) < 3;
            let comes = if late {
                dice.roll(60_000)
            } else {
                dice.roll(5000)
            };
            (i64::try_from(comes).unwrap(), slot(&mut dice), false)
        })
        .collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut trying: Vec<(Millis, u64, String)> = Vec::new();
    let mut asks: BTreeMap<u64, Millis> = BTreeMap::new();
    let (mut gone_at_once, mut won) = (0, 0);
    let mut now = 0;
    while now < 200_000 {
        now += 50;
        if now == 20_000 {
            let mut heart = (0..80).map(|seat| format!("heart-{seat}"));
            taken.insert(heart.find(|slot| !taken.contains(slot)).unwrap());
        }
        trying.retain(|(done, person, slot)| {
            if *done > now {
                return true;
            }
            let outcome = if taken.insert(slot.clone()) {
                won += 1;
                Outcome::Held(now + 300_000)
            } else {
                Outcome::Taken
            };
            let kept = room.finished(&who(*person, slot), outcome, now);
            let at = usize::try_from(*person).unwrap();
            match (outcome, kept.first()) {
                (Outcome::Taken, Some(other)) => people[at].1.clone_from(other),
                _ => {
                    people[at].2 = true;
                    room.booked(*person, now);
                }
            }
            false
        });
        for person in 0..PEOPLE {
            let (comes, wants, done) = people[usize::try_from(person).unwrap()].clone();
            if done || comes > now || asks.get(&person).is_some_and(|at| *at > now) {
                continue;
            }
            if trying.iter().any(|(_, who, _)| *who == person) {
                continue;
            }
            match room.arrive(&who(person, &wants), now) {
                Verdict::Go => {
                    trying.push((now + 300, person, wants));
                }
                Verdict::Taken(kept) => {
                    let at = usize::try_from(person).unwrap();
                    match kept.first() {
                        Some(other) => {
                            people[at].1.clone_from(other);
                            asks.insert(person, now + 2000);
                        }
                        None => {
                            people[at].2 = true;
                            gone_at_once += 1;
                        }
                    }
                }
                Verdict::Again(ms) => {
                    asks.insert(person, now + ms);
                }
                Verdict::Wait(id) => match room.look(id, now) {
                    Some(view) if view.stage != Stage::Over => {
                        asks.insert(person, now + millis(view.retry_s));
                    }
                    _ => people[usize::try_from(person).unwrap()].2 = true,
                },
                other => panic!("{other:?}"),
            }
        }
    }
    let record = room.record();
    assert_eq!(won, 199, "one went at the counter");
    assert_eq!(taken.len(), 200);
    assert!(record.attempts <= 201, "{} attempts", record.attempts);
    assert!(people.iter().all(|(.., done)| *done), "everybody was told");
    assert!(gone_at_once + record.over > 4000);
}
