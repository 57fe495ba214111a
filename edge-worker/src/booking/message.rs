//! The message about a booking, a move or a cancel (A17). It goes out after the write, and its
//! failing changes nothing.

use std::collections::BTreeMap;

use contract::Appointment;
use locales::{messages as texts, when};

use super::scene::Scene;
use crate::messages::{self, Channel, Message};

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Booked.
    Booked,
    /// Moved to this.
    Moved,
    /// Cancelled; whether it counts as a no-show stands in the appointment.
    Cancelled,
}

/// Sends it to the caller's phone.
pub async fn send(scene: &Scene<'_>, it: &Appointment, kind: Kind) {
    // The log has said why, if it was not taken over.
    let _ = messages::send(scene.ctx, &message(scene, it, kind)).await;
}

fn message(scene: &Scene<'_>, it: &Appointment, kind: Kind) -> Message {
    let lang = scene.ctx.lang();
    let hospital = &it.hospital_name;
    let name = &it.person.name_masked;
    let title = it.doctor.title.as_deref().unwrap_or_default();
    let doctor = format!("{} {title}", it.doctor.name);
    // A phone lies open on a table: some departments are nobody else's business.
    let sensitive = scene
        .hospital
        .unnamed_departments
        .contains(&it.department.id);
    let (department, doctor) = if sensitive {
        (texts::clinic(&lang), String::new())
    } else {
        (it.department.name.clone(), doctor.trim().to_owned())
    };
    let when = span(&lang, it);
    let place = it.location.clone().filter(|_| !sensitive);
    let place = place.unwrap_or_else(|| texts::place_ask(&lang));
    let number = it.number.as_deref().unwrap_or("-");
    let early = scene.hospital.rules.check_in.nominal_minutes;
    let before = when::day_time(&lang, &it.cancel_before);
    let (kind, text) = match kind {
        Kind::Booked => (
            "booked",
            texts::booked(
                &lang,
                hospital,
                name,
                &department,
                &doctor,
                &when,
                &place,
                number,
                early,
                &before,
            ),
        ),
        Kind::Moved => (
            "moved",
            texts::moved(
                &lang,
                hospital,
                name,
                &department,
                &doctor,
                &when,
                &place,
                number,
                early,
                &before,
            ),
        ),
        Kind::Cancelled if it.late_cancel => (
            "cancelled_late",
            texts::cancelled_late(&lang, hospital, name, &department, &doctor, &when, number),
        ),
        Kind::Cancelled => (
            "cancelled",
            texts::cancelled(&lang, hospital, name, &department, &doctor, &when, number),
        ),
    };
    let parameters = BTreeMap::from([
        ("hospital", hospital.clone()),
        ("name", name.clone()),
        ("department", department.clone()),
        ("doctor", doctor.clone()),
        ("when", when),
        ("place", place),
        ("number", number.to_owned()),
        ("early", early.to_string()),
        ("before", before),
    ]);
    Message {
        to: scene.who.phone.clone(),
        channel: Channel::Sms,
        kind,
        text,
        parameters,
    }
}

/// `11月26日 星期四 下午14:00-14:20`.
fn span(lang: &locales::Lang, it: &Appointment) -> String {
    let clock = |at: &contract::Instant| at.as_str().get(11..16).unwrap_or_default().to_owned();
    let (from, to) = (clock(&it.start), clock(&it.end));
    let half = if from.as_str() < "12:00" { "am" } else { "pm" };
    texts::span(
        lang,
        &when::day(lang, &when::day_of(&it.start)),
        half,
        &from,
        &to,
    )
}
