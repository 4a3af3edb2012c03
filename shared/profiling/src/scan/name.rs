//! English names of countries and currencies.

use std::sync::LazyLock;

use super::kind::Kind;

/// The shortest and the longest name, in bytes.
const LEAST_BYTES: usize = 2;
const MOST_BYTES: usize = 40;

/// Lower case, sorted by bytes. Short names of ISO 3166-1, names that people write instead, and the parts of
/// the United Kingdom.
const COUNTRIES: &str = "afghanistan;albania;algeria;american samoa;andorra;angola;anguilla;antarctica;antigua and barbuda;\
argentina;armenia;aruba;australia;austria;azerbaijan;bahamas;bahrain;bangladesh;barbados;belarus;\
belgium;belize;benin;bermuda;bhutan;bolivia;bosnia and herzegovina;botswana;brazil;\
british virgin islands;brunei;brunei darussalam;bulgaria;burkina faso;burma;burundi;cabo verde;\
cambodia;cameroon;canada;cape verde;cayman islands;central african republic;chad;chile;china;\
colombia;comoros;congo;congo, democratic republic of;cook islands;costa rica;cote d'ivoire;croatia;\
cuba;curacao;curaçao;cyprus;czech republic;czechia;côte d'ivoire;democratic republic of the congo;\
denmark;djibouti;dominica;dominican republic;ecuador;egypt;el salvador;england;equatorial guinea;\
eritrea;estonia;eswatini;ethiopia;falkland islands;faroe islands;fiji;finland;france;french guiana;\
french polynesia;gabon;gambia;georgia;germany;ghana;gibraltar;great britain;greece;greenland;\
grenada;guadeloupe;guam;guatemala;guernsey;guinea;guinea-bissau;guyana;haiti;holy see;honduras;\
hong kong;hungary;iceland;india;indonesia;iran;iran (islamic republic of);iraq;ireland;isle of man;\
israel;italy;ivory coast;jamaica;japan;jersey;jordan;kazakhstan;kenya;kiribati;korea;\
korea, republic of;kosovo;kuwait;kyrgyzstan;laos;latvia;lebanon;lesotho;liberia;libya;liechtenstein;\
lithuania;luxembourg;macao;macau;macedonia;madagascar;malawi;malaysia;maldives;mali;malta;\
marshall islands;martinique;mauritania;mauritius;mayotte;mexico;micronesia;moldova;monaco;mongolia;\
montenegro;montserrat;morocco;mozambique;myanmar;namibia;nauru;nepal;netherlands;new caledonia;\
new zealand;nicaragua;niger;nigeria;niue;north korea;north macedonia;northern mariana islands;\
norway;oman;pakistan;palau;palestine;panama;papua new guinea;paraguay;peru;philippines;poland;\
portugal;puerto rico;qatar;republic of korea;reunion;romania;russia;russian federation;rwanda;\
réunion;saint kitts and nevis;saint lucia;saint martin;saint vincent and the grenadines;samoa;\
san marino;sao tome and principe;saudi arabia;scotland;senegal;serbia;seychelles;sierra leone;\
singapore;sint maarten;slovakia;slovenia;solomon islands;somalia;south africa;south korea;\
south sudan;spain;sri lanka;sudan;suriname;swaziland;sweden;switzerland;syria;taiwan;tajikistan;\
tanzania;thailand;the bahamas;the netherlands;timor-leste;togo;tonga;trinidad and tobago;tunisia;\
turkey;turkiye;turkmenistan;turks and caicos islands;tuvalu;türkiye;u.k.;u.s.;u.s.a.;uganda;uk;\
ukraine;united arab emirates;united kingdom;united states;united states of america;uruguay;\
uzbekistan;vanuatu;vatican city;venezuela;viet nam;vietnam;virgin islands;wales;western sahara;\
yemen;zambia;zimbabwe";

/// Lower case, sorted by bytes: what the rates of central banks list.
const CURRENCIES: &str = "argentine peso;australian dollar;brazilian real;british pound;british pounds;bulgarian lev;\
canadian dollar;chilean peso;chinese renminbi;chinese yuan;chinese yuan renminbi;colombian peso;\
czech koruna;danish krone;egyptian pound;euro;euros;hong kong dollar;hungarian forint;indian rupee;\
indonesian rupiah;israeli new shekel;israeli shekel;japanese yen;kuwaiti dinar;malaysian ringgit;\
mexican peso;new taiwan dollar;new zealand dollar;norwegian krone;pakistani rupee;peruvian sol;\
philippine peso;polish zloty;pound sterling;renminbi;romanian leu;russian ruble;saudi riyal;\
singapore dollar;south african rand;south korean won;sterling;swedish krona;swiss franc;\
taiwan dollar;thai baht;turkish lira;u.s. dollar;uae dirham;ukrainian hryvnia;united states dollar;\
us dollar;us dollars;vietnamese dong;yen;yuan";

static COUNTRY_LIST: LazyLock<Vec<&'static str>> = LazyLock::new(|| COUNTRIES.split(';').collect());
static CURRENCY_LIST: LazyLock<Vec<&'static str>> = LazyLock::new(|| CURRENCIES.split(';').collect());

/// A bit per name by its length and four of its bytes. One text in forty that is no name meets a bit.
static FILTER: [u64; PLACES / 64] = filter(CURRENCIES, filter(COUNTRIES, [0; PLACES / 64]));
const PLACES: usize = 1 << PLACE_BITS;
const PLACE_BITS: u32 = 14;

const fn filter(names: &str, mut bits: [u64; PLACES / 64]) -> [u64; PLACES / 64] {
    let bytes = names.as_bytes();
    let (mut start, mut at) = (0, 0);
    while at <= bytes.len() {
        if at == bytes.len() || bytes[at] == b';' {
            let place = place(bytes, start, at);
            bits[place / 64] |= 1 << (place % 64);
            start = at + 1;
        }
        at += 1;
    }
    bits
}

/// Of the name from `start` to `end`, the same in capitals: the first, the second, the middle and the last
/// byte.
#[inline]
const fn place(bytes: &[u8], start: usize, end: usize) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let middle = start + (end - start) / 2;
    let four = u32::from_be_bytes([bytes[start], bytes[start + 1], bytes[middle], bytes[end - 1]]);
    let key = (four | 0x2020_2020) as u64 | ((end - start) as u64) << 32;
    (key.wrapping_mul(ODD) >> (64 - PLACE_BITS)) as usize
}

/// [`Kind::Country`], [`Kind::Currency`], or nothing. Most texts are told apart by one look at a table.
#[inline]
pub(super) fn kind(bytes: &[u8]) -> Option<Kind> {
    if !(LEAST_BYTES..=MOST_BYTES).contains(&bytes.len()) {
        return None;
    }
    let place = place(bytes, 0, bytes.len());
    if FILTER[place / 64] >> (place % 64) & 1 == 0 { None } else { look_up(bytes) }
}

#[cold]
fn look_up(bytes: &[u8]) -> Option<Kind> {
    let mut lower = [0; MOST_BYTES];
    let lower = &mut lower[..bytes.len()];
    lower.copy_from_slice(bytes);
    lower.make_ascii_lowercase();
    let held = |names: &[&str]| names.binary_search_by(|name| name.as_bytes().cmp(&*lower)).is_ok();
    if held(&COUNTRY_LIST) {
        return Some(Kind::Country);
    }
    held(&CURRENCY_LIST).then_some(Kind::Currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_found() {
        for (names, kind_of_names) in [(&COUNTRY_LIST, Kind::Country), (&CURRENCY_LIST, Kind::Currency)] {
            assert!(names.is_sorted());
            assert!(
                names
                    .iter()
                    .all(|name| name.len() <= MOST_BYTES && kind(name.as_bytes()) == Some(kind_of_names))
            );
        }
        assert_eq!(kind(b"UNITED STATES"), Some(Kind::Country));
        assert_eq!(kind(b"US Dollar"), Some(Kind::Currency));
        assert_eq!(kind(b"Atlantis"), None);
        assert_eq!(kind("été".as_bytes()), None);
    }
}
