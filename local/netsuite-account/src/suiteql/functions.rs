//! The functions SuiteQL knows.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName,
    ObjectNamePart,
};

use super::compare::{align, as_text, read_user_date, unify};
use super::format::Format;
use super::fragment::{Flavour, Fragment, Shown, Type};
use super::number;
use super::refusal::Refusal;
use super::scope::Scope;
use super::translator::Translator;
use crate::catalog;
use crate::pacific::to_wall;

/// The parts of a name, upper case and joined with dots.
pub fn spelled(name: &ObjectName) -> Option<String> {
    let parts: Option<Vec<String>> = name
        .0
        .iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) => Some(ident.value.to_uppercase()),
            ObjectNamePart::Function(_) => None,
        })
        .collect();
    Some(parts?.join("."))
}

impl Translator<'_> {
    /// SYSDATE: what the account's clocks read now.
    pub fn today(&self) -> Fragment {
        Fragment::moment(to_wall(self.now), Type::Wall(Flavour::Date))
    }

    /// SYSTIMESTAMP: this instant.
    pub fn instant(&self) -> Fragment {
        Fragment::moment(self.now, Type::Instant)
    }

    pub fn function(&mut self, function: &Function, scope: &Scope<'_>) -> Result<Fragment, Refusal> {
        let name = spelled(&function.name).ok_or_else(Refusal::unsupported)?;
        let plain = function.over.is_none() && function.filter.is_none() && function.within_group.is_empty();
        if !plain {
            return Err(Refusal::unsupported());
        }
        let list = match &function.args {
            FunctionArguments::List(list) if list.clauses.is_empty() => list,
            FunctionArguments::None => return self.call(&name, &[], scope),
            _ => return Err(Refusal::unsupported()),
        };
        let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
        let star = matches!(list.args.as_slice(), [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)]);
        if star && name == "COUNT" && !distinct {
            let mut fragment = Fragment::new("COUNT(*)".to_owned(), Type::Number, false);
            fragment.aggregate = true;
            return Ok(fragment);
        }
        let arguments: Option<Vec<&Expr>> = list
            .args
            .iter()
            .map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
                _ => None,
            })
            .collect();
        let arguments = arguments.ok_or_else(Refusal::unsupported)?;
        match name.as_str() {
            "COUNT" | "SUM" | "AVG" | "MIN" | "MAX" => self.aggregate(&name, distinct, &arguments, scope),
            _ if distinct => Err(Refusal::unsupported()),
            _ => self.call(&name, &arguments, scope),
        }
    }

    fn aggregate(
        &mut self,
        name: &str,
        distinct: bool,
        arguments: &[&Expr],
        scope: &Scope<'_>,
    ) -> Result<Fragment, Refusal> {
        let [argument] = arguments else { return Err(Refusal::unsupported()) };
        let value = self.expression(argument, scope)?;
        if value.aggregate {
            return Err(Refusal::search("ORA-00978: nested group function without GROUP BY"));
        }
        let (sql, ty) = match name {
            "COUNT" => (value.sql.clone(), Type::Number),
            "MIN" | "MAX" => (value.sql.clone(), value.ty),
            _ if value.ty == Type::Text => (number::from_text(&value)?, Type::Number),
            _ if value.ty.is_moment() => return Err(Refusal::search("ORA-00932: inconsistent datatypes")),
            _ => (value.sql.clone(), Type::Number),
        };
        let all = if distinct { "DISTINCT " } else { "" };
        let mut fragment = Fragment::new(format!("{name}({all}{sql})"), ty, false);
        fragment.aggregate = true;
        Ok(fragment)
    }

    /// A function of single rows, by its upper-case name.
    pub fn call(&mut self, name: &str, arguments: &[&Expr], scope: &Scope<'_>) -> Result<Fragment, Refusal> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.expression(argument, scope)?);
        }
        match (name, values.as_slice()) {
            ("SYSDATE" | "CURRENT_DATE", []) => Ok(self.today()),
            ("SYSTIMESTAMP" | "CURRENT_TIMESTAMP", []) => Ok(self.instant()),
            ("TO_CHAR", [value]) => Ok(Fragment::computed(as_text(value), Type::Text, &[value])),
            ("TO_CHAR", [value, format]) => to_char(value, format),
            ("TO_DATE", [text]) => to_moment(text, None, Flavour::Date),
            ("TO_TIMESTAMP", [text]) => to_moment(text, None, Flavour::Stamp),
            ("TO_DATE", [text, format]) => to_moment(text, Some(format), Flavour::Date),
            ("TO_TIMESTAMP", [text, format]) => to_moment(text, Some(format), Flavour::Stamp),
            ("SYS_EXTRACT_UTC", [value]) => extract_utc(value),
            ("TRUNC", [value, ..]) if value.ty.is_moment() => truncate(value, values.get(1)),
            ("NVL", [_, _]) | ("COALESCE", [_, _, ..]) => several("COALESCE", &values),
            ("GREATEST", [_, _, ..]) => several("MAX", &values),
            ("LEAST", [_, _, ..]) => several("MIN", &values),
            ("NVL2", [test, some, none]) => {
                let (sql, ty) = unify(&[some.clone(), none.clone()])?;
                let sql = format!("CASE WHEN {} IS NOT NULL THEN {} ELSE {} END", test.sql, sql[0], sql[1]);
                Ok(Fragment::computed(sql, ty, &[test, some, none]))
            }
            ("NULLIF", [left, right]) => {
                let (l, r) = align(left, right)?;
                Ok(Fragment::computed(format!("NULLIF({l}, {r})"), left.ty, &[left, right]))
            }
            ("DECODE", [operand, _, _, ..]) => decode(operand, &values),
            ("ADD_MONTHS", [value, months]) if value.ty.is_moment() => {
                let sql = format!("ns_add_months({}, {})", wall_sql(value), months.sql);
                Ok(Fragment::computed(sql, Type::Wall(Flavour::Date), &[value, months]))
            }
            ("BUILTIN.DF", [value]) => Ok(display(value)),
            _ => scalar(name, &values),
        }
    }
}

fn wall_sql(value: &Fragment) -> String {
    if value.ty == Type::Instant { format!("ns_to_wall({})", value.sql) } else { value.sql.clone() }
}

fn model(format: &Fragment) -> Result<Format, Refusal> {
    let text = format.text.as_deref().ok_or_else(Refusal::unsupported)?;
    Format::parse(text).map_err(Refusal::search)
}

fn to_char(value: &Fragment, format: &Fragment) -> Result<Fragment, Refusal> {
    if !value.ty.is_moment() {
        // Number format models are not simulated.
        return Err(Refusal::unsupported());
    }
    let parsed = model(format)?;
    let sql = format!("ns_show({}, {})", wall_sql(value), format.sql);
    let mut fragment = Fragment::computed(sql, Type::Text, &[value]);
    // Readings of the account's clocks do not sort as their instants do, because one hour repeats.
    if matches!(value.ty, Type::Wall(_)) && parsed.sorts_by_time() {
        fragment.shown = Some(Shown { sql: value.sql.clone(), format: parsed });
    }
    fragment.nullable = value.nullable;
    Ok(fragment)
}

fn to_moment(text: &Fragment, format: Option<&Fragment>, flavour: Flavour) -> Result<Fragment, Refusal> {
    let ty = Type::Wall(flavour);
    if text.ty.is_moment() {
        return Ok(Fragment::computed(wall_sql(text), ty, &[text]));
    }
    let Some(format) = format else {
        return match &text.text {
            Some(known) => read_user_date(known)
                .map(|moment| Fragment::moment(moment, ty))
                .ok_or_else(|| Refusal::bad_date(known)),
            None => Ok(Fragment::computed(format!("ns_user_date({})", text.sql), ty, &[text])),
        };
    };
    let parsed = model(format)?;
    let Some(known) = &text.text else {
        return Ok(Fragment::computed(format!("ns_read({}, {})", text.sql, format.sql), ty, &[text]));
    };
    let (moment, nanos) = parsed.read(known).map_err(Refusal::search)?;
    if nanos == 0 {
        return Ok(Fragment::moment(moment, ty));
    }
    Ok(Fragment::new(format!("{moment}.{nanos:09}"), ty, true))
}

fn extract_utc(value: &Fragment) -> Result<Fragment, Refusal> {
    let ty = Type::Wall(Flavour::Stamp);
    match value.ty {
        // An instant is kept as its UTC second, so this costs nothing and an index over it still serves.
        Type::Instant => {
            let mut fragment = Fragment::computed(value.sql.clone(), ty, &[value]);
            fragment.moment = value.moment;
            fragment.nullable = value.nullable;
            Ok(fragment)
        }
        Type::Wall(_) => Ok(Fragment::computed(format!("ns_to_utc({})", value.sql), ty, &[value])),
        _ => Err(Refusal::search("ORA-30175: invalid type given for an argument")),
    }
}

fn truncate(value: &Fragment, unit: Option<&Fragment>) -> Result<Fragment, Refusal> {
    let unit = unit.map_or("'DD'", |u| u.sql.as_str());
    let sql = format!("ns_truncate({}, {unit})", wall_sql(value));
    Ok(Fragment::computed(sql, Type::Wall(Flavour::Date), &[value]))
}

fn several(name: &str, values: &[Fragment]) -> Result<Fragment, Refusal> {
    let (sql, ty) = unify(values)?;
    Ok(Fragment::computed(format!("{name}({})", sql.join(", ")), ty, &values.iter().collect::<Vec<_>>()))
}

fn decode(operand: &Fragment, values: &[Fragment]) -> Result<Fragment, Refusal> {
    let rest = &values[1..];
    let mut results: Vec<Fragment> = rest.chunks_exact(2).map(|pair| pair[1].clone()).collect();
    results.push(rest.chunks_exact(2).remainder().first().cloned().unwrap_or_else(Fragment::null));
    let (shown, ty) = unify(&results)?;
    let mut sql = String::from("CASE");
    for (pair, result) in rest.chunks_exact(2).zip(&shown) {
        let (left, right) = align(operand, &pair[0])?;
        sql.push_str(&format!(" WHEN {left} IS {right} THEN {result}"));
    }
    sql.push_str(&format!(" ELSE {} END", shown.last().map_or("NULL", String::as_str)));
    Ok(Fragment::computed(sql, ty, &values.iter().collect::<Vec<_>>()))
}

/// BUILTIN.DF: what the user interface shows for a reference.
fn display(value: &Fragment) -> Fragment {
    let Some(table) = value.reference.and_then(catalog::table) else {
        return value.clone();
    };
    let key = table.row_id.unwrap_or("rowid");
    let sql = format!(
        "(SELECT d.\"{}\" FROM \"{}\" AS d WHERE d.\"{key}\" = {})",
        table.display, table.name, value.sql
    );
    Fragment::computed(sql, Type::Text, &[value])
}

fn scalar(name: &str, values: &[Fragment]) -> Result<Fragment, Refusal> {
    let parts: Vec<&Fragment> = values.iter().collect();
    let text = |index: usize| values.get(index).map(as_text).unwrap_or_default();
    let number = |index: usize| -> Result<String, Refusal> {
        match values.get(index) {
            Some(v) if v.ty == Type::Text => number::from_text(v),
            Some(v) if v.ty.is_moment() => Err(Refusal::search("ORA-00932: inconsistent datatypes")),
            Some(v) => Ok(v.sql.clone()),
            None => Ok("0".to_owned()),
        }
    };
    let (sql, ty) = match (name, values.len()) {
        ("UPPER" | "LOWER" | "TRIM" | "LTRIM" | "RTRIM", 1) => (format!("{name}({})", text(0)), Type::Text),
        ("LENGTH", 1) => (format!("LENGTH({})", text(0)), Type::Number),
        ("CONCAT", 2) => {
            (format!("NULLIF(COALESCE({}, '') || COALESCE({}, ''), '')", text(0), text(1)), Type::Text)
        }
        ("SUBSTR", 2) => (format!("ns_substr({}, {}, NULL)", text(0), number(1)?), Type::Text),
        ("SUBSTR", 3) => (format!("ns_substr({}, {}, {})", text(0), number(1)?, number(2)?), Type::Text),
        ("INSTR", 2) => (format!("INSTR({}, {})", text(0), text(1)), Type::Number),
        ("REPLACE", 3) => {
            (format!("REPLACE({}, {}, COALESCE({}, ''))", text(0), text(1), text(2)), Type::Text)
        }
        ("TO_NUMBER", 1) => (number(0)?, Type::Number),
        ("ABS", 1) => (format!("ABS({})", number(0)?), Type::Number),
        ("CEIL", 1) => (format!("ns_ceil({})", number(0)?), Type::Number),
        ("FLOOR", 1) => (format!("ns_floor({})", number(0)?), Type::Number),
        ("ROUND", 1 | 2) => (format!("ns_round({}, {})", number(0)?, number(1)?), Type::Number),
        ("TRUNC", 1 | 2) => (format!("ns_trunc({}, {})", number(0)?, number(1)?), Type::Number),
        ("MOD", 2) => (format!("ns_mod({}, {})", number(0)?, number(1)?), Type::Number),
        _ => return Err(Refusal::unsupported()),
    };
    Ok(Fragment::computed(sql, ty, &parts))
}
