//! The words (A17): who, with whom, when, where, what to bring, until when it can be given back.

use contract::Map;
use fhir::booking::Booking;
use jiff::Timestamp;
use locales::{Lang, messages as texts, when};

use super::letter::Text;
use crate::{booking::Place, config::Hospital};

/// What the messages about a visit say.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// Where.
    pub hospital: &'a Hospital,
    /// The visit.
    pub booking: &'a Booking,
    /// Where and with whom.
    pub place: &'a Place,
    /// The patient.
    pub name_masked: &'a str,
}

impl Words<'_> {
    /// The text of a kind of message in a language, and its parts for a gateway's template.
    pub fn write(&self, lang: &Lang, kind: &str, now: Timestamp) -> Text {
        let (hospital, name) = (&self.hospital.name, self.name_masked);
        let (department, doctor, place) = self.with_whom(lang);
        let when = self.span(lang);
        let number = self.booking.number.as_deref().unwrap_or("-");
        let early = self.hospital.rules.check_in.nominal_minutes;
        let (before, free) = self.cancel_before(lang, now);
        // Past it there is nothing to gain by hurrying, and something to know.
        let cancel = if free {
            texts::cancel_free(lang, &before)
        } else {
            texts::cancel_late(lang)
        };
        let phone = &self.hospital.hotline.number;
        let text = match kind {
            "booked" => texts::booked(
                lang,
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
            "moved" => texts::moved(
                lang,
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
            "changed" => texts::changed(
                lang,
                hospital,
                name,
                &department,
                &doctor,
                &when,
                &place,
                number,
                early,
                phone,
            ),
            "reminder" => texts::reminder(
                lang,
                hospital,
                name,
                &department,
                &doctor,
                &when,
                &place,
                number,
                early,
                &cancel,
            ),
            "stopped" => texts::stopped(
                lang,
                hospital,
                name,
                &department,
                &doctor,
                &when,
                number,
                phone,
            ),
            "offer" => {
                let until = self
                    .booking
                    .hold_expires
                    .map(|at| self.hospital.instant(at));
                let until = until.map_or_else(String::new, |at| when::day_time(lang, &at));
                texts::offer(lang, hospital, name, &department, &doctor, &when, &until)
            }
            "offer_gone" => texts::offer_gone(lang, hospital, name, &department, &doctor, &when),
            "cancelled_late" => {
                texts::cancelled_late(lang, hospital, name, &department, &doctor, &when, number)
            }
            _ => texts::cancelled(lang, hospital, name, &department, &doctor, &when, number),
        };
        let parameters = Map::from([
            ("hospital", hospital.clone()),
            ("name", name.to_owned()),
            ("department", department),
            ("doctor", doctor),
            ("when", when),
            ("place", place),
            ("number", number.to_owned()),
            ("early", early.to_string()),
            ("before", before),
            ("phone", phone.clone()),
        ]);
        (text, parameters)
    }

    /// Department, doctor and place.
    fn with_whom(&self, lang: &Lang) -> (String, String, String) {
        let Place {
            doctor,
            department,
            location,
        } = self.place;
        // A phone lies open on a table: some departments are nobody else's business.
        if self.hospital.unnamed_departments.contains(&department.id) {
            return (texts::clinic(lang), String::new(), texts::place_ask(lang));
        }
        let title = doctor.title.as_deref().unwrap_or_default();
        let doctor = format!("{} {title}", doctor.name).trim().to_owned();
        let place = location.clone().unwrap_or_else(|| texts::place_ask(lang));
        (department.name.clone(), doctor, place)
    }

    /// Until when cancelling is free, and whether it still is.
    fn cancel_before(&self, lang: &Lang, now: Timestamp) -> (String, bool) {
        let zone = self.hospital.zone;
        let made = self.booking.created.unwrap_or(Timestamp::UNIX_EPOCH);
        let start = zone.civil(self.booking.start.unwrap_or(now));
        let terms = self.hospital.pack.change_terms(zone.civil(made), start);
        let free = zone.civil(now) < terms.cancel_before;
        (when::day_time(lang, &zone.write(terms.cancel_before)), free)
    }

    /// `11月26日 星期四 下午14:00-14:20`.
    fn span(&self, lang: &Lang) -> String {
        let (Some(start), Some(end)) = (self.booking.start, self.booking.end) else {
            return String::new();
        };
        let (start, end) = (self.hospital.instant(start), self.hospital.instant(end));
        let clock = |at: &contract::Instant| at.as_str().get(11..16).unwrap_or_default().to_owned();
        let (from, to) = (clock(&start), clock(&end));
        let half = if from.as_str() < "12:00" { "am" } else { "pm" };
        let day = when::day(lang, &when::day_of(&start));
        texts::span(lang, &day, half, &from, &to)
    }
}
