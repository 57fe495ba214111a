//! Where hospitals send their notifications: `/hooks/{hospital}`, and what stands under it (R4
//! puts `Slot/{id}` there). Whoever does not know the hospital's secret is not listened to.

use contract::{Code, HospitalId};
use fhir::subscription::Notification;

use super::{SlotChange, keeper};
use crate::{
    config::Hospital,
    ctx::{Class, Ctx},
    http::{AppError, Reply, Request, operator},
    metrics::{self, Metric},
    secrets::Secret,
};

/// What all paths of hooks begin with.
pub const PREFIX: &str = "/hooks/";
/// The largest notification, bytes: thousands of slots in one Bundle, of which each takes a thousand.
pub const CAP: usize = 4 * 1024 * 1024;

/// The hospital a notification comes from, if it knows the secret; asked before the body is read.
///
/// # Errors
/// `not_found` for a hospital that does not exist, `unauthenticated` without its secret.
pub fn from<'a>(ctx: &'a Ctx, request: &Request) -> Result<&'a Hospital, AppError> {
    let path = request.path.strip_prefix(PREFIX).unwrap_or_default();
    let id: HospitalId = path.split('/').next().unwrap_or_default().into();
    let hospital = ctx.hospital(&id)?;
    let sent = request.header("authorization").unwrap_or_default();
    let known = ctx
        .config
        .secrets
        .all()
        .iter()
        .any(|secret| operator::equal(&authorization(secret, hospital), sent));
    if known {
        Ok(hospital)
    } else {
        count(hospital, "refused");
        Err(Code::Unauthenticated.into())
    }
}

/// Takes a notification in. The answer comes when it has been taken in, so that a hospital that is
/// told otherwise sends it again.
///
/// # Errors
/// `malformed_json`; whatever keeps a board from being told.
pub async fn take(ctx: &Ctx, hospital: &Hospital, request: &Request) -> Result<Reply, AppError> {
    let notification = Notification::read(&request.body).ok_or(Code::MalformedJson)?;
    let silent = notification.resources.is_empty();
    let alive = silent && !notification.untold;
    count(hospital, if alive { "alive" } else { "applied" });
    let resources = notification.resources.iter();
    let changes: Vec<SlotChange> = resources
        .filter(|stored| stored.kind() == "Slot")
        .filter_map(|stored| SlotChange::read(stored, &hospital.naming))
        .collect();
    super::take(ctx, hospital, changes).await?;
    // Counted notifications show a gap, and one that does not say what has changed is one.
    if silent || notification.untold || notification.events.is_some() {
        let heard = keeper::Heard {
            hospital: hospital.id.clone(),
            events: notification.events,
            before: notification.before,
            untold: notification.untold,
        };
        let name = hospital.id.as_str();
        ctx.ask::<()>(Class::Feed, name, keeper::HEARD, &heard)
            .await?;
    }
    Ok(Reply::empty(200))
}

fn count(hospital: &Hospital, outcome: &str) {
    metrics::count(Metric::Notifications, &[hospital.id.as_str(), outcome]);
}

/// The `Authorization` that a hospital sends with its notifications.
pub(super) fn authorization(secret: &Secret, hospital: &Hospital) -> String {
    format!("Bearer {}", secret.digest(&["hook", hospital.id.as_str()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ctx::tests::ctx, http::Headers};

    fn request(path: &str, authorization: &str) -> Request {
        let mut headers = Headers::default();
        headers.insert("authorization", authorization.to_owned());
        Request {
            method: "PUT".into(),
            path: path.into(),
            headers,
            ..Request::default()
        }
    }

    #[test]
    fn only_the_hospital_itself_is_listened_to() {
        let ctx = ctx();
        let of = |id: &str| {
            let hospital = ctx.config.hospital(&id.into()).unwrap();
            authorization(ctx.config.secrets.current(), hospital)
        };
        let code = |path: &str, authorization: &str| match from(&ctx, &request(path, authorization))
        {
            Ok(hospital) => hospital.id.to_string(),
            Err(error) => error.code().to_owned(),
        };
        let path = "/hooks/general/Slot/s1";
        assert_eq!(code(path, &of("general")), "general");
        assert_eq!(code(path, &of("community")), "unauthenticated");
        assert_eq!(code(path, "Bearer "), "unauthenticated");
        assert_eq!(code(path, ""), "unauthenticated");
        assert_eq!(code("/hooks/elsewhere", &of("general")), "not_found");
        assert_eq!(code("/hooks/", &of("general")), "not_found");
    }
}
