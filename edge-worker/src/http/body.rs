//! Bodies, queries and headers that clients fill in, checked field by field.

use contract::{
    Code, FieldCode,
    json::{self, FromJson},
};

use super::{AppError, Refusal, Request};

/// The largest body read unless an operation says otherwise, bytes.
pub const CAP: usize = 64 * 1024;

/// The JSON body of a request.
///
/// # Errors
/// `unsupported_media_type`, `malformed_json`, or `invalid_request` naming the field.
pub fn parse<T: FromJson>(request: &Request) -> Result<T, AppError> {
    let media_type = request.header("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Code::UnsupportedMediaType.into());
    }
    let value = json::parse(&request.body).ok_or(Code::MalformedJson)?;
    json::read(&value).map_err(|error| Refusal::fields(vec![error]).into())
}

/// The query as decoded pairs, in their order.
pub fn query(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (
                decode(&name.replace('+', " ")),
                decode(&value.replace('+', " ")),
            )
        })
        .collect()
}

/// Percent-decoding; what is no valid UTF-8 becomes U+FFFD, what is no escape stays.
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escape = (first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = escape {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The `Idempotency-Key`: 8 to 64 of `A-Za-z0-9_-`.
///
/// # Errors
/// `invalid_request`, field `Idempotency-Key`.
pub fn idempotency_key(request: &Request) -> Result<String, AppError> {
    const FIELD: &str = "Idempotency-Key";
    let Some(value) = request.headers.get(FIELD) else {
        return Err(Refusal::field(FIELD, FieldCode::Missing).into());
    };
    Some(value)
        .filter(|key| (8..=64).contains(&key.len()))
        .filter(|key| {
            key.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        })
        .map(str::to_owned)
        .ok_or_else(|| Refusal::field(FIELD, FieldCode::Malformed).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(media_type: &str, body: &str) -> Request {
        let mut request = Request {
            body: body.into(),
            ..Request::default()
        };
        request
            .headers
            .insert("content-type", media_type.parse().unwrap());
        request
    }

    fn why(body: &str) -> (Code, Option<(String, FieldCode)>) {
        let error = parse::<contract::NewPerson>(&post("application/json; charset=utf-8", body));
        let Err(AppError::Refused(refusal)) = error else {
            panic!("{error:?}")
        };
        let field = refusal
            .problem
            .errors
            .map(|mut e| e.remove(0))
            .map(|e| (e.field, e.code));
        (refusal.code, field)
    }

    #[test]
    fn a_wrong_body_names_its_field() {
        let field = |name: &str, code| (Code::InvalidRequest, Some((name.to_owned(), code)));
        let rest = r#""name":"张伟","id_type":"resident""#;
        assert_eq!(why("{"), (Code::MalformedJson, None));
        assert_eq!(why(&"[".repeat(10_000)), (Code::MalformedJson, None));
        assert_eq!(why("[\"general\"]"), field("", FieldCode::WrongType));
        assert_eq!(
            why(&format!(r#"{{"hospital":"general",{rest}}}"#)),
            field("id_number", FieldCode::Missing)
        );
        assert_eq!(
            why(&format!(r#"{{"hospital":3,{rest},"id_number":"1"}}"#)),
            field("hospital", FieldCode::WrongType)
        );
        assert_eq!(
            why(&format!(
                r#"{{"hospital":"h",{rest},"id_number":"1","sex":"m"}}"#
            )),
            field("sex", FieldCode::Unknown)
        );
        assert_eq!(
            why(r#"{"hospital":"h","name":"a","id_type":"library_card","id_number":"1"}"#),
            field("id_type", FieldCode::Malformed)
        );
    }

    #[test]
    fn only_json_is_read() {
        for media_type in ["text/plain", "application/jsonx", ""] {
            let error = parse::<contract::LoginRequest>(&post(media_type, "{}"));
            assert_eq!(error, Err(Code::UnsupportedMediaType.into()));
        }
    }

    #[test]
    fn queries_are_decoded() {
        let pairs = query("from=2026-11-22&q=%E5%BF%83+x&bad=%zz&flag");
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("from", "2026-11-22"),
                ("q", "心 x"),
                ("bad", "%zz"),
                ("flag", "")
            ]
        );
    }
}
