//! What is public: hospitals, departments, doctors, slots.

use crate::http::router::Router;

/// The operations of this part.
pub fn routes(router: Router) -> Router {
    router
}
