/** Texts of a column that become features of their own: beyond that a column is a name or a key, and teaches nothing. */
export const CATEGORIES_MAX = 50
/** Classes that a network tells apart: an output each. */
export const CLASSES_MAX = 1000
/** Of a cell, which may name a class or a category, and of a column's name. */
export const LETTERS_MAX = 300
/** Different whole numbers that are taken for classes where nobody says what they are. */
export const INFERRED_CLASSES_MAX = 20
/** Fewer cannot be cut into a part to learn from, one to choose by and one to test. */
export const ROWS_MIN = 10
/** To predict from. */
export const COLUMNS_MAX = 10_000
/** Numbers after texts became features: 80 MB in memory, ten times MNIST's test part. */
export const NUMBERS_MAX = 10_000_000
