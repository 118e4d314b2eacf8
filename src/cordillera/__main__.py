"""Run the command line with `python -m cordillera`."""

from cordillera.cli.main import main

main()
