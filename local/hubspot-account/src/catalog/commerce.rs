//! What is sold, and the lines it is sold on.

use super::object::{ObjectType, Outline};
use super::property::{choice, date, number, text};

pub fn products() -> ObjectType {
    let outline = Outline {
        name: "products",
        singular: "product",
        type_id: "0-7",
        shouted: "PRODUCT",
        scope: "e-commerce",
        created: "createdate",
        modified: "hs_lastmodifieddate",
        defaults: &["createdate", "description", "hs_lastmodifieddate", "hs_object_id", "name", "price"],
        edited: ("description", "price"),
        per_million: 40_000,
        ids: (1_402_000_009, 13),
    };
    outline.with(vec![
        text("name", "Name").filled(100),
        text("description", "Product description").filled(70),
        text("hs_sku", "SKU").filled(90),
        number("price", "Unit price").filled(98),
        number("hs_cost_of_goods_sold", "Unit cost").filled(60),
        choice("recurringbillingfrequency", "Billing frequency", &["monthly", "quarterly", "annually"])
            .filled(25),
        choice("hs_product_type", "Product type", &["inventory", "non_inventory", "service"]).filled(80),
        date("available_from", "Available from").custom().filled(40),
    ])
}

pub fn line_items() -> ObjectType {
    let outline = Outline {
        name: "line_items",
        singular: "line_item",
        type_id: "0-8",
        shouted: "LINE_ITEM",
        scope: "crm.objects.line_items.read",
        created: "createdate",
        modified: "hs_lastmodifieddate",
        defaults: &["amount", "createdate", "hs_lastmodifieddate", "hs_object_id", "quantity"],
        edited: ("description", "quantity"),
        per_million: 300_000,
        ids: (7_310_000_021, 17),
    };
    outline.with(vec![
        text("name", "Name").filled(100),
        text("description", "Description").filled(30),
        text("hs_sku", "SKU").filled(90),
        number("quantity", "Quantity").filled(100),
        number("price", "Unit price").filled(100),
        number("amount", "Net price").calculated().filled(100),
        number("discount", "Unit discount").filled(15),
        number("hs_product_id", "Product ID").filled(85),
        number("hs_tcv", "Total contract value").calculated().filled(40),
        choice("hs_line_item_currency_code", "Currency", &["USD", "EUR", "GBP"]).filled(95),
    ])
}
