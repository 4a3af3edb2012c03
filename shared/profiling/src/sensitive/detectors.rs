//! The list of detectors, and what each one's acceptance is worth.

use forebay_model::profile::SensitiveKind;

/// What a detector looks for and how much it proves.
#[derive(Debug)]
pub(crate) struct Spec {
    pub kind: SensitiveKind,
    pub detail: Option<&'static str>,
    /// The share of other data of this form that passes: by its check digits where it has some, else by the
    /// ranges that are never given out.
    pub chance: f64,
    /// What the form alone says for this kind, in powers of ten: how many times as often columns of the
    /// kind have it as other columns do. Judged, not measured.
    pub form: f64,
    /// The most that many different valid values may add, in powers of ten: 12 where nobody else uses the
    /// check on this form; 8 for plain Luhn and mod 11, which SIREN, ISBN and others share, so that a name
    /// such as "siren" outweighs it; 2.5 and less where only a rule of form is met.
    pub most_check: f64,
    /// Of the filled values, without a telling column name.
    pub least_share: f64,
    /// Words in a column's name that speak for it: whole tokens, or parts where of five letters or more.
    pub words: &'static [&'static str],
}

macro_rules! detectors {
    ($($number:literal $name:ident: $kind:ident, $detail:expr, $chance:expr, $form:expr, $most:expr, $share:expr, $words:expr;)*) => {
        /// A number is part of stored states: never change or reuse one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub(crate) enum Detector { $($name = $number),* }

        impl Detector {
            pub const ALL: &[Detector] = &[$(Detector::$name),*];

            pub fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Detector::$name),)*
                    _ => None,
                }
            }

            pub fn spec(self) -> &'static Spec {
                match self {
                    $(Detector::$name => {
                        const SPEC: Spec = Spec {
                            kind: SensitiveKind::$kind,
                            detail: $detail,
                            chance: $chance,
                            form: $form,
                            most_check: $most,
                            least_share: $share,
                            words: $words,
                        };
                        &SPEC
                    })*
                }
            }
        }
    };
}

const PHONE: &[&str] = &[
    "phone",
    "mobile",
    "telephone",
    "telefon",
    "telefono",
    "telefone",
    "tel",
    "fax",
    "cell",
    "cellular",
    "handy",
    "celular",
    "movil",
    "portable",
    "gsm",
    "whatsapp",
    "msisdn",
    "telnr",
    "rufnummer",
    "sms",
];
const IP: &[&str] = &["ip", "ipv4", "ipv6", "ipaddress", "ipaddr", "remoteaddr", "clientip", "hostaddress"];
const SSN: &[&str] = &["ssn", "socialsecurity", "socsec"];
const GIVEN: &[&str] = &[
    "firstname",
    "givenname",
    "forename",
    "vorname",
    "prenom",
    "middlename",
    "fname",
    "first",
    "nombre",
    "nombres",
    "nomedebattesimo",
    "primeironome",
    "voornaam",
    "fornamn",
    "imie",
    "preferredname",
    "nickname",
    "given",
];
const FAMILY: &[&str] = &[
    "lastname",
    "surname",
    "familyname",
    "nachname",
    "familienname",
    "nomdefamille",
    "apellido",
    "cognome",
    "sobrenome",
    "achternaam",
    "efternamn",
    "nazwisko",
    "lname",
    "last",
    "maiden",
    "family",
];
const PERSON: &[&str] = &[
    "fullname",
    "contactname",
    "person",
    "employee",
    "patient",
    "cardholder",
    "accountholder",
    "passenger",
    "guest",
    "customername",
    "clientname",
    "ownername",
    "owner",
    "salesrep",
    "assignee",
    "manager",
    "supervisor",
    "author",
    "student",
    "teacher",
    "beneficiary",
    "attendee",
    "recipient",
    "candidate",
    "contact",
    "lead",
    "displayname",
    "createdby",
    "modifiedby",
    "assignedto",
    "approver",
    "requester",
    "signatory",
    "agent",
    "username",
    "spouse",
];

// number name: kind, detail, chance, form, most check, least share, words;
#[rustfmt::skip]
detectors! {
    0 Email: Email, None, 0.0, 10.0, 0.0, 0.01, &["email", "mail", "courriel", "correo"];
    1 PhoneInternational: Phone, None, 0.0, 4.5, 0.0, 0.05, PHONE;
    2 PhoneNational: Phone, None, 0.0, 4.0, 0.0, 0.10, PHONE;
    3 PhoneLoose: Phone, None, 0.0, 0.5, 0.0, 0.10, PHONE;
    4 Card: Card, None, 0.1, 0.5, 12.0, 0.01, &["card", "creditcard", "cardnumber", "ccnumber", "cc", "pan", "kreditkarte", "tarjeta"];
    5 Iban: Iban, None, 0.0104, 2.0, 12.0, 0.01, &["iban", "bankaccount", "accountnumber", "kontonummer"];
    6 IpV4: IpAddress, None, 0.0, 4.5, 0.0, 0.05, IP;
    7 IpV6: IpAddress, None, 0.0, 5.0, 0.0, 0.05, IP;
    8 FullName: PersonName, None, 0.0, 0.0, 0.0, 0.20, PERSON;
    9 HalfName: PersonName, None, 0.0, 0.0, 0.0, 0.20, PERSON;
    10 GivenName: PersonName, Some("given_name"), 0.0, 0.0, 0.0, 0.25, GIVEN;
    11 FamilyName: PersonName, Some("family_name"), 0.0, 0.0, 0.0, 0.25, FAMILY;
    12 Address: Address, None, 0.0, 4.0, 0.0, 0.25, &["address", "street", "addr", "anschrift", "adresse", "strasse", "direccion", "indirizzo", "endereco", "adres", "line1", "addr1", "pobox"];
    13 BirthDate: BirthDate, None, 0.0, 1.0, 0.0, 0.25, &["birth", "dob", "birthday", "geburt", "geburtsdatum", "naissance", "nacimiento", "nascita", "nascimento", "geboorte", "fodelse", "born", "gebdat"];
    14 UsSsn: NationalId, Some("us_ssn"), 0.88, 3.5, 2.0, 0.01, SSN;
    15 UsSsnPlain: NationalId, Some("us_ssn"), 0.88, 0.3, 0.0, 0.20, SSN;
    16 UsItin: NationalId, Some("us_itin"), 0.5, 3.5, 2.0, 0.01, &["itin", "tin"];
    17 UkNino: NationalId, Some("uk_nino"), 0.085, 2.0, 2.5, 0.01, &["nino", "nationalinsurance", "ninumber", "ni"];
    18 UkNhs: NationalId, Some("uk_nhs"), 0.0909, 0.0, 8.0, 0.01, &["nhs", "nhsnumber"];
    19 DeSteuerId: NationalId, Some("de_steuer_id"), 0.1, 0.5, 12.0, 0.01, &["steuer", "steuerid", "idnr", "taxid", "tin"];
    20 FrNir: NationalId, Some("fr_nir"), 0.0103, 0.5, 12.0, 0.01, &["nir", "insee", "securitesociale", "numsecu", "secu", "nss"];
    21 EsDni: NationalId, Some("es_dni"), 0.0435, 0.5, 12.0, 0.01, &["dni", "nif"];
    22 EsNie: NationalId, Some("es_nie"), 0.0435, 1.0, 12.0, 0.01, &["nie", "nif", "dni"];
    23 ItCodiceFiscale: NationalId, Some("it_codice_fiscale"), 0.0385, 4.0, 12.0, 0.01, &["codicefiscale", "fiscalcode", "cf", "codfisc"];
    24 NlBsn: NationalId, Some("nl_bsn"), 0.0909, 0.0, 8.0, 0.01, &["bsn", "burgerservice", "sofi"];
    25 PlPesel: NationalId, Some("pl_pesel"), 0.1, 0.5, 12.0, 0.01, &["pesel"];
    26 SePersonnummer: NationalId, Some("se_personnummer"), 0.1, 0.5, 8.0, 0.01, &["personnummer", "personalnumber", "pnr"];
    27 BrCpf: NationalId, Some("br_cpf"), 0.01, 0.0, 12.0, 0.01, &["cpf"];
    28 InAadhaar: NationalId, Some("in_aadhaar"), 0.1, 0.0, 12.0, 0.01, &["aadhaar", "aadhar", "uidai"];
    29 CaSin: NationalId, Some("ca_sin"), 0.1, 0.0, 8.0, 0.01, &["sin", "socialinsurance"];
    30 BeNationalNumber: NationalId, Some("be_national_number"), 0.0206, 0.5, 12.0, 0.01, &["rijksregister", "registrenational", "nrn", "insz", "niss"];
    31 ChAhv: NationalId, Some("ch_ahv"), 0.1, 1.0, 8.0, 0.01, &["ahv", "avs", "sozialversicherung"];
    32 PtNif: NationalId, Some("pt_nif"), 0.0909, 0.0, 8.0, 0.01, &["nif", "contribuinte"];
    33 AuTfn: NationalId, Some("au_tfn"), 0.0909, 0.0, 8.0, 0.01, &["tfn", "taxfilenumber"];
    34 NoFodselsnummer: NationalId, Some("no_fodselsnummer"), 0.01, 0.5, 12.0, 0.01, &["fodselsnummer", "personnummer", "fnr"];
    35 DkCpr: NationalId, Some("dk_cpr"), 0.05, 1.0, 2.5, 0.05, &["cpr", "cprnr"];
    36 ZaId: NationalId, Some("za_id"), 0.1, 0.5, 8.0, 0.01, &["rsaid", "idnumber", "said"];
    37 CnResident: NationalId, Some("cn_resident_id"), 0.0909, 1.0, 12.0, 0.01, &["residentid", "shenfenzheng", "idcard"];
    38 TrKimlik: NationalId, Some("tr_kimlik"), 0.01, 0.0, 12.0, 0.01, &["kimlik", "tckn", "tckimlik"];
    39 ArCuil: NationalId, Some("ar_cuil"), 0.0909, 0.5, 8.0, 0.01, &["cuil", "cuit"];
    40 JpMyNumber: NationalId, Some("jp_my_number"), 0.1, 0.0, 8.0, 0.01, &["mynumber", "kojinbango"];
    41 FiHetu: NationalId, Some("fi_hetu"), 0.0323, 1.0, 8.0, 0.01, &["hetu", "henkilotunnus"];
    42 MxCurp: NationalId, Some("mx_curp"), 0.1, 3.0, 12.0, 0.01, &["curp"];
    43 InPan: NationalId, Some("in_pan"), 0.0385, 1.5, 2.5, 0.01, &["pan", "pannumber"];
    44 SgNric: NationalId, Some("sg_nric"), 0.0385, 1.0, 8.0, 0.01, &["nric", "fin"];
    45 ClRut: NationalId, Some("cl_rut"), 0.0909, 0.5, 8.0, 0.01, &["rut", "run"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_detector_has_a_bit_and_comes_back_by_its_number() {
        assert!(Detector::ALL.len() <= 64);
        for detector in Detector::ALL {
            assert_eq!(Detector::from_number(*detector as u8), Some(*detector));
        }
    }
}
