//! Visits with a doctor who was stopped (A23): the slot says so, whatever the hospital has done
//! about the Appointment. They never count against the person.

use fhir::{booking::Booking, resources::AppointmentStatus::Booked};

use super::scene::Scene;
use crate::http::AppError;

/// Bookings, with those to come that are called off marked so.
///
/// # Errors
/// `hospital_unavailable`: a visit that does not take place must not be shown as if it did.
pub async fn marked(scene: &Scene<'_>, mut all: Vec<Booking>) -> Result<Vec<Booking>, AppError> {
    let to_come = |it: &&Booking| it.status == Booked && it.end.is_some_and(|end| end > scene.now);
    let stopped = ids(scene, &all.iter().filter(to_come).collect::<Vec<_>>()).await?;
    for booking in &mut all {
        booking.stopped |= stopped.contains(&booking.id);
    }
    Ok(all)
}

/// The same of one.
pub async fn marked_one(scene: &Scene<'_>, booking: Booking) -> Result<Booking, AppError> {
    let mut marked = marked(scene, vec![booking]).await?;
    marked.pop().ok_or_else(|| contract::Code::Internal.into())
}

/// Which of these bookings of the scene's hospital are in a slot that was stopped.
pub async fn ids(scene: &Scene<'_>, of: &[&Booking]) -> Result<Vec<String>, AppError> {
    Ok(scene.backend.stopped(of).await?)
}
