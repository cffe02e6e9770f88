//! Owns what a machine must have before a chore can run, and installs what Debian offers of it.
//! It deliberately installs no toolchain: cargo and Node.js are chosen by the person, because
//! Debian's own are older than what is needed.

use anyhow::{Result, bail};

use crate::process::{command, environment, find, read, run, works};
use crate::terminal::say;

/// The oldest Node.js that the web toolchain runs on: major and minor.
const NODE: (u32, u32) = (20, 19);

/// Something a chore needs on the machine.
pub(crate) struct Tool {
    name: &'static str,
    present: fn() -> bool,
    remedy: Remedy,
}

enum Remedy {
    /// Debian packages that bring it.
    Packages(&'static [&'static str]),
    /// What the person must do.
    Advice(&'static str),
}

/// Cargo itself: a chore calls it again.
pub(crate) const CARGO: Tool = Tool {
    name: "cargo",
    present: || works("cargo", &["--version"]),
    remedy: Remedy::Advice("install Rust with rustup; the version is in Cargo.toml"),
};

/// Node.js, for the web app and the browser test.
pub(crate) const NODE_JS: Tool = Tool {
    name: "node ≥ 20.19",
    present: || read(command("node").arg("--version")).is_ok_and(|text| new_enough(&text)),
    remedy: Remedy::Advice("install Node.js 20.19 or newer, with npm; Debian 12's own is older"),
};

/// npm, for the web app.
pub(crate) const NPM: Tool = Tool {
    name: "npm",
    present: || works("npm", &["--version"]),
    remedy: Remedy::Advice("install npm, which comes with Node.js"),
};

/// A C compiler, for SQLite and the cryptography.
pub(crate) const COMPILER: Tool = Tool {
    name: "a C compiler",
    present: || works("cc", &["--version"]),
    remedy: Remedy::Packages(&["gcc", "libc6-dev"]),
};

/// Python that can make a virtual environment, for the official SDK and the second codec.
pub(crate) const PYTHON: Tool = Tool {
    name: "python3 with venv",
    present: || works("python3", &["-c", "import ensurepip, venv"]),
    remedy: Remedy::Packages(&["python3", "python3-venv"]),
};

/// Chromium, for the browser test and the screenshots.
pub(crate) const CHROMIUM: Tool = Tool {
    name: "chromium",
    present: || chromium().is_some(),
    remedy: Remedy::Packages(&["chromium"]),
};

/// The browser of the tests: the one named by `ENCAISSE_TEST_CHROMIUM`, or Debian's.
pub(crate) fn chromium() -> Option<std::path::PathBuf> {
    environment("ENCAISSE_TEST_CHROMIUM")
        .map(Into::into)
        .or_else(|| find("chromium"))
}

/// Makes sure that all of `tools` are there, installing Debian packages when it may.
///
/// # Errors
/// Something is missing that only the person can bring; the error is the advice, or the one line
/// to be typed as root.
pub(crate) fn require(tools: &[Tool]) -> Result<()> {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| !(tool.present)()).collect();
    let Some(packages) = packages(&missing)? else {
        return Ok(());
    };
    let install = ["install", "-y", "--no-install-recommends"];
    if read(command("id").arg("-u"))?.trim() != "0" || !works("apt-get", &["--version"]) {
        let line = format!("apt-get {} {}", install.join(" "), packages.join(" "));
        bail!("missing on this machine; as root, type:\n  {line}");
    }
    say(format_args!(
        "missing on this machine, installed now: {}",
        packages.join(" ")
    ));
    run("package lists", apt().args(["-q", "update"]))?;
    run("packages", apt().arg("-q").args(install).args(&packages))?;
    match missing.iter().find(|tool| !(tool.present)()) {
        None => Ok(()),
        Some(tool) => bail!(
            "{} is still missing after its packages were installed",
            tool.name
        ),
    }
}

/// The Debian packages for what is missing, or none when nothing is.
fn packages(missing: &[&Tool]) -> Result<Option<Vec<&'static str>>> {
    let mut packages = Vec::new();
    let mut advice = Vec::new();
    for tool in missing {
        match tool.remedy {
            Remedy::Packages(names) => packages.extend_from_slice(names),
            Remedy::Advice(text) => advice.push(format!("{} is missing: {text}", tool.name)),
        }
    }
    if !advice.is_empty() {
        bail!("{}", advice.join("\n"));
    }
    Ok(if packages.is_empty() {
        None
    } else {
        Some(packages)
    })
}

fn apt() -> std::process::Command {
    let mut apt = command("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

/// Whether `v20.19.0`, as `node --version` prints it, is new enough.
fn new_enough(version: &str) -> bool {
    let mut numbers = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= NODE,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn absent(remedy: Remedy) -> Tool {
        Tool {
            name: "a thing",
            present: || false,
            remedy,
        }
    }

    #[test]
    fn node_is_compared_by_number_and_not_by_text() {
        for good in ["v20.19.0\n", "v20.100.1", "v22.0.0", "v100.1.0"] {
            assert!(new_enough(good), "{good}");
        }
        for bad in ["v20.18.9", "v18.20.4\n", "v9.99.0", "", "node", "v20"] {
            assert!(!new_enough(bad), "{bad}");
        }
    }

    #[test]
    fn nothing_is_installed_when_nothing_is_missing() {
        assert_eq!(packages(&[]).unwrap(), None);
        assert!(require(&[]).is_ok());
    }

    #[test]
    fn all_packages_are_named_at_once() {
        let missing = [
            &absent(Remedy::Packages(&["a"])),
            &absent(Remedy::Packages(&["b", "c"])),
        ];
        assert_eq!(packages(&missing).unwrap(), Some(vec!["a", "b", "c"]));
    }

    #[test]
    fn advice_comes_before_any_package_is_installed() {
        let missing = [
            &absent(Remedy::Packages(&["a"])),
            &absent(Remedy::Advice("fetch it")),
        ];
        let error = packages(&missing).unwrap_err().to_string();
        assert_eq!(error, "a thing is missing: fetch it");
    }
}
