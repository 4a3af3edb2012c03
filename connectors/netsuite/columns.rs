//! Columns that SuiteQL is known to have, for tables the metadata catalog does not describe and for names
//! that differ between the two. Each is offered to the account, which may refuse it.

mod more;

use forebay_model::ColumnType;

pub use more::*;

/// A column known beforehand.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub column_type: ColumnType,
}

/// Amounts, rates and quantities: sixteen digits before the point and twelve after fit what NetSuite
/// shows, and 28 digits are what a 96-bit decimal holds exactly.
pub const DECIMAL: ColumnType = ColumnType::Decimal { precision: 28, scale: 12 };

const fn flag(name: &'static str) -> Field {
    Field { name, column_type: ColumnType::Boolean }
}
const fn int(name: &'static str) -> Field {
    Field { name, column_type: ColumnType::Integer }
}
const fn dec(name: &'static str) -> Field {
    Field { name, column_type: DECIMAL }
}
const fn day(name: &'static str) -> Field {
    Field { name, column_type: ColumnType::Date }
}
const fn time(name: &'static str) -> Field {
    Field { name, column_type: ColumnType::Timestamp }
}
const fn text(name: &'static str) -> Field {
    Field { name, column_type: ColumnType::Text }
}

pub const CUSTOMER: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("entityid"),
    text("companyname"),
    text("altname"),
    flag("isperson"),
    flag("isinactive"),
    text("email"),
    text("phone"),
    text("url"),
    text("externalid"),
    int("parent"),
    int("subsidiary"),
    int("currency"),
    int("category"),
    int("entitystatus"),
    int("salesrep"),
    int("terms"),
    dec("creditlimit"),
    dec("balancesearch"),
    text("comments"),
    time("datecreated"),
];

pub const VENDOR: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("entityid"),
    text("companyname"),
    text("altname"),
    text("legalname"),
    flag("isperson"),
    flag("isinactive"),
    text("email"),
    text("phone"),
    text("externalid"),
    int("subsidiary"),
    int("currency"),
    int("category"),
    int("terms"),
    dec("balance"),
    text("comments"),
    time("datecreated"),
];

pub const ITEM: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("itemid"),
    text("itemtype"),
    text("subtype"),
    text("displayname"),
    text("fullname"),
    text("description"),
    text("externalid"),
    flag("isinactive"),
    int("parent"),
    int("class"),
    int("department"),
    int("location"),
    dec("cost"),
    dec("averagecost"),
    dec("lastpurchaseprice"),
    dec("totalquantityonhand"),
    dec("reorderpoint"),
    dec("weight"),
    text("manufacturer"),
    text("mpn"),
    time("createddate"),
];

pub const ACCOUNT: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("acctnumber"),
    text("accountsearchdisplayname"),
    text("accountsearchdisplaynamecopy"),
    text("displaynamewithhierarchy"),
    text("fullname"),
    text("accttype"),
    text("description"),
    text("externalid"),
    int("parent"),
    int("currency"),
    int("class"),
    int("department"),
    int("location"),
    text("generalrate"),
    flag("issummary"),
    flag("eliminate"),
    flag("inventory"),
    flag("isinactive"),
];

pub const SUBSIDIARY: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("name"),
    text("fullname"),
    text("legalname"),
    text("externalid"),
    int("parent"),
    int("currency"),
    text("country"),
    flag("iselimination"),
    flag("isinactive"),
];

pub const EMPLOYEE: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("entityid"),
    text("firstname"),
    text("lastname"),
    text("title"),
    text("email"),
    text("phone"),
    text("externalid"),
    int("department"),
    int("location"),
    int("class"),
    int("subsidiary"),
    int("supervisor"),
    day("hiredate"),
    day("releasedate"),
    flag("issalesrep"),
    flag("isinactive"),
    time("datecreated"),
];

pub const TRANSACTION: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("tranid"),
    text("transactionnumber"),
    text("trandisplayname"),
    text("type"),
    text("recordtype"),
    text("abbrevtype"),
    day("trandate"),
    day("duedate"),
    day("closedate"),
    int("entity"),
    int("employee"),
    text("status"),
    int("currency"),
    dec("exchangerate"),
    dec("foreigntotal"),
    dec("foreignamountpaid"),
    dec("foreignamountunpaid"),
    int("postingperiod"),
    flag("posting"),
    flag("voided"),
    flag("void"),
    text("memo"),
    text("otherrefnum"),
    text("source"),
    int("terms"),
    text("externalid"),
    int("createdby"),
    int("lastmodifiedby"),
    time("createddate"),
];

pub const TRANSACTION_LINE: &[Field] = &[
    int("transaction"),
    int("id"),
    time("linelastmodifieddate"),
    int("uniquekey"),
    int("linesequencenumber"),
    time("linecreateddate"),
    flag("mainline"),
    flag("taxline"),
    flag("iscogs"),
    flag("isclosed"),
    flag("isfullyshipped"),
    flag("isbillable"),
    flag("donotdisplayline"),
    int("item"),
    text("itemtype"),
    dec("quantity"),
    dec("quantitybilled"),
    dec("quantityshiprecv"),
    dec("quantitybackordered"),
    int("units"),
    dec("rate"),
    dec("rateamount"),
    dec("netamount"),
    dec("foreignamount"),
    dec("costestimate"),
    text("memo"),
    int("entity"),
    int("subsidiary"),
    int("department"),
    int("class"),
    int("location"),
    int("expenseaccount"),
    int("createdfrom"),
    text("accountinglinetype"),
    text("transactionlinetype"),
    day("expectedshipdate"),
    day("actualshipdate"),
    day("closedate"),
];

pub const TRANSACTION_ACCOUNTING_LINE: &[Field] = &[
    int("transaction"),
    int("transactionline"),
    int("accountingbook"),
    time("lastmodifieddate"),
    int("account"),
    text("accounttype"),
    dec("amount"),
    dec("debit"),
    dec("credit"),
    dec("netamount"),
    dec("amountpaid"),
    dec("amountunpaid"),
    dec("exchangerate"),
    flag("posting"),
    flag("processedbyrevcommit"),
];

pub const DELETED_RECORD: &[Field] = &[
    int("recordtypeid"),
    int("recordid"),
    time("deleteddate"),
    text("type"),
    text("recordtype"),
    text("scriptid"),
    text("name"),
    int("deletedby"),
    text("context"),
    flag("iscustomrecord"),
    flag("iscustomlist"),
    flag("iscustomtransaction"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_table_lists_a_column_twice_or_in_capitals() {
        for fields in [
            CUSTOMER,
            VENDOR,
            ITEM,
            ACCOUNT,
            SUBSIDIARY,
            EMPLOYEE,
            TRANSACTION,
            TRANSACTION_LINE,
            TRANSACTION_ACCOUNTING_LINE,
            DELETED_RECORD,
        ] {
            let names: BTreeSet<&str> = fields.iter().map(|f| f.name).collect();
            assert_eq!(names.len(), fields.len());
            assert!(fields.iter().all(|f| f.name == f.name.to_ascii_lowercase()));
        }
    }
}
