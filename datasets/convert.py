"""Makes the CSV files of this folder from those of scikit-learn 1.2.1: python3 convert.py <sklearn/datasets/data>

Every file gets a header and its target as the last column; numbers keep their digits, whole ones lose their ".0".
"""
import csv
import gzip
import pathlib
import sys

source = pathlib.Path(sys.argv[1])
here = pathlib.Path(__file__).parent


def rows(name, delimiter=","):
    opener = gzip.open if name.endswith(".gz") else open
    with opener(source / name, "rt") as file:
        return [[cell for cell in row if cell] for row in csv.reader(file, delimiter=delimiter)]


def tidy(cell):
    number = float(cell)
    return str(int(number)) if number == int(number) else repr(number)


def write(name, header, body):
    with open(here / f"{name}.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*header, "target"])
        writer.writerows([tidy(cell) for cell in row] for row in body)


def classes(name, header, file, labels):
    """A file whose first line is its size and its class names, and whose last column is a class number."""
    body = rows(file)[1:]
    with open(here / f"{name}.csv", "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*header, "target"])
        writer.writerows([*map(tidy, row[:-1]), labels[int(row[-1])]] for row in body)


classes("iris", ["sepalLength", "sepalWidth", "petalLength", "petalWidth"], "iris.csv",
        ["setosa", "versicolor", "virginica"])
classes("wine", ["alcohol", "malicAcid", "ash", "alcalinity", "magnesium", "phenols", "flavanoids",
                 "nonflavanoidPhenols", "proanthocyanins", "colorIntensity", "hue", "dilution", "proline"],
        "wine_data.csv", ["class0", "class1", "class2"])
MEASURES = ["radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concavePoints",
            "symmetry", "fractalDimension"]
classes("breast-cancer", [kind + m[0].upper() + m[1:] for kind in ("mean", "error", "worst") for m in MEASURES],
        "breast_cancer.csv", ["malignant", "benign"])
write("digits", [f"pixel{r}x{c}" for r in range(8) for c in range(8)], rows("digits.csv.gz"))
write("diabetes", ["age", "sex", "bmi", "bloodPressure", "s1", "s2", "s3", "s4", "s5", "s6"],
      [x + y for x, y in zip(rows("diabetes_data_raw.csv.gz", " "), rows("diabetes_target.csv.gz"))])
