//! `cargo xtask <command>`: every developer command. `cargo xtask help` lists them.

use anyhow::{Context, Result, bail};
use lexopt::{Parser, prelude::*};
use std::{env, ffi::OsString, process::Command};
use xtask::{
    bench, build, lint, serve, size,
    stack::{self, DEMO, Options},
    test,
    toolchain::{self, Module},
};

const HELP: &str = "\
cargo xtask <command>

  serve         build everything, start the demo hospitals and the edge, serve the app
      --port N                  instead of 8787
      --lan                     for phones in the same network too; prints a QR code
      --fresh                   with newly seeded hospitals
      --still                   hospitals that do nothing by themselves
      --people N                patients of each hospital (default 300)
      --hospital ID=BASE_URL    where the edge finds a hospital (may be repeated)
      --settings FILE           the edge's settings, in place of the demo's
  test          everything that must hold: format, lints, unit, API and browser tests, budgets
  sim           bookings in virtual time while all goes wrong, against a model
      [--ops N] [--seed S]      how many (default 1000000), and from which seed
      [--chapter C] [--tell 1]  one chapter again, with its story
  build         the app into dist/, the edge into target/bundle/edge/
      [app|edge]                only one of them
      production                the edge to deploy, without development's helpers,
                                into target/bundle/production/
  size          the home page's first load and the edge's script beside their budgets
  hospitals     the demo hospitals alone   [--port N] [--people N] [--fresh]
  seed          a hospital into any FHIR R4 server
      --to BASE_URL --profile general|community [--seed N] [--people N] [--today YYYY-MM-DD]
  bench         measures the edge beside its rivals, into docs/benchmarks.md
      [hot|misses|fresh|cold|memory|size|rush|sim]... only some of it
      --quick                   a short try, written nowhere
  screenshots   pictures of the journey, in both modes and all languages, into docs/screenshots/
  lint          clippy, warnings denied
  fmt           rustfmt   [--check]
  env           the environment of `trunk build`: eval \"$(cargo xtask env)\"
      [-- COMMAND ...]          or run one command in it";

fn main() {
    if let Err(why) = run() {
        eprintln!("error: {why:#}");
        std::process::exit(1);
    }
}

fn run() -> Result<()> {
    let mut args = Parser::from_env();
    let command = match args.next()? {
        Some(Value(command)) => command.string()?,
        Some(Long("help") | Short('h')) | None => "help".to_owned(),
        Some(other) => return Err(other.unexpected().into()),
    };
    match command.as_str() {
        "serve" => serve::serve(stack_options(&mut args)?),
        "hospitals" => serve::hospitals(&stack_options(&mut args)?),
        "seed" => seed(&mut args),
        "build" => build_one_or_all(&mut args),
        "test" => nothing_more(&mut args).and_then(|()| test::all()),
        "sim" => simulation(&mut args),
        "screenshots" => nothing_more(&mut args).and_then(|()| test::screenshots()),
        "bench" => benchmarks(&mut args),
        "lint" => nothing_more(&mut args).and_then(|()| lint::clippy()),
        "fmt" => fmt(&mut args),
        "size" => nothing_more(&mut args)
            .and_then(|()| build::all())
            .and_then(|()| size::check()),
        "env" => environment(&mut args),
        "help" => {
            println!("{HELP}");
            Ok(())
        }
        other => bail!("there is no `cargo xtask {other}`; see `cargo xtask help`"),
    }
}

fn stack_options(args: &mut Parser) -> Result<Options> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("port") => options.port = Some(args.value()?.parse()?),
            Long("lan") => options.lan = true,
            Long("fresh") => options.fresh = true,
            Long("still") => options.still = true,
            Long("people") => options.people = args.value()?.parse()?,
            Long("settings") => options.settings = Some(args.value()?.into()),
            Long("hospital") => {
                let text = args.value()?.string()?;
                let (id, url) = text
                    .split_once('=')
                    .context("--hospital wants ID=BASE_URL")?;
                options.hospitals.push((id.to_owned(), url.to_owned()));
            }
            other => return Err(other.unexpected().into()),
        }
    }
    // Two stacks of different ports may run side by side.
    if let Some(port) = options.port.filter(|port| *port != 8787) {
        options.state.set_file_name(format!("serve-{port}"));
    }
    Ok(options)
}

fn seed(args: &mut Parser) -> Result<()> {
    let (mut to, mut profile, mut extra) = (None, None, Vec::new());
    while let Some(arg) = args.next()? {
        match arg {
            Long("to") => to = Some(args.value()?.string()?),
            Long("profile") => profile = Some(args.value()?.string()?),
            Long(name @ ("seed" | "people" | "today")) => {
                extra.push(format!("--{name}"));
                extra.push(args.value()?.string()?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let to = to.context("where to? --to BASE_URL")?;
    let profile = profile.with_context(|| format!("which? --profile {}", DEMO.join("|")))?;
    stack::seed(&to, &profile, &extra)
}

fn build_one_or_all(args: &mut Parser) -> Result<()> {
    let way = toolchain::find()?;
    let part = args.next()?.map(|arg| match arg {
        Value(part) => Ok(part.string()?),
        other => Err(anyhow::Error::from(other.unexpected())),
    });
    nothing_more(args)?;
    match part.transpose()?.as_deref() {
        None => build::all(),
        Some("app") => build::app::build(way),
        Some("edge") => build::edge::build(way, false),
        Some("production") => build::production(),
        Some(other) => bail!("{other} is none of `app`, `edge` and `production`"),
    }
}

fn benchmarks(args: &mut Parser) -> Result<()> {
    let (mut names, mut quick) = (Vec::new(), false);
    while let Some(arg) = args.next()? {
        match arg {
            Long("quick") => quick = true,
            Value(name) => names.push(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    bench::run(&names, quick)
}

fn fmt(args: &mut Parser) -> Result<()> {
    let check = match args.next()? {
        None => false,
        Some(Long("check")) => true,
        Some(other) => return Err(other.unexpected().into()),
    };
    lint::format(check)
}

fn simulation(args: &mut Parser) -> Result<()> {
    let mut args: Vec<OsString> = args.raw_args()?.collect();
    if !args.iter().any(|arg| arg == "--ops" || arg == "--chapter") {
        args.extend(["--ops".into(), "1000000".into()]);
    }
    test::simulation(&args)
}

/// Prints the environment of `trunk build`, or runs a command in it.
fn environment(args: &mut Parser) -> Result<()> {
    let way = toolchain::find()?;
    xtask::tools::for_building(way)?;
    let command: Vec<OsString> = args.raw_args()?.collect();
    let command = command
        .strip_prefix(&[OsString::from("--")])
        .unwrap_or(&command);
    if let Some((program, rest)) = command.split_first() {
        let mut child: Command = toolchain::command(&program.to_string_lossy(), way, Module::App)?;
        child.current_dir(env::current_dir()?).args(rest);
        return xtask::run::visibly(&mut child);
    }
    for (name, value) in toolchain::env(way, Module::App)? {
        let value = value.to_string_lossy().replace('\'', r"'\''");
        println!("export {name}='{value}'");
    }
    Ok(())
}

fn nothing_more(args: &mut Parser) -> Result<()> {
    match args.next()? {
        None => Ok(()),
        Some(other) => Err(other.unexpected().into()),
    }
}
