pub mod codes;
mod delete;
mod get;
mod post;
