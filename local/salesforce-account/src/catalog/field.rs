//! What a field is.

/// The kinds of value that fields hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Id,
    /// The objects it may point to.
    Reference(&'static [&'static str]),
    Text,
    Email,
    Phone,
    Url,
    /// The values it may have.
    Picklist(&'static [&'static str]),
    /// Text that can be neither filtered nor sorted by.
    LongText,
    Boolean,
    Integer,
    Double,
    Currency,
    Percent,
    Date,
    DateTime,
    /// A compound of the fields whose names begin so.
    Address(&'static str),
    Base64,
}

/// Where a field's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Stored,
    /// A formula: its text for describe, and the same in SQL over the row `t`.
    Formula {
        text: &'static str,
        sql: &'static str,
    },
    /// Put together from other fields of the row `t`, in SQL.
    Compound(&'static str),
}

/// One field of an object.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    /// Characters, for text.
    pub length: u16,
    /// Digits in all and behind the point, for numbers.
    pub digits: (u8, u8),
    pub nillable: bool,
    pub name_field: bool,
    /// The compound field this one is a part of.
    pub part_of: Option<&'static str>,
    pub origin: Origin,
}

pub const fn field(name: &'static str, kind: Kind, length: u16, digits: (u8, u8)) -> Field {
    Field {
        name,
        kind,
        length,
        digits,
        nillable: true,
        name_field: false,
        part_of: None,
        origin: Origin::Stored,
    }
}

pub const fn text(name: &'static str, length: u16) -> Field {
    field(name, Kind::Text, length, (0, 0))
}

pub const fn long(name: &'static str) -> Field {
    field(name, Kind::LongText, 32_000, (0, 0))
}

pub const fn email(name: &'static str) -> Field {
    field(name, Kind::Email, 80, (0, 0))
}

pub const fn phone(name: &'static str) -> Field {
    field(name, Kind::Phone, 40, (0, 0))
}

pub const fn picklist(name: &'static str, values: &'static [&'static str]) -> Field {
    field(name, Kind::Picklist(values), 255, (0, 0))
}

pub const fn reference(name: &'static str, to: &'static [&'static str]) -> Field {
    field(name, Kind::Reference(to), 18, (0, 0))
}

pub const fn boolean(name: &'static str) -> Field {
    field(name, Kind::Boolean, 0, (0, 0)).required()
}

pub const fn integer(name: &'static str) -> Field {
    field(name, Kind::Integer, 0, (8, 0))
}

pub const fn double(name: &'static str, precision: u8, scale: u8) -> Field {
    field(name, Kind::Double, 0, (precision, scale))
}

pub const fn currency(name: &'static str) -> Field {
    field(name, Kind::Currency, 0, (18, 2))
}

pub const fn date(name: &'static str) -> Field {
    field(name, Kind::Date, 0, (0, 0))
}

pub const fn datetime(name: &'static str) -> Field {
    field(name, Kind::DateTime, 0, (0, 0))
}

pub const ID: Field = field("Id", Kind::Id, 18, (0, 0)).required();
pub const DELETED: Field = boolean("IsDeleted");
pub const OWNER: Field = reference("OwnerId", &["User"]).required();
pub const CREATED: Field = datetime("CreatedDate").required();
pub const CREATED_BY: Field = reference("CreatedById", &["User"]).required();
pub const MODIFIED: Field = datetime("LastModifiedDate").required();
pub const MODIFIED_BY: Field = reference("LastModifiedById", &["User"]).required();
pub const STAMP: Field = datetime("SystemModstamp").required();

impl Field {
    pub const fn required(mut self) -> Self {
        self.nillable = false;
        self
    }

    /// The field people know the record by.
    pub const fn names(mut self) -> Self {
        self.name_field = true;
        self
    }

    pub const fn part_of(mut self, compound: &'static str) -> Self {
        self.part_of = Some(compound);
        self
    }

    pub const fn formula(mut self, text: &'static str, sql: &'static str) -> Self {
        self.origin = Origin::Formula { text, sql };
        self
    }

    pub const fn compound(mut self, sql: &'static str) -> Self {
        self.origin = Origin::Compound(sql);
        self
    }

    pub fn custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    pub fn stored(&self) -> bool {
        self.origin == Origin::Stored && !matches!(self.kind, Kind::Address(_) | Kind::Base64)
    }

    /// Whether WHERE may name it.
    pub fn filterable(&self) -> bool {
        !matches!(self.kind, Kind::LongText | Kind::Address(_) | Kind::Base64)
    }

    /// `AnnualRevenue` is "Annual Revenue", `Credit_Limit__c` is "Credit Limit".
    pub fn label(&self) -> String {
        label(self.name)
    }

    /// The value of the row `t` in SQL.
    pub fn sql(&self) -> String {
        match (self.origin, self.kind) {
            (Origin::Formula { sql, .. } | Origin::Compound(sql), _) => sql.to_owned(),
            (Origin::Stored, Kind::Address(prefix)) => address(prefix),
            // Only the address of a body is in a row; it is made from the id.
            (Origin::Stored, Kind::Base64) => "t.\"Id\"".to_owned(),
            (Origin::Stored, _) => format!("t.\"{}\"", self.name),
        }
    }
}

fn address(prefix: &str) -> String {
    let part = |key: &str, column: &str| format!("'{key}', t.\"{prefix}{column}\"");
    let parts = [
        part("city", "City"),
        part("country", "Country"),
        "'geocodeAccuracy', NULL, 'latitude', NULL, 'longitude', NULL".to_owned(),
        part("postalCode", "PostalCode"),
        part("state", "State"),
        part("street", "Street"),
    ];
    format!("json_object({})", parts.join(", "))
}

/// The words of an API name.
pub fn label(name: &str) -> String {
    let name = name.strip_suffix("__c").unwrap_or(name).replace('_', " ");
    let mut label = String::new();
    let mut before = ' ';
    for c in name.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            label.push(' ');
        }
        label.push(c);
        before = c;
    }
    label
}
