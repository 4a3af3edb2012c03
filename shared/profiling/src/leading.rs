//! Which patterns a column follows. The patterns of single values (`statistics/texts`) are put together where they
//! differ in how long their runs are, and words are told from codes: words of any length are no pattern.

use std::collections::BTreeMap;

use forebay_model::profile::{ColumnProfile, PatternCount};

/// A pattern of fewer of a column's texts does not lead.
const LEAST_SHARE: f64 = 0.1;
/// Patterns that together cover fewer of a column's texts say nothing about the column.
const LEAST_COVERED: f64 = 0.5;
/// What was met once is no pattern.
const LEAST_COUNT: u64 = 2;
/// The share of one length of runs from which the others are strays.
const ALMOST_ALL: f64 = 0.95;
/// Small letters in a row from which they are a word: countries and languages have two.
const LEAST_WORD: usize = 3;

/// A pattern that a column follows.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadingPattern {
    /// As in [`PatternCount`]; a run whose length differs between values is written once with `+`. Patterns do not tell
    /// that from a plus in the text behind a single sign: `1+` is `9+` as well.
    pub pattern: String,
    /// Of the texts that are neither empty nor blank. At most so many too high as the counts of patterns are.
    pub share: f64,
}

/// The one or few patterns that a column's texts follow, most frequent first: each is followed by a tenth of the texts
/// and more than one of them, all together by half. None for free text, for words (`lead`, `Closed Won`), and for ids
/// and hashes that mix letters and digits at will.
pub fn leading_patterns(profile: &ColumnProfile) -> Vec<LeadingPattern> {
    let Some(texts) = &profile.texts else { return Vec::new() };
    let filled = texts.count.saturating_sub(profile.empties).saturating_sub(profile.blanks).max(1);
    let mut groups: BTreeMap<String, Group<'_>> = BTreeMap::new();
    for pattern in texts.patterns.iter().filter(|pattern| !pattern.pattern.trim().is_empty()) {
        let tokens = tokens(&pattern.pattern);
        groups.entry(skeleton(&tokens)).or_default().add(pattern, tokens);
    }
    let mut leading: Vec<LeadingPattern> = groups
        .into_values()
        .filter(|group| group.count >= LEAST_COUNT)
        .map(|group| (group.share(filled), group.meant()))
        .filter(|(share, tokens)| *share >= LEAST_SHARE && !are_words(tokens))
        .map(|(share, tokens)| LeadingPattern { pattern: written(&tokens), share })
        .collect();
    leading.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.pattern.cmp(&b.pattern)));
    let covered: f64 = leading.iter().map(|pattern| pattern.share).sum();
    if covered < LEAST_COVERED { Vec::new() } else { leading }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    /// Characters of a class, `A`, `a` or `9`; `None` where their number differs.
    Run(char, Option<usize>),
    Literal(char),
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        if !matches!(c, 'A' | 'a' | '9') {
            tokens.push(Token::Literal(c));
            continue;
        }
        let mut length = 1;
        while rest.next_if_eq(&c).is_some() {
            length += 1;
        }
        // After a run that is written out, a plus is one of the text.
        let is_open = length == 1 && rest.next_if_eq(&'+').is_some();
        tokens.push(Token::Run(c, (!is_open).then_some(length)));
    }
    tokens
}

/// What patterns share that differ in the length of runs alone.
fn skeleton(tokens: &[Token]) -> String {
    tokens
        .iter()
        .map(|token| match token {
            Token::Run(c, _) | Token::Literal(c) => c,
        })
        .collect()
}

fn written(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        match *token {
            Token::Literal(c) => text.push(c),
            Token::Run(c, Some(length)) => text.extend(std::iter::repeat_n(c, length)),
            Token::Run(c, None) => text.extend([c, '+']),
        }
    }
    text
}

/// Patterns of one skeleton.
#[derive(Default)]
struct Group<'a> {
    count: u64,
    most: Option<(&'a PatternCount, Vec<Token>)>,
    joined: Vec<Token>,
}

impl<'a> Group<'a> {
    /// Patterns come most frequent first.
    fn add(&mut self, pattern: &'a PatternCount, tokens: Vec<Token>) {
        self.count = self.count.saturating_add(pattern.count);
        if self.most.is_none() {
            self.joined.clone_from(&tokens);
            self.most = Some((pattern, tokens));
            return;
        }
        for (ours, theirs) in self.joined.iter_mut().zip(tokens) {
            if let (Token::Run(c, length), Token::Run(_, other)) = (*ours, theirs)
                && length != other
            {
                *ours = Token::Run(c, None);
            }
        }
    }

    fn share(&self, filled: u64) -> f64 {
        (self.count as f64 / filled as f64).min(1.0)
    }

    /// The pattern of nearly all, else what all have in common.
    fn meant(self) -> Vec<Token> {
        match self.most {
            Some((pattern, tokens)) if pattern.count as f64 >= ALMOST_ALL * self.count as f64 => tokens,
            _ => self.joined,
        }
    }
}

/// Words of a language: letters of no certain number, or written as words are, with nothing but what stands between
/// words. Digits, and signs that part addresses and names of files, make a code.
fn are_words(tokens: &[Token]) -> bool {
    let has_digits = tokens.iter().any(|token| matches!(token, Token::Run('9', _)));
    !has_digits && !has_structure(tokens) && has_word(tokens)
}

fn has_word(tokens: &[Token]) -> bool {
    let open = |token: &Token| matches!(token, Token::Run(_, None));
    let long = |token: &Token| matches!(token, Token::Run('a', Some(LEAST_WORD..)));
    let capital = |pair: &[Token]| matches!(pair, [Token::Run('A', _), Token::Run('a', _)]);
    tokens.iter().any(|token| open(token) || long(token)) || tokens.windows(2).any(capital)
}

/// As in `a@b.c`, `https://x`, `logo.png`: signs that sentences do not have, or have before spaces only.
fn has_structure(tokens: &[Token]) -> bool {
    let certain = |token: &Token| matches!(token, Token::Literal('@' | '#' | '=' | '<' | '{' | '\\' | '*'));
    if tokens.iter().any(certain) {
        return true;
    }
    let parts = |tokens: &[Token]| matches!(tokens, [Token::Run(..), Token::Literal('.' | ':' | '/' | ';'), next] if *next != Token::Literal(' '));
    !tokens.contains(&Token::Literal(' ')) && tokens.windows(3).any(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ColumnState;
    use forebay_model::Value;

    fn leading<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<(String, u32)> {
        let mut state = ColumnState::new();
        texts.into_iter().for_each(|text| state.observe(&Value::Text(text.to_owned())));
        let percent = |found: LeadingPattern| (found.pattern, (found.share * 100.0).round() as u32);
        leading_patterns(&state.finish("c")).into_iter().map(percent).collect()
    }

    fn one(pattern: &str, percent: u32) -> Vec<(String, u32)> {
        vec![(pattern.to_owned(), percent)]
    }

    #[test]
    fn patterns_that_differ_in_lengths_alone_are_one() {
        assert_eq!(leading(["INV-10", "INV-11", "SO-7"]), one("A+-9+", 100));
        assert_eq!(leading(["7", "12", "123456789"]), one("9+", 100));
        assert_eq!(leading(["ABC-1234", "XYZ-0001"]), one("AAA-9999", 100));
    }

    #[test]
    fn a_few_strays_do_not_open_a_run() {
        let mut texts = vec!["ABC-1234"; 97];
        texts.extend(["ABCD-1234"; 3]);
        assert_eq!(leading(texts.clone()), one("AAA-9999", 100));
        texts.extend(["", " "].repeat(100));
        assert_eq!(leading(texts.clone()), one("AAA-9999", 100));
        texts.extend(["ABCD-1234"; 9]);
        assert_eq!(leading(texts), one("A+-9999", 100));
    }

    #[test]
    fn words_and_what_does_not_repeat_are_no_pattern() {
        let none = Vec::<(String, u32)>::new();
        assert_eq!(leading(["lead", "deal", "won"]), none);
        assert_eq!(leading(["Closed Won", "Closed Lost", "Open"]), none);
        assert_eq!(leading(["No", "No", "Yes"]), none);
        assert_eq!(leading(["NEW", "NEW", "IN_PROGRESS", "OPEN"]), none);
        assert_eq!(leading(["a1b2c3", "9f8e7d", "77aa88"]), none);
        assert_eq!(leading([]), none);
    }

    #[test]
    fn codes_of_letters_and_names_with_structure_are_patterns() {
        assert_eq!(leading(["USD", "EUR"]), one("AAA", 100));
        assert_eq!(leading(["logo.png", "x.jpg"]), one("a+.a+", 100));
        assert_eq!(leading(["ann@example.com", "bo@example.org"]), one("a+@a+.a+", 100));
    }

    #[test]
    fn several_patterns_lead_where_each_has_its_share() {
        let texts = ["94105"; 6].into_iter().chain(["94105-1234"; 4]);
        assert_eq!(leading(texts), [("99999".to_owned(), 60), ("99999-9999".to_owned(), 40)]);
    }
}
