//! How often categories of two columns occur together.

/// A table of counts, both sides' sums, and the sums of squared counts: rows that repeat are drawn together.
pub(super) struct Table {
    counts: Vec<f64>,
    width: usize,
    row_sums: Vec<f64>,
    column_sums: Vec<f64>,
    row_squares: Vec<f64>,
    column_squares: Vec<f64>,
    total: f64,
    /// Categories that occur.
    pub rows: f64,
    pub columns: f64,
}

/// What one more row of each cell adds to phi square, times the number of rows.
pub(super) struct Influences {
    cells: Vec<f64>,
    width: usize,
}

impl Influences {
    pub fn at(&self, (row, column): (usize, usize)) -> f64 {
        self.cells[row * self.width + column]
    }
}

impl Table {
    /// `None` where one side has a single category.
    pub fn of(cells: &[(usize, usize)], counts: &[f64], height: usize, width: usize) -> Option<Self> {
        let mut table = Self {
            counts: vec![0.0; height * width],
            width,
            row_sums: vec![0.0; height],
            column_sums: vec![0.0; width],
            row_squares: vec![0.0; height],
            column_squares: vec![0.0; width],
            total: counts.iter().sum(),
            rows: 0.0,
            columns: 0.0,
        };
        for ((row, column), count) in cells.iter().zip(counts) {
            table.counts[row * width + column] += count;
            table.row_sums[*row] += count;
            table.column_sums[*column] += count;
            table.row_squares[*row] += count * count;
            table.column_squares[*column] += count * count;
        }
        let occur = |sums: &[f64]| sums.iter().filter(|sum| **sum > 0.0).count() as f64;
        (table.rows, table.columns) = (occur(&table.row_sums), occur(&table.column_sums));
        (table.rows >= 2.0 && table.columns >= 2.0).then_some(table)
    }

    /// Cells that occur: their place, and the product of the shares that their row and column give them.
    fn parts(&self) -> impl Iterator<Item = (usize, f64, f64)> {
        let cells = self.counts.iter().enumerate().filter(|(_, count)| **count > 0.0);
        cells.map(|(at, count)| {
            (at, count / self.row_sums[at / self.width], count / self.column_sums[at % self.width])
        })
    }

    /// Chi square by the number of rows.
    pub fn phi_squared(&self) -> f64 {
        self.parts().map(|(_, of_row, of_column)| of_row * of_column).sum::<f64>() - 1.0
    }

    /// What phi square comes to where nothing is associated, by the draws' number alone: the degrees of freedom by the
    /// rows, where none repeats. The mean of what it is with one side's categories given and with the other's.
    pub fn noise(&self) -> f64 {
        let whole = self.row_squares.iter().sum::<f64>() / self.total;
        let given = |squares: &[f64], sums: &[f64]| -> f64 {
            let pairs = squares.iter().zip(sums).filter(|(_, sum)| **sum > 0.0);
            pairs.map(|(square, sum)| square / sum).sum::<f64>() - whole
        };
        let by_rows = (self.columns - 1.0) * given(&self.row_squares, &self.row_sums);
        let by_columns = (self.rows - 1.0) * given(&self.column_squares, &self.column_sums);
        (by_rows + by_columns) / (2.0 * self.total)
    }

    /// The derivative of phi square by the cells' shares.
    pub fn influences(&self) -> Influences {
        let (mut rows, mut columns) = (vec![0.0; self.row_sums.len()], vec![0.0; self.width]);
        for (at, of_row, of_column) in self.parts() {
            rows[at / self.width] += of_row * of_column * self.total / self.row_sums[at / self.width];
            columns[at % self.width] += of_row * of_column * self.total / self.column_sums[at % self.width];
        }
        let mut cells = vec![0.0; self.counts.len()];
        for (at, of_row, _) in self.parts() {
            let (row, column) = (at / self.width, at % self.width);
            cells[at] = 2.0 * of_row * self.total / self.column_sums[column] - rows[row] - columns[column];
        }
        Influences { cells, width: self.width }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn influences_are_derivatives_of_phi_square() {
        let cells = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)];
        let counts = [30.0, 10.0, 5.0, 25.0, 30.0];
        let table = Table::of(&cells, &counts, 3, 2).unwrap();
        let influences = table.influences();
        for (at, cell) in cells.iter().enumerate() {
            let mut more = counts;
            more[at] += 1e-4;
            let moved = Table::of(&cells, &more, 3, 2).unwrap().phi_squared() - table.phi_squared();
            let slope = moved / (1e-4 / table.total);
            assert!(
                (slope - influences.at(*cell)).abs() < 1e-3,
                "{cell:?}: {slope} {}",
                influences.at(*cell)
            );
        }
    }

    #[test]
    fn noise_of_rows_that_do_not_repeat_is_degrees_by_rows() {
        let cells: Vec<(usize, usize)> = (0..120).map(|i| (i % 4, i % 3)).collect();
        let table = Table::of(&cells, &[1.0; 120], 4, 3).unwrap();
        assert!((table.noise() - 6.0 / 120.0).abs() < 1e-12);
    }
}
