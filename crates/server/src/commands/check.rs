//! `encaisse check`: reads the configuration, says everything that is wrong with it, changes
//! nothing.

use std::path::Path;
use std::process::ExitCode;

use server::config;

use crate::commands::say;

pub(super) fn run(named: Option<&Path>) -> anyhow::Result<ExitCode> {
    let loaded = config::load(named, &config::environment())?;
    match &loaded.file {
        Some(path) => say(&format!(
            "{} and the environment are right.",
            path.display()
        )),
        None => say("The environment is right; there is no configuration file."),
    }
    for warning in &loaded.warnings {
        say(&format!("Warning: {warning}"));
    }
    let config = loaded.config;
    say(&format!(
        "Listens on {}; data in {}.",
        config.listen,
        config.data_dir.display()
    ));
    Ok(ExitCode::SUCCESS)
}
