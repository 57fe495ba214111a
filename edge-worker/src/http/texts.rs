//! The words of problem details.

use contract::{Code, Problem};

use super::Language;

/// Title and detail of a problem.
pub fn of(problem: &Problem, language: Language) -> (String, String) {
    let (zh_cn, zh_tw, en) = words(problem.code);
    let (title, detail) = match language {
        Language::ZhCn => zh_cn,
        Language::ZhTw => zh_tw,
        Language::En => en,
    };
    (title.to_owned(), detail.to_owned())
}

type Words = (&'static str, &'static str);

fn words(code: Code) -> (Words, Words, Words) {
    match code {
        Code::NotFound => (
            ("找不到", "没有找到您要的内容。"),
            ("找不到", "沒有找到您要的內容。"),
            ("Not found", "There is nothing here."),
        ),
        _ => (
            ("出错了", "请稍后再试。"),
            ("出錯了", "請稍後再試。"),
            ("Something went wrong", "Please try again later."),
        ),
    }
}
