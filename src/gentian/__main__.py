"""`python -m gentian` is the command `gentian`."""

from gentian.cli.main import run

if __name__ == "__main__":
    run()
