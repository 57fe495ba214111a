mod availability;
mod departments;
mod doctors;
mod get;
mod rules;
mod slots;
