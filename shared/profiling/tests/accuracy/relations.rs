//! What is said between columns on a sample of the rows, against all rows: of 95% intervals 93% and more hold, for every
//! shape of the rows' weights, whole and merged from a thousand shards.

use std::collections::{BTreeMap, HashMap};

use forebay_model::Value;
use forebay_model::profile::{Bounded, Interval, RelationsProfile, Sample};
use forebay_profiling::Relations;
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::pairs::{self, association, pearson, ranks};

const SEEDS: u64 = 408;
const DIFFERENT: usize = 6_000;
const COLUMNS: [&str; 8] = ["x", "y", "z", "a", "b", "c", "city", "country"];
/// Of cities outside their country: about what the rule of three allows where none was met.
const EXCEPTIONS: f64 = 0.004;

type Repeats = fn(&mut StdRng) -> usize;

/// How often the rows repeat.
const REPEATS: [(&str, Repeats); 4] = [
    ("no row repeats", |_| 1),
    ("every row twice", |_| 2),
    ("one in ten five times", |rng| if rng.random_bool(0.1) { 5 } else { 1 }),
    ("one to six times", |rng| rng.random_range(1..=6)),
];

type Row = [Value; 8];

/// Different rows, and how often each of them comes.
struct Table {
    rows: Vec<Row>,
    repeats: Vec<usize>,
}

impl Table {
    fn draw(seed: u64, distribution: usize, repeats: Repeats) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let x = pairs::numbers(&mut rng, distribution, DIFFERENT);
        let category = |name: &str, at: i64| Value::Text(format!("{name} {at}"));
        let mut row = |x: &f64| {
            let (noise, turn) = (pairs::normal(&mut rng), pairs::normal(&mut rng));
            let a = rng.random_range(0..5_i64);
            let b = if rng.random_bool(0.3) { a % 4 } else { rng.random_range(0..4) };
            let c = rng.random_range(0..20_i64);
            let city = rng.random_range(0..40_i64);
            let country = if rng.random_bool(EXCEPTIONS) { 99 } else { city / 4 };
            [
                Value::Float(*x),
                Value::Float(0.8 * x + 0.6 * noise),
                Value::Float(x * turn),
                category("a", a),
                category("b", b),
                category("c", c),
                category("city", city),
                category("country", country),
            ]
        };
        let rows: Vec<Row> = x.iter().map(&mut row).collect();
        Self { repeats: rows.iter().map(|_| repeats(&mut rng)).collect(), rows }
    }

    fn all(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().zip(&self.repeats).flat_map(|(row, times)| std::iter::repeat_n(row, *times))
    }

    fn numbers(&self, at: usize) -> Vec<f64> {
        let number = |row: &Row| if let Value::Float(x) = row[at] { x } else { f64::NAN };
        self.all().map(number).collect()
    }

    fn texts(&self, at: usize) -> Vec<&str> {
        self.all().map(|row| if let Value::Text(text) = &row[at] { text.as_str() } else { "" }).collect()
    }

    fn observed(&self) -> Relations {
        let mut relations = Relations::new(&COLUMNS);
        self.all().for_each(|row| relations.observe_row(row));
        relations
    }

    /// The share of different rows whose country is not that of most rows of their city.
    fn exceptions(&self) -> f64 {
        let odd = |row: &&Row| row[7] == Value::Text("country 99".into());
        self.rows.iter().filter(odd).count() as f64 / self.rows.len() as f64
    }
}

/// How many of the intervals held, how wide they were, and how many said nothing.
#[derive(Default)]
struct Coverage {
    tried: f64,
    held: f64,
    width: f64,
    silent: f64,
}

impl Coverage {
    fn add(&mut self, truth: f64, found: Interval, widest: f64) {
        self.tried += 1.0;
        self.held += f64::from(u8::from(found.low - 1e-9 <= truth && truth <= found.high + 1e-9));
        self.width += found.high - found.low;
        self.silent += f64::from(u8::from(found.high - found.low >= widest));
    }

    #[expect(clippy::print_stdout, reason = "the coverage is a figure to read: --nocapture shows it")]
    fn check(&self, what: &str, most_width: f64, most_silent: f64) {
        let [held, width, silent] = [self.held, self.width, self.silent].map(|sum| sum / self.tried);
        println!("{what}: {:.1}% held, mean width {width:.3}, {:.1}% silent", 100.0 * held, 100.0 * silent);
        assert!(held >= 0.93, "{what}: {held} of {} held", self.tried);
        assert!(width <= most_width && silent <= most_silent, "{what}: width {width}, silent {silent}");
    }
}

fn correlation(found: &RelationsProfile, right: &str) -> (Interval, Interval) {
    let pair = found.correlations.iter().find(|c| c.left == "x" && c.right == right).unwrap();
    assert!(!pair.exact && pair.n_effective <= pair.n as f64 + 1e-6, "{pair:?}");
    let within = |r: f64, interval: Interval| interval.low <= r && r <= interval.high;
    assert!(within(pair.pearson, pair.pearson_interval) && within(pair.spearman, pair.spearman_interval));
    (pair.pearson_interval, pair.spearman_interval)
}

fn interval_of_v(found: &RelationsProfile, left: &str, right: &str) -> Interval {
    let pair = found.associations.iter().find(|a| a.left == left && a.right == right).unwrap();
    assert!(!pair.exact && pair.interval.low <= pair.cramers_v && pair.cramers_v <= pair.interval.high);
    pair.interval
}

fn span(count: Bounded) -> Interval {
    assert!(!count.exact && count.low <= count.value && count.value <= count.high, "{count:?}");
    Interval { low: count.low, high: count.high }
}

#[test]
fn intervals_hold_where_no_row_repeats() {
    check_intervals(0);
}

#[test]
fn intervals_hold_where_every_row_comes_twice() {
    check_intervals(1);
}

#[test]
fn intervals_hold_where_some_rows_repeat_often() {
    check_intervals(2);
}

#[test]
fn intervals_hold_where_rows_repeat_unevenly() {
    check_intervals(3);
}

fn check_intervals(shape: usize) {
    let (shape, repeats) = REPEATS[shape];
    let mut covered: BTreeMap<String, Coverage> = BTreeMap::new();
    for seed in 0..SEEDS {
        let distribution = seed as usize % pairs::NAMES.len();
        let table = Table::draw(seed, distribution, repeats);
        check(&table, pairs::TAILS[distribution], &mut covered);
    }
    for (figure, coverage) in &covered {
        let (rows, what) = (DIFFERENT as f64, format!("{shape}: {figure}"));
        let (most_width, most_silent) = match figure.split([',', ' ']).next() {
            // Nothing is said where few rows decide it, as in most columns with heavy tails.
            Some("Pearson") if figure.contains("heavy") => (2.0, 1.0),
            Some("Pearson") => (0.65, 0.25),
            // Of one distribution in twelve a hundredth of the rows are not zero.
            Some("Spearman") => (0.45, 0.15),
            Some("Cramér's") => (0.30, 0.02),
            Some("duplicates") => (0.25 * rows, 0.0),
            Some("repeated") => (0.14 * rows, 0.0),
            _ => (0.25, 0.0),
        };
        coverage.check(&what, most_width, most_silent);
    }
}

fn check(table: &Table, heavy_tail: bool, covered: &mut BTreeMap<String, Coverage>) {
    let found = table.observed().finish();
    let Sample::LowestHashes { size, .. } = found.sample else { panic!("{:?}", found.sample) };
    assert!((500..1_500).contains(&size), "{size}");
    let mut add = |figure: &str, truth: f64, interval: Interval, widest: f64| {
        covered.entry(figure.to_owned()).or_default().add(truth, interval, widest);
    };
    let tail = if heavy_tail { "heavy tail" } else { "light tail" };
    let x = table.numbers(0);
    for (at, name) in [(1, "y"), (2, "z")] {
        let other = table.numbers(at);
        let (by_value, by_rank) = correlation(&found, name);
        add(&format!("Pearson, {tail}, x and {name}"), pearson(&x, &other), by_value, 2.0);
        add(&format!("Spearman, x and {name}"), pearson(&ranks(&x), &ranks(&other)), by_rank, 2.0);
    }
    for (left, right) in [(3, 4), (3, 5), (4, 5)] {
        let truth = association(&table.texts(left), &table.texts(right));
        let interval = interval_of_v(&found, COLUMNS[left], COLUMNS[right]);
        add(&format!("Cramér's V, {} and {}", COLUMNS[left], COLUMNS[right]), truth, interval, 1.0);
    }
    let rows: usize = table.repeats.iter().sum();
    add("duplicates", (rows - DIFFERENT) as f64, span(found.duplicate_rows), rows as f64);
    let repeated = table.repeats.iter().filter(|times| **times > 1).count();
    add("repeated rows", repeated as f64, span(found.repeated_rows), rows as f64);
    let listed = found.dependencies.iter().find(|d| d.determinant == "city" && d.dependent == "country");
    let most = listed.map_or(1.0, |dependency| dependency.exceptions_at_most);
    // Where it is not listed nothing is said that could be wrong.
    add(
        "dependency",
        table.exceptions(),
        Interval { low: 0.0, high: if listed.is_some() { most } else { 0.2 } },
        2.0,
    );
}

#[test]
fn a_row_that_makes_up_a_third_of_all_rows_leaves_no_false_certainty() {
    let mut silent = 0;
    for seed in 0..40 {
        let mut table = Table::draw(seed, 1, |_| 1);
        table.rows[0][..3].clone_from_slice(&[60.0, -60.0, 60.0].map(Value::Float));
        table.repeats[0] = DIFFERENT / 2;
        let found = table.observed().finish();
        let (by_value, by_rank) = correlation(&found, "y");
        let (x, y) = (table.numbers(0), table.numbers(1));
        for (truth, interval) in [(pearson(&x, &y), by_value), (pearson(&ranks(&x), &ranks(&y)), by_rank)] {
            assert!(interval.low <= truth && truth <= interval.high, "{seed}: {truth} {interval:?}");
        }
        silent += i32::from(by_rank.low == -1.0 && by_rank.high == 1.0);
        let duplicates = span(found.duplicate_rows);
        let truth = (DIFFERENT / 2 - 1) as f64;
        assert!(duplicates.low <= truth * 1.05 && truth * 0.95 <= duplicates.high, "{seed}: {duplicates:?}");
    }
    assert_eq!(silent, 40);
}

#[test]
fn a_thousand_merged_shards_say_what_the_whole_says() {
    for (seed, (_, repeats)) in REPEATS.into_iter().enumerate() {
        let table = Table::draw(seed as u64, seed, repeats);
        let whole = table.observed();
        let rows: Vec<&Row> = table.all().collect();
        let stored: Vec<Vec<u8>> = (0..1_000)
            .map(|shard| {
                let mut relations = Relations::new(&COLUMNS);
                rows.iter().skip(shard).step_by(1_000).for_each(|row| relations.observe_row(*row));
                relations.to_bytes()
            })
            .collect();
        // One after the other, and by halves.
        let mut chained = Relations::default();
        stored.iter().for_each(|bytes| chained.merge(&Relations::from_bytes(bytes).unwrap()));
        let halved = merged_by_halves(&stored);
        assert_eq!(chained.to_bytes(), whole.to_bytes());
        assert_eq!(halved.to_bytes(), whole.to_bytes());
        assert_eq!(chained.finish(), whole.finish());
    }
}

fn merged_by_halves(stored: &[Vec<u8>]) -> Relations {
    if let [one] = stored {
        return Relations::from_bytes(one).unwrap();
    }
    let (left, right) = stored.split_at(stored.len() / 2);
    let mut all = merged_by_halves(right);
    all.merge(&merged_by_halves(left));
    all
}

#[test]
fn figures_of_all_rows_are_exact_and_say_so() {
    let mut table = Table::draw(7, 1, |rng| rng.random_range(1..=3));
    table.rows.truncate(400);
    table.repeats.truncate(400);
    let found = table.observed().finish();
    assert_eq!(found.sample, Sample::All);
    let near = |figure: f64, interval: Interval, truth: f64| {
        assert!((figure - truth).abs() < 1e-9, "{figure} is not {truth}");
        assert_eq!((interval.low, interval.high), (figure, figure));
    };
    let column: HashMap<&str, usize> = COLUMNS.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    for pair in &found.correlations {
        let (x, y) = (table.numbers(column[pair.left.as_str()]), table.numbers(column[pair.right.as_str()]));
        assert!(pair.exact && pair.n_effective == pair.n as f64);
        near(pair.pearson, pair.pearson_interval, pearson(&x, &y));
        near(pair.spearman, pair.spearman_interval, pearson(&ranks(&x), &ranks(&y)));
    }
    for pair in &found.associations {
        let (a, b) = (table.texts(column[pair.left.as_str()]), table.texts(column[pair.right.as_str()]));
        near(pair.cramers_v, pair.interval, association(&a, &b));
    }
    let rows: usize = table.repeats.iter().sum();
    assert_eq!(found.duplicate_rows, Bounded::exact((rows - 400) as f64));
    let repeated = table.repeats.iter().filter(|times| **times > 1).count();
    assert_eq!(found.repeated_rows, Bounded::exact(repeated as f64));
    assert!(found.dependencies.iter().all(|d| d.exact && d.exceptions_at_most == 0.0));
}
