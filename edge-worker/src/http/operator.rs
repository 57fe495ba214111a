//! Who may see what is for those who run the edge: whoever brings the operator's token.

use contract::Code;
use sha2::{Digest, Sha256};

use super::{AppError, Request};
use crate::config::Config;

/// Whether the request brings the operator's token, `Authorization: Bearer <token>`.
///
/// # Errors
/// `not_found` where the settings name no token: then there is nothing to see. `unauthenticated`
/// for another one or none.
pub fn check(config: &Config, request: &Request) -> Result<(), AppError> {
    let wanted = config.operator.as_deref().ok_or(Code::NotFound)?;
    let (scheme, brought) = request
        .header("authorization")
        .and_then(|header| header.split_once(' '))
        .unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") && equal(brought.trim(), wanted) {
        Ok(())
    } else {
        Err(Code::Unauthenticated.into())
    }
}

/// In the same time wherever they differ: digests are compared, whole.
pub fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (Sha256::digest(a), Sha256::digest(b));
    a.iter()
        .zip(b.iter())
        .fold(0, |seen, (a, b)| seen | (a ^ b))
        == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ctx::tests::ctx;

    fn told(token: Option<&str>, header: Option<&str>) -> Result<(), &'static str> {
        let mut config = (*ctx().config).clone();
        config.operator = token.map(str::to_owned);
        let mut request = Request::default();
        if let Some(header) = header {
            request
                .headers
                .insert("authorization", header.parse().unwrap());
        }
        check(&config, &request).map_err(|error| error.code())
    }

    #[test]
    fn only_the_token_opens_it() {
        assert_eq!(told(None, Some("Bearer x")), Err("not_found"));
        assert_eq!(told(Some("secret"), None), Err("unauthenticated"));
        for wrong in [
            "Bearer",
            "Bearer ",
            "Bearer secre",
            "Bearer secrets",
            "Basic secret",
        ] {
            assert_eq!(told(Some("secret"), Some(wrong)), Err("unauthenticated"));
        }
        assert_eq!(told(Some("secret"), Some("bearer secret")), Ok(()));
    }
}
