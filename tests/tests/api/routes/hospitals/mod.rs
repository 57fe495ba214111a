mod availability;
mod bulk;
mod departments;
mod doctors;
mod get;
mod rules;
mod slots;
