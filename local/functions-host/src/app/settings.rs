//! App settings: local.settings.json, the environment, and what the command line adds.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// App settings by name; names are looked up without regard to case, as .NET's configuration does.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    file: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
    given: BTreeMap<String, String>,
}

impl Settings {
    /// Settings from explicit pairs alone, for tests and embedding.
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { given: pairs.into_iter().collect(), ..Self::default() }
    }

    /// Combines, strongest first: `given`, the process `environment`, and the `Values` of a
    /// local.settings.json. That an existing variable wins over the file is what Core Tools does.
    ///
    /// # Errors
    /// When the file cannot be read, is encrypted, or holds anything but scalars under `Values`.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        given: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, String> {
        Ok(Self {
            file: file.map_or(Ok(BTreeMap::new()), read_file)?,
            environment: environment.into_iter().collect(),
            given: given.into_iter().collect(),
        })
    }

    /// These settings and one more, which wins.
    #[must_use]
    pub fn with(mut self, name: &str, value: String) -> Self {
        self.given.insert(name.to_owned(), value);
        self
    }

    /// The setting's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        [&self.given, &self.environment, &self.file].into_iter().find_map(|layer| find(layer, name))
    }

    /// Replaces every `%NAME%`.
    ///
    /// # Errors
    /// When a setting is missing: the host's own words.
    pub fn expand(&self, text: &str) -> Result<String, String> {
        expand_with(
            text,
            |name| self.get(name).map(str::to_owned),
            |name| Err(format!("'%{name}%' does not resolve to a value: add {name} to the app settings")),
        )
    }

    /// Replaces every `%NAME%`; a missing one is removed. So the host expands the handler's arguments.
    #[must_use]
    pub fn expand_or_remove(&self, text: &str, extra: &[(&str, String)]) -> String {
        let lookup = |name: &str| {
            let extra = extra.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
            extra.or_else(|| self.get(name).map(str::to_owned))
        };
        expand_with(text, lookup, |_| Ok(String::new())).unwrap_or_default()
    }

    /// What a child needs on top of the environment it inherits.
    pub fn for_child(&self) -> impl Iterator<Item = (&str, &str)> {
        let file = self.file.iter().filter(|(name, _)| find(&self.environment, name).is_none());
        file.chain(&self.given).map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every setting whose name begins so, with the rest of its name; stronger layers come last.
    pub fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        [&self.file, &self.environment, &self.given].into_iter().flatten().filter_map(move |(name, value)| {
            let head = name.get(..prefix.len())?;
            head.eq_ignore_ascii_case(prefix).then(|| (&name[prefix.len()..], value.as_str()))
        })
    }
}

fn find<'a>(layer: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    if let Some(value) = layer.get(name) {
        return Some(value);
    }
    layer.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn read_file(path: &Path) -> Result<BTreeMap<String, String>, String> {
    let at = path.display();
    let bytes = std::fs::read(path).map_err(|error| format!("{at} cannot be read: {error}"))?;
    let root: Value = serde_json::from_slice(&bytes).map_err(|error| format!("{at} is not JSON: {error}"))?;
    if root.get("IsEncrypted") == Some(&Value::Bool(true)) {
        return Err(format!("{at} is encrypted: run `func settings decrypt` first"));
    }
    let Some(values) = root.get("Values") else { return Ok(BTreeMap::new()) };
    let values = values.as_object().ok_or_else(|| format!("{at}: Values must be an object"))?;
    values.iter().map(|(name, value)| Ok((name.clone(), scalar(value, name, path)?))).collect()
}

fn scalar(value: &Value, name: &str, path: &Path) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err(format!("{}: the value of {name} must be a string", path.display())),
    }
}

fn expand_with(
    text: &str,
    lookup: impl Fn(&str) -> Option<String>,
    missing: impl Fn(&str) -> Result<String, String>,
) -> Result<String, String> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        expanded.push_str(before);
        let Some((name, tail)) = after.split_once('%') else {
            return Err(format!("'{text}' has a '%' without its partner: settings are written %NAME%"));
        };
        expanded.push_str(&lookup(name).map_or_else(|| missing(name), Ok)?);
        rest = tail;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn given_settings_win_over_the_environment_and_that_over_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("local.settings.json");
        std::fs::write(&path, r#"{"IsEncrypted":false,"Values":{"A":"file","B":"file","C":"file","N":7}}"#)
            .unwrap();
        let settings =
            Settings::load(Some(&path), [pair("A", "env"), pair("B", "env")], [pair("A", "given")]).unwrap();
        assert_eq!(
            ["A", "B", "C", "n"].map(|name| settings.get(name).unwrap()),
            ["given", "env", "file", "7"]
        );
        let child: Vec<_> = settings.for_child().collect();
        assert_eq!(child, [("C", "file"), ("N", "7"), ("A", "given")]);
    }

    #[test]
    fn settings_are_expanded_inside_text() {
        let settings = Settings::of([pair("RAW_HUB", "raw")]);
        assert_eq!(settings.expand("x-%raw_hub%-y").unwrap(), "x-raw-y");
        assert!(settings.expand("%NOT_THERE%").unwrap_err().contains("does not resolve to a value"));
        assert!(settings.expand("50%").is_err());
        assert_eq!(settings.expand_or_remove("--port %P% %GONE%", &[("P", "1".into())]), "--port 1 ");
    }

    #[test]
    fn an_encrypted_or_broken_file_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("local.settings.json");
        for (text, reason) in [
            (r#"{"IsEncrypted":true,"Values":{}}"#, "decrypt"),
            ("{", "not JSON"),
            (r#"{"Values":{"A":{}}}"#, "must be a string"),
        ] {
            std::fs::write(&path, text).unwrap();
            assert!(Settings::load(Some(&path), [], []).unwrap_err().contains(reason), "{text}");
        }
    }
}
