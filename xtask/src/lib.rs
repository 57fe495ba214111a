//! The developer commands of `cargo xtask`, as a library: the API tests start and break the same
//! stack that `cargo xtask serve` runs.

pub mod apt;
pub mod bench;
pub mod build;
pub mod lan;
pub mod lint;
pub mod paths;
pub mod process;
pub mod run;
pub mod serve;
pub mod size;
pub mod stack;
pub mod stamp;
pub mod test;
pub mod toolchain;
pub mod tools;
