"""`python -m api`."""

from api.main import main

if __name__ == "__main__":
    main()
