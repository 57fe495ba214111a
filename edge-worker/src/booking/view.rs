//! A booking as a person sees it.

use contract::{Appointment, AppointmentStatus, Code, HospitalId, PersonRef};
use fhir::{booking::Booking, directory::Directory, resources::AppointmentStatus as Status};

use super::{id, notes, place::Place, scene::Scene};
use crate::{http::AppError, reads};

/// One booking; `missing` are hospitals that could not be asked about clashes.
pub async fn appointment(
    scene: &Scene<'_>,
    booking: &Booking,
    missing: &[HospitalId],
) -> Result<Appointment, AppError> {
    let directory = reads::directory::load(scene.ctx, scene.hospital).await?;
    show(scene, &directory, booking, missing).ok_or_else(|| Code::NotFound.into())
}

/// One booking; nothing for what is never shown: holds, drafts and mistakes.
pub fn show(
    scene: &Scene<'_>,
    directory: &Directory,
    booking: &Booking,
    missing: &[HospitalId],
) -> Option<Appointment> {
    let status = status(booking)?;
    let (start, end) = (booking.start?, booking.end?);
    let hospital = scene.hospital;
    let place = Place::of_booking(directory, booking);
    // Unknown when: as if long ago, so that only the deadline counts.
    let booked = booking.created.unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let terms = hospital
        .pack
        .change_terms(scene.civil(booked), scene.civil(start));
    let department = &place.department.id;
    let notes = notes::of(
        scene,
        department,
        scene.civil(start),
        status,
        booking.stopped,
        missing,
    );
    Some(Appointment {
        notes,
        id: id::appointment(&hospital.id, &booking.id),
        number: booking.number.clone(),
        status,
        hospital: hospital.id.clone(),
        hospital_name: hospital.name.clone(),
        department: place.department,
        doctor: place.doctor,
        start: hospital.instant(start),
        end: hospital.instant(end),
        location: place.location,
        cancel_before: hospital.zone.write(terms.cancel_before),
        fee_fen: booking.fee_fen,
        person: PersonRef {
            id: scene.who.person.clone(),
            name_masked: rules::mask::name(&scene.record.name),
        },
        channel: booking.channel.clone(),
        late_cancel: booking.late_cancel,
        stopped: booking.stopped,
    })
}

fn status(booking: &Booking) -> Option<AppointmentStatus> {
    if booking.was_only_held() {
        return None;
    }
    match booking.status {
        Status::Booked => Some(AppointmentStatus::Booked),
        Status::Arrived | Status::CheckedIn => Some(AppointmentStatus::Arrived),
        Status::Fulfilled => Some(AppointmentStatus::Fulfilled),
        Status::Cancelled => Some(AppointmentStatus::Cancelled),
        Status::NoShow => Some(AppointmentStatus::NoShow),
        Status::Waitlist => Some(AppointmentStatus::Waitlist),
        Status::Proposed | Status::Pending | Status::EnteredInError | Status::Other => None,
    }
}
