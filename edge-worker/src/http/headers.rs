//! Header fields in their order. A dozen at most, so a list is faster than a map, and a tenth of
//! its code.

use std::{borrow::Cow, ops::Index};

/// Header fields; their names are compared without regard to case.
#[derive(Clone, Debug, Default)]
pub struct Headers(Vec<(Cow<'static, str>, String)>);

impl Headers {
    /// The first value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.at(name).map(|at| self.0[at].1.as_str())
    }

    /// Whether there is one of this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.at(name).is_some()
    }

    /// Sets a value in place of what was there. One that HTTP does not allow is left out.
    pub fn insert(&mut self, name: impl Into<Cow<'static, str>>, value: String) {
        self.put(name.into(), value);
    }

    /// Takes a name away.
    pub fn remove(&mut self, name: &str) {
        if let Some(at) = self.at(name) {
            self.0.remove(at);
        }
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, value.as_str()))
    }

    /// Adds all of `more`.
    pub fn extend(&mut self, more: Self) {
        for (name, value) in more.0 {
            self.put(name, value);
        }
    }

    fn at(&self, name: &str) -> Option<usize> {
        self.0
            .iter()
            .position(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    fn put(&mut self, name: Cow<'static, str>, value: String) {
        let allowed = |byte: u8| byte == b'\t' || (b' '..0x7f).contains(&byte);
        if !value.bytes().all(allowed) {
            return;
        }
        match self.at(&name) {
            Some(at) => self.0[at].1 = value,
            None => self.0.push((name, value)),
        }
    }
}

impl Index<&str> for Headers {
    type Output = String;

    /// The value, empty where there is none.
    fn index(&self, name: &str) -> &String {
        const NONE: &String = &String::new();
        self.at(name).map_or(NONE, |at| &self.0[at].1)
    }
}

impl FromIterator<(String, String)> for Headers {
    /// As they came: what the runtime lets in is kept, allowed or not.
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self(
            fields
                .into_iter()
                .map(|(name, value)| (Cow::Owned(name), value))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_once_and_without_regard_to_case() {
        let mut headers = Headers::default();
        headers.insert("ETag", "\"1\"".into());
        headers.insert("etag", "\"2\"".into());
        headers.insert("x-bad", "a\r\nset-cookie: b".into());
        headers.insert("x-bad", "心".into());
        assert_eq!(headers.iter().count(), 1);
        assert_eq!(headers["etag"], "\"2\"");
        headers.remove("ETAG");
        assert!(!headers.contains_key("etag"));
    }
}
