"""Computes the cost table of a page from the unit prices that it lists; prints each row that is wrong.

    check_costs.py PAGE

The last line is how many rows there were.
"""

import re
import sys


def main(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    prices = {
        name: float(price)
        for name, price in re.findall(r"^\| `(\w+)`, [^|]*\| ([\d.]+) \|$", text, re.M)}
    table = text.split("| what | arithmetic | $ |\n| --- | --- | --- |\n")[1].split("\n\n")[0]
    used, rows = set(), table.splitlines()
    for row in rows:
        what, arithmetic, shown = [cell.strip(" *") for cell in row.strip("|").split("|")]
        names = set(re.findall(r"[a-z_]+", arithmetic))
        used |= names
        python = arithmetic.replace("×", "*").replace("÷", "/")
        if not re.fullmatch(r"[\w .()*/+]+", python) or names - prices.keys():
            print(f"not to be computed: {what}: {arithmetic}")
            continue
        value = eval(python, {"__builtins__": {}}, prices)
        digits = len(shown.split(".")[1])
        if f"{value:.{digits}f}" != shown:
            print(f"{what}: {arithmetic} is {value:.{digits}f}, not {shown}")
    for name in sorted(prices.keys() - used):
        print(f"not used: {name}")
    print(len(rows))


main(sys.argv[1])
