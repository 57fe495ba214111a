//! JSON on the edge: everything is read from one parsed [`Value`] and written into one text, by
//! code that macros make: [`wire!`](crate::wire) and its like for what goes over the wire,
//! [`record!`](crate::record) and [`choice!`](crate::choice) for what stays inside.
//!
//! serde's derived readers and writers are compiled once for each type and each format; they were
//! a third of the edge's script, and these are a quarter of that. They also name the field that
//! is wrong, which serde does in prose only.

use std::fmt::Write as _;

use crate::{FieldCode, FieldError, Map, time};

pub use serde_json::{Number, Value};

/// What can be read from JSON. Unknown fields are passed over, but in bodies and settings.
pub trait FromJson: Sized {
    /// Reads. Another shape is told to `bad`, and something empty given back: so nothing has to
    /// be taken back field by field, which would be most of the code.
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self;
}

/// What can be written as JSON.
pub trait ToJson {
    /// Writes.
    fn write(&self, out: &mut String);

    /// Whether it is null.
    fn is_null(&self) -> bool {
        false
    }
}

/// What was wrong so far, and where the reader is.
#[derive(Debug, Default)]
pub struct Bad<'v> {
    path: Vec<Step<'v>>,
    absent: bool,
    first: Option<FieldError>,
}

#[derive(Debug)]
enum Step<'v> {
    Name(&'v str),
    Index(usize),
}

static NULL: Value = Value::Null;

impl<'v> Bad<'v> {
    /// What is being read is wrong. The first mistake is kept.
    pub fn wrong(&mut self, code: FieldCode) {
        let code = if self.absent {
            FieldCode::Missing
        } else {
            code
        };
        self.tell(code);
    }

    /// Goes into a field.
    pub fn enter(&mut self, object: &'v Value, name: &'v str) -> &'v Value {
        let found = object.get(name);
        self.absent = found.is_none();
        self.path.push(Step::Name(name));
        found.unwrap_or(&NULL)
    }

    /// Comes out of it.
    pub fn leave(&mut self) {
        self.path.pop();
    }

    fn step(&mut self, step: Step<'v>) {
        self.absent = false;
        self.path.push(step);
    }

    fn tell(&mut self, code: FieldCode) {
        if self.first.is_some() {
            return;
        }
        let mut field = String::new();
        for step in &self.path {
            match step {
                Step::Name(name) => {
                    if !field.is_empty() {
                        field.push('.');
                    }
                    field.push_str(name);
                }
                // Writing to a string cannot fail.
                Step::Index(index) => drop(write!(field, "[{index}]")),
            }
        }
        self.first = Some(FieldError { field, code });
    }
}

/// Parses a text; `None` when it is no JSON.
pub fn parse(text: &[u8]) -> Option<Value> {
    serde_json::from_slice(text).ok()
}

/// Reads a whole value.
///
/// # Errors
/// The first field that has another shape.
pub fn read<T: FromJson>(value: &Value) -> Result<T, FieldError> {
    let mut bad = Bad::default();
    let read = T::read(value, &mut bad);
    match bad.first {
        None => Ok(read),
        Some(error) => Err(error),
    }
}

/// Parses and reads; `None` when it is no JSON or has another shape.
pub fn from_slice<T: FromJson>(text: &[u8]) -> Option<T> {
    read(&parse(text)?).ok()
}

/// Writes a whole value.
pub fn to_string(value: &dyn ToJson) -> String {
    let mut out = String::new();
    value.write(&mut out);
    out
}

/// A field of an object.
pub fn field<'v, T: FromJson>(object: &'v Value, name: &'v str, bad: &mut Bad<'v>) -> T {
    let value = bad.enter(object, name);
    let read = T::read(value, bad);
    bad.leave();
    read
}

/// A field that may be absent.
pub fn field_or<'v, T: FromJson>(
    object: &'v Value,
    name: &'v str,
    bad: &mut Bad<'v>,
    or: impl FnOnce() -> T,
) -> T {
    match object.get(name) {
        None => or(),
        Some(_) => field(object, name, bad),
    }
}

/// It must be an object.
pub fn object(value: &Value, bad: &mut Bad<'_>) {
    if !value.is_object() {
        bad.wrong(FieldCode::WrongType);
    }
}

/// It must be an object with no other fields than these.
pub fn only<'v>(value: &'v Value, known: &[&str], bad: &mut Bad<'v>) {
    object(value, bad);
    for name in value.as_object().into_iter().flat_map(|it| it.keys()) {
        if !known.contains(&name.as_str()) {
            bad.step(Step::Name(name));
            bad.wrong(FieldCode::Unknown);
            bad.leave();
        }
    }
}

/// Which of these words it is; the first when it is none.
pub fn word(value: &Value, words: &[&str], bad: &mut Bad<'_>) -> usize {
    let at = value
        .as_str()
        .and_then(|text| words.iter().position(|word| *word == text));
    if at.is_none() {
        let is_text = value.is_string();
        bad.wrong(if is_text {
            FieldCode::Malformed
        } else {
            FieldCode::WrongType
        });
    }
    at.unwrap_or_default()
}

/// The word of a [`choice!`](crate::choice), and what comes with it.
pub fn chosen<'v>(value: &'v Value, words: &[&str], bad: &mut Bad<'v>) -> (&'v str, &'v Value) {
    let (word, inside) = match value {
        Value::Object(object) => object
            .iter()
            .next()
            .map_or(("", &NULL), |(word, inside)| (word.as_str(), inside)),
        _ => (value.as_str().unwrap_or_default(), &NULL),
    };
    if !words.contains(&word) {
        bad.wrong(FieldCode::Malformed);
    }
    (word, inside)
}

/// A text that somebody makes sense of.
pub fn parsed<T>(value: &Value, parse: fn(&str) -> Option<T>, bad: &mut Bad<'_>) -> Option<T> {
    let parsed = value.as_str().and_then(parse);
    if parsed.is_none() {
        bad.wrong(FieldCode::Malformed);
    }
    parsed
}

/// Writes a field, with a comma before all but the first.
pub fn put(out: &mut String, name: &str, value: &dyn ToJson) {
    if !out.ends_with('{') {
        out.push(',');
    }
    text(out, name);
    out.push(':');
    value.write(out);
}

/// Writes a field unless it is null.
pub fn put_some(out: &mut String, name: &str, value: &dyn ToJson) {
    if !value.is_null() {
        put(out, name, value);
    }
}

/// An object made on the spot: `Object(&[("now", &now), ("set", &true)])`.
#[allow(missing_debug_implementations)]
pub struct Object<'a>(pub &'a [(&'a str, &'a dyn ToJson)]);

impl ToJson for Object<'_> {
    fn write(&self, out: &mut String) {
        out.push('{');
        for (name, value) in self.0 {
            put(out, name, *value);
        }
        out.push('}');
    }
}

/// Writes a text.
pub fn text(out: &mut String, text: &str) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a string cannot fail.
            '\0'..' ' => drop(write!(out, "\\u{:04x}", u32::from(char))),
            _ => out.push(char),
        }
    }
    out.push('"');
}

impl FromJson for () {
    fn read<'v>(_: &'v Value, _: &mut Bad<'v>) -> Self {}
}

impl ToJson for () {
    fn write(&self, out: &mut String) {
        out.push_str("null");
    }
}

impl FromJson for String {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        let Some(text) = value.as_str() else {
            bad.wrong(FieldCode::WrongType);
            return Self::new();
        };
        text.to_owned()
    }
}

impl ToJson for String {
    fn write(&self, out: &mut String) {
        text(out, self);
    }
}

impl ToJson for str {
    fn write(&self, out: &mut String) {
        text(out, self);
    }
}

impl FromJson for bool {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        value.as_bool().unwrap_or_else(|| {
            bad.wrong(FieldCode::WrongType);
            false
        })
    }
}

impl ToJson for bool {
    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

macro_rules! whole_numbers {
    ($($type:ty)*) => {$(
        impl FromJson for $type {
            fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
                whole(value, bad).try_into().unwrap_or_else(|_| {
                    bad.wrong(FieldCode::Malformed);
                    0
                })
            }
        }

        impl ToJson for $type {
            fn write(&self, out: &mut String) {
                // Writing to a string cannot fail.
                let _ = write!(out, "{self}");
            }
        }
    )*};
}

whole_numbers!(u8 u16 u32 u64 i64 usize);

fn whole(value: &Value, bad: &mut Bad<'_>) -> i128 {
    let number = value.as_i64().map(i128::from);
    number
        .or(value.as_u64().map(i128::from))
        .unwrap_or_else(|| {
            bad.wrong(FieldCode::WrongType);
            0
        })
}

impl FromJson for f64 {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        value.as_f64().unwrap_or_else(|| {
            bad.wrong(FieldCode::WrongType);
            0.0
        })
    }
}

impl ToJson for f64 {
    fn write(&self, out: &mut String) {
        if self.is_finite() {
            let text = self.to_string();
            out.push_str(&text);
            // `5.0`, not `5`.
            if !text.contains('.') {
                out.push_str(".0");
            }
        } else {
            out.push_str("null");
        }
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        if value.is_null() {
            None
        } else {
            Some(T::read(value, bad))
        }
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(value) => value.write(out),
            None => out.push_str("null"),
        }
    }

    fn is_null(&self) -> bool {
        self.is_none()
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        Self::new(T::read(value, bad))
    }
}

impl<T: ToJson + ?Sized> ToJson for Box<T> {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        let items = items(value, bad);
        let mut read = Self::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            bad.step(Step::Index(index));
            read.push(T::read(item, bad));
            bad.leave();
        }
        read
    }
}

fn items<'v>(value: &'v Value, bad: &mut Bad<'v>) -> &'v [Value] {
    let Value::Array(items) = value else {
        bad.wrong(FieldCode::WrongType);
        return &[];
    };
    items
}

impl<T: ToJson> ToJson for Vec<T> {
    fn write(&self, out: &mut String) {
        self.as_slice().write(out);
    }
}

impl<T: ToJson, const N: usize> ToJson for [T; N] {
    fn write(&self, out: &mut String) {
        self.as_slice().write(out);
    }
}

impl<T: ToJson> ToJson for [T] {
    fn write(&self, out: &mut String) {
        out.push('[');
        for item in self {
            if !out.ends_with('[') {
                out.push(',');
            }
            item.write(out);
        }
        out.push(']');
    }
}

impl<T: FromJson> FromJson for Map<String, T> {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        object(value, bad);
        let mut read = Self::new();
        for (name, value) in value.as_object().into_iter().flatten() {
            bad.step(Step::Name(name));
            read.insert(name.clone(), T::read(value, bad));
            bad.leave();
        }
        read
    }
}

impl<K: AsRef<str>, T: ToJson> ToJson for Map<K, T> {
    fn write(&self, out: &mut String) {
        out.push('{');
        for (name, value) in self {
            put(out, name.as_ref(), value);
        }
        out.push('}');
    }
}

impl FromJson for Value {
    fn read<'v>(value: &'v Value, _: &mut Bad<'v>) -> Self {
        value.clone()
    }
}

impl ToJson for Value {
    fn write(&self, out: &mut String) {
        // Writing to a string cannot fail.
        let _ = write!(out, "{self}");
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<A: FromJson, B: FromJson> FromJson for (A, B) {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        let [first, second] = items(value, bad) else {
            bad.wrong(FieldCode::WrongType);
            return (A::read(&NULL, bad), B::read(&NULL, bad));
        };
        (A::read(first, bad), B::read(second, bad))
    }
}

impl<A: ToJson, B: ToJson> ToJson for (A, B) {
    fn write(&self, out: &mut String) {
        out.push('[');
        self.0.write(out);
        out.push(',');
        self.1.write(out);
        out.push(']');
    }
}

impl FromJson for Number {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        value.as_number().cloned().unwrap_or_else(|| {
            bad.wrong(FieldCode::WrongType);
            0.into()
        })
    }
}

impl FromJson for jiff::Timestamp {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        parsed(value, time::instant, bad).unwrap_or(Self::UNIX_EPOCH)
    }
}

impl ToJson for jiff::Timestamp {
    fn write(&self, out: &mut String) {
        text(out, &self.to_string());
    }
}

impl FromJson for jiff::civil::Date {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        parsed(value, time::date, bad).unwrap_or(Self::ZERO)
    }
}

impl ToJson for jiff::civil::Date {
    fn write(&self, out: &mut String) {
        text(out, &self.to_string());
    }
}

/// Structs that stay inside the edge: their fields as JSON, in full. `= value` behind a field is
/// what it is when absent (an absent `Option` is `None`), `as "name"` what it is called.
///
/// ```
/// banzhen_contract::record! {
///     /// A place in a queue.
///     #[derive(Clone, Debug, PartialEq)]
///     pub struct Place {
///         /// Whose.
///         pub name as "n": String,
///         /// How many are before.
///         pub before: u32 = 0,
///     }
/// }
/// let place: Place = banzhen_contract::json::from_slice(br#"{"n":"a"}"#).unwrap();
/// assert_eq!(banzhen_contract::json::to_string(&place), r#"{"n":"a","before":0}"#);
/// ```
#[macro_export]
macro_rules! record {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$fmeta:meta])* $fvis:vis $field:ident $(as $word:literal)?: $type:ty $(= $default:expr)?),*
        $(,)?
    })*) => {$(
        $(#[$meta])*
        $vis struct $name { $($(#[$fmeta])* $fvis $field: $type),* }

        impl $crate::json::FromJson for $name {
            fn read<'v>(value: &'v $crate::json::Value, bad: &mut $crate::json::Bad<'v>) -> Self {
                $crate::json::object(value, bad);
                Self { $($field: $crate::read_field!(
                    value, $crate::field_name!($field $($word)?), bad $(, $default)?
                )),* }
            }
        }

        impl $crate::json::ToJson for $name {
            fn write(&self, out: &mut String) {
                out.push('{');
                $($crate::json::put(out, $crate::field_name!($field $($word)?), &self.$field);)*
                out.push('}');
            }
        }
    )*};
}

/// Structs that come from outside and hold nothing else: settings. Written as
/// [`record!`](crate::record); a field that nobody knows is an error.
#[macro_export]
macro_rules! settings {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$fmeta:meta])* $fvis:vis $field:ident: $type:ty $(= $default:expr)?),* $(,)?
    })*) => {$(
        $(#[$meta])*
        $vis struct $name { $($(#[$fmeta])* $fvis $field: $type),* }

        impl $crate::json::FromJson for $name {
            fn read<'v>(value: &'v $crate::json::Value, bad: &mut $crate::json::Bad<'v>) -> Self {
                $crate::json::only(value, &[$(stringify!($field)),*], bad);
                Self { $($field: $crate::read_field!(
                    value, stringify!($field), bad $(, $default)?
                )),* }
            }
        }
    )*};
}

#[doc(hidden)]
#[macro_export]
macro_rules! read_field {
    ($value:ident, $name:expr, $bad:ident) => {
        $crate::json::field($value, $name, $bad)
    };
    ($value:ident, $name:expr, $bad:ident, $default:expr) => {
        $crate::json::field_or($value, $name, $bad, || $default)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! field_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $word:literal) => {
        $word
    };
}

/// Enums that stay inside the edge: a word alone, or `{word: what comes with it}`.
///
/// ```
/// banzhen_contract::choice! {
///     /// What to do.
///     #[derive(Clone, Debug, PartialEq)]
///     pub enum What {
///         /// Nothing.
///         Nothing => "nothing",
///         /// Say it.
///         Say(String) => "say",
///         /// Wait for a while.
///         Wait {
///             /// So long.
///             seconds: u32,
///         } => "wait",
///     }
/// }
/// let what: What = banzhen_contract::json::from_slice(br#"{"wait":{"seconds":3}}"#).unwrap();
/// assert_eq!(what, What::Wait { seconds: 3 });
/// assert_eq!(banzhen_contract::json::to_string(&What::Nothing), r#""nothing""#);
/// ```
#[macro_export]
macro_rules! choice {
    // Variant by variant: how it is declared, read and written.
    (@ $head:tt ($inside:ident $bad:ident $out:ident) [$($def:tt)*] [$($read:tt)*] [$($write:tt)*]
        $(#[$meta:meta])* $variant:ident => $word:literal $(, $($rest:tt)*)?) => {
        $crate::choice!(@ $head ($inside $bad $out)
            [$($def)* $(#[$meta])* $variant,]
            [$($read)* $word => Self::$variant,]
            [$($write)* Self::$variant => $crate::json::text($out, $word),]
            $($($rest)*)?);
    };
    (@ $head:tt ($inside:ident $bad:ident $out:ident) [$($def:tt)*] [$($read:tt)*] [$($write:tt)*]
        $(#[$meta:meta])* $variant:ident($type:ty) => $word:literal $(, $($rest:tt)*)?) => {
        $crate::choice!(@ $head ($inside $bad $out)
            [$($def)* $(#[$meta])* $variant($type),]
            [$($read)* $word => Self::$variant($crate::json::FromJson::read($inside, $bad)),]
            [$($write)* Self::$variant(it) => {
                $out.push('{');
                $crate::json::put($out, $word, it);
                $out.push('}');
            }]
            $($($rest)*)?);
    };
    (@ $head:tt ($inside:ident $bad:ident $out:ident) [$($def:tt)*] [$($read:tt)*] [$($write:tt)*]
        $(#[$meta:meta])* $variant:ident { $($(#[$fmeta:meta])* $field:ident: $type:ty),* $(,)? }
        => $word:literal $(, $($rest:tt)*)?) => {
        $crate::choice!(@ $head ($inside $bad $out)
            [$($def)* $(#[$meta])* $variant { $($(#[$fmeta])* $field: $type),* },]
            [$($read)* $word => Self::$variant {
                $($field: $crate::json::field($inside, stringify!($field), $bad)),*
            },]
            [$($write)* Self::$variant { $($field),* } => {
                $out.push_str(concat!("{\"", $word, "\":{"));
                $($crate::json::put($out, stringify!($field), $field);)*
                $out.push_str("}}");
            }]
            $($($rest)*)?);
    };
    (@ ([$($head:tt)*] $name:ident) ($inside:ident $bad:ident $out:ident) [$($def:tt)*]
        [$first:literal => $first_read:expr, $($word:literal => $read:expr,)*] [$($write:tt)*]) => {
        $($head)* enum $name { $($def)* }

        impl $crate::json::FromJson for $name {
            fn read<'v>(value: &'v $crate::json::Value, $bad: &mut $crate::json::Bad<'v>) -> Self {
                let (word, $inside) = $crate::json::chosen(value, &[$first, $($word),*], $bad);
                let _ = $inside;
                match word { $($word => $read,)* _ => $first_read }
            }
        }

        impl $crate::json::ToJson for $name {
            fn write(&self, $out: &mut String) {
                match self { $($write)* }
            }
        }
    };
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($variants:tt)* }) => {
        $crate::choice!(@ ([$(#[$meta])* $vis] $name) (inside bad out) [] [] [] $($variants)*);
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        Appointments, CodeRequest, FieldCode, LimitKind, NewPerson, Problem, ReportResult, Rules,
    };

    fn same<T>(value: &Value) -> T
    where
        T: FromJson + ToJson + serde::Serialize + serde::de::DeserializeOwned,
        T: PartialEq + std::fmt::Debug,
    {
        let ours: T = read(value).unwrap();
        let derived: T = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(ours, derived);
        assert_eq!(to_string(&ours), serde_json::to_string(&derived).unwrap());
        ours
    }

    #[test]
    fn it_is_read_and_written_as_serde_does() {
        let problem: Problem = same(&json!({
            "type": "urn:banzhen:problem:limit_reached", "title": "\u{1}\"\\\n心", "status": 409,
            "detail": "d", "code": "limit_reached", "action": "go_back",
            "limit": {"kind": "open", "most": 8}, "tries_left": 3,
            "errors": [{"field": "a", "code": "missing"}, {"field": "b", "code": "unknown"}],
        }));
        assert_eq!(problem.limit.unwrap().kind, LimitKind::Open);
        let _: CodeRequest = same(&json!({"phone": "13800000000", "care": true}));
        let _: Appointments = same(&json!({"appointments": [], "sources": [
            {"hospital": "h", "freshness": "stale", "as_of": null}], "next": null}));
        for number in ["5", "5.10", "-0.3", "120.0"] {
            let text = format!(r#"{{"name": "x", "value_number": {number}, "novel": {{}}}}"#);
            let _: ReportResult = same(&parse(text.as_bytes()).unwrap());
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let why = |body: Value| {
            let error = read::<NewPerson>(&body).unwrap_err();
            (error.field, error.code)
        };
        let body = json!({"hospital": "h", "name": "a", "id_type": "resident", "id_number": "1"});
        assert!(read::<NewPerson>(&body).is_ok());
        let with = |name: &str, value: Value| {
            let mut body = body.clone();
            body[name] = value;
            body
        };
        assert_eq!(why(json!([])).1, FieldCode::WrongType);
        assert_eq!(
            why(with("name", json!(1))),
            ("name".into(), FieldCode::WrongType)
        );
        assert_eq!(
            why(with("name", json!(null))),
            ("name".into(), FieldCode::WrongType)
        );
        assert_eq!(
            why(with("sex", json!("m"))),
            ("sex".into(), FieldCode::Unknown)
        );
        assert_eq!(
            why(with("id_type", json!("card"))),
            ("id_type".into(), FieldCode::Malformed)
        );
        assert_eq!(
            why(json!({"hospital": "h"})),
            ("name".into(), FieldCode::Missing)
        );
        let nested = json!({"appointments": [], "sources": [{"freshness": "fresh"}]});
        let error = read::<Appointments>(&nested).unwrap_err();
        assert_eq!(error.field, "sources[0].hospital");
        assert!(read::<Rules>(&json!({"version": "1", "slot_minutes": {"ordinary": -1}})).is_err());
    }
}
