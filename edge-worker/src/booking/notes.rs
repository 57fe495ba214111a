//! What to know about a visit (A17), in the language asked for.

use contract::{AppointmentStatus, DepartmentId, HospitalId};
use jiff::civil::DateTime;
use locales::notes;

use super::scene::Scene;

/// The notes of a booking in a department that starts then; `missing` are hospitals that could not be asked about clashes.
pub fn of(
    scene: &Scene<'_>,
    department: &DepartmentId,
    start: DateTime,
    status: AppointmentStatus,
    stopped: bool,
    missing: &[HospitalId],
) -> Vec<String> {
    let lang = scene.ctx.lang();
    let mut list = Vec::new();
    if stopped {
        list.push(notes::stopped(&lang));
    }
    if status == AppointmentStatus::Booked {
        list.push(notes::come_early(
            &lang,
            scene.hospital.rules.check_in.nominal_minutes,
        ));
        list.push(notes::bring_id(&lang));
        list.push(notes::bring_records(&lang));
        let fasting = &scene.hospital.fasting_departments;
        if start.hour() < 12 && fasting.contains(department) {
            list.push(notes::fasting(&lang));
        }
        let names = missing
            .iter()
            .filter_map(|id| scene.ctx.config.hospital(id));
        list.extend(names.map(|hospital| notes::not_checked(&lang, &hospital.name)));
    }
    list
}
