//! Columns of tables that not every account has.

use super::{Field, day, dec, flag, int, text, time};

pub const CONTACT: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("entityid"),
    text("firstname"),
    text("lastname"),
    text("title"),
    text("email"),
    text("phone"),
    text("externalid"),
    int("company"),
    text("comments"),
    flag("isprivate"),
    flag("isinactive"),
    time("datecreated"),
];

/// What nearly every list has; the catalog adds the rest.
pub const LIST: &[Field] =
    &[int("id"), time("lastmodifieddate"), text("name"), text("externalid"), flag("isinactive")];

pub const SEGMENT: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("name"),
    text("fullname"),
    text("externalid"),
    int("parent"),
    flag("isinactive"),
];

pub const CURRENCY: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("name"),
    text("symbol"),
    dec("exchangerate"),
    flag("isbasecurrency"),
    flag("isinactive"),
];

pub const CURRENCY_RATE: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    int("basecurrency"),
    int("transactioncurrency"),
    dec("exchangerate"),
    day("effectivedate"),
];

pub const PERIOD: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("periodname"),
    day("startdate"),
    day("enddate"),
    int("parent"),
    flag("closed"),
    flag("isquarter"),
    flag("isyear"),
    flag("isadjust"),
    flag("isinactive"),
];

pub const TERM: &[Field] = &[
    int("id"),
    time("lastmodifieddate"),
    text("name"),
    int("daysuntilnetdue"),
    int("daysuntilexpiry"),
    dec("discountpercent"),
    flag("preferred"),
    flag("isinactive"),
];

pub const CUSTOM_RECORD_TYPE: &[Field] = &[
    int("internalid"),
    text("scriptid"),
    text("name"),
    text("recordname"),
    text("description"),
    flag("isinactive"),
];

pub const CUSTOM_FIELD: &[Field] = &[
    int("internalid"),
    time("lastmodifieddate"),
    text("scriptid"),
    text("name"),
    text("fieldtype"),
    text("fieldvaluetype"),
    int("recordtype"),
    text("owner"),
    text("description"),
    flag("ismandatory"),
    flag("isinactive"),
];

pub const CUSTOM_RECORD: &[Field] = &[
    int("id"),
    time("lastmodified"),
    time("created"),
    text("name"),
    text("altname"),
    text("externalid"),
    int("owner"),
    flag("isinactive"),
];

pub const SYSTEM_NOTE: &[Field] = &[
    int("id"),
    time("date"),
    int("recordid"),
    int("recordtypeid"),
    text("field"),
    int("name"),
    text("oldvalue"),
    text("newvalue"),
    int("type"),
    text("context"),
    int("lineid"),
];

pub const LINK: &[Field] = &[
    int("previousdoc"),
    int("nextdoc"),
    text("linktype"),
    time("lastmodifieddate"),
    text("previoustype"),
    day("previousdate"),
    text("nexttype"),
    day("nextdate"),
    dec("foreignamount"),
];

pub const LINE_LINK: &[Field] = &[
    int("previousdoc"),
    int("previousline"),
    int("nextdoc"),
    int("nextline"),
    text("linktype"),
    time("lastmodifieddate"),
    text("previoustype"),
    text("nexttype"),
    dec("foreignamount"),
];

pub const BALANCE: &[Field] = &[
    int("item"),
    int("location"),
    int("binnumber"),
    int("inventorynumber"),
    int("inventorystatus"),
    dec("quantityonhand"),
    dec("quantityavailable"),
    dec("quantitypicked"),
];

pub const ITEM_LOCATION: &[Field] = &[
    int("item"),
    int("location"),
    dec("quantityonhand"),
    dec("quantityavailable"),
    dec("quantityonorder"),
    dec("quantitycommitted"),
    dec("quantitybackordered"),
    dec("quantityintransit"),
    dec("averagecostmli"),
    dec("lastpurchasepricemli"),
    dec("onhandvaluemli"),
    dec("reorderpoint"),
    dec("preferredstocklevel"),
];
