mod get;
mod offers;
mod post;
mod waitlist;
