//! Lists in pages, newest first, over several hospitals: `?limit=` and `&cursor=`.

use std::cmp::Reverse;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contract::FieldCode;
use jiff::Timestamp;

use super::{AppError, Refusal};

const LIMIT: usize = 50;
const MOST: usize = 200;

/// Where an item stands: its time, newest first and none last, then its id.
pub type Place = (Option<Timestamp>, String);

/// What part of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    limit: usize,
    after: Option<Place>,
}

impl Page {
    /// Reads `limit` and `cursor`.
    ///
    /// # Errors
    /// `invalid_request` naming the one that is wrong.
    pub fn read(limit: Option<&str>, cursor: Option<&str>) -> Result<Self, AppError> {
        let limit = match limit.map(str::parse::<usize>) {
            None => LIMIT,
            Some(Ok(limit)) if (1..=MOST).contains(&limit) => limit,
            Some(Ok(_)) => return Err(Refusal::field("limit", FieldCode::OutOfRange).into()),
            Some(Err(_)) => return Err(Refusal::field("limit", FieldCode::WrongType).into()),
        };
        let after = match cursor {
            None => None,
            Some(cursor) => {
                Some(open(cursor).ok_or_else(|| Refusal::field("cursor", FieldCode::Malformed))?)
            }
        };
        Ok(Self { limit, after })
    }

    /// This part of `items`, in order, and the cursor of the next part if there is one.
    pub fn cut<T>(&self, items: Vec<T>, place: impl Fn(&T) -> Place) -> (Vec<T>, Option<String>) {
        let rank = |(at, id): Place| (Reverse(at), id);
        let after = self.after.clone().map(rank);
        let mut items: Vec<T> = items
            .into_iter()
            .filter(|item| {
                after
                    .as_ref()
                    .is_none_or(|after| rank(place(item)) > *after)
            })
            .collect();
        items.sort_by_cached_key(|item| rank(place(item)));
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let next = items
            .last()
            .filter(|_| more)
            .map(|last| close(&place(last)));
        (items, next)
    }
}

fn close((at, id): &Place) -> String {
    let at = at
        .map(|at| at.as_millisecond().to_string())
        .unwrap_or_default();
    URL_SAFE_NO_PAD.encode(format!("{at}|{id}"))
}

fn open(cursor: &str) -> Option<Place> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (at, id) = text.split_once('|')?;
    let at = match at {
        "" => None,
        at => Some(Timestamp::from_millisecond(at.parse().ok()?).ok()?),
    };
    contract::is_id(id).then(|| (at, id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(item: &(Option<i64>, &'static str)) -> Place {
        (
            item.0.map(|s| Timestamp::from_second(s).unwrap()),
            item.1.to_owned(),
        )
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_double() {
        let items = vec![
            (None, "f"),
            (Some(1), "a"),
            (Some(3), "b"),
            (Some(2), "d"),
            (Some(2), "c"),
            (None, "e"),
        ];
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = Page::read(Some("2"), cursor.as_deref()).unwrap();
            let (part, next) = page.cut(items.clone(), place);
            seen.extend(part.iter().map(|item| item.1));
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, ["b", "c", "d", "a", "e", "f"]);
    }

    #[test]
    fn what_is_no_page_is_refused() {
        let field = |limit, cursor| match Page::read(limit, cursor) {
            Err(AppError::Refused(why)) => why.problem.errors.unwrap().remove(0).field,
            other => panic!("{other:?}"),
        };
        for limit in ["0", "201", "-1", "x", ""] {
            assert_eq!(field(Some(limit), None), "limit");
        }
        for cursor in ["", "?", "eA", "MXw", "fC8"] {
            assert_eq!(field(None, Some(cursor)), "cursor", "{cursor}");
        }
        assert_eq!(Page::read(None, None).unwrap().limit, 50);
    }
}
