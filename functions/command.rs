//! What the executable is asked to do. Without words it serves the Functions host, which gives none.

/// Printed for `--help`, and on words that mean nothing.
pub const USAGE: &str = "\
usage: handler                                             serve the Functions host
       handler check [<source>] [--tenant <tenant>] [--json]  look whether sources can be read

check asks each configured source (or the one that is named) about credentials, clock, limits and the
permission for each stream, reads no data, and says what is wrong and what to do. Settings come from the
environment, as for the host. It exits with 0 when all is well, 1 when something is wrong, 2 when it was
called wrongly.
";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Serve,
    Check(Wanted),
    Help,
}

/// Which sources to look at, and how to say what was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub source: Option<String>,
    pub tenant: Option<String>,
    pub json: bool,
}

/// Reads the words after the executable's name. An error says which word means nothing.
pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut words = words.into_iter();
    match words.next().as_deref() {
        None => Ok(Command::Serve),
        Some("check") => check(words),
        Some("--help" | "-h" | "help") => Ok(Command::Help),
        Some(other) => Err(format!("there is no command '{other}'")),
    }
}

fn check(mut words: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut wanted = Wanted::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--json" => wanted.json = true,
            "--tenant" => {
                let tenant = words.next().filter(|name| !name.starts_with('-'));
                wanted.tenant = Some(tenant.ok_or("--tenant needs a name")?);
            }
            option if option.starts_with('-') => return Err(format!("check has no option '{option}'")),
            _ if wanted.source.is_some() => return Err("check takes one source, or none for all".into()),
            _ => wanted.source = Some(word),
        }
    }
    Ok(Command::Check(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn no_words_serve_the_host() {
        assert_eq!(parsed(""), Ok(Command::Serve));
    }

    #[test]
    fn check_takes_a_source_a_tenant_and_json_in_any_order() {
        let wanted = |source: Option<&str>, tenant: Option<&str>, json| {
            let (source, tenant) = (source.map(str::to_owned), tenant.map(str::to_owned));
            Ok(Command::Check(Wanted { source, tenant, json }))
        };
        assert_eq!(parsed("check"), wanted(None, None, false));
        assert_eq!(parsed("check erp --json"), wanted(Some("erp"), None, true));
        assert_eq!(parsed("check --tenant acme erp"), wanted(Some("erp"), Some("acme"), false));
    }

    #[test]
    fn words_that_mean_nothing_are_named() {
        for (line, word) in [
            ("serve", "'serve'"),
            ("check --all", "'--all'"),
            ("check a b", "one source"),
            ("check --tenant", "--tenant"),
            ("check --tenant --json", "--tenant"),
        ] {
            let problem = parsed(line).unwrap_err();
            assert!(problem.contains(word), "{line}: {problem}");
        }
        assert_eq!(parsed("check --help"), Ok(Command::Help));
    }
}
