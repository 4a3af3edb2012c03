//! ASP.NET-style route templates, as far as function routes use them.

use super::{Function, Trigger};
use http::Method;

/// The routes of all HTTP functions, most specific first.
#[derive(Debug, Clone, Default)]
pub struct Routes(Vec<Route>);

/// One function's route.
#[derive(Debug, Clone)]
pub struct Route {
    /// The function it leads to.
    pub function: String,
    template: String,
    methods: Vec<Method>,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    // The order is the order of precedence.
    Literal(String),
    Constrained(Constraint),
    Parameter,
    Optional,
    CatchAll,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Constraint {
    Int,
    Guid,
    Bool,
    Alpha,
}

impl Routes {
    /// Builds the table, with a problem for each route the host would refuse.
    pub(super) fn new(prefix: &str, functions: &[Function], problems: &mut Vec<String>) -> Self {
        let mut routes: Vec<Route> = Vec::new();
        for function in functions {
            let Trigger::Http(trigger) = &function.trigger else { continue };
            let template = trigger.route.as_deref().unwrap_or(&function.name);
            match parse(prefix, template) {
                Ok(segments) => {
                    let route = Route {
                        function: function.name.clone(),
                        template: template.to_owned(),
                        methods: trigger.methods.clone(),
                        segments,
                    };
                    if let Some(other) = routes.iter().find(|other| other.conflicts(&route)) {
                        problems.push(format!(
                            "{}: its route conflicts with the route of function '{}'",
                            route.function, other.function
                        ));
                    }
                    if !function.disabled {
                        routes.push(route);
                    }
                }
                Err(problem) => problems.push(format!("{}: {problem}", function.name)),
            }
        }
        routes.sort_by(|left, right| left.segments.cmp(&right.segments));
        Self(routes)
    }

    /// The function for a request; the host answers 404 for a wrong method as well.
    #[must_use]
    pub fn find(&self, method: &Method, path: &str) -> Option<&Route> {
        let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        self.0.iter().find(|route| {
            (route.methods.is_empty() || route.methods.contains(method)) && matches(&route.segments, &parts)
        })
    }

    /// Each function with its route template, for the list of functions.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|route| (route.function.as_str(), route.template.as_str()))
    }
}

impl Route {
    fn conflicts(&self, other: &Self) -> bool {
        let shared = self.methods.is_empty()
            || other.methods.is_empty()
            || self.methods.iter().any(|method| other.methods.contains(method));
        shared && self.segments == other.segments
    }
}

fn parse(prefix: &str, template: &str) -> Result<Vec<Segment>, String> {
    let parts = prefix.split('/').chain(template.split('/')).filter(|part| !part.is_empty());
    let segments = parts.map(|part| segment(part, template)).collect::<Result<Vec<_>, _>>()?;
    if matches!(segments.first(), Some(Segment::Literal(first)) if ["admin", "runtime"].contains(&first.as_str()))
    {
        return Err("the specified route conflicts with one or more built in routes".into());
    }
    let last = segments.len().saturating_sub(1);
    let misplaced = |(index, segment): (usize, &Segment)| {
        index < last && matches!(segment, Segment::CatchAll | Segment::Optional)
    };
    if segments.iter().enumerate().any(misplaced) {
        return Err(format!("the route '{template}' has a catch-all or optional parameter before its end"));
    }
    Ok(segments)
}

fn segment(part: &str, template: &str) -> Result<Segment, String> {
    let Some(inner) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
        if part.contains(['{', '}']) {
            return Err(format!(
                "the route '{template}' mixes text and a parameter in '{part}', which the local host does not provide"
            ));
        }
        return Ok(Segment::Literal(part.to_lowercase()));
    };
    if inner.starts_with('*') {
        return Ok(Segment::CatchAll);
    }
    let (name, constraint) = inner.split_once(':').map_or((inner, None), |(name, rest)| (name, Some(rest)));
    let optional = inner.ends_with('?');
    if name.trim_end_matches('?').is_empty() {
        return Err(format!("the route '{template}' has a parameter without a name"));
    }
    match constraint.map(|constraint| constraint.trim_end_matches('?')) {
        _ if optional => Ok(Segment::Optional),
        None => Ok(Segment::Parameter),
        Some("int" | "long") => Ok(Segment::Constrained(Constraint::Int)),
        Some("guid") => Ok(Segment::Constrained(Constraint::Guid)),
        Some("bool") => Ok(Segment::Constrained(Constraint::Bool)),
        Some("alpha") => Ok(Segment::Constrained(Constraint::Alpha)),
        Some(other) => Err(format!("the route constraint '{other}' is not provided by the local host")),
    }
}

fn matches(segments: &[Segment], parts: &[String]) -> bool {
    match (segments.split_first(), parts.split_first()) {
        (None, None) | (Some((Segment::CatchAll, _)), _) | (Some((Segment::Optional, [])), None) => true,
        (None, Some(_)) | (Some(_), None) => false,
        (Some((segment, segments)), Some((part, parts))) => segment.takes(part) && matches(segments, parts),
    }
}

impl Segment {
    fn takes(&self, part: &str) -> bool {
        match self {
            Self::Literal(text) => part.to_lowercase() == *text,
            Self::Constrained(Constraint::Int) => part.parse::<i64>().is_ok(),
            Self::Constrained(Constraint::Guid) => uuid::Uuid::try_parse(part).is_ok(),
            Self::Constrained(Constraint::Bool) => {
                ["true", "false"].iter().any(|word| part.eq_ignore_ascii_case(word))
            }
            Self::Constrained(Constraint::Alpha) => part.bytes().all(|byte| byte.is_ascii_alphabetic()),
            Self::Parameter | Self::Optional | Self::CatchAll => true,
        }
    }
}

/// Percent-decoding for comparison only; what is not valid stays as it is.
fn decode(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let escape = (bytes[index] == b'%').then(|| part.get(index + 1..index + 3)).flatten();
        if let Some(byte) = escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            decoded.push(byte);
            index += 3;
        } else {
            decoded.push(bytes[index]);
            index += 1;
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| part.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::HttpTrigger;

    fn function(name: &str, route: &str, methods: &[Method]) -> Function {
        let trigger = Trigger::Http(HttpTrigger { route: Some(route.into()), methods: methods.to_vec() });
        Function { name: name.into(), trigger, retry: None, disabled: false }
    }

    fn build(prefix: &str, functions: &[Function]) -> (Routes, Vec<String>) {
        let mut problems = Vec::new();
        (Routes::new(prefix, functions, &mut problems), problems)
    }

    #[test]
    fn the_most_specific_route_wins_and_case_does_not_matter() {
        let (routes, problems) = build(
            "api",
            &[
                function("all", "{*path}", &[]),
                function("item", "v1/items/{id:int}", &[]),
                function("named", "v1/items/{name}", &[]),
                function("new", "v1/items/new", &[]),
                function("maybe", "v2/{id?}", &[]),
            ],
        );
        assert_eq!(problems, Vec::<String>::new());
        let found = |path: &str| routes.find(&Method::GET, path).map(|route| route.function.as_str());
        assert_eq!(found("/api/v1/items/7"), Some("item"));
        assert_eq!(found("/API/V1/Items/New"), Some("new"));
        assert_eq!(found("/api/v1/items/n%65w"), Some("new"));
        assert_eq!(found("/api/v1/items/x"), Some("named"));
        assert_eq!(found("/api/v2"), Some("maybe"));
        assert_eq!(found("/api/v2/5"), Some("maybe"));
        assert_eq!(found("/api"), Some("all"));
        assert_eq!(found("/api/a/b/c"), Some("all"));
        assert_eq!(found("/other"), None);
    }

    #[test]
    fn an_empty_prefix_serves_the_root_and_methods_are_kept() {
        let (routes, _) = build("", &[function("page", "{*path}", &[Method::GET])]);
        assert!(routes.find(&Method::GET, "/").is_some());
        assert!(routes.find(&Method::POST, "/").is_none());
    }

    #[test]
    fn reserved_conflicting_and_malformed_routes_are_refused() {
        for (functions, reason) in [
            (vec![function("a", "admin/x", &[])], "built in routes"),
            (vec![function("a", "{*rest}/x", &[])], "before its end"),
            (vec![function("a", "x-{id}", &[])], "mixes"),
            (vec![function("a", "{id:regex(x)}", &[])], "constraint"),
            (vec![function("a", "x/{id}", &[]), function("b", "X/{other}", &[])], "conflicts with the route"),
        ] {
            let (_, problems) = build("", &functions);
            assert!(problems.iter().any(|problem| problem.contains(reason)), "{problems:?}");
        }
        let apart = [function("a", "x", &[Method::GET]), function("b", "x", &[Method::POST])];
        assert!(build("", &apart).1.is_empty());
    }
}
