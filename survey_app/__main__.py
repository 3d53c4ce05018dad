"""`hailong`, which `python -m survey_app` is too: what a command needs is imported without looking for garbage in it."""

import gc


def main() -> None:
    """Run the command of the command line."""
    gc.disable()  # a sixth of the time that a short command takes: modules are no garbage
    from survey_app.cli import main as run  # noqa: PLC0415 - after the collector was halted

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
