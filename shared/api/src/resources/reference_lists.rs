//! Values that rules refer to by name.

use axum::Json;
use axum::extract::State;
use forebay_model::rule::ReferenceList;
use forebay_ports::repository::Edit;
use serde::Deserialize;
use utoipa::IntoParams;

use super::outcomes::OutcomesQuery;
use super::rules::VersionQuery;
use crate::extract::{Author, BodyOf, PathOf, QueryOf, Scope, Shared};
use crate::paging::{Listing, Paging};
use crate::problem::{Problem, ProblemKind};
use crate::views::{ListRequest, ListView};

const MOST_NAME_BYTES: usize = 100;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ListPath {
    /// A list's name: 1 to 100 of `a-z A-Z 0-9 _ - .`.
    #[param(example = "statuses")]
    pub name: String,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListVersionQuery {
    /// That version instead of the newest.
    #[param(minimum = 1)]
    pub version: Option<u32>,
}

/// Reference lists without their values, in order of name.
#[utoipa::path(get, path = "/api/v1/reference-lists", tag = "rules", operation_id = "list_reference_lists",
    params(OutcomesQuery), responses((status = 200, body = Listing<ListView>)))]
pub async fn list(
    scope: Scope,
    QueryOf(query): QueryOf<OutcomesQuery>,
) -> Result<Listing<ListView>, Problem> {
    let paging = Paging::new("reference_lists", query.after.as_deref(), query.limit)?;
    let lists = scope.repository.lists(&scope.tenant, paging.slice()).await?;
    let (lists, next) = paging.cut(lists, |stored| &stored.list.name);
    Ok(Listing { items: lists.into_iter().map(ListView::summary).collect(), next })
}

/// A reference list with its values.
#[utoipa::path(get, path = "/api/v1/reference-lists/{name}", tag = "rules", operation_id = "get_reference_list",
    params(ListPath, ListVersionQuery), responses((status = 200, body = ListView)))]
pub async fn get(
    scope: Scope,
    PathOf(path): PathOf<ListPath>,
    QueryOf(query): QueryOf<ListVersionQuery>,
) -> Result<Json<ListView>, Problem> {
    let found = scope.repository.list(&scope.tenant, &path.name, query.version).await?;
    found.map(|list| Json(ListView::whole(list))).ok_or_else(|| {
        let of_version = if query.version.is_some() { " in this version" } else { "" };
        let what =
            format!("a reference list with a name of {} characters{of_version}", path.name.chars().count());
        Problem::not_found(&what, "GET /api/v1/reference-lists lists those there are")
    })
}

/// Writes a reference list's next version. Rules that name it check against it from the next page on.
#[utoipa::path(put, path = "/api/v1/reference-lists/{name}", tag = "rules", operation_id = "put_reference_list",
    params(ListPath), request_body = ListRequest, responses((status = 200, body = ListView)))]
pub async fn put(
    scope: Scope,
    Author(author): Author,
    State(state): State<Shared>,
    PathOf(path): PathOf<ListPath>,
    BodyOf(request): BodyOf<ListRequest>,
) -> Result<Json<ListView>, Problem> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    if path.name.is_empty() || path.name.len() > MOST_NAME_BYTES || !path.name.bytes().all(plain) {
        let expected = "expected 1 to 100 of a-z, A-Z, 0-9, '_', '-' and '.'";
        let found = path.name.chars().count();
        let detail = format!("`name` in the address: text of {found} characters; {expected}");
        return Err(Problem::new(ProblemKind::InvalidPath, detail));
    }
    if request.values.is_empty() {
        let detail = "field `values` is an array of 0; expected at least one value (DELETE ends a list)";
        return Err(Problem::new(ProblemKind::InvalidBody, detail));
    }
    let edit = Edit { expected: request.version, author: &author, at: state.clock.now() };
    let list = ReferenceList { name: path.name, values: request.values.into_iter().collect() };
    Ok(Json(ListView::whole(scope.repository.put_list(&scope.tenant, &list, edit).await?)))
}

/// Ends a reference list. Rules that name it say that they cannot be checked.
#[utoipa::path(delete, path = "/api/v1/reference-lists/{name}", tag = "rules",
    operation_id = "retire_reference_list", params(ListPath, VersionQuery),
    responses((status = 200, body = ListView)))]
pub async fn retire(
    scope: Scope,
    Author(author): Author,
    State(state): State<Shared>,
    PathOf(path): PathOf<ListPath>,
    QueryOf(query): QueryOf<VersionQuery>,
) -> Result<Json<ListView>, Problem> {
    let edit = Edit { expected: query.version, author: &author, at: state.clock.now() };
    let list = scope.repository.retire_list(&scope.tenant, &path.name, edit).await?;
    Ok(Json(ListView::whole(list)))
}
