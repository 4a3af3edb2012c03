//! Values with valid check digits, from a seed.

use forebay_model::Value;
use rand::{Rng, SeedableRng, rngs::StdRng};

pub const ROWS: usize = 80;

/// A column of `ROWS` texts.
pub fn texts(seed: u64, mut one: impl FnMut(&mut StdRng) -> String) -> Vec<Value> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..ROWS).map(|_| Value::Text(one(&mut rng))).collect()
}

/// Texts of digits as numbers.
pub fn integers(texts: Vec<Value>) -> Vec<Value> {
    let number = |text: Value| Value::Integer(text.to_text().unwrap().parse().unwrap());
    texts.into_iter().map(number).collect()
}

pub fn list(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| Value::Text((*text).to_owned())).collect()
}

pub fn pick<'a>(rng: &mut StdRng, from: &[&'a str]) -> &'a str {
    from[rng.random_range(0..from.len())]
}

/// `#` becomes a digit, `N` a digit from 2 to 9, `A` a letter.
pub fn fill(rng: &mut StdRng, pattern: &str) -> String {
    let one = |c| match c {
        '#' => char::from(b'0' + rng.random_range(0..10)),
        'N' => char::from(b'0' + rng.random_range(2..10)),
        'A' => char::from(b'A' + rng.random_range(0..26)),
        other => other,
    };
    pattern.chars().map(one).collect()
}

fn digit(c: char) -> u32 {
    c.to_digit(36).unwrap()
}

fn weighted(text: &str, weights: &[u32]) -> u32 {
    text.chars().zip(weights).map(|(c, w)| digit(c) * w).sum()
}

/// Appends Luhn's digit.
pub fn luhn(body: String) -> String {
    let sum: u32 = body
        .chars()
        .rev()
        .enumerate()
        .map(|(at, c)| if at % 2 == 0 { digit(c) * 2 / 10 + digit(c) * 2 % 10 } else { digit(c) })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

pub fn ean(body: String) -> String {
    let sum: u32 =
        body.chars().rev().enumerate().map(|(at, c)| digit(c) * if at % 2 == 0 { 3 } else { 1 }).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

pub fn iban(country: &str, body: &str) -> String {
    let all: String = format!("{body}{country}00").chars().map(|c| digit(c).to_string()).collect();
    let rest = all.chars().fold(0, |n, c| (n * 10 + digit(c)) % 97);
    format!("{country}{:02}{body}", 98 - rest)
}

/// Tries bodies until one has a check digit (some leave a rest that none stands for).
fn until(mut one: impl FnMut() -> Option<String>) -> String {
    loop {
        if let Some(found) = one() {
            return found;
        }
    }
}

pub fn nhs(rng: &mut StdRng) -> String {
    until(|| {
        let body = fill(rng, "4########");
        let check = 11 - weighted(&body, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        (check != 10).then(|| format!("{body}{}", check % 11))
    })
}

pub fn bsn(rng: &mut StdRng) -> String {
    until(|| {
        let body = fill(rng, "N#######");
        let check = weighted(&body, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        (check < 10).then(|| format!("{body}{check}"))
    })
}

pub fn steuer_id(rng: &mut StdRng) -> String {
    until(|| {
        let body = fill(rng, "N#########");
        let count = |d: char| body.chars().filter(|c| *c == d).count();
        let repeats: Vec<usize> = ('0'..='9').map(count).filter(|n| *n > 1).collect();
        if repeats.len() != 1 || repeats[0] > 3 {
            return None;
        }
        let product = body.chars().fold(10, |p, c| {
            let sum = (p + digit(c)) % 10;
            (if sum == 0 { 10 } else { sum }) * 2 % 11
        });
        Some(format!("{body}{}", (11 - product) % 10))
    })
}

fn date(rng: &mut StdRng) -> (u32, u32, u32) {
    (rng.random_range(40..100), rng.random_range(1..13), rng.random_range(1..29))
}

pub fn nir(rng: &mut StdRng) -> String {
    let (year, month, _) = date(rng);
    let body = format!("{}{year:02}{month:02}{}", rng.random_range(1..3), fill(rng, "NN######"));
    format!("{body}{:02}", 97 - body.parse::<u64>().unwrap() % 97)
}

pub fn dni(rng: &mut StdRng) -> String {
    let body = fill(rng, "########");
    let letter = b"TRWAGMYFPDXBNJZSQVHLCKE"[body.parse::<usize>().unwrap() % 23];
    format!("{body}{}", char::from(letter))
}

pub fn nie(rng: &mut StdRng) -> String {
    let lead = rng.random_range(0..3_u8);
    let body = fill(rng, "#######");
    let letter = b"TRWAGMYFPDXBNJZSQVHLCKE"[format!("{lead}{body}").parse::<usize>().unwrap() % 23];
    format!("{}{body}{}", char::from(b'X' + lead), char::from(letter))
}

pub fn fiscal_code(rng: &mut StdRng) -> String {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let month = pick(rng, &["A", "B", "C", "D", "E", "H", "L", "M", "P", "R", "S", "T"]);
    let body = format!("{}{month}{}{}", fill(rng, "AAAAAA##"), rng.random_range(10..29), fill(rng, "A###"));
    let plain = |c: char| if c.is_ascii_digit() { digit(c) } else { digit(c) - 10 };
    let sum: u32 = body
        .chars()
        .enumerate()
        .map(|(at, c)| if at % 2 == 0 { ODD[plain(c) as usize] } else { plain(c) })
        .sum();
    format!("{body}{}", char::from(b'A' + (sum % 26) as u8))
}

pub fn pesel(rng: &mut StdRng) -> String {
    let (year, month, day) = date(rng);
    let body = format!("{year:02}{month:02}{day:02}{}", fill(rng, "####"));
    format!("{body}{}", (10 - weighted(&body, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10)
}

pub fn personnummer(rng: &mut StdRng) -> String {
    let (year, month, day) = date(rng);
    let all = luhn(format!("{year:02}{month:02}{day:02}{}", fill(rng, "###")));
    format!("{}-{}", &all[..6], &all[6..])
}

pub fn cpf(rng: &mut StdRng) -> String {
    let mut body = fill(rng, "#########");
    for first in [10, 11] {
        let weights: Vec<u32> = (2..=first).rev().collect();
        let rest = weighted(&body, &weights) % 11;
        body.push_str(if rest < 2 { "0".to_owned() } else { (11 - rest).to_string() }.as_str());
    }
    body
}

/// Verhoeff's table written out from the published permutation, tried digit by digit.
pub fn aadhaar(rng: &mut StdRng) -> String {
    let multiply = |a: u32, b: u32| match (a / 5, b / 5) {
        (0, 0) => (a + b) % 5,
        (0, _) => (a + b - 5) % 5 + 5,
        (_, 0) => (a - 5 + 5 - b) % 5 + 5,
        _ => (a + 5 - b) % 5,
    };
    let step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let permuted = |times: usize, d: u32| (0..times % 8).fold(d, |d, _| step[d as usize]);
    let body = fill(rng, "N##########");
    let valid = |all: &str| {
        all.chars().rev().enumerate().fold(0, |c, (at, d)| multiply(c, permuted(at, digit(d)))) == 0
    };
    (0..10).map(|check| format!("{body}{check}")).find(|all| valid(all)).unwrap()
}

pub fn curp(rng: &mut StdRng) -> String {
    let (year, month, day) = date(rng);
    let sex = pick(rng, &["H", "M"]);
    let body = format!("{}{year:02}{month:02}{day:02}{sex}{}0", fill(rng, "AAAA"), fill(rng, "AAAAA"));
    let sum: u32 = body
        .chars()
        .zip((2..=18).rev())
        .map(|(c, weight): (char, u32)| (digit(c) + u32::from(c > 'N')) * weight)
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

pub fn belgian(rng: &mut StdRng) -> String {
    let (year, month, day) = date(rng);
    let body = format!("{year:02}{month:02}{day:02}{}", fill(rng, "###"));
    format!("{body}{:02}", 97 - body.parse::<u64>().unwrap() % 97)
}

pub fn kimlik(rng: &mut StdRng) -> String {
    let body = fill(rng, "N########");
    let of = |odd: usize| {
        body.chars().enumerate().filter(|(at, _)| at % 2 == odd).map(|(_, c)| digit(c)).sum::<u32>()
    };
    let tenth = (of(0) * 7 + 100 - of(1)) % 10;
    format!("{body}{tenth}{}", (of(0) + of(1) + tenth) % 10)
}

pub fn hetu(rng: &mut StdRng) -> String {
    let (year, month, day) = date(rng);
    let (birth, serial) = (format!("{day:02}{month:02}{year:02}"), fill(rng, "N##"));
    let rest = format!("{birth}{serial}").parse::<usize>().unwrap() % 31;
    format!("{birth}-{serial}{}", char::from(b"0123456789ABCDEFHJKLMNPRSTUVWXY"[rest]))
}

pub fn rut(rng: &mut StdRng) -> String {
    let body = fill(rng, "1#######");
    let sum: u32 =
        body.chars().rev().zip([2, 3, 4, 5, 6, 7, 2, 3]).map(|(c, w): (char, u32)| digit(c) * w).sum();
    let check = match 11 - sum % 11 {
        11 => "0".to_owned(),
        10 => "K".to_owned(),
        n => n.to_string(),
    };
    format!("{}.{}.{}-{check}", &body[..2], &body[2..5], &body[5..])
}

pub fn ssn(rng: &mut StdRng) -> String {
    format!(
        "{:03}-{:02}-{:04}",
        rng.random_range(1..660),
        rng.random_range(1..100),
        rng.random_range(1..10_000)
    )
}

pub fn nino(rng: &mut StdRng) -> String {
    let letter = |rng: &mut StdRng| pick(rng, &["A", "B", "C", "E", "H", "J", "L", "M", "P", "R", "S", "W"]);
    format!("{}{}{}{}", letter(rng), letter(rng), fill(rng, "######"), pick(rng, &["A", "B", "C", "D"]))
}
