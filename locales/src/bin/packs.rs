//! `packs OUT_DIR`: writes `OUT_DIR/<tag>-<hash>.json` for each language, and removes older ones.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use banzhen_locales::Tag;

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: packs OUT_DIR");
        return ExitCode::from(2);
    };
    match write(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_pack = Tag::ALL
            .iter()
            .any(|tag| name.starts_with(&format!("{}-", tag.as_str())));
        if is_pack && path.extension().is_some_and(|end| end == "json") {
            fs::remove_file(&path)?;
        }
    }
    for tag in Tag::ALL {
        let path = tag.pack_path();
        let name = path.trim_start_matches("/locales/");
        fs::write(folder.join(name), tag.pack())?;
    }
    Ok(())
}
