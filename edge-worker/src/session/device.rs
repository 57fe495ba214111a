//! What kind of device a session was opened on: enough to tell one's own apart, no more.

/// `phone`, `computer` or `other`, from `User-Agent`.
pub(super) fn class(user_agent: Option<&str>) -> &'static str {
    let user_agent = user_agent.unwrap_or_default();
    if ["Mobile", "Android", "iPhone", "MicroMessenger"]
        .iter()
        .any(|it| user_agent.contains(it))
    {
        "phone"
    } else if ["Windows", "Macintosh", "X11"]
        .iter()
        .any(|it| user_agent.contains(it))
    {
        "computer"
    } else {
        "other"
    }
}
