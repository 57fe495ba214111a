mod appointments;
mod dev;
mod health;
mod holds;
mod hospitals;
mod openapi;
mod people;
mod reports;
pub mod session;
