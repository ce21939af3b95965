"""The monthly report of one portal: what it says (`contents`, `breakdowns`), shows (`charts`), and is printed on (`page`, `pdf`)."""
