use std::collections::{BTreeMap, BTreeSet};

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use forebay_model::TenantId;
use serde::Deserialize;

use super::{Identify, IdentityError};

const PRINCIPAL_HEADER: &str = "x-ms-client-principal";

/// The claim that holds the Entra directory, by its short name and by the name that App Service maps it to.
const DIRECTORY_CLAIMS: [&str; 2] = ["tid", "http://schemas.microsoft.com/identity/claims/tenantid"];

/// Who it is, best first: people by their sign-in name, programs by their application's id.
const AUTHOR_CLAIMS: [&str; 6] = [
    "preferred_username",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "name",
    "azp",
    "appid",
];
const MOST_AUTHOR_CHARACTERS: usize = 200;

/// The only sign-in whose `tid` claim says anything: another provider could put any text there.
const ENTRA: &str = "aad";

/// App Service Authentication ("Easy Auth", Microsoft's page "Work with user identities in Azure App
/// Service authentication"): the platform verifies the token, removes the header from what clients send,
/// and passes on who it was as Base64 of JSON. Trust it only behind that platform.
#[derive(Debug, Clone)]
pub struct EasyAuth {
    tenants: BTreeMap<String, TenantId>,
}

#[derive(Deserialize)]
struct Principal {
    #[serde(default)]
    auth_typ: String,
    #[serde(default)]
    claims: Vec<Claim>,
}

#[derive(Deserialize)]
struct Claim {
    typ: String,
    val: String,
}

impl EasyAuth {
    /// Maps an Entra directory's id (a GUID, any case) to the tenant it is here.
    pub fn new(tenants: impl IntoIterator<Item = (String, TenantId)>) -> Self {
        let tenants = tenants.into_iter().map(|(id, tenant)| (id.to_ascii_lowercase(), tenant)).collect();
        Self { tenants }
    }
}

impl Identify for EasyAuth {
    fn tenant(&self, headers: &HeaderMap) -> Result<TenantId, IdentityError> {
        let principal = principal(headers)?;
        let directory = directory(&principal)?;
        self.tenants.get(&directory).cloned().ok_or(IdentityError::UnknownTenant)
    }

    /// The sign-in name, or the id of a program that has none.
    fn author(&self, headers: &HeaderMap) -> String {
        let named = |principal: Principal| {
            let claim = |typ: &&str| principal.claims.iter().find(|claim| claim.typ == **typ);
            AUTHOR_CLAIMS.iter().find_map(claim).map(|claim| claim.val.clone())
        };
        let name = principal(headers).ok().and_then(named).unwrap_or_else(|| "unnamed".to_owned());
        name.chars().take(MOST_AUTHOR_CHARACTERS).collect()
    }
}

fn principal(headers: &HeaderMap) -> Result<Principal, IdentityError> {
    let mut values = headers.get_all(PRINCIPAL_HEADER).iter();
    let Some(value) = values.next() else {
        return Err(IdentityError::Missing { expected: "sign in with Microsoft Entra ID" });
    };
    if values.next().is_some() {
        return Err(malformed("the header X-MS-CLIENT-PRINCIPAL was sent more than once"));
    }
    let json = STANDARD
        .decode(value.as_bytes())
        .map_err(|_| malformed("the header X-MS-CLIENT-PRINCIPAL is not Base64"))?;
    serde_json::from_slice(&json)
        .map_err(|_| malformed("the header X-MS-CLIENT-PRINCIPAL is not a principal in JSON"))
}

fn directory(principal: &Principal) -> Result<String, IdentityError> {
    if !principal.auth_typ.eq_ignore_ascii_case(ENTRA) {
        return Err(malformed("the sign-in is not one of Microsoft Entra ID (auth_typ aad)"));
    }
    let found: BTreeSet<String> = principal
        .claims
        .iter()
        .filter(|claim| DIRECTORY_CLAIMS.contains(&claim.typ.as_str()))
        .map(|claim| claim.val.to_ascii_lowercase())
        .collect();
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(directory), None) => Ok(directory),
        (Some(_), Some(_)) => Err(malformed("the principal claims more than one directory (claim tid)")),
        (None, _) => Err(malformed("the principal has no directory (claim tid)")),
    }
}

fn malformed(detail: &str) -> IdentityError {
    IdentityError::Malformed { detail: detail.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const ACME: &str = "00000000-0000-4000-8000-00000000000A";

    fn identify(json: &str) -> Result<TenantId, IdentityError> {
        let auth = EasyAuth::new([(ACME.to_string(), TenantId::new("acme").unwrap())]);
        let mut headers = HeaderMap::new();
        headers.insert(PRINCIPAL_HEADER, HeaderValue::from_str(&STANDARD.encode(json)).unwrap());
        auth.tenant(&headers)
    }

    fn entra(claims: &str) -> String {
        format!(r#"{{"auth_typ":"aad","name_typ":"n","role_typ":"r","claims":[{claims}]}}"#)
    }

    #[test]
    fn the_directory_decides_the_tenant_whatever_its_case_and_its_claim_name() {
        for typ in DIRECTORY_CLAIMS {
            let claim = format!(r#"{{"typ":"{typ}","val":"{}"}}"#, ACME.to_lowercase());
            assert_eq!(identify(&entra(&claim)).unwrap().as_str(), "acme");
        }
    }

    #[test]
    fn an_author_is_a_person_by_sign_in_name_or_a_program_by_id() {
        let author = |claims: &str| {
            let mut headers = HeaderMap::new();
            let value = STANDARD.encode(entra(claims));
            headers.insert(PRINCIPAL_HEADER, HeaderValue::from_str(&value).unwrap());
            EasyAuth::new([]).author(&headers)
        };
        let claim = |typ: &str, val: &str| format!(r#"{{"typ":"{typ}","val":"{val}"}}"#);
        let ada = [claim("name", "Ada"), claim("preferred_username", "ada@example.com")].join(",");
        assert_eq!(author(&ada), "ada@example.com");
        assert_eq!(author(&claim("appid", "42")), "42");
        assert_eq!(author(&claim("other", "42")), "unnamed");
    }

    #[test]
    fn a_directory_that_is_not_served_is_unknown() {
        let claim = r#"{"typ":"tid","val":"00000000-0000-4000-8000-00000000000b"}"#;
        assert_eq!(identify(&entra(claim)), Err(IdentityError::UnknownTenant));
    }

    #[test]
    fn another_provider_cannot_claim_a_directory() {
        let json = entra(&format!(r#"{{"typ":"tid","val":"{ACME}"}}"#)).replace("aad", "google");
        assert!(matches!(identify(&json), Err(IdentityError::Malformed { .. })));
    }

    #[test]
    fn two_directories_are_none() {
        let claims = format!(
            r#"{{"typ":"tid","val":"{ACME}"}},{{"typ":"{}","val":"00000000-0000-4000-8000-00000000000b"}}"#,
            DIRECTORY_CLAIMS[1]
        );
        assert!(matches!(identify(&entra(&claims)), Err(IdentityError::Malformed { .. })));
    }

    #[test]
    fn no_header_or_two_headers_or_noise_is_refused() {
        let auth = EasyAuth::new([]);
        let mut headers = HeaderMap::new();
        assert!(matches!(auth.tenant(&headers), Err(IdentityError::Missing { .. })));
        headers.append(PRINCIPAL_HEADER, HeaderValue::from_static("???"));
        assert!(matches!(auth.tenant(&headers), Err(IdentityError::Malformed { .. })));
        headers.append(PRINCIPAL_HEADER, HeaderValue::from_static("e30="));
        assert!(matches!(auth.tenant(&headers), Err(IdentityError::Malformed { .. })));
    }
}
