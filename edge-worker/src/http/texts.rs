//! The words of problem details.

use contract::Problem;
use locales::{Lang, problem};

use super::Language;

/// Title and detail of a problem.
pub fn of(problem: &Problem, language: Language) -> (String, String) {
    let lang = Lang::embedded(language);
    (
        problem::title(&lang, problem.code),
        problem::detail(&lang, problem),
    )
}
