//! How a browser reads answers and writes bodies: through its own `JSON.parse` and
//! `JSON.stringify`, field by field. For a WASM module this costs a third of what serde does there,
//! since all types share the code that is below.

/// A parsed JSON value.
pub trait Tree {
    /// A field of an object; [`Tree::is_absent`] where there is none.
    fn field(&self, name: &str) -> Box<dyn Tree>;
    /// The items of an array.
    fn items(&self) -> Option<Vec<Box<dyn Tree>>>;
    /// A text.
    fn text(&self) -> Option<String>;
    /// A number.
    fn number(&self) -> Option<f64>;
    /// True or false.
    fn truth(&self) -> Option<bool>;
    /// Null, or not there.
    fn is_absent(&self) -> bool;
}

/// What can be read from JSON. Unknown fields are passed over.
///
/// What has another shape is read as something empty and told by `bad`: so nothing has to be taken
/// back field by field, which would be most of the code.
pub trait FromTree: Sized {
    /// Reads; sets `bad` when it has another shape.
    fn from_tree(tree: &dyn Tree, bad: &mut bool) -> Self;
}

/// A whole answer; none when it has another shape.
pub fn read<T: FromTree>(tree: &dyn Tree) -> Option<T> {
    let mut bad = false;
    let value = T::from_tree(tree, &mut bad);
    (!bad).then_some(value)
}

/// A field, typed. One that Rust cannot call `type` is called `kind` here.
pub fn field<T: FromTree>(tree: &dyn Tree, name: &str, bad: &mut bool) -> T {
    T::from_tree(&*named(tree, name), bad)
}

fn named(tree: &dyn Tree, name: &str) -> Box<dyn Tree> {
    let value = tree.field(name);
    if name == "kind" && value.is_absent() {
        tree.field("type")
    } else {
        value
    }
}

/// Which of these words it is; the first when it is none.
pub fn word(tree: &dyn Tree, words: &[&str], bad: &mut bool) -> usize {
    let text = tree.text();
    let at = text.and_then(|text| words.iter().position(|word| *word == text));
    *bad |= at.is_none();
    at.unwrap_or_default()
}

/// A text.
pub fn text(tree: &dyn Tree, bad: &mut bool) -> String {
    let text = tree.text();
    *bad |= text.is_none();
    text.unwrap_or_default()
}

impl FromTree for () {
    fn from_tree(_: &dyn Tree, _: &mut bool) -> Self {}
}

impl FromTree for String {
    fn from_tree(tree: &dyn Tree, bad: &mut bool) -> Self {
        text(tree, bad)
    }
}

impl FromTree for bool {
    fn from_tree(tree: &dyn Tree, bad: &mut bool) -> Self {
        let truth = tree.truth();
        *bad |= truth.is_none();
        truth.unwrap_or_default()
    }
}

impl FromTree for f64 {
    fn from_tree(tree: &dyn Tree, bad: &mut bool) -> Self {
        let number = tree.number();
        *bad |= number.is_none();
        number.unwrap_or_default()
    }
}

/// A whole number, at most `most`, that a double holds exactly.
fn whole(tree: &dyn Tree, most: u64, bad: &mut bool) -> u64 {
    let number = f64::from_tree(tree, bad);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "checked beside it"
    )]
    let (whole, fits) = (number as u64, number >= 0.0 && number <= most as f64);
    *bad |= !fits || number.fract() != 0.0;
    whole
}

impl FromTree for u64 {
    fn from_tree(tree: &dyn Tree, bad: &mut bool) -> Self {
        whole(tree, 1 << 53, bad)
    }
}

impl FromTree for u32 {
    fn from_tree(tree: &dyn Tree, bad: &mut bool) -> Self {
        whole(tree, u64::from(Self::MAX), bad)
            .try_into()
            .unwrap_or_default()
    }
}

impl FromTree for u16 {
    fn from_tree(tree: &dyn Tree, bad: &mut bool) -> Self {
        whole(tree, u64::from(Self::MAX), bad)
            .try_into()
            .unwrap_or_default()
    }
}

impl<T: FromTree> FromTree for Option<T> {
    fn from_tree(tree: &dyn Tree, bad: &mut bool) -> Self {
        if tree.is_absent() {
            None
        } else {
            Some(T::from_tree(tree, bad))
        }
    }
}

impl<T: FromTree> FromTree for Vec<T> {
    fn from_tree(tree: &dyn Tree, bad: &mut bool) -> Self {
        let items = tree.items();
        *bad |= items.is_none();
        let items = items.unwrap_or_default();
        let mut read = Self::with_capacity(items.len());
        for item in items {
            read.push(T::from_tree(&*item, bad));
        }
        read
    }
}

/// A value that bodies are made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// A text.
    Text(&'a str),
    /// True or false.
    Truth(bool),
    /// Several texts.
    Texts(&'a [String]),
    /// Nothing.
    Null,
}

/// What can stand in a body.
pub trait AsScalar {
    /// Its value.
    fn scalar(&self) -> Scalar<'_>;
}

impl AsScalar for String {
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Text(self)
    }
}

impl AsScalar for Vec<String> {
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Texts(self)
    }
}

impl AsScalar for bool {
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Truth(*self)
    }
}

impl<T: AsScalar> AsScalar for Option<T> {
    fn scalar(&self) -> Scalar<'_> {
        self.as_ref().map_or(Scalar::Null, T::scalar)
    }
}

/// A body that can be written field by field.
pub trait Fields {
    /// Gives each field with its name to `put`.
    fn fields(&self, put: &mut dyn FnMut(&'static str, Scalar<'_>));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, CodeRequest, Department, Departments, Freshness, Problem};
    use serde_json::{Value, json};

    struct Json(Value);

    impl Tree for Json {
        fn field(&self, name: &str) -> Box<dyn Tree> {
            Box::new(Self(self.0.get(name).cloned().unwrap_or_default()))
        }
        fn items(&self) -> Option<Vec<Box<dyn Tree>>> {
            let items = self.0.as_array()?;
            Some(
                items
                    .iter()
                    .map(|item| Box::new(Self(item.clone())) as Box<dyn Tree>)
                    .collect(),
            )
        }
        fn text(&self) -> Option<String> {
            self.0.as_str().map(str::to_owned)
        }
        fn number(&self) -> Option<f64> {
            self.0.as_f64()
        }
        fn truth(&self) -> Option<bool> {
            self.0.as_bool()
        }
        fn is_absent(&self) -> bool {
            self.0.is_null()
        }
    }

    #[test]
    fn what_serde_writes_is_read_back() {
        let written = Departments {
            as_of: "2026-11-22T09:00:00+08:00".into(),
            freshness: Freshness::Stale,
            departments: vec![Department {
                id: "d1".into(),
                code: None,
                name: "心内科".into(),
                location: Some("门诊楼".into()),
                group: None,
                keywords: vec!["心脏".into()],
            }],
        };
        let json = Json(serde_json::to_value(&written).unwrap());
        assert_eq!(read::<Departments>(&json), Some(written));
    }

    #[test]
    fn a_problem_needs_no_more_than_its_six_fields() {
        let json = Json(json!({
            "type": "urn:banzhen:problem:limit_reached", "title": "t", "status": 409, "detail": "d",
            "code": "limit_reached", "action": "go_back", "limit": {"kind": "open", "most": 8}
        }));
        let problem = read::<Problem>(&json).unwrap();
        assert_eq!(problem.code, Code::LimitReached);
        assert_eq!(problem.kind, "urn:banzhen:problem:limit_reached");
        assert_eq!(problem.limit.unwrap().most, 8);
    }

    #[test]
    fn another_shape_is_refused() {
        for json in [
            json!({"as_of": "x", "freshness": "rotten", "departments": []}),
            json!({"as_of": 1, "freshness": "fresh", "departments": []}),
            json!({"as_of": "x", "freshness": "fresh"}),
            json!(null),
        ] {
            assert_eq!(read::<Departments>(&Json(json.clone())), None, "{json}");
        }
        for number in [json!(-1), json!(1.5), json!(1e18), json!("1")] {
            assert_eq!(read::<u32>(&Json(number.clone())), None, "{number}");
        }
    }

    #[test]
    fn a_body_is_written_as_serde_writes_it() {
        let body = CodeRequest {
            phone: "13800000000".into(),
            channel: None,
            care: Some(true),
        };
        let mut object = serde_json::Map::new();
        body.fields(&mut |name, value| {
            let value = match value {
                Scalar::Text(text) => json!(text),
                Scalar::Truth(truth) => json!(truth),
                Scalar::Texts(texts) => json!(texts),
                Scalar::Null => Value::Null,
            };
            object.insert(name.to_owned(), value);
        });
        assert_eq!(Value::Object(object), serde_json::to_value(&body).unwrap());
    }
}
