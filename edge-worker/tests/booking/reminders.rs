//! Who is told what, and when, and how often.

use std::rc::Rc;

use banzhen_edge_worker::{
    ctx::{Class, ObjectError, Objects},
    feed::SlotChange,
    reminders,
};
use contract::{AppointmentId, AppointmentStatus};
use fhir::{Naming, Stored, slot::Slot};
use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    server,
    world::{Fault, Person, doctor, patient},
};

fn local(id: &AppointmentId) -> String {
    id.as_str().rsplit('~').next().unwrap().to_owned()
}

/// Somebody with a visit on 26 November at 9:45, and its Appointment's id.
fn somebody() -> (Person, String, String) {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-7");
    let booked = person.booked(&slot);
    (person, slot, local(&booked.id))
}

fn recorded(visit: &str) -> Vec<Value> {
    let found = server::get(&format!(
        "Communication?identifier=urn:banzhen:message-visit|{visit}&_count=200"
    ));
    let entries = found["entry"].as_array().cloned().unwrap_or_default();
    entries
        .into_iter()
        .map(|mut it| it["resource"].take())
        .collect()
}

fn standings(visit: &str) -> Vec<String> {
    let mut all: Vec<String> = recorded(visit)
        .iter()
        .map(|it| {
            let kind = &it["topic"]["coding"][0]["code"];
            format!(
                "{} {}",
                kind.as_str().unwrap(),
                it["status"].as_str().unwrap()
            )
        })
        .collect();
    all.sort();
    all
}

fn change(kind: &str, id: &str, change: impl FnOnce(&mut Value)) {
    let mut stored = server::get(&format!("{kind}/{id}"));
    change(&mut stored);
    server::replace(&stored);
}

/// The slot's change, as the feed hands it over.
fn changed(slot: &str) -> SlotChange {
    let stored = Stored::new(server::get(&format!("Slot/{slot}"))).unwrap();
    SlotChange {
        slot: Slot::read(&stored, &Naming::default()).unwrap(),
        version: stored.version().unwrap().parse().unwrap(),
        updated: Timestamp::UNIX_EPOCH,
    }
}

#[test]
fn confirmation_the_day_before_and_two_hours_before_each_once() {
    let (mut person, _, visit) = somebody();
    let phone = person.phone();
    for (now, news) in [
        ("2026-11-23T10:00:01+08:00", vec![format!("booked {phone}")]),
        // The hold's timer goes off too, and finds nothing left to tell.
        ("2026-11-23T10:06:00+08:00", vec![]),
        ("2026-11-25T09:44:00+08:00", vec![]),
        (
            "2026-11-25T09:45:00+08:00",
            vec![format!("reminder {phone}")],
        ),
        ("2026-11-26T07:44:00+08:00", vec![]),
        (
            "2026-11-26T07:45:30+08:00",
            vec![format!("reminder {phone}")],
        ),
        ("2026-11-26T09:50:00+08:00", vec![]),
    ] {
        person.at(now);
        person.fire();
        assert_eq!(person.news(), news, "{now}");
    }
    assert!(person.timers.borrow().is_empty());
    assert_eq!(
        standings(&visit),
        [
            "booked completed",
            "reminder completed",
            "reminder completed"
        ]
    );
    for it in recorded(&visit) {
        assert!(
            it["sent"].is_string() && it["subject"]["reference"].is_string(),
            "{it}"
        );
    }
    let text = person.sent()[1]["text"].as_str().unwrap().to_owned();
    for part in [
        "提醒",
        "王**",
        "11月26日 星期四 上午09:45-10:00",
        "15 分钟",
        "身份证",
        "一次爽约",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[test]
fn nothing_is_sent_for_what_was_cancelled_and_only_the_new_time_after_a_move() {
    let (mut person, _, visit) = somebody();
    person.fire();
    let id = AppointmentId::from(format!("general~{visit}").as_str());
    let doctor = doctor();
    let moved = person
        .reschedule(&id, &format!("q-{doctor}"), "key-move")
        .appointment()
        .unwrap();
    person.fire();
    let phone = person.phone();
    assert_eq!(
        person.news(),
        [format!("booked {phone}"), format!("moved {phone}")]
    );
    person.at("2026-11-25T10:00:00+08:00");
    person.fire();
    assert!(person.news().is_empty(), "the old time's reminder");
    person.at("2026-11-25T14:00:00+08:00");
    person.fire();
    assert_eq!(person.news(), [format!("reminder {phone}")]);
    person.cancel(&moved.id, true).appointment().unwrap();
    person.fire();
    assert_eq!(person.news(), [format!("cancelled_late {phone}")]);
    person.at("2026-11-26T12:00:00+08:00");
    person.fire();
    assert!(person.news().is_empty());
}

#[test]
fn a_new_secret_tells_nobody_anything_again() {
    let (mut person, slot, visit) = somebody();
    person.fire();
    person.at("2026-11-25T09:45:00+08:00");
    person.fire();
    assert_eq!(person.news().len(), 2, "booked, reminder");
    person.rotate();
    let hospital = person.hospital();
    let id = format!("v~{visit}");
    block_on(reminders::fire(&person.ctx, &hospital, &id)).unwrap();
    assert!(person.news().is_empty());
    // What is new is told under it, once.
    change("Slot", &slot, |slot| {
        slot["status"] = "busy-unavailable".into();
    });
    for _ in 0..2 {
        block_on(reminders::fire(&person.ctx, &hospital, &id)).unwrap();
    }
    assert_eq!(person.news(), [format!("stopped {}", person.phone())]);
}

#[test]
fn a_hospital_that_refuses_for_a_while_loses_no_reminder() {
    for status in [401, 422] {
        let (mut person, _, _) = somebody();
        person.line.status.set(Some(status));
        assert!(person.fire() > 0, "{status}");
        person.line.status.set(None);
        assert_eq!(person.fire(), 0);
        person.at("2026-11-25T09:45:00+08:00");
        person.fire();
        assert_eq!(person.news().len(), 2, "{status}: booked, reminder");
        // What it refuses for good is not asked for ever, what it keeps from us now is.
        person.at("2026-11-26T07:45:30+08:00");
        person.line.status.set(Some(status));
        assert_eq!(person.fire(), 1);
        person.at("2026-11-27T07:46:00+08:00");
        assert_eq!(person.fire(), usize::from(status == 401));
    }
}

/// The outbox does not answer, or answers when it has taken the message.
struct Outbox {
    through: Rc<dyn Objects>,
    /// It has taken it, and the edge ends.
    takes: bool,
}

impl Objects for Outbox {
    fn call<'a>(
        &'a self,
        class: Class,
        name: &'a str,
        path: &'a str,
        body: Vec<u8>,
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
        if class != Class::Dev {
            return self.through.call(class, name, path, body);
        }
        Box::pin(async move {
            if self.takes {
                self.through.call(class, name, path, body).await?;
                // The edge ends here: nothing after it happens.
                std::future::pending::<()>().await;
            }
            Err(ObjectError)
        })
    }
}

#[test]
fn an_edge_that_ends_between_record_and_record_sends_at_most_once() {
    for takes in [true, false] {
        let (mut person, _, visit) = somebody();
        let through = person.ctx.objects.clone();
        if takes {
            person.ctx.objects = Rc::new(Outbox {
                through: through.clone(),
                takes,
            });
            block_on(fire_and_die(&person, &visit));
        } else {
            // It ends before the message is handed over.
            person
                .line
                .faults
                .borrow_mut()
                .push(Some(Fault::ReplyLostLineDead));
            assert_eq!(person.fire(), 1);
            person.line.dead.set(false);
        }
        person.ctx.objects = through;
        assert_eq!(standings(&visit), ["booked preparation"]);
        let sent = person.news().len();
        assert_eq!(sent, usize::from(takes));
        person.fire();
        person.at("2026-11-23T11:00:00+08:00");
        person.fire();
        assert!(person.news().is_empty(), "never twice");
    }
}

#[test]
fn an_edge_that_lives_sends_what_it_has_recorded_though_the_reply_is_lost_or_doubled() {
    for fault in [Fault::ReplyLost, Fault::ReplyCut, Fault::Twice] {
        let (mut person, _, visit) = somebody();
        person.line.faults.borrow_mut().push(Some(fault));
        assert_eq!(person.fire(), 0, "{fault:?}");
        let booked = [format!("booked {}", person.phone())];
        assert_eq!(person.news(), booked, "{fault:?}");
        assert_eq!(standings(&visit), ["booked completed"], "{fault:?}");
        person.at("2026-11-23T11:00:00+08:00");
        person.fire();
        assert!(person.news().is_empty(), "never twice");
    }
}

/// Drops the firing where it stands, as the end of the edge does.
async fn fire_and_die(person: &Person, visit: &str) {
    let hospital = person.hospital();
    let id = format!("v~{visit}");
    let mut firing = Box::pin(reminders::fire(&person.ctx, &hospital, &id));
    for _ in 0..100 {
        assert!(futures_util::poll!(&mut firing).is_pending());
    }
}

#[test]
fn what_the_gateway_refuses_is_tried_again_while_it_is_of_use() {
    let (mut person, _, visit) = somebody();
    let through = person.ctx.objects.clone();
    person.ctx.objects = Rc::new(Outbox {
        through: through.clone(),
        takes: false,
    });
    person.fire();
    assert_eq!(standings(&visit), ["booked on-hold"]);
    person.ctx.objects = through;
    person.at("2026-11-23T10:01:05+08:00");
    person.fire();
    assert_eq!(person.news(), [format!("booked {}", person.phone())]);
    assert_eq!(standings(&visit), ["booked completed"]);
}

#[test]
fn who_has_a_place_with_a_stopped_doctor_is_told_once() {
    let (mut person, slot, visit) = somebody();
    person.fire();
    person.news();
    change("Slot", &slot, |slot| {
        slot["status"] = "busy-unavailable".into();
    });
    let hospital = person.hospital();
    for _ in 0..3 {
        block_on(reminders::on_change(
            &person.ctx,
            &hospital,
            &[changed(&slot)],
        ));
        person.fire();
    }
    assert_eq!(person.news(), [format!("stopped {}", person.phone())]);
    let text = person.sent().last().unwrap()["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(text.contains("停诊") && text.contains("重新挂号"), "{text}");
    // The staff calls it off as well: the same news.
    change("Appointment", &visit, |it| {
        it["status"] = "cancelled".into();
        it["cancelationReason"] = json!({"coding":[{
            "system":"http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason",
            "code":"prov-pers"}]});
    });
    block_on(reminders::on_change(
        &person.ctx,
        &hospital,
        &[changed(&slot)],
    ));
    person.fire();
    // And no reminder of what does not take place.
    person.at("2026-11-25T10:00:00+08:00");
    person.fire();
    assert!(person.news().is_empty());
}

#[test]
fn a_stopped_doctors_visit_shows_it_and_costs_nothing_to_give_back() {
    let (mut person, slot, visit) = somebody();
    change("Slot", &slot, |slot| {
        slot["status"] = "busy-unavailable".into();
    });
    // An hour before: otherwise too late.
    person.at("2026-11-26T08:45:00+08:00");
    let id = AppointmentId::from(format!("general~{visit}").as_str());
    let gone = person.cancel(&id, false).appointment().unwrap();
    assert_eq!(gone.status, AppointmentStatus::Cancelled);
    assert!(!gone.late_cancel);
    assert_eq!(server::status(&slot), "busy-unavailable");
}

#[test]
fn another_time_or_place_is_told() {
    let (person, _, visit) = somebody();
    person.fire();
    person.news();
    let hospital = person.hospital();
    let (_, seen) = block_on(reminders::sweep(&person.ctx, &hospital, None)).unwrap();
    change("Appointment", &visit, |it| {
        it["start"] = "2026-11-26T10:15:00+08:00".into();
        it["end"] = "2026-11-26T10:30:00+08:00".into();
    });
    for _ in 0..2 {
        let (timers, _) = block_on(reminders::sweep(&person.ctx, &hospital, Some(seen))).unwrap();
        assert!(timers.iter().any(|it| it.id.ends_with(&visit)));
        person
            .timers
            .borrow_mut()
            .extend(timers.into_iter().filter(|it| it.id.ends_with(&visit)));
        person.fire();
    }
    assert_eq!(person.news(), [format!("changed {}", person.phone())]);
    let text = person.sent().last().unwrap()["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(text.contains("10:15-10:30"), "{text}");
}

/// The hospital moves a visit, and the edge hears of it. Gives up to when it has looked.
fn moves(person: &Person, visit: &str, start: &str, since: Timestamp) -> Timestamp {
    change("Appointment", visit, |it| it["start"] = start.into());
    hears(person, visit, since)
}

/// The edge looks at what has changed.
fn hears(person: &Person, visit: &str, since: Timestamp) -> Timestamp {
    let hospital = person.hospital();
    let swept = reminders::sweep(&person.ctx, &hospital, Some(since));
    let (timers, seen) = block_on(swept).unwrap();
    let ours = timers.into_iter().filter(|it| it.id.ends_with(visit));
    person.timers.borrow_mut().extend(ours);
    person.fire();
    seen
}

fn now_there(person: &Person) -> Timestamp {
    let hospital = person.hospital();
    let swept = reminders::sweep(&person.ctx, &hospital, None);
    block_on(swept).unwrap().1
}

#[test]
fn another_time_is_told_by_day_unless_it_is_too_late_then() {
    let (mut person, _, visit) = somebody();
    person.fire();
    person.news();
    let phone = person.phone();
    let mut seen = now_there(&person);
    person.at("2026-11-24T02:00:00+08:00");
    seen = moves(&person, &visit, "2026-11-26T10:15:00+08:00", seen);
    for (now, news) in [
        ("2026-11-24T08:59:59+08:00", vec![]),
        (
            "2026-11-24T09:00:00+08:00",
            vec![format!("changed {phone}")],
        ),
        (
            "2026-11-25T10:15:30+08:00",
            vec![format!("reminder {phone}")],
        ),
    ] {
        person.at(now);
        person.fire();
        assert_eq!(person.news(), news, "{now}");
    }
    // Before they set out.
    person.at("2026-11-25T23:00:00+08:00");
    seen = moves(&person, &visit, "2026-11-26T10:00:00+08:00", seen);
    assert!(person.news().is_empty());
    person.at("2026-11-26T08:00:00+08:00");
    person.fire();
    assert_eq!(person.news(), [format!("changed {phone}")]);
    person.at("2026-11-26T08:10:00+08:00");
    moves(&person, &visit, "2026-11-26T08:45:00+08:00", seen);
    assert_eq!(person.news(), [format!("changed {phone}")]);
}

#[test]
fn who_was_told_of_a_change_is_not_reminded_of_it_as_well() {
    let (mut person, _, visit) = somebody();
    person.fire();
    person.at("2026-11-25T09:45:00+08:00");
    person.fire();
    assert_eq!(person.news().len(), 2, "booked, reminder");
    let phone = person.phone();
    let mut seen = now_there(&person);
    person.at("2026-11-25T16:00:00+08:00");
    seen = moves(&person, &visit, "2026-11-26T10:15:00+08:00", seen);
    assert_eq!(person.news(), [format!("changed {phone}")]);
    person.at("2026-11-25T17:00:00+08:00");
    change("Appointment", &visit, |it| it["comment"] = "…".into());
    hears(&person, &visit, seen);
    assert!(person.news().is_empty(), "it was told at four");
    person.at("2026-11-26T08:15:00+08:00");
    person.fire();
    assert_eq!(person.news(), [format!("reminder {phone}")]);
}

#[test]
fn what_was_booked_at_the_window_is_reminded_and_not_confirmed() {
    let (mut person, slot, visit) = somebody();
    // As the window writes it: no key, nobody's timer.
    change("Appointment", &visit, |it| {
        it["identifier"] = json!([]);
        it["extension"] = json!([]);
    });
    person.objects.0.borrow_mut().clear();
    let hospital = person.hospital();
    let (timers, _) = block_on(reminders::sweep(&person.ctx, &hospital, None)).unwrap();
    let timer = timers
        .into_iter()
        .find(|it| it.id.ends_with(&visit))
        .unwrap();
    assert_eq!(timer.at, "2026-11-25T09:45:00+08:00".parse().unwrap());
    person.timers.borrow_mut().push(timer);
    person.fire();
    assert!(person.news().is_empty(), "{slot}");
    person.at("2026-11-25T09:45:10+08:00");
    person.fire();
    assert_eq!(person.news(), [format!("reminder {}", person.phone())]);
}

/// Gives a patient a daughter who may book, with a phone of her own.
fn daughter(person: &Person, status: &str, phone: &str) -> String {
    let patient = person.who.records[0].patient.clone();
    let id = format!("rel-{patient}");
    server::replace(
        &json!({"resourceType":"RelatedPerson","id":id,"active":true,
        "patient":{"reference":format!("Patient/{patient}")},
        "communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"en"}]}}],
        "telecom":[{"system":"phone","value":phone,
            "extension":[{"url":"urn:banzhen:ext:verified","valueBoolean":true}]}]}),
    );
    server::replace(
        &json!({"resourceType":"Consent","id":format!("con-{patient}"),"status":status,
        "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
        "category":[{"text":"proxy"}],"policy":[{"uri":"urn:banzhen:policy"}],
        "patient":{"reference":format!("Patient/{patient}")},
        "provision":{"type":"permit",
            "actor":[{"role":{"text":"proxy"},"reference":{"reference":format!("RelatedPerson/{id}")}}],
            "action":[{"coding":[{"system":"urn:banzhen:right","code":"book"}]}]}}),
    );
    id
}

#[test]
fn the_proxy_who_booked_is_told_too_while_the_consent_lasts() {
    let (mut person, doctor) = (Person::new(&patient()), doctor());
    let hers = format!("139{}", &person.phone()[3..]);
    let id = daughter(&person, "active", &hers);
    person.who.records[0].agent = format!("RelatedPerson/{id}");
    person.booked(&format!("s-{doctor}-7"));
    person.fire();
    let own = person.phone();
    assert_eq!(
        person.news(),
        [format!("booked {own}"), format!("booked {hers}")]
    );
    let to_her = person
        .sent()
        .into_iter()
        .find(|it| it["to"] == hers.as_str())
        .unwrap();
    assert!(
        to_her["text"].as_str().unwrap().contains("you are booked"),
        "in her language"
    );
    daughter(&person, "inactive", &hers);
    person.at("2026-11-25T09:45:10+08:00");
    person.fire();
    assert_eq!(person.news(), [format!("reminder {own}")]);
}

#[test]
fn who_has_no_phone_is_told_through_those_who_act_for_them_or_the_hospital_knows() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    change("Patient", &person.who.records[0].patient, |it| {
        it["telecom"] = json!([]);
    });
    let first = local(&person.booked(&format!("s-{doctor}-0")).id);
    person.fire();
    assert!(person.news().is_empty());
    assert_eq!(standings(&first), ["booked not-done"]);
    assert_eq!(
        recorded(&first)[0]["statusReason"]["coding"][0]["code"],
        "invalid-phone-number"
    );
    daughter(&person, "active", "13911112222");
    let (mut person, doctor) = (person, crate::world::doctor());
    person.at("2026-11-23T10:01:00+08:00");
    person.booked(&format!("s-{doctor}-5"));
    person.fire();
    assert_eq!(person.news(), ["booked 13911112222"]);
}
