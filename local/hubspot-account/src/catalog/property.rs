//! A property and what it holds.

/// What a property holds. Every value travels as text, whatever its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A whole number or a decimal.
    Number,
    /// `2026-03-02`.
    Date,
    /// An instant in UTC.
    DateTime,
    /// `true` or `false`.
    Flag,
    /// One of the options.
    Choice,
    /// Any of the options, joined with `;`.
    Choices,
}

impl Kind {
    /// The vendor's `type`.
    pub fn type_name(self) -> &'static str {
        match self {
            Kind::Text => "string",
            Kind::Number => "number",
            Kind::Date => "date",
            Kind::DateTime => "datetime",
            Kind::Flag => "bool",
            Kind::Choice | Kind::Choices => "enumeration",
        }
    }

    /// The vendor's usual `fieldType`.
    pub fn field_type(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Number => "number",
            Kind::Date | Kind::DateTime => "date",
            Kind::Flag => "booleancheckbox",
            Kind::Choice => "select",
            Kind::Choices => "checkbox",
        }
    }
}

/// A property of an object type.
#[derive(Debug, Clone)]
pub struct Property {
    pub name: String,
    pub label: String,
    pub kind: Kind,
    pub group: &'static str,
    /// Values of an enumeration.
    pub options: &'static [&'static str],
    /// Of the portal's own making.
    pub custom: bool,
    /// Computed by the vendor from others.
    pub calculated: bool,
    /// Cannot be set by clients.
    pub read_only: bool,
    /// The ids it holds are owners'.
    pub owner: bool,
    /// Of a hundred records, so many have a value.
    pub filled: i64,
}

impl Property {
    pub fn new(name: impl Into<String>, label: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            kind,
            group: "information",
            options: &[],
            custom: false,
            calculated: false,
            read_only: false,
            owner: false,
            filled: 50,
        }
    }

    pub fn filled(mut self, percent: i64) -> Self {
        self.filled = percent;
        self
    }

    pub fn custom(mut self) -> Self {
        self.custom = true;
        self
    }

    pub fn calculated(mut self) -> Self {
        self.calculated = true;
        self.read_only = true;
        self
    }

    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    pub fn group(mut self, group: &'static str) -> Self {
        self.group = group;
        self
    }
}

pub fn text(name: &str, label: &str) -> Property {
    Property::new(name, label, Kind::Text)
}

pub fn number(name: &str, label: &str) -> Property {
    Property::new(name, label, Kind::Number)
}

pub fn date(name: &str, label: &str) -> Property {
    Property::new(name, label, Kind::Date)
}

pub fn datetime(name: &str, label: &str) -> Property {
    Property::new(name, label, Kind::DateTime)
}

pub fn flag(name: &str, label: &str) -> Property {
    Property::new(name, label, Kind::Flag)
}

pub fn choice(name: &str, label: &str, options: &'static [&'static str]) -> Property {
    let mut property = Property::new(name, label, Kind::Choice);
    property.options = options;
    property
}

pub fn choices(name: &str, label: &str, options: &'static [&'static str]) -> Property {
    let mut property = Property::new(name, label, Kind::Choices);
    property.options = options;
    property
}

pub fn owner(name: &str, label: &str) -> Property {
    let mut property = Property::new(name, label, Kind::Choice);
    property.owner = true;
    property
}
