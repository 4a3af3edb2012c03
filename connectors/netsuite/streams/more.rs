//! Standard tables that not every account has.

use super::Standard;
use super::columns;
use crate::netsuite::columns::Field;

/// A list with an id that says when its entries change; it is read in full where it does not.
const fn list(
    name: &'static str,
    catalog: &'static [&'static str],
    record_types: &'static [&'static str],
    fields: &'static [Field],
) -> Standard {
    let (key, modified) = (&["id"], "lastmodifieddate");
    Standard { name, key, modified, catalog, custom_prefix: None, fields, record_types }
}

pub const OPTIONAL: [Standard; 21] = [
    Standard {
        custom_prefix: Some("custentity"),
        ..list("contact", &["contact"], &["contact"], columns::CONTACT)
    },
    Standard {
        custom_prefix: Some("custentity"),
        ..list("partner", &["partner"], &["partner"], columns::LIST)
    },
    Standard { custom_prefix: Some("custentity"), ..list("job", &["job"], &[], columns::LIST) },
    list("location", &["location"], &["location"], columns::SEGMENT),
    list("department", &["department"], &["department"], columns::SEGMENT),
    list("classification", &["classification"], &["classification", "class"], columns::SEGMENT),
    list("currency", &["currency"], &["currency"], columns::CURRENCY),
    list("currencyrate", &[], &["currencyrate", "currency exchange rate"], columns::CURRENCY_RATE),
    list(
        "accountingperiod",
        &["accountingPeriod"],
        &["accountingperiod", "accounting period"],
        columns::PERIOD,
    ),
    list("term", &["term"], &["term", "terms"], columns::TERM),
    list("pricelevel", &["priceLevel"], &["pricelevel", "price level"], columns::LIST),
    list("unitstype", &["unitsType"], &["unitstype", "units type"], columns::LIST),
    list("supportcase", &["supportCase"], &["supportcase", "support case", "case"], columns::LIST),
    list("opportunity", &[], &[], columns::LIST),
    Standard { modified: "", ..list("customrecordtype", &[], &[], columns::CUSTOM_RECORD_TYPE) }
        .keyed(&["internalid"]),
    list("customfield", &[], &[], columns::CUSTOM_FIELD).keyed(&["internalid"]),
    Standard { modified: "date", ..list("systemnote", &[], &[], columns::SYSTEM_NOTE) },
    list("nexttransactionlink", &[], &[], columns::LINK).keyed(&["previousdoc", "nextdoc", "linktype"]),
    list("nexttransactionlinelink", &[], &[], columns::LINE_LINK).keyed(&[
        "previousdoc",
        "previousline",
        "nextdoc",
        "nextline",
        "linktype",
    ]),
    Standard { modified: "", ..list("inventorybalance", &[], &[], columns::BALANCE) }.keyed(&[
        "item",
        "location",
        "binnumber",
        "inventorynumber",
        "inventorystatus",
    ]),
    Standard { modified: "", ..list("inventoryitemlocations", &[], &[], columns::ITEM_LOCATION) }
        .keyed(&["item", "location"]),
];

impl Standard {
    const fn keyed(mut self, key: &'static [&'static str]) -> Self {
        self.key = key;
        self
    }
}
